"""Evidence on texts made to break it: nothing raises, and time stays bounded."""

from __future__ import annotations

import sys
from types import FrameType
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dataflow.evidence.align import aligned
from dataflow.evidence.contradiction import contradicts
from dataflow.evidence.copied import altered
from dataflow.evidence.entities import unsupported_date, unsupported_name, unsupported_number
from dataflow.evidence.locate import locate
from dataflow.evidence.roles import exchanged
from dataflow.evidence.support import Verdict, held, supported
from dataflow.evidence.wording import tokens

_WORDS = """
不 没 无 非 被 由 比 和 的 在 半 一 两 三 十 百 千 万 亿 零 年 月 日 天 周 小时 个 元 倍 成 折 第 约
百分之 分之 超过 不到 以上 每 共 多 少 大 小 前 后 上 下
王 李明 北京 大学 汉 开 关 ， 。 ； 《 》 “ ” （ ）
· 、 % $ 1 2 0 98 1998 2024 3.5 1,200 10:30 not no rose fell than by was Ada Bert
铜器 放在 东厅 西厅 不如 禁止 可以 除 若 ' - & &amp; é ３ ㈠ 𠀀
"""
_PIECES = (*_WORDS.split(), "\n", "\t", "\u3000", "\u200b", "\ud800")
_MIXED = st.lists(st.sampled_from(_PIECES) | st.characters(), max_size=24).map("".join)
_SIZE = 20_000
_REPEATED = (
    "不", "的", "7", "一", "1 ", "3万5千", "5月8日", "not open ", "不汉堡有三个人，",
    "铜器放在东厅", "王明在北京大学", "张三于1998年比李四多卖了三百元。",
)  # fmt: skip
_FEW = 1_500
_LINEAR = 3.0
"""Times as many lines for twice the text: 2 where work grows with it, 4 with its square."""


@given(_MIXED, _MIXED)
@example("百分之亿亿亿亿", "共5人。")
@example("占5%。", "有百分之亿亿亿亿。")
@example("约占0倍。", "有0人，共5人。")
@example("Ada built \ud800 the tower in Rome.", "Ada has built the tower in \ud800 Rome once.")
@settings(max_examples=150, deadline=None)
def test_no_text_makes_a_check_raise(answer: str, quote: str) -> None:
    verdict = supported(answer, quote)
    assert 0.0 <= verdict.score <= 1.0
    assert 0.0 <= held(answer, quote) <= 1.0
    for lang in ("zh", "en"):
        assert isinstance(unsupported_name(answer, quote, lang), str)
    for check in (contradicts, altered, exchanged, unsupported_date, unsupported_number):
        assert isinstance(check(answer, quote), str)
    span = locate(answer, quote) or aligned(answer, quote)
    assert span is None or 0 <= span[0] < span[1] <= len(quote)


@given(_MIXED)
@settings(max_examples=60, deadline=None)
def test_a_text_holds_itself(text: str) -> None:
    assert supported(text, text) == Verdict(1.0 if tokens(text) else 0.0)
    assert contradicts(text, text) == ""
    assert exchanged(text, text) == ""


def test_one_digit_inside_of_a_denied_word_is_no_error() -> None:
    assert contradicts("不汉", "不1汉") == ""


def _checked(text: str) -> None:
    assert 0.0 <= supported("不1汉。" + text[:-3] + "乙", text).score <= 1.0
    assert isinstance(contradicts(text[:-2] + "子", text), str)
    assert isinstance(exchanged(text[1:], text), str)


def _lines(text: str) -> int:
    """Lines of Python that the checks of a text run."""
    count, before = 0, sys.gettrace()

    def trace(frame: FrameType, event: str, arg: object) -> Any:
        nonlocal count
        count += event == "line"
        return trace

    sys.settrace(trace)
    try:
        _checked(text)
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize("piece", _REPEATED)
def test_repeats_are_read_to_the_end(piece: str) -> None:
    _checked(piece * (_SIZE // len(piece)))


@pytest.mark.parametrize("piece", _REPEATED)
def test_work_does_not_grow_with_the_square_of_repeats(piece: str) -> None:
    text = piece * (_FEW // len(piece))
    _checked(piece * 3)  # what is loaded or made once
    assert _lines(text + text) < _LINEAR * _lines(text)
