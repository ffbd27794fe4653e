"""No pattern that reads documents takes time without bound on a text made to hurt it."""

from __future__ import annotations

import importlib
import pkgutil
import re
import signal
from collections.abc import Iterator
from types import FrameType

import pytest

import dataflow.decontamination
import dataflow.passages
import dataflow.personal
import dataflow.quality
import dataflow.text
from dataflow.quality.licence_notices import is_heading

PACKAGES = (
    dataflow.text, dataflow.quality, dataflow.personal, dataflow.passages,
    dataflow.decontamination,
)  # fmt: skip
UNITS = (
    "#", "-", "=", "*", "_", ".", ",", ":", "/", "|", "'", "a", "A", "1", " ", "\t", "\n", "\xa0",
    "中", "、", "。", "Ã", "é", "(", "[", "<", "@", ".a", "a.", "a-", "a@", "1.", "1 ", "a ", "A ",
    "- ", "# ", "** ", "| ", "a\n", " \n", "a, ", "Ab", "aB1", "a_", "the ", "in ", "中 ", "本",
)  # fmt: skip
LENGTHS = (200, 1_500)
BAD_END = "\x01x"
LIMIT = 2.0
"""CPU seconds a pattern may take for all units; the slowest takes 0.3, and an exponential one on 28
repeated signs 50."""


def _patterns(value: object, depth: int = 0) -> Iterator[re.Pattern[str]]:
    """The patterns in a module's global, also inside tuples, lists, sets and dicts."""
    if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
        yield value
    elif isinstance(value, dict) and depth < 4:
        for part in value.values():
            yield from _patterns(part, depth + 1)
    elif isinstance(value, tuple | list | set | frozenset) and depth < 4:
        for part in value:
            yield from _patterns(part, depth + 1)


def _all_patterns() -> dict[re.Pattern[str], str]:
    """Every compiled pattern of the packages, with the global that it is found in."""
    found: dict[re.Pattern[str], str] = {}
    for package in PACKAGES:
        for part in pkgutil.iter_modules(package.__path__, package.__name__ + "."):
            for name, value in vars(importlib.import_module(part.name)).items():
                for pattern in _patterns(value):
                    found.setdefault(pattern, f"{part.name}.{name}")
    return found


def _out_of_time(_signum: int, _frame: FrameType | None) -> None:
    raise TimeoutError


def _is_slow(pattern: re.Pattern[str], limit: float = LIMIT) -> str:
    """The unit on which `pattern` used up its CPU time; '' when it stayed below `limit`."""
    text = ""
    signal.setitimer(signal.ITIMER_VIRTUAL, limit)
    try:
        for unit in UNITS:
            for length in LENGTHS:
                text = unit * (length // len(unit)) + BAD_END
                for ask in (pattern.search, pattern.match, pattern.fullmatch):
                    ask(text)
    except TimeoutError:
        return repr(text[:12])
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    return ""


@pytest.fixture
def _cpu_alarm() -> Iterator[None]:
    before = signal.signal(signal.SIGVTALRM, _out_of_time)
    yield
    signal.signal(signal.SIGVTALRM, before)


@pytest.mark.usefixtures("_cpu_alarm")
def test_no_pattern_takes_exponential_time() -> None:
    patterns = _all_patterns()
    assert len(patterns) > 150
    slow = {name: unit for pattern, name in patterns.items() if (unit := _is_slow(pattern))}
    assert slow == {}


@pytest.mark.usefixtures("_cpu_alarm")
def test_a_pattern_of_exponential_time_is_found() -> None:
    assert _is_slow(re.compile(r"^\s*(?:#{1,6}\s*|\*\*)*license$"), limit=0.5) == repr("#" * 12)
    assert _is_slow(re.compile(r"^\s*+(?:#++\s*+|\*\*)*+license$")) == ""


@pytest.mark.parametrize("banner", ["#" * 55, "# " * 25, "*" * 56, "1." * 25])
def test_a_banner_is_no_heading(banner: str) -> None:
    assert not is_heading(banner + " x")
    assert is_heading("#" * 6 + " 1. **License** ##")
