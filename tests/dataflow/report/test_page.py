from __future__ import annotations

import base64
import hashlib
import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from dataflow.llm.account import Account
from dataflow.llm.spending import Budget, Prices, Spent, Tokens
from dataflow.report.build import write_report
from dataflow.report.html import asset
from dataflow.report.wording import (
    CHANGES,
    ISSUES,
    NAVIGATION,
    SIGNALS,
    STEPS,
    UI,
    UNITS,
)
from dataflow.report.wording_reasons import REASONS
from dataflow.report.wording_samples import (
    FAILURES,
    PARTS,
    SAMPLES,
    SCORE_NAMES,
    SETS,
    TRAIT_VALUES,
)
from schemas import signals as measured
from schemas.document import IssueCode
from schemas.errors import UsageError
from schemas.records import Level, Reason, StageName
from schemas.samples import SCORES
from tests.dataflow.report.fake_run import (
    FakeRun,
    cluster,
    document,
    exam,
    full_run,
    hit,
    identity,
    personal,
    preference,
    query,
    reject,
    removed,
    sample,
    scored,
    turns,
)

SCRIPT = "<script>alert(1)</script>"
HOSTILE = (
    SCRIPT, '"><img src=x onerror=alert(1)>', "' onmouseover='alert(1)", "</style><b>", "--><i>",
    "\u202egnp.exe\u202c", "nul\0byte", "\u2066isolate\u2069", "javascript:alert(1)",
    "{kept} {0} %s", "</template></details>", "]]><x>", "\ufeffbom", "\u200bzero width",
)  # fmt: skip
LONG = "长" * 1_000_000
TAGS = {
    "html", "head", "meta", "title", "link", "style", "body", "a", "header", "div", "span",
    "fieldset", "legend", "input", "label", "h1", "h2", "h3", "p", "strong", "small", "nav", "ul",
    "ol", "li", "main", "section", "svg", "rect", "line", "path", "text", "g", "details",
    "summary", "code", "table", "thead", "tbody", "tfoot", "tr", "th", "td", "abbr", "figure",
    "figcaption", "article", "del", "ins", "blockquote", "dl", "dt", "dd", "pre", "footer",
    "template", "script", "b",
}  # fmt: skip


