from __future__ import annotations

import dataclasses
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import polars as pl
import pytest

from dataflow.llm.embedded import EmbeddedOptions, embedded_server
from dataflow.sft.backends import open_llm
from dataflow.sft.make import MakeSft
from dataflow.stage import Split
from schemas.errors import UsageError
from schemas.records import Reason
from tests.dataflow.llm.test_embedded import smollm
from tests.strategies.sft import CHINESE, ENGLISH, by_heading, document, frame

EN = document(ENGLISH, "en", "Harbour lights of Kelby")
ZH = document(CHINESE, "zh", "凯里港的灯塔")
CHUNKS = pl.concat([by_heading(EN), by_heading(ZH)])
BY_MODEL = ("self_instruct", "back_translation")


class Counting(BaseHTTPRequestHandler):
    """A server that answers every request with the same instruction."""

    asked = 0

    def do_POST(self) -> None:
        type(self).asked += 1
        self.rfile.read(int(self.headers["Content-Length"]))
        message = {"content": '{"instruction": "Describe the lights of a harbour."}'}
        usage = {"prompt_tokens": 100, "completion_tokens": 20}
        body = json.dumps({"choices": [{"message": message}], "usage": usage}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is logged."""


@pytest.fixture
def url() -> Iterator[str]:
    Counting.asked = 0
    server = ThreadingHTTPServer(("127.0.0.1", 0), Counting)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def run(stage: MakeSft, cache: Path) -> Split:
    with open_llm(stage, cache) as llm:
        return stage(frame(EN, ZH), CHUNKS, llm)


def reasons(split: Split) -> set[str]:
    return set(split.rejected["reason"].to_list())


def test_rules_need_no_model(tmp_path: Path) -> None:
    with open_llm(MakeSft(), tmp_path) as llm:
        assert llm is None
    assert list(tmp_path.iterdir()) == []


def test_second_run_is_served_from_the_cache(url: str, tmp_path: Path) -> None:
    stage = MakeSft(backend="openai", url=url, model="m", methods=("back_translation",))
    first = run(stage, tmp_path)
    asked = Counting.asked
    second = run(stage, tmp_path)
    assert (asked, Counting.asked) == (4, 4)
    assert first.kept.equals(second.kept)
    assert first.rejected.equals(second.rejected)
    assert [len(key) for key in first.kept["cache_key"]] == [64] * first.kept.height
    assert first.kept["instruction"].to_list() == ["Describe the lights of a harbour."]
    assert reasons(first) == {"not_novel", "sample_wrong_language"}
    run(dataclasses.replace(stage, seed=1), tmp_path)
    assert Counting.asked == 8


def test_budget_ends_in_rejects(url: str, tmp_path: Path) -> None:
    stage = MakeSft(backend="openai", url=url, model="m", methods=("back_translation",))
    dear = dataclasses.replace(stage, token_budget=1)
    split = run(dear, tmp_path)
    assert (Counting.asked, split.kept.height) == (0, 0)
    assert reasons(split) == {"budget_exhausted"}
    run(stage, tmp_path)
    assert reasons(run(dear, tmp_path)) == {"not_novel", "sample_wrong_language"}


def test_server_that_is_away_ends_in_rejects(tmp_path: Path) -> None:
    stage = MakeSft(
        backend="openai", url="http://127.0.0.1:9", model="m", methods=BY_MODEL, timeout_s=1.0
    )
    split = run(stage, tmp_path)
    assert split.kept.height == 0
    assert reasons(split) == {"llm_failed"}


def test_missing_model_file(tmp_path: Path) -> None:
    stage = MakeSft(backend="embedded", gguf=str(tmp_path / "absent.gguf"), methods=BY_MODEL)
    with pytest.raises(UsageError, match=r"absent\.gguf"), open_llm(stage, tmp_path):
        pass


def settled(split: Split, n: int) -> None:
    """All of `n` requests are rows with evidence or rejects with a reason."""
    assert split.kept.height + split.rejected.height == n
    assert reasons(split) <= {reason.value for reason in Reason}
    for sample in split.kept.iter_rows(named=True):
        assert sample["evidence"]
        for item in sample["evidence"]:
            text = {EN["doc_id"]: ENGLISH, ZH["doc_id"]: CHINESE}[item["doc_id"]]
            assert text[item["char_start"] : item["char_end"]] == item["quote"]


@pytest.mark.real
def test_embedded_model_and_its_cache(tmp_path: Path) -> None:
    stage = MakeSft(
        backend="embedded", gguf=str(smollm()), methods=BY_MODEL, per_document=2, max_tokens=150
    )
    first = run(stage, tmp_path)
    settled(first, 4)
    answered = reasons(first) - {"llm_failed"} or first.kept.height
    assert answered
    again = run(dataclasses.replace(stage, token_budget=1), tmp_path)  # nothing may be asked anew
    assert "budget_exhausted" not in reasons(again)
    assert again.kept.equals(first.kept)
    assert again.rejected["reason"].to_list() == first.rejected["reason"].to_list()


@pytest.mark.real
def test_openai_client_against_a_real_server(tmp_path: Path) -> None:
    with embedded_server(EmbeddedOptions(smollm())) as server:
        stage = MakeSft(
            backend="openai", url=server.base_url, model="smollm2", methods=BY_MODEL,
            per_document=2, max_tokens=150, token_budget=2100,
        )  # fmt: skip
        split = run(stage, tmp_path / "one")
        settled(split, 4)
        assert "budget_exhausted" in reasons(split)
        assert split.kept.height or reasons(split) - {"budget_exhausted"}
        server.process.kill()
        server.process.wait()
        gone = run(dataclasses.replace(stage, timeout_s=2.0, token_budget=0), tmp_path / "two")
        settled(gone, 4)
        assert reasons(gone) == {"llm_failed"}
