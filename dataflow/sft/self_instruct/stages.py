"""The questions of Self-Instruct to a model: new instructions, their kind, their instances.

Stages as published (Wang et al. 2022): instructions are bootstrapped from examples; the model says
which are classification; instances are written input first, or for classification output (label)
first, since inputs written first are nearly all of one class. A grounded question shows a passage
too, and where an instance rests on it is found by our code.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from pydantic import Field

from dataflow.diversity.verb_noun import verb_noun
from dataflow.evidence.locate import locate
from dataflow.evidence.spans import Fault, Span
from dataflow.sft.drafts import SELF_INSTRUCT, Call, Draft
from dataflow.sft.plan import Asker, Asking, Outcome, Plan, Topic
from dataflow.sft.plans.holding import holding
from dataflow.sft.replies import Reply, is_unicode
from dataflow.sft.self_instruct.listing import listed, numbered
from dataflow.sft.self_instruct.post_filters import clean_input, instance_faults
from dataflow.sft.self_instruct.seeds import Instance
from schemas.ids import content_id
from schemas.records import Reason

CLASSIFICATION, GENERATION = "classification", "generation"
"""Kinds of tasks, the `task` of a draft."""

_MOST_INSTANCES = 16
_LENGTH = "length"
_PLEASE = "请"


class KindReply(Reply):
    """Whether the answer to an instruction is one of a few labels."""

    is_classification: bool


class _InputFirst(Reply):
    input: str = Field(default="", max_length=8000)
    output: str = Field(max_length=8000)
    quote: str = Field(default="", max_length=8000)


class _OutputFirst(Reply):
    label: str = Field(max_length=1000)
    input: str = Field(default="", max_length=8000)


class InputFirstReply(Reply):
    """Instances of a task that writes something."""

    instances: list[_InputFirst] = Field(min_length=1, max_length=_MOST_INSTANCES)


class OutputFirstReply(Reply):
    """Instances of a classification, each label before its input."""

    instances: list[_OutputFirst] = Field(min_length=1, max_length=_MOST_INSTANCES)


@dataclass(slots=True)
class Asked:
    """A request for instructions: what it is about, the tasks shown, and what came of it."""

    topic: Topic
    examples: Sequence[str]
    wanted: int
    grounded: bool
    found: list[str] = field(default_factory=list)
    calls: tuple[Call, ...] = ()


@dataclass(slots=True)
class Task:
    """An accepted instruction, and the instances that were refused, in order."""

    topic: Topic
    instruction: str
    grounded: bool
    wanted: int
    calls: tuple[Call, ...] = ()
    refused: list[tuple[str, Fault]] = field(default_factory=list)


def instructions(asked: Asked) -> Plan:
    """Fills `asked.found` with the instructions of the answer; a fault when it has none."""
    asker = Asker(asked.topic)
    name = "self_instruct_grounded" if asked.grounded else "self_instruct_free"
    slots = {
        "tasks": numbered(asked.examples), "shown": str(len(asked.examples)),
        "first": str(len(asked.examples) + 1), "wanted": str(asked.wanted),
    }  # fmt: skip
    answer = yield from asker.say(name, slots | _passage(asked.topic, asked.grounded))
    if isinstance(answer, Fault):
        return answer
    if answer.finish_reason == _LENGTH:
        return Fault(Reason.ANSWER_CUT, "truncated: the list of instructions is not whole")
    if not is_unicode(answer.text):
        return Fault(Reason.MALFORMED_OUTPUT, "half a surrogate pair in the answer")
    asked.found = listed(answer.text)
    asked.calls = tuple(asker.calls)
    if not asked.found:
        return Fault(Reason.MALFORMED_OUTPUT, f"no numbered list: {answer.text[:200]}")
    return ()


def instances(task: Task) -> Plan:
    """Drafts of the task's sound instances; those refused are put on `task.refused`."""
    asker = Asker(task.topic, list(task.calls))
    slots = {"instruction": task.instruction, "wanted": str(task.wanted)}
    kind = yield from asker.ask("self_instruct_kind", slots, KindReply, temperature=0.0)
    if isinstance(kind, Fault):
        return kind
    slots |= _passage(task.topic, task.grounded)
    write = _output_first if kind.is_classification else _input_first
    written = yield from write(task, asker, slots)
    if isinstance(written, Fault):
        return written
    return _settled(task, asker, written, CLASSIFICATION if kind.is_classification else GENERATION)


