"""Requests are let through evenly; no minute sees more than the limit."""

from __future__ import annotations

import time

import pytest

from dataflow.llm.rate_limit import RateLimit, Timer


class Clock:
    """A clock that waits in no time."""

    def __init__(self) -> None:
        self.time = 100.0

    def timer(self) -> Timer:
        return Timer(lambda: self.time, self.sleep)

    def sleep(self, seconds: float) -> None:
        self.time += seconds


@pytest.mark.parametrize(("requests", "tokens"), [(30, 0), (0, 3000), (30, 3000)])
def test_no_minute_sees_more_than_the_limit(requests: int, tokens: int) -> None:
    clock = Clock()
    limit = RateLimit(requests, tokens, clock.timer())
    sent = []
    for _ in range(200):
        limit.wait(100)
        sent.append(clock.time)
    for start in range(200):
        window = [moment for moment in sent[start:] if moment < sent[start] + 60.0 - 1e-6]
        assert len(window) <= 30
    assert sent[-1] - sent[0] == pytest.approx(199 * 2.0)


def test_tokens_that_were_not_needed_are_given_back() -> None:
    clock = Clock()
    limit = RateLimit(0, 600, clock.timer())
    assert limit.wait(600) == 0.0
    limit.refund(540)
    assert limit.wait(10) == pytest.approx(6.0)
    limit.refund(-5)
    assert limit.wait(10) == pytest.approx(1.0)


def test_without_a_limit_nothing_waits() -> None:
    limit = RateLimit(0, 0, Timer(time.monotonic, lambda _: pytest.fail("waited")))
    assert [limit.wait(10**9) for _ in range(5)] == [0.0] * 5
