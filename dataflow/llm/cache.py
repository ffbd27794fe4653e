"""Answers on disk, one for each request: what was paid for once is never paid for again.

One SQLite file in write-ahead mode with `synchronous=FULL`: an answer is on the disk before
anybody sees it, so a killed run loses at most the requests that were under way. Any number of
processes may share the file; the first answer to a request wins and all of them use it.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from dataflow.io.sqlite_file import open_shared
from dataflow.llm.account import Account
from dataflow.llm.base import (
    CONTEXT_OVERFLOW,
    LLM,
    TRUNCATED,
    Answer,
    Completion,
    Failure,
    Request,
    as_completed,
    collect,
)
from dataflow.llm.closing import Closing
from schemas.errors import StoreError

_VERSION = 2
"""1 (told by no number) had no log-probabilities."""
_RECURRING = frozenset({TRUNCATED, CONTEXT_OVERFLOW})
"""Failures that the same request meets again."""
_TABLE = """
CREATE TABLE IF NOT EXISTS answers (
    key TEXT PRIMARY KEY, failed INTEGER NOT NULL, text TEXT NOT NULL, finish TEXT NOT NULL,
    prompt_tokens INTEGER NOT NULL, completion_tokens INTEGER NOT NULL,
    first_logprobs TEXT NOT NULL DEFAULT ''
) WITHOUT ROWID
"""


def request_key(request: Request, model: str) -> str:
    """SHA-256 of all that decides the answer: the model and everything of the request but its id.

    >>> one = Request("qa/1", (("user", "Hi"),), 8)
    >>> request_key(one, "m") == request_key(dataclasses.replace(one, prompt_id="qa/2"), "m")
    True
    """
    content = [
        model, request.messages, request.max_tokens, request.temperature, request.seed,
        request.json_schema,
    ]  # fmt: skip
    if request.top_logprobs:  # without them the key is that of version 1
        content.append(request.top_logprobs)
    canonical = json.dumps(content, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


class CachedLLM(Closing):
    """An LLM that asks `inner` only what the file at `path` does not know.

    Stored are completions and failures that recur (an answer cut at its bound, which costs as
    much as any, and a prompt longer than the context); all others are asked again. `model` names
    the model in the key, not its address. `hits` and `misses` count requests, and `account` hears
    of the hits. A file of an earlier version is brought up to date in place. Raises StoreError
    when it is damaged, locked or of a later version.
    """

    def __init__(
        self, inner: LLM, path: Path, model: str, *, account: Account | None = None
    ) -> None:
        self._inner = inner
        self._path = path
        self._model = model
        self._account = account or Account()
        self.hits = 0
        self.misses = 0
        try:
            self._db = open_shared(path)
            self._bring_up_to_date()
        except sqlite3.Error as error:
            raise self._broken(error) from error

    def known(self, requests: Iterable[Request]) -> int:
        """How many of the requests would not be sent."""
        keys = (request_key(request, self._model) for request in requests)
        return sum(self._load(key) is not None for key in keys)

    def complete(self, requests: Sequence[Request]) -> list[Answer]:
        """One answer for each request."""
        return collect(self.as_completed(requests), len(requests))

    def as_completed(self, requests: Sequence[Request]) -> Iterator[tuple[int, Answer]]:
        """Known answers first, then new ones as they come, each stored before it is handed over.

        The same request twice in `requests` is asked once.
        """
        asked: dict[str, list[int]] = {}
        for index, request in enumerate(requests):
            key = request_key(request, self._model)
            known = self._load(key)
            if known is None:
                asked.setdefault(key, []).append(index)
            else:
                self._count_hits(1, known)
                yield index, known
        keys = list(asked)
        self.misses += len(keys)
        for position, answer in as_completed(self._inner, [requests[asked[k][0]] for k in keys]):
            stored = self._store(keys[position], answer)
            self._count_hits(len(asked[keys[position]]) - 1, stored)
            for index in asked[keys[position]]:
                yield index, stored

    def close(self) -> None:
        """Closes the file; what is stored stays."""
        self._db.close()

    def _bring_up_to_date(self) -> None:
        """The table in this version; one process does it while the others wait."""
        self._db.execute("BEGIN IMMEDIATE")
        (version,) = self._db.execute("PRAGMA user_version").fetchone()
        if version > _VERSION:
            self._db.execute("ROLLBACK")
            raise StoreError(f"{self._path}: written by a later version of corpusmill ({version})")
        self._db.execute(_TABLE)
        columns = {row[1] for row in self._db.execute("PRAGMA table_info(answers)")}
        if "first_logprobs" not in columns:
            self._db.execute(
                "ALTER TABLE answers ADD COLUMN first_logprobs TEXT NOT NULL DEFAULT ''"
            )
        self._db.execute(f"PRAGMA user_version={_VERSION}")
        self._db.execute("COMMIT")

    def _count_hits(self, count: int, answer: Answer) -> None:
        self.hits += count
        self._account.cached += count
        for _ in range(count):
            self._account.failed(answer)

    def _load(self, key: str) -> Answer | None:
        try:
            row = self._db.execute(
                "SELECT failed, text, finish, prompt_tokens, completion_tokens, first_logprobs"
                " FROM answers WHERE key = ?",
                (key,),
            ).fetchone()
        except sqlite3.Error as error:
            raise self._broken(error) from error
        if row is None:
            return None
        failed, text, finish, prompt_tokens, completion_tokens, logs = row
        if failed:
            return Failure(finish, text, 0)
        first = tuple((token, log) for token, log in json.loads(logs)) if logs else ()
        return Completion(text, prompt_tokens, completion_tokens, finish, key, first)

    def _store(self, key: str, answer: Answer) -> Answer:
        """The answer to use: this one or, where another process was first, that one's."""
        logs = ""
        if isinstance(answer, Completion):
            row = (0, answer.text, answer.finish_reason)
            counts = (answer.prompt_tokens, answer.completion_tokens)
            logs = json.dumps(answer.first_logprobs) if answer.first_logprobs else ""
        elif answer.kind in _RECURRING:
            row, counts = (1, answer.detail, answer.kind), (answer.tokens or 0, 0)
        else:
            return answer
        try:
            done = self._db.execute(
                "INSERT OR IGNORE INTO answers VALUES (?, ?, ?, ?, ?, ?, ?)",
                (key, *row, *counts, logs),
            )
        except sqlite3.Error as error:
            raise self._broken(error) from error
        if done.rowcount == 0:
            return self._load(key) or answer
        return (
            dataclasses.replace(answer, cache_key=key) if isinstance(answer, Completion) else answer
        )

    def _broken(self, error: sqlite3.Error) -> StoreError:
        return StoreError(
            f"{self._path}: the cache of model answers cannot be used ({error}). "
            "Delete the file to start over; its answers will be asked and paid for again."
        )
