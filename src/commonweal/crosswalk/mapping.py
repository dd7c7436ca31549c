"""One framework laid beside another, measure by measure, before anything is delivered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from commonweal.catalogue.nearest import nearest
from commonweal.crosswalk.crosswalk import Crosswalk, Way
from commonweal.crosswalk.items import Item


class Fit(StrEnum):
    """How far an item of one framework can be told in another, best first."""

    EQUIVALENT = "convertible"
    WITH_DATUM = "convertible with one more datum"
    CHOICE = "needs a choice"
    RELATED = "related, not convertible"
    UNMAPPED = "no counterpart"


CONVERTIBLE = (Fit.EQUIVALENT, Fit.WITH_DATUM)
"""What can be converted as it stands; what could become several things needs a choice first, and is not among it."""


@dataclass(frozen=True, slots=True)
class Row:
    """One item and one way that leads from it; `way` is None and `reason` says why where there is none."""

    item: Item
    way: Way | None
    target: Item | None
    fit: Fit
    reason: str


@dataclass(frozen=True, slots=True)
class Mapping:
    """Rows in the order of the source framework, and each item once with its best fit."""

    source: str
    target: str
    rows: tuple[Row, ...]
    fits: tuple[tuple[Item, Fit], ...]

    def count(self, *fits: Fit) -> int:
        """Return how many items fit in one of these ways."""
        return sum(fit in fits for _, fit in self.fits)

    @property
    def convertible(self) -> int:
        return self.count(*CONVERTIBLE)

    @property
    def related(self) -> int:
        """How many items have any counterpart, the convertible ones included."""
        return len(self.fits) - self.count(Fit.UNMAPPED)

    @property
    def unmapped(self) -> tuple[Item, ...]:
        return tuple(item for item, fit in self.fits if fit is Fit.UNMAPPED)

    @property
    def choices(self) -> tuple[Item, ...]:
        """Items that could be converted to several targets, so that one has to be chosen or shares be given."""
        return tuple(item for item, fit in self.fits if fit is Fit.CHOICE)


def mapping(
    crosswalk: Crosswalk, *, source: str, target: str, codes: Sequence[str] = (), on: dt.date | None = None
) -> Mapping:
    """
    Return how the items of `source` can be told in `target`; only those with, or under, one of `codes` if given.

    :raises UnknownCode: for a release or a code that is not known, with those that look like it
    """
    source, target = crosswalk.known(source), crosswalk.known(target)
    chosen = chosen_items(crosswalk, source, codes)
    rows: list[Row] = []
    fits = []
    for item in chosen:
        mine = _rows(crosswalk, item, source, target, on)
        rows += mine
        fits.append((item, min((row.fit for row in mine), key=list(Fit).index)))
    return Mapping(source, target, tuple(rows), tuple(fits))


def chosen_items(crosswalk: Crosswalk, source: str, codes: Sequence[str]) -> tuple[Item, ...]:
    """
    Return the items of a release that count, or those with one of `codes`, or under an outcome or criterion with it.

    :raises UnknownCode: for a code that the release does not have
    """
    counted = crosswalk.items.counted(source)
    if not codes:
        return counted
    found: dict[str, Item] = {}
    for code in codes:
        named = _named(crosswalk, source, code)
        under = [item for item in counted if named.id in (item.id, *_above(crosswalk, item))]
        found |= {item.id: item for item in under or [named]}
    return tuple(found.values())


def _named(crosswalk: Crosswalk, source: str, code: str) -> Item:
    wanted = code.strip().casefold()
    items = crosswalk.items.of(source)
    for item in items.values():
        if wanted in (item.code.casefold(), item.id.casefold()):
            return item
    raise nearest(f"code of {source}", code, [item.code for item in items.values()])


def _above(crosswalk: Crosswalk, item: Item) -> list[str]:
    found = list(item.above)
    for above in item.above:
        found += crosswalk.items[above].above
    return found


def _rows(crosswalk: Crosswalk, item: Item, source: str, target: str, on: dt.date | None) -> list[Row]:
    ways = crosswalk.ways(item.id, target, on=on)
    if not ways:
        return [Row(item, None, None, Fit.UNMAPPED, crosswalk.reason(item.id, source, target) or "not linked")]
    converting = [way for way in ways if way.converts]
    choose = len(converting) > 1 and all(way.link.weight is None for way in converting)
    return [Row(item, way, crosswalk.items[way.link.target], _fit(way, choose=choose), way.link.reason) for way in ways]


def _fit(way: Way, *, choose: bool) -> Fit:
    if not way.converts:
        return Fit.RELATED
    if choose:
        return Fit.CHOICE
    return Fit.WITH_DATUM if way.link.datum else Fit.EQUIVALENT
