"""Times of day in Chinese texts, however they are written: 22时, 晚上10点, 21时30分, 九点半."""

from __future__ import annotations

import re
from functools import lru_cache

from dataflow.evidence.levelling import level
from dataflow.evidence.numerals import han_value

_DIGITS = "(?:\\d{1,2}|[零一二两三四五六七八九十]{1,3})"
_TIME = re.compile(
    "(?P<part>凌晨|清晨|早晨|早上|上午|中午|下午|傍晚|晚上|夜里|夜间|深夜|晚|早)?"
    f"(?<![\\d:.])(?P<hour>{_DIGITS})(?:(?:点钟?|时(?!间))(?:(?P<half>半)|(?P<minute>{_DIGITS})分?)?"
    "|:(?P<colon>[0-5]\\d)(?![\\d:]))"
)
_LATE = frozenset(("下午", "傍晚", "晚上", "夜里", "夜间", "深夜", "晚"))
_HALF_DAY = 720

Time = tuple[int, int, int, bool]
"""Where it begins and ends in `level(text)`, minutes of the day, whether noon is past for sure."""


@lru_cache(maxsize=512)
def times_of(text: str) -> tuple[Time, ...]:
    """The times of day of `text` in order.

    >>> [time[2:] for time in times_of("22时，晚上10点，早上6:05，九点半")]
    [(1320, True), (1320, True), (365, True), (570, False)]
    """
    found: list[Time] = []
    for match in _TIME.finditer(level(text)):
        hour, minute = _small(match["hour"]), _small(match["minute"] or match["colon"] or "0")
        if hour is None or minute is None or hour > 24 or minute > 59:
            continue
        minutes = hour * 60 + (30 if match["half"] else minute)
        if match["part"] in _LATE and hour < 12:
            minutes += _HALF_DAY
        found.append((*match.span(), minutes, bool(match["part"]) or hour > 12))
    return tuple(found)


def _small(text: str) -> int | None:
    if text.isdigit():
        return int(text)
    value = han_value(text.lstrip("零") or "零")
    return None if value is None else int(value)


def same_time(time: Time, given: tuple[Time, ...]) -> bool:
    """Whether one of `given` is that time; where one does not say, noon may be past or not."""
    return any(
        time[2] == other[2]
        or (time[2] % _HALF_DAY == other[2] % _HALF_DAY and not (time[3] and other[3]))
        for other in given
    )
