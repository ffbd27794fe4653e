"""What a backend proposes, before anything of it was checked."""

from __future__ import annotations

from dataclasses import dataclass

from dataflow.evidence.spans import Span
from schemas.ids import content_id

EXTRACTIVE = "extractive"
SELF_INSTRUCT = "self_instruct"
BACK_TRANSLATION = "back_translation"
METHODS = (EXTRACTIVE, SELF_INSTRUCT, BACK_TRANSLATION)


@dataclass(frozen=True, slots=True)
class Draft:
    """A candidate: `spans` are where the answer is said to stand, in the document's text.

    `prompt_id` is the template (or rule) and its version; the next two are '' for rules.
    `written` says that the words are a model's and not the document's.
    """

    method: str
    task: str
    lang: str
    instruction: str
    output: str
    spans: tuple[Span, ...]
    prompt_id: str
    input: str = ""
    prompt_sha256: str = ""
    cache_key: str = ""
    model: str = ""
    written: bool = False

    @property
    def sample_id(self) -> str:
        """Hash of method, instruction, input and output."""
        return content_id("sample", self.method, self.instruction, self.input, self.output)

    @property
    def user_turn(self) -> str:
        """What the user says: the instruction and, below it, the input."""
        return f"{self.instruction}\n\n{self.input}" if self.input else self.instruction
