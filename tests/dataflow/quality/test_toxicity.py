"""Listed words are counted by ratio, as whole words, in English and Chinese.

The lists here are made of harmless words: what is tested is where words begin and end.
"""

from __future__ import annotations

import json
import sys
import types
from importlib.machinery import ModuleSpec
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from dataflow.quality.score import ScoreText
from dataflow.quality.toxic_matching import ratios
from dataflow.quality.toxicity import ScoreToxicity
from schemas.errors import MissingExtraError, RecipeError, SchemaError, UsageError


def write_list(folder: Path, *lines: str) -> ScoreToxicity:
    path = folder / "list.txt"
    path.write_text("\n".join(lines), encoding="utf-8")
    return ScoreToxicity(lists=(str(path),))


def ratio(stage: ScoreToxicity, text: str, lang: str | None = None) -> float:
    return float(ratios(pl.Series([text]), [lang], stage.terms())[0])


@pytest.mark.parametrize(
    ("text", "covered", "words"),
    [
        ("ham", 1, 1),
        ("HAM, eggs and ham!", 2, 4),
        ("Ｈａｍ sandwich", 1, 2),
        ("Birmingham, Ham-on-Rye and the hamster shamble", 1, 8),
        ("hamlet Hampshire Nottingham gotham wham", 0, 5),
        ("rotten egg soup", 2, 3),
        ("rotten-egg soup", 2, 3),
        ("Rotten\neggs; a rotten egg", 2, 5),
        ("It was rotten. Egg soup followed.", 0, 6),
        ("pad_ham(ham_size)", 0, 4),
        ("", 0, 1),
        ("。…", 0, 1),
    ],
)
def test_english_terms_match_whole_words(
    tmp_path: Path, text: str, covered: int, words: int
) -> None:
    stage = write_list(tmp_path, "ham", "rotten egg")
    assert ratio(stage, text) == pytest.approx(covered / words)


@pytest.mark.parametrize(
    ("text", "covered", "words"),
    [
        ("他妈妈在超市上班。", 0, 8),  # inside a word: 妈妈
        ("性交流程", 0, 4),
        ("我爱上海。", 2, 4),
        ("海上海鸥很多", 0, 6),  # across two words: 海上, 海鸥
        ("从上海出发，到上海", 4, 8),
        ("上 海", 2, 2),
        ("他上。海边", 0, 4),
        ("Ham 上海 ham", 4, 4),
    ],
)
def test_chinese_terms_match_at_borders_of_words(
    tmp_path: Path, text: str, covered: int, words: int
) -> None:
    stage = write_list(tmp_path, "上海", "他妈", "交流程", "ham")
    assert ratio(stage, text) == pytest.approx(covered / words)


def test_the_longest_term_counts_once(tmp_path: Path) -> None:
    stage = write_list(tmp_path, "egg", "rotten egg", "rotten egg soup")
    assert ratio(stage, "rotten egg soup egg rotten") == pytest.approx(4 / 5)


def test_terms_of_a_language_count_in_its_texts_only(tmp_path: Path) -> None:
    stage = write_list(tmp_path, "de: gift  # poison", "# nothing", "", "en: ham", "snow")
    assert [ratio(stage, "gift ham snow", lang) for lang in ("de", "en", "fr", None)] == [
        pytest.approx(2 / 3), pytest.approx(2 / 3), pytest.approx(1 / 3), pytest.approx(1 / 3)
    ]  # fmt: skip


def test_terms_that_are_part_of_everything_are_left_out(tmp_path: Path) -> None:
    stage = write_list(tmp_path, "性", "13点", "ss", "snow")
    assert ratio(stage, "下午13点 ss 性 snow") == pytest.approx(1 / 7)
    with pytest.raises(UsageError, match="no term that is long enough"):
        write_list(tmp_path, "性", "ss").terms()