@dataclass(frozen=True, slots=True)
class _Written:
    """An instance as the model wrote it, its words for where the output stands, and where it is."""

    instance: Instance
    quote: str = ""
    places: tuple[Span, ...] = ()
    fault: Fault | None = None


Written = list[_Written]


def _input_first(task: Task, asker: Asker, slots: dict[str, str]) -> Asking[Written | Fault]:
    name = "self_instruct_grounded_input_first" if task.grounded else "self_instruct_input_first"
    reply = yield from asker.ask(name, slots, InputFirstReply, temperature=0.0)
    if isinstance(reply, Fault):
        return reply
    return [
        _Written(Instance(clean_input(one.input), one.output.strip()), one.quote)
        for one in reply.instances
    ]


def _output_first(task: Task, asker: Asker, slots: dict[str, str]) -> Asking[Written | Fault]:
    name = "self_instruct_grounded_output_first" if task.grounded else "self_instruct_output_first"
    reply = yield from asker.ask(name, slots, OutputFirstReply, temperature=0.0)
    if isinstance(reply, Fault):
        return reply
    return [
        _Written(Instance(clean_input(one.input), one.label.strip())) for one in reply.instances
    ]


def _passage(topic: Topic, grounded: bool) -> dict[str, str]:
    return {"passage": topic.chunk.text} if grounded else {}


def _settled(task: Task, asker: Asker, written: Written, kind: str) -> Outcome:
    placed = [_placed(task, one, kind) if task.grounded else one for one in written]
    faults = instance_faults([one.instance for one in placed])
    drafts: list[Draft] = []
    for number, (one, fault) in enumerate(zip(placed, faults, strict=True)):
        wrong = fault or one.fault
        if wrong is None:
            drafts.append(_draft(task, asker, one, kind))
        else:
            said = (task.instruction, one.instance.input, one.instance.output)
            task.refused.append((content_id("instance", *said, number), wrong))
    return tuple(drafts)


def _draft(task: Task, asker: Asker, one: _Written, kind: str) -> Draft:
    """The draft of a sound instance.

    A label stands nowhere in the passage: of a grounded classification the input is claimed.
    """
    claim = one.instance.input if task.grounded and kind == CLASSIFICATION else None
    return Draft(
        SELF_INSTRUCT, kind, task.topic.lang, task.instruction, one.instance.output,
        one.places, asker.calls[-1].prompt_id, input=one.instance.input, claim=claim or None,
        traits=task.topic.traits, calls=tuple(asker.calls), model=task.topic.sampling.model,
        written=True,
    )  # fmt: skip


def _placed(task: Task, one: _Written, kind: str) -> _Written:
    """The instance with its places in the document, or with the fault that there are none.

    An input must stand in the passage, and becomes the passage's own words. Where neither it nor
    the quote holds the output, the sentences that do are looked for; a label stands nowhere.
    """
    chunk, given = task.topic.chunk, one.instance.input
    place = locate(given, chunk.text) if given else None
    if given and place is None:
        detail = f"the input is not in the passage: {given[:200]}"
        return replace(one, fault=Fault(Reason.EVIDENCE_MISSING, detail))
    places: tuple[Span, ...] = ()
    if place:
        given = chunk.text[place[0] : place[1]]
        places = ((chunk.char_start + place[0], chunk.char_start + place[1]),)
    output = one.instance.output
    if kind == GENERATION:
        asked = f"{_matter(task)}\n\n{given}" if given else _matter(task)
        places = holding(one.quote, output, asked, task.topic, places)
    if not places:
        said = f"the quote is not in the passage: {one.quote[:200]}" if one.quote else "no quote"
        detail = f"no input from the passage, and {said}"
        return replace(one, fault=Fault(Reason.EVIDENCE_MISSING, detail))
    return replace(one, instance=Instance(given, output), places=places)


def _matter(task: Task) -> str:
    """The instruction without the verb at its beginning, which says what is to be done."""
    verb, _ = verb_noun(task.instruction, task.topic.lang)
    opening = task.instruction.strip().removeprefix(_PLEASE)
    return opening[len(verb) :] if opening.casefold().startswith(verb) else task.instruction
