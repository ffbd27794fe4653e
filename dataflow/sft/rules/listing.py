"""Tasks on lists: their points, steps and order; fields of lines; requests of a letter."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence

from dataflow.evidence.spans import Span
from dataflow.evidence.wording import plain, tokens
from dataflow.sft.blocks import Block, sentences
from dataflow.sft.drafts import EXTRACTIVE, Draft
from dataflow.sft.rules.grid import BOX
from dataflow.sft.rules.place import MAX_INPUT, MAX_OUTPUT, Place
from dataflow.sft.rules.shown import shown_around
from dataflow.sft.rules.whole import wide
from schemas.document import ElementKind
from schemas.ids import content_id

_NUMBERED = re.compile(r"^\s{0,3}\d{1,3}[.)、]\s*")
_INDENTED = re.compile(r"^\s{2,}\S")
_FIELD = re.compile(
    r"^(?:[-*+]\s+)?\**(?P<key>[^\W\d][^:：|\n*，。]{0,23}?)\**\s*[:：]\s*\**(?P<value>[^\s:：|][^\n|]{0,100}(?<![.。！!]))$"
)
_COLON = re.compile(r"[:：]\s*$")
_POINTS = re.compile(r"[;；]\s*")
_COLON_WITHIN = re.compile(r"[:：]")
"""In a point: what goes before the first colon does not introduce them all."""
_BLANK = re.compile(r"[□☐_＿]|^年\s*月\s*日")
"""A field that is still to be filled in."""
_IMPERATIVE = re.compile(
    r"(?!(?:The|An?|If|When|It|There|This|No|Each|All|Every|Not|In|On|At|We|You|As|For|By)\b)"
    r"[A-Z][a-z]*(?<!s)(?<!ed)(?<![a-z]{3}ing)(?<!ly)\s"
    r"(?:the|an?|all|your|each|any|out|up|on|off|in|down|until|\d+)\b"
)
"""An English verb that orders, by what follows it."""
_ZH_IMPERATIVE = re.compile("[将把请先再按用]|关闭|打开|检查|安装|放入|取出|加入|连接|等待")
_LEAST_QUOTED = 5
"""Tokens of a sentence that makes a point; “Third, the figure.” only announces one."""
_LEAST_POINTS = 3
_MOST_POINTS = 20
_MOST_FIELDS = 12
_MOST_ORDER = 0.7
"""Share of a list's items that are orders above which it is a list of steps."""


def lists(place: Place) -> Iterator[Draft]:
    """Questions on each run of list items, by the words that announce it or the heading.

    The section is given; where it is nothing but the list, only its order is asked for.
    """
    for lead, items in _runs(place):
        span = (items[0].start, items[-1].end)
        if not 2 <= len(items) <= _MOST_POINTS or span[1] - span[0] > MAX_OUTPUT:
            continue
        if any(item.kind is not ElementKind.LIST_ITEM or BOX.search(item.text) for item in items):
            continue
        numbered = all(_NUMBERED.match(place.cut((b.start, b.end))) for b in items)
        orders = sum(_orders(place, b.text) for b in items)
        instructs = orders > _MOST_ORDER * len(items)
        asked = _asked(place, lead, len(items), numbered and instructs)
        given = shown_around(place, span)
        if asked is not None and given:
            task, question = asked
            yield Draft(
                EXTRACTIVE, task, place.lang, question, place.cut(span), (span,),
                place.phrasing.rule(task), given,
            )  # fmt: skip
        if numbered and instructs:
            yield from _order(place, items, span)


def _orders(place: Place, text: str) -> bool:
    """Whether a list item tells what to do."""
    bare = _NUMBERED.sub("", text.strip())
    order = _ZH_IMPERATIVE if place.lang == "zh" else _IMPERATIVE
    return bool(place.phrasing.cues.instruct.search(text[:80]) or order.match(bare))


def _runs(place: Place) -> Iterator[tuple[Block | None, list[Block]]]:
    """Runs of list items, each with the paragraph before it."""
    lead: Block | None = None
    items: list[Block] = []
    for block in place.section.blocks:
        if block.kind is ElementKind.LIST_ITEM:
            items.append(block)
            continue
        if items:
            yield lead, items
        lead, items = (block if block.kind is ElementKind.PARAGRAPH else None), []
    if items:
        yield lead, items


def _asked(place: Place, lead: Block | None, items: int, steps: bool) -> tuple[str, str] | None:
    """Task and question: by the announcing words, else by the heading of nothing but a list."""
    if lead is not None and _COLON.search(lead.text):
        spans = sentences(lead, place.document.text)
        announced = plain(place.cut(spans[-1]))
        if 4 <= len(tokens(announced)) <= 30 and not place.phrasing.lead.match(announced):
            question = place.word("intro", lead=announced)
            return "list", question
    others = len(place.section.blocks) - items
    if not place.heading or others > 3:
        return None
    task = "steps" if steps else "list"
    return task, place.word(task, heading=place.heading)


