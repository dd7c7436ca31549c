"""The context that the data package gives: frameworks, values, pay, places, CPV and identifier schemes."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache

from commonweal.catalogue import Catalogue, data_root, load_catalogue
from commonweal.checks.context import Context, NationalPay, Scheme
from commonweal.packs import load_series
from commonweal.places import Gazetteer
from commonweal.series import ValueSeries
from commonweal.valuepack import Pack

PAY = "value/earnings-year-england"


def shipped_context(
    *, as_at: dt.date | None = None, catalogue: Catalogue | None = None, packs: Iterable[Pack] = ()
) -> Context:
    """
    Return what the checks may use out of the data package, with the user's own frameworks and value packs.

    `catalogue` takes the place of the shipped one. Pay is the median of England in force on `as_at`, or the newest
    without it; before the first there is none, and what is compared with pay is not checked.

    :raises BadPack: if a file of the data package is refused
    """
    owned = list(packs)
    frameworks = catalogue or load_catalogue()
    return Context(
        frameworks={
            f.id: {code: m for m in f.measures for code in (*m.aliases, m.code)} for f in frameworks.frameworks
        },
        series=(*_shipped_series(frameworks), *(one for pack in owned for one in pack.series.values())),
        pay=_pay(as_at),
        gazetteer=_gazetteer(),
        cpv=_cpv(),
        schemes=_schemes(),
        licensed={pack.id: pack.licence for pack in owned if not pack.may_export},
        as_at=as_at,
    )


def _shipped_series(catalogue: Catalogue) -> list[ValueSeries]:
    return [
        replace(load_series(measure.values), framework=measure.framework, measure=measure.code)
        for measure in catalogue.measures
        if measure.values
    ]


def _pay(as_at: dt.date | None) -> NationalPay | None:
    series = load_series(PAY)
    known = [entry for entry in series.entries if as_at is None or entry.start <= as_at]
    if not known:
        return None
    newest = max(known, key=lambda entry: entry.start)
    title = series.sources[newest.source].get("title", series.label)
    return NationalPay(newest.value, f"{series.label}: {title}", newest.start)


@cache
def _gazetteer() -> Gazetteer:
    return Gazetteer()


@cache
def _cpv() -> Mapping[str, str]:
    return {row["code"]: row["label"] for row in _rows("cpv.csv")}


@cache
def _schemes() -> Mapping[str, Scheme]:
    rows = _rows("org-id-schemes.csv")
    return {r["scheme"]: Scheme(r["scheme"], r["register"], r["example"], r["pattern"]) for r in rows}


def _rows(file: str) -> list[dict[str, str]]:
    with (data_root() / "codes" / file).open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table))
