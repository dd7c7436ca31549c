"""
Measurement frameworks, their measures and what these are worth: the data packages at hand, read once and kept.

Frameworks and open values are shipped files; bodies publish more in the service (`kept`), and value packs may lie in
`PACKS_ROOT`, one folder each, as `commonweal pack import` makes them. Where a caller names a `body`, it sees what that
body may use: its own releases and values beside those for everybody. Licensed values are a body's own and no other's.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

from django.conf import settings

from commonweal import errors, packs
from commonweal.catalogue import Catalogue, Framework, Measure
from commonweal.catalogue.units import units
from commonweal.crosswalk.crosswalk import Crosswalk
from commonweal.crosswalk.models import Datum
from commonweal.places import Gazetteer
from commonweal.series import ValueSeries
from commonweal.workbooks.complete import series_lookup
from commonweal_web.core.forms import said
from commonweal_web.frameworks import kept
from commonweal_web.frameworks.models import LocalMeasure, Pack, Withdrawal

NO_POUNDS = "none"
"""The value pack of a contract that is measured without pounds."""


@dataclass(frozen=True, slots=True)
class Value:
    """What one unit is worth on a day, with where that comes from; `licensed` values compute and are never shown."""

    per_unit: Decimal
    series: str
    source: str
    on: dt.date
    licensed: bool


@dataclass(frozen=True, slots=True)
class ExtraDatum:
    """A further fact that another framework needs before a delivery can be expressed in it."""

    name: str
    label: str
    unit: str
    frameworks: tuple[str, ...]


def catalogue() -> Catalogue:
    """Return the shipped frameworks and all that bodies published: to compute with, not to be listed."""
    return kept.now().catalogue


def public_catalogue() -> Catalogue:
    """Return the frameworks that anybody may see."""
    return kept.now().public_catalogue


def crosswalk(*, body: int | None = None) -> Crosswalk:
    """Return the links that a body may meet: for everybody, and its own; without a body those for everybody."""
    return kept.seen_by(body).crosswalk if body is not None else kept.now().public_crosswalk


def public_crosswalk() -> Crosswalk:
    """Return the links between the frameworks of `public_catalogue`."""
    return kept.now().public_crosswalk


def shown_series(found: Measure) -> ValueSeries | None:
    """Return what a measure is worth over time where its licence lets everybody see it, or None."""
    series = _lookup()(found, "")
    return series if series is not None and series.may_export else None


def frameworks(*, examples: bool = True, body: int | None = None) -> tuple[Framework, ...]:
    """
    Return the releases for everybody, and those of a body's own, in the order in which the packages list them.

    Every one has measures; `examples` says whether invented ones are among them.
    """
    state = kept.now()
    hidden = state.hidden() - (state.visible(body) if body is not None else frozenset())
    return tuple(
        release
        for release in state.catalogue.frameworks
        if release.measures and release.id not in hidden and (examples or not release.example)
    )


def may_use(release_id: str, *, body: int) -> bool:
    """Return whether a body may take a release for a contract: one that exists, and is not another body's own."""
    return release_id in {release.id for release in frameworks(body=body)}


def unavailable(release_id: str, code: str, *, body: int, on: dt.date) -> str:
    """
    Return why a measure is not taken for new KPIs of a body on a day, in words; empty where it is.

    A contract that has the measure keeps it: what was agreed stays agreed.
    """
    found = measure_or_none(release_id, code)
    if found is None:
        return ""
    withdrawn = Withdrawal.objects.filter(body_id=body, measure=found.id, starts__lte=on).first()
    if withdrawn is not None:
        return _gone(found, f"withdrawn from {said(withdrawn.starts)}: {withdrawn.reason}", found.replaced_by)
    local = LocalMeasure.objects.filter(code=found.code, retires_on__lte=on, body_id=_keeper(release_id)).first()
    if local is not None and local.retires_on is not None:
        return _gone(found, f"retired from {said(local.retires_on)}: {local.retire_reason}", local.replaced_by)
    return ""


def unavailable_codes(release_id: str, *, body: int, on: dt.date) -> frozenset[str]:
    """Return the codes of a release that are not taken for new KPIs of a body on a day."""
    gone = Withdrawal.objects.filter(body_id=body, starts__lte=on, measure__startswith=f"{release_id}/")
    codes = {one.split("/", 1)[1] for one in gone.values_list("measure", flat=True)}
    retired = LocalMeasure.objects.filter(retires_on__lte=on, body_id=_keeper(release_id))
    return frozenset(codes | set(retired.values_list("code", flat=True)))


def _keeper(release_id: str) -> int | None:
    """The body that published a release itself; None for a shipped one."""
    own = (row.body for row in kept.stamp() if row.kind == Pack.Kind.FRAMEWORK and row.key == release_id)
    return next(own, None)


def _gone(found: Measure, why: str, instead: str) -> str:
    mend = f"Use {instead} instead." if instead else "Choose another measure, or write a KPI of your own."
    return f"{found.code} is not taken for new KPIs. It was {why.rstrip('.')}. {mend}"


def framework(release_id: str) -> Framework:
    """
    Return one release.

    :raises UnknownCode: with the ids that look like it
    """
    return catalogue().framework(release_id)


