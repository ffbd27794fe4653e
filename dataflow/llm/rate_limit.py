"""A rate that is never exceeded: how long to wait before the next request."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Timer:
    """The time in seconds from some moment on, and how to wait."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


class RateLimit:
    """Lets requests through so that a minute sees at most so many of them, and of their tokens.

    A token bucket that holds one request: requests come evenly spaced and not in bursts, so that
    any window of 60 s has at most one request above the limit. 0 stands for no limit.
    """

    def __init__(
        self, requests_per_minute: int, tokens_per_minute: int, timer: Timer | None = None
    ) -> None:
        self._per_minute = (requests_per_minute, tokens_per_minute)
        self._free_at = [0.0, 0.0]
        self._timer = timer or Timer()
        self._lock = threading.Lock()

    def wait(self, tokens: int) -> float:
        """Waits until a request of `tokens` may be sent; gives the seconds waited."""
        if not any(self._per_minute):
            return 0.0
        with self._lock:
            now = self._timer.now()
            pause = 0.0
            for place, (limit, cost) in enumerate(zip(self._per_minute, (1, tokens), strict=True)):
                if limit:
                    at = max(self._free_at[place], now)
                    pause = max(pause, at - now)
                    self._free_at[place] = at + 60.0 * cost / limit
        if pause > 0:
            self._timer.sleep(pause)
        return pause

    def refund(self, tokens: int) -> None:
        """Gives back tokens that a request was thought to need and did not."""
        limit = self._per_minute[1]
        if limit and tokens > 0:
            with self._lock:
                self._free_at[1] -= 60.0 * tokens / limit
