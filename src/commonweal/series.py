"""Dated values: what one unit is worth on a day and at a place, and uprating between price years."""

from __future__ import annotations

import datetime as dt
import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise

from commonweal import errors

LEVELS = ("project", "district", "authority", "region", "nation")
"""From the narrowest to the widest; the first that has a value in force answers."""

WITHDRAWN = "withdrawn"
SIX_PLACES = Decimal("0.000001")

_YEAR = re.compile(r"(?P<first>\d{4})(?:/(?P<last>\d{2}))?")


@dataclass(frozen=True, slots=True)
class Entry:
    """
    One dated value: in force from `start` until the next entry of the same place, or to the day before `until`.

    `value`, `low`, `high` and `parts` (such as fiscal, economic, social) are in the unit of the series. `place` is
    a code, empty for a value that holds everywhere. `status` is empty or "withdrawn".
    """

    start: dt.date
    value: Decimal
    source: str
    place: str = ""
    level: str = ""
    verified: bool = True
    low: Decimal | None = None
    high: Decimal | None = None
    parts: tuple[tuple[str, Decimal], ...] = ()
    status: str = ""
    note: str = ""
    until: dt.date | None = None

    def in_force(self, day: dt.date) -> bool:
        """Return whether it holds on `day`, as far as its own two dates say; a later entry may stand before it."""
        return self.start <= day and (self.until is None or day < self.until)


@dataclass(frozen=True, slots=True)
class Answer:
    """The entry that answered, and the level and place at which it did; place is empty for "everywhere"."""

    entry: Entry
    level: str
    place: str


Places = tuple[tuple[str, str], ...]
Timeline = tuple[list[dt.date], list[Answer | None]]
"""Days on which the answer changes, and the answers: one more, since the first stands before the first day."""


@dataclass(frozen=True, slots=True)
class ValueSeries:
    """
    Values of one thing by date and place, all in `unit` (such as GBP/hour, or "index" for a deflator).

    `kind` is nominal (money of the day) or real (money of `price_base`). `sources` maps the source ids of the
    entries to what the pack says about them. `pack` is the value pack that the series came with.

    :raises BadPack: if the kind is unknown, a real series names no price base, a place has two values for one day,
        or an entry ends before it starts
    """

    id: str
    label: str
    unit: str
    kind: str
    entries: tuple[Entry, ...]
    price_base: str = ""
    licence: str = ""
    sources: Mapping[str, Mapping[str, object]] = field(default_factory=dict, hash=False)
    pack: str = "open"
    may_export: bool = True
    cadence: str = ""
    checked_on: dt.date | None = None
    framework: str = ""
    measure: str = ""
    _by_place: Mapping[str, tuple[list[dt.date], list[Entry]]] = field(init=False, repr=False, compare=False)
    _timelines: dict[Places, Timeline] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.kind not in ("nominal", "real"):
            raise errors.BadPack(f"{self.id} has the kind {self.kind!r}. Write nominal or real.")
        if self.kind == "real" and not self.price_base:
            raise errors.BadPack(f"{self.id} is in real terms but names no price base. Add the year of its prices.")
        object.__setattr__(self, "_by_place", self._index())
        object.__setattr__(self, "_timelines", {})

    def on(self, day: dt.date, places: Sequence[tuple[str, str]] = ()) -> Answer:
        """
        Return the value in force on `day` at the narrowest of `places`, pairs of level and code in any order.

        Each level is decided on its own dates: a newer value of the region never displaces an older one of the
        authority. Where a level has nothing in force, the next wider one answers; last of all the values that
        hold everywhere. Withdrawn entries never answer.

        :raises UnknownCode: for a level that is none of `LEVELS`
        :raises NoValueForDate: if the series reaches these places, but not this day
        :raises NoValueForPlace: if the series has nothing at all for these places
        """
        asked = places if type(places) is tuple else tuple(places)
        timeline = self._timelines.get(asked)
        days, answers = self._timeline(asked) if timeline is None else timeline
        answer = answers[bisect_right(days, day)]
        if answer is None:
            raise self._nothing(day, asked)
        return answer

    def _timeline(self, asked: Places) -> Timeline:
        # Once per places: a register asks for the same few hundreds of thousands of times.
        reached = [place for place in _narrowest_first(asked) if place[1] in self._by_place]
        entries = [entry for _, code in reached for entry in self._by_place[code][1]]
        days = sorted({day for entry in entries for day in (entry.start, entry.until) if day is not None})
        return self._timelines.setdefault(asked, (days, [None, *(self._narrowest(reached, day) for day in days)]))

    def _narrowest(self, reached: Sequence[tuple[str, str]], day: dt.date) -> Answer | None:
        for level, code in reached:
            starts, entries = self._by_place[code]
            at = bisect_right(starts, day) - 1
            if at >= 0 and entries[at].in_force(day):
                return Answer(entries[at], level, code)
        return None

    def _nothing(self, day: dt.date, asked: Places) -> errors.CommonwealError:
        candidates = _narrowest_first(asked)
        reached = [self._by_place[code] for _, code in candidates if code in self._by_place]
        if not reached:
            return self._no_place(candidates)
        return self._no_date(day, [entry for _, entries in reached for entry in entries])

    def _index(self) -> dict[str, tuple[list[dt.date], list[Entry]]]:
        found: dict[str, list[Entry]] = {}
        for entry in sorted(self.entries, key=lambda e: e.start):
            if entry.until is not None and entry.until <= entry.start:
                raise errors.BadPack(f"{self.id}: the entry of {entry.start} ends on {entry.until}. Correct the dates.")
            if entry.status != WITHDRAWN:
                found.setdefault(entry.place, []).append(entry)
        for place, entries in found.items():
            for one, other in pairwise(entries):
                if one.start == other.start:
                    raise errors.BadPack(
                        f"{self.id} has two values from {one.start}{f' for {place}' if place else ''}. "
                        f"Keep one, or mark the other as withdrawn with the reason."
                    )
        return {place: ([e.start for e in entries], entries) for place, entries in found.items()}

    def _no_place(self, candidates: Sequence[tuple[str, str]]) -> errors.NoValueForPlace:
        named = ", ".join(f"{level} {code}" for level, code in candidates if code)
        asked = f"for {named}" if named else "that holds everywhere"
        known = ", ".join(sorted(self._by_place)[:5]) or "no place"
        return errors.NoValueForPlace(
            f"{self.id} has no value {asked}; it has values for {known}. "
            f"Name a place that it covers, or add the value with its source."
        )

    def _no_date(self, day: dt.date, entries: Sequence[Entry]) -> errors.NoValueForDate:
        first = min(entry.start for entry in entries)
        if day < first:
            return errors.NoValueForDate(
                f"{self.id} has no value on {day}: its first entry starts on {first}. "
                f"Use a later date, or add the earlier entry with its source."
            )
        ended = max(entry.until for entry in entries if entry.until is not None and entry.until <= day)
        return errors.NoValueForDate(
            f"{self.id} has no value on {day}: its last entry before it held until {ended}. "
            f"Use an earlier date, or add the later entry with its source."
        )


