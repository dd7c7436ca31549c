"""
Other truths that would look the same: how the people could be placed otherwise without any shown number changing.

A move takes people from some combinations of values and adds as many to others: between two values of one dimension,
around a rectangle of two, a box of three, and so on, or simply one more person. A number that a move leaves as it is
cannot tell the difference. A withheld number that can be moved within a wide range, in whole people and never below
nobody, is safe from everybody who knows all that is shown, whatever method they use.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, product

Atom = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Move:
    """
    One person more in each combination of `more` and one less in each of `less`.

    `touched` has a bit for each cell whose count changes; `rising` for those that go up. Both are over all cells.
    """

    more: tuple[Atom, ...]
    less: tuple[Atom, ...]
    touched: int
    rising: int

    @property
    def falling(self) -> int:
        return self.touched & ~self.rising

    def reversed(self) -> Move:
        return Move(self.less, self.more, self.touched, self.falling)


class Grid:
    """
    The combinations of values with their true counts, and the cells over them.

    A cell is, for each dimension, the set of values that it takes in, by number. Cells are told by their number, sets
    of cells by whole numbers with one bit for each.
    """

    def __init__(
        self,
        sizes: Sequence[int],
        counts: dict[Atom, int],
        cells: Sequence[Sequence[frozenset[int]]],
        impossible: frozenset[Atom],
    ) -> None:
        self.sizes, self.counts, self.cells, self.impossible = sizes, counts, cells, impossible
        self._with = [
            [sum(1 << at for at, cell in enumerate(cells) if value in cell[dim]) for value in range(size)]
            for dim, size in enumerate(sizes)
        ]

    def moves(self, cell: int) -> list[Move]:
        """Return the moves that add one to `cell`, simple ones first."""
        inside = [sorted(values) for values in self.cells[cell]]
        outside = [[v for v in range(size) if v not in self.cells[cell][dim]] for dim, size in enumerate(self.sizes)]
        proper = [dim for dim, others in enumerate(outside) if others]
        found = []
        for width in range(len(proper) + 1):
            for dims in combinations(proper, width):
                for base in product(*inside):
                    for others in product(*(outside[dim] for dim in dims)):
                        move = self._move(base, dims, others)
                        if self.impossible.isdisjoint((*move.more, *move.less)):
                            found.append(move)
        return found

    def _move(self, base: Atom, dims: tuple[int, ...], others: tuple[int, ...]) -> Move:
        corners: tuple[list[Atom], list[Atom]] = ([base], [])
        touched = -1
        for dim, value in enumerate(base):
            masks = self._with[dim]
            touched &= masks[value] ^ masks[others[dims.index(dim)]] if dim in dims else masks[value]
        for dim, other in zip(dims, others, strict=True):
            more, less = corners
            swapped = [(*a[:dim], other, *a[dim + 1 :]) for a in more], [(*a[:dim], other, *a[dim + 1 :]) for a in less]
            corners = more + swapped[1], less + swapped[0]
        rising = 0
        for atom in corners[0]:
            rising |= self._holding(atom)
        return Move(tuple(corners[0]), tuple(corners[1]), touched, rising & touched)

    def _holding(self, atom: Atom) -> int:
        held = -1
        for dim, value in enumerate(atom):
            held &= self._with[dim][value]
        return held

    def room(self, moves: Iterable[Move], most: int) -> int:
        """Return by how much the moves, one after the other, can take a number up from the truth; at most `most`."""
        now: dict[Atom, int] = {}
        gained = 0
        for move in moves:
            steps = most - gained
            for atom in move.less:
                steps = min(steps, now.get(atom, self.counts.get(atom, 0)))
            if steps <= 0:
                continue
            gained += steps
            for atom in move.less:
                now[atom] = now.get(atom, self.counts.get(atom, 0)) - steps
            for atom in move.more:
                now[atom] = now.get(atom, self.counts.get(atom, 0)) + steps
            if gained >= most:
                break
        return gained

    def never(self, cell: int) -> bool:
        """Return whether a cell counts only combinations that cannot be."""
        return all(atom in self.impossible for atom in product(*self.cells[cell]))

    def possible(self, move: Move) -> bool:
        """Return whether there is somebody to take away wherever the move takes one."""
        return all(self.counts.get(atom, 0) for atom in move.less)


def bits(cells: int) -> Iterator[int]:
    """Yield the numbers of the cells in a set, in order."""
    while cells:
        lowest = cells & -cells
        yield lowest.bit_length() - 1
        cells ^= lowest
