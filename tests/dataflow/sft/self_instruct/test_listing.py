from __future__ import annotations

import pytest

from dataflow.sft.self_instruct.listing import listed, numbered


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("9. Name a fish.\n10. Add 2 and 3.", ["Name a fish.", "Add 2 and 3."]),
        ("9) Name a fish.\n\n10) Add 2.", ["Name a fish.", "Add 2."]),
        (
            "Sure, here you are:\n\n**9.** Name a fish.\n**10. Add 2.**",
            ["Name a fish.", "Add 2."],
        ),
        ("Task 9: Name a fish.\nInstruction 10: Add.", ["Name a fish.", "Add."]),
        ("9. Instruction: Name a fish.", ["Name a fish."]),
        ("9. **Name** a *fish*.\n10. **Add 2.**", ["**Name** a *fish*.", "Add 2."]),
        ('9. "Name a fish."\n10. Say "no" to "yes"', ["Name a fish.", 'Say "no" to "yes"']),
        (
            "9. Name a fish\n   of the North Sea.\nInput: none\nmore",
            ["Name a fish of the North Sea."],
        ),
        ("9. Name a fish.\n\nI hope this helps!", ["Name a fish."]),
        ("9. Multiply\n3.5 by 2.", ["Multiply 3.5 by 2."]),
        ("9. Explain 10:30 on a clock", ["Explain 10:30 on a clock"]),
        ("9、写一首诗。\n10．说出三种鱼。", ["写一首诗。", "说出三种鱼。"]),
        ("（9）写一首诗。\n第10条：说出三种鱼。", ["写一首诗。", "说出三种鱼。"]),
        ("好的：\n任务9：写一首\n关于鱼的诗。\n输入：无", ["写一首关于鱼的诗。"]),
        ("9. 指令：“写一首诗。”", ["写一首诗。"]),
        ("2024年写一首诗", []),
        ("9.\n10.  \n", []),
        ("no list at all", []),
        ("", []),
    ],
)
def test_lists_of_models(text: str, found: list[str]) -> None:
    assert listed(text) == found


def test_shown_list_is_read_back() -> None:
    tasks = ["Name a fish.", "写一首诗。", "Add\n1 and 2."]
    assert listed(numbered(tasks)) == ["Name a fish.", "写一首诗。", "Add 1 and 2."]


def test_hostile_answers_are_bounded() -> None:
    assert len(listed("1. a\n" * 1_000_000)) == 4000
    assert listed("*" * 100_000) == []
    assert listed("1" * 100_000) == []
