"""
Metrics of OCDS contracts as KPIs, targets and claims.

`agreedMetrics` of a contract are what was agreed: each metric is a KPI, each of its observations a target for a
period. `implementation.metrics` are what was reported: each observation with a quantity is a claim that is still
pending, because a release does not say who verified it. Observations with a rating repeat the year and are noted.
"""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from commonweal.checks.problem import Severity
from commonweal.periods import Period
from commonweal.portfolio import Claim, Kind, Kpi, Note, Portfolio, Profile, Target
from commonweal.workbooks import readings

if TYPE_CHECKING:
    from commonweal.workbooks.ocds import Reading

__all__ = ["finish", "take"]


def take(portfolio: Portfolio, ref: str, contract: dict[str, Any], reading: Reading) -> None:
    """Add what one contract block says; a later release of the same contract replaces its KPIs and targets."""
    agreed = _list(contract.get("agreedMetrics"))
    if agreed:
        portfolio.kpis[:] = [kpi for kpi in portfolio.kpis if kpi.contract != ref]
        portfolio.targets[:] = [target for target in portfolio.targets if target.contract != ref]
    for metric in agreed:
        _kpi(portfolio, ref, metric, reading)
    implementation = contract.get("implementation")
    if isinstance(implementation, dict):
        portfolio.claims[:] = [claim for claim in portfolio.claims if claim.contract != ref]
        portfolio.notes[:] = [note for note in portfolio.notes if note.contract != ref]
        for metric in _list(implementation.get("metrics")):
            for at, observation in enumerate(_list(metric.get("observations"))):
                _observed(portfolio, ref, str(metric.get("id", "")), at, observation, reading)


def finish(portfolio: Portfolio) -> None:
    """Leave out claims on metrics that no contract agreed, each with a problem."""
    known = {kpi.key for kpi in portfolio.kpis}
    strangers: dict[tuple[str, str], list[Claim]] = defaultdict(list)
    for claim in portfolio.claims:
        if (claim.contract, claim.kpi) not in known:
            strangers[claim.contract, claim.kpi].append(claim)
    for (contract, kpi), claims in strangers.items():
        found = f"{len(claims)} observations are of {kpi}, which the contract did not agree as a metric."
        problem = readings.Doubt("unknown_kpi", Severity.ERROR, found, "Add the agreed metric, or correct the name.")
        portfolio.problems.append(problem.at(claims[0].origin, contract))
    portfolio.claims[:] = [claim for claim in portfolio.claims if (claim.contract, claim.kpi) in known]


def _kpi(portfolio: Portfolio, ref: str, metric: dict[str, Any], reading: Reading) -> None:
    observations = _list(metric.get("observations"))
    units = {_unit(observation) for observation in observations} - {""}
    unit = sorted(units)[0] if units else "unit"
    name = str(metric.get("id", ""))
    if len(units) != 1:
        found = f"The metric {name} has {len(units)} units."
        reading.problem(
            "no_unit" if not units else "several_units", Severity.WARNING, "agreedMetrics", found, "Name one."
        )
    targets = [target for each in observations if (target := _target(ref, name, each, reading)) is not None]
    dimensions: dict[str, Any] = next(
        (each["dimensions"] for each in observations if isinstance(each.get("dimensions"), dict)), {}
    )
    portfolio.targets += targets
    portfolio.kpis.append(
        Kpi(
            contract=ref,
            ref=name,
            measure=str(dimensions.get("measure") or name),
            deliverable=str(metric.get("title") or metric.get("description") or name),
            unit=unit,
            kind=Kind.MONEY if unit == "GBP" else Kind.QUANTITY,
            target=sum((target.amount for target in targets), Decimal(0)) if targets else None,
            profile=Profile.MILESTONES,
            place=str(dimensions.get("localAuthority") or dimensions.get("region") or ""),
            evidence_rule=str(metric.get("description") or ""),
            origin=reading.origin("agreedMetrics"),
        )
    )


def _target(ref: str, kpi: str, observation: dict[str, Any], reading: Reading) -> Target | None:
    amount, period = _amount(observation), _period(observation, reading)
    if amount is None or period is None:
        found = f"A target of {kpi} has no {'amount' if amount is None else 'period'}."
        reading.problem("left_out", Severity.WARNING, "agreedMetrics", found, "Add it at the source.")
        return None
    return Target(ref, kpi, period, amount, origin=reading.origin("agreedMetrics"))


def _observed(portfolio: Portfolio, ref: str, kpi: str, at: int, observation: dict[str, Any], reading: Reading) -> None:
    amount, period = _amount(observation), _period(observation, reading)
    rating = observation.get("measureClassification")
    name = str(observation.get("id") or f"{kpi}-{at + 1}")
    if isinstance(rating, dict):
        shown = rating.get("description") or rating.get("id") or ""
        text = f"{kpi}: published rating “{shown}”" + (f", {amount:f}" if amount is not None else "")
        portfolio.notes.append(
            Note(ref, text, on=period.end if period else None, kind="note", kpi=kpi, origin=reading.origin("metrics"))
        )
        return
    if amount is None or period is None:
        found = f"The observation {name} has no {'amount' if amount is None else 'period'}."
        reading.problem("left_out", Severity.WARNING, "metrics", found, "Add it at the source.")
        return
    dimensions = observation.get("dimensions") if isinstance(observation.get("dimensions"), dict) else {}
    portfolio.claims.append(
        Claim(
            ref=name,
            contract=ref,
            kpi=kpi,
            period=period,
            received=None,
            amount=amount,
            place=str((dimensions or {}).get("localAuthority") or ""),
            reason=str(observation.get("notes") or ""),
            origin=reading.origin("metrics"),
        )
    )


def _amount(observation: dict[str, Any]) -> Decimal | None:
    value = observation.get("value")
    amount = value.get("amount") if isinstance(value, dict) else observation.get("measure")
    if isinstance(amount, bool) or not isinstance(amount, int | Decimal | str):
        return None
    return Decimal(amount) if not isinstance(amount, str) else readings.number(amount)[0]


def _unit(observation: dict[str, Any]) -> str:
    value, unit = observation.get("value"), observation.get("unit")
    if isinstance(value, dict):
        return str(value.get("currency") or "GBP")
    return str(unit.get("name") or "") if isinstance(unit, dict) else ""


def _period(observation: dict[str, Any], reading: Reading) -> Period | None:
    period = observation.get("period")
    if not isinstance(period, dict):
        return None
    start, end = (readings.date(str(period.get(name) or ""))[0] for name in ("startDate", "endDate"))
    return Period(start, end) if start and end and start <= end else None


def _list(value: Any) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
