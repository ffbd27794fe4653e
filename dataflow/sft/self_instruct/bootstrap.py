"""Rounds of Self-Instruct: each asks for instructions, judges them, and has instances written.

What a round shows depends on what the rounds before it gave. So after a round with failures that
another run may not meet there are no more: that run finds all earlier answers in the cache and
goes on as if nothing had failed.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field, replace
from math import ceil

from dataflow.evidence.spans import ChunkSpan, Fault
from dataflow.llm.base import LLM, Failure
from dataflow.sft.blocks import Manuscript
from dataflow.sft.drafts import SELF_INSTRUCT, Traits
from dataflow.sft.plan import Outcome, Sampling, Topic, carry_out
from dataflow.sft.self_instruct.options import SelfInstruct
from dataflow.sft.self_instruct.passing import Watch, postponed
from dataflow.sft.self_instruct.pool import Pool
from dataflow.sft.self_instruct.post_filters import instruction_fault
from dataflow.sft.self_instruct.seeds import Seed
from dataflow.sft.self_instruct.stages import Asked, Task, instances, instructions
from dataflow.sft.templates import Library
from schemas.errors import UsageError
from schemas.ids import content_id
from schemas.records import Reason

HUMAN, MACHINE = 6, 2
"""How many seeds, and how many accepted instructions, are shown in a request, as published."""

FIRST = 8
"""Requests after which the run stops when none of them gave an acceptable instruction.

A model of which one request in three gives one fails at 8 in a row once in 25 runs.
"""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a candidate is from: its id, its passage's topic (None: free), its instruction.

    `origin_id` is unique in a run and is the id of a candidate that never became a draft.
    """

    origin_id: str
    topic: Topic | None
    lang: str
    instruction: str = ""


def bootstrap(
    llm: LLM,
    seeds: Sequence[Seed],
    topics: Sequence[Topic],
    options: SelfInstruct,
    *,
    library: Library | None = None,
    model: str = "",
) -> Iterator[tuple[Origin, Outcome]]:
    """Each candidate once, with its one draft or its fault, in a fixed order.

    Candidates are: a request for instructions that failed, an instruction that was refused or
    of which no instances could be had, each instance, and at most one for all that was not asked
    any more. `topics` are passages for grounded requests, in any order; a free draft has no
    spans and its origin no topic. `model` and `library` are for free requests; a topic has its
    own. Raises UsageError without seeds of a language that is asked for.
    """
    pool = Pool(options.novelty)
    run = _Run(llm, seeds, topics, options, library or Library(), model, pool)
    yield from run.carried_out()


@dataclass(slots=True)
class _Accepted:
    origin: Origin
    task: Task


