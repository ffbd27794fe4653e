"""What a back end proposes, before anything of it was checked."""

from __future__ import annotations

from dataclasses import dataclass

from dataflow.evidence.spans import Span
from dataflow.llm.base import Message
from schemas.ids import content_id

EXTRACTIVE = "extractive"
TABLE = "table"
QUESTION = "question"
BACK_TRANSLATION = "back_translation"
DIALOGUE = "dialogue"
REASONING = "reasoning"
SUMMARY = "summary"
REVISION = "revision"
SELF_INSTRUCT = "self_instruct"
PREFERENCE = "preference"
EVALSET = "evalset"
QUERY = "query"

INTO_SFT, INTO_PREFERENCES, INTO_EVALSET, INTO_RETRIEVAL = (
    "sft", "preferences", "evalset", "retrieval",
)  # fmt: skip
"""Names of the data sets that a draft may become a row of."""

PERSPECTIVES = ("novice", "expert", "practitioner", "theorist")
DIFFICULTIES = ("easy", "medium", "hard")
KINDS = ("explain", "apply", "analyse", "create", "compare")


@dataclass(frozen=True, slots=True)
class Traits:
    """For whom an instruction is written, how hard it is, and what it asks to do; '' for none."""

    perspective: str = ""
    difficulty: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """One question to a model: template and its hash, hash of the prompt as sent, cache key."""

    prompt_id: str
    template_sha256: str
    prompt_sha256: str
    cache_key: str


@dataclass(frozen=True, slots=True)
class Computed:
    """How an answer follows from numbers of the text: `operation` over the texts at `operands`.

    Operations are those of `dataflow.sft.rules.computed`, which recomputes the result.
    """

    operation: str
    operands: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """A candidate: `spans` are where the answer is said to stand, in the document's text.

    `prompt_id` is the template or rule and its version, `calls` is empty for rules. `written`
    says that the words of the answer or the question are a model's and not the document's.
    `history` are the turns before the last question, user and assistant alternately. `claim` is
    the text that the evidence must hold, None for the answers of all turns; `computed` says how
    an answer that stands nowhere follows from the text. `into` is the data set, `parent` the
    sample it was derived from. `rejected` and `flaw` belong to preferences; `answerable` to the
    test set, where one that is not has no output and no spans. `scores` are what a model gave it
    while it was made, by names of `schemas.samples.SCORES`.
    """

    method: str
    task: str
    lang: str
    instruction: str
    output: str
    spans: tuple[Span, ...]
    prompt_id: str
    input: str = ""
    history: tuple[Message, ...] = ()
    into: str = INTO_SFT
    parent: str = ""
    claim: str | None = None
    computed: Computed | None = None
    rejected: str = ""
    flaw: str = ""
    answerable: bool = True
    traits: Traits = Traits()
    scores: tuple[tuple[str, float], ...] = ()
    calls: tuple[Call, ...] = ()
    model: str = ""
    written: bool = False

    @property
    def sample_id(self) -> str:
        """Hash of what it says and where it belongs."""
        history = [part for message in self.history for part in message]
        said = (self.instruction, self.input, self.output, self.rejected)
        return content_id("sample", self.into, self.method, *history, *said)

    @property
    def user_turn(self) -> str:
        """What the user says last: the instruction and, below it, the input."""
        return f"{self.instruction}\n\n{self.input}" if self.input else self.instruction

    @property
    def prompt(self) -> tuple[Message, ...]:
        """The conversation up to the last answer."""
        return (*self.history, ("user", self.user_turn))

    @property
    def answers(self) -> tuple[str, ...]:
        """All that the assistant says, the last answer last."""
        earlier = tuple(text for role, text in self.history if role == "assistant")
        return (*earlier, self.output)
