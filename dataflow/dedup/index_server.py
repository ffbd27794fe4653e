"""The Redis server that an index lies on: its address, a client, its errors as ours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import urldefrag, urlsplit

from dataflow.dedup.index_entry import REMOTE, check_name
from schemas.errors import BackendError, MissingExtraError, StoreError, UsageError


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
        name = fragment or "corpusmill"
        check_name(name)
        return cls(plain, name)

    def __str__(self) -> str:
        parts = urlsplit(self.url)  # without a password
        host = parts.hostname or parts.path
        return f"{parts.scheme}://{host}{f':{parts.port}' if parts.port else ''}#{self.name}"


def connect(address: Address) -> Any:
    """A client of the server, which is not asked yet.

    Raises:
        MissingExtraError: the package redis is not installed.
        UsageError: the address has parts that mean nothing to it.
    """
    redis = _redis()
    try:
        return redis.Redis.from_url(address.url)
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
