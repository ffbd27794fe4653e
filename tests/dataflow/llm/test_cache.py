from __future__ import annotations

import dataclasses
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from dataflow.llm.account import Account
from dataflow.llm.base import LLM, Answer, Completion, Failure, Request, StreamingLLM
from dataflow.llm.cache import CachedLLM, request_key
from schemas.errors import StoreError
from tests.dataflow.llm.fakes import ScriptedLLM, ask

ROOT = Path(__file__).parents[3]


def test_second_call_asks_nothing(tmp_path: Path) -> None:
    inner = ScriptedLLM()
    requests = [ask("one"), ask("二"), ask("one")]
    with CachedLLM(inner, tmp_path / "a.sqlite", "m") as llm:
        first = llm.complete(requests)
        assert (llm.hits, llm.misses) == (1, 2)
    with CachedLLM(inner, tmp_path / "a.sqlite", "m") as llm:
        second = llm.complete(requests)
        assert (llm.hits, llm.misses) == (3, 0)
    assert first == second
    assert [a.text for a in first if isinstance(a, Completion)] == ["ONE", "二", "ONE"]
    assert [request.messages[0][1] for request in inner.asked] == ["one", "二"]


def test_answer_carries_its_key(tmp_path: Path) -> None:
    with CachedLLM(ScriptedLLM(), tmp_path / "a.sqlite", "m") as llm:
        (answer,) = llm.complete([ask("one")])
    assert isinstance(answer, Completion)
    assert answer.cache_key == request_key(ask("one"), "m")


@pytest.mark.parametrize(
    "change",
    [
        {"max_tokens": 21},
        {"temperature": 0.5},
        {"seed": 1},
        {"json_schema": "{}"},
        {"messages": (("system", "one"),)},
        {"top_logprobs": 5},
    ],
)
def test_everything_sent_is_in_the_key(change: dict[str, object]) -> None:
    request = ask("one")
    other = dataclasses.replace(request, **change)  # type: ignore[arg-type]  # parametrised
    assert request_key(request, "m") != request_key(other, "m")
    assert request_key(request, "m") != request_key(request, "n")


def test_key_is_stable() -> None:
    key = request_key(Request("qa/1", (("user", "你好"),), 8), "m")
    assert key[:16] == "6a0a3c8cec13faba"


def test_truncated_answers_are_stored_other_failures_not(tmp_path: Path) -> None:
    answers = {"cut": Failure("truncated", "cut at 20", 25), "down": Failure("timeout", "slow")}
    inner = ScriptedLLM(lambda request: answers[request.messages[0][1]])
    with CachedLLM(inner, tmp_path / "a.sqlite", "m") as llm:
        llm.complete([ask("cut"), ask("down")])
        again = llm.complete([ask("cut"), ask("down")])
    assert again == [Failure("truncated", "cut at 20", 0), answers["down"]]
    assert [request.messages[0][1] for request in inner.asked] == ["cut", "down", "down"]


def test_overflows_are_stored_and_log_probabilities(tmp_path: Path) -> None:
    first = (("是", -0.25), ("yes", -1.5))
    answers: dict[str, Answer] = {
        "long": Failure("context_overflow", "HTTP 400: too long", 0),
        "judge": Completion("是", 9, 1, first_logprobs=first),
    }
    inner = ScriptedLLM(lambda request: answers[request.messages[0][1]])
    account = Account()
    with CachedLLM(inner, tmp_path / "a.sqlite", "m", account=account) as llm:
        asked = llm.complete([ask("long"), ask("judge"), ask("long")])
        assert llm.known([ask("long"), ask("judge"), ask("other")]) == 2
    with CachedLLM(inner, tmp_path / "a.sqlite", "m", account=account) as llm:
        assert llm.complete([ask("long"), ask("judge"), ask("long")]) == asked
    assert len(inner.asked) == 2
    assert isinstance(asked[1], Completion)
    assert asked[1].first_logprobs == first
    assert account.cached == 4
    assert account.failures == {"context_overflow": 3}  # the one that was asked is counted there


