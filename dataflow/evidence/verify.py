"""Checks of evidence by our own code.

No model's word is taken for it: a quote is located here, cut to the chunks it lies in, and checked
again from its offsets before a row is written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dataflow.evidence.spans import ChunkSpan, Evidence, Fault, quoted
from dataflow.evidence.support import support
from schemas.records import Reason


def verify(
    evidence: Sequence[Evidence],
    text: str,
    chunks: Mapping[str, ChunkSpan],
    answer: str,
    threshold: float = 0.8,
) -> Fault | None:
    """The fault of the evidence for `answer`, None when there is none.

    Checked are, of each quote: its place in `text` (the whole document), its chunk (`chunks` by
    id) and the chunk's hash; of all together: that they support the answer.
    """
    if not evidence:
        return Fault(Reason.EVIDENCE_MISSING, "no place of the document was found for the answer")
    for item in evidence:
        chunk = chunks.get(item.chunk_id)
        if chunk is None or chunk.doc_id != item.doc_id:
            return Fault(Reason.EVIDENCE_MISSING, f"there is no chunk {item.chunk_id}")
        if not 0 <= item.char_start < item.char_end <= len(text):
            return Fault(Reason.EVIDENCE_MISSING, "the quote lies outside of the document")
        if text[item.char_start : item.char_end] != item.quote:
            return Fault(Reason.EVIDENCE_MISSING, "the quote is not what stands at its offsets")
        if not chunk.char_start <= item.char_start < item.char_end <= chunk.char_end:
            return Fault(Reason.EVIDENCE_MISSING, "the quote lies outside of its chunk")
        stands = text[chunk.char_start : chunk.char_end]
        if stands != chunk.text or item.chunk_sha256 != chunk.sha256:
            return Fault(Reason.EVIDENCE_MISSING, "the chunk is not what the document holds now")
    score = support(answer, quoted(evidence))
    if score < threshold:
        detail = "the quote does not hold what the answer says"
        return Fault(Reason.EVIDENCE_UNSUPPORTED, detail, score, threshold)
    return None
