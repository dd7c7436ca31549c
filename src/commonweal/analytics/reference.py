"""
The reference: every question of a snapshot in plain Python over rows in memory, exact and slow.

It is what the fast implementation is compared with, and enough for a single body.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter

from commonweal.analytics.rollups import (
    ROLLUPS,
    WHOLE,
    Cell,
    Crossed,
    Difference,
    Key,
    Weight,
    Weights,
    half_up,
    in_order,
    known,
    leg_numbers,
)
from commonweal.analytics.rows import (
    NUMBERS,
    SCALES,
    STATES,
    Priced,
    Row,
    Tariff,
    financial_quarter,
    financial_year,
)
from commonweal.ledger import Account

PER_PENNY = 10 ** (SCALES["amount"] + SCALES["value"] + SCALES["kept"] - 2)
"""What amount x value x kept, all scaled, is divided by to make pence."""

NEVER = dt.date(1, 1, 1)
SLOT = attrgetter("body", "contract", "kpi", "claim", "place", "cohort", "started", "day")


class ReferenceRollups:
    """`rollups.Rollups` over `rows` and `tariffs`."""

    def __init__(self, rows: Iterable[Row], tariffs: Iterable[Tariff] = ()) -> None:
        self.rows = list(rows)
        self.tariffs: dict[str, list[Tariff]] = defaultdict(list)
        for tariff in sorted(tariffs):
            self.tariffs[tariff.priced_by].append(tariff)

    def roll_up(self, names: Sequence[str]) -> dict[str, list[Cell]]:
        """Return the cells of each roll-up named; see `rollups.Rollups`."""
        return {name: self._cells(ROLLUPS[name]) for name in known(names)}

    def crosswalk(self, weights: Weights, *, state: Account = Account.VERIFIED) -> list[Crossed]:
        """Return the pence of `state` in the targets of a crosswalk; see `rollups.Rollups`."""
        shares, at = weights.by_source(), STATES.index(state)
        found: dict[tuple[str, int | None, str], int] = defaultdict(int)
        for cell in self._cells(("body", "year", "framework", "measure")):
            if not cell.priced:
                continue
            body, year, framework, measure = cell.key
            for target, pence in _shared(cell.pence[at], shares.get((str(framework), str(measure)), [])):
                found[str(body), _whole(year), target] += pence
        return [Crossed(*key, found[key]) for key in sorted(found, key=in_order)]

    def audit(self) -> list[Difference]:
        """Work out again the pence of every row that rests on a value; see `rollups.Rollups`."""
        found = []
        for row in self.rows:
            if row.priced == Priced.WORKED_OUT:
                value = self._in_force(row)
                again = None if value is None else half_up(row.amount * value * row.kept, PER_PENNY)
                if again is None or again != row.pence:
                    found.append(Difference(row.number, row.movement, row.body, row.pence, again))
        return sorted(found, key=lambda one: (one.number, one.movement, one.body))

    def unsound(self) -> list[str]:
        """Return, in words, what cannot be; see `rollups.Rollups`."""
        mixed = sum((row.pence is None) != (row.priced == Priced.WITHOUT_POUNDS) for row in self.rows)
        wrong = sum(_overdrawn(slot) for slot in self._slots())
        return unsound_in_words(mixed, wrong)

    def _cells(self, fields: Sequence[str]) -> list[Cell]:
        sums: dict[Key, list[int]] = {}
        for row in self.rows:
            key = tuple(_part(row, field) for field in fields)
            cell = sums.get(key)
            if cell is None:
                cell = sums[key] = [0] * (len(STATES) + 2)
            if row.pence is None:
                cell[1] += 1
                continue
            cell[0] += 1
            for number, sign in leg_numbers(row.source, row.target):
                cell[number + 1] += sign * row.pence
        return [
            Cell(key, s[0], s[1], tuple(s[2:])) for key, s in sorted(sums.items(), key=lambda one: in_order(one[0]))
        ]

    def _in_force(self, row: Row) -> int | None:
        tariffs = self.tariffs.get(row.priced_by, [])
        day = row.day or NEVER
        at = bisect_right(tariffs, day, key=lambda one: one.valid_from) - 1
        return tariffs[at].value if at >= 0 and day < tariffs[at].valid_to else None

    def _slots(self) -> Iterator[list[list[int]]]:
        """Yield, of each slot without an inexact row, what every account holds: amount, denominator, pence."""
        slots: dict[object, list[list[int]]] = defaultdict(lambda: [[0, 0, 0] for _ in NUMBERS])
        inexact = set()
        for row in self.rows:
            key = SLOT(row)
            if row.priced == Priced.INEXACT:
                inexact.add(key)
            for number, sign in leg_numbers(row.source, row.target):
                held = slots[key][number]
                for at, moved in enumerate((row.amount, row.denominator, row.pence or 0)):
                    held[at] += sign * moved
        return (held for key, held in slots.items() if key not in inexact)


def unsound_in_words(mixed: int, wrong: int) -> list[str]:
    """Return a sentence for rows that mix pounds with none, and one for accounts that cannot be, where there are."""
    found = []
    if mixed:
        found.append(f"{mixed:,} rows have pence though no pounds are used, or have none though they are.")
    if wrong:
        found.append(f"{wrong:,} accounts are overdrawn, or hold pence without an amount.")
    return found


def _overdrawn(accounts: list[list[int]]) -> int:
    return sum(
        min(amount, denominator, pence) < 0 or (amount == denominator == 0 and pence != 0)
        for amount, denominator, pence in accounts
    )


def _part(row: Row, field: str) -> str | int | None:
    match field:
        case "year":
            return financial_year(row.day)
        case "quarter":
            return financial_quarter(row.day)
        case _:
            part: str | int | None = getattr(row, field)
            return part


def _shared(pence: int, weights: Sequence[Weight]) -> list[tuple[str, int]]:
    """Return the part of each target, the largest share last with what is left."""
    if not weights:
        return [("", pence)]
    parts = [(one.target, half_up(pence * one.basis_points, WHOLE)) for one in weights[:-1]]
    return [*parts, (weights[-1].target, pence - sum(part for _, part in parts))]


def _whole(part: str | int | None) -> int | None:
    return part if isinstance(part, int) else None
