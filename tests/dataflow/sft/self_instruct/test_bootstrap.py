from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from dataflow.evidence.spans import Fault
from dataflow.llm.base import LLM, TRUNCATED, Answer, Completion, Failure, Request
from dataflow.llm.cache import CachedLLM
from dataflow.llm.embedded import EmbeddedOptions, embedded_server
from dataflow.llm.openai_server import OpenAIServer
from dataflow.llm.server_call import ServerOptions
from dataflow.sft.drafts import Draft
from dataflow.sft.plan import TRANSIENT, Outcome, Topic
from dataflow.sft.self_instruct.bootstrap import FIRST, Origin, bootstrap
from dataflow.sft.self_instruct.options import SelfInstruct
from dataflow.sft.self_instruct.seeds import Seed, seeds_for
from schemas.errors import UsageError
from schemas.ids import content_id
from schemas.records import Reason
from tests.dataflow.llm.fakes import ScriptedLLM
from tests.dataflow.llm.test_embedded import smollm
from tests.dataflow.sft.self_instruct.models import TASKS, lang_of, name_of, script, topic

SEEDS = seeds_for("")
Found = list[tuple[Origin, Outcome]]


def inventive(request: Request) -> str:
    """Three instructions that share hardly a word with each other and those of other requests."""
    lines = []
    for number in range(3):
        mark = content_id(number, request.seed, *(text for _, text in request.messages))
        if lang_of(request) == "zh":
            han = "".join(chr(0x4E00 + int(mark[k : k + 3], 16)) for k in range(0, 30, 3))
            lines.append(f"{9 + number}、谈谈{han}。")
        else:
            lines.append(f"{9 + number}. Discuss " + " ".join(mark[k : k + 4] for k in (0, 4, 8)))
    return "\n".join(lines)


def run(
    playing: Callable[[Request], Answer] | LLM,
    options: SelfInstruct,
    topics: Sequence[Topic] = (),
    seeds: Sequence[Seed] = SEEDS,
) -> Found:
    llm = playing if isinstance(playing, LLM) else ScriptedLLM(playing)
    return list(bootstrap(llm, seeds, topics, options, model="m"))


def drafts(found: Found) -> list[Draft]:
    return [draft for _, outcome in found if isinstance(outcome, tuple) for draft in outcome]


def faults(found: Found) -> list[Fault]:
    return [outcome for _, outcome in found if isinstance(outcome, Fault)]


def free(**changes: Any) -> SelfInstruct:
    return SelfInstruct(**{"instructions": 12, "per_request": 3, "grounded": 0.0} | changes)


def shown(request: Request) -> list[str]:
    lines = request.messages[-1][1].split("<tasks>")[1].split("</tasks>")[0].strip().splitlines()
    return [line.split(". ", 1)[1] for line in lines]


INVENTIVE = script(free=inventive, grounded=inventive)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_free_tasks_from_seed_to_sample(lang: str) -> None:
    found = run(INVENTIVE, free(langs={lang: 1}))
    made = drafts(found)
    assert len(made) == 12
    assert {(draft.lang, draft.spans, draft.method) for draft in made} == {
        (lang, (), "self_instruct")
    }
    assert {origin.topic for origin, _ in found} == {None}
    assert made[0].calls[0].prompt_id == f"self_instruct_free.{lang}/2"


def test_languages_keep_their_shares() -> None:
    llm = ScriptedLLM(INVENTIVE)
    run(llm, free(instructions=36, langs={"en": 1, "zh": 3}))
    asked = [lang_of(request) for request in llm.asked if name_of(request) == "free"]
    assert (asked.count("en"), asked.count("zh")) == (3, 9)


def test_first_requests_show_eight_seeds_later_ones_two_of_the_machine() -> None:
    llm = ScriptedLLM(INVENTIVE)
    run(llm, free(instructions=9, requests=2, langs={"zh": 1}))
    seeds = {" ".join(seed.instruction.split()) for seed in SEEDS if seed.lang == "zh"}
    counts = [
        sum(task in seeds for task in shown(request))
        for request in llm.asked
        if name_of(request) == "free"
    ]
    assert counts == [8, 8, 6]
    assert all(len(set(shown(r))) == 8 for r in llm.asked if name_of(r) == "free")


