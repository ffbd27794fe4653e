from __future__ import annotations

import pytest

from dataflow.sft.blocks import manuscript
from dataflow.sft.drafts import EXTRACTIVE, TABLE, Draft
from dataflow.sft.rules.propose import rule_drafts
from tests.strategies.sft import document


def drafts(text: str, lang: str, title: str = "") -> list[Draft]:
    methods = frozenset({EXTRACTIVE, TABLE})
    return rule_drafts(manuscript(document(text, lang, title)), methods, 0)


def of(found: list[Draft], task: str) -> list[str]:
    return [one.output for one in found if one.task == task]


PARTS = {
    "en": (("The lower mill", "The lower mill stands at the bend of the river and grinds rye for "
            "the village, and the miller opens its gate before sunrise on every working day."),
           ("The old bridge", "The old bridge has three arches of grey stone, and carts that carry "
            "more than a ton may not cross it while the water stands above the mark."),
           ("The market", "The market is held on the green beside the church, and the farmers who "
            "come from the hills bring cheese, wool, eggs and now and then a calf.")),
    "zh": (("下游的水磨", "下游的水磨建在河湾处，专门给村里磨黑麦，"
            "磨坊主每天日出之前就打开闸门放水。"),
           ("石拱老桥", "石拱老桥有三个桥拱，水位高过标记的时候，"
            "载重超过一吨的大车一律不许过桥。"),
           ("村里的集市", "村里的集市开在教堂旁边的草地上，"
            "山里的农民带来奶酪、羊毛和鸡蛋，偶尔牵来小牛。")),
}  # fmt: skip


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_an_outline_is_made_of_the_headings_of_parts_that_tell_them(lang: str) -> None:
    parts = PARTS[lang]
    text = "# Kelby 凯里\n\n" + "\n\n".join(f"## {name}\n\n{body}" for name, body in parts)
    (draft,) = [one for one in drafts(text, lang) if one.task == "outline"]
    assert draft.output == "\n".join(f"- {name}" for name, _ in parts)
    assert draft.input.split("\n\n* * *\n\n") == [body for _, body in parts]
    assert [text[a:b].lstrip("# ") for a, b in draft.spans] == [name for name, _ in parts]
    untold = text.replace("mill", "inn").replace("bridge", "ford").replace("market", "fair")
    untold = untold.replace("## The lower inn", "## Mud").replace("## The old ford", "## Ice")
    untold = untold.replace("## The fair", "## Fog").replace("## 下游的水磨", "## 雾天")
    untold = untold.replace("## 石拱老桥", "## 冰面").replace("## 村里的集市", "## 泥路")
    assert of(drafts(untold, lang), "outline") == []


@pytest.mark.parametrize(
    ("text", "lang", "years"),
    [
        ("In 1872 the second volume came out. In 1841 Ada Storm was born. She moved to Tarn in "
         "1895. She liked rain.", "en", ["1841", "1872", "1895"]),
        ("1872年，第二卷出版。石岚生于1841年。她在1895年搬到塔恩。她喜欢雨。", "zh",
         ["1841", "1872", "1895"]),
    ],
)  # fmt: skip
def test_a_timeline_sorts_the_sentences_by_their_years(
    text: str, lang: str, years: list[str]
) -> None:
    (output,) = of(drafts(text, lang), "timeline")
    assert [line[2:6] for line in output.split("\n")] == years
    two = text.replace("1895", "1895 and 1896" if lang == "en" else "1895年和1896")
    assert of(drafts(two, lang), "timeline") == []


TABLE_TEXT = """| No. | Tool | Since | State |
| --- | --- | --- | --- |
| 1 | Rake | 1987 | good |
| 2 | Saw | 1994 | blunt |
| 3 | Axe | 2003 | good |"""


