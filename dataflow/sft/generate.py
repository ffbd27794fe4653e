"""Candidates from a language model: what is asked for each chunk, and what is made of the answer.

The model's words are untrusted: the JSON is repaired once and validated, the quote is looked for
in the chunk by our code, and whatever does not fit becomes a reject row.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from dataflow.evidence.locate import locate
from dataflow.evidence.spans import ChunkSpan, Fault
from dataflow.evidence.wording import tokens
from dataflow.llm.base import BUDGET_EXHAUSTED, Answer, Completion, Failure, Request
from dataflow.sft.blocks import Manuscript
from dataflow.sft.drafts import BACK_TRANSLATION, Draft
from dataflow.sft.prompts import prompt_hash, template_for
from schemas.ids import content_id
from schemas.records import Reason

_MIN_CHUNK = 30
_FENCE = re.compile(r"^\s*```[a-zA-Z]{0,10}\s*|\s*```\s*$")
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
_MAX_REPLY = 20_000


class QuestionReply(BaseModel):
    """A grounded question as the model gives it."""

    model_config = ConfigDict(extra="ignore", strict=True, str_strip_whitespace=True)
    question: str = Field(min_length=1, max_length=2000)
    answer: str = Field(min_length=1, max_length=8000)
    quote: str = Field(min_length=1, max_length=8000)


class InstructionReply(BaseModel):
    """A back-translated instruction as the model gives it."""

    model_config = ConfigDict(extra="ignore", strict=True, str_strip_whitespace=True)
    instruction: str = Field(min_length=1, max_length=4000)


@dataclass(frozen=True, slots=True)
class Ask:
    """One request and what it is about."""

    method: str
    lang: str
    chunk: ChunkSpan
    request: Request
    prompt_sha256: str

    @property
    def request_id(self) -> str:
        """Id of a candidate that never came to be: document, chunk, method and prompt."""
        return content_id("ask", self.method, self.chunk.chunk_id, self.prompt_sha256)


@dataclass(frozen=True, slots=True)
class Sampling:
    """How the model is asked."""

    max_tokens: int
    temperature: float
    seed: int
    model: str


def asks(
    document: Manuscript, chunks: Sequence[ChunkSpan], method: str, n: int, sampling: Sampling
) -> list[Ask]:
    """Requests for at most `n` chunks of the document, in its order.

    Which chunks is decided by a hash with the seed; chunks below 30 tokens are left out.
    """
    template = template_for(method, document.lang)
    long = [chunk for chunk in chunks if len(tokens(chunk.text)) >= _MIN_CHUNK]
    ranked = sorted(long, key=lambda c: content_id("chunk", sampling.seed, method, c.chunk_id))
    found = []
    for chunk in sorted(ranked[:n], key=lambda c: (c.char_start, c.char_end, c.chunk_id)):
        title = document.title or " / ".join(chunk.heading_path)
        pick = content_id(sampling.seed, chunk.chunk_id)
        messages = template.messages(chunk.text, title, pick)
        request = Request(
            template.prompt_id, messages, sampling.max_tokens, sampling.temperature,
            sampling.seed, template.schema,
        )  # fmt: skip
        found.append(Ask(method, document.lang, chunk, request, prompt_hash(messages)))
    return found


def draft_of(ask: Ask, answer: Answer, model: str) -> Draft | Fault:
    """The candidate in the model's answer, or why there is none."""
    if isinstance(answer, Failure):
        spent = answer.kind == BUDGET_EXHAUSTED
        reason = Reason.BUDGET_EXHAUSTED if spent else Reason.LLM_FAILED
        return Fault(reason, f"{answer.kind}: {answer.detail}")
    found = parse_object(answer.text)
    if found is None:
        return Fault(Reason.MALFORMED_OUTPUT, f"no JSON object: {answer.text[:200]}")
    if ask.method == BACK_TRANSLATION:
        return _instruction(ask, answer, found, model)
    return _question(ask, answer, found, model)


def _question(ask: Ask, answer: Completion, found: dict[str, object], model: str) -> Draft | Fault:
    try:
        reply = QuestionReply.model_validate(found)
    except ValidationError as error:
        return _malformed(error)
    span = locate(reply.quote, ask.chunk.text)
    if span is None:
        detail = f"the quote is not in the chunk: {reply.quote[:200]}"
        return Fault(Reason.EVIDENCE_MISSING, detail)
    start = ask.chunk.char_start
    place = (start + span[0], start + span[1])
    return _draft(ask, answer, model, ("qa", reply.question, reply.answer, place))


def _instruction(
    ask: Ask, answer: Completion, found: dict[str, object], model: str
) -> Draft | Fault:
    try:
        reply = InstructionReply.model_validate(found)
    except ValidationError as error:
        return _malformed(error)
    place = (ask.chunk.char_start, ask.chunk.char_end)
    return _draft(ask, answer, model, ("write_section", reply.instruction, ask.chunk.text, place))


def _draft(
    ask: Ask, answer: Completion, model: str, made: tuple[str, str, str, tuple[int, int]]
) -> Draft | Fault:
    task, instruction, output, place = made
    if not all(_is_unicode(text) for text in (instruction, output)):
        return Fault(Reason.MALFORMED_OUTPUT, "half a surrogate pair in the answer")
    return Draft(
        ask.method, task, ask.lang, instruction, output, (place,), ask.request.prompt_id,
        prompt_sha256=ask.prompt_sha256, cache_key=answer.cache_key, model=model, written=True,
    )  # fmt: skip


def _malformed(error: ValidationError) -> Fault:
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    return Fault(Reason.MALFORMED_OUTPUT, f"{where}: {first['msg']}")


def _is_unicode(text: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in text)


def parse_object(text: str) -> dict[str, object] | None:
    r"""The JSON object in a reply: as it is, else repaired once; None when it cannot be read.

    >>> parse_object('Sure! ```json\n{"a": "b",}\n```')
    {'a': 'b'}
    """
    text = text[:_MAX_REPLY]
    found = _loaded(text)
    return found if found is not None else _loaded(repaired(text))


def _loaded(text: str) -> dict[str, object] | None:
    try:
        found = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def repaired(text: str) -> str:
    """`text` cut to its outermost braces, without fences and trailing commas, closed at its end."""
    text = _FENCE.sub("", text)
    start, end = text.find("{"), text.rfind("}")
    if start < 0:
        return text
    text = text[start : end + 1] if end > start else text[start:] + _closing(text[start:])
    return _TRAILING_COMMA.sub(r"\1", text)


def _closing(text: str) -> str:
    """What a cut object lacks: a quotation mark if one is open, and its brace."""
    inside, escaped = False, False
    for character in text:
        if escaped:
            escaped = False
        elif character == "\\":
            escaped = inside
        elif character == '"':
            inside = not inside
    return '"}' if inside else "}"
