"""DOM -> elements: structure is exact and no word is lost."""

from __future__ import annotations

import html as escapes
import re

import pytest
from hypothesis import HealthCheck, given, settings

from parsers.html.parser import fragment_elements
from schemas.document import Element, ElementKind, Issue, IssueCode
from tests.strategies.markup import Grid, Markup, blocks, code_lines, grids

K = ElementKind


def convert(markup: str) -> tuple[Element, ...]:
    issues: list[Issue] = []
    found = fragment_elements(markup, issues)
    assert issues == []
    return found


def shapes(markup: str) -> list[tuple[ElementKind, str, int | None, str | None]]:
    return [(e.kind, e.text, e.level, e.marker) for e in convert(markup)]


def kinds(markup: str) -> list[tuple[ElementKind, str]]:
    return [(e.kind, e.text) for e in convert(markup)]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(blocks())
def test_every_word_is_in_exactly_one_element_and_in_order(markup: Markup) -> None:
    text = "\n".join(element.text for element in convert(markup.html))
    found = re.findall(r"w[a-z]+x|字[^终]+终", text)
    assert found == list(markup.words)


@settings(max_examples=100, deadline=None)
@given(grids())
def test_spans_land_where_browsers_put_them(grid: Grid) -> None:
    (element,) = convert(grid.html)
    assert element.kind is K.TABLE
    table = element.table
    assert table is not None
    assert (table.n_rows, table.n_cols) == (grid.n_rows, grid.n_cols)
    found = tuple((c.row, c.col, c.row_span, c.col_span, c.text) for c in table.cells)
    assert found == grid.cells


@settings(max_examples=100, deadline=None)
@given(code_lines())
def test_code_keeps_every_blank(code: str) -> None:
    (element,) = convert(f'<pre><code class="language-py">{escapes.escape(code)}</code></pre>')
    assert (element.kind, element.text, element.marker) == (K.CODE, code, "py")


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ('<h2>Setup<a class="headerlink" href="#setup">¶</a></h2>', "Setup"),
        ('<h2><a class="anchor" href="#s">#</a> 安装 <code>pip</code></h2>', "安装 `pip`"),
        ('<h2><a href="/guide">Guide</a></h2>', "Guide"),
        ("<h2><div>Two<br>lines</div></h2>", "Two lines"),
        ("<h2>C#</h2>", "C#"),
    ],
)
def test_headings_lose_their_anchor_signs_only(markup: str, text: str) -> None:
    assert shapes(markup) == [(K.HEADING, text, 2, None)]


def test_nested_lists_have_depth_and_their_own_markers() -> None:
    markup = """<ol start="3"><li>three<ul><li>inner <b>bold</b></li></ul></li>
    <li value="7"><p>七</p><p>more</p></li></ol><ol type="a"><li>alpha<li>beta</ol>"""
    assert shapes(markup) == [
        (K.LIST_ITEM, "three", 0, "3."),
        (K.LIST_ITEM, "inner bold", 1, "-"),
        (K.LIST_ITEM, "七\n\nmore", 0, "7."),
        (K.LIST_ITEM, "alpha", 0, "a."),
        (K.LIST_ITEM, "beta", 0, "b."),
    ]


def test_code_between_the_texts_of_an_item_stays_between_them() -> None:
    assert shapes("<ul><li>before<pre>x = 1</pre>after</li></ul>") == [
        (K.LIST_ITEM, "before", 0, "-"),
        (K.CODE, "x = 1", None, None),
        (K.PARAGRAPH, "after", None, None),
    ]


@pytest.mark.parametrize(
    ("markup", "language"),
    [
        ('<pre class="brush: java">x</pre>', "java"),
        ('<div class="highlight-python notranslate"><div><pre>x</pre></div></div>', "python"),
        ('<div class="sourceCode" data-lang="R"><pre>x</pre></div>', "r"),
        ('<pre><code class="hljs rust">x</code></pre>', "rust"),
        ('<pre class="code-block">x</pre>', None),
    ],
)  # fmt: skip
def test_code_language_comes_from_class_names(markup: str, language: str | None) -> None:
    assert shapes(markup) == [(K.CODE, "x", None, language)]


def test_line_numbers_are_no_code() -> None:
    markup = """<table class="highlighttable"><tr><td class="linenos"><pre>1\n2</pre></td>
    <td class="code"><pre><span class="k">def</span> f():\n    <span>return</span> 1</pre></td>
    </tr></table>"""
    assert kinds(markup) == [(K.CODE, "def f():\n    return 1")]


def test_lines_of_code_may_be_elements_of_their_own() -> None:
    markup = "<pre><div>a</div><div>  b</div></pre><code>x<br>&nbsp; y</code>"
    assert kinds(markup) == [(K.CODE, "a\n  b"), (K.CODE, "x\n  y")]


def test_only_the_line_feed_right_after_pre_goes() -> None:
    assert kinds("<pre>\n a</pre><pre><code>\nb</code></pre>") == [(K.CODE, " a"), (K.CODE, "\nb")]


