"""
What is about to be published: tables of counts of people over shared dimensions, with pounds, changes and rates.

Everything that comes out together is one `Publication`, because what one table withholds another may give away. All
tables count the same people: `counts` holds how many there are for each combination of one value of every dimension,
and a cell of a table is those whose values it lists. A margin lists all of them; a wider period or a nested filter
lists several. So every way to work one number out from others is known from the start.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import reduce
from itertools import product
from typing import NoReturn

from commonweal import errors

ALL = "All"

Where = Mapping[str, tuple[str, ...]]
"""Values by name of dimension; a dimension that is not named is not looked at."""

Key = tuple[tuple[str, ...], ...]
"""Who a cell counts: for each dimension of the publication its values, in its order."""


@dataclass(frozen=True, slots=True)
class Dimension:
    """
    What people are told apart by. `outcome` marks what became of them (sustained or not) rather than who they are.

    The rest of a group is a group too, and is protected like one; the rest of an outcome ("24 of 28 stayed") is not,
    unless the body's policy says so.
    """

    name: str
    values: tuple[str, ...]
    outcome: bool = False


@dataclass(frozen=True, slots=True)
class Axis:
    """
    One direction of a table: each value of `dimension`, or `groups` of values by label, which may overlap.

    `margin` adds a last line for all of them.
    """

    dimension: str
    groups: tuple[tuple[str, tuple[str, ...]], ...] = ()
    margin: bool = True


@dataclass(frozen=True, slots=True)
class Table:
    """
    Counts over `axes`, of the people that `where` keeps; without axes, one number.

    `pounds_each` prints pounds beside each count. A table that was `published_before` cannot be changed any more;
    what it gives away is reckoned with.
    """

    name: str
    axes: tuple[Axis, ...] = ()
    where: Where = field(default_factory=dict)
    pounds_each: Decimal | None = None
    published_before: bool = False


@dataclass(frozen=True, slots=True)
class Sum:
    """A number that adds up counts times factors: pounds of several measures, or a change from quarter to quarter."""

    name: str
    terms: tuple[tuple[Where, Decimal], ...]


@dataclass(frozen=True, slots=True)
class Rate:
    """A percentage of counts."""

    name: str
    numerator: Where
    denominator: Where


@dataclass(frozen=True, slots=True)
class Publication:
    """
    All that comes out together. `counts` are whole numbers by combination of values, one of each dimension in order;
    a combination that is not there counts nobody. `impossible` are those that cannot be (a structural zero).

    :raises BadPublication: naming the dimension, value, count or table that does not fit
    """

    dimensions: tuple[Dimension, ...]
    counts: Mapping[tuple[str, ...], int]
    tables: tuple[Table, ...]
    sums: tuple[Sum, ...] = ()
    rates: tuple[Rate, ...] = ()
    impossible: frozenset[tuple[str, ...]] = frozenset()

    def __post_init__(self) -> None:
        names = [dimension.name for dimension in self.dimensions]
        for dimension in self.dimensions:
            if names.count(dimension.name) > 1 or len(set(dimension.values)) != len(dimension.values):
                _refuse(f"Dimension {dimension.name} stands twice, or has a value twice. Name each once.")
            if not dimension.values:
                _refuse(f"Dimension {dimension.name} has no values. Name at least one.")
        for combination in (*self.counts, *self.impossible):
            self._check_combination(combination)
        for combination, count in self.counts.items():
            if isinstance(count, bool) or not isinstance(count, int) or count < 0:
                _refuse(f"{', '.join(combination)}: {count!r} is no count of people. Give a whole number from 0.")
            if count and combination in self.impossible:
                _refuse(f"{', '.join(combination)} counts {count}, but is said to be impossible. Mend one of them.")
        for _ in self.cells():
            pass

    def _check_combination(self, combination: tuple[str, ...]) -> None:
        fits = len(combination) == len(self.dimensions)
        if not fits or any(v not in d.values for v, d in zip(combination, self.dimensions, strict=True)):
            _refuse(f"({', '.join(combination)}) does not give one known value of each dimension, in their order.")

    def key(self, where: Where) -> Key:
        """
        Return `where` with the values of every dimension, in order.

        :raises BadPublication: if it names an unknown dimension or value, or keeps nobody
        """
        unknown = set(where) - {dimension.name for dimension in self.dimensions}
        if unknown:
            _refuse(f"There is no dimension {min(unknown)!r}.")
        return tuple(_kept(dimension, where.get(dimension.name, dimension.values)) for dimension in self.dimensions)

    def count(self, key: Key) -> int:
        """Return how many people a cell counts."""
        return sum(self.counts.get(combination, 0) for combination in product(*key))

    def name_of(self, key: Key) -> str:
        """Return who a cell counts, in words: "Growth, quarter 1"; "All" for everybody."""
        parts = [
            " or ".join(values)
            for dimension, values in zip(self.dimensions, key, strict=True)
            if len(values) < len(dimension.values)
        ]
        return ", ".join(parts) or ALL

    def lines(self, table: Table) -> Iterator[tuple[tuple[str, ...], Key]]:
        """Yield each cell of a table: its labels, one for each axis, and who it counts."""
        within = self.key(table.where)
        sides = [self._labels(axis) for axis in table.axes]
        for labels in product(*sides):
            filters = [table.where, *(where for _, where in labels)]
            merged = reduce(self._both, filters, within)
            if not all(merged):
                _refuse(f"Table {table.name} has a line that its own filter leaves empty. Drop the line or the filter.")
            yield tuple(label for label, _ in labels), merged

    def cells(self) -> Iterator[tuple[Key, bool]]:
        """Yield who each number counts, and whether it was published before; the same people may come again."""
        for table in self.tables:
            for _, key in self.lines(table):
                yield key, table.published_before
        for number in self.sums:
            for where, _ in number.terms:
                yield self.key(where), False
        for rate in self.rates:
            yield self.key(rate.numerator), False
            yield self.key(rate.denominator), False

    def _labels(self, axis: Axis) -> list[tuple[str, Where]]:
        dimension = next((one for one in self.dimensions if one.name == axis.dimension), None)
        if dimension is None:
            _refuse(f"There is no dimension {axis.dimension!r}.")
        groups = axis.groups or tuple((value, (value,)) for value in dimension.values)
        lines: list[tuple[str, Where]] = [(label, {dimension.name: values}) for label, values in groups]
        return [*lines, (ALL, {})] if axis.margin else lines

    def _both(self, key: Key, where: Where) -> Key:
        other = self.key(where)
        return tuple(tuple(v for v in one if v in two) for one, two in zip(key, other, strict=True))


def _kept(dimension: Dimension, values: tuple[str, ...]) -> tuple[str, ...]:
    unknown = [value for value in values if value not in dimension.values]
    if unknown:
        _refuse(f"Dimension {dimension.name} has no value {unknown[0]!r}.")
    kept = tuple(value for value in dimension.values if value in values)
    if not kept:
        _refuse(f"No value of {dimension.name} is named. Name at least one, or leave the dimension out.")
    return kept


def _refuse(message: str) -> NoReturn:
    raise errors.BadPublication(message)