def test_grounded_tasks_rest_on_their_passage() -> None:
    topics = [topic("en"), topic("zh")]
    found = run(script(), SelfInstruct(instructions=16, grounded=1.0, rounds=1), topics)
    made = drafts(found)
    assert sorted((draft.lang, draft.task) for draft in made) == [
        ("en", "classification"), ("en", "generation"), ("zh", "classification"),
        ("zh", "generation"),
    ]  # fmt: skip
    assert all(draft.spans for draft in made)
    assert {(origin.lang, origin.topic and origin.topic.lang) for origin, _ in found} == {
        ("en", "en"), ("zh", "zh"),
    }  # fmt: skip


def test_share_of_grounded_requests() -> None:
    llm = ScriptedLLM(INVENTIVE)
    run(llm, free(instructions=24, grounded=0.25), [topic("zh"), topic("en")])
    names = [name_of(request) for request in llm.asked]
    assert (names.count("grounded"), names.count("free")) == (2, 6)


def test_without_passages_grounded_tasks_are_not_made_up() -> None:
    llm = ScriptedLLM(INVENTIVE)
    ((_, fault),) = run(llm, SelfInstruct(grounded=1.0))
    assert isinstance(fault, Fault)
    assert fault.reason is Reason.EVIDENCE_MISSING
    assert llm.asked == []
    assert len(drafts(run(INVENTIVE, free(grounded=0.5)))) == 12


def test_candidates_are_conserved_and_ids_unique() -> None:
    listed: list[int] = []

    def noisy(request: Request) -> str:
        listed.append(7)
        more = f"12. Draw a red cat.\n13. No.\n14. {TASKS['en'][0]}\n15. {SEEDS[3].instruction}"
        return f"{inventive(request)}\n{more}"

    def broken(request: Request) -> Answer:
        if name_of(request) == "free" and request.seed % 4 == 0:
            return Failure("refused", "HTTP 400", 0, 400)
        return script(free=noisy)(request)

    llm = ScriptedLLM(broken)
    found = run(llm, free(instructions=40, langs={"en": 1}))
    failed = sum(name_of(r) == "free" for r in llm.asked) - len(listed)
    assert failed > 0
    assert len(found) == sum(listed) + failed
    assert len({origin.origin_id for origin, _ in found}) == len(found)
    reasons = [fault.reason for fault in faults(found)]
    assert reasons.count(Reason.LLM_FAILED) == failed
    assert reasons.count(Reason.NOT_TEXTUAL) == len(listed)
    assert reasons.count(Reason.SAMPLE_TOO_SHORT) == len(listed)
    assert reasons.count(Reason.NOT_NOVEL) >= 2 * len(listed) - 1
    assert all(len(outcome) == 1 for _, outcome in found if isinstance(outcome, tuple))


def test_what_is_known_is_told_with_what_it_resembles() -> None:
    found = run(script(free=lambda _: f"9. {SEEDS[0].instruction}"), free(langs={"en": 1}))
    first = faults(found)[0]
    assert (first.reason, first.value, first.threshold) == (Reason.NOT_NOVEL, 1.0, 0.7)
    assert first.detail.startswith(f"says what {SEEDS[0].seed_id} says")


def test_all_that_an_instruction_repeats_is_named() -> None:
    lines = ["Compare rye oats barley wheat maize.", "Compare rye oats millet spelt hops.",
             "Compare rye oats barley millet spelt."]  # fmt: skip
    answer = "\n".join(f"{9 + i}. {line}" for i, line in enumerate(lines))
    found = run(script(free=lambda _: answer), free(instructions=3, novelty=0.5, langs={"en": 1}))
    told = next(one for o, one in found if o.instruction == lines[2] and isinstance(one, Fault))
    assert (told.reason, told.threshold) == (Reason.NOT_NOVEL, 0.5)
    assert told.value == pytest.approx(5 / 6)
    assert re.fullmatch(r"says what \w+ says; also near: \w+ 0\.6667", told.detail)


def test_equal_instructions_are_refused_whatever_the_threshold() -> None:
    found = run(script(), free(novelty=1.0, langs={"en": 1}, rounds=2))
    accepted = {draft.instruction for draft in drafts(found)}
    assert accepted == set(TASKS["en"])
    assert len({draft.sample_id for draft in drafts(found)}) == len(drafts(found))


