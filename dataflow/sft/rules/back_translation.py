"""Back-translation by templates: a section is the answer, its heading makes the instruction.

What kind of instruction, for whom and how hard it is goes by what the section does: it is asked to
compare only where it compares, and to be put into practice only where it instructs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dataflow.evidence.wording import numbers, tokens
from dataflow.sft.drafts import BACK_TRANSLATION, Draft, Traits
from dataflow.sft.rules.place import Place, question_form
from schemas.document import ElementKind
from schemas.ids import content_id

_LEAST = {"en": 30, "zh": 60}
"""Tokens of an answer: of Chinese, characters."""
_SHORT, _LONG = 120, 350
"""Tokens of an answer that is easy or hard to write at the least."""
_DENSE = 0.06
"""Share of numbers among the tokens above which a passage speaks to experts: about the upper
quarter of the sections of the sample documents and of news has as many."""
_LEAST_PROSE = 0.7
_CUES_NEEDED = {"compare": 3, "apply": 3, "analyse": 2}
"""Cues from which a passage is of a kind: one comparison does not make it a comparison."""
_THEORY = 3
_FORMULA = re.compile(r"\$[^$\n]{2,}\$")


def write_section(place: Place) -> Iterator[Draft]:
    """The instruction that the section is an answer to."""
    span = place.bounded()
    if span is None or not place.heading or question_form(place.heading, place.phrasing):
        return
    output = place.cut(span)
    size = len(tokens(output))
    if size < _LEAST[place.lang] or _prose(place) < _LEAST_PROSE:
        return
    kinds = kinds_of(output, place)
    pick = int(content_id("kind", place.seed, place.document.doc_id, output)[:8], 16)
    kind = kinds[pick % len(kinds)]
    perspective = perspective_of(output, kind, place)
    traits = Traits(perspective, difficulty_of(output), kind)
    asked = place.word(_wording(kind, perspective, place), heading=place.heading, title=place.title)
    yield Draft(
        BACK_TRANSLATION, "write_section" if kind == "create" else kind, place.lang, asked, output,
        (span,), place.phrasing.rule(f"section_{kind}"), traits=traits,
    )  # fmt: skip


def kinds_of(text: str, place: Place) -> list[str]:
    """Kinds of instruction that the passage answers; more cues are needed in a longer one."""
    cues = place.phrasing.cues
    found = []
    signs = {"compare": cues.compare, "apply": cues.instruct, "analyse": cues.reason}
    for kind, cue in signs.items():
        enough = _CUES_NEEDED[kind] + (len(tokens(text)) > _LONG)
        if place.title and len(cue.findall(text)) >= enough:
            found.append(kind)
    return found or (["explain", "create"] if place.title else ["create"])


def perspective_of(text: str, kind: str, place: Place) -> str:
    """For whom the passage is written."""
    if kind == "apply":
        return "practitioner"
    if kind == "compare":
        return ""
    theory = place.phrasing.cues.theory.findall(text)
    if _FORMULA.search(text) or len(theory) > _THEORY:
        return "theorist"
    share = len(numbers(text)) / max(len(tokens(text)), 1)
    if kind == "create":
        return ""
    return "expert" if share > _DENSE else "novice" if not theory and kind == "explain" else ""


def difficulty_of(text: str) -> str:
    """By length: how much has to be written."""
    size = len(tokens(text))
    return "easy" if size < _SHORT else "hard" if size > _LONG else "medium"


def _wording(kind: str, perspective: str, place: Place) -> str:
    """The most special wording that there is."""
    if not place.title:
        return kind if kind in place.phrasing.templates else "create"
    special = f"{kind}_{perspective}"
    return special if f"{special}_in" in place.phrasing.templates else kind


def _prose(place: Place) -> float:
    """Share of the section's characters that stand in paragraphs and lists."""
    prose = (ElementKind.PARAGRAPH, ElementKind.LIST_ITEM, ElementKind.QUOTE)
    sizes = [(b.end - b.start, b.kind in prose) for b in place.section.blocks]
    return sum(size for size, own in sizes if own) / max(sum(size for size, _ in sizes), 1)
