"""The publication as it may go out: every number shown, or withheld with its mark and the reason in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from commonweal import errors
from commonweal.disclosure.gate import Decision, Policy, decide
from commonweal.disclosure.publication import Key, Publication, Rate, Sum, Table
from commonweal.quantities import HUNDRED

WITHHELD = "withheld"
ONE_PLACE = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class SafeCell:
    """
    One cell of a table: `count` is None where it is withheld, and then `mark` stands in its place.

    `reason` says why. `pounds` follow the count: they are shown with it and withheld with it.
    """

    labels: tuple[str, ...]
    count: int | None
    pounds: Decimal | None = None
    mark: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SafeTable:
    """A table with its cells in order."""

    name: str
    cells: tuple[SafeCell, ...]

    def cell(self, *labels: str) -> SafeCell:
        """
        Return the cell with these labels, one for each axis.

        :raises UnknownCode: if there is none
        """
        found = next((cell for cell in self.cells if cell.labels == labels), None)
        if found is None:
            raise errors.UnknownCode(f"Table {self.name} has no line {', '.join(labels)!r}.")
        return found


@dataclass(frozen=True, slots=True)
class SafeNumber:
    """A sum, or a rate in per cent to one decimal, half up. None is withheld, or divides by nobody; see `reason`."""

    name: str
    value: Decimal | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Safe:
    """
    What may go out. `exposed` names small groups that earlier publications give away, whatever is withheld now.
    """

    tables: tuple[SafeTable, ...]
    sums: tuple[SafeNumber, ...]
    rates: tuple[SafeNumber, ...]
    exposed: tuple[str, ...]

    def table(self, name: str) -> SafeTable:
        """
        Return the table called `name`.

        :raises UnknownCode: if there is none
        """
        found = next((table for table in self.tables if table.name == name), None)
        if found is None:
            raise errors.UnknownCode(f"No table is called {name!r}.", [table.name for table in self.tables])
        return found

    def withheld(self) -> Iterator[tuple[str, SafeCell]]:
        """Yield each withheld cell with the name of its table."""
        for table in self.tables:
            for cell in table.cells:
                if cell.count is None:
                    yield table.name, cell


def protect(publication: Publication, policy: Policy | None = None) -> Safe:
    """
    Return what may be shown of everything that is published together.

    Shown counts are the true ones, margins included: a number is shown as it is or not at all. Pounds, sums, changes
    and rates are shown only where every count that they are made of is shown.
    """
    rules = policy or Policy()
    decision = decide(publication, rules)
    wording = _Wording(publication, rules, decision)
    return Safe(
        tables=tuple(wording.table(table) for table in publication.tables),
        sums=tuple(wording.sum(number) for number in publication.sums),
        rates=tuple(wording.rate(rate) for rate in publication.rates),
        exposed=decision.exposed,
    )


@dataclass(frozen=True, slots=True)
class _Wording:
    publication: Publication
    policy: Policy
    decision: Decision

    def table(self, table: Table) -> SafeTable:
        cells = [self._cell(table, labels, key) for labels, key in self.publication.lines(table)]
        return SafeTable(table.name, tuple(cells))

    def sum(self, number: Sum) -> SafeNumber:
        keys = [self.publication.key(where) for where, _ in number.terms]
        if reason := self._reason_not_to(keys):
            return SafeNumber(number.name, None, reason)
        terms = zip(keys, number.terms, strict=True)
        total = sum((self.publication.count(key) * factor for key, (_, factor) in terms), Decimal(0))
        return SafeNumber(number.name, total)

    def rate(self, rate: Rate) -> SafeNumber:
        keys = [self.publication.key(rate.numerator), self.publication.key(rate.denominator)]
        if reason := self._reason_not_to(keys):
            return SafeNumber(rate.name, None, reason)
        part, whole = (Decimal(self.publication.count(key)) for key in keys)
        if not whole:
            return SafeNumber(rate.name, None, "there is nobody to divide by")
        return SafeNumber(rate.name, (part * HUNDRED / whole).quantize(ONE_PLACE, ROUND_HALF_UP))

    def _cell(self, table: Table, labels: tuple[str, ...], key: Key) -> SafeCell:
        if not self.decision.withheld(key):
            count = self.publication.count(key)
            return SafeCell(labels, count, None if table.pounds_each is None else count * table.pounds_each)
        if key in self.decision.primary:
            fewer = f"fewer than {self.policy.limit}"
            return SafeCell(labels, None, mark=fewer, reason=f"{fewer} people are not shown")
        reason = f"withheld so that the number for {self.decision.secondary[key]} cannot be worked out"
        return SafeCell(labels, None, mark=WITHHELD, reason=reason)

    def _reason_not_to(self, keys: list[Key]) -> str:
        names = [self.publication.name_of(key) for key in keys if self.decision.withheld(key)]
        return f"not worked out: the number for {names[0]} is withheld" if names else ""
