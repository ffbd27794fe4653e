"""What was spent, on disk: reserved before a request is sent, so that no crash forgets it."""

from __future__ import annotations

import sqlite3
import threading
from dataclasses import dataclass
from math import ceil
from pathlib import Path

from dataflow.io.sqlite_file import open_shared
from dataflow.llm.closing import Closing
from schemas.errors import StoreError

NANOS = 1_000_000_000
"""Parts of one unit of money in which sums are kept, so that they stay exact."""

_VERSION = 1
_TABLE = """
CREATE TABLE IF NOT EXISTS spent (
    budget TEXT PRIMARY KEY, tokens INTEGER NOT NULL, nanos INTEGER NOT NULL,
    answers INTEGER NOT NULL, prompt_bound INTEGER NOT NULL, prompt_tokens INTEGER NOT NULL,
    answer_bound INTEGER NOT NULL, answer_tokens INTEGER NOT NULL
) WITHOUT ROWID
"""


@dataclass(frozen=True, slots=True)
class Tokens:
    """Tokens of a prompt and of its answer."""

    prompt: int = 0
    answer: int = 0

    @property
    def total(self) -> int:
        """Both together."""
        return self.prompt + self.answer


@dataclass(frozen=True, slots=True)
class Prices:
    """What a million tokens cost, in any currency."""

    prompt: float = 0.0
    answer: float = 0.0

    def nanos(self, tokens: Tokens) -> int:
        """What tokens cost, rounded up to a billionth of the currency.

        >>> Prices(0.5, 2.0).nanos(Tokens(1000, 10)) / NANOS
        0.00052
        """
        return ceil(self.prompt * tokens.prompt * 1000 + self.answer * tokens.answer * 1000)


@dataclass(frozen=True, slots=True)
class Budget:
    """What may be spent under `name`, in tokens and in money (0: any)."""

    tokens: int = 0
    money: float = 0.0
    name: str = ""


@dataclass(frozen=True, slots=True)
class Spent:
    """All that was ever spent under a budget's name, with what is reserved.

    The other sums are those of answers whose cost is known: what was reserved for them, and what
    they did cost.
    """

    tokens: int = 0
    nanos: int = 0
    answers: int = 0
    bounds: Tokens = Tokens()
    actual: Tokens = Tokens()


class Spending(Closing):
    """Sums in the SQLite file at `path`, shared by any number of threads and processes.

    A reservation is on the disk before `reserve` returns, and only `settle` lowers it: what was
    under way when a process died stays spent. Raises StoreError when the file is damaged, locked
    or of a later version.
    """

    def __init__(self, path: Path, budget: Budget, prices: Prices) -> None:
        self.budget = budget
        self.prices = prices
        self._path = path
        self._lock = threading.Lock()
        self._last: Spent | None = None
        try:
            self._db = open_shared(path, any_thread=True)
            (version,) = self._db.execute("PRAGMA user_version").fetchone()
            if version not in (0, _VERSION):
                raise StoreError(f"{path}: written by a later version of corpusmill ({version})")
            self._db.execute(_TABLE)
            self._db.execute(f"PRAGMA user_version={_VERSION}")
            self._db.execute(
                "INSERT OR IGNORE INTO spent VALUES (?, 0, 0, 0, 0, 0, 0, 0)", (budget.name,)
            )
        except sqlite3.Error as error:
            raise self._broken(error) from error

    def spent(self) -> Spent:
        """The sums as they are now; of a closed file, those when it was closed."""
        with self._lock:
            if self._last is not None:
                return self._last
            try:
                row = self._db.execute(
                    "SELECT tokens, nanos, answers, prompt_bound, answer_bound, prompt_tokens,"
                    " answer_tokens FROM spent WHERE budget = ?",
                    (self.budget.name,),
                ).fetchone()
            except sqlite3.Error as error:
                raise self._broken(error) from error
        return Spent(row[0], row[1], row[2], Tokens(*row[3:5]), Tokens(*row[5:]))

    def reserve(self, bounds: Tokens) -> bool:
        """Whether the budget allows a request that costs at most this; then it is reserved."""
        tokens, nanos = bounds.total, self.prices.nanos(bounds)
        limits = (
            self.budget.tokens or (1 << 62),
            round(self.budget.money * NANOS) if self.budget.money else (1 << 62),
        )
        with self._lock:
            try:
                done = self._db.execute(
                    "UPDATE spent SET tokens = tokens + ?, nanos = nanos + ? WHERE budget = ?"
                    " AND tokens + ? <= ? AND nanos + ? <= ?",
                    (tokens, nanos, self.budget.name, tokens, limits[0], nanos, limits[1]),
                )
            except sqlite3.Error as error:
                raise self._broken(error) from error
        return done.rowcount == 1

    def settle(self, bounds: Tokens, actual: Tokens, *, answered: bool) -> None:
        """Replaces a reservation by what its request did cost."""
        own = (bounds.prompt, bounds.answer, actual.prompt, actual.answer) if answered else (0,) * 4
        change = (
            actual.total - bounds.total, self.prices.nanos(actual) - self.prices.nanos(bounds),
        )  # fmt: skip
        with self._lock:
            try:
                self._db.execute(
                    "UPDATE spent SET tokens = tokens + ?, nanos = nanos + ?,"
                    " answers = answers + ?, prompt_bound = prompt_bound + ?,"
                    " answer_bound = answer_bound + ?, prompt_tokens = prompt_tokens + ?,"
                    " answer_tokens = answer_tokens + ? WHERE budget = ?",
                    (*change, int(answered), *own, self.budget.name),
                )
            except sqlite3.Error as error:
                raise self._broken(error) from error

    def close(self) -> None:
        """Closes the file; what is reserved stays so."""
        if self._last is None:
            self._last = self.spent()
            self._db.close()

    def _broken(self, error: sqlite3.Error) -> StoreError:
        return StoreError(
            f"{self._path}: the record of what was spent cannot be used ({error}). "
            "Delete the file to count from zero."
        )