def test_the_field_is_filled_in_and_null_without_a_list(tmp_path: Path) -> None:
    frame = ScoreText()(pl.DataFrame({"doc_id": ["a", "b"], "text": ["ham and eggs", None]}))
    found = write_list(tmp_path, "ham")(frame)
    values = found["signals"].struct.field("toxic_word_ratio")
    assert values.to_list() == [pytest.approx(1 / 3), 0.0]
    assert found.schema == frame.schema
    assert found["signals"].struct.field("words").to_list() == [3.0, 0.0]
    none = ScoreToxicity()(frame)["signals"].struct.field("toxic_word_ratio")
    assert none.to_list() == [None, None]
    assert ScoreToxicity().enabled is False
    with pytest.raises(SchemaError, match="score stage"):
        ScoreToxicity()(frame.drop("signals"))


def test_a_row_depends_on_nothing_beside_it(tmp_path: Path) -> None:
    stage = write_list(tmp_path, "ham", "上海", "café")
    texts = [
        "ham",
        "cafe\u0301 au lait",
        "我爱上海",
        None,
        "x " * 9000,
        "上海 " * 3000,
        "ham " * 700,
    ]
    series = pl.Series(texts, dtype=pl.String)
    whole = ratios(series, [None] * len(texts), stage.terms())
    alone = [ratios(series[row : row + 1], [None], stage.terms())[0] for row in range(len(texts))]
    assert np.array_equal(whole, alone)
    assert whole.tolist() == [1.0, pytest.approx(1 / 3), 0.5, 0.0, 0.0, 1.0, 1.0]


def test_keys_cover_the_terms(tmp_path: Path) -> None:
    one = write_list(tmp_path, "ham").identity
    assert write_list(tmp_path, "ham", "egg").identity != one
    assert write_list(tmp_path, "# ham", "ham").identity == one


def test_files_that_are_no_lists_are_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        ScoreToxicity(lists=(str(tmp_path / "absent.txt"),)).terms()
    (tmp_path / "bad.txt").write_bytes(b"ham\n\xff\xfe\n")
    with pytest.raises(UsageError, match=r"bad\.txt: line 2 is not UTF-8"):
        ScoreToxicity(lists=(str(tmp_path / "bad.txt"),)).terms()
    with pytest.raises(RecipeError, match=r"toxicity\.lists"):
        ScoreToxicity(lists=("",))


def package(monkeypatch: pytest.MonkeyPatch, folder: Path | None) -> None:
    """Puts a package of that name, or none, in the place of the real one."""
    monkeypatch.setitem(sys.modules, "glin_profanity", None)
    monkeypatch.delitem(sys.modules, "glin_profanity")
    if folder is None:
        monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
        return
    module = types.ModuleType("glin_profanity")
    spec = ModuleSpec("glin_profanity", None, is_package=True)
    spec.submodule_search_locations = [str(folder)]
    module.__spec__ = spec
    monkeypatch.setitem(sys.modules, "glin_profanity", module)


def test_the_package_is_read_without_running_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dictionaries = tmp_path / "data/dictionaries"
    dictionaries.mkdir(parents=True)
    for name, words in {"english": ["ham"], "chinese": ["上海"], "german": ["gift"]}.items():
        (dictionaries / f"{name}.json").write_text(json.dumps({"words": words}))
    package(monkeypatch, tmp_path)
    assert ratio(ScoreToxicity(lists=("package",)), "ham 上海 gift") == pytest.approx(3 / 4)
    assert ratio(ScoreToxicity(lists=("package:german",)), "ham gift") == pytest.approx(1 / 2)
    with pytest.raises(UsageError, match=r"no list 'welsh'.*german"):
        ScoreToxicity(lists=("package:welsh",)).terms()
    (dictionaries / "german.json").write_text("[]")
    with pytest.raises(UsageError, match="no readable list 'german'"):
        ScoreToxicity(lists=("package:german",)).terms()


def test_a_missing_package_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    package(monkeypatch, None)
    with pytest.raises(MissingExtraError, match=r"corpusmill\[toxicity\]"):
        ScoreToxicity(lists=("package",)).terms()
