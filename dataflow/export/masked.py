"""Conversations as tokens with labels: the loss is on what the assistant says, and on its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dataflow.chunking.tokenizers import Tokenizer
from schemas.errors import UsageError

IGNORED = -100
"""Label of a token without loss, as PyTorch's cross-entropy has it."""


@dataclass(frozen=True, slots=True)
class ChatTemplate:
    """How a turn is written: `start` with {role}, the content, `end`; `after` stands between turns.

    The default is ChatML.
    """

    start: str = "<|im_start|>{role}\n"
    end: str = "<|im_end|>"
    after: str = "\n"


CHATML = ChatTemplate()


def masked(
    messages: Sequence[dict[str, str]], tokenizer: Tokenizer, template: ChatTemplate
) -> dict[str, Any]:
    """`input_ids`, `labels` (-100 where there is no loss) and `assistant_masks` (0 or 1).

    Each piece is tokenised by itself, so no token lies across the border of a mask. Loss is on the
    assistant's words and on the end mark behind them, from which a model learns to stop.
    """
    pieces: list[tuple[str, bool]] = []
    for turn in messages:
        own = turn["role"] == "assistant"
        pieces += [
            (template.start.format(role=turn["role"]), False),
            (turn["content"] + template.end, own),
            (template.after, False),
        ]
    pieces = [piece for piece in pieces if piece[0]]
    encoded = tokenizer.encode([text for text, _ in pieces])
    if not pieces or not any(own for _, own in pieces):
        raise UsageError("a conversation without an answer has nothing to learn from")
    ids: list[int] = []
    labels: list[int] = []
    for (_, own), tokens in zip(pieces, encoded, strict=True):
        found = [int(token) for token in tokens]
        ids += found
        labels += found if own else [IGNORED] * len(found)
    masks = [int(label != IGNORED) for label in labels]
    return {"input_ids": ids, "labels": labels, "assistant_masks": masks}
