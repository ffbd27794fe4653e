from __future__ import annotations

import pytest

from dataflow.sft.rules.names import kinds, mentions
from dataflow.sft.rules.swaps import NAME, swaps

EN = """# Handover To Ada Storm

The plan was drawn by engineer Ada Storm of the Kelby Institute. It was checked by John Reed, who \
lived in Tarn. The bill was written in Osby and paid by the Harbour Council.
"""
ZH = """# 石岚的灯塔

灯塔由工程师石岚设计，由工程师李敏建造。石料来自云台山，也来自石牛山。图样见《灯塔志》和《海港志》。
"""


def test_english_kinds_go_by_the_words_around() -> None:
    assert kinds(EN, "en") == {
        "Ada Storm": ("person", 2), "Kelby Institute": ("body", 2), "John Reed": ("person", 2),
        "Tarn": ("place", 1), "Osby": ("place", 1), "Harbour Council": ("body", 2),
    }  # fmt: skip


def test_chinese_kinds() -> None:
    found = kinds(ZH, "zh")
    assert found["石岚"] == found["李敏"] == ("person", 2)
    assert found["灯塔志"] == found["海港志"] == ("work", 3)


@pytest.mark.parametrize(
    ("sentence", "around", "lang", "expected"),
    [
        ("It was drawn by Ada Storm.", EN, "en", ("Ada Storm", "John Reed")),
        ("It was paid by the Harbour Council.", EN, "en", ("Harbour Council", "Kelby Institute")),
        ("Nobody lived in Tarn.", EN, "en", ("Tarn", "Osby")),
        ("灯塔由工程师石岚设计。", ZH, "zh", ("石岚", "李敏")),
        ("图样见《灯塔志》。", ZH, "zh", ("灯塔志", "海港志")),
        ("It was drawn by Ada Storm.", "# Handover\n\nAda Storm left in May.", "en", None),
        ("Ada Storm left.", EN, "en", None),
    ],
)
def test_a_name_becomes_one_of_its_kind(
    sentence: str, around: str, lang: str, expected: tuple[str, str] | None
) -> None:
    found = [(s.was, s.now) for s in swaps(sentence, around, lang, 0) if s.flaw == NAME]
    assert found == ([expected] if expected else [])


def test_headings_tables_and_openings_hold_no_names() -> None:
    text = "# The Report Of Ada Storm\n\n| By | Ada Storm |\n\nAda Storm\n"
    assert list(mentions(text, "en")) == []