def test_inline_code_outgrows_its_own_backticks() -> None:
    assert kinds("<p>run <code>a `b`</code> 或 <kbd>c</kbd>.</p>") == [
        (K.PARAGRAPH, "run `` a `b` `` 或 `c`.")
    ]


def test_breaks_are_lines_and_two_of_them_end_a_paragraph() -> None:
    assert kinds("<div>one<br>二<br><br>three&nbsp;four <p>five</p>six</div>") == [
        (K.PARAGRAPH, "one\n二"),
        (K.PARAGRAPH, "three four"),
        (K.PARAGRAPH, "five"),
        (K.PARAGRAPH, "six"),
    ]


def test_wrapped_source_lines_leave_no_blank_between_han_characters() -> None:
    assert kinds("<p>潮汐\n  表，\n每年 两次 in\n春季 <b>和</b>\n秋季</p>") == [
        (K.PARAGRAPH, "潮汐表，每年 两次 in 春季 和秋季")
    ]


def test_header_cells_lists_and_line_breaks_in_tables() -> None:
    markup = """<table><caption>表 1</caption><thead><tr><td>名</td><td>value</td></tr></thead>
    <tbody><tr><th>a</th><td>x<ul><li>p</li><li>q</li></ul></td></tr></tbody></table>"""
    caption, element = convert(markup)
    assert (caption.kind, caption.text) == (K.CAPTION, "表 1")
    assert element.table is not None
    assert [(c.text, c.header) for c in element.table.cells] == [
        ("名", True), ("value", True), ("a", True), ("x\np\nq", False),
    ]  # fmt: skip


def test_code_in_cells_keeps_its_ticks_only_where_markdown_can_hold_the_table() -> None:
    plain, spanning = convert(
        "<table><tr><td><code>a</code></td><td>b</td></tr></table>"
        "<table><tr><td colspan=2><code>a</code></td></tr><tr><td>b</td><td>c</td></tr></table>"
    )
    assert plain.table is not None
    assert plain.table.cells[0].text == "`a`"
    assert spanning.table is not None
    assert [(c.text, c.col_span) for c in spanning.table.cells] == [("a", 2), ("b", 1), ("c", 1)]


@pytest.mark.parametrize(
    "markup",
    [
        "<table><tr><td><p>one</p></td></tr></table>",
        '<table role="presentation"><tr><td>one</td><td></td></tr></table>',
        "<table><tr><td><table><tr><td>one</td></tr></table></td><td></td></tr></table>",
        f"<table><tr><td>one</td><td>{'长' * 300}</td></tr></table>",
        "<table><tr><td><h1>one</h1></td><td>x</td></tr></table>",
    ],
)
def test_tables_that_only_place_things_are_no_tables(markup: str) -> None:
    found = kinds(markup)
    assert found[0][1] == "one"
    assert all(kind is not K.TABLE for kind, _ in found)


def test_a_grid_beyond_bounds_is_read_cell_by_cell() -> None:
    rows = "<tr><td>字</td></tr>" * 600
    found = convert(f"<table><tr><td colspan=1000>wide</td></tr>{rows}</table>")
    assert len(found) == 601
    assert {element.kind for element in found} == {K.PARAGRAPH}


def test_formulas_are_text() -> None:
    tex = '<annotation encoding="application/x-tex">a^2</annotation>'
    markup = f"""<p>Let <span class="katex"><span class="katex-mathml"><math><semantics><mi>a</mi>
    {tex}</semantics></math></span><span class="katex-html" aria-hidden="true">a2</span></span> 和
    <script type="math/tex">b_1</script>, <math><mi>c</mi></math>.</p>
    <math display="block" alttext="E=mc^2"><mi>E</mi></math>"""
    assert kinds(markup) == [
        (K.PARAGRAPH, "Let $a^2$ 和 $b_1$, c."),
        (K.FORMULA, "E=mc^2"),
    ]


def test_quotes_captions_and_hidden_parts() -> None:
    markup = """<blockquote><p>一</p><p>two</p></blockquote>
    <figure><img alt="not text"><figcaption>Figure 1: 图</figcaption></figure>
    <p hidden>no</p><p style="color:red; display: none">no</p><style>no</style><svg>no</svg>
    <script>no</script><noscript>no</noscript><button>no</button><p>yes</p>"""
    assert kinds(markup) == [
        (K.QUOTE, "一"),
        (K.QUOTE, "two"),
        (K.CAPTION, "Figure 1: 图"),
        (K.PARAGRAPH, "yes"),
    ]


def test_nesting_beyond_the_parser_is_an_issue() -> None:
    issues: list[Issue] = []
    deep = "<div>" * 300 + "deep" + "</div>" * 300
    found = fragment_elements(f"<p>before</p>{deep}", issues)
    assert [element.text for element in found] == ["before"]
    assert [issue.code for issue in issues] == [IssueCode.DEPTH_LIMIT]


def test_nesting_within_the_parser_is_read() -> None:
    deep = "<div>" * 240 + "深 deep" + "</div>" * 240
    assert kinds(deep) == [(K.PARAGRAPH, "深 deep")]
