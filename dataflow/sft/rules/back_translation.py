"""Back-translation by templates: a section is the answer, its heading makes the instruction.

A section that says how much and when cannot be written by somebody who was not told: notes of it
are given (its numbers, names and terms). One that explains or instructs may be asked for without.
What kind of instruction it is goes by what the section does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dataflow.evidence.spans import Span
from dataflow.evidence.wording import plain, tokens
from dataflow.sft.drafts import BACK_TRANSLATION, Draft, Traits
from dataflow.sft.rules.notes import NUMBERS, notes
from dataflow.sft.rules.place import REDACTED, Place, question_form
from dataflow.sft.rules.whole import after_dateline, unmarked, whole_sentences
from schemas.document import ElementKind

WRITTEN_FREELY = "section_free_"
"""Begins the names of the rules that give no notes."""
_LEAST = {"en": 40, "zh": 70}
"""Tokens of an answer: of Chinese, characters."""
_SHORT, _LONG = 120, 350
"""Tokens of an answer that is easy or hard to write at the least."""
_FEW_NUMBERS = 0.01
"""Share of numbers among the tokens up to which a section explains rather than reports."""
_EXACT = re.compile(
    r"\b[12]\d{3}\b|[$€£¥]|\d\s?(?:%|°|℃|km|kg|mm|cm|m\b|元|年|月|日)|\b[A-Z]\w+day\b"
    r"|[一二三四五六七八九〇]{4}年"
)
"""Dates and amounts."""
_I = re.compile(r"\b(?:I|[Ww]e|[Oo]ur|[Mm]y|us)\b|我")
"""What somebody did and saw is a report, no explanation."""
_PROSE = (ElementKind.PARAGRAPH, ElementKind.LIST_ITEM, ElementKind.QUOTE)
_CUES_NEEDED = {"compare": 3, "apply": 3, "analyse": 2}
"""Cues from which a passage is of a kind: one comparison does not make it a comparison."""
_TWO = {
    "en": re.compile(r"(?P<one>\w[\w' -]{1,30}) (?:and|or|versus|vs\.?) (?P<two>\w[\w' -]{1,30})"),
    "zh": re.compile(
        r"(?P<one>[^与和还或、，的]{2,12})(?:与|和|还是|或)(?P<two>[^与和还或、，的]{2,12})"
    ),
}
"""A heading of two things."""


def write_section(place: Place) -> Iterator[Draft]:
    """The instruction that the section is an answer to, with notes where it needs them."""
    span = place.bounded()
    if span is None or not place.heading or question_form(place.heading, place.phrasing):
        return
    span = (span[0] + after_dateline(place.cut(span)), span[1])
    output = unmarked(place.cut(span))
    blocks = [block for block in place.blocks if block.end <= span[1]]
    told = len(tokens(output)) >= _LEAST[place.lang] and REDACTED not in output
    told = told and not place.phrasing.cues.greeting.match(blocks[0].text)
    if not told or any(block.kind not in _PROSE for block in blocks):
        return
    kind = kind_of(output, place)
    traits = Traits("practitioner" if kind == "apply" else "", difficulty_of(output), kind)
    rule = place.phrasing.rule
    personal = len(_I.findall(output)) > 1
    if kind != "create" and not personal and not _exact(output, place.lang):
        yield Draft(
            BACK_TRANSLATION, kind, place.lang, _asked(kind, place), output, (span,),
            rule(f"{WRITTEN_FREELY}{kind}"), traits=traits,
        )  # fmt: skip
        return
    prose = all(block.kind is ElementKind.PARAGRAPH for block in blocks)
    prose = prose and not personal and "?" not in output and "？" not in output
    given = notes(_sentences(place, span), place.lang) if prose else ""
    if given:
        traits = Traits("", difficulty_of(output), "create")
        yield Draft(
            BACK_TRANSLATION, "write_section", place.lang,
            place.word("from_notes", heading=place.heading, title=place.title), output, (span,),
            rule("section_from_notes"), given, traits=traits,
        )  # fmt: skip


def _sentences(place: Place, span: Span) -> list[str]:
    """The section's sentences as they are read."""
    return [
        plain(place.cut((max(start, span[0]), end)))
        for block in place.blocks if block.end <= span[1]
        for start, end in whole_sentences(block, place.document.text)
        if end > span[0]
    ]  # fmt: skip


def _asked(kind: str, place: Place) -> str:
    if place.heading.lower().startswith("how to "):
        return f"Explain how to {place.heading[7:]}."
    two = _TWO[place.lang].fullmatch(place.heading) if kind == "compare" else None
    slots = {"one": two["one"], "two": two["two"]} if two else {}
    return place.word(kind, heading=place.heading, title=place.title, **slots)


def _exact(text: str, lang: str) -> bool:
    """Whether the text is of dates, amounts and measurements."""
    told = len(NUMBERS[lang].findall(text))
    return _EXACT.search(text) is not None or told > _FEW_NUMBERS * len(tokens(text)) + 1


def kind_of(text: str, place: Place) -> str:
    """Kind of instruction that the passage answers; more cues are needed in a longer one.

    It compares only under a heading of two things.
    """
    cues = place.phrasing.cues
    signs = {"apply": cues.instruct, "analyse": cues.reason, "compare": cues.compare}
    counts = {kind: len(cue.findall(text)) for kind, cue in signs.items()}
    enough = {
        kind: count - _CUES_NEEDED[kind] - (len(tokens(text)) > _LONG)
        for kind, count in counts.items()
    }
    if _TWO[place.lang].fullmatch(place.heading) is None:
        del enough["compare"]
    best = max(enough, key=lambda kind: enough[kind])
    if enough[best] >= 0:
        return best
    return "explain" if counts["analyse"] or cues.theory.search(text) else "create"


def difficulty_of(text: str) -> str:
    """By length: how much has to be written."""
    size = len(tokens(text))
    return "easy" if size < _SHORT else "hard" if size > _LONG else "medium"
