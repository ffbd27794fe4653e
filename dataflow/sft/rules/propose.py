"""The rules backend: questions whose answers stand in the text, without any model."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dataflow.evidence.spans import Span
from dataflow.evidence.wording import names, plain, tokens
from dataflow.sft.blocks import Manuscript, Section, sentences
from dataflow.sft.drafts import BACK_TRANSLATION, EXTRACTIVE, Draft
from dataflow.sft.rules.chinese import CHINESE
from dataflow.sft.rules.english import ENGLISH
from dataflow.sft.rules.phrasing import Pattern, Phrasing
from dataflow.sft.rules.tables import table_drafts
from schemas.document import ElementKind
from schemas.ids import content_id

PHRASINGS = {phrasing.lang: phrasing for phrasing in (ENGLISH, CHINESE)}

_MAX_SENTENCE = 400
_MAX_INPUT = 1500
_MAX_OUTPUT = 4000
_MAX_HEADING = 80
_NUMBERED = re.compile(
    r"^(?:第[一二三四五六七八九十百\d]{1,4}[章节篇部条]|[一二三四五六七八九十]{1,3}[、.．]"
    r"|(?:\d{1,3}[.．])+\d{0,3}|\d{1,3}[、)）]|[IVXLC]{1,6}\.|[A-Z]\.|\(\w{1,3}\)|Chapter\s\w+[.:]?)\s*"
)


def rule_drafts(document: Manuscript, methods: frozenset[str], seed: int) -> list[Draft]:
    """All candidates of a document, in its order; none in a language without patterns."""
    phrasing = PHRASINGS.get(document.lang)
    if phrasing is None:
        return []
    found: list[Draft] = []
    if EXTRACTIVE in methods:
        found += _title(document, phrasing, seed)
    titled = bool(found)  # the first section's opening is given there: one task for one input
    for number, section in enumerate(document.sections):
        if EXTRACTIVE in methods:
            found += _facts(document, section, phrasing)
            found += table_drafts(document, section, phrasing, seed)
            found += _lists(document, section, phrasing, seed)
            found += _section_question(document, section, phrasing, seed)
            if number or not titled:
                found += _summary(document, section, phrasing, seed)
        if BACK_TRANSLATION in methods:
            found += _write_section(document, section, phrasing, seed)
    return found


def choose(drafts: list[Draft], n: int, seed: int) -> list[Draft]:
    """At most `n` candidates, as many kinds of tasks as there are, in the document's order.

    Tasks take turns in the order of their first candidate; which candidate of a task comes first
    is decided by a hash with the seed.
    """
    order = {draft.sample_id: index for index, draft in enumerate(drafts)}
    by_task: dict[str, list[Draft]] = {}
    for draft in drafts:
        by_task.setdefault(draft.task, []).append(draft)
    for group in by_task.values():
        group.sort(key=lambda draft: content_id("choose", seed, draft.sample_id), reverse=True)
    chosen: list[Draft] = []
    while len(chosen) < n and any(by_task.values()):
        for group in by_task.values():
            if group and len(chosen) < n:
                chosen.append(group.pop())
    return sorted(chosen, key=lambda draft: order[draft.sample_id])


def heading_of(section: Section, phrasing: Phrasing) -> str:
    """The heading without its number, '' when it says nothing by itself."""
    heading = _NUMBERED.sub("", section.title).strip().rstrip("：:")
    too_general = heading.casefold() in phrasing.empty_titles or len(tokens(heading)) < 2
    return "" if too_general or len(heading) > _MAX_HEADING else heading


def title_of(document: Manuscript, phrasing: Phrasing) -> str:
    """The document's title, '' when it says nothing."""
    title = document.title.strip("《》 ")
    general = title.casefold() in phrasing.empty_titles or len(tokens(title)) < 2
    looks_like_a_file = bool(re.search(r"\.\w{2,4}$|[_\\/]|^Microsoft Word", title))
    return "" if general or looks_like_a_file or len(title) > _MAX_HEADING * 2 else title


def _facts(document: Manuscript, section: Section, phrasing: Phrasing) -> Iterator[Draft]:
    for block in section.blocks:
        if block.kind not in (ElementKind.PARAGRAPH, ElementKind.LIST_ITEM):
            continue
        for start, end in sentences(block, document.text):
            sentence = plain(document.text[start:end])
            if not 8 <= len(sentence) <= _MAX_SENTENCE or sentence[-1] not in ".。！!":
                continue
            for pattern in phrasing.patterns:
                asked = ask(pattern, sentence, document, phrasing)
                if asked is not None:
                    question, answer = asked
                    yield Draft(
                        EXTRACTIVE, pattern.task, phrasing.lang, question, answer,
                        ((start, end),), phrasing.rule(pattern.name),
                    )  # fmt: skip
                    break


def ask(
    pattern: Pattern, sentence: str, document: Manuscript, phrasing: Phrasing
) -> tuple[str, str] | None:
    """Question and answer that the sentence yields under the pattern, if it does."""
    found = pattern.regex.match(sentence)
    if found is None:
        return None
    slots = {name: value or "" for name, value in found.groupdict().items()}
    subject = slots[pattern.subject]
    bare = re.sub(r"^(?:[Tt]he|[Aa]n?)\s+", "", subject)
    if phrasing.dependent.search(bare) or len(tokens(subject)) > phrasing.max_subject:
        return None
    slots[pattern.subject] = _inside(subject, document.text) if phrasing.lang == "en" else subject
    helper, _, base = phrasing.words.get(slots.get("verb", ""), "").partition(" ")
    slots |= {"do": helper, "base": base}
    if "num" in slots and slots.get("scale", "").strip() and phrasing.lang == "en":
        slots["num"] += slots["scale"]
    parts = [slots[name] for name in pattern.answer if slots[name]]
    answer = pattern.glue.join(parts) if parts else sentence
    question = pattern.question.format(**slots)
    title = title_of(document, phrasing)
    if subject.lower().startswith("the ") and not names(f". {bare}") and title:
        question = f"According to “{title}”, {question[0].lower()}{question[1:]}"
    return question, answer


