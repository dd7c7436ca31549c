"""
The ledger's movements as lines of the book.

Each movement becomes a fact (its quantity, with the cell it came from) and, where pounds are used, a figure that
shows how its pence follow: by the value per unit, as what was left of a claim, or as a part taken back.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from decimal import Decimal

from commonweal.figures import Book
from commonweal.ledger import Account, Movement, Slot
from commonweal.periods import day_in_words
from commonweal.portfolio import Kpi
from commonweal.posting import Posted, kept_share
from commonweal.quantities import to_pence, to_pounds

POUNDS = "GBP"
Wanted = Callable[[Slot], bool]


def everything(_: Slot) -> bool:
    """Choose every slot."""
    return True


class Flows:
    """The movements of a ledger, entered in a book; answers with the ids of what went in and out of an account."""

    def __init__(self, book: Book, posted: Posted, kpis: Iterable[Kpi]) -> None:
        self.book = book
        self._posted = posted
        self._kpis = {kpi.key: kpi for kpi in kpis}
        self._by_kpi: dict[tuple[str, str], list[Movement]] = defaultdict(list)
        self._flow: dict[tuple[Slot, Account], tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
        for kpi in self._kpis.values():
            self._enter_value(kpi)
        for movement in posted.ledger:
            self._enter(movement)

    def movements(self, kpi: Kpi) -> list[Movement]:
        """Return the KPI's movements in the order in which they were posted."""
        return self._by_kpi[kpi.key]

    def value_inputs(self, kpi: Kpi) -> list[str]:
        """Return the ids of the KPI's pounds per unit and of each share kept."""
        return [value_id(kpi), *(f"{kpi_id(kpi)}/kept/{name}" for name, _ in kpi.adjustments)]

    def quantity(self, kpi: Kpi, line: str, label: str, account: Account, wanted: Wanted = everything) -> str:
        """Enter the quantity that stands in `account` as line `line`; "" where nothing ever came into it."""
        return self._net(kpi, line, label, account, wanted, kpi.unit, quantity_id)

    def pounds(self, kpi: Kpi, line: str, label: str, account: Account, wanted: Wanted = everything) -> str:
        """Enter the pounds that stand in `account` as line `line`; "" without pounds or where nothing came in."""
        if kpi.value_per_unit is None:
            return ""
        return self._net(kpi, line, label, account, wanted, POUNDS, pounds_id)

    def worth(self, kpi: Kpi, line: str, label: str, quantity: str) -> str:
        """Enter what a quantity is worth in pounds; "" without pounds or without a quantity."""
        if kpi.value_per_unit is None or not quantity:
            return ""
        if not kpi.value_licensed:
            return self.book.figure(line, label, POUNDS, "value", [quantity, *self.value_inputs(kpi)]).id
        pounds = to_pounds(to_pence(self.book[quantity].value * kpi.value_per_unit * kept_share(kpi)))
        source = f"worked out with the licensed value {kpi.value_series}, which may not be shown"
        return self.book.fact(line, label, pounds, POUNDS, origin=str(kpi.origin), source=source).id

    def came_from_outside(
        self, kpi: Kpi, account: Account, wanted: Wanted, name: Callable[[Movement], str]
    ) -> tuple[list[str], list[str]]:
        """Return the lines of what came into `account` from outside, and of what was corrected back out."""
        moves = [m for m in self._by_kpi[kpi.key] if wanted(m.slot)]
        ins = [name(m) for m in moves if (m.source, m.target) == (Account.OUTSIDE, account)]
        return ins, [name(m) for m in moves if (m.source, m.target) == (account, Account.OUTSIDE)]

    def total(self, line: str, label: str, unit: str, ins: list[str], outs: list[str]) -> str:
        """Enter sum of `ins` less sum of `outs` as line `line`, or return "" where there are no `ins`."""
        if not ins:
            return ""
        if not outs:
            return self.book.figure(line, label, unit, "sum", ins).id
        came = ins[0] if len(ins) == 1 else self.book.figure(f"{line}/in", f"{label}: came in", unit, "sum", ins).id
        return self.book.figure(line, label, unit, "difference", [came, *outs]).id

    def _net(
        self,
        kpi: Kpi,
        line: str,
        label: str,
        account: Account,
        wanted: Wanted,
        unit: str,
        name: Callable[[Movement], str],
    ) -> str:
        moves = [m for m in self._by_kpi[kpi.key] if wanted(m.slot)]
        ins = [name(m) for m in moves if m.target is account]
        return self.total(line, label, unit, ins, [name(m) for m in moves if m.source is account])

    def _enter_value(self, kpi: Kpi) -> None:
        if kpi.value_per_unit is None or kpi.value_licensed:
            return
        source = ", ".join(part for part in (kpi.value_series, kpi.value_source) if part)
        frozen = f", frozen on {day_in_words(kpi.value_on)}" if kpi.value_on else ""
        self.book.fact(
            value_id(kpi),
            f"{kpi.ref}: pounds per {kpi.unit}",
            kpi.value_per_unit,
            f"GBP/{kpi.unit}",
            origin=str(kpi.origin),
            source=f"{source}{frozen}",
        )
        for name, kept in kpi.adjustments:
            self.book.fact(
                f"{kpi_id(kpi)}/kept/{name}",
                f"{kpi.ref}: share kept after {name}",
                kept,
                "share",
                origin=str(kpi.origin),
            )

    def _enter(self, movement: Movement) -> None:
        kpi = self._kpis[(movement.slot.contract, movement.slot.kpi)]
        self._by_kpi[kpi.key].append(movement)
        origin = str(self._posted.origins[movement.id])
        self.book.fact(
            quantity_id(movement),
            describe(movement, kpi),
            movement.amount,
            kpi.unit,
            origin=origin,
            source=who(movement),
        )
        if movement.denominator:
            self.book.fact(
                denominator_id(movement),
                f"{describe(movement, kpi)}: out of",
                movement.denominator,
                kpi.unit,
                origin=origin,
            )
        if movement.pence is not None:
            self._enter_pounds(movement, kpi, movement.pence)
        self._flow[(movement.slot, movement.target)][0].append(pounds_id(movement))
        self._flow[(movement.slot, movement.source)][1].append(pounds_id(movement))

    def _enter_pounds(self, movement: Movement, kpi: Kpi, pence: int) -> None:
        label = f"{describe(movement, kpi)}, in pounds"
        plainly = to_pence(movement.amount * (kpi.value_per_unit or Decimal(0)) * kept_share(kpi))
        if pence == plainly:
            self.worth(kpi, pounds_id(movement), label, quantity_id(movement))
            return
        first = self._posted.ledger[movement.corrects] if movement.corrects else None
        if first is not None and movement.amount < first.amount and self._is_part(movement, first, pence):
            inputs = [pounds_id(first), quantity_id(movement), quantity_id(first)]
            self.book.figure(pounds_id(movement), label, POUNDS, "penny_part", inputs)
            return
        ins, outs = self._flow[(movement.slot, movement.source)]
        whole = self.total(f"{movement.id}/held", f"{describe(movement, kpi)}: held before", POUNDS, ins, outs)
        self.book.figure(pounds_id(movement), label, POUNDS, "remainder", [whole])

    def _is_part(self, movement: Movement, first: Movement, pence: int) -> bool:
        whole = to_pounds(first.pence or 0)
        return to_pence(whole * movement.amount / first.amount) == pence


