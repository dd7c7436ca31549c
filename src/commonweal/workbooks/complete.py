"""
Fill the blanks of a portfolio's KPIs from the framework releases and value series that its contracts name.

Only blanks are filled; what the input states stays, and where it contradicts the framework a problem says so. The
value is frozen on the KPI as at the day it names, or else the contract's first day, with its series and source.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from commonweal import errors
from commonweal.catalogue import Catalogue, Framework, Measure, Units
from commonweal.checks.problem import Problem, Severity
from commonweal.portfolio import Aggregation, Contract, Kind, Kpi, Portfolio
from commonweal.series import Answer, ValueSeries

NO_POUNDS = "none"
POUNDS_PER = "GBP/"

SeriesLookup = Callable[[Measure, str], ValueSeries | None]
PlaceLookup = Callable[[str], Sequence[tuple[str, str]]]


def series_lookup(*, load: Callable[[str], ValueSeries], imported: Iterable[ValueSeries] = ()) -> SeriesLookup:
    """
    Return how to find the series of a measure: in the pack that the contract names, or else the one the framework
    names, or else the only imported one for the measure.

    `load` gives a shipped series by id; `imported` are those of a licensed user's own packs.
    """
    own: dict[tuple[str, str], list[ValueSeries]] = {}
    for series in imported:
        own.setdefault((series.framework, series.measure), []).append(series)

    def find(measure: Measure, pack: str) -> ValueSeries | None:
        mine = own.get((measure.framework, measure.code), [])
        shipped = [load(measure.values)] if measure.values else []
        if pack:
            return next((s for s in [*mine, *shipped] if s.pack.casefold() == pack.casefold()), None)
        candidates = shipped or mine
        return candidates[0] if len(candidates) == 1 else None

    return find


def complete(
    portfolio: Portfolio,
    *,
    catalogue: Catalogue,
    series: SeriesLookup,
    units: Units,
    places: PlaceLookup = lambda _: (),
) -> Portfolio:
    """
    Return the portfolio with every KPI's blanks filled, and the problems found on the way added to its own.

    `places` turns the place of a KPI or contract into pairs of level and code, for values that differ by place.
    A value that is missing on its day is an error and never zero: the KPI then stays without pounds.
    """
    work = _Completion(catalogue, series, units, places, {c.ref: c for c in portfolio.contracts})
    kpis = [work.kpi(kpi) for kpi in portfolio.kpis]
    return replace(portfolio, kpis=kpis, problems=[*portfolio.problems, *work.problems])


@dataclass(slots=True)
class _Completion:
    catalogue: Catalogue
    series: SeriesLookup
    units: Units
    places: PlaceLookup
    contracts: dict[str, Contract]
    problems: list[Problem] = field(default_factory=list)
    releases: dict[str, Framework | None] = field(default_factory=dict)

    def kpi(self, kpi: Kpi) -> Kpi:
        contract = self.contracts[kpi.contract]
        kpi = replace(kpi, unit=self.units.canonical(kpi.unit) or kpi.unit)
        release = self._release(contract) if contract.framework and kpi.measure else None
        measure = self._measure(kpi, release) if release else None
        if release is None or measure is None:
            return self._with_a_unit(kpi)
        filled = replace(kpi, **_from_measure(kpi, measure, release))
        if filled.unit != measure.unit:
            self._say(
                "unit_not_counted",
                Severity.ERROR,
                kpi,
                f"KPI {kpi.ref} counts “{kpi.unit}”, but {measure.id} counts {measure.unit}.",
                "Use the measure's unit, or name another measure. No pounds were filled in.",
            )
            return filled
        self._compare(kpi, measure)
        return self._with_value(filled, measure, contract)

    def _release(self, contract: Contract) -> Framework | None:
        name = contract.framework
        if name not in self.releases:
            try:
                self.releases[name] = self.catalogue.framework(name)
            except errors.UnknownCode as error:
                self.releases[name] = None
                mend = "Correct the framework release on the Contracts sheet."
                self.problems.append(
                    Problem("unknown_framework", Severity.ERROR, contract.origin, error.message, mend, contract.ref)
                )
        return self.releases[name]

    def _measure(self, kpi: Kpi, release: Framework) -> Measure | None:
        try:
            return self.catalogue.measure(kpi.measure, framework=release.id)
        except errors.UnknownCode as error:
            self._say(
                "unknown_measure",
                Severity.ERROR,
                kpi,
                error.message,
                "Correct the measure code, or leave it blank for a local KPI.",
            )
            return None

    def _with_a_unit(self, kpi: Kpi) -> Kpi:
        if not kpi.unit:
            self._say(
                "missing_unit",
                Severity.ERROR,
                kpi,
                f"KPI {kpi.ref} has no unit, and no measure to take it from.",
                "Name the unit, or the framework release of the contract and the measure code.",
            )
        return kpi

    def _compare(self, kpi: Kpi, measure: Measure) -> None:
        stated = ((kpi.kind, measure.kind, Kind.QUANTITY), *_stated_aggregation(kpi, measure))
        for mine, theirs, default in stated:
            if mine not in (theirs, default):
                self._say(
                    "differs_from_measure",
                    Severity.WARNING,
                    kpi,
                    f"KPI {kpi.ref} says “{mine}” where {measure.id} says “{theirs}”.",
                    "Leave the cell blank to use the framework's, or keep it if the contract says so.",
                )

    def _with_value(self, kpi: Kpi, measure: Measure, contract: Contract) -> Kpi:
        if kpi.value_per_unit is not None or contract.value_pack.casefold() == NO_POUNDS:
            return kpi
        series = self.series(measure, contract.value_pack)
        if series is None:
            return kpi if not contract.value_pack or not measure.monetised else self._no_value_in_pack(kpi, contract)
        answer = self._answer(kpi, series, contract)
        if answer is None:
            return kpi
        if series.unit != POUNDS_PER + measure.unit:
            self._say(
                "value_of_other_unit",
                Severity.ERROR,
                kpi,
                f"{series.id} is priced in {series.unit}, but {measure.id} counts {measure.unit}.",
                "Name the value per unit on the KPIs sheet. No pounds were filled in.",
            )
            return kpi
        title = str(series.sources.get(answer.entry.source, {}).get("title", answer.entry.source))
        return replace(
            kpi,
            value_per_unit=answer.entry.value,
            value_series=series.id,
            value_source=kpi.value_source or title,
            value_on=kpi.value_on or contract.start,
            value_licensed=not series.may_export,
        )

    def _answer(self, kpi: Kpi, series: ValueSeries, contract: Contract) -> Answer | None:
        on = kpi.value_on or contract.start
        if on is None:
            self._say(
                "no_value_date",
                Severity.ERROR,
                kpi,
                f"KPI {kpi.ref} has no day to take its value at.",
                "Give the contract's first day, or fill in “Value as on”.",
            )
            return None
        try:
            return series.on(on, self.places(kpi.place or contract.place))
        except (errors.NoValueForDate, errors.NoValueForPlace) as error:
            self._say(
                error.code,
                Severity.ERROR,
                kpi,
                error.message,
                "Fill in the value per unit, or another “Value as on”. The KPI has no pounds until then.",
            )
            return None

    def _no_value_in_pack(self, kpi: Kpi, contract: Contract) -> Kpi:
        self._say(
            "no_value_in_pack",
            Severity.WARNING,
            kpi,
            f"The value pack “{contract.value_pack}” has no value for {contract.framework}/{kpi.measure}.",
            "Give the pack with --pack, correct its name, or write none. The KPI is recorded without pounds.",
        )
        return kpi

    def _say(self, code: str, severity: Severity, kpi: Kpi, found: str, mend: str) -> None:
        self.problems.append(Problem(code, severity, kpi.origin, found, mend, kpi.contract))


def _from_measure(kpi: Kpi, measure: Measure, release: Framework) -> dict[str, Any]:
    """Return the fields that the measure decides where the KPI has nothing, or only what a blank stands for."""
    outcomes = {o.code: o for o in release.outcomes}
    themes = {t.code: t.label for t in release.themes}
    outcome = outcomes.get(measure.outcome)
    theme = measure.theme or (outcome.theme if outcome else "")
    return {
        "deliverable": kpi.deliverable or measure.label,
        "unit": kpi.unit or measure.unit,
        "kind": measure.kind if kpi.kind is Kind.QUANTITY else kpi.kind,
        "over_time": measure.over_time if kpi.over_time is Aggregation.SUM else kpi.over_time,
        "over_contracts": measure.over_contracts if kpi.over_contracts is Aggregation.SUM else kpi.over_contracts,
        "better": measure.better if kpi.better == "up" else kpi.better,
        "evidence_rule": kpi.evidence_rule or measure.evidence,
        "cohort": kpi.cohort or measure.cohort,
        "sensitive": kpi.sensitive or measure.sensitive,
        "theme": kpi.theme or themes.get(theme, theme),
        "outcome": kpi.outcome or (outcome.label if outcome else measure.outcome),
    }


def _stated_aggregation(kpi: Kpi, measure: Measure) -> tuple[tuple[Aggregation, Aggregation, Aggregation], ...]:
    return (
        (kpi.over_time, measure.over_time, Aggregation.SUM),
        (kpi.over_contracts, measure.over_contracts, Aggregation.SUM),
    )
