"""Options that several commands share, and the value series and places that they look things up in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import click

from commonweal import errors, packs
from commonweal.catalogue.nearest import nearest
from commonweal.catalogue.search import tokens
from commonweal.places import Gazetteer
from commonweal.series import ValueSeries
from commonweal.valuepack import Pack


class Day(click.ParamType[dt.date, Any]):
    """A date as 2026-07-31 or 31/07/2026."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> dt.date:
        for pattern in ("%Y-%m-%d", "%d/%m/%Y"):
            try:
                return dt.datetime.strptime(value, pattern).date()  # noqa: DTZ007 - a day has no zone
            except ValueError:
                continue
        return self.fail(f"{value!r} is no date. Write it as 2026-07-31 or 31/07/2026.", param, ctx)


DAY = Day()


def day_or_none(text: str) -> dt.date | None:
    """Return the day that `text` names, or None where it is no date."""
    try:
        return DAY.convert(text, None, None)
    except click.BadParameter:
        return None


as_at_option = click.option(
    "--as-at", metavar="DATE", type=DAY, help="The day to report on; later facts are left out. Without it: today."
)
pack_option = click.option(
    "--pack",
    "packs",
    metavar="FILE",
    multiple=True,
    type=click.Path(path_type=Path),
    help="A value pack that you hold a licence for; may be given again.",
)
mapping_option = click.option(
    "--mapping",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="How to read headings, as --save-mapping wrote.",
)


class Values:
    """Every value series at hand: those of the data package by id, and those of packs that the user gave."""

    def __init__(self, owned: Sequence[Pack] = ()) -> None:
        self.packs = tuple(owned)
        self.own = tuple(series for pack in owned for series in pack.series.values())

    def ids(self) -> list[str]:
        return [*packs.series_ids(), *(series.id for series in self.own)]

    def get(self, series_id: str) -> ValueSeries:
        """
        Return one series, of the user's own packs first.

        :raises UnknownCode: with the ids that look like it
        """
        mine = next((series for series in self.own if series.id == series_id), None)
        return mine or packs.load_series(series_id)

    def of_measure(self, framework: str, code: str) -> list[ValueSeries]:
        """Return the user's own series for a measure."""
        return [series for series in self.own if (series.framework, series.measure) == (framework, code)]

    def search(self, words: str, *, limit: int) -> list[tuple[str, str, str]]:
        """Return id, label and unit of the series that have every word asked for in id, label or theme."""
        asked = tokens(words)
        found = []
        for series_id, label, unit, around in self._labels():
            known = set(tokens(f"{series_id.replace('-', ' ')} {label} {around}"))
            if asked and all(word in known for word in asked):
                found.append((series_id, label, unit))
        return found[:limit]

    def _labels(self) -> Iterable[tuple[str, str, str, str]]:
        for one in self.own:
            yield one.id, one.label, one.unit, one.measure
        costs = packs.unit_costs().by_id
        for series_id in packs.series_ids():
            if series_id in costs:
                cost = costs[series_id]
                yield series_id, cost.label, f"GBP/{cost.unit}", cost.theme
            else:
                series = packs.load_series(series_id)
                yield series_id, series.label, series.unit, ""


def load_values(files: Sequence[Path]) -> Values:
    """
    Return the series of the data package and of the value packs in `files`.

    :raises BadPack, BadFile: naming what is wrong with a pack
    """
    return Values([packs.load_pack(file) for file in files])


@cache
def gazetteer() -> Gazetteer:
    """Return the places of the data package."""
    return Gazetteer()


def levels(place: str) -> Sequence[tuple[str, str]]:
    """Return the levels of a place that is known, and none of one that is not (a ward, an invented place)."""
    try:
        return gazetteer().levels(place) if place else ()
    except errors.UnknownCode:
        return ()


__all__ = [
    "DAY",
    "Values",
    "as_at_option",
    "day_or_none",
    "gazetteer",
    "levels",
    "load_values",
    "mapping_option",
    "nearest",
    "pack_option",
]
