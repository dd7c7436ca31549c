"""Reporting periods: contract years and quarters, financial years, months; overlap and proration."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from commonweal import errors


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """
    A run of whole days, first and last day included.

    :raises BadPeriod: if the last day is before the first
    """

    start: dt.date
    end: dt.date

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise errors.BadPeriod(
                f"A period cannot end on {self.end:%d %B %Y}, before it starts on {self.start:%d %B %Y}. "
                f"Swap the dates or correct one of them."
            )

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1

    def __contains__(self, day: dt.date) -> bool:
        return self.start <= day <= self.end

    def __str__(self) -> str:
        return f"{self.start:%-d %B %Y} to {self.end:%-d %B %Y}"