def test_a_table_is_rewritten_as_csv_only_with_all_its_columns() -> None:
    whole = "\n".join("|" + line.split("|", 2)[2] for line in TABLE_TEXT.split("\n"))
    (output,) = of(drafts(f"# Tools of Kelby\n\n{whole}", "en"), "csv")
    assert output == "Tool,Since,State\nRake,1987,good\nSaw,1994,blunt\nAxe,2003,good"
    counted = drafts(f"# Tools of Kelby\n\n{TABLE_TEXT}", "en")
    assert of(counted, "csv") == of(counted, "json") == of(counted, "describe_row") == []
    assert "blunt" in of(counted, "lookup")


def test_a_row_that_goes_on_below_and_forms_to_be_filled_in_are_left_out() -> None:
    text = (
        "# Speech of Kelby\n\n| Region | Age | Tea |\n| --- | --- | --- |\n| Tarn | young | 58 |\n"
        "|  | old | 83 |\n| Moor | all | ☐ yes |\n| Quay | all | 21 |"
    )
    asked = [one.instruction for one in drafts(text, "en") if one.task == "lookup"]
    assert asked
    assert not any("Tarn" in one for one in asked)
    assert not any(value.startswith("☐") for value in of(drafts(text, "en"), "lookup"))


def test_a_first_line_that_is_an_entry_is_no_header() -> None:
    text = (
        "# Bill of Kelby\n\n| Customer | Lumen Textile Archive, Accounts Payable, 9 Duxton Hill, "
        "Kelby, Tarn, The North, 089587 |\n| --- | --- |\n| Account | SP-40071 |\n"
        "| Currency | SGD |"
    )
    assert of(drafts(text, "en"), "lookup") == []


def test_what_may_be_a_total_by_chance_is_not_computed_on() -> None:
    text = (
        "# Loans of Kelby\n\n| Item | Loan period | Renewals |\n| --- | --- | --- |\n"
        "| Magazines | 7 days | 1 |\n| Films | 7 days | 3 |\n| Maps | 14 days | 9 |\n"
        "| Books | 28 days | 2 |"
    )
    asked = [one.instruction for one in drafts(text, "en") if one.task in ("mean", "max", "sum")]
    assert any("Renewals" in one for one in asked)
    assert not any("Loan period" in one for one in asked)


def test_the_title_is_no_part_of_the_outline() -> None:
    parts = "\n\n".join(f"## {name}\n\n{body}" for name, body in PARTS["en"])
    lead = PARTS["en"][0][1].replace("mill", "inn")
    text = f"# The lower inn of Kelby\n\n{lead}\n\n{parts}"
    (output,) = of(drafts(text, "en", "The lower inn of Kelby"), "outline")
    assert output.split("\n")[0] == "- The lower mill"


def test_a_document_that_yields_little_has_no_statement_to_be_judged() -> None:
    body = "The wheel of the lower mill turns 12 times a minute at high water. The pond is deep."
    assert of(drafts(f"# Mills of Kelby\n\n{body}", "en"), "true_false") == []
    parts = "\n\n".join(
        f"## The {name} mill\n\nThe {name} mill was built in 18{year}. {body}"
        for name, year in (("lower", 12), ("upper", 30), ("outer", 41), ("inner", 55), ("old", 67))
    )
    many = drafts(f"# Mills of Kelby\n\n{parts}\n\n{TABLE_TEXT}", "en")
    assert [one.task for one in many].count("true_false") == 1
    assert len(many) > 4


def test_lists_of_orders_are_steps_and_forms_and_short_points_yield_nothing() -> None:
    steps = "1. Discard the grey liquid.\n2. Add the flour.\n3. Stir until it is wet."
    note = "Do so once a day in summer, twice a week in winter, and never while it freezes: the "
    note += "yeast would die, and the jar might crack."
    text = f"# Care of a starter\n\n## Feeding the starter\n\n{steps}\n\n{note}"
    assert of(drafts(text, "en"), "steps") == [steps]
    form = "Name: Ada Storm\nConsent: □ yes □ no\nDate: 年 月 日\nPlace: Tarn"
    assert of(drafts(f"# Form of Kelby\n\n{form}", "en"), "json") == []
    account = "户名：拓海公司；开户银行：东港银行；账号：8800。"
    assert of(drafts(f"# 付款\n\n{account}", "zh"), "rewrite") == []