@dataclass(slots=True)
class _Run:
    """The state of a bootstrapping: the pool, and how much was asked so far."""

    llm: LLM
    seeds: Sequence[Seed]
    topics: Sequence[Topic]
    options: SelfInstruct
    library: Library
    model: str
    pool: Pool
    machine: dict[str, list[str]] = field(default_factory=dict)
    asked: int = 0
    accepted: int = 0

    def carried_out(self) -> Iterator[tuple[Origin, Outcome]]:
        """The rounds, until there is enough or no hope."""
        for seed in self.seeds:
            self.pool.add(seed.seed_id, seed.instruction)
        ordered = sorted(self.topics, key=lambda topic: self._rank("topic", topic.topic_id))
        self.topics = ordered
        shares = _shares(self.options, ordered)
        if not ordered and self.options.grounded == 1:
            detail = "self_instruct.grounded is 1 and there is no passage to show"
            yield self._stopped(Fault(Reason.EVIDENCE_MISSING, detail, 0.0, 1.0))
            return
        for rounds_left in reversed(range(self.options.rounds)):
            requests = self._requests(shares)
            if not requests:
                return
            passing = yield from self._round(requests)
            if passing:
                if rounds_left and self.accepted < self.options.instructions:
                    yield self._stopped(postponed(passing))
                return
            if not self.accepted and self.asked >= FIRST:
                yield self._stopped(_hopeless(self.asked, self.options.instructions))
                return

    def _round(
        self, requests: Sequence[Asked]
    ) -> Generator[tuple[Origin, Outcome], None, list[Failure]]:
        """The candidates of a round; gives what of its requests failed and may yet pass.

        No later request depends on the instances, so their failures stop nothing.
        """
        through: list[_Accepted] = []
        watch = Watch(self.llm)
        for asked, outcome in carry_out([(one, instructions) for one in requests], watch):
            if isinstance(outcome, Fault):
                yield self._origin(asked, "request", _shown(asked)), outcome
                continue
            for origin, fault in self._judged(asked):
                if fault is not None:
                    yield origin, fault
                else:
                    through.append(_Accepted(origin, _task(asked, origin, self.options)))
        yield from self._instances(through)
        return watch.passing

    def _requests(self, shares: Sequence[tuple[str, float]]) -> list[Asked]:
        """The requests of the next round; none when there are instructions enough."""
        options = self.options
        missing = options.instructions - self.accepted
        n = min(options.requests, ceil(max(missing, 0) / options.per_request))
        if not self.accepted:
            n = min(n, max(FIRST - self.asked, 1))
        found = [self._request(number, shares) for number in range(self.asked, self.asked + n)]
        self.asked += n
        return found

    def _request(self, number: int, shares: Sequence[tuple[str, float]]) -> Asked:
        """The request of this number: a passage or none, and the tasks that it shows."""
        options = self.options
        before, after = (int((number + i) * options.grounded + 1e-9) for i in (0, 1))
        grounded = bool(self.topics) and after > before
        sampling = Sampling(
            options.max_tokens, options.temperature, _number(options.seed, number), self.model
        )
        if grounded:
            topic = self.topics[before % len(self.topics)]
            own = replace(sampling, model=topic.sampling.model)
            topic = replace(topic, method=SELF_INSTRUCT, sampling=own)
        else:
            lang = _turn(shares, number - before if self.topics else number)
            topic = _free(lang, number, sampling, self.library)
        return Asked(topic, self._examples(topic.lang, number), options.per_request, grounded)

    def _examples(self, lang: str, number: int) -> list[str]:
        """Six seeds and two accepted instructions, more seeds at the start, in mixed order."""
        script = "zh" if lang == "zh" else "en"
        seeds = [seed.instruction for seed in self.seeds if seed.lang == script]
        if not seeds:
            raise UsageError(f"self_instruct: there are no seed tasks for {script!r}")
        machine = self.machine.get(lang, [])
        new = self._drawn("machine", number, machine, MACHINE)
        old = self._drawn("human", number, seeds, HUMAN + MACHINE - len(new))
        return sorted([*new, *old], key=lambda one: self._rank("order", str(number), one))

    def _drawn(self, what: str, number: int, among: Sequence[str], wanted: int) -> list[str]:
        """So many different ones of `among`, by hash; the cost does not grow with their number."""
        found: dict[int, None] = {}
        tries = 0
        while len(found) < min(wanted, len(among)):
            found[int(self._rank(what, str(number), str(tries)), 16) % len(among)] = None
            tries += 1
        return [among[index] for index in found]

    def _rank(self, *parts: str) -> str:
        return content_id("self_instruct", self.options.seed, *parts)

    def _judged(self, asked: Asked) -> Iterator[tuple[Origin, Fault | None]]:
        """Each instruction of an answer, and why it is refused; those that are not join in."""
        lang = asked.topic.lang
        for number, text in enumerate(asked.found):
            origin = self._origin(asked, "instruction", f"{_shown(asked)} {number}", text)
            fault = instruction_fault(text, lang) or self._known(text)
            if fault is None:
                self.pool.add(origin.origin_id, text)
                self.machine.setdefault(lang, []).append(text)
                self.accepted += 1
            yield origin, fault

    def _known(self, text: str) -> Fault | None:
        repeated = self.pool.repeated(text)
        if not repeated:
            return None
        (nearest, highest), *others = repeated
        named = ", ".join(f"{one} {f:.4f}" for one, f in others)
        detail = f"says what {nearest} says" + (f"; also near: {named}" if named else "")
        return Fault(Reason.NOT_NOVEL, detail, highest, self.options.novelty)

    def _instances(self, through: Sequence[_Accepted]) -> Iterator[tuple[Origin, Outcome]]:
        """Each instance of the round's accepted instructions, or why there is none."""
        plans = [(one.task, instances) for one in through]
        for one, (task, outcome) in zip(through, carry_out(plans, self.llm), strict=True):
            if isinstance(outcome, Fault):
                yield one.origin, outcome
                continue
            for draft in outcome:
                yield replace(one.origin, origin_id=draft.sample_id), (draft,)
            for refused, fault in task.refused:
                origin_id = content_id(one.origin.origin_id, refused)
                yield replace(one.origin, origin_id=origin_id), fault

    def _origin(self, asked: Asked, what: str, which: str, instruction: str = "") -> Origin:
        return Origin(
            content_id("self_instruct", self.options.seed, what, which),
            asked.topic if asked.grounded else None, asked.topic.lang, instruction,
        )  # fmt: skip

    def _stopped(self, fault: Fault) -> tuple[Origin, Fault]:
        """What is said of all that was not asked any more."""
        return Origin(content_id("self_instruct", self.options.seed, "stopped"), None, ""), fault


