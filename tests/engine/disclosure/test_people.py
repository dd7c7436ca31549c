"""From a portfolio to counts that may be shown; journey 14.1 from contracts and returns to the answer."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from commonweal import errors
from commonweal.calendars import Calendar
from commonweal.disclosure import Publication, counts_people, protect, verified_people
from commonweal.performance import Item, aggregate
from commonweal.periods import financial_quarters
from commonweal.portfolio import (
    Aggregation,
    Claim,
    Contract,
    Decision,
    Kpi,
    Outcome,
    PeriodScheme,
    Portfolio,
    Supplier,
)
from commonweal.reporting import wording
from commonweal.timeliness import returns_of, timeliness

START, END, AS_AT = dt.date(2026, 4, 1), dt.date(2027, 3, 31), dt.date(2027, 5, 31)
QUARTERS = financial_quarters(START, END)
CALENDAR = Calendar("england-and-wales", frozenset(), 2020, 2030)
STARTS = {"Neighbourhoods": 12, "Children's": 9, "Growth": 7, "Corporate": 3}
WHOLE, ALL_CONTRACTS = 19, 27


def kpi(contract: str, **changes: object) -> Kpi:
    values: dict[str, object] = {
        "contract": contract,
        "ref": "CL",
        "measure": "CL",
        "deliverable": "care leavers into work",
        "unit": "person",
        "over_time": Aggregation.DISTINCT,
        "sensitive": True,
    }
    return Kpi(**{**values, **changes})  # type: ignore[arg-type]


def journey() -> Portfolio:
    """27 contracts of four directorates; the first 19 returned every quarter, the others miss the last one."""
    found = Portfolio()
    names = list(STARTS)
    left = dict(STARTS)
    for number in range(ALL_CONTRACTS):
        ref, directorate = f"C{number:02}", names[number % 4]
        found.contracts.append(
            Contract(
                ref, ref, directorate=directorate, start=START, end=END, period_scheme=PeriodScheme.FINANCIAL_QUARTERS
            )
        )
        found.kpis.append(kpi(ref))
        for at, quarter in enumerate(QUARTERS[: 4 if number < WHOLE else 3]):
            started = min(left[directorate], 1)
            left[directorate] -= started
            tokens = tuple(f"{ref}-{at}" for _ in range(started))
            came = quarter.end + dt.timedelta(days=10)
            claim = Claim(f"{at}", ref, "CL", quarter, came, Decimal(started), nil=not started, persons=tokens)
            found.claims.append(claim)
            if started:
                found.decisions.append(Decision(ref, "CL", Outcome.VERIFIED, Decimal(started), came, claim=claim.ref))
    assert not any(left.values())
    return found


def test_journey_14_1_coverage_is_told_with_both_its_numbers_and_the_missing_are_named() -> None:
    portfolio = journey()
    complete, missing = [], []
    for contract in portfolio.contracts:
        owed = returns_of(contract=contract, receipts=[], claims=portfolio.claims, calendar=CALENDAR, begun_by=AS_AT)
        came = timeliness(returns=owed.returns, as_at=AS_AT)
        (complete if came.received == came.expected == 4 else missing).append(contract.ref)
    assert (len(complete), len(missing), len(portfolio.contracts)) == (19, 8, 27)
    coverage = aggregate(
        rule=Aggregation.RECOMPUTE, items=[Item("all", Decimal(len(complete)), Decimal(len(portfolio.contracts)))]
    )
    assert coverage.value is not None
    assert wording.percent(coverage.value, 1) == "70.4\N{NO-BREAK SPACE}%"


def test_journey_14_1_by_directorate() -> None:
    table = protect(verified_people(portfolio=journey(), measure="CL", by=["directorate"])).table("directorate")
    assert {cell.labels[0]: cell.count for cell in table.cells} == {
        "Neighbourhoods": 12,
        "Children's": 9,
        "Growth": None,
        "Corporate": None,
        "All": 31,
    }
    assert table.cell("Corporate").mark == "fewer than 5"
    assert table.cell("Growth").mark == "withheld"


def test_journey_14_1_of_28_whose_26_week_point_has_passed_24_stayed() -> None:
    reached = [Item(f"C{n}", Decimal(1 if n % 7 else 0), Decimal(1)) for n in range(28)]
    stayed = aggregate(rule=Aggregation.RECOMPUTE, items=reached)
    assert (stayed.numerator, stayed.denominator) == (24, 28)
    assert stayed.value is not None
    assert wording.percent(stayed.value, 1) == "85.7\N{NO-BREAK SPACE}%"


def small(*kpis: Kpi, claims: list[Claim], **changes: object) -> Portfolio:
    contract = Contract("C", "Parks", suppliers=(Supplier("One"), Supplier("Two")), place="Parkside", **changes)  # type: ignore[arg-type]
    decisions = [Decision(c.contract, c.kpi, Outcome.VERIFIED, c.amount, c.received, claim=c.ref) for c in claims]
    return Portfolio(contracts=[contract], kpis=list(kpis), claims=claims, decisions=decisions)


def claim(ref: str, amount: str, people: str = "", **changes: object) -> Claim:
    quarter = QUARTERS[int(ref)]
    return Claim(ref, "C", "CL", quarter, quarter.end, Decimal(amount), persons=tuple(people), **changes)  # type: ignore[arg-type]


def total(publication: Publication) -> int:
    return sum(publication.counts.values())


def test_people_with_tokens_count_once_and_pending_ones_not_at_all() -> None:
    portfolio = small(kpi("C"), claims=[claim("0", "2", "ab"), claim("1", "2", "bc")])
    portfolio.claims.append(claim("2", "7"))
    made = verified_people(portfolio=portfolio, measure="CL", by=["contract", "supplier", "place", "cohort"])
    assert made.counts == {("C", "One; Two", "Parkside", "not stated"): 3}
    assert [table.name for table in made.tables] == ["contract", "supplier", "place", "cohort"]


def test_place_and_cohort_of_the_claim_come_first() -> None:
    portfolio = small(kpi("C"), claims=[claim("0", "6", place="Docks", cohort="care leaver"), claim("1", "8")])
    made = verified_people(portfolio=portfolio, measure="CL", by=["place", "cohort"])
    assert made.counts == {("Docks", "care leaver"): 6, ("Parkside", "not stated"): 8}


def test_one_number_for_all() -> None:
    made = verified_people(portfolio=small(kpi("C"), claims=[claim("0", "6")]), measure="CL", by=[])
    assert protect(made).table("all").cells[0].count == 6


def test_nobody_verified_is_a_zero() -> None:
    made = verified_people(portfolio=small(kpi("C"), claims=[]), measure="CL", by=["cohort"])
    assert total(made) == 0
    assert [cell.count for cell in protect(made).table("cohort").cells] == [0, 0]


def test_what_counts_no_whole_people_is_refused() -> None:
    with pytest.raises(errors.BadPublication, match=r"are 1\.5\. Only whole people"):
        verified_people(portfolio=small(kpi("C"), claims=[claim("0", "1.5")]), measure="CL", by=[])
    told = kpi("C", over_time=Aggregation.NONE)
    with pytest.raises(errors.BadPublication, match="cannot be added up"):
        verified_people(portfolio=small(told, claims=[claim("0", "1"), claim("1", "2")]), measure="CL", by=[])


def test_a_measure_or_a_cut_that_is_not_there_is_refused() -> None:
    portfolio = small(kpi("C"), claims=[])
    with pytest.raises(errors.UnknownCode, match="No KPI counts people"):
        verified_people(portfolio=portfolio, measure="NT17", by=[])
    with pytest.raises(errors.UnknownCode, match="told apart by 'age'"):
        verified_people(portfolio=portfolio, measure="CL", by=["age"])


@pytest.mark.parametrize(
    ("changes", "people"),
    [
        ({"sensitive": False, "over_time": Aggregation.SUM}, True),
        ({"sensitive": False, "unit": "placement"}, True),
        ({"unit": "hour", "over_time": Aggregation.SUM}, True),
        ({"unit": "hour", "over_time": Aggregation.SUM, "sensitive": False}, False),
    ],
)
def test_which_kpis_count_people(changes: dict[str, object], people: bool) -> None:
    assert counts_people(kpi("C", **changes)) is people
