"""
An attacker with a solver: somebody who knows all that is shown and looks for what is not.

The attacker has the finest combinations of values as unknown whole numbers, none below zero, and knows every count,
pound, sum, change and percentage that is shown, the pounds per person, what cannot be, and (if `marks`) what each mark
says about the number behind it. For each withheld number the least and the greatest value that fit are worked out by
linear and, where its answer is no whole number, by integer programming.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from itertools import product
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import block_diag, csr_array

from commonweal.disclosure import Policy, Publication, Safe
from commonweal.disclosure.publication import Key

NEAR = 1e-6
HALF_STEP = Decimal("0.05")


@dataclass(frozen=True)
class Range:
    """What the attacker knows of one withheld number: where it stands, the true count, and the bounds."""

    where: str
    true: int
    low: int
    high: int

    @property
    def found(self) -> bool:
        return self.low == self.high


class Attacker:
    """Reads what is shown, and nothing else; `publication` tells the shape of the tables and, at the end, the truth."""

    def __init__(self, publication: Publication, safe: Safe, policy: Policy, *, marks: bool) -> None:
        self.publication = publication
        self.atoms = list(product(*(dimension.values for dimension in publication.dimensions)))
        self.rows: list[np.ndarray] = []
        self.rows_of: dict[Key, np.ndarray] = {}
        self.lows: list[float] = []
        self.highs: list[float] = []
        self.wanted: dict[Key, str] = {}
        self.policy, self.marks = policy, marks
        for table, shown in zip(publication.tables, safe.tables, strict=True):
            for (_, key), cell in zip(publication.lines(table), shown.cells, strict=True):
                if cell.pounds is not None and table.pounds_each:
                    self.know(self.row(key), float(cell.pounds / table.pounds_each))
                if cell.count is not None:
                    self.know(self.row(key), cell.count)
                else:
                    self.wanted.setdefault(key, f"{table.name}: {', '.join(cell.labels)}")
                    self.read_mark(key, cell.mark)
        for number, told in zip(publication.sums, safe.sums, strict=True):
            if told.value is not None:
                terms = [self.row(publication.key(where)) * float(factor) for where, factor in number.terms]
                self.know(sum(terms, np.zeros(len(self.atoms))), float(told.value))
        for rate, told in zip(publication.rates, safe.rates, strict=True):
            if told.value is not None:
                part, whole = self.row(publication.key(rate.numerator)), self.row(publication.key(rate.denominator))
                low, high = (float((told.value + step) / 100) for step in (-HALF_STEP, HALF_STEP))
                self.bound(part - low * whole, 0, np.inf)
                self.bound(part - high * whole, -np.inf, 0)

    def row(self, key: Key) -> np.ndarray:
        if key not in self.rows_of:
            row = np.ones(1)
            for dimension, kept in zip(self.publication.dimensions, key, strict=True):
                row = np.kron(row, np.array([float(value in kept) for value in dimension.values]))
            self.rows_of[key] = row
        return self.rows_of[key]

    def know(self, row: np.ndarray, value: float) -> None:
        self.bound(row, value, value)

    def bound(self, row: np.ndarray, low: float, high: float) -> None:
        self.rows.append(row)
        self.lows.append(low)
        self.highs.append(high)

    def read_mark(self, key: Key, mark: str) -> None:
        """A primary mark says that the number is small; with zeros shown as such, the other one says "not small"."""
        if not self.marks:
            return
        if mark.startswith("fewer"):
            self.bound(self.row(key), float(self.policy.show_zeros), self.policy.limit - 1)
        elif self.publication.count(key) > 0:  # kinder to the attacker than the mark, which may hide a zero too
            self.bound(self.row(key), self.policy.limit, np.inf)

    def ranges(self) -> list[Range]:
        """Return what can be known of each withheld number; several programs are solved as one, side by side."""
        if not self.wanted:
            return []
        queries = [sign * self.row(key) for key in self.wanted for sign in (1.0, -1.0)]
        answers = self._together(queries)
        found = []
        for at, (key, where) in enumerate(self.wanted.items()):
            low, high = answers[2 * at], -answers[2 * at + 1]
            found.append(Range(where, self.publication.count(key), round(low), round(high)))
        return found

    def _together(self, queries: list[np.ndarray]) -> list[float]:
        table, lows, highs = np.array(self.rows or [np.zeros(len(self.atoms))]), self.lows or [0.0], self.highs or [0.0]
        table, lows, highs = _each_once(table, np.array(lows), np.array(highs))
        low_side, high_side = np.isfinite(lows), np.isfinite(highs)
        equal = lows == highs
        over, under = high_side & ~equal, low_side & ~equal
        limit = np.concatenate([highs[over], -lows[under]])
        side = csr_array(np.concatenate([table[over], -table[under]]))
        top = [(0, 0 if a in self.publication.impossible else MOST) for a in self.atoms]
        many = len(queries)
        options: dict[str, Any] = {}
        if equal.any():
            options |= {"A_eq": block_diag([csr_array(table[equal])] * many), "b_eq": np.tile(lows[equal], many)}
        if len(limit):
            options |= {"A_ub": block_diag([side] * many), "b_ub": np.tile(limit, many)}
        result = linprog(np.concatenate(queries), bounds=top * many, method="highs-ds", **options)
        assert result.status == 0, result.message
        parts = result.x.reshape(many, -1)
        answers = []
        for query, part in zip(queries, parts, strict=True):
            whole = np.all(np.abs(part - np.round(part)) < NEAR)
            answers.append(float(query @ part) if whole else self._in_whole_people(query, table, lows, highs))
        return answers

    def _in_whole_people(self, query: np.ndarray, table: np.ndarray, lows: np.ndarray, highs: np.ndarray) -> float:
        top = [0 if atom in self.publication.impossible else MOST for atom in self.atoms]
        result = milp(
            query,
            integrality=np.ones(len(self.atoms)),
            bounds=Bounds(0, top),
            constraints=LinearConstraint(table, lows, highs),
        )
        assert result.status == 0, result.message
        return float(result.fun)


MOST = 10_000
"""More people than there are anywhere: an end to what would have none."""


def _each_once(table: np.ndarray, lows: np.ndarray, highs: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    kept = np.unique(np.column_stack([table, lows, highs]), axis=0)
    return kept[:, :-2], kept[:, -2], kept[:, -1]
