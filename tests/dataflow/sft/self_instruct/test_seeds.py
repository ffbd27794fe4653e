from __future__ import annotations

import json
import re
import sqlite3
from collections import Counter
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from dataflow.diversity.novelty import rouge_l
from dataflow.evidence.wording import script_of
from dataflow.sft.self_instruct.post_filters import instance_faults, instruction_fault
from dataflow.sft.self_instruct.seeds import Seed, load_seeds, seeds_for
from schemas.errors import UsageError

LANGS = ("en", "zh")
BOTH = {seed.seed_id: seed for lang in LANGS for seed in load_seeds(None, lang)}
GOOD = {
    "id": "t1", "name": "n", "instruction": "Name three kinds of bread.",
    "instances": [{"input": "", "output": "rye, wheat, spelt"}], "is_classification": False,
}  # fmt: skip

ASSERTIONS = {
    "en_fix_bug": "assert average([]) == 0.0 and average([1, 2]) == 1.5",
    "en_add_docstring": "assert [clamp(n, 0, 5) for n in (-1, 3, 9)] == [0, 3, 5]",
    "en_python_reverse_words": "assert reverse_words(' one  two three') == 'three two one'",
    "en_python_count_vowels": "assert count_vowels('Apple Oil') == 4",
    "en_python_flatten": "assert flatten([1, [2, [3, []]], 4]) == [1, 2, 3, 4]",
    "zh_fix_python_error": "assert total([1, 2, 3]) == 6",
    "zh_rename_variables": "assert area(2, 3) == 6",
    "zh_python_is_palindrome": "assert is_palindrome('never odd or even'); "
    "assert not is_palindrome('ab')",
    "zh_python_char_count": "assert count_chars('aba') == {'a': 2, 'b': 1}",
    "zh_python_gcd": "assert gcd(12, 18) == 6 and gcd(7, 5) == 1",
}
"""What the code in a seed's outputs must do."""

PATTERNS = {
    ("en_write_regex", 0): (("00:00", "19:30", "23:59"), ("24:00", "7:30", "12:60")),
    ("en_write_regex", 1): (("A1234",), ("a1234", "A123", "AB1234")),
    ("zh_regex_for_format", 0): (("100084",), ("10008", "10008a")),
    ("zh_regex_for_format", 1): (("2024-03-15",), ("2024-3-15", "24-03-15")),
}


@pytest.mark.parametrize("lang", LANGS)
def test_own_seeds_are_many_and_mixed(lang: str) -> None:
    seeds = load_seeds(None, lang)
    n = len(seeds)
    labelled = [seed for seed in seeds if seed.is_classification]
    given = [seed for seed in seeds if any(one.input for one in seed.instances)]
    assert n >= 100
    assert {seed.lang for seed in seeds} == {lang}
    assert 0.2 < len(labelled) / n < 0.3
    assert 0.5 < len(given) / n < 0.62
    assert all(len({one.output for one in seed.instances}) >= 2 for seed in labelled)
    domains = Counter(seed.domain for seed in seeds)
    assert len(domains) >= 20
    assert max(domains.values()) <= 0.1 * n


@pytest.mark.parametrize("lang", LANGS)
def test_own_seeds_differ(lang: str) -> None:
    seeds = load_seeds(None, lang)
    near = [
        (one.seed_id, other.seed_id)
        for index, one in enumerate(seeds)
        for other in seeds[:index]
        if rouge_l(one.instruction, other.instruction) > 0.7
    ]
    assert near == []
    for key in ("seed_id", "name", "instruction"):
        assert len({getattr(seed, key) for seed in seeds}) == len(seeds)


@pytest.mark.parametrize("seed", BOTH.values(), ids=list(BOTH))
def test_own_seed_passes_the_post_filters(seed: Seed) -> None:
    assert instruction_fault(seed.instruction, seed.lang) is None
    assert instance_faults(seed.instances) == [None] * len(seed.instances)
    assert script_of(seed.instruction) == seed.lang


def test_own_seeds_hold_no_addresses_and_no_numbers_of_people() -> None:
    private = re.compile(r"https?://|www\.|\w@\w|(?<!\d)1[3-9]\d{9}(?!\d)|\d{15}")
    for seed in BOTH.values():
        for text in (
            seed.instruction,
            *(t for one in seed.instances for t in (one.input, one.output)),
        ):
            assert private.search(text) is None, seed.seed_id


def test_code_of_seeds_runs() -> None:
    written = {
        seed.seed_id for seed in BOTH.values() if any("def " in o.output for o in seed.instances)
    }
    assert written == set(ASSERTIONS)
    for seed_id, assertion in ASSERTIONS.items():
        for one in BOTH[seed_id].instances:
            exec(f"{one.output}\n{assertion}", {})


def test_printed_output_of_seeds(capsys: pytest.CaptureFixture[str]) -> None:
    for one in BOTH["zh_read_output"].instances:
        exec(one.input, {})
        assert capsys.readouterr().out.strip() == one.output


