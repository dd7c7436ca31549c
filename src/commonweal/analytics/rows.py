"""
The rows of a snapshot: one per movement of the ledger, with all that is asked about it in the same row.

Numbers are whole: pence, and amounts, values and shares times a declared power of ten, so that every engine, number of
threads and partition gives the same sums. A number that does not fit its scale marks its row as inexact: its pence are
the ledger's own and stay exact, but cannot be worked out again from the snapshot.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from enum import IntEnum
from typing import NamedTuple

from commonweal import errors
from commonweal.ledger import EMPTY, Account, Balance, Movement, Slot
from commonweal.portfolio import Contract, Kpi, Portfolio
from commonweal.posting import Posted, kept_share
from commonweal.quantities import EXACT, ONE
from commonweal.valuation import pence as worth

SCALES: Mapping[str, int] = {"amount": 6, "denominator": 6, "value": 6, "kept": 8}
"""Decimals of each scaled number: an amount of 1.5 is stored as 1500000."""

NUMBERS: Mapping[Account, int] = {
    Account.OUTSIDE: 0,
    Account.PROMISED: 1,
    Account.RELIEVED: 2,
    Account.TRANSFERRED: 3,
    Account.WRITTEN_OFF: 4,
    Account.PENDING: 5,
    Account.VERIFIED: 6,
    Account.REJECTED: 7,
    Account.DISPUTED: 8,
    Account.WITHDRAWN: 9,
}
"""The number of each account in the files. A number is never given to another account."""

STATES = tuple(account for account in NUMBERS if account is not Account.OUTSIDE)
WIDEST = 2**63 - 1
ALWAYS = (dt.date(1, 1, 1), dt.date(9999, 12, 31))
"""First day, and day after the last, of a value that was frozen on its KPI."""


class Priced(IntEnum):
    """How the pence of a row came about."""

    WITHOUT_POUNDS = 0
    WORKED_OUT = 1
    """Amount x value x share kept, rounded once, half up."""
    REST = 2
    """The pence that were left in the account that it empties, or all that the account still held."""
    TAKEN_BACK = 3
    """In proportion to the movement that it corrects."""
    INEXACT = 4
    """Worked out from a number with more decimals than its scale."""


class Row(NamedTuple):
    """
    One movement. `number` is its place in the ledger; `day` is the last day of its period, which says in which
    financial year and quarter it counts, and `started` the first. A promise counts on the contract's first day, and
    where that is not known on none.

    `source` and `target` are numbers of accounts. `pence` is None where no pounds are used. `priced_by` names the
    tariff that its value comes from. `amount`, `denominator` and `kept` are scaled as `SCALES` says.
    """

    number: int
    movement: str
    corrects: str
    body: str
    contract: str
    kpi: str
    claim: str
    framework: str
    measure: str
    theme: str
    outcome: str
    supplier: str
    category: str
    place: str
    region: str
    cohort: str
    started: dt.date | None
    day: dt.date | None
    source: int
    target: int
    amount: int
    denominator: int
    pence: int | None
    priced_by: str
    kept: int
    priced: int


class Tariff(NamedTuple):
    """Pounds per unit, scaled, under `priced_by`, in force on valid_from <= day < valid_to."""

    priced_by: str
    valid_from: dt.date
    valid_to: dt.date
    value: int


COLUMNS: Mapping[str, str] = {
    "number": "BIGINT",
    **dict.fromkeys(Row._fields[1:16], "VARCHAR"),
    "started": "DATE",
    "day": "DATE",
    "source": "TINYINT",
    "target": "TINYINT",
    "amount": "BIGINT",
    "denominator": "BIGINT",
    "pence": "BIGINT",
    "priced_by": "VARCHAR",
    "kept": "BIGINT",
    "priced": "TINYINT",
}
"""SQL type of each column. A snapshot adds `year` (SMALLINT) and `quarter` (TINYINT), worked out from `day`."""

TARIFF_COLUMNS: Mapping[str, str] = {
    "priced_by": "VARCHAR",
    "valid_from": "DATE",
    "valid_to": "DATE",
    "value": "BIGINT",
}


def financial_year(day: dt.date | None) -> int | None:
    """Return the calendar year in which the financial year of `day` began: 2026 for 31 March 2027."""
    return None if day is None else (day.year * 12 + day.month - 4) // 12


def financial_quarter(day: dt.date | None) -> int | None:
    """Return 1 for April to June, up to 4 for January to March."""
    return None if day is None else (day.month - 4) % 12 // 3 + 1


def scaled(number: Decimal, name: str) -> tuple[int, bool]:
    """
    Return `number` as a whole number at the scale of `name`, half up, and whether that is exact.

    :raises BadSnapshot: if it is too large for 64 bits
    """
    raised = EXACT.multiply(number, Decimal(10) ** SCALES[name])
    whole = int(EXACT.quantize(raised, ONE))
    if abs(whole) > WIDEST:
        raise errors.BadSnapshot(f"{number} is too large for a snapshot, which holds at most 9 million million.")
    return whole, whole == raised


def tariffs_of(portfolio: Portfolio) -> list[Tariff]:
    """Return the value frozen on each KPI; a value with more than six decimals is left out, as are its rows."""
    found = []
    bodies = {contract.ref: contract.body for contract in portfolio.contracts}
    for kpi in {kpi.key: kpi for kpi in portfolio.kpis}.values():
        if kpi.value_per_unit is not None:
            value, exact = scaled(kpi.value_per_unit, "value")
            if exact:
                found.append(Tariff(_priced_by(bodies.get(kpi.contract, ""), kpi), *ALWAYS, value))
    return found


def rows_of(portfolio: Portfolio, posted: Posted, *, region_of: Callable[[str], str]) -> Iterator[Row]:
    """
    Yield the row of each movement, in the order of the ledger.

    `region_of` turns a place into the name of its region, "" where that is not known.

    :raises BadSnapshot: if an amount is too large for 64 bits
    """
    making = _Making(portfolio, region_of)
    for number, movement in enumerate(posted.ledger, start=1):
        yield making.row(number, movement)


class _Making:
    def __init__(self, portfolio: Portfolio, region_of: Callable[[str], str]) -> None:
        self.contracts = {contract.ref: contract for contract in portfolio.contracts}
        self.kpis = {kpi.key: kpi for kpi in portfolio.kpis}
        self.region_of = region_of
        self.held: dict[tuple[Slot, Account], Balance] = {}

    def row(self, number: int, movement: Movement) -> Row:
        slot = movement.slot
        contract = self.contracts.get(slot.contract) or Contract(slot.contract, "")
        kpi = self.kpis[(slot.contract, slot.kpi)]
        amount, exact = scaled(movement.amount, "amount")
        kept, exact_share = scaled(kept_share(kpi), "kept")
        exact = exact and exact_share and scaled(kpi.value_per_unit or Decimal(0), "value")[1]
        priced = self._priced(movement, kpi, exact=exact)
        self._keep(movement)
        return Row(
            number=number,
            movement=movement.id,
            corrects=movement.corrects,
            body=contract.body,
            contract=slot.contract,
            kpi=slot.kpi,
            claim=slot.claim,
            framework=contract.framework,
            measure=kpi.measure,
            theme=kpi.theme,
            outcome=kpi.outcome,
            supplier=contract.suppliers[0].name if contract.suppliers else "",
            category=contract.category,
            place=slot.place,
            region=self.region_of(slot.place) if slot.place else "",
            cohort=slot.cohort,
            started=slot.period.start if slot.period else None,
            day=slot.period.end if slot.period else contract.start,
            source=NUMBERS[movement.source],
            target=NUMBERS[movement.target],
            amount=amount,
            denominator=scaled(movement.denominator, "denominator")[0],
            pence=movement.pence,
            priced_by=_priced_by(contract.body, kpi),
            kept=kept,
            priced=priced,
        )

    def _priced(self, movement: Movement, kpi: Kpi, *, exact: bool) -> Priced:
        """Say by which rule of the ledger the pence must have come about, without looking at them."""
        if kpi.value_per_unit is None:
            return Priced.WITHOUT_POUNDS
        if movement.corrects:
            return Priced.TAKEN_BACK
        if movement.source is not Account.OUTSIDE:
            held = self.held.get((movement.slot, movement.source), EMPTY)
            if movement.amount == held.amount:
                return Priced.REST
            if worth(movement.amount, kpi.value_per_unit, kept_share(kpi)) > held.pence:
                return Priced.REST
        return Priced.WORKED_OUT if exact else Priced.INEXACT

    def _keep(self, movement: Movement) -> None:
        for account, sign in ((movement.source, -1), (movement.target, 1)):
            key = (movement.slot, account)
            self.held[key] = self.held.get(key, EMPTY).plus(movement, sign)


def _priced_by(body: str, kpi: Kpi) -> str:
    return f"{body}/{kpi.contract}/{kpi.ref}"
