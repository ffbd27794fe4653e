"""Questions for a test set of retrieval-augmented generation, and such as nothing answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from dataflow.evidence.wording import cjk_share, plain, tokens
from dataflow.sft.blocks import Manuscript, sentences
from dataflow.sft.derive.absent import OF_DOCUMENT, OF_ROW
from dataflow.sft.derive.alone import QUOTED, alone, leaning
from dataflow.sft.derive.aspects import other_aspects
from dataflow.sft.derive.queries import ASKED
from dataflow.sft.drafts import INTO_EVALSET, TABLE, Draft
from dataflow.sft.rules.grid import Grid, grid_of
from dataflow.sft.rules.passages import content_words
from dataflow.sft.rules.phrasing import RULES_VERSION, Phrasing
from dataflow.sft.rules.place import PHRASINGS, brief, title_of
from dataflow.sft.rules.swaps import NEGATION, swaps
from schemas.document import ElementKind
from schemas.ids import content_id

_UNANSWERABLE = 4
"""To so many questions that a document answers there is one that it does not."""
_TESTED = ASKED | {"steps", "intro", "cause", "condition"}
"""Tasks whose instruction asks what a text says, and whose answer can be told right from wrong."""
_LEAST_WORDS = 3
"""Words of a question besides what was swapped: what it asks must be told from what it is of."""
_SHARED = 0.5
"""Share of a question's other words that may stand together with what was swapped in."""
_OF_NAMES = frozenset({"definition", "abbreviation"})


def answerable(draft: Draft, document: Manuscript, seed: int) -> Draft | None:
    """The sample as a test question that stands alone; None when it would not.

    One that was asked of a passage is asked of the document's title instead.
    """
    phrasing = PHRASINGS.get(draft.lang)
    if phrasing is None or draft.task not in _TESTED or draft.history:
        return None
    question = draft.instruction
    if draft.input:
        question = alone(question, brief(title_of(document, phrasing)), phrasing, seed)
    if not question or leaning(question):
        return None
    return replace(draft, into=INTO_EVALSET, instruction=question, input="", parent=draft.sample_id)


def unanswerable(
    draft: Draft, document: Manuscript, others: Sequence[Draft], seed: int
) -> Draft | None:
    """A question like the sample's that the document does not answer, for one in four of them.

    Where nothing like it goes unanswered, it is like another sample's, and only then one that might
    be asked of any text.

    What was swapped in stands in the document, but in no sentence and no line of a table together
    with what is asked of it.
    """
    phrasing = PHRASINGS.get(draft.lang)
    base = answerable(draft, document, seed)
    if phrasing is None or base is None:
        return None
    asking = [one for one in others if answerable(one, document, seed) is not None]
    before = sum(one.sample_id < draft.sample_id for one in asking)
    if before % _UNANSWERABLE != int(content_id("absent", seed, document.doc_id)[:4], 16) % min(
        _UNANSWERABLE, max(len(asking) + 1, 2)
    ):
        return None
    siblings = sorted(
        asking, key=lambda one: content_id("like", seed, draft.sample_id, one.sample_id)
    )
    like = (_like(one, document, phrasing, seed) for one in (draft, *siblings))
    asked = next((one for one in like if one), "")
    asked = asked or _not_said(document, phrasing, seed, draft.sample_id)
    if not asked:
        return None
    return replace(
        base, task="unanswerable", instruction=asked, output="", spans=(), answerable=False,
        claim=None, computed=None,
        prompt_id=f"rules.{draft.lang}.unanswerable/{RULES_VERSION}", calls=(), written=False,
    )  # fmt: skip


def _like(draft: Draft, document: Manuscript, phrasing: Phrasing, seed: int) -> str:
    """A question on a thing of the document like the sample's, which it does not answer."""
    base = answerable(draft, document, seed)
    if base is None or draft.lang != phrasing.lang:
        return ""
    if draft.method == TABLE:
        return _other_column(base, document, phrasing, seed) if draft.task == "lookup" else ""
    return _other_aspect(draft, document, phrasing, seed) or _other_thing(
        base, document, phrasing, seed
    )


