from __future__ import annotations

import pytest

from dataflow.sft.plans.copying import content, copied
from dataflow.sft.templates import Library
from schemas.records import Reason

EN = (
    "The weir at Orlen keeps the mill pond 2 metres above the river. Masons of the Free Society of "
    "Builders in Upper Tane mended it in 1904 for 312 crowns, and steel gates took the place of "
    "the wooden ones, which had been carried away by the water."
)
ZH = (
    "奥伦堰使磨坊池塘的水面比河面高出2米。1904年，塔内自由建筑师协会的石匠花费312克朗修复了这座堰，"
    "钢闸门取代了被大水冲走的木闸门，从此水位可以随时调节。"
)


@pytest.mark.parametrize(
    ("lang", "passage", "instruction"),
    [
        ("en", EN, "Explain how steel gates took the place of the wooden ones at Orlen."),
        ("en", EN, "Say why the weir at Orlen keeps the mill pond 2 metres above the river."),
        ("en", EN, "Tell how masons mended it in 1904 for 312 crowns."),
        ("en", EN, "What was repaired at Orlen in 1904 at a price of 312 crowns?"),
        ("en", EN, "Describe the pond above the river, masons, mended weir, steel gates, "
         "wooden ones, water, crowns, builders, society, place, all of it carried away at Orlen."),
        ("zh", ZH, "请说明钢闸门取代了被大水冲走的木闸门的经过。"),
        ("zh", ZH, "奥伦堰使磨坊池塘的水面比河面高出2米，请说明。"),
        ("zh", ZH, "请介绍1904年用312克朗做的工程。"),
    ],
)  # fmt: skip
def test_what_gives_the_answer_away_is_refused(lang: str, passage: str, instruction: str) -> None:
    found = copied(instruction, passage, "", lang)
    assert found is not None
    assert found.reason is Reason.COPIES_SOURCE
    assert None not in (found.value, found.threshold)


@pytest.mark.parametrize(
    ("lang", "passage", "known", "instruction"),
    [
        ("en", EN, "", "Describe the weir at Orlen and how it was repaired."),
        ("en", EN, "", "What happened to the Orlen weir in 1904, and who did the work?"),
        ("en", EN, "", "Which part had the Free Society of Builders in Upper Tane in the repair?"),
        ("en", EN, "How masons mended it in 1904 for 312 crowns",
         "Write the section 'How masons mended it in 1904 for 312 crowns' on the Orlen weir."),
        ("zh", ZH, "", "请介绍奥伦堰的用途和修复经过。"),
        ("zh", ZH, "", "1904年奥伦堰发生了什么？由谁施工？"),
        ("zh", ZH + "见《塔内河沿岸古代水利工程图说》。", "",
         "请按《塔内河沿岸古代水利工程图说》的说法介绍奥伦堰。"),
        ("de", "Das Wehr hebt den Teich.", "", ""),
    ],
)  # fmt: skip
def test_what_only_names_its_subject_is_not(
    lang: str, passage: str, known: str, instruction: str
) -> None:
    assert copied(instruction, passage, known, lang) is None


def test_copied_runs_have_their_length() -> None:
    found = copied(f"Comment on this: {EN}", EN, "", "en")
    assert found is not None
    assert found.value == 48
    assert found.threshold == 8


def test_content_leaves_out_what_holds_sentences_together() -> None:
    assert content("The weir of the mill, and THE mill") == {"weir", "mill"}
    assert content("堰和磨坊的水") == {"磨坊"}


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("name", ["back_translation", "query"])
def test_the_examples_of_our_prompts_keep_to_it(name: str, lang: str) -> None:
    shots = Library().template(name, lang).shots
    for shot in shots:
        (said,) = shot["answer"].values()
        if shot.get("form") != "keywords":
            assert copied(said, shot["passage"], shot["title"], lang) is None, said