def test_a_file_of_version_1_is_brought_up_to_date(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    old = sqlite3.connect(path)
    old.execute(
        "CREATE TABLE answers (key TEXT PRIMARY KEY, failed INTEGER NOT NULL, text TEXT NOT NULL,"
        " finish TEXT NOT NULL, prompt_tokens INTEGER NOT NULL, completion_tokens INTEGER NOT NULL"
        ") WITHOUT ROWID"
    )
    key = request_key(ask("one"), "m")
    old.execute("INSERT INTO answers VALUES (?, 0, 'then', 'stop', 3, 4)", (key,))
    old.commit()
    old.close()
    inner = ScriptedLLM()
    with CachedLLM(inner, path, "m") as llm:
        answers = llm.complete([ask("one"), ask("two")])
    assert answers[0] == Completion("then", 3, 4, "stop", key)
    assert [request.messages[0][1] for request in inner.asked] == ["two"]
    with CachedLLM(inner, path, "m") as llm:
        assert llm.complete([ask("one"), ask("two")]) == answers


def test_a_file_of_a_later_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    CachedLLM(ScriptedLLM(), path, "m").close()
    later = sqlite3.connect(path)
    later.execute("PRAGMA user_version=3")
    later.close()
    with pytest.raises(StoreError, match="later version"):
        CachedLLM(ScriptedLLM(), path, "m")


def test_first_writer_wins(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"

    def slow(request: Request) -> Completion:
        with CachedLLM(ScriptedLLM(), path, "m") as other:  # somebody else is faster
            other.complete([request])
        return Completion("mine", 1, 1)

    with CachedLLM(ScriptedLLM(slow), path, "m") as llm:
        (answer,) = llm.complete([ask("one")])
    assert isinstance(answer, Completion)
    assert answer.text == "ONE"


def test_damaged_file_is_a_store_error(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    path.write_bytes(b"this is no database" * 100)
    with pytest.raises(StoreError, match=r"a\.sqlite"):
        CachedLLM(ScriptedLLM(), path, "m")


def test_killed_process_keeps_what_was_handed_over(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    script = f"""
import os, signal
from pathlib import Path
from dataflow.llm.cache import CachedLLM
from tests.dataflow.llm.fakes import ScriptedLLM, ask
llm = CachedLLM(ScriptedLLM(), Path({str(path)!r}), "m")
for index, answer in llm.as_completed([ask("one"), ask("two"), ask("three")]):
    if index == 1:
        os.kill(os.getpid(), signal.SIGKILL)
"""
    ended = subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=False)
    assert ended.returncode == -signal.SIGKILL
    inner = ScriptedLLM()
    with CachedLLM(inner, path, "m") as llm:
        llm.complete([ask("one"), ask("two"), ask("three")])
    assert [request.messages[0][1] for request in inner.asked] == ["three"]


def test_processes_share_the_file(tmp_path: Path) -> None:
    script = f"""
from pathlib import Path
from dataflow.llm.base import Completion
from dataflow.llm.cache import CachedLLM
from tests.dataflow.llm.fakes import ScriptedLLM, ask
import os
mine = ScriptedLLM(lambda request: Completion(str(os.getpid()), 1, 1))
with CachedLLM(mine, Path({str(tmp_path / "a.sqlite")!r}), "m") as llm:
    print(",".join(answer.text for answer in llm.complete([ask(str(i)) for i in range(40)])))
"""
    command = [sys.executable, "-c", script]
    running = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) for _ in range(3)]
    outputs = [process.communicate(timeout=60)[0] for process in running]
    assert [process.returncode for process in running] == [0, 0, 0]
    assert outputs[0].count(b",") == 39
    assert outputs[0] == outputs[1] == outputs[2]


def test_protocols(tmp_path: Path) -> None:
    with CachedLLM(ScriptedLLM(), tmp_path / "a.sqlite", "m") as llm:
        assert isinstance(llm, StreamingLLM)
    assert isinstance(ScriptedLLM(), LLM)
    assert not isinstance(ScriptedLLM(), StreamingLLM)