def _other_column(draft: Draft, document: Manuscript, phrasing: Phrasing, seed: int) -> str:
    """The question with a header that the row's table has not: another table's, else a made-up."""
    grids = list(_grids(document))
    own = next((grid for grid in grids if draft.spans and grid.header_line == draft.spans[0]), None)
    if own is None:
        return ""
    quoted = QUOTED.findall(draft.instruction)
    header = next((text for text in reversed(quoted) if text in own.headers.values()), "")
    here = tokens(" ".join((own.name_header, *own.headers.values())))
    options = [
        other for grid in grids if grid is not own for other in grid.headers.values()
        if not set(tokens(other)) & set(here) and (cjk_share(other) > 0) == (draft.lang == "zh")
    ]  # fmt: skip
    made_up = not options
    if made_up:
        lines = "\n".join(_lines(document))
        options = [one.question for one in OF_ROW[phrasing.lang] if not one.words.search(lines)]
    name = next((text for text in quoted if any(text == r.name.text for r in own.rows)), "")
    if not header or not options or not name or (made_up and name[:1].isdigit()):
        return ""
    now = min(options, key=lambda one: content_id("header", seed, draft.instruction, one))
    if _together(document, tokens(now), tokens(name)):
        return ""
    return draft.instruction.replace(f"“{header}”", f"“{now}”")


def _not_said(document: Manuscript, phrasing: Phrasing, seed: int, key: str) -> str:
    """A question on the whole document, none of whose words stands in it; '' for none."""
    title = brief(title_of(document, phrasing))
    options = [
        one for one in OF_DOCUMENT[phrasing.lang]
        if not one.words.search(document.text) and one.given.search(document.text)
    ]  # fmt: skip
    if not title or not options:
        return ""
    chosen = min(options, key=lambda one: content_id("absent", seed, key, one.question))
    return phrasing.word("scoped", seed, title=title, question=chosen.question)


def _grids(document: Manuscript) -> Iterator[Grid]:
    for block in document.blocks:
        grid = grid_of(block, document.text) if block.kind is ElementKind.TABLE else None
        if grid is not None:
            yield grid


def _other_thing(draft: Draft, document: Manuscript, phrasing: Phrasing, seed: int) -> str:
    """The question with another number, date or name of the document."""
    if draft.task in _OF_NAMES:
        return ""  # another term may be defined just as well
    title = brief(title_of(document, phrasing))
    head, mark, tail = draft.instruction.partition(title) if title else ("", "", draft.instruction)
    asked = tail if mark else draft.instruction
    for swap in swaps(asked, document.text, draft.lang, seed):
        if swap.flaw == NEGATION or _blank(swap.now):
            continue
        rest = set(content_words(asked.replace(swap.was, " "), phrasing))
        if len(rest) < _LEAST_WORDS or tokens(swap.now) == tokens(swap.was):
            continue
        shared = [
            len(rest & set(content_words(line, phrasing))) / len(rest)
            for line in _lines(document) if _holds(tokens(line), tokens(swap.now))
        ]  # fmt: skip
        if shared and max(shared) <= _SHARED:
            return f"{head}{mark}{swap.text}" if mark else swap.text
    return ""


def _other_aspect(draft: Draft, document: Manuscript, phrasing: Phrasing, seed: int) -> str:
    """Something else about the thing that is asked about, of which the document says nothing.

    No word of an answer may stand in the document at all: the thing may go by other names there.
    """
    title = brief(title_of(document, phrasing))
    options = [
        asked for _, asked, words in other_aspects(draft.instruction, phrasing.lang)
        if not words.search(document.text)
    ]  # fmt: skip
    if not options or not title:
        return ""
    chosen = min(options, key=lambda one: content_id("aspect", seed, draft.sample_id, one))
    return phrasing.word("scoped", seed, title=title, question=chosen)


def _blank(text: str) -> bool:
    return not tokens(text)


def _together(document: Manuscript, one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether a sentence or a line of the document holds all words of both."""
    return any(_holds(line, one) and _holds(line, other) for line in map(tokens, _lines(document)))


def _holds(line: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    return set(wanted) <= set(line)


def _lines(document: Manuscript) -> Iterator[str]:
    """Sentences of paragraphs and lists, lines of all else."""
    for block in document.blocks:
        if block.kind in (ElementKind.PARAGRAPH, ElementKind.LIST_ITEM, ElementKind.QUOTE):
            for start, end in sentences(block, document.text):
                yield plain(document.text[start:end])
        else:
            yield from document.text[block.start : block.end].split("\n")
