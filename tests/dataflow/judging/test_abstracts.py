from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataflow.judging.abstracts import held, traits
from dataflow.judging.faithfulness import faithfulness
from dataflow.judging.strength import new_number, signs, stronger

SOURCE = (
    "The harbour board closed the old fish market on Tuesday after 1,400 rivets had rusted. "
    "Traders will move to a car park. Karen Moss runs the board."
)
CHINESE = (
    "港务局星期二关闭了旧鱼市场，因为一千四百颗铆钉生了锈。商贩将搬到停车场。莫凯伦主管港务局。"
)


@pytest.mark.parametrize(
    ("likely", "unlikely", "source"),
    [
        ("Stallholders go to a parking lot.", "Stallholders sued a bank.", SOURCE),
        ("A few rivets were rusty.", "All rivets were rusty.", SOURCE),
        ("Over 1,000 rivets were rusty.", "Over 9,000 rivets were rusty.", SOURCE),
        ("Karen Moss closed a market.", "Peter Moss closed a market.", SOURCE),
        ("摊贩要去停车的地方。", "摊贩领到了养老金。", CHINESE),
        ("有些铆钉生锈了。", "铆钉全都生锈了。", CHINESE),
        ("一千多颗铆钉生锈了。", "九千多颗铆钉生锈了。", CHINESE),
    ],
)
def test_what_a_text_may_hold_ranks_first(likely: str, unlikely: str, source: str) -> None:
    assert held(likely, source) > held(unlikely, source)
    assert faithfulness(likely, source) > faithfulness(unlikely, source)


def test_traits() -> None:
    shared, alike, strong, weak, number, name = traits("Every rivet was rusty.", SOURCE)
    assert shared == pytest.approx(1 / 4)  # rivet; rusted and rusty have other stems
    assert 0.2 < alike < 0.8
    assert (strong, weak, number, name) == (1.0, 0.0, 0.0, 0.0)
    assert traits("Traders will move to a car park.", SOURCE)[:2] == pytest.approx((1.0, 1.0))
    assert traits("Perhaps Anna Bell saw 77 boats.", SOURCE)[3:] == (1.0, 1.0, 1.0)
    assert traits("全都关闭了", CHINESE)[2] == 1.0
    assert traits("", "") == (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


def test_a_copy_is_above_all_that_is_said_anew() -> None:
    assert faithfulness("Traders will move to a car park.", SOURCE) == 1.0
    assert faithfulness("Some traders may get new places.", SOURCE) < 0.5


@pytest.mark.parametrize(
    ("claim", "source", "kinds"),
    [
        ("Only she always wins.", "She wins.", 2),
        ("All birds fly.", "Every bird flies.", 0),
        ("It is the best.", "It is good.", 1),
        ("大家都只去过一次。", "大家去过一次。", 2),
        ("全部完成了。", "所有工作完成了。", 0),
        ("这是最好的。", "这是好的。", 1),
    ],
)
def test_strong_words_are_new_by_kind(claim: str, source: str, kinds: int) -> None:
    assert stronger(claim, source) == kinds


@pytest.mark.parametrize(
    ("claim", "weak"),
    [
        ("At least one came.", True),
        ("One came.", False),
        ("三分之一的人来了。", False),
        ("这是原因之一。", True),
        ("大部分人来了。", False),
        ("部分人来了。", True),
    ],
)
def test_weak_words(claim: str, weak: bool) -> None:
    assert signs(claim, "", "zh" if claim[0] > "z" else "en").weak is weak


@pytest.mark.parametrize(
    ("claim", "new"),
    [
        ("More than 1,000 rivets", False),
        ("1,400 rivets", False),
        ("1,000 rivets", True),
        ("nearly 1,500 rivets", False),
        ("about 300 rivets", True),
    ],
)
def test_rounded_numbers_need_one_near(claim: str, new: bool) -> None:
    assert new_number(claim, SOURCE) is new


@settings(deadline=None, max_examples=50)
@given(st.text("b1 .汉不都", max_size=20), st.text("b1 .汉不都", max_size=20))
def test_is_a_share(claim: str, source: str) -> None:
    assert 0.0 < held(claim, source) < 1.0
