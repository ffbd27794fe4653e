"""Checks of one candidate: length, language, copying, evidence. Each fault has its reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dataflow.evidence.spans import ChunkSpan, Evidence, Fault, quoted
from dataflow.evidence.support import support
from dataflow.evidence.verify import verify
from dataflow.evidence.wording import cjk_share, contains, longest_run, names, numbers, tokens
from dataflow.sft.drafts import BACK_TRANSLATION, Draft
from schemas.records import Reason

_MAX_INSTRUCTION = 4000
_COPIED_RUN = 8
_MIXED_QUESTION = 0.15
"""A Chinese question may be mostly Latin names; one without any Han is not Chinese."""

_NAMES = frozenset(("PERSON", "ORG", "GPE", "LOC", "FAC", "PRODUCT", "EVENT", "WORK_OF_ART"))
_OPENING_WORDS = (
    "what who whom whose when where why which how is are was were do does did can could should "
    "would will has have had in on at by for from with of to the a an according if please tell "
    "explain describe list name give state write summarise summarize compare define identify "
    "outline discuss provide show find compose draft create"
)
_OPENINGS = frozenset(_OPENING_WORDS.split())


@dataclass(frozen=True, slots=True)
class Bounds:
    """Thresholds, in tokens (words, numbers, Han characters) and shares.

    `copied`: share of the instruction that may be one run of the answer (runs below 8 tokens do
    not count). `support`: share of an answer's tokens that a sentence of its quote must hold.
    """

    min_instruction: int = 3
    min_output: int = 1
    min_passage: int = 20
    max_passage: int = 2000
    copied: float = 0.6
    support: float = 0.8


@dataclass(frozen=True, slots=True)
class Setting:
    """What a candidate is checked against: its document and chunks, and its evidence."""

    text: str
    title: str
    chunks: Mapping[str, ChunkSpan]
    evidence: Sequence[Evidence]


@dataclass(frozen=True, slots=True)
class Checked:
    """The first fault of a candidate, None for none, and the scores measured on the way.

    Scores have names of `schemas.samples.SCORES`.
    """

    fault: Fault | None
    scores: Mapping[str, float]


def checked(draft: Draft, setting: Setting, bounds: Bounds) -> Checked:
    """What the checks of one candidate found."""
    quote = quoted(setting.evidence)
    scores = {
        "support": round(support(draft.output, quote), 4),
        "answer_tokens": float(len(tokens(draft.output))),
    }
    return Checked(check(draft, setting, bounds), scores)


def check(draft: Draft, setting: Setting, bounds: Bounds) -> Fault | None:
    """The first fault of the candidate, None when it may become a row."""
    return (
        _length(draft, bounds)
        or _language(draft)
        or _copies(draft, bounds)
        or verify(setting.evidence, setting.text, setting.chunks, draft.output, bounds.support)
        or _premise(draft, setting)
    )


def _length(draft: Draft, bounds: Bounds) -> Fault | None:
    asked, said = len(tokens(draft.instruction)), len(tokens(draft.output))
    if asked < bounds.min_instruction:
        return _short("instruction", asked, bounds.min_instruction)
    least = bounds.min_passage if draft.method == BACK_TRANSLATION else bounds.min_output
    if said < least:
        return _short("output", said, least)
    if len(draft.instruction) > _MAX_INSTRUCTION:
        detail = "the instruction is as long as a document"
        return Fault(Reason.MALFORMED_OUTPUT, detail, len(draft.instruction), _MAX_INSTRUCTION)
    return None


def _short(part: str, found: int, least: int) -> Fault:
    detail = f"the {part} has {found} words or Han characters"
    return Fault(Reason.SAMPLE_TOO_SHORT, detail, float(found), float(least))


def _language(draft: Draft) -> Fault | None:
    """A Chinese document's questions hold Han, those of other scripts no more than a little.

    The answer is only looked at when a model wrote it.
    """
    texts = [draft.instruction]
    if draft.written and draft.method != BACK_TRANSLATION and len(tokens(draft.output)) > 8:
        texts.append(draft.output)
    for text in texts:
        share = cjk_share(text)
        if draft.lang == "zh" and share < _MIXED_QUESTION:
            return Fault(Reason.SAMPLE_WRONG_LANGUAGE, "not Chinese", share, _MIXED_QUESTION)
        if draft.lang not in ("zh", "ja", "ko") and share > 1 - _MIXED_QUESTION:
            return Fault(
                Reason.SAMPLE_WRONG_LANGUAGE, f"not {draft.lang}", share, 1 - _MIXED_QUESTION
            )
    return None


def _copies(draft: Draft, bounds: Bounds) -> Fault | None:
    """Instructions that give the answer away, or are a piece of it."""
    asked, said = tokens(draft.instruction), tokens(draft.output)
    if asked == said:
        return Fault(Reason.COPIES_SOURCE, "the instruction is the output", 1.0, bounds.copied)
    if draft.written and draft.method != BACK_TRANSLATION and contains(asked, said):
        return Fault(Reason.COPIES_SOURCE, "the question holds its answer", 1.0, bounds.copied)
    run = longest_run(asked, said[: bounds.max_passage])
    share = run / len(asked)
    if run >= _COPIED_RUN and share > bounds.copied:
        detail = f"{run} of the instruction's {len(asked)} tokens are a run of the output"
        return Fault(Reason.COPIES_SOURCE, detail, share, bounds.copied)
    return None


def _premise(draft: Draft, setting: Setting) -> Fault | None:
    """A model's question may name nobody and no number that its passage does not."""
    if not draft.written:
        return None
    around = " ".join(setting.chunks[item.chunk_id].text for item in setting.evidence)
    known = set(tokens(f"{setting.title} {around}"))
    said = names(draft.instruction) | numbers(draft.instruction)
    if draft.lang == "en":
        said |= _leading_name(draft.instruction, known)
    unknown = sorted(said - known)
    if unknown:
        detail = f"the instruction brings in {', '.join(unknown[:5])}, not in the passage"
        return Fault(Reason.EVIDENCE_UNSUPPORTED, detail, float(len(unknown)), 0.0)
    return None


def _leading_name(instruction: str, known: set[str]) -> set[str]:
    """Words of a name at the very beginning, where every word is capitalised.

    spaCy decides; it takes 3 s to load and is not asked about usual openings and known words.
    """
    first = next(iter(tokens(instruction)), "")
    if first in known or first in _OPENINGS:
        return set()
    from dataflow.text.spacy_adapter import entities

    found = [
        instruction[start:end]
        for start, end, label in entities(instruction)
        if start == 0 and label in _NAMES
    ]
    return {token for name in found for token in tokens(name) if token not in _OPENINGS}
