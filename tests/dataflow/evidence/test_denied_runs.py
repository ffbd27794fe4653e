"""Runs of a quote that it denies."""

from __future__ import annotations

import pytest

from dataflow.evidence.denied_runs import denied_run
from dataflow.evidence.support import supported
from schemas.records import Reason

_DENIED = [
    ("能够抵御洪水", "该堤坝不能够抵御洪水"),
    ("需要预约参观", "普通游客不需要预约参观"),
    ("甲药可以治疗乙病", "没有证据表明甲药可以治疗乙病"),
    ("甲药可以治疗乙病", "目前尚无研究证实甲药可以治疗乙病。"),
    ("可以治疗乙病", "没有任何药物可以治疗乙病"),
    ("携带宠物入内", "参观者不得携带宠物入内"),
    ("携带宠物入内", "馆内禁止携带宠物入内"),
    ("打开锅盖检查", "加热时请别打开锅盖检查"),
    ("出现严重副作用", "试验中没有人出现严重副作用"),
    ("完成大坝加固", "该县尚未完成大坝加固"),
    ("游客都需要预约", "并不是所有游客都需要预约"),
    ("side effects were seen", "No serious side effects were seen"),
    ("allowed to swim here", "Nobody is allowed to swim here"),
    ("safe to drink untreated", "The water is not at all safe to drink untreated"),
    ("the bridge was safe", "It is not true that the bridge was safe"),
    ("the bridge was safe", "He denied that the bridge was safe."),
    ("the drug cures gout", "There is no evidence that the drug cures gout."),
    ("the drug cures gout", "No study so far shows the drug cures gout."),
    ("hold back the flood", "The dam failed to hold back the flood"),
    ("seen in the trial", "None of the patients was ever seen in the trial"),
    ("open on cold Mondays", "The fort has never been open on cold Mondays."),
]
_SAID = [
    ("能够抵御洪水", "该堤坝不仅能够抵御洪水，还能发电"),
    ("能够抵御洪水", "无论如何能够抵御洪水"),
    ("能够抵御洪水", "没有人不知道它能够抵御洪水"),
    ("能够抵御洪水", "旧坝不高，新坝能够抵御洪水"),
    ("能够抵御洪水", "堤坝不高但能够抵御洪水"),
    ("需要预约参观", "普通游客不得不需要预约参观"),
    ("需要预约参观", "特别需要预约参观"),
    ("游客需要预约参观", "不知情的游客需要预约参观"),
    ("能够抵御洪水", "人们问它能不能够抵御洪水"),
    ("普通游客", "不允许普通游客"),
    ("大型水利设施", "该地区没有大型水利设施"),
    ("该堤坝的负责人", "没有通知该堤坝的负责人"),
    ("the bridge was safe", "There is no doubt that the bridge was safe"),
    ("the bridge was safe", "Nobody denied that the bridge was safe"),
    ("the bridge was safe", "He did not hide that the bridge was safe"),
    ("the drug works well", "It is not cheap but the drug works well"),
    ("the drug works well", "With no side effects the drug works well"),
    ("swim here in summer", "It costs nothing to swim here in summer"),
    ("sold to the town", "It was not only sold to the town but rebuilt"),
    ("the old stone bridge", "They did not visit the old stone bridge"),
    ("side effects were seen", "No side effects were seen in May. In June side effects were seen."),
]


@pytest.mark.parametrize(("answer", "quote"), _DENIED)
def test_a_run_that_the_quote_denies_is_refused(answer: str, quote: str) -> None:
    verdict = supported(answer, quote)
    assert verdict.fault is not None
    assert (verdict.score, verdict.fault.reason) == (0.0, Reason.CONTRADICTS_SOURCE)


@pytest.mark.parametrize(("answer", "quote"), _SAID)
def test_a_run_behind_a_negator_of_other_things_is_held(answer: str, quote: str) -> None:
    assert supported(answer, quote).score == 1.0


def test_nothing_is_denied_where_it_does_not_stand() -> None:
    assert not denied_run("It is not safe.", "")
    assert not denied_run("It is not safe.", "was open on Mondays")


def test_time_does_not_double_with_each_word() -> None:
    for word in ("really ", "likely ", "any more ", "no ", "ever "):
        assert (
            denied_run(f"not {word * 400}x be open on cold Mondays", "open on cold Mondays")
            is False
        )
    assert not denied_run(f"不{'都是曾经需要' * 200}甲能够抵御洪水", "能够抵御洪水")