def _order(place: Place, items: Sequence[Block], span: Span) -> Iterator[Draft]:
    """Numbered steps to be put into their order."""
    raw = [place.cut((item.start, item.end)) for item in items]
    numbers = [int(re.findall(r"\d+", text)[0]) for text in raw]
    steps = [_NUMBERED.sub("", text).strip() for text in raw]
    ordered = numbers == list(range(1, len(numbers) + 1))
    if not ordered or len(steps) < _LEAST_POINTS or any(_INDENTED.match(text) for text in raw):
        return
    mixed = sorted(steps, key=lambda step: content_id("mix", place.seed, step))
    if mixed == steps:
        mixed = mixed[1:] + mixed[:1]
    yield Draft(
        EXTRACTIVE, "order", place.lang, place.word("order", key=content_id(*steps)),
        place.cut(span), (span,), place.phrasing.rule("order"),
        "\n".join(f"- {step}" for step in mixed),
    )  # fmt: skip


def rewritten(place: Place) -> Iterator[Draft]:
    """A sentence with points between semicolons, to be rewritten as a list."""
    for block in place.section.blocks:
        if block.kind is not ElementKind.PARAGRAPH:
            continue
        for span in sentences(block, place.document.text):
            sentence = wide(plain(place.cut(span)), place.lang)
            head, colon, rest = _split(sentence)
            points = [part for part in _POINTS.split(rest.rstrip(".。")) if part.strip()]
            if any(_COLON_WITHIN.search(point) for point in points):
                continue
            if not colon or len(points) < _LEAST_POINTS or len(head) > MAX_INPUT // 5:
                continue
            output = head + colon + "".join(f"\n- {point}" for point in points)
            yield Draft(
                EXTRACTIVE, "rewrite", place.lang, place.word("rewrite_list", key=sentence),
                output, (span,), place.phrasing.rule("rewrite_list"), sentence, claim=sentence,
            )  # fmt: skip


def _split(sentence: str) -> tuple[str, str, str]:
    """What stands before the first colon, the colon, and the rest."""
    found = re.search(r":(?=\s)|：", sentence)
    if found is None:
        return sentence, "", ""
    return sentence[: found.start()], found[0], sentence[found.end() :].strip()


def fields(place: Place) -> Iterator[Draft]:
    """Lines of a key and a value, to be read into a JSON object."""
    run: list[tuple[Span, str, str]] = []
    for span in [*_lines(place), None]:
        found = _FIELD.match(plain(place.cut(span))) if span is not None else None
        if span is not None and found is not None and not _BLANK.search(found["value"]):
            run.append((span, found["key"].strip(), found["value"].strip()))
            continue
        keys = [key for _, key, _ in run]
        if _LEAST_POINTS <= len(run) <= _MOST_FIELDS and len(set(keys)) == len(keys):
            yield _record(place, run)
        run = []


def _lines(place: Place) -> Iterator[Span]:
    for block in place.section.blocks:
        if block.kind not in (ElementKind.PARAGRAPH, ElementKind.LIST_ITEM):
            continue
        start = block.start
        for line in place.cut((block.start, block.end)).split("\n"):
            if line.strip():
                yield start, start + len(line)
            start += len(line) + 1


def _record(place: Place, run: Sequence[tuple[Span, str, str]]) -> Draft:
    given = "\n".join(plain(place.cut(span)) for span, _, _ in run)
    output = json.dumps({key: value for _, key, value in run}, ensure_ascii=False, indent=2)
    return Draft(
        EXTRACTIVE, "json", place.lang, place.word("record_fields", key=given), output,
        tuple(span for span, _, _ in run), place.phrasing.rule("fields"), given, claim=given,
    )  # fmt: skip


def letter(place: Place, opening: bool) -> Iterator[Draft]:
    """What a letter asks its reader to do, and the points that it counts."""
    blocks = [b for b in place.section.blocks if b.kind is ElementKind.PARAGRAPH]
    text = "\n\n".join(place.cut((b.start, b.end)) for b in blocks)
    if not blocks or len(text) > 2 * MAX_INPUT:
        return
    found = [
        (span, plain(place.cut(span)))
        for block in blocks for span in sentences(block, place.document.text)
    ]  # fmt: skip
    cues = place.phrasing.cues
    if opening and cues.greeting.match(blocks[0].text):
        asked = [(span, said) for span, said in found if cues.request.search(said)]
        yield from _quotes(place, "requests", asked, text)
    counted = [(span, said, cues.ordinal.match(said)) for span, said in found]
    points = [(span, said, match.lastgroup) for span, said, match in counted if match]
    if [name for _, _, name in points][:3] == ["one", "two", "three"]:
        yield from _quotes(place, "points", [(span, said) for span, said, _ in points], text)


def _quotes(
    place: Place, task: str, found: Sequence[tuple[Span, str]], text: str
) -> Iterator[Draft]:
    """Sentences of the text as a list."""
    sizes = [len(tokens(said)) for _, said in found]
    if any(len(said) > 400 for _, said in found) or min(sizes, default=0) < _LEAST_QUOTED:
        return
    if not 2 <= len(found) <= _MOST_POINTS // 2:
        return
    output = "\n".join(f"- {said}" for _, said in found)
    yield Draft(
        EXTRACTIVE, task, place.lang, place.word(task, key=content_id(text)), output,
        tuple(span for span, _ in found), place.phrasing.rule(task), text,
    )  # fmt: skip
