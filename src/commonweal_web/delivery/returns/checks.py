"""
What is odd or wrong about a return before it is sent. An error blocks, with words; a warning asks for a reason.

The rules about claims are the engine's. What needs the period before, or the people behind a claim, stands here as
plain functions. A warning never blocks: one without a reason is sent as it is, and says so.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from commonweal.checks.problem import Severity
from commonweal.checks.run import check
from commonweal.checks.shipped import shipped_context
from commonweal.fte import years_in
from commonweal.periods import Period
from commonweal.portfolio import Kind
from commonweal.reporting.wording import amount as in_words
from commonweal.reporting.wording import number
from commonweal_web.contracts.models import KpiVersion
from commonweal_web.delivery.models import Claim, Return
from commonweal_web.delivery.returns.dates import period_of
from commonweal_web.delivery.returns.facts import portfolio_of

ENGINE = frozenset(
    {
        "not_a_number",
        "nil_with_amount",
        "ratio_without_denominator",
        "ratio_denominator_zero",
        "ratio_above_whole",
        "exclusive_measures",
        "person_in_two_measures",
        "negative_amount",
        "unknown_place",
    }
)
"""The engine's checks that a supplier can do something about. Money against the contract's worth is warned of below."""
ENDINGS = (" Until then this row is not used.",)
TWICE = Decimal(2)
WEEK = 7


@dataclass(frozen=True, slots=True)
class Found:
    """One finding about the claim of a KPI (`kpi` is its reference): `text` says what and how to mend it."""

    kpi: str
    code: str
    text: str
    blocks: bool = False


def findings(
    ret: Return, claims: Sequence[Claim], before: Mapping[int, Decimal], due: Mapping[int, Decimal], now: dt.datetime
) -> list[Found]:
    """Return everything about the claims of a return; `before` are last period's amounts by KPI, `due` this one's."""
    found = _of_engine(ret, claims, now)
    for claim in claims:
        found += [Found(claim.kpi.ref, code, text) for code, text in _odd(ret, claim, before, due)]
    return found


def _of_engine(ret: Return, claims: Sequence[Claim], now: dt.datetime) -> list[Found]:
    portfolio = portfolio_of(ret, claims, now)
    known = {claim.kpi.ref for claim in claims}
    found = []
    for problem in check(portfolio, shipped_context(as_at=now.date()), only=ENGINE):
        ref = problem.subject.rpartition("/")[2]
        text = f"{problem.found} {problem.mend}"
        for ending in ENDINGS:
            text = text.removesuffix(ending)
        found.append(Found(ref if ref in known else "", problem.code, text, problem.severity is Severity.ERROR))
    return found


def _odd(ret: Return, claim: Claim, before: Mapping[int, Decimal], due: Mapping[int, Decimal]) -> list[tuple[str, str]]:
    version = claim.kpi.current
    if version is None or claim.nil or claim.amount is None:
        return []
    people = claim.working.get("people", [])
    found = [
        zero_is_not_nil(claim.amount, version.kind),
        too_much_for_people(claim.amount, version.unit, people, period_of(ret)),
        far_from_last(claim.amount, before.get(claim.kpi_id), version.unit)
        or far_from_due(claim.amount, due.get(claim.kpi_id), version.unit),
        no_evidence(version, len(claim.evidence_links.all())),
        above_contract(claim.amount, version, ret.contract.value_pence),
    ]
    return [one for one in found if one]


def zero_is_not_nil(amount: Decimal, kind: str) -> tuple[str, str] | None:
    """Ask about a zero that is not declared as nothing to report."""
    if amount or kind not in (Kind.QUANTITY, Kind.MONEY):
        return None
    return "zero_without_nil", "You typed 0. Choose “Nothing to report” and say why, or give the amount."


def too_much_for_people(
    amount: Decimal, unit: str, people: Sequence[Mapping[str, str]], period: Period
) -> tuple[str, str] | None:
    """Ask about more weeks, or more full-time years, than the people in the list can work in the period."""
    if not people:
        return None
    weeks = (Decimal(period.days) / WEEK).to_integral_value(ROUND_CEILING)
    most = {"week": weeks, "person-week": weeks, "FTE": Decimal(1), "FTE-year": years_in(period)}.get(unit)
    if most is None:
        return None
    alone = [row for row in people if row.get("amount") and Decimal(row["amount"]) > most]
    if amount > most * len(people) or alone:
        each = f"{number(most.normalize(), 2)} {unit}s" if most != 1 else f"1 {unit}"
        return (
            "more_than_people",
            f"{in_words(amount, unit)} is more than {len(people)} "
            f"{'person' if len(people) == 1 else 'people'} can reach in this period ({each} each). "
            f"Add who is missing, or correct the amount.",
        )
    return None


def far_from_last(amount: Decimal, last: Decimal | None, unit: str) -> tuple[str, str] | None:
    """Ask about an amount that is more than twice, or less than half, of the last period's."""
    if not last or last / TWICE <= amount <= last * TWICE:
        return None
    way = "more than twice" if amount > last else "less than half of"
    return "far_from_last", f"{in_words(amount, unit)} is {way} the {in_words(last, unit)} of the last period."


def far_from_due(amount: Decimal, due: Decimal | None, unit: str) -> tuple[str, str] | None:
    """Ask about an amount far above what is due, where there is no last period to compare with."""
    if not due or amount <= due * 3:
        return None
    return "far_from_due", f"{in_words(amount, unit)} is more than three times the {in_words(due, unit)} that is due."


def no_evidence(version: KpiVersion, items: int) -> tuple[str, str] | None:
    """Ask for the evidence that the KPI names."""
    if items or not version.evidence_rule:
        return None
    return "no_evidence", f"No evidence is added. The contract asks for: {version.evidence_rule}."


def above_contract(amount: Decimal, version: KpiVersion, value_pence: int | None) -> tuple[str, str] | None:
    """Ask about spend in one period that is more than the whole contract."""
    money = version.kind == Kind.MONEY or version.unit == "GBP"
    if not money or not value_pence or amount * 100 <= value_pence:
        return None
    return "above_contract", "This is more than the whole contract is worth. Give only spend that this contract causes."