@dataclass(frozen=True, slots=True)
class Uprating:
    """
    A value carried from one price year to another, with the indices used.

    `value` = `amount` x `to_index` / `from_index`, half up to six decimals.
    """

    value: Decimal
    amount: Decimal
    from_year: str
    to_year: str
    from_index: Decimal
    to_index: Decimal
    deflator: str


def uprate(
    *,
    amount: Decimal,
    from_year: str,
    to_year: str,
    deflator: ValueSeries | Mapping[str, Decimal],
    name: str = "",
) -> Uprating:
    """
    Return `amount` in prices of `to_year`, by the index `deflator`, which carries its own id or is called `name`.

    Years are labels: "2015/16" for a financial year, "2015" for a calendar year; both must be of the same sort and
    stand in the deflator, which is never extended. Result in the unit of `amount`, half up to six decimals.
    Source: HM Treasury, The Green Book (2022), chapter 5: real values by the GDP deflator.

    :raises BadPeriod: for a year that is written otherwise, or years of two sorts
    :raises NoValueForDate: if the deflator lacks one of the years
    """
    if ("/" in from_year) != ("/" in to_year):
        raise errors.BadPeriod(
            f"{from_year} and {to_year} are a financial and a calendar year. Give both as one sort, like 2015/16."
        )
    known = name or (deflator.id if isinstance(deflator, ValueSeries) else "the deflator")
    old, new = (_index_of(deflator, year, known) for year in (from_year, to_year))
    value = (amount * new / old).quantize(SIX_PLACES, ROUND_HALF_UP)
    return Uprating(value, amount, from_year, to_year, old, new, known)


def first_day_of(year: str) -> dt.date:
    """
    Return the first day of a labelled year: 1 April 2015 for "2015/16", 1 January 2015 for "2015".

    :raises BadPeriod: for any other text
    """
    match = _YEAR.fullmatch(year)
    if match is None or (match["last"] and int(match["last"]) != (int(match["first"]) + 1) % 100):
        raise errors.BadPeriod(f"{year!r} is not a year. Write a calendar year as 2015, a financial year as 2015/16.")
    return dt.date(int(match["first"]), 4 if match["last"] else 1, 1)


def _index_of(deflator: ValueSeries | Mapping[str, Decimal], year: str, name: str) -> Decimal:
    start = first_day_of(year)
    if isinstance(deflator, ValueSeries):
        found = next((e.value for e in deflator.entries if e.start == start and e.status != WITHDRAWN), None)
    else:
        found = deflator.get(year)
    if found is None:
        raise errors.NoValueForDate(
            f"{name} has no index for {year}. Use a deflator that covers it; an index is never guessed."
        )
    return found


def _narrowest_first(places: Places) -> Places:
    for level, code in places:
        if level not in LEVELS:
            raise errors.UnknownCode(f"{level!r} (of {code}) is no level of place. Use one of: {', '.join(LEVELS)}.")
    ordered = sorted((pair for pair in places if pair[1]), key=lambda pair: LEVELS.index(pair[0]))
    return (*ordered, ("nation", ""))
