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
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType

from dataflow.llm.base import (
    LLM,
    TRUNCATED,
    Answer,
    Completion,
    Failure,
    Request,
    as_completed,
    collect,
)
from schemas.errors import StoreError

_LOCK_WAIT_S = 60.0
_TABLE = """
CREATE TABLE IF NOT EXISTS answers (
    key TEXT PRIMARY KEY, failed INTEGER NOT NULL, text TEXT NOT NULL, finish TEXT NOT NULL,
    prompt_tokens INTEGER NOT NULL, completion_tokens INTEGER NOT NULL
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
    canonical = json.dumps(content, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


class CachedLLM:
    """An LLM that asks `inner` only what the file at `path` does not know.

    Stored are completions and truncated answers (they cost as much and would be cut again); all
    other failures are asked again. `model` names the model and its server in the key.
    `hits` and `misses` count requests. Raises StoreError when the file is damaged or locked.
    """

    def __init__(self, inner: LLM, path: Path, model: str) -> None:
        self._inner = inner
        self._path = path
        self._model = model
        self.hits = 0
        self.misses = 0
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._db = sqlite3.connect(path, timeout=_LOCK_WAIT_S, isolation_level=None)
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=FULL")
            self._db.execute(_TABLE)
        except sqlite3.Error as error:
            raise self._broken(error) from error

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
                self.hits += 1
                yield index, known
        keys = list(asked)
        self.misses += len(keys)
        self.hits += sum(len(indices) - 1 for indices in asked.values())
        for position, answer in as_completed(self._inner, [requests[asked[k][0]] for k in keys]):
            stored = self._store(keys[position], answer)
            for index in asked[keys[position]]:
                yield index, stored

    def close(self) -> None:
        """Closes the file; what is stored stays."""
        self._db.close()

    def __enter__(self) -> CachedLLM:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _load(self, key: str) -> Answer | None:
        try:
            row = self._db.execute(
                "SELECT failed, text, finish, prompt_tokens, completion_tokens FROM answers"
                " WHERE key = ?",
                (key,),
            ).fetchone()
        except sqlite3.Error as error:
            raise self._broken(error) from error
        if row is None:
            return None
        failed, text, finish, prompt_tokens, completion_tokens = row
        if failed:
            return Failure(finish, text, 0)
        return Completion(text, prompt_tokens, completion_tokens, finish, key)

    def _store(self, key: str, answer: Answer) -> Answer:
        """The answer to use: this one or, where another process was first, that one's."""
        if isinstance(answer, Completion):
            row = (0, answer.text, answer.finish_reason)
            counts = (answer.prompt_tokens, answer.completion_tokens)
        elif answer.kind == TRUNCATED:
            row, counts = (1, answer.detail, answer.kind), (answer.tokens or 0, 0)
        else:
            return answer
        try:
            done = self._db.execute(
                "INSERT OR IGNORE INTO answers VALUES (?, ?, ?, ?, ?, ?)", (key, *row, *counts)
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