def test_instances_that_fail_are_told_one_by_one() -> None:
    def clashing(request: Request) -> str:
        return '{"instances": [{"input": "a", "output": "1"}, {"input": "a", "output": "2"}]}'

    found = run(script(free=lambda _: f"9. {TASKS['en'][0]}", input_first=clashing), free(rounds=1))
    reasons = [fault.reason for fault in faults(found)]
    assert reasons.count(Reason.CONFLICTING_OUTPUTS) == 2
    assert len({origin.origin_id for origin, _ in found}) == len(found)


def test_order_of_topics_does_not_matter_and_runs_are_equal() -> None:
    topics = [topic(lang, f"d{i}") for i in range(3) for lang in ("en", "zh")]
    options = free(grounded=0.5, instructions=30)
    one, other = run(INVENTIVE, options, topics), run(INVENTIVE, options, topics[::-1])
    assert [(origin.origin_id, outcome) for origin, outcome in one] == [
        (origin.origin_id, outcome) for origin, outcome in other
    ]
    changed = run(INVENTIVE, free(grounded=0.5, instructions=30, seed=1), topics)
    assert {d.sample_id for d in drafts(changed)} != {d.sample_id for d in drafts(one)}


def test_hopeless_model_is_not_asked_on_and_on() -> None:
    llm = ScriptedLLM(lambda _: Completion("I cannot do that.", 1, 1))
    found = run(llm, free(instructions=1000))
    assert len(llm.asked) == FIRST
    reasons = [fault.reason for fault in faults(found)]
    assert reasons == [Reason.MALFORMED_OUTPUT] * (FIRST + 1)
    last = faults(found)[-1]
    assert "none of the first 8 requests" in last.detail
    assert (last.value, last.threshold) == (8.0, 8.0)


def test_answers_that_are_all_cut_leave_nothing_to_ask_again() -> None:
    llm = ScriptedLLM(lambda _: Failure("truncated", "cut at 1024 tokens"))
    reasons = [fault.reason for fault in faults(run(llm, free(instructions=1000)))]
    assert reasons == [Reason.ANSWER_CUT] * FIRST + [Reason.MALFORMED_OUTPUT]
    assert not TRANSIENT.intersection(reasons)


def test_small_rounds_stop_at_the_same_number() -> None:
    llm = ScriptedLLM(lambda _: Failure("refused", "HTTP 400: no", 0, 400))
    run(llm, free(instructions=1000, requests=3))
    assert len(llm.asked) == FIRST


def test_empty_budget_ends_the_run() -> None:
    llm = ScriptedLLM(lambda _: Failure("budget_exhausted", "0 tokens are left"))
    found = run(llm, free(instructions=1000))
    assert {fault.reason for fault in faults(found)} == {Reason.BUDGET_EXHAUSTED}
    assert len(llm.asked) == FIRST
    assert len(found) == FIRST + 1
    assert faults(found)[-1].detail.startswith("stopped: 8 requests of the last round")


GROWING = free(instructions=30, requests=4, rounds=6, langs={"en": 1, "zh": 1})
"""Requests whose prompts show what earlier rounds gave."""


def failing_at(numbers: set[int], failure: Failure) -> Callable[[Request], Answer]:
    """The inventive model, of whose requests those of these numbers fail."""
    count = 0

    def said(request: Request) -> Answer:
        nonlocal count
        count += 1
        return failure if count - 1 in numbers else INVENTIVE(request)

    return said


def cached_run(said: Callable[[Request], Answer], path: Path) -> tuple[Found, list[Request]]:
    llm = ScriptedLLM(said)
    with CachedLLM(llm, path, "m") as cached:
        return run(cached, GROWING), llm.asked


