from __future__ import annotations

from collections import Counter
from pathlib import Path

import polars as pl
import pytest

from dataflow.identity import identity
from dataflow.llm.base import Failure
from dataflow.sft.bootstrapping import bootstrapped, chosen_documents, passages_wanted
from dataflow.sft.ledger import Drafted, Model
from dataflow.sft.make import MakeSft
from dataflow.sft.rows import SAMPLE_FRAME
from dataflow.sft.self_instruct.options import SelfInstruct
from schemas.errors import UsageError
from tests.dataflow.llm.fakes import Script, ScriptedLLM
from tests.dataflow.sft.self_instruct.models import PASSAGES, script
from tests.strategies.sft import CHINESE, ENGLISH, cut, document, frame

ROWS = [
    document(f"{PASSAGES[lang]}\n\n{more}", lang, source=f"{lang}.md")
    for lang, more in (("en", ENGLISH), ("zh", CHINESE))
]
CHUNKS = pl.concat([cut(row, []) for row in ROWS])
OPTIONS = SelfInstruct(instructions=4, requests=2, rounds=3, grounded=1.0)


def made(options: SelfInstruct = OPTIONS, said: Script | None = None, *, reverse: bool = False,
         documents: int = 2) -> tuple[Drafted, ScriptedLLM]:  # fmt: skip
    rows = ROWS[:documents][::-1] if reverse else ROWS[:documents]
    llm = ScriptedLLM(said or script())
    model = Model(llm, "m", "openai")
    chunks = CHUNKS.filter(pl.col("doc_id").is_in([row["doc_id"] for row in rows]))
    return bootstrapped(MakeSft(), options, frame(*rows), chunks, model), llm


def test_tasks_of_passages_quote_them() -> None:
    split, _ = made()
    kept = split.kept
    assert kept.schema == SAMPLE_FRAME
    assert set(kept["lang"]) == {"en", "zh"}
    assert set(kept["method"]) == {"self_instruct"}
    said = kept.select("lang", "task", "output").rows()
    assert set(said) == {
        ("en", "generation", "by the weir"), ("en", "classification", "yes"),
        ("zh", "generation", "水坝旁边"), ("zh", "classification", "是"),
    }  # fmt: skip
    texts = {row["doc_id"]: row["text"] for row in ROWS}
    for row in kept.iter_rows(named=True):
        assert row["evidence"]
        for span in row["evidence"]:
            assert texts[row["doc_id"]][span["char_start"] : span["char_end"]] == span["quote"]


def test_tasks_without_documents_stand_alone() -> None:
    split, llm = made(SelfInstruct(instructions=4, requests=2, rounds=2, grounded=0.0,
                                   langs={"en": 1, "zh": 1}), documents=0)  # fmt: skip
    assert set(split.kept["doc_id"]) == {""}
    assert set(split.kept["lang"]) == {"en", "zh"}
    assert split.kept["evidence"].list.len().sum() == 0
    assert not any("grounded" in request.prompt_id for request in llm.asked)


def test_documents_come_in_any_order() -> None:
    one, other = made()[0], made(reverse=True)[0]
    assert one.kept.equals(other.kept)
    assert one.rejected.equals(other.rejected)


def test_a_model_that_fails_leaves_rejects() -> None:
    split, _ = made(said=lambda _: Failure("timeout", "slow"))
    assert split.kept.height == 0
    assert set(split.rejected["reason"]) == {"llm_failed"}
    assert split.rejected["id"].is_unique().all()


@pytest.mark.parametrize(("grounded", "wanted"), [(1.0, 30), (0.2, 30), (0.0, 0)])
def test_no_more_documents_are_shown_than_requests(grounded: float, wanted: int) -> None:
    options = SelfInstruct(requests=10, rounds=3, grounded=grounded)
    assert passages_wanted(options) == wanted
    ids = [f"d{n}" for n in range(100)]
    chosen = chosen_documents(ids, options)
    assert len(chosen) == wanted
    assert chosen == chosen_documents(ids[::-1], options)
    assert not wanted or chosen != ids[:wanted]


def test_the_seeds_count_and_not_where_they_lie(tmp_path: Path) -> None:
    one, same, other = (tmp_path / name for name in ("one.jsonl", "same.jsonl", "other.jsonl"))
    one.write_text("{}")
    same.write_text("{}")
    other.write_text("[]")
    found = [identity(SelfInstruct(seeds=str(path))) for path in (one, same, other)]
    assert found[0] == found[1] != found[2]
    with pytest.raises(UsageError, match=r"self_instruct\.seeds: .*gone"):
        identity(SelfInstruct(seeds=str(tmp_path / "gone")))


def test_each_document_is_as_likely_as_another() -> None:
    ids = [f"d{n}" for n in range(20)]
    options = [SelfInstruct(requests=1, rounds=5, seed=seed) for seed in range(200)]
    counts = Counter(name for one in options for name in chosen_documents(ids, one))
    assert min(counts.values()) > 25
    assert max(counts.values()) < 80