def _hopeless(asked: int, wanted: int) -> Fault:
    """Why no more is asked for; a reason that is final, since no answer is still to come."""
    detail = (
        f"stopped: none of the first {asked} requests gave an acceptable instruction, {wanted} "
        "were wanted; the reject rows of these requests say why"
    )
    return Fault(Reason.MALFORMED_OUTPUT, detail, float(asked), float(FIRST))


def _shown(asked: Asked) -> str:
    """What names a request: its seed is drawn from its number."""
    return f"{asked.topic.sampling.seed} {asked.topic.chunk.chunk_id}"


def _task(asked: Asked, origin: Origin, options: SelfInstruct) -> Task:
    topic = replace(asked.topic, sampling=replace(asked.topic.sampling, seed=options.seed))
    return Task(topic, origin.instruction, asked.grounded, options.instances, asked.calls)


def _free(lang: str, number: int, sampling: Sampling, library: Library) -> Topic:
    """A topic without any document; the chunk's id only names the request."""
    document = Manuscript("", "", "", lang, "", ())
    chunk = ChunkSpan(f"free {number}", "", 0, 0, "")
    return Topic(SELF_INSTRUCT, document, chunk, Traits(), sampling, library)


def _shares(options: SelfInstruct, topics: Sequence[Topic]) -> list[tuple[str, float]]:
    """Languages of free requests: as the recipe says, else as the passages have them."""
    if options.lang_shares:
        return list(options.lang_shares)
    counts: dict[str, float] = {}
    for topic in topics:
        if topic.lang in ("en", "zh"):
            counts[topic.lang] = counts.get(topic.lang, 0.0) + 1.0
    return sorted(counts.items()) or [("en", 1.0), ("zh", 1.0)]


def _turn(shares: Sequence[tuple[str, float]], number: int) -> str:
    """The language of the free request of this number: every start of the series keeps the shares.

    >>> [_turn([("en", 1.0), ("zh", 2.0)], number) for number in range(6)]
    ['zh', 'en', 'zh', 'zh', 'en', 'zh']
    """
    total = sum(share for _, share in shares)
    counts = dict.fromkeys((lang for lang, _ in shares), 0)
    lang = shares[0][0]
    for done in range(number % 1000 + 1):
        lang = max(shares, key=lambda one: one[1] / total * (done + 1) - counts[one[0]])[0]
        counts[lang] += 1
    return lang


def _number(seed: int, number: int) -> int:
    """The sampling seed of a request, 31 bits: another one for each, so that equal lists differ."""
    return int(content_id("self_instruct sampling", seed, number)[:8], 16) >> 1
