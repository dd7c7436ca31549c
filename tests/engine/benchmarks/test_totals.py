"""One row per contract, from the facts of a portfolio."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from commonweal.benchmarks import ContractTotals, Units, totals_of
from commonweal.periods import Period
from commonweal.portfolio import Aggregation, Claim, Contract, Decision, Kind, Kpi, Outcome, Portfolio

FIRST = Period(dt.date(2026, 4, 1), dt.date(2026, 6, 30))
SECOND = Period(dt.date(2026, 7, 1), dt.date(2026, 9, 30))
DAY = dt.date(2026, 10, 5)


def kpi(ref: str, **changes: object) -> Kpi:
    values: dict[str, object] = {
        "contract": "C",
        "ref": ref,
        "measure": ref,
        "deliverable": ref,
        "unit": "hour",
        "value_per_unit": Decimal("17.50"),
    }
    return Kpi(**{**values, **changes})  # type: ignore[arg-type]


def verified(kpi_ref: str, amount: int, period: Period = FIRST, people: str = "") -> tuple[Claim, Decision]:
    ref = f"{kpi_ref} {period.start}"
    claim = Claim(ref, "C", kpi_ref, period, DAY, Decimal(amount), denominator=None, persons=tuple(people))
    return claim, Decision("C", kpi_ref, Outcome.VERIFIED, Decimal(amount), DAY, claim=ref)


def rows(contract: Contract, kpis: list[Kpi], *facts: tuple[Claim, Decision]) -> list[ContractTotals]:
    portfolio = Portfolio(
        contracts=[contract],
        kpis=kpis,
        claims=[claim for claim, _ in facts],
        decisions=[decision for _, decision in facts],
    )
    return totals_of(portfolio, region_of=lambda place: f"region of {place}")


CONTRACT = Contract(
    "C",
    "Parks",
    body="Northmere City Council",
    category="Grounds maintenance",
    value=Decimal("2400000"),
    spent=Decimal("610000.50"),
    start=dt.date(2026, 4, 1),
    place="Parkside",
    framework="fx-2025.1",
    value_pack="fx-2025.1",
    status="live",
    framework_agreement=True,
)


def test_a_contract_becomes_one_row() -> None:
    pending = Claim("late", "C", "NT17", SECOND, DAY, Decimal(500))
    (row,) = totals_of(
        Portfolio(
            contracts=[CONTRACT],
            kpis=[kpi("NT17")],
            claims=[verified("NT17", 60)[0], pending],
            decisions=[verified("NT17", 60)[1]],
        )
    )
    assert row == ContractTotals(
        ref="C",
        body="Northmere City Council",
        category="Grounds maintenance",
        region="Parkside",
        start=dt.date(2026, 4, 1),
        value_pence=240000000,
        spent_pence=61000050,
        verified_pence=105000,
        units=(Units("fx-2025.1/NT17", "hour", Decimal(60)),),
        status="live",
        is_framework_agreement=True,
        value_pack="fx-2025.1",
    )
    assert row.id == ("Northmere City Council", "C")


def test_what_is_not_known_is_no_zero() -> None:
    (row,) = rows(Contract("C", "Parks"), [kpi("NT17", value_per_unit=None)], verified("NT17", 5))
    assert (row.value_pence, row.spent_pence, row.verified_pence, row.region) == (None, None, None, "")
    assert row.units == (Units("NT17", "hour", Decimal(5)),)
    assert rows(Contract("C", "Parks"), [])[0].verified_pence is None


def test_a_measure_of_which_nothing_is_verified_has_a_zero() -> None:
    (row,) = rows(CONTRACT, [kpi("NT17")])
    assert row.verified_pence == 0
    assert row.units == (Units("fx-2025.1/NT17", "hour", Decimal(0)),)


def test_two_kpis_of_one_measure_are_added_and_units_kept_apart() -> None:
    kpis = [kpi("A", measure="NT17"), kpi("B", measure="NT17"), kpi("D", measure="NT17", unit="day")]
    (row,) = rows(CONTRACT, kpis, verified("A", 3), verified("B", 4), verified("D", 5))
    assert [(units.unit, units.amount) for units in row.units] == [("hour", 7), ("day", 5)]


def test_people_with_tokens_count_once() -> None:
    people = kpi("CL", unit="person", over_time=Aggregation.DISTINCT)
    (row,) = rows(CONTRACT, [people], verified("CL", 2, FIRST, "ab"), verified("CL", 2, SECOND, "bc"))
    assert row.units[0].amount == 3


def test_what_does_not_add_up_over_time_has_no_units() -> None:
    kpis = [
        kpi("FTE", over_time=Aggregation.AVERAGE),
        kpi("LAST", over_time=Aggregation.LAST),
        kpi("RATIO", kind=Kind.RATIO),
        kpi("LOCAL", measure=""),
    ]
    (row,) = rows(CONTRACT, kpis, verified("FTE", 5))
    assert row.units == ()
    assert row.verified_pence == 8750
