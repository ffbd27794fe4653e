"""Conversations as tokens with labels: the loss is on what the assistant says, and on its end."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from dataflow.chunking.tokenizers import Tokenizer, content_tokenizer
from schemas.errors import UsageError

IGNORED = -100
"""Label of a token without loss, as PyTorch's cross-entropy has it."""
_ROLE = "{role}"
_LARGEST = 64 << 10


@dataclass(frozen=True, slots=True)
class ChatTemplate:
    """How a turn is written: `start` with {role}, the content, `end`; `after` stands between turns.

    `before` stands once, before the first turn; `roles` renames speakers. The default is ChatML.
    """

    start: str = "<|im_start|>{role}\n"
    end: str = "<|im_end|>"
    after: str = "\n"
    before: str = ""
    roles: tuple[tuple[str, str], ...] = ()

    def opening(self, role: str) -> str:
        """What stands before the content of a turn."""
        return self.start.replace(_ROLE, dict(self.roles).get(role, role))

    @property
    def marks(self) -> tuple[str, ...]:
        """All texts of the template, in which control tokens are meant."""
        said = (self.opening(role) for role in ("system", "user", "assistant"))
        return tuple(mark for mark in (self.before, *said, self.end, self.after) if mark)


CHATML = ChatTemplate()


class _TemplateFile(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    start: str = Field(max_length=1000)
    end: str = Field(min_length=1, max_length=1000)
    after: str = Field(default="", max_length=1000)
    before: str = Field(default="", max_length=1000)
    roles: dict[str, str] = Field(default_factory=dict, max_length=3)


def read_template(path: Path) -> ChatTemplate:
    """The chat template in a TOML file with `start`, `end` and, if need be, `after`, `before`.

    A table `[roles]` renames `system`, `user` or `assistant`. Raises UsageError naming what is
    wrong: an end mark is needed, or a model would not learn to stop.
    """
    try:
        with path.open("rb") as file:
            found = _TemplateFile.model_validate(tomllib.loads(file.read(_LARGEST).decode("utf-8")))
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise UsageError(f"{path}: {where}: {first['msg']}") from error
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path} is no TOML file: {error}") from error
    if _ROLE not in found.start:
        raise UsageError(f"{path}: start must hold {_ROLE}, or nobody knows who speaks")
    if unknown := set(found.roles) - {"system", "user", "assistant"}:
        raise UsageError(f"{path}: roles: {sorted(unknown)[0]!r} never speaks")
    return ChatTemplate(
        found.start, found.end, found.after, found.before, tuple(sorted(found.roles.items()))
    )


class Masker:
    """Makes of a conversation `input_ids`, `labels` and `assistant_masks`.

    Only the marks of the template become control tokens: what looks like one inside a text, say
    `<|im_end|>` in a page about chat formats, is encoded as the ordinary text it is.
    """

    def __init__(self, tokenizer: Tokenizer, template: ChatTemplate) -> None:
        self._marks = tokenizer
        self._content = content_tokenizer(tokenizer, template.marks)
        self._template = template

    def __call__(self, messages: Sequence[dict[str, str]]) -> dict[str, Any]:
        """`input_ids`, `labels` (-100 where there is no loss) and `assistant_masks` (0 or 1).

        Each piece is tokenised by itself, so no token lies across the border of a mask. Loss is on
        the assistant's words and on the end mark behind them, from which a model learns to stop.
        """
        template = self._template
        ends = (template.before, template.end, template.after)
        starts = [template.opening(turn["role"]) for turn in messages]
        before, end, after, *openings = self._encoded(self._marks, [*ends, *starts])
        contents = self._encoded(self._content, [turn["content"] for turn in messages])
        owned = [turn["role"] == "assistant" for turn in messages]
        if not any(owned):
            raise UsageError("a conversation without an answer has nothing to learn from")
        ids, masks = [*before], [0] * len(before)
        for opening, content, own in zip(openings, contents, owned, strict=True):
            said = content + end
            ids += opening + said + after
            masks += [0] * len(opening) + [int(own)] * len(said) + [0] * len(after)
        labels = [token if mask else IGNORED for token, mask in zip(ids, masks, strict=True)]
        return {"input_ids": ids, "labels": labels, "assistant_masks": masks}

    @staticmethod
    def _encoded(tokenizer: Tokenizer, texts: list[str]) -> list[list[int]]:
        """Tokens of each text; an empty text has none, whatever a tokenizer puts before a word."""
        found = iter(tokenizer.encode([text for text in texts if text]))
        return [[int(token) for token in next(found)] if text else [] for text in texts]
