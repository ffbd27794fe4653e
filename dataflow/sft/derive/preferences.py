"""Preference pairs: the sample's answer against the same with one controlled flaw."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

from dataflow.evidence.support import SUPPORT, support
from dataflow.evidence.wording import contains, plain, tokens
from dataflow.sft.blocks import Manuscript, sentences
from dataflow.sft.drafts import INTO_PREFERENCES, INTO_SFT, PREFERENCE, TABLE, Draft
from dataflow.sft.rules.computed import NAMED, quantity
from dataflow.sft.rules.phrasing import RULES_VERSION
from dataflow.sft.rules.swaps import NUMBER, swaps
from dataflow.sft.rules.words import word_spans
from schemas.document import ElementKind
from schemas.ids import content_id

TRUNCATED, OFF_TOPIC, UNASKED = "truncated", "off_topic", "unasked"
_LAST = (OFF_TOPIC, UNASKED)
"""Flaws that are easily seen, or that some readers take for none: where no other one applies."""
_UNRELATED = 0.5
_LONG = 40
"""Tokens of an answer that can be broken off in the middle."""
_KEPT = (0.35, 0.6)
_MAX_ADDED = 60
_HEADINGS = frozenset({"title", "heading", "choose_heading"})
_LAID_OUT = frozenset({"csv", "json", "describe_row", "outline", "timeline", "rank", "filter"})
"""Tasks whose answers are seen to be of another one by their shape alone."""
_OF_THEIR_OWN = frozenset(
    {"keywords", "cloze", "speaker", "age", "who_is", "dates", "amounts", "works", "restore"}
)
"""Tasks whose answers no answer to another task resembles."""
_OPTION = re.compile("“([^”]{1,120})”")
_POINTS = re.compile(
    r"\b(?:it|its|this|that|these|those|they|them|their|he|she|his|her|him|there|here|such|so|we|our"
    r"|another|both|former|latter|thus|therefore)\b|^(?:But|And|Then|However|Also|Yet|Still)\b"
    r"|[这那它牠他她其此该另也还又却但]|[：:]|相反|同时|因此|所以|于是|然后|随后|后来|不过|然而",
    re.IGNORECASE,
)
"""What refers to another sentence."""
_CUT_SHORT = re.compile(r"\b(?:[A-Z][a-z]{0,3}|lit|ca|approx|vs)\.$")
"""Where a sentence seems to end and an abbreviation does."""
_ENDS = ".。!！?？"
_OPEN = re.compile(
    r"(?<=[a-z,] )(?:the|an?|of|in|on|at|to|and|or|with|for|from|by|which|whose|because|its|their)"
    r"(?= [\w“\"])"
)
_ZH_OPEN_WORDS = "的 在 和 与 把 被 从 对 向 由 以 将 为 让 给 比 及 或 而 但 因为 如果 由于"
_ZH_OPEN = frozenset(_ZH_OPEN_WORDS.split())
"""Words after which a sentence cannot end."""


def preference(
    draft: Draft, document: Manuscript, others: Sequence[Draft], seed: int
) -> Draft | None:
    """The sample's answer and a worse one, None when no flaw can be put in for sure.

    Which flaw, of those that apply, is decided by a hash; an answer to something else and a true
    sentence that nobody asked for come last. Verdicts on statements get none: the other verdict is
    a flip that teaches nothing. A changed answer counts as worse only if
    the evidence does not support it; one that was broken off ends within a sentence.
    """
    if draft.task == "true_false":
        return None
    found = [one for one in _flaws(draft, document, others, seed) if one[1]]
    if not found:
        return None
    flaw, rejected = min(
        found,
        key=lambda one: (one[0] in _LAST, content_id("flaw", seed, draft.sample_id, one[0])),
    )
    return replace(
        draft, method=PREFERENCE, into=INTO_PREFERENCES, parent=draft.sample_id,
        rejected=rejected, flaw=flaw, prompt_id=f"rules.{draft.lang}.{flaw}/{RULES_VERSION}",
    )  # fmt: skip


def _flaws(
    draft: Draft, document: Manuscript, others: Sequence[Draft], seed: int
) -> Iterator[tuple[str, str]]:
    if draft.task == "missing_sentence":
        yield OFF_TOPIC, _other_option(draft, seed)
        return
    quote = "\n".join(document.text[start:end] for start, end in draft.spans)
    if draft.computed is not None:
        yield from _miscalculated(draft, document, seed)
    elif draft.claim is None and draft.task not in _HEADINGS:
        for swap in swaps(draft.output, document.text, draft.lang, seed):
            if support(swap.text, quote) < SUPPORT:
                yield swap.flaw, swap.text
        added = _added(draft, document, quote, seed)
        if added:
            yield UNASKED, added
    short = _broken_off(draft, seed)
    if short:
        yield TRUNCATED, short
    other = _elsewhere(draft, quote, others, seed)
    if other:
        yield OFF_TOPIC, other


def _other_option(draft: Draft, seed: int) -> str:
    """Another one of the sentences among which the missing one is to be found."""
    options = [line[2:] for line in draft.input.split("\n") if line.startswith("- ")]
    wrong = [one for one in options if one != draft.output]
    return min(wrong, key=lambda one: content_id("gap", seed, one), default="")


def _miscalculated(draft: Draft, document: Manuscript, seed: int) -> Iterator[tuple[str, str]]:
    """Another row's name, or a result that is off, in place of a computed one."""
    if draft.computed is None or not draft.claim:
        return
    if draft.computed.operation.partition(":")[0] in NAMED:
        cells = [plain(document.text[start:end]) for start, end in draft.computed.operands]
        names = sorted(set(cells[::2]) - {draft.claim})
        if "\n" in draft.claim:
            lines = draft.claim.split("\n")
            yield NUMBER, "\n".join(lines[1:] + lines[:1])
        elif names:
            now = min(names, key=lambda name: content_id("row", seed, draft.sample_id, name))
            values = dict(zip(cells[::2], cells[1::2], strict=False))
            wrong = draft.output.replace(draft.claim, now)
            yield NUMBER, wrong.replace(values.get(draft.claim, now), values.get(now, now))
        return
    right = quantity(draft.claim)
    if right is not None and right.value:
        off = round(right.value * Decimal("1.25"), right.places) or Decimal(1)
        off = off + 1 if off == right.value else off
        shown = f"{off:,f}" if right.grouped else f"{off:f}"
        wrong = f"{right.before}{shown}{right.after}"
        yield NUMBER, draft.output.replace(draft.claim, wrong)


