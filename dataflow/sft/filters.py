"""Checks of one candidate: form, language, copying, evidence. Each fault has its reason."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dataflow.evidence.dates import dates_of
from dataflow.evidence.proper_names import names_of
from dataflow.evidence.quantities import numbers_of
from dataflow.evidence.spans import ChunkSpan, Evidence, Fault
from dataflow.evidence.support import SUPPORT, Verdict
from dataflow.evidence.verify import judged, misplaced
from dataflow.evidence.wording import (
    cjk_share,
    contains,
    longest_run,
    script_of,
    tokens,
)
from dataflow.sft.drafts import (
    BACK_TRANSLATION,
    INTO_EVALSET,
    INTO_PREFERENCES,
    INTO_RETRIEVAL,
    SELF_INSTRUCT,
    Draft,
)
from dataflow.sft.manner import broken_off, leans, unsaid
from dataflow.sft.premise import brought_in
from schemas.records import Reason

_MAX_INSTRUCTION = 4000
_COPIED_RUN = 8
_MIXED_QUESTION = 0.15
"""A Chinese question may be mostly Latin names; one without any Han is not Chinese."""
_LEAST_QUERY = 2
_FACTS = 3
"""Numbers, dates and words of names that an answer has before a share of them is a leak."""
_CHOICE = re.compile(r"\bor\b|\beither\b|还是|或|哪|是否|([是有能会对好])[不没]\1", re.IGNORECASE)
"""Questions that name the answers to choose from; 是不是 and the like hold both yes and no."""
_CLASSIFICATION = "classification"
"""Task of Self-Instruct whose instruction may list the labels."""
_YES = re.compile(r"(?:yes|no|true|false|correct|incorrect)\b|[是不否对错没有]", re.IGNORECASE)
_JUDGED_ALONE = 8
"""Tokens up to which the language of an answer cannot be told (names, numbers)."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """Thresholds, in tokens (words, numbers, Han characters) and shares.

    `copied`: share of the instruction that may be one run of the answer (runs below 8 tokens do
    not count). `given_away`: share of an answer's numbers, dates and names that a model's question
    may hold. `support`: what the evidence's score for an answer must be at least.
    """

    min_instruction: int = 3
    min_output: int = 1
    min_passage: int = 20
    max_passage: int = 2000
    max_output: int = 4000
    copied: float = 0.6
    given_away: float = 0.75
    support: float = SUPPORT


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


def check(draft: Draft, setting: Setting, bounds: Bounds) -> Fault | None:
    """The first fault of the candidate, None when it may become a row."""
    return checked(draft, setting, bounds).fault


def checked(draft: Draft, setting: Setting, bounds: Bounds) -> Checked:
    """The first fault of the candidate and what was measured up to it."""
    scores: dict[str, float] = {"answer_tokens": float(len(tokens(draft.output)))}
    fault = (
        _length(draft, bounds)
        or _form(draft)
        or _language(draft)
        or _copies(draft, bounds, scores)
        or _evidence(draft, setting, bounds, scores)
        or _premise(draft, setting)
    )
    return Checked(fault, scores)


def _length(draft: Draft, bounds: Bounds) -> Fault | None:
    asked, said = len(tokens(draft.instruction)), len(tokens(draft.output))
    query = draft.into == INTO_RETRIEVAL
    least = min(_LEAST_QUERY, bounds.min_instruction) if query else bounds.min_instruction
    if asked < least:
        return _short("instruction", asked, least)
    if draft.answerable and not query:
        least = bounds.min_passage if draft.method == BACK_TRANSLATION else bounds.min_output
        if said < least:
            return _short("output", said, least)
    if len(draft.instruction) > _MAX_INSTRUCTION:
        return _long("instruction", len(draft.instruction), _MAX_INSTRUCTION, "characters")
    if said > bounds.max_output:
        return _long("output", said, bounds.max_output, "words or Han characters")
    return None


def _short(part: str, found: int, least: int) -> Fault:
    detail = f"the {part} has {found} words or Han characters"
    return Fault(Reason.SAMPLE_TOO_SHORT, detail, float(found), float(least))


def _long(part: str, found: int, most: int, what: str) -> Fault:
    detail = f"the {part} has {found} {what}"
    return Fault(Reason.SAMPLE_TOO_LONG, detail, float(found), float(most))


def _form(draft: Draft) -> Fault | None:
    """Answers cut off, pairs that are no pair, questions that lean on what is not shown.

    Only a model's words are looked at, and all questions of a test set, which stand alone.
    """
    if draft.into == INTO_PREFERENCES:
        worse = tokens(draft.rejected)
        if not worse or draft.rejected.strip() == draft.output.strip():
            detail = "there is no worse answer" if not worse else "both answers are the same"
            return Fault(Reason.MALFORMED_OUTPUT, detail)
    passage = draft.method == BACK_TRANSLATION or draft.into == INTO_RETRIEVAL
    if draft.written and not passage:
        for answer in draft.answers:
            if wrong := broken_off(answer):
                return Fault(Reason.MALFORMED_OUTPUT, f"of the answer: {wrong}")
    alone = draft.written or draft.into == INTO_EVALSET
    if not alone or draft.input or draft.history:
        return None
    if found := unsaid(draft.instruction, draft.lang) or leans(draft.instruction, draft.lang):
        return Fault(Reason.NOT_ANSWERABLE, f"the question leans on what is not shown: {found}")
    if not passage and (found := leans(draft.output, draft.lang)):
        return Fault(Reason.MALFORMED_OUTPUT, f"the answer speaks of what is not shown: {found}")
    return None


def _language(draft: Draft) -> Fault | None:
    """A Chinese document's questions hold Han, those of other scripts no more than a little.

    An answer is only looked at when a model wrote it.
    """
    texts = [draft.instruction]
    if draft.written and draft.method != BACK_TRANSLATION and draft.into != INTO_RETRIEVAL:
        texts += [answer for answer in draft.answers if len(tokens(answer)) > _JUDGED_ALONE]
    for text in texts:
        share = cjk_share(text)
        if draft.lang == "zh" and share < _MIXED_QUESTION:
            return Fault(Reason.SAMPLE_WRONG_LANGUAGE, "not Chinese", share, _MIXED_QUESTION)
        if draft.lang not in ("zh", "ja", "ko") and share > 1 - _MIXED_QUESTION:
            return Fault(
                Reason.SAMPLE_WRONG_LANGUAGE, f"not {draft.lang}", share, 1 - _MIXED_QUESTION
            )
        if draft.lang == "en" and share == 0 and script_of(text) == "other" and _lettered(text):
            return Fault(Reason.SAMPLE_WRONG_LANGUAGE, "not in Latin letters")
    return None


def _lettered(text: str) -> bool:
    return sum(character.isalpha() for character in text) > _JUDGED_ALONE


def _copies(draft: Draft, bounds: Bounds, scores: dict[str, float]) -> Fault | None:
    """Instructions that give the answer away, or are a piece of it."""
    asked, said = tokens(draft.instruction), tokens(draft.output)
    if asked == said:
        return Fault(Reason.COPIES_SOURCE, "the instruction is the output", 1.0, bounds.copied)
    run = longest_run(asked, said[: bounds.max_passage])
    share = run / len(asked)
    scores["copied"] = round(share, 4)
    if run >= _COPIED_RUN and share > bounds.copied:
        detail = f"{run} of the instruction's {len(asked)} tokens are a run of the output"
        return Fault(Reason.COPIES_SOURCE, detail, share, bounds.copied)
    chosen = draft.task == _CLASSIFICATION or _CHOICE.search(draft.instruction) is not None
    if not draft.written or draft.into == INTO_RETRIEVAL or chosen:
        return None
    if draft.method != BACK_TRANSLATION and contains(asked, said):
        return Fault(Reason.COPIES_SOURCE, "the question holds its answer", 1.0, bounds.copied)
    return _gives_away(draft, bounds)


def _gives_away(draft: Draft, bounds: Bounds) -> Fault | None:
    """Questions that say most of the numbers, dates and names that their answer should tell."""
    told = _facts(draft.output, draft.lang)
    if len(told) < _FACTS or _YES.match(draft.output):
        return None
    known = told & _facts(draft.instruction, draft.lang)
    share = len(known) / len(told)
    if share > bounds.given_away:
        detail = f"the instruction gives away {len(known)} of the answer's {len(told)} facts"
        return Fault(Reason.COPIES_SOURCE, detail, share, bounds.given_away)
    return None


def _facts(text: str, lang: str) -> set[object]:
    """Values of the numbers and dates, and words of the names."""
    found: set[object] = {(number.value, number.unit) for number in numbers_of(text)}
    found |= {date.parts for date in dates_of(text)}
    return found | {word for name in names_of(text, lang) for word in name.words or (name.text,)}


def _evidence(
    draft: Draft, setting: Setting, bounds: Bounds, scores: dict[str, float]
) -> Fault | None:
    """What is wrong with the places, or with what is said on their strength."""
    if not draft.answerable or _free(draft, setting):
        return None
    wrong = misplaced(setting.evidence, setting.text, setting.chunks)
    if wrong is not None:
        return wrong
    if draft.computed is not None:
        scores["support"] = 0.0
        return _computed(draft, setting, scores)
    verdicts = [judged(setting.evidence, claim, bounds.support) for claim in _claims(draft)]
    worst = min(verdicts, key=lambda verdict: verdict.score, default=Verdict(1.0))
    scores["support"] = round(worst.score, 4)
    return next((verdict.fault for verdict in verdicts if verdict.fault is not None), None)


def _free(draft: Draft, setting: Setting) -> bool:
    """Whether it is a task of Self-Instruct without a document: there is nothing to quote from."""
    return draft.method == SELF_INSTRUCT and not draft.spans and not setting.text


def _claims(draft: Draft) -> tuple[str, ...]:
    """What the evidence must hold."""
    claims = draft.answers if draft.claim is None else (draft.claim,)
    return tuple(claim for claim in claims if tokens(claim))


def _computed(draft: Draft, setting: Setting, scores: dict[str, float]) -> Fault | None:
    """The result is computed anew from the text and must stand in the answer."""
    from dataflow.sft.rules.computed import recompute  # the rules import the plans' side of sft

    computed = draft.computed
    result = None if computed is None else recompute(computed, setting.text)
    if result is None:
        return Fault(Reason.WRONG_ANSWER, "the answer does not follow from the cells it names")
    said = tokens(draft.output)
    missing = [part for part in result.split("\n") if not contains(said, tokens(part))]
    if missing:
        return Fault(Reason.WRONG_ANSWER, f"the answer does not say {missing[0][:200]}")
    scores["support"] = 1.0
    return None


def _premise(draft: Draft, setting: Setting) -> Fault | None:
    """A model's question may name nobody and no number that its passage does not."""
    if not draft.written or not draft.answerable or _free(draft, setting):
        return None
    around = " ".join(setting.chunks[item.chunk_id].text for item in setting.evidence)
    unknown = brought_in(draft.instruction, f"{setting.title} {around}", draft.lang)
    if unknown:
        detail = f"the instruction brings in {', '.join(unknown[:5])}, not in the passage"
        return Fault(Reason.EVIDENCE_UNSUPPORTED, detail, float(len(unknown)), 0.0)
    return None
