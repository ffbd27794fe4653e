"""Wrongly decoded text comes back in every script; good text and text about it stays."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from dataflow.text import mojibake
from dataflow.text.clean import CleanText
from tests.strategies.text import CHINESE, ENGLISH, any_texts

CLEAN = {
    "Latin, French": "Le café «À la Maison» est déjà fermé… “Où?” dit l’été, l’île et l’âme.",
    "Latin, French caps": "L’ÉTÉ À NOËL : ÇA VA ! « VOILÀ… » — CAFÉ® N° 5",
    "Latin, German": "Größenwahn, Äpfel, Öl und Übermut; 5 µm, 20 °C, § 3, ¼ ¾",
    "Latin, Spanish": "¿Qué tal? ¡Mañana! El niño comió piña en La Coruña.",
    "Latin, Portuguese": "São João não é amanhã; MANHÃ, CORAÇÃO, PÃO.",
    "Latin, Polish": "Zażółć gęślą jaźń w Łodzi.",
    "Latin, Czech": "Příliš žluťoučký kůň úpěl ďábelské ódy.",
    "Latin, Romanian": "Ștefan și Țara Românească, în împărăția lui Ăstălalt.",
    "Latin, Turkish": "Işık, İstanbul’da ağaç ve şişe gördü.",
    "Latin, Vietnamese": "Trạng thái nổi bật của cái nút phần đầu nhóm.",
    "Latin, Icelandic": "Þórður át ís á Ísafirði.",
    "Cyrillic, Russian": "Советский Союз (СССР) — «Россия», Р. С. Иванов…",
    "Cyrillic, Ukrainian": "Ці об’єкти з’єднані; Її дії — «Рівне», Він і Вірі.",
    "Cyrillic, Serbian": "Љубав и њежност, ЂУРЂЕВДАН, Њујорк.",
    "Cyrillic, Mongolian": "Монгол хэлний үг өгүүлбэр.",
    "Greek": "Η γρήγορη αλεπού πηδά πάνω από τον σκύλο — «ναι».",
    "Arabic": "الطاحونة تقف بجانب النهر، وتطحن الذرة.",
    "Persian": "می‌خواهم به خانه بروم؛ نه؟",
    "Hebrew": "הטחנה עומדת ליד הנהר וטוחנת תירס.",
    "Devanagari": "चक्की नदी के किनारे है और पूरे गाँव के लिए अनाज पीसती है।",
    "Bengali": "নদীর ধারে কলটি দাঁড়িয়ে আছে।",
    "Gurmukhi": "ਚੱਕੀ ਦਰਿਆ ਦੇ ਕੰਢੇ ਹੈ।",
    "Gujarati": "ચક્કી નદી કિનારે છે.",
    "Tamil": "ஆலை ஆற்றின் கரையில் நிற்கிறது.",
    "Telugu": "మర నది ఒడ్డున ఉంది.",
    "Kannada": "ಗಿರಣಿ ನದಿಯ ದಡದಲ್ಲಿದೆ.",
    "Malayalam": "മില്ല് നദിയുടെ തീരത്താണ്.",
    "Sinhala": "මෝල ගඟ අසල පිහිටා ඇත.",
    "Thai": "โรงสีตั้งอยู่ริมแม่น้ำ",
    "Lao": "ໂຮງສີຢູ່ແຄມນ້ຳ",
    "Khmer": "រោងម៉ាស៊ីននៅក្បែរទន្លេ។",
    "Myanmar": "စက်ရုံသည် မြစ်ကမ်းနားတွင် ရှိသည်။",
    "Tibetan": "ཆུ་འཁོར་གཙང་པོའི་འགྲམ་དུ་ཡོད།",
    "Georgian": "წისქვილი მდინარის პირას დგას.",
    "Armenian": "Ջրաղացը կանգնած է գետի ափին։",
    "Ethiopic": "ወፍጮው በወንዙ ዳር ይገኛል።",
    "Hangul": "방앗간은 강가에 서 있고 온 마을의 곡식을 빻는다.",
    "Japanese": "水車は川のそばに立ち、村のために粉をひく。「はい」と言った。",
    "Japanese, short": "すいしゃはかわのそばにたつ。",
    "Han, simplified": "水车立在河边，为全村的人磨面。他说：“今天（星期一）很好！”——不，……",
    "Han, traditional": "水車立在河邊，為全村的人磨麵。請透過選項輸入檔案，訊號與鏈結。",
    "Mongolian script": "ᠮᠣᠩᠭᠣᠯ ᠬᠡᠯᠡ",
    "Cherokee": "ᎠᏍᎦᏯ ᎤᏬᏂᏒ",
}
SIGNS = (
    "The integral of x² is ⅓x³ ± ½; √2 ≈ 1.41, √π, a→b; № 5, 20 ℃, ①②③ Ⅳ",
    "ÀÂÄÉÈÊËÎÏÔ and àáâãäåæçèéêë and ¡¢£¤¥¦§¨©ª«¬®ÀÁÂÃÄÅ are letters",
    "é è ê ë à â î ï ô ù û ü ç œ æ — É È Ê À Ç",
    "The unit is 1 Å², pipes of Ø ½ inch, 5 Ω and café¹², naïve² or x≤y",
    "Bundes\u00adregierung, zweit\u00adgrößte, Welt\u00ader\u00adnäh\u00adrung: Mil\u00adlio",
    "锛 is a rare character, 銆 too; 浏览 浏览器 目录 联通 没有",
    "用GNU工具和Python库处理UTF-8编码的x毛y",
    "x为y的导数，A和B，a每b，d茶",
)
ABOUT = (
    "Bytes decoded wrongly look like “Ã©” or `Ã¨`; 乱码如“Ã©”。",
    "UTF-8 read as Latin-1 shows Ã© for é and â€™ for ’",
    "The word déjà becomes dÃ©jÃ\xa0 when it is decoded wrongly",
    "Mojibake such as cafÃ© or naÃ¯ve is common on old pages, as everyone knows who has read one",
    "| é | Ã© |\n| è | Ã¨ |",
    'Call `fix("cafÃ©")` to repair it',
    "乱码的例子有 ÄãºÃÊÀ½ç 和 浣犲ソ锛屽ぉ姘斿晩，它们都是解码出错的结果，本文介绍怎样识别它们。",
)


@pytest.mark.parametrize("script", CLEAN)
def test_clean_text_is_left_alone(script: str) -> None:
    text = CLEAN[script]
    assert mojibake.repaired(text) == (text, 0)
    assert CleanText().clean(text) == text


@pytest.mark.parametrize("text", [*SIGNS, *ABOUT])
def test_signs_and_text_about_mojibake_stay(text: str) -> None:
    assert mojibake.repaired(text) == (text, 0)


ACCIDENTS = [
    ("utf-8", "cp1252"), ("utf-8", "latin-1"), ("utf-8", "cp1251"), ("utf-8", "mac_roman"),
    ("utf-8", "gbk"), ("utf-8", "gb18030"), ("gbk", "latin-1"), ("gbk", "cp1252"),
    ("gb18030", "latin-1"), ("big5", "latin-1"), ("big5", "cp1252"), ("shift_jis", "latin-1"),
    ("euc_kr", "latin-1"),
]  # fmt: skip
NATIONAL = {
    "gbk": "Han,",
    "gb18030": "Han,",
    "big5": "Han, trad",
    "shift_jis": "Japanese",
    "euc_kr": "Hang",
}


def _planted(text: str, right: str, wrong: str, times: int = 1) -> str | None:
    """`text` decoded wrongly; None where bytes would be lost."""
    for _ in range(times):
        try:
            data = text.encode(right)
            broken = data.decode(wrong)
        except UnicodeError:
            return None
        if broken.encode(wrong) != data or set(broken) & set("\x85\n"):
            return None
        text = broken
    return text


@pytest.mark.parametrize(("right", "wrong"), ACCIDENTS)
def test_planted_accidents_are_undone(right: str, wrong: str) -> None:
    tried = 0
    for script, text in CLEAN.items():
        broken = _planted(text, right, wrong)
        if broken is None or broken == text or not script.startswith(NATIONAL.get(right, "")):
            continue
        tried += 1
        assert mojibake.repaired(broken) == (text, 1), script
        for beside in (CHINESE[0], ENGLISH[1]):
            mixed = f"{beside}\n{beside} {broken}\n{beside}"
            assert mojibake.repaired(mixed)[0] == mixed.replace(broken, text), script
    assert tried >= 1


@pytest.mark.parametrize("wrong", ["cp1252", "latin-1"])
def test_accidents_on_top_of_each_other(wrong: str) -> None:
    tried = 0
    for script, text in CLEAN.items():
        broken = _planted(text, "utf-8", wrong, times=2)
        if broken is not None and broken != text:
            tried += 1
            assert mojibake.repaired(broken) == (text, 1), script
    assert tried >= 5


@pytest.mark.parametrize(
    ("bad", "good"),
    [
        ("un café et des pÃªches", "un café et des pêches"),
        ("你好世界 cafÃ© 再见", "你好世界 café 再见"),
        ("你好世界cafÃ©再见", "你好世界café再见"),
        ("They donâ€™t know", "They don’t know"),
        ("They don鈥檛 know", "They don’t know"),
        ("Â© 2020 Mill", "© 2020 Mill"),
        ("5 mÂ² of land", "5 m² of land"),
        ("Ãle and Ã\x89tat", "Ãle and État"),
    ],
)
def test_single_words_in_good_lines(bad: str, good: str) -> None:
    assert mojibake.repaired(bad) == (good, 1)


@settings(max_examples=200, deadline=None)
@given(any_texts)
def test_repairing_settles(text: str) -> None:
    once = CleanText(residue=False).clean(text)
    assert CleanText(residue=False).clean(once) == once


@pytest.mark.parametrize(
    "hostile",
    ["Ð°" * 100_000, "Ã" * 200_000, "ä½" * 100_000, "ÄãºÃ " * 50_000, "浣犲ソ" * 60_000,
     "`Ã©" * 50_000,
     "é" * 200_000, "\xad" * 200_000, "‚±" * 100_000, "a茅" * 100_000, "Ã© \n" * 50_000],
)  # fmt: skip
def test_hostile_repetition_takes_linear_time(hostile: str) -> None:
    found, lines = mojibake.repaired(hostile)
    assert len(found) <= len(hostile)
    assert lines <= hostile.count("\n") + 1