def _broken_off(draft: Draft, seed: int) -> str:
    """The answer's beginning up to a word that needs another one; '' when there is no such place.

    That is an article, preposition or conjunction; of Chinese, 的 or the like before a word.
    """
    size = len(draft.output)
    if len(tokens(draft.output)) < _LONG:
        return ""
    share = int(content_id("cut", seed, draft.sample_id)[:4], 16) / 0xFFFF
    wanted = size * (_KEPT[0] + share * (_KEPT[1] - _KEPT[0]))
    if draft.lang == "zh":
        words = pairwise(word_spans(draft.output))
        ends = [b for (a, b), (c, _) in words if b == c and draft.output[a:b] in _ZH_OPEN]
    else:
        ends = [found.end() for found in _OPEN.finditer(draft.output)]
    ends = [end for end in ends if _KEPT[0] <= end / size <= _KEPT[1]]
    return draft.output[: min(ends, key=lambda end: abs(end - wanted))] if ends else ""


def _elsewhere(draft: Draft, quote: str, others: Sequence[Draft], seed: int) -> str:
    """Another sample's answer that the evidence has nothing of; '' when there is none."""
    options: list[str] = [one for one in _OPTION.findall(draft.instruction) if one != draft.output]
    if draft.task == "choose_heading" and options:
        return min(options, key=lambda one: content_id("option", seed, draft.sample_id, one))
    size = len(tokens(draft.output))
    found = [
        other for other in others
        if other.into == INTO_SFT and other.lang == draft.lang and not other.history
        and not draft.history
        and size <= 4 * len(tokens(other.output)) <= 16 * size
        and support(other.output, f"{quote}\n{draft.output}") < _UNRELATED
        and not set(tokens(other.output)) <= set(tokens(draft.output))
        and _far(draft, other) and _alike(draft, other)
    ]  # fmt: skip
    if not found:
        return ""
    return min(found, key=lambda one: content_id("off", seed, draft.sample_id, one.output)).output


def _alike(draft: Draft, other: Draft) -> bool:
    """Whether the other answer is one of the same sort: a heading, a passage, a cell, a fact.

    The title of the whole is no wrong heading of a part.
    """
    if other.task == "true_false":
        return False
    return _sort(draft) == _sort(other) and not (draft.task != "title" and other.task == "title")


def _sort(draft: Draft) -> str:
    if draft.task in _HEADINGS:
        return "heading"
    if ("\n" in draft.output and draft.task in _LAID_OUT) or draft.task in _OF_THEIR_OWN:
        return draft.task
    if len(tokens(draft.output)) >= _LONG:
        return "passage"
    return "cell" if draft.method == TABLE else "fact"


def _far(draft: Draft, other: Draft) -> bool:
    """Whether the two have no evidence in common."""
    return all(
        end <= first or last <= start for start, end in draft.spans for first, last in other.spans
    )


def _added(draft: Draft, document: Manuscript, quote: str, seed: int) -> str:
    """The answer and a sentence from elsewhere in the document that its evidence has not."""
    if draft.output[-1:] not in _ENDS or "\n" in draft.output:
        return ""
    given = tokens(f"{quote} {draft.input}")
    options = []
    for block in document.blocks[:400]:
        if block.kind is not ElementKind.PARAGRAPH:
            continue
        for start, end in sentences(block, document.text):
            said = plain(document.text[start:end])
            fits = 6 <= len(tokens(said)) <= _MAX_ADDED and said[-1:] in ".。"
            if fits and not contains(given, tokens(said)) and not _refers(said):
                options.append(said)
    if not options:
        return ""
    chosen = min(options, key=lambda said: content_id("added", seed, draft.sample_id, said))
    joined = f"{draft.output}{'' if draft.lang == 'zh' else ' '}{chosen}"
    return joined if support(joined, quote) < SUPPORT else ""


def _refers(sentence: str) -> bool:
    """Whether a sentence needs another one, or is a piece of one."""
    return bool(_POINTS.search(sentence) or _CUT_SHORT.search(sentence))
