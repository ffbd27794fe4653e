"""Checks of evidence by our own code.

No model's word is taken for it: a quote is located here, cut to the chunks it lies in, and checked
again from its offsets before a row is written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dataflow.evidence.spans import ChunkSpan, Evidence, Fault, quoted
from dataflow.evidence.support import SUPPORT, Verdict, supported
from schemas.records import Reason


def verify(
    evidence: Sequence[Evidence],
    text: str,
    chunks: Mapping[str, ChunkSpan],
    answer: str,
    threshold: float = SUPPORT,
) -> Fault | None:
    """The fault of the evidence for `answer`, None when there is none.

    Checked are the places (`misplaced`), then that the quotes together support the answer: every
    number, date and name, nothing said the other way, and a score of at least `threshold`.
    """
    return misplaced(evidence, text, chunks) or judged(evidence, answer, threshold).fault


def misplaced(
    evidence: Sequence[Evidence], text: str, chunks: Mapping[str, ChunkSpan]
) -> Fault | None:
    """The fault of the places, None when each quote stands where it says.

    Checked are, of each quote: its place in `text` (the whole document), its chunk (`chunks` by
    id) and the chunk's hash.
    """
    if not evidence:
        return Fault(Reason.EVIDENCE_MISSING, "no place of the document was found for the answer")
    for item in evidence:
        if wrong := _wrong(item, text, chunks.get(item.chunk_id)):
            return Fault(Reason.EVIDENCE_MISSING, wrong)
    return None


def _wrong(item: Evidence, text: str, chunk: ChunkSpan | None) -> str:
    if chunk is None or chunk.doc_id != item.doc_id:
        return f"there is no chunk {item.chunk_id}"
    if not 0 <= item.char_start < item.char_end <= len(text):
        return "the quote lies outside of the document"
    if text[item.char_start : item.char_end] != item.quote:
        return "the quote is not what stands at its offsets"
    if not chunk.char_start <= item.char_start < item.char_end <= chunk.char_end:
        return "the quote lies outside of its chunk"
    if text[chunk.char_start : chunk.char_end] != chunk.text or item.chunk_sha256 != chunk.sha256:
        return "the chunk is not what the document holds now"
    return ""


def judged(evidence: Sequence[Evidence], answer: str, threshold: float = SUPPORT) -> Verdict:
    """How far the quotes hold `answer`, with the fault of one that they do not hold."""
    verdict = supported(answer, quoted(evidence))
    if verdict.fault is not None or verdict.score >= threshold:
        return verdict
    detail = "the quote does not hold what the answer says"
    fault = Fault(Reason.EVIDENCE_UNSUPPORTED, detail, verdict.score, threshold)
    return Verdict(verdict.score, fault)
