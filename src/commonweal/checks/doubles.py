"""Is anything counted twice? Exclusive measures, and people who stand in several rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import ROUND_UP, Decimal
from typing import NamedTuple, cast

from commonweal.checks.common import ZERO, about, at
from commonweal.checks.context import Context, MeasureFacts, exclusive, unit_id
from commonweal.checks.registry import Finding, error, warning
from commonweal.checks.wording import amount
from commonweal.periods import Period
from commonweal.portfolio import Claim, Kpi, Outcome, Portfolio

DAYS_A_WEEK = 7
DAYS_A_YEAR = 365
GONE = frozenset({Outcome.REJECTED, Outcome.WITHDRAWN})


class Counted(NamedTuple):
    """A claim that counts for something, with its KPI and, where the release is known, its measure."""

    claim: Claim
    kpi: Kpi
    measure: MeasureFacts | None


class Claimants:
    """The claims of one measure for one contract, period and place, by the people that they name."""

    def __init__(self, measure: MeasureFacts) -> None:
        self.measure = measure
        self.first: Counted | None = None
        self.unnamed: Counted | None = None
        self.by_person: dict[str, Counted] = {}

    def add(self, row: Counted) -> None:
        self.first = self.first or row
        if not row.claim.persons:
            self.unnamed = self.unnamed or row
        for person in row.claim.persons:
            self.by_person.setdefault(person, row)

    def same_people(self, claim: Claim) -> Counted | None:
        """Return a claim that may be of the same people: two are surely not only where both name theirs."""
        if not claim.persons:
            return self.first
        return self.unnamed or next((self.by_person[p] for p in claim.persons if p in self.by_person), None)


@error("exclusive_measures", "Two measures that exclude each other are claimed for one contract, period and place.")
def exclusive_measures(portfolio: Portfolio, context: Context) -> Iterator[Finding]:
    seen: dict[tuple[str, Period, str], dict[str, Claimants]] = defaultdict(dict)
    for row in _counted(portfolio, context):
        if row.measure is None:
            continue
        place = row.claim.place or row.kpi.place
        here = seen[(row.claim.contract, row.claim.period, place)]
        rivals = (here[code].same_people(row.claim) for code in _rivals(row, row.measure, here))
        rival = next((found for found in rivals if found is not None), None)
        here.setdefault(row.kpi.measure, Claimants(row.measure)).add(row)
        if rival is not None:
            where = f" and {place}" if place else ""
            found = (
                f"{row.kpi.measure} is claimed for {row.claim.period.label}{where}, where {rival.kpi.measure} is "
                f"claimed too{at(rival.claim.origin)}; only one of them may count the same delivery."
            )
            mend = "Keep one of the two claims, or give the people of each so that they can be told apart."
            yield Finding(row.claim.origin, found, mend, about(row.claim))


@error("person_in_two_measures", "One person is counted in two measures that may not share a person.")
def person_in_two_measures(portfolio: Portfolio, context: Context) -> Iterator[Finding]:
    seen: dict[str, dict[tuple[str, str], Counted]] = defaultdict(dict)
    for row in _counted(portfolio, context):
        for person in dict.fromkeys(row.claim.persons):
            others = seen[person]
            rival = next((o for o in others.values() if _same_person_refused(o, row)), None)
            others.setdefault((row.kpi.measure, row.kpi.cohort), row)
            if rival is not None:
                found = (
                    f"Person {person[:12]} is counted in {_name(row)} and in {_name(rival)}{at(rival.claim.origin)}; "
                    f"a person may stand in one of them only."
                )
                yield Finding(row.claim.origin, found, "Keep the person in one of the two.", about(row.claim))


@warning("person_time_exceeded", "One person's time on several contracts is more than the period has.")
def person_time_exceeded(portfolio: Portfolio, context: Context) -> Iterator[Finding]:
    seen: dict[tuple[str, Period, str], tuple[Decimal, frozenset[str]]] = {}
    nobody: frozenset[str] = frozenset()
    for row in _counted(portfolio, context):
        unit = unit_id(row.kpi.unit) if row.claim.persons else ""
        if unit not in ("week", "FTE-year", "FTE"):
            continue
        most, share = _most(row.claim.period, unit), row.claim.amount / len(row.claim.persons)
        for person in dict.fromkeys(row.claim.persons):
            key = (person, row.claim.period, _measured(row, unit))
            before, contracts = seen.get(key, (ZERO, nobody))
            seen[key] = (before + share, contracts | {row.claim.contract})
            if before + share > most and len(seen[key][1]) > 1:
                found = (
                    f"Person {person[:12]} has {amount(round(before + share, 4), row.kpi.unit)} on "
                    f"{len(seen[key][1])} contracts in {row.claim.period.label}, which has {amount(most)}."
                )
                mend = "Divide the person's time between the contracts, so that it is counted once."
                yield Finding(row.claim.origin, found, mend, about(row.claim))


def _counted(portfolio: Portfolio, context: Context) -> list[Counted]:
    kept = context.index.kept
    if "counted" not in kept:
        kept["counted"] = list(_count(portfolio, context))
    return cast(list[Counted], kept["counted"])


def _count(portfolio: Portfolio, context: Context) -> Iterator[Counted]:
    """Yield the claims of more than zero that were neither rejected nor withdrawn whole."""
    gone: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for decision in portfolio.decisions:
        if decision.outcome in GONE and decision.claim:
            gone[(decision.contract, decision.claim)] += context.index.standing(decision)
    for claim in portfolio.claims:
        kpi = context.index.kpis.get((claim.contract, claim.kpi))
        left = claim.amount - gone.get((claim.contract, claim.ref), ZERO)
        if kpi is not None and left > 0 and not claim.nil:
            yield Counted(claim, kpi, context.measure(kpi))


def _rivals(row: Counted, measure: MeasureFacts, here: dict[str, Claimants]) -> Iterator[str]:
    """Yield the codes claimed `here` that exclude the row's measure, whichever of the two names the other."""
    for code, other in here.items():
        if code != row.kpi.measure and exclusive(measure, row.kpi.measure, other.measure, code):
            yield code


def _same_person_refused(one: Counted, other: Counted) -> bool:
    if one.kpi.measure == other.kpi.measure:
        return False
    if one.measure is not None and other.measure is not None:
        return exclusive(one.measure, one.kpi.measure, other.measure, other.kpi.measure)
    # Without the release at hand, two disadvantage groups on the KPIs say the same.
    return bool(one.kpi.cohort and other.kpi.cohort) and one.kpi.cohort != other.kpi.cohort


def _measured(row: Counted, unit: str) -> str:
    """Apprentice weeks and weeks of work are different time; what is measured alike is added up."""
    return f"{unit}:{row.kpi.measure}" if unit == "week" else unit


def _most(period: Period, unit: str) -> Decimal:
    """Return the most that one person can have in a period: begun weeks, begun hundredths of a year, or 1 FTE."""
    if unit == "week":
        return Decimal(-(-period.days // DAYS_A_WEEK))
    if unit == "FTE":
        return Decimal(1)
    return (Decimal(period.days) / DAYS_A_YEAR).quantize(Decimal("0.01"), ROUND_UP)


def _name(row: Counted) -> str:
    return f"{row.kpi.measure or row.kpi.ref} of {row.claim.contract}"
