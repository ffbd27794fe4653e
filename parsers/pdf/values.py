"""What the text of a table's cell is: a number, a year, words."""

from __future__ import annotations

import re
from collections.abc import Sequence

NUMERIC = re.compile(
    r"[(\[<>≤≥~±+\-–—−$€£¥￥%*†]*\s*\d[\d\s.,:/%()\-–—−+±×*†°$€£¥％，．]*[a-z%]{0,3}\)?"
    r"|[-–—−.…*]+|n/?[ad]\.?",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:19|20)\d\d(?:\s*[-–—/]\s*(?:\d\d){1,2})?\s*[年a-z*]?")


def is_numeric(text: str) -> bool:
    """Whether a cell holds a number, a range, a percentage or a dash for none.

    >>> [is_numeric(t) for t in ("1,204", "(3.5%)", "–", "2005/06", "Total", "第3章")]
    [True, True, True, True, False, False]
    """
    return NUMERIC.fullmatch(text.strip()) is not None


def is_year(text: str) -> bool:
    """Whether a cell holds a year or a span of years: numbers that head columns.

    >>> [is_year(t) for t in ("2004", "2004–05", "2003年", "1,204")]
    [True, True, True, False]
    """
    return _YEAR.fullmatch(text.strip()) is not None


def is_data(texts: Sequence[str]) -> bool:
    """Whether a row is data: half of what stands right of its label are numbers other than years.

    >>> [is_data(t) for t in (["Total", "12", "7"], ["Region", "2004", "2005"], ["Total"])]
    [True, False, False]
    """
    numbers = sum(is_numeric(text) and not is_year(text) for text in texts)
    return numbers > 0 and 2 * numbers >= len(texts) - 1
