from __future__ import annotations

import random
import string

import pytest

from parsers.pdf.plausible import AGREE, agreement, implausible
from sample_data.make import texts

ENGLISH = texts.read("paper.txt")[:3000]
CHINESE = texts.read("report_zh.txt")
GERMAN = (
    "Die Straße durch das Gebirge war wegen schlechten Wetters gesperrt, weshalb wir für den Weg "
    "durchschnittlich zwölf Stunden brauchten. Schließlich fanden wir Unterkunft in einem kleinen "
    "Gasthof am Rande des Dorfes, dessen Wirt uns freundlich begrüßte und sogleich Suppe brachte. "
    "Nachts schneite es weiter, morgens lag der Schnee kniehoch vor der Tür. "
)
FRENCH = (
    "L'été dernier, les élèves ont été très étonnés de découvrir que la rivière, déjà basse, "
    "s'était arrêtée près du village. À côté, une vieille fontaine dégageait une odeur étrange; "
    "personne n'avait osé goûter l'eau, et c'était sûrement préférable. "
)
JAPANESE = "観測所は山の南側にあり、毎朝八時に雨量計と水位計を読み取って記録帳に書き入れる。" * 4
KOREAN = "관측소는 산의 남쪽에 있으며 매일 아침 여덟 시에 우량계를 읽고 기록한다. " * 6
RUSSIAN = "Станция стоит на южном склоне холма, и каждое утро наблюдатель читает показания. " * 4
CLASSICAL = (
    "北冥有魚，其名為鯤。鯤之大，不知其幾千里也。化而為鳥，其名為鵬。鵬之背，不知其幾千里也。" * 8
)
NUMBERS = "1,204.6 38.0 9 62% 88.2 47.5 12 54% " * 20
CODE = "def strncpy(dst, src, n): return memcpy(dst, src, min(n, strlen(src) + 1)) " * 8


@pytest.mark.parametrize(
    "text",
    [ENGLISH, CHINESE, GERMAN * 2, FRENCH * 2, JAPANESE, KOREAN, RUSSIAN, CLASSICAL, NUMBERS, ""],
    ids=["en", "zh", "de", "fr", "ja", "ko", "ru", "classical", "numbers", "nothing"],
)
def test_language_is_believed(text: str) -> None:
    assert implausible(text) == ""


def shifted(text: str, by: int) -> str:
    """The text with its small letters moved along the alphabet."""
    letters = string.ascii_lowercase
    return text.translate(str.maketrans(letters, letters[by:] + letters[:by]))


@pytest.mark.parametrize("by", range(1, 26))
def test_shifted_letters_are_not(by: int) -> None:
    assert "cannot be spoken" in implausible(shifted(ENGLISH.lower(), by))


@pytest.mark.parametrize("seed", range(10))
def test_exchanged_letters_are_not(seed: int) -> None:
    letters = list(string.ascii_lowercase)
    random.Random(seed).shuffle(letters)
    table = str.maketrans(string.ascii_lowercase, "".join(letters))
    assert "cannot be spoken" in implausible(ENGLISH.lower().translate(table))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (CHINESE.encode().decode("latin-1"), "accented"),
        (CHINESE.encode("gbk").decode("latin-1"), "accented"),
        (CHINESE.encode().decode("gbk", "ignore"), "rare"),
        ("".join(chr(ord(c) + 29) if "一" <= c <= "龥" else c for c in CHINESE), "rare"),
    ],
    ids=["utf-8 as latin-1", "gbk as latin-1", "utf-8 as gbk", "29 places out"],
)
def test_chinese_under_a_wrong_map_is_not(text: str, reason: str) -> None:
    assert reason in implausible(text)


def test_common_characters_out_of_place_are_not_sentences() -> None:
    level = [bytes((a, b)).decode("gb2312") for a in range(0xB0, 0xD7) for b in range(0xA1, 0xFF)]
    place = {char: index for index, char in enumerate(level)}
    text = "".join(level[(place[c] + 3) % len(level)] for c in CHINESE if c in place)
    assert "any sentence" in implausible(text)


def test_recognition_settles_a_doubt() -> None:
    misread = ENGLISH.replace("th", "lh").replace("\n", " ")
    assert agreement(ENGLISH, misread) > 0.8
    assert agreement(shifted(ENGLISH.lower(), 1), ENGLISH) < 0.5 * AGREE
    assert agreement(CHINESE, CHINESE[::2]) < 0.5 * AGREE
    assert agreement("", "anything") == 0.0


def test_code_and_codes_cost_a_second_look_at_most() -> None:
    assert "cannot be spoken" in implausible(CODE)  # recognition then agrees with the layer
