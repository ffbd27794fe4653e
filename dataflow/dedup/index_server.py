"""The Redis server that an index lies on: its address, a client, its errors as ours."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import urldefrag, urlsplit

from dataflow.dedup.index_entry import HIDDEN, REMOTE, check_name, shown
from schemas.errors import BackendError, MissingExtraError, StoreError, UsageError

PASSWORD = "CORPUSMILL_REDIS_PASSWORD"
"""Environment variable of the server's password, where the address has none."""


def _redis() -> Any:
    try:
        import redis
    except ImportError as error:
        raise MissingExtraError("redis", "redis", "an index on a Redis server") from error
    return redis


@dataclass(frozen=True, slots=True)
class Address:
    """Where the index is: the server's URL without a fragment, and the index's name.

    `redis://host:6379/0#name`; `rediss://` for TLS; without a fragment the name is `corpusmill`.
    """

    url: str
    name: str

    @classmethod
    def of(cls, url: str) -> Self:
        """The address in `url`; raises UsageError when it is none."""
        plain, fragment = urldefrag(url)
        if not plain.startswith(REMOTE):
            raise UsageError(f"not the address of a Redis server: {plain.partition(':')[0]}:…")
        if not _is_sound(url):
            raise UsageError(
                f"not the address of a Redis server: {shown(url)} (write signs such as '/' and "
                f"'#' in a password as %2F and %23, or put it in {PASSWORD})"
            )
        name = fragment or "corpusmill"
        check_name(name)
        return cls(plain, name)

    def __str__(self) -> str:
        """The address without user and password."""
        return f"{shown(self.url).replace(f'{HIDDEN}@', '')}#{self.name}"


def _is_sound(url: str) -> bool:
    """Whether host and port can be told apart from the rest of `url`."""
    try:
        parts = urlsplit(url)
        return parts.port != 0 and "@" not in parts.path + parts.fragment
    except ValueError:  # a port that is no number
        return False


def connect(address: Address) -> Any:
    """A client of the server, which is not asked yet.

    Its password is that of the address, or else of the environment variable PASSWORD.

    Raises:
        MissingExtraError: the package redis is not installed.
        UsageError: the address has parts that mean nothing to it.
    """
    redis = _redis()
    try:
        return redis.Redis.from_url(address.url, password=os.environ.get(PASSWORD) or None)
    except ValueError as error:
        raise UsageError(f"{address}: {error}") from error


@contextmanager
def asking(address: Address) -> Iterator[None]:
    """Turns what the client raises into our errors."""
    redis = _redis()
    try:
        yield
    except redis.exceptions.LockError as error:
        raise StoreError(
            f"{address}: the index's lock was not free in time, or was lost: another run is "
            "writing; wait for it, or stop it"
        ) from error
    except redis.exceptions.RedisError as error:
        raise BackendError(f"{address}: the Redis server says: {error}") from error
