"""
What counts once: a KPI of a call-off counts within the framework agreement, where both are told together.

One rule for all pages and files: a KPI counts within where the agreement states the same measure, or one that the
crosswalk can convert it to, unless the call-off says that it is additional. Pounds of it are not added a second time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from commonweal.crosswalk.crosswalk import Crosswalk
from commonweal.portfolio import Kind
from commonweal.reporting.build.other_words import numbers_among
from commonweal_web.contracts.models import Contract, KpiVersion
from commonweal_web.frameworks import selectors as frameworks
from commonweal_web.reports.other_words.frames import seen_by


class Stating(Protocol):
    """A KPI as far as this rule needs it: whose it is, its full measure id, its unit, and what else is known."""

    @property
    def contract(self) -> Contract: ...
    @property
    def measure(self) -> str: ...
    @property
    def unit(self) -> str: ...
    @property
    def data(self) -> Mapping[str, Decimal]: ...


@dataclass(frozen=True, slots=True)
class _Stated:
    contract: Contract
    measure: str
    unit: str
    data: Mapping[str, Decimal]


def within(contracts: Mapping[int, Contract], versions: Iterable[KpiVersion]) -> frozenset[int]:
    """Return the ids of the KPIs that count within an agreement among `contracts`, which are by id. No query."""
    called = {pk for pk, one in contracts.items() if one.call_off_of_id in contracts and not one.additional}
    if not called:
        return frozenset()
    agreements = {contracts[pk].call_off_of_id for pk in called}
    lines = [
        (version.kpi_id, _stated(contracts[version.kpi.contract_id], version))
        for version in versions
        if version.kpi.contract_id in called or version.kpi.contract_id in agreements
    ]
    stated = measures_by_contract(one for _, one in lines)
    return frozenset(
        kpi for kpi, one in lines if counts_within(one, stated, seen_by(one.contract.authority_id).crosswalk)
    )


def _stated(contract: Contract, version: KpiVersion) -> _Stated:
    measure = measure_id(contract.framework, version.measure) or version.kpi.ref
    unit = "percent" if version.kind == Kind.RATIO else version.unit
    data = numbers_among((str(name), str(value)) for name, value in version.data.items())
    return _Stated(contract, measure, unit, data)


def measure_id(release: str, code: str) -> str:
    """Return the full id of a measure; its code as it is where the release is not known here."""
    found = frameworks.measure_or_none(release, code)
    return found.id if found else code


def measures_by_contract(known: Iterable[Stating]) -> dict[int, set[tuple[str, str]]]:
    """Return the measures with their units that each contract states, by its id."""
    found: dict[int, set[tuple[str, str]]] = defaultdict(set)
    for one in known:
        found[one.contract.pk].add((one.measure, one.unit))
    return found


def counts_within(known: Stating, stated: Mapping[int, set[tuple[str, str]]], crosswalk: Crosswalk) -> bool:
    """
    Say whether a KPI of a call-off counts within what its agreement states, which is one of the contracts here.

    So it does where the agreement has the same measure, or one that the crosswalk can convert it to, whatever the
    framework that it is told in: each thing is counted once in all of them.
    """
    contract = known.contract
    theirs = stated.get(contract.call_off_of_id or 0)
    if not theirs or contract.additional:
        return False
    return (known.measure, known.unit) in theirs or any(
        known.measure in crosswalk.items and _leads_to(known, measure, crosswalk) for measure, _ in theirs
    )


def _leads_to(known: Stating, target: str, crosswalk: Crosswalk) -> bool:
    release = target.partition("/")[0]
    if release not in crosswalk.items.releases:
        return False
    ways = [way for way in crosswalk.ways(known.measure, release) if way.converts]
    return any(
        way.link.target == target and (way.link.datum is None or known.data.get(way.link.datum.name, 0) > 0)
        for way in ways
    )
