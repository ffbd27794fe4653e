from __future__ import annotations

import pytest

from dataflow.evidence.dates import dates_of
from dataflow.evidence.polarity import polarity_of
from dataflow.evidence.proper_names import names_of
from dataflow.evidence.quantities import numbers_of
from dataflow.evidence.support import SUPPORT, supported
from schemas.records import Reason

MOLE = (
    "Ada Storm built the mole of Kelby on 3 May 1871. "
    "It is 1,200 metres long and cost 30,000 marks."
)
DAMM = "石岚教授于1871年5月3日在凯里市建成了石堤，全长一千二百米，耗资3万元。"


@pytest.mark.parametrize(
    "forms",
    [
        ("1,200", "1.2 thousand", "twelve hundred", "一千二百", "1.2千"),
        ("30,000", "3万", "三万", "thirty thousand", "30 thousand"),
        ("5 km", "5000 m", "5 kilometres", "五公里", "5公里"),
        ("12%", "12 percent", "twelve per cent".replace("per cent", "percent"), "百分之十二"),
        ("$5 million", "5,000,000 dollars", "500万美元", "five million dollars"),
        ("21st", "twenty-first", "第二十一", "第21"),
        ("8:30", "half past eight", "八点半"),
    ],
)
def test_forms_of_one_number(forms: tuple[str, ...]) -> None:
    values = {(numbers_of(form)[0].value, numbers_of(form)[0].unit) for form in forms}
    assert len(values) == 1


@pytest.mark.parametrize("text", ["5 km", "5 miles", "5 days", "5 kg", "5 euros", "5%", "50 km"])
def test_numbers_with_other_units_differ(text: str) -> None:
    others = ("5 km", "5 miles", "5 days", "5 kg", "5 euros", "5%", "50 km")
    same = [o for o in others if supported(text, f"It has {o} of it.").score >= SUPPORT]
    assert same == [text]


def test_forms_of_one_date() -> None:
    forms = (
        "1 March 2020", "2020-03-01", "March 1st, 2020", "2020年3月1日", "二〇二〇年三月一日",
        "the 1st of March 2020", "Mar. 1, 2020", "2020/03/01",
    )  # fmt: skip
    assert {dates_of(form)[0].parts[:3] for form in forms} == {(2020, 3, 1)}
    assert dates_of("the 1980s")[0].decade == dates_of("20世纪80年代")[0].decade == 1980
    assert dates_of("in the nineteenth century")[0].century == dates_of("十九世纪")[0].century == 19
    assert dates_of("1500 people, 4 apples, room 12.5") == ()


def test_names() -> None:
    found = [name.text for name in names_of("In 1871 the iPhone with Dr Ada Storm reached NASA.")]
    assert found == ["iPhone", "Ada Storm", "NASA"]
    assert not any(name.sure for name in names_of("Stones were carried by boats."))
    chinese = names_of("石岚教授在凯里市参观了阿克拉大学，读了《海图》。", "zh")
    assert [name.text for name in chinese] == ["石岚", "凯里市", "阿克拉大学", "海图"]


def test_polarity() -> None:
    fell, not_risen = polarity_of("They fell.").turns, polarity_of("They did not rise.").turns
    assert {(t.line, t.side) for t in fell} == {(t.line, t.side) for t in not_risen} != set()
    assert polarity_of("不得出售").negations == polarity_of("It is not sold.").negations == 1
    assert polarity_of("not only red").negations == 0
    assert polarity_of("他不仅没有来").negations == 1
    assert polarity_of("非常特别的无线电").negations == 0


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ("Ada Storm built the mole on 4 May 1871.", Reason.UNSUPPORTED_DATE),
        ("Ada Storm built the mole in 1872.", Reason.UNSUPPORTED_DATE),
        ("The mole is 1,300 metres long.", Reason.UNSUPPORTED_NUMBER),
        ("The mole is 1,200 miles long.", Reason.UNSUPPORTED_NUMBER),
        ("The mole is 30,000 metres long.", Reason.UNSUPPORTED_NUMBER),
        ("Bert Gale built the mole.", Reason.UNSUPPORTED_NAME),
        ("Napoleon built the mole.", Reason.UNSUPPORTED_NAME),
        ("Ada Storm did not build the mole.", Reason.CONTRADICTS_SOURCE),
        ("The mole of Kelby built Ada Storm.", Reason.CONTRADICTS_SOURCE),
        ("Ada Storm destroyed the mole of Kelby.", Reason.CONTRADICTS_SOURCE),
    ],
)
def test_reasons(answer: str, reason: Reason) -> None:
    fault = supported(answer, MOLE).fault
    assert fault is not None
    assert fault.reason is reason


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ("石堤建成于1872年。", Reason.UNSUPPORTED_DATE),
        ("石堤全长一千三百米。", Reason.UNSUPPORTED_NUMBER),
        ("石堤全长1200英里。", Reason.UNSUPPORTED_NUMBER),
        ("李明教授建成了石堤。", Reason.UNSUPPORTED_NAME),
        ("石岚教授没有在凯里市建成石堤。", Reason.CONTRADICTS_SOURCE),
    ],
)
def test_reasons_in_chinese(answer: str, reason: Reason) -> None:
    fault = supported(answer, DAMM).fault
    assert fault is not None
    assert fault.reason is reason