def _inside(subject: str, text: str) -> str:
    """An English subject as it stands within a sentence.

    A first word that the document writes small elsewhere was capitalised by the sentence alone.
    """
    first, space, rest = subject.partition(" ")
    if first in ("The", "A", "An"):
        return f"{first.lower()}{space}{rest}"
    small = first[:1].lower() + first[1:]
    common = re.search(rf"(?<![\w.]){re.escape(small)}(?!\w)", text) is not None
    return f"{small}{space}{rest}" if common else subject


def _title(document: Manuscript, phrasing: Phrasing, seed: int) -> Iterator[Draft]:
    title = title_of(document, phrasing)
    heading = next(
        (b for b in document.blocks[:5]
         if b.kind in (ElementKind.TITLE, ElementKind.HEADING) and b.text == title), None,
    )  # fmt: skip
    if not title or heading is None:
        return
    opening = _opening(document, document.sections[0]) if document.sections else ""
    if len(tokens(opening)) >= 40:
        instruction = phrasing.word("title", seed, key=content_id(opening))
        yield Draft(
            EXTRACTIVE, "title", phrasing.lang, instruction, title,
            ((heading.start, heading.end),), phrasing.rule("title"), opening,
        )  # fmt: skip


def _opening(document: Manuscript, section: Section) -> str:
    """The section's first paragraphs, as far as 1,500 characters go."""
    found = ""
    for block in section.blocks:
        piece = document.text[block.start : block.end]
        if block.kind is not ElementKind.PARAGRAPH or len(found) + len(piece) > _MAX_INPUT:
            break
        found = f"{found}\n\n{piece}" if found else piece
    return found


def _lists(
    document: Manuscript, section: Section, phrasing: Phrasing, seed: int
) -> Iterator[Draft]:
    heading = heading_of(section, phrasing)
    items = [block for block in section.blocks if block.kind is ElementKind.LIST_ITEM]
    if not heading or not 2 <= len(items) <= 20 or len(items) < len(section.blocks) - 1:
        return
    first, last = items[0].start, items[-1].end
    output = document.text[first:last]
    if len(output) <= _MAX_OUTPUT:
        title = _other(document, section, phrasing)
        question = phrasing.word("list", seed, heading=heading, title=title)
        yield Draft(
            EXTRACTIVE, "list", phrasing.lang, question, output, ((first, last),),
            phrasing.rule("list"),
        )  # fmt: skip


def _section_question(
    document: Manuscript, section: Section, phrasing: Phrasing, seed: int
) -> Iterator[Draft]:
    span = _bounded(section)
    heading = heading_of(section, phrasing)
    if span is None or not heading:
        return
    output = document.text[span[0] : span[1]]
    if phrasing.question_heading.match(heading):
        ending = "" if heading[-1] in "?？" else "？"
        yield Draft(
            EXTRACTIVE, "faq", phrasing.lang, heading + ending, output, (span,),
            phrasing.rule("faq"),
        )  # fmt: skip
    elif all(block.kind is ElementKind.PARAGRAPH for block in section.blocks):
        title = _other(document, section, phrasing)
        question = phrasing.word("section", seed, heading=heading, title=title)
        yield Draft(
            EXTRACTIVE, "section", phrasing.lang, question, output, (span,),
            phrasing.rule("section"),
        )  # fmt: skip


def _summary(
    document: Manuscript, section: Section, phrasing: Phrasing, seed: int
) -> Iterator[Draft]:
    opening = _opening(document, section)
    first = section.blocks[0]
    places = sentences(first, document.text)
    if first.kind is not ElementKind.PARAGRAPH or len(tokens(opening)) < 60 or len(places) < 3:
        return
    lead = plain(document.text[places[0][0] : places[0][1]])
    if phrasing.lead.match(lead) or not 6 <= len(tokens(lead)) <= 60:
        return
    instruction = phrasing.word("summary", seed, key=content_id(opening))
    yield Draft(
        EXTRACTIVE, "summary", phrasing.lang, instruction, lead, (places[0],),
        phrasing.rule("lead"), opening,
    )  # fmt: skip


def _write_section(
    document: Manuscript, section: Section, phrasing: Phrasing, seed: int
) -> Iterator[Draft]:
    span = _bounded(section)
    heading = heading_of(section, phrasing)
    if span is None or not heading or phrasing.question_heading.match(heading):
        return
    title = _other(document, section, phrasing)
    instruction = phrasing.word("write_section", seed, heading=heading, title=title)
    output = document.text[span[0] : span[1]]
    yield Draft(
        BACK_TRANSLATION, "write_section", phrasing.lang, instruction, output, (span,),
        phrasing.rule("heading"),
    )  # fmt: skip


def _other(document: Manuscript, section: Section, phrasing: Phrasing) -> str:
    """The document's title, '' when the section's heading is that title."""
    title = title_of(document, phrasing)
    return "" if title == section.title else title


def _bounded(section: Section) -> Span | None:
    """The section's blocks from the first, as many as fit 4,000 characters; None for none."""
    start, end = section.blocks[0].start, 0
    for block in section.blocks:
        if block.end - start > _MAX_OUTPUT:
            break
        end = block.end
    return (start, end) if end else None
