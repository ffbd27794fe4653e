"""Figures of the invented station that more than one sample needs: the year 2024."""

from __future__ import annotations

import math

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
RAIN_MM = (48.2, 71.5, 118.9, 146.3, 187.6, 242.8, 168.4, 151.7, 93.6, 62.1, 55.4, 31.9)
RAIN_DAYS = (9, 11, 15, 16, 17, 19, 13, 14, 10, 8, 9, 6)
RUNOFF_MM = (21.4, 30.8, 55.2, 72.9, 101.3, 149.6, 88.7, 71.3, 46.0, 31.5, 25.1, 18.2)
MEAN_DEGREES = (4.1, 5.9, 10.2, 15.8, 20.4, 23.7, 27.1, 26.6, 22.3, 17.0, 11.4, 5.8)

Row = tuple[str, float, int, float, float, float]
"""Name, rain, days with rain, runoff, runoff coefficient, mean temperature."""


def period(name: str, first: int, last: int) -> Row:
    """Sums and means over the months `first` to `last`, both 0-based, `last` excluded."""
    months = range(first, last)
    rain = math.fsum(RAIN_MM[month] for month in months)
    runoff = math.fsum(RUNOFF_MM[month] for month in months)
    degrees = math.fsum(MEAN_DEGREES[month] for month in months) / len(months)
    return name, rain, sum(RAIN_DAYS[month] for month in months), runoff, runoff / rain, degrees


def shown(row: Row) -> list[str]:
    """The row's cells as printed."""
    name, rain, days, runoff, coefficient, degrees = row
    return [name, f"{rain:.1f}", str(days), f"{runoff:.1f}", f"{coefficient:.2f}", f"{degrees:.1f}"]


def by_month() -> list[list[str]]:
    """Printed rows of the twelve months and of the year."""
    rows = [period(name, month, month + 1) for month, name in enumerate(MONTHS)]
    return [shown(row) for row in (*rows, period("Year", 0, 12))]


def by_quarter() -> list[list[str]]:
    """Printed rows of the four quarters and of the year, named in Chinese."""
    names = ("第一季度", "第二季度", "第三季度", "第四季度")
    rows = [period(name, 3 * quarter, 3 * quarter + 3) for quarter, name in enumerate(names)]
    return [shown(row) for row in (*rows, period("全年", 0, 12))]