@pytest.mark.parametrize("failed", [0, 12, 29])
def test_what_failed_in_passing_makes_no_later_round_be_paid_again(
    failed: int, tmp_path: Path
) -> None:
    whole, asked = cached_run(INVENTIVE, tmp_path / "whole.sqlite")
    assert len(asked) == 10 + 2 * 30
    failure = Failure("server_error", "HTTP 503: busy", None, 503)
    first, before = cached_run(failing_at({failed}, failure), tmp_path / "a.sqlite")
    again, after = cached_run(INVENTIVE, tmp_path / "a.sqlite")
    assert [(origin, outcome) for origin, outcome in again] == whole
    answered = [request for number, request in enumerate(before) if number != failed]
    assert not set(answered) & set(after)
    assert {*answered, *after} == set(asked)
    assert before[failed] in after
    stops = [fault for fault in faults(first) if fault.detail.startswith("stopped")]
    if before[failed].prompt_id.startswith("self_instruct_free"):
        assert [(stop.reason, stop.value) for stop in stops] == [(Reason.LLM_FAILED, 1.0)]
        assert "HTTP 503: busy" in stops[0].detail
        assert len(before) < len(asked)
    else:
        assert stops == []
        assert set(after) <= {before[failed], *asked}
        assert len(after) <= 2


@pytest.mark.parametrize(
    "failure",
    [Failure(TRUNCATED, "cut"), Failure("refused", "HTTP 400", 0, 400), Failure("malformed", "?")],
)
def test_what_the_same_request_meets_again_stops_nothing(failure: Failure) -> None:
    found = run(failing_at({0}, failure), GROWING)
    assert len(drafts(found)) == 30
    assert not any(fault.detail.startswith("stopped") for fault in faults(found))


def test_a_spent_key_is_a_failure_that_passes() -> None:
    found = run(failing_at({1}, Failure("refused", "HTTP 402", 0, 402)), GROWING)
    assert faults(found)[-1].detail.startswith("stopped: 1 requests")
    assert len(drafts(found)) == 9


def test_nothing_is_said_to_be_stopped_where_nothing_was_left() -> None:
    failure = Failure("timeout", "slow")
    found = run(failing_at({0}, failure), free(instructions=12, rounds=1, langs={"en": 1}))
    assert [fault.detail for fault in faults(found)] == ["timeout: slow"]


def test_rounds_and_target_bound_the_requests() -> None:
    llm = ScriptedLLM(INVENTIVE)
    run(llm, free(instructions=1000, requests=5, rounds=3))
    assert sum(name_of(request) == "free" for request in llm.asked) == 15
    llm = ScriptedLLM(INVENTIVE)
    run(llm, free(instructions=3))
    assert sum(name_of(request) == "free" for request in llm.asked) == 1


def test_language_without_seeds_is_a_wrong_use() -> None:
    english = [seed for seed in SEEDS if seed.lang == "en"]
    with pytest.raises(UsageError, match="no seed tasks for 'zh'"):
        run(INVENTIVE, free(langs={"zh": 1}), seeds=english)


def test_passage_of_another_language_is_asked_about_in_english_words() -> None:
    german = topic("en")
    object.__setattr__(german.document, "lang", "de")
    llm = ScriptedLLM(script(grounded=lambda _: "9. Nenne den Ort der alten Mühle."))
    found = run(llm, SelfInstruct(instructions=1, per_request=1, rounds=1), [german])
    assert [draft.lang for draft in drafts(found)] == ["de"]
    assert llm.asked[0].prompt_id == "self_instruct_grounded.en/2"


@pytest.mark.real
def test_real_model_loses_nothing(tmp_path: Path) -> None:
    options = SelfInstruct(
        instructions=4, per_request=2, requests=2, rounds=2, grounded=0.5, max_tokens=200,
        langs={"en": 1}, instances=1,
    )  # fmt: skip
    with embedded_server(EmbeddedOptions(smollm())) as server:
        client = OpenAIServer(
            ServerOptions(server.base_url, "local", "", timeout_s=60, use_proxies=False)
        )
        with client, CachedLLM(client, tmp_path / "c.sqlite", "smollm") as llm:
            first = run(llm, options, [topic("en")])
    with CachedLLM(ScriptedLLM(_no_one), tmp_path / "c.sqlite", "smollm") as llm:
        again = run(llm, options, [topic("en")])
    assert first
    assert len({origin.origin_id for origin, _ in first}) == len(first)
    whole = [fault for fault in faults(first) if fault.reason is Reason.ANSWER_CUT]
    assert all("truncated" in fault.detail for fault in whole)
    answered = [(origin.origin_id, outcome) for origin, outcome in first if outcome not in whole]
    assert [pair for pair in answered if pair not in [(o.origin_id, x) for o, x in again]] == []


def _no_one(request: Request) -> Answer:
    return Failure("truncated", "nothing may be asked anew")