class Seen(HTMLParser):
    """Tags, attributes and text of a page."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.texts: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def values(self, name: str) -> list[str]:
        return [value or "" for key, value in self.attributes if key == name]


def page_of(run: FakeRun, out: Path) -> str:
    return write_report(run.write(out)).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    return page_of(full_run(), tmp_path_factory.mktemp("run"))


def hostile_run(text: str) -> FakeRun:
    issue = {"code": text[:40], "page": 1, "detail": text}
    names: dict[str, Any] = {"title": text, "media_type": text, "lang": text, "status": text}
    return FakeRun(
        documents=[document(text, **names, issues=[issue], metadata=text, license=text, split=text,
                            personal_data=[personal(text[:40], action=text[:40])],
                            languages=[{"lang": text, "share": 0.5}] * 2)],
        removed=[removed(text, text, stage=text, unit=text),
                 removed(text, text[::-1], of_doc_id=text)],
        contamination=[hit(text, text, set=text, item=text)],
        rejects=[
            reject(text, StageName.FILTER, Reason.TOO_SHORT, detail=text, value=1.0, threshold=2.0),
            reject(text, StageName.PARSE, Reason.CORRUPT, level=Level.FILE.value, detail=text),
            {**reject("x", StageName.SFT, Reason.NOT_NOVEL), "id": text, "stage": text,
             "reason": text, "level": text, "source": text},
            reject(text, StageName.SFT, Reason.JUDGED_LOW, detail=text, value=0.5),
        ],
        clusters=[cluster(text), cluster("d", text)],
        sft=[sample(text, "s", instruction=text, input=text, output=text, method=text, task=text,
                    lang=text, backend=text, model=text, perspective=text, difficulty=text,
                    kind=text, split=text, messages=turns(text, text, text, text), evidence=[
                        {"doc_id": text, "chunk_id": text, "page": 1, "char_start": 0,
                         "char_end": 1, "quote": text, "chunk_sha256": ""}]),
             sample(text, "t", instruction=f"Write {text}", method="dialogue",
                    scores=scored(judge=float("inf"), support=float("nan")),
                    messages=[{"role": text, "content": text}] * 9)],
        preferences=[preference(text, text, method=text, task=text, lang=text, flaw=text,
                                chosen=text, rejected=text, split=text, prompt=turns(text)),
                     preference(text, "other", flaw="x", chosen=f"the same words {text}",
                                rejected=f"the same words {text[::-1]} or others",
                                prompt=[{"role": text, "content": text}] * 3),
                     preference(text, "apart", flaw="y", chosen=text, rejected="nothing alike")],
        evalset=[exam(text, text, method=text, task=text, lang=text, question=text,
                      ground_truth=text),
                 exam(text, "none", question=text, answerable=False, ground_truth="")],
        retrieval=[query(text, text, method=text, task=text, lang=text, query=text, positive=text)],
        recipe={"filter": {text[:50]: text}, text[:50]: {"key": text, "list": [text]},
                "sft": {"kinds": [[text, 1.0]], "support": text}, "judge": {"min_judge": text},
                "select": {"languages": [[text, 0.5]], "methods": text}},
        counts={text[:50]: text, "stage": text, "changes": {text[:50]: 3},
                "llm": {text[:50]: text, "requests": 3, "cached": text,
                        "failures": {text: 2}, "tokens_left": float("nan")}},
        texts={text: f"start {text} end", "d": f"start {text[::-1]} end"},
    )  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_from_documents_becomes_markup(tmp_path: Path, text: str) -> None:
    page = page_of(hostile_run(text), tmp_path)
    seen = Seen(page)
    assert set(seen.tags) <= TAGS
    assert (seen.tags.count("script"), seen.tags.count("style")) == (1, 1)
    assert not [name for name, _ in seen.attributes if name.startswith("on") or name == "style"]
    assert all(value.startswith(("#", "data:,")) for value in seen.values("href"))
    assert not seen.values("src")
    shown = "".join(seen.texts)
    for char in "\0\u202e\u202c\u2066\u2069\ufeff\u200b":
        assert char not in page
    words = re.sub(r"[\0\u200b\u202a-\u202e\u2066-\u2069\ufeff].*", "", text).strip()
    assert words in shown, "the text itself is shown"
    assert page.count(SCRIPT) == 0


def test_hostile_values_reach_card_and_json_harmless(tmp_path: Path) -> None:
    text = "`|x|\n---\nlicense: mit\n---\n<script>"
    out = hostile_run(text).write(tmp_path)
    write_report(out)
    card = (out / "README.md").read_text(encoding="utf-8")
    assert card.count("\n---\n") == 1
    assert "<script>" not in card
    assert "license: unknown" in card


def test_a_page_of_huge_strings_stays_small(tmp_path: Path) -> None:
    page = page_of(hostile_run(LONG), tmp_path)
    assert len(page.encode()) < 300_000
    assert (tmp_path / "report" / "report.json").stat().st_size < 200_000
    assert (tmp_path / "README.md").stat().st_size < 50_000


def test_a_page_of_many_rows_stays_below_three_megabytes(tmp_path: Path) -> None:
    run = FakeRun(
        documents=[document(f"{n}/{'长' * 200}", title="长" * 200, lang=f"l{n % 700}",
                            media_type=f"t/{n % 700}") for n in range(3000)],
        rejects=[reject(f"{reason}{n}{'长' * 200}", StageName.FILTER, reason, detail="长" * 999)
                 for reason in Reason for n in range(7)],
        clusters=[row for n in range(40) for row in (
            cluster(f"{n}"), *(cluster(f"{n} {m}", f"{n}") for m in range(20)))],
        texts={f"{n}{tail}": f"{tail} 一段很长的文字。" * 900 for n in range(40)
               for tail in ("", " 1", " 2")},
    )  # fmt: skip
    page = page_of(run, tmp_path)
    assert len(page.encode()) < 3_000_000
    assert "200 of 3,000 documents." in "".join(Seen(page).texts)


def test_the_policy_allows_only_our_style_and_script(page: str) -> None:
    policy = next(value for value in Seen(page).values("content") if "default-src" in value)
    assert policy.startswith("default-src 'none'; ")
    for tag, rule in (("style", "style-src"), ("script", "script-src")):
        inline = re.findall(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
        assert len(inline) == 1
        digest = base64.b64encode(hashlib.sha256(inline[0].encode()).digest()).decode()
        assert f"{rule} 'sha256-{digest}'" in policy
    assert "unsafe" not in policy


def test_the_assets_load_nothing() -> None:
    for name in ("style.css", "behaviour.js"):
        assert not re.search(r"https?:|//[a-z]|@import|url\(|fetch|XMLHttp|innerHTML|eval|</",
                             asset(name))  # fmt: skip


def test_the_page_says_the_run_in_both_languages(page: str) -> None:
    shown = " ".join("".join(Seen(page).texts).split())
    assert "3 of 7 documents were kept: 600 tokens." in shown
    assert "7 篇文档中保留了 3 篇，共 600 个词元。" in shown
    assert "Pass" in shown
    assert "−1 too few words" in shown
    assert "字数过少" in shown
    assert "Only a line." in shown
    assert "通知副本.txt" in shown
    assert "The corpus has no answer." in shown
    assert "Candidates 候选" in shown.replace("Candidates候选", "Candidates 候选")


def test_every_section_has_a_heading_and_an_entry_in_the_contents(page: str) -> None:
    seen = Seen(page)
    anchors = [value for value in seen.values("href") if value.startswith("#")]
    assert len(anchors) == 12, "eleven sections and the skip link"
    assert len(set(seen.values("id"))) == len(seen.values("id"))
    for anchor in anchors:
        assert anchor[1:] in seen.values("id")
    for label in seen.values("aria-labelledby"):
        assert label in seen.values("id")


def test_a_model_that_was_asked_shows_its_cost_and_targets(tmp_path: Path) -> None:
    account = Account(Budget(10_000, 2.0), Prices(100.0, 400.0), Spent(tokens=1000, nanos=10**8))
    account.paid(Tokens(700, 300))
    account.failures["timeout"] = 2
    recipe = {"sft": {"difficulties": [["easy", 0.25], ["hard", 0.75]]},
              "judge": {"min_judge": 0.5}}  # fmt: skip
    rows = [sample("a", f"{n}", backend="openai", model="<m>", difficulty="easy",
                   scores=scored(judge=0.9)) for n in range(2)]  # fmt: skip
    rejects = [reject("r", StageName.SFT, Reason.JUDGED_LOW, detail="judge", value=0.2,
                      threshold=0.5)]  # fmt: skip
    page = page_of(
        FakeRun(sft=rows, rejects=rejects, recipe=recipe, counts={"llm": account.as_dict()}),
        tmp_path,
    )
    shown = " ".join("".join(Seen(page).texts).split())
    for words in ("earlier 1,000", "this run 1,000", "left 8,000", "本次 0.19", "left 1.71",
                  "no answer in time", "100% target 25%", "0% target 75%", "openai <m>",
                  "P(yes) of the judging model", "[judge] min_judge", "1 left out"):  # fmt: skip
        assert words in shown, words


def test_cards_show_turns_differences_and_missing_answers(tmp_path: Path) -> None:
    run = FakeRun(
        sft=[sample("a", "talk", method="dialogue", messages=turns("Q1", "A1", "Q2", "A2") * 3)],
        preferences=[preference("a", "p", chosen="It is 31.4 ha.", rejected="It is 62.8 ha.")],
        evalset=[exam("a", "e", answerable=False, ground_truth="")],
        retrieval=[query("a", "q")],
    )
    page = page_of(run, tmp_path)
    assert page.count('<li class="user">') == 3
    assert "6 more turns" in "".join(Seen(page).texts)
    assert "<ins>31.4</ins><del>62.8</del>" in page
    assert "The corpus has no answer." in page
    assert '<div class="said query" dir="auto" lang="en"><p>about q</p></div>' in page


def test_cards_keep_lines_and_show_tables_as_tables(tmp_path: Path) -> None:
    table = "| Year | Rain |\n| --- | --- |\n| 1987 | 3 \\| 4 |\n| 1988 |"
    run = FakeRun(
        sft=[sample("a", "t", input=f"Readings:\n{table}\nEnd.", output="- one\n- <two>")],
        preferences=[preference("a", "p", prompt=turns(f"Which year?\n\n{table}"))],
    )
    page = page_of(run, tmp_path)
    shown = (
        "<table><thead><tr><th>Year</th><th>Rain</th></tr></thead><tbody>"
        "<tr><td>1987</td><td>3 | 4</td></tr><tr><td>1988</td></tr></tbody></table>"
    )
    assert page.count(shown) == 2
    assert "<p>Readings:</p>" in page
    assert "<p>- one\n- &lt;two&gt;</p>" in page
    assert '<div class="said instruction" dir="auto" lang="en"><p>Which year?</p></div>' in page


def test_parts_without_data_are_left_out(tmp_path: Path) -> None:
    run = FakeRun(documents=None, rejects=None, clusters=[cluster("a")], recipe={}, counts={})
    page = page_of(run, tmp_path)
    assert [href for href in Seen(page).values("href") if href != "#main" and href[0] == "#"] == [
        "#datasets", "#run",
    ]  # fmt: skip
    assert "Rows in this output: 1." in "".join(Seen(page).texts)


def test_an_empty_run_is_a_page(tmp_path: Path) -> None:
    page = page_of(FakeRun(clusters=[], chunks=[], sft=[], vectors=[]), tmp_path)
    assert "Nothing was left out." in page


def test_no_run_no_report(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="holds no finished run"):
        write_report(tmp_path)


def test_the_same_run_gives_the_same_bytes(tmp_path: Path) -> None:
    first, second = full_run().write(tmp_path / "a"), full_run().write(tmp_path / "b")
    write_report(first)
    write_report(second)
    write_report(second)
    for name in ("report/index.html", "report/report.json", "README.md", "croissant.json"):
        assert (first / name).read_bytes() == (second / name).read_bytes()


def test_every_code_has_words() -> None:
    assert set(REASONS) == {reason.value for reason in Reason}
    assert set(ISSUES) == {code.value for code in IssueCode}
    assert set(STEPS) >= {stage.value for stage in StageName}
    assert set(CHANGES) == {name for name, _ in measured.CHANGES}
    assert set(SIGNALS) >= {name for name, _ in measured.SIGNALS}
    assert set(SCORE_NAMES) == {name for name, _ in SCORES}


def test_every_phrase_has_two_languages() -> None:
    assert not set(UI) & set(SAMPLES), "one phrase would take the place of the other"
    tables = (UI, STEPS, UNITS, REASONS, ISSUES, SIGNALS, CHANGES, NAVIGATION, SAMPLES, SCORE_NAMES,
              SETS, PARTS, TRAIT_VALUES, FAILURES)  # fmt: skip
    for table in tables:
        for english, chinese in table.values():
            assert english.isascii() or "…" in english
            assert re.search(r"[\u4e00-\u9fff]", chinese) or english == chinese == "Self-BLEU"
            assert set(re.findall(r"{\w+}", english)) == set(re.findall(r"{\w+}", chinese))


def luminance(colour: str) -> float:
    """Relative luminance by WCAG 2.1."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_has_contrast(scheme: str) -> None:
    light, dark = asset("style.css").split("@media (prefers-color-scheme: dark)")[:2]
    named = r"--([\w-]+): (#[0-9a-f]{6})"
    colours = dict(re.findall(named, light))
    if scheme == "dark":
        colours |= dict(re.findall(named, dark[: dark.index("}\n}")]))
    colours["white"] = "#ffffff"
    over = [("ink", "paper"), ("ink", "card"), ("soft", "paper"), ("soft", "card"),
            ("soft", "wash"), ("link", "paper"), ("red", "card"), ("red", "paper"),
            ("on-red", "red-wash"), ("on-green", "green-wash"), ("on-amber", "amber-wash"),
            ("ink", "red-wash"), ("ink", "green-wash"), ("ink", "h1"), ("ink", "h2"),
            ("ink", "h3"), ("heat", "h4"), ("white", "h5")]  # fmt: skip
    for text, ground in over:
        bright, dim = sorted((luminance(colours[text]), luminance(colours[ground])), reverse=True)
        assert (bright + 0.05) / (dim + 0.05) >= 4.5, (text, ground)


CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")


@pytest.mark.real
@pytest.mark.skipif(CHROMIUM is None, reason="no browser")
def test_a_browser_runs_it_without_complaint(tmp_path: Path) -> None:
    report = write_report(full_run().write(tmp_path / "out"))
    command = [
        str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr",
        f"--user-data-dir={tmp_path / 'profile'}", "--dump-dom", report.as_uri(),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=90, check=True)
    assert "CONSOLE" not in done.stderr
    assert done.stdout.count('type="range"') >= 5, "the script ran"
    assert 'type="search"' in done.stdout
    assert identity("a.txt")[:16] in done.stdout