def test_patterns_of_seeds_match() -> None:
    for (seed_id, index), (accepted, refused) in PATTERNS.items():
        pattern = re.compile(BOTH[seed_id].instances[index].output)
        assert all(pattern.fullmatch(text) for text in accepted)
        assert not any(pattern.fullmatch(text) for text in refused)


def test_queries_of_seeds_run() -> None:
    base = sqlite3.connect(":memory:")
    base.executescript(
        "CREATE TABLE loans(id, member, title, due, returned);"
        "INSERT INTO loans VALUES (1,'b','x','',0),(2,'a','y','',0);"
        "INSERT INTO loans VALUES (3,'b','z','',0),(4,'a','w','',1);"
        "CREATE TABLE staff(name, salary);"
        "INSERT INTO staff VALUES ('a',3),('b',5),('c',5),('d',4);"
        "CREATE TABLE orders(id, city, amount);"
        "INSERT INTO orders VALUES (1,'u',2),(2,'v',9),(3,'u',3);"
        "CREATE TABLE enrol(student, course);"
        "INSERT INTO enrol VALUES ('p',1),('p',2),('p',3),('q',1),('q',1),('q',2);"
    )
    expected: dict[str, list[Any]] = {
        "en_query_from_question": [("a", 1), ("b", 2)],
        "en_second_highest": [(4,)],
        "zh_sql_from_chinese": [("v", 9), ("u", 5)],
        "zh_count_distinct": [("p",)],
    }
    for seed_id, rows in expected.items():
        assert base.execute(BOTH[seed_id].instances[0].output).fetchall() == rows
    base.close()


def test_arithmetic_of_seeds() -> None:
    """Every equation of two plain numbers in the outputs holds."""
    equation = re.compile(r"([\d,.]+) ?([-+×÷/]) ?([\d,.]+) = ([\d,.]*\d)(?![\d/%])")
    signs = {"×": "*", "÷": "/"}
    checked = 0
    for seed in BOTH.values():
        for one in seed.instances:
            for found in equation.finditer(one.output):
                before = one.output[: found.start()].rstrip()
                if before.endswith(("+", "-", "×", "÷", "/", "−", "²")):
                    continue
                left, right, said = (
                    Fraction(found[i].replace(",", "").rstrip(".")) for i in (1, 3, 4)
                )
                sign = signs.get(found[2], found[2])
                result = {"+": left + right, "-": left - right, "*": left * right}.get(sign)
                assert (left / right if result is None else result) == said, seed.seed_id
                checked += 1
    assert checked >= 15


def write(path: Path, *lines: object) -> Path:
    texts = [line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines]
    path.write_bytes(b"\n".join(texts))
    return path


def test_file_in_the_published_format(tmp_path: Path) -> None:
    zh = GOOD | {"id": "t2", "instruction": "请说出三种面包的名称。"}
    path = write(tmp_path / "tasks.jsonl", GOOD, b"  ", zh | {"extra": 1})
    (seed,) = load_seeds(path, "en")
    assert (seed.seed_id, seed.domain, seed.lang) == ("t1", "", "en")
    assert [one.output for one in seed.instances] == ["rye, wheat, spelt"]
    assert [one.seed_id for one in load_seeds(path, "zh")] == ["t2"]


def test_language_that_a_file_lacks_is_served_by_own_seeds(tmp_path: Path) -> None:
    path = write(tmp_path / "tasks.jsonl", GOOD)
    assert load_seeds(path, "zh") == ()
    assert seeds_for(str(path)) == (*load_seeds(path, "en"), *load_seeds(None, "zh"))
    assert len(seeds_for("")) == len(BOTH)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b"{", "no JSON object"),
        (b"[1]", "valid dictionary|instance of|object"),
        (b"\xff\xfe", "no JSON object"),
        (b"[" * 100_000, "no JSON object"),
        (b'{"id": "' + b"x" * 1_000_001 + b'"}', "at most"),
        (GOOD | {"instances": []}, "instances"),
        (GOOD | {"instances": [{"input": 1, "output": "a"}]}, r"instances\.0\.input"),
        (GOOD | {"instances": [{"input": "", "output": "  "}]}, "blank"),
        (GOOD | {"is_classification": "yes"}, "is_classification"),
        (GOOD | {"instruction": "\ud800 name it"}, "instruction"),
        (GOOD | {"instruction": "x" * 5000}, "instruction"),
        (GOOD, "twice"),
    ],
)
def test_hostile_line_names_file_and_line(tmp_path: Path, line: object, said: str) -> None:
    path = write(tmp_path / "tasks.jsonl", GOOD, line)
    with pytest.raises(UsageError, match=rf"tasks\.jsonl, line 2: .*(?:{said})"):
        load_seeds(path, "en")


def test_files_without_tasks(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        load_seeds(tmp_path / "absent.jsonl", "en")
    with pytest.raises(UsageError, match="no seed task"):
        load_seeds(write(tmp_path / "empty.jsonl", b""), "en")