@pytest.mark.parametrize(
    ("answer", "quote"),
    [
        ("The mole was built by Ada Storm in May 1871.", MOLE),
        ("Storm completed Kelby's mole, 1.2 km long, at a cost of 30 thousand marks.", MOLE),
        ("On 1871-05-03 the mole was finished; it measures 1200 m.", MOLE),
        ("石堤长1200米，花了三万元。", DAMM),
        ("凯里的石堤是由石岚在1871年修建的。", DAMM),
        ("Dogs are not allowed.", "Dogs are forbidden."),
        ("禁止带狗。", "不得带狗。"),
        ("Greta is younger than Milo.", "Milo is older than Greta."),
        ("格蕾比米洛慢。", "米洛比格蕾快。"),
        ("Bert bought the mill from Ada.", "Ada sold the mill to Bert."),
    ],
)
def test_other_words_for_the_same(answer: str, quote: str) -> None:
    verdict = supported(answer, quote)
    assert verdict.fault is None
    assert verdict.score >= SUPPORT


@pytest.mark.parametrize(
    ("answer", "quote"),
    [
        ("Tin costs 7 marks.", "Copper costs 7 marks, tin costs 5 marks."),
        ("锡要七元。", "铜要七元，锡要五元。"),
        ("Bert defeated Ada.", "Ada defeated Bert."),
        ("丁山打败了王海。", "王海打败了丁山。"),
        ("Greta is older than Milo.", "Milo is older than Greta."),
        ("Sales fell in May.", "Sales rose in May."),
        ("五月销量减少。", "五月销量增加。"),
        ("Dogs are allowed.", "Dogs are forbidden."),
        ("允许带狗。", "禁止带狗。"),
        ("The gate opens before nine.", "The gate opens after nine."),
    ],
)
def test_exchanged_and_opposite(answer: str, quote: str) -> None:
    assert supported(answer, quote).fault is not None


def test_hostile_texts_end() -> None:
    for text in ("was a b " * 2000, "“" * 20_000, "1 2 3 " * 3000, "王小市" * 6000):
        assert 0 <= supported(text[:3000][::-1], text).score <= 1


@pytest.mark.parametrize(
    ("answer", "quote"),
    [
        ("The paste should rest for 30 minutes.", "Let the paste rest for half an hour."),
        ("The hatch stays shut for seven days.", "The hatch stays shut for a week."),
        ("Late books cost 0.20 dollars a day.", "Late books cost 20 cents a day."),
        ("The noise would disturb 9,000 people.", "The noise would disturb 9,000 residents."),
        ("50 percent of the seeds grew.", "Half of the seeds grew."),
        ("It opens on the fifth of June.", "It opens on 5 June."),
    ],
)
def test_english_numbers_in_other_words(answer: str, quote: str) -> None:
    assert supported(answer, quote).score >= SUPPORT
    assert supported(answer.replace("fifth", "sixth"), quote.replace("20", "30")).fault or (
        "fifth" not in answer and "20" not in quote
    )


def test_a_phrase_of_new_words_is_an_addition() -> None:
    quote = "The mole of Kelby was repaired in spring."
    verdict = supported(
        "The mole of Kelby was repaired in spring by a team of foreign divers.", quote
    )
    assert verdict.fault is not None
    assert verdict.fault.reason is Reason.EVIDENCE_UNSUPPORTED
    assert supported("In spring the mole of Kelby was repaired.", quote).fault is None