def measures_of(release_id: str) -> tuple[Measure, ...]:
    """Return the measures of a release in their order. Raises as `framework`."""
    return framework(release_id).measures


def measure(release_id: str, code: str) -> Measure:
    """
    Return a measure by its code.

    :raises UnknownCode: with the codes that look like it
    """
    return catalogue().measure(code, framework=release_id)


def measure_or_none(release_id: str, code: str) -> Measure | None:
    """Return a measure, or None for a local KPI that has none."""
    try:
        return measure(release_id, code) if release_id and code else None
    except errors.UnknownCode:
        return None


def search(words: str, *, release_id: str, limit: int = 30) -> list[Measure]:
    """Return the measures of a release that fit everyday words, best first; all of them where nothing is asked."""
    if not words.strip():
        return list(measures_of(release_id))
    hits = catalogue().search(words[:200], limit=500)
    return [hit.measure for hit in hits if hit.measure.framework == release_id][:limit]


def headings(found: Measure) -> tuple[str, str]:
    """Return theme and outcome of a measure in words."""
    release = framework(found.framework)
    outcome = catalogue().outcome(found)
    theme = found.theme or (outcome.theme if outcome else "")
    words = {one.code: one.label for one in release.themes}
    return words.get(theme, theme), outcome.label if outcome else found.outcome


def value_packs(*, body: int | None = None) -> list[tuple[str, str]]:
    """Return id and words of each pack that a contract of a body may name; the first two are no pack and no pounds."""
    packs_of = [*_own_packs(), *(kept.now().values(body) if body is not None else ())]
    own = [(pack.id, f"{pack.title} ({_of_licence(pack)})") for pack in packs_of]
    return [("", "The values that come with the framework"), (NO_POUNDS, "No pounds: units only"), *own]


def _of_licence(pack: packs.Pack) -> str:
    return "open" if pack.may_export else "licensed: its values are never shown"


def value_for(
    *, release_id: str, code: str, pack: str, on: dt.date, place: str = "", body: int | None = None
) -> Value | None:
    """
    Return what one unit of a measure is worth on a day, or None where it is recorded without pounds.

    :param body: whose contract it is: its own published packs price its measures, those of other bodies never
    :raises UnknownCode: if there is no such measure
    :raises NoValueForDate, NoValueForPlace: if the series has nothing in force; a missing value is never zero
    :raises UnitMismatch: if the series is priced in another unit than the measure counts
    """
    if pack.casefold() == NO_POUNDS:
        return None
    counted = measure(release_id, code)
    series = series_of(counted, pack=pack, body=body)
    if series is None:
        return None
    if series.unit != f"GBP/{counted.unit}":
        raise errors.UnitMismatch(f"{series.id} is priced in {series.unit}, but {counted.id} counts {counted.unit}.")
    entry = series.on(on, _levels(place)).entry
    title = str(series.sources.get(entry.source, {}).get("title", entry.source))
    return Value(entry.value, series.id, title, on, not series.may_export)


def series_of(found: Measure, *, pack: str, body: int | None) -> ValueSeries | None:
    """Return the series that prices a measure on contracts of a body that name `pack`, or None."""
    own = kept.now().series(body, newest=not pack) if body is not None else ()
    lookup = series_lookup(load=packs.load_series, imported=(*_own_series(), *own)) if own else _lookup()
    return lookup(found, pack)


def extra_data(release_id: str, code: str, *, body: int | None = None) -> tuple[ExtraDatum, ...]:
    """Return the facts to ask for now, because another framework cannot take the deliveries of this one without."""
    found = measure_or_none(release_id, code)
    if found is None:
        return ()
    asked: dict[str, tuple[Datum, list[str]]] = {}
    links = crosswalk(body=body)
    for release in frameworks(body=body):
        if release.id == found.framework or found.framework not in links.items.releases:
            continue
        for way in links.ways(found.id, release.id):
            if way.converts and way.link.datum is not None:
                asked.setdefault(way.link.datum.name, (way.link.datum, []))[1].append(
                    release.short_name or release.name
                )
    return tuple(ExtraDatum(d.name, d.label, d.unit, tuple(names)) for d, names in asked.values())


def known_unit(written: str) -> str:
    """Return a unit as the data package spells it, or empty text where nobody knows it."""
    return units().canonical(written) or ""


def forget() -> None:
    """Read the packs again, after one was imported or published."""
    _own_packs.cache_clear()
    _lookup.cache_clear()
    kept.forget()


def _packs_root() -> Path:
    return Path(getattr(settings, "PACKS_ROOT", settings.HOME / "packs"))


@cache
def _own_packs() -> tuple[packs.Pack, ...]:
    root = _packs_root()
    return tuple(packs.load_pack(folder) for folder in sorted(root.iterdir())) if root.is_dir() else ()


@cache
def _lookup():  # type: ignore[no-untyped-def]  # the engine's SeriesLookup
    return series_lookup(load=packs.load_series, imported=_own_series())


def _own_series() -> tuple[ValueSeries, ...]:
    return tuple(series for pack in _own_packs() for series in pack.series.values())


@cache
def _gazetteer() -> Gazetteer:
    return Gazetteer()


def _levels(place: str) -> Sequence[tuple[str, str]]:
    try:
        return _gazetteer().levels(place) if place else ()
    except errors.UnknownCode:
        return ()