def kpi_id(kpi: Kpi) -> str:
    """Return the stem of the ids of a KPI's lines."""
    return f"{kpi.contract}/{kpi.ref}"


def value_id(kpi: Kpi) -> str:
    """Return the id of a KPI's pounds per unit."""
    return f"{kpi_id(kpi)}/value"


def quantity_id(movement: Movement) -> str:
    """Return the id of a movement's quantity."""
    return f"{movement.id}/quantity"


def denominator_id(movement: Movement) -> str:
    """Return the id of a ratio's denominator."""
    return f"{movement.id}/denominator"


def pounds_id(movement: Movement) -> str:
    """Return the id of a movement's pounds."""
    return f"{movement.id}/pounds"


def describe(movement: Movement, kpi: Kpi) -> str:
    """Say in words what a movement is."""
    slot = movement.slot
    what = f"{kpi.ref} {movement.source.value.replace('_', ' ')} to {movement.target.value.replace('_', ' ')}"
    return f"{what}, {slot.period.label}" if slot.period else what


def who(movement: Movement) -> str:
    """Say who made a movement, when, why and on what evidence, as far as the input tells."""
    parts = [
        f"{movement.by}{f' ({movement.role})' if movement.role else ''}" if movement.by else "",
        f"{day_in_words(movement.on)}" if movement.on else "",
        movement.reason,
        f"evidence {movement.evidence}" if movement.evidence else "",
        f"SHA-256 {movement.evidence_hash}" if movement.evidence_hash else "",
    ]
    return "; ".join(part for part in parts if part)
