"""Word lists: read from a package or from files, and laid out for the compiled search."""

from __future__ import annotations

import importlib.util
import json
import re
import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dataflow.decontamination.kernels import U64, write_units
from dataflow.decontamination.scan import room_for
from dataflow.dedup.folding import IDEOGRAPH_RANGES, fold_table
from dataflow.dedup.signatures import readonly
from schemas.errors import MissingExtraError, UsageError

I64 = NDArray[np.int64]
PACKAGE = "package"
DISTRIBUTION, MODULE, FOLDER = "glin-profanity", "glin_profanity", "data/dictionaries"
DEFAULT_LANGUAGES = ("english", "chinese")
LONGEST_FILE = 64 << 20
_OWN_LANGUAGE = re.compile(r"([a-z]{2,3}):\s*(\S.*)")
FEWEST_IDEOGRAPHS, FEWEST_LETTERS = 2, 3


class Terms(NamedTuple):
    """Terms as units: term t is `units[starts[t]:starts[t + 1]]`, those of one first unit together.

    `firsts` are the different first units, sorted; terms `offsets[f]:offsets[f + 1]` begin with
    `firsts[f]`, the longest before the others. `lang` numbers a language of `langs` for each term,
    -1 for any. `listed` are language ('' for any) and text of every term, sorted.
    """

    listed: tuple[tuple[str, str], ...]
    langs: tuple[str, ...]
    firsts: U64
    offsets: I64
    starts: I64
    units: U64
    lang: I64


def load(lists: tuple[str, ...]) -> Terms:
    """The terms of `lists`; see ScoreToxicity."""
    listed: set[tuple[str, str]] = set()
    for name in lists:
        kind, _, language = name.partition(":")
        if kind == PACKAGE:
            for one in (language,) if language else DEFAULT_LANGUAGES:
                listed |= {("", term) for term in _of_package(one)}
        else:
            listed |= _of_file(Path(name))
    return _terms(tuple(sorted(listed)), lists)


def _of_package(language: str) -> list[str]:
    """The package's terms for a language; reads its data without running its code."""
    found = importlib.util.find_spec(MODULE)
    if found is None or not found.submodule_search_locations:
        raise MissingExtraError(DISTRIBUTION, "toxicity", "toxicity.lists = ['package']")
    folder = Path(found.submodule_search_locations[0]) / FOLDER
    known = sorted(path.stem for path in folder.glob("*.json"))
    if language not in known:
        raise UsageError(f"toxicity.lists: no list {language!r} in {DISTRIBUTION}; it has {known}")
    try:
        words = json.loads((folder / f"{language}.json").read_bytes())["words"]
        return [str(word).strip() for word in words]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(
            f"toxicity.lists: {DISTRIBUTION} has no readable list {language!r} ({error}); "
            "install a release from 4.1 on, or name files of your own"
        ) from error


def _of_file(path: Path) -> set[tuple[str, str]]:
    """Language ('' for any) and term of each line of a file."""
    try:
        with path.open("rb") as file:
            data = file.read(LONGEST_FILE + 1)
    except OSError as error:
        raise UsageError(f"toxicity.lists: {str(path)!r} cannot be read: {error}") from error
    if len(data) > LONGEST_FILE:
        raise UsageError(f"toxicity.lists: {str(path)!r} is longer than {LONGEST_FILE} bytes")
    found = set()
    for number, line in enumerate(data.split(b"\n"), 1):
        try:
            text = line.decode("utf-8-sig" if number == 1 else "utf-8").split("#", 1)[0].strip()
        except UnicodeDecodeError as error:
            raise UsageError(f"toxicity.lists: {path}: line {number} is not UTF-8") from error
        own = _OWN_LANGUAGE.fullmatch(text)
        if text:
            found.add((own[1], own[2]) if own else ("", text))
    return found


def is_long_enough(term: str) -> bool:
    """Whether a term has two ideographs or three other letters.

    "13点" is an hour, and "ss" a command, far more often than an insult.

    >>> [is_long_enough(term) for term in ("ss", "性", "13点", "xyz", "笨蛋")]
    [False, False, False, True, True]
    """
    letters = [ord(char) for char in term if unicodedata.category(char)[0] in "LM"]
    ideographs = sum(any(low <= code < end for low, end in IDEOGRAPH_RANGES) for code in letters)
    return ideographs >= FEWEST_IDEOGRAPHS or len(letters) - ideographs >= FEWEST_LETTERS


def _units(term: str) -> tuple[int, ...]:
    """Hashes of the units of a term."""
    data = np.frombuffer(unicodedata.normalize("NFKC", term).encode("utf-8", "replace"), np.uint8)
    room, table = room_for(18 * data.size + 1), fold_table()
    count, _, _ = write_units(
        data, (0, data.size), (table.codes, table.expansions), room.letters, room.hashes,
        room.places,
    )  # fmt: skip
    return tuple(room.hashes[:count].tolist())


@lru_cache(maxsize=4)
def _terms(listed: tuple[tuple[str, str], ...], lists: tuple[str, ...]) -> Terms:
    """`listed` laid out for the search."""
    usable = {
        (_units(term), lang) for lang, term in listed if is_long_enough(term) and _units(term)
    }
    if not usable:
        raise UsageError(f"toxicity.lists: no term that is long enough in {', '.join(lists)}")
    rows = sorted(usable, key=lambda row: (row[0][0], -len(row[0]), row))
    langs = tuple(sorted({lang for _, lang in rows if lang}))
    number = {lang: place for place, lang in enumerate(langs)} | {"": -1}
    firsts, counts = np.unique(
        np.array([units[0] for units, _ in rows], np.uint64), return_counts=True
    )
    flat = np.array([unit for units, _ in rows for unit in units], np.uint64)
    starts = np.cumsum([0, *(len(units) for units, _ in rows)], dtype=np.int64)
    return Terms(
        listed, langs, readonly(firsts),
        readonly(np.append(0, np.cumsum(counts)).astype(np.int64)), readonly(starts),
        readonly(flat), readonly(np.array([number[lang] for _, lang in rows], np.int64)),
    )  # fmt: skip
