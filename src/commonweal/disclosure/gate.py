"""
The gate: which numbers of a publication are withheld so that no small count of people can be worked out.

Primary: counts from 1 to below the limit. Secondary: further numbers, the cheapest that will do, until every withheld
number (and every small group that is not shown at all, but could be worked out) can take other values within a wide
range while all that is shown stays the same. Each such range is proven by moves of whole people (see `moves`), so it
holds against any attacker who has only what is shown. Nothing is estimated and nothing is drawn at random.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from commonweal.disclosure.moves import Grid, Move, bits
from commonweal.disclosure.publication import Key, Publication

LIMIT = 5
WIDTH = 5
ZERO_COST = 1_000_000
"""Withholding a zero hides little and costs the reader much: only where nothing else will do."""


@dataclass(frozen=True, slots=True)
class Policy:
    """
    What a body withholds: counts from 1 to below `limit`; `width` is how far apart the least and the greatest value
    of a withheld number must be for somebody who knows all that is shown.

    `show_zeros`: a zero is shown as such. `protect_outcomes`: the rest of an outcome is protected like a group.
    """

    limit: int = LIMIT
    width: int = WIDTH
    show_zeros: bool = True
    protect_outcomes: bool = False

    def small(self, count: int) -> bool:
        """Return whether a count is one that is withheld."""
        return (1 if self.show_zeros else 0) <= count < self.limit


@dataclass(frozen=True, slots=True)
class Decision:
    """
    What the gate decided. `primary` are small counts; `secondary` tells for whose sake each other one is withheld.

    `exposed` are small groups that earlier publications give away, whatever is withheld now.
    """

    primary: frozenset[Key]
    secondary: dict[Key, str]
    exposed: tuple[str, ...]

    def withheld(self, key: Key) -> bool:
        return key in self.primary or key in self.secondary


@dataclass(frozen=True, slots=True)
class Target:
    """
    A number to protect: cell `plus`, or it less the cell `minus`, both by number.

    `width` is the range that is needed.
    """

    plus: int
    minus: int | None
    width: int


def decide(publication: Publication, policy: Policy) -> Decision:
    """Return what is withheld. The same publication and policy always give the same answer."""
    return _Gate(publication, policy).decide()


@dataclass(slots=True)
class _Gate:
    publication: Publication
    policy: Policy
    keys: list[Key] = field(init=False)
    counts: list[int] = field(init=False)
    grid: Grid = field(init=False)
    shown: int = field(init=False)
    locked: int = field(init=False, default=0)
    published: int = field(init=False)
    may_rise: int = field(init=False, default=0)
    may_fall: int = field(init=False, default=0)
    hidden: list[Key] = field(init=False)
    because: dict[int, str] = field(init=False, default_factory=dict)
    exposed: list[str] = field(init=False, default_factory=list)
    known_moves: dict[tuple[int, int | None], list[Move]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        before: dict[Key, bool] = {}
        for key, published_before in self.publication.cells():
            before[key] = before.get(key, False) or published_before
        self.hidden = [key for key in self._finest() if key not in before]
        self.keys = [*before, *self.hidden]
        self.counts = [self.publication.count(key) for key in self.keys]
        self.grid = _grid(self.publication, self.keys)
        self.published = (1 << len(before)) - 1
        self.locked = sum(1 << at for at, key in enumerate(before) if before[key])
        small = sum(1 << at for at in bits(self.published) if self._primary(at))
        self.shown = self.published & ~small | self.locked
        for at in bits(self.published):
            self.may_rise |= self._same_mark(at, 1) << at
            self.may_fall |= self._same_mark(at, -1) << at

    def decide(self) -> Decision:
        primary = frozenset(self.keys[at] for at in bits(self.published & ~self.shown))
        waiting = [*self._small_cells(), *self._small_rests(), *self._small_hidden()]
        while waiting:
            target = waiting.pop(0)
            for at in bits(self._protect(target)):
                self.because[at] = self._about(target)
                waiting.append(Target(at, None, self.policy.width))
        secondary = {self.keys[at]: about for at, about in sorted(self.because.items())}
        return Decision(primary, secondary, tuple(dict.fromkeys(self.exposed)))

    # What has to be protected.

    def _primary(self, at: int) -> bool:
        impossible = self.counts[at] == 0 and self.grid.never(at)
        return self.policy.small(self.counts[at]) and not impossible

    def _same_mark(self, at: int, step: int) -> bool:
        """Return whether a cell with one more or less would bear the same mark: a mark tells on which side it is."""
        count = self.counts[at] + step
        zero_as_such = self.policy.show_zeros and (count == 0) != (self.counts[at] == 0)
        return count >= 0 and not zero_as_such and self.policy.small(count) == self.policy.small(self.counts[at])

    def _small_cells(self) -> Iterable[Target]:
        for at in bits(self.published):
            if self._primary(at):
                yield Target(at, None, self.policy.width)

    def _small_rests(self) -> Iterable[Target]:
        """Yield the small groups that are what one cell has and another inside it has not."""
        order = sorted(bits(self.published), key=lambda at: self.counts[at])
        for place, inner in enumerate(order):
            for outer in order[place + 1 :]:
                rest = self.counts[outer] - self.counts[inner]
                if rest >= self.policy.limit:
                    break
                if rest and self._inside(inner, outer):
                    yield Target(outer, inner, self.policy.width)

    def _inside(self, inner: int, outer: int) -> bool:
        """Return whether all that `inner` counts is in `outer`, and both look at the same outcomes."""
        pairs = zip(self.publication.dimensions, self.grid.cells[inner], self.grid.cells[outer], strict=True)
        return all(mine == theirs if self._outcome(d.outcome) else mine <= theirs for d, mine, theirs in pairs)

    def _small_hidden(self) -> Iterable[Target]:
        for at in range(self.published.bit_length(), len(self.keys)):
            if 1 <= self.counts[at] < self.policy.limit:
                yield Target(at, None, 1)

    def _about(self, target: Target) -> str:
        name = self.publication.name_of(self.keys[target.plus])
        if target.minus is None:
            return name
        return f"{name} without {self.publication.name_of(self.keys[target.minus])}"

    def _outcome(self, outcome: bool) -> bool:
        return outcome and not self.policy.protect_outcomes

    def _finest(self) -> list[Key]:
        """Return the smallest groups there are, with each outcome that any cell looks at."""
        outcomes = [self._outcome(dimension.outcome) for dimension in self.publication.dimensions]
        looks = dict.fromkeys(
            tuple(values if outcome else () for values, outcome in zip(key, outcomes, strict=True))
            for key, _ in self.publication.cells()
        )
        found: dict[Key, None] = {}
        for combination in (*self.publication.counts, *self.publication.impossible):
            for look in looks:
                parts = zip(combination, look, outcomes, strict=True)
                found[tuple(seen if outcome else (value,) for value, seen, outcome in parts)] = None
        return list(found)

    # How it is protected.

    def _protect(self, target: Target) -> int:
        """Withhold what is needed for `target` and return it, as a set of cells."""
        added = 0
        while not self._safe(target, self.shown):
            extra = self._cheapest(target)
            if not extra:
                self.exposed.append(self._about(target))
                return added
            self.shown &= ~extra
            added |= extra
        return added

    def _safe(self, target: Target, shown: int) -> bool:
        return self._reach(target, shown) == (True, target.width)

    def _reach(self, target: Target, shown: int) -> tuple[bool, int]:
        """Return whether another value fits the marks, and how wide a range fits what is shown, up to that needed."""
        free = [move for move in self._moves(target) if not move.touched & shown]
        marked = any(self._fits_marks(move) for move in free)
        up = self.grid.room(free, target.width)
        down = self.grid.room((move.reversed() for move in free), target.width - up) if up < target.width else 0
        return marked, up + down

    def _fits_marks(self, move: Move) -> bool:
        """Return whether one step along a move, either way, leaves every mark on a withheld number as it is."""
        rising, falling = move.rising & self.published, move.falling & self.published
        return (not rising & ~self.may_rise and not falling & ~self.may_fall and self.grid.possible(move)) or (
            not rising & ~self.may_fall and not falling & ~self.may_rise and self.grid.possible(move.reversed())
        )

    def _cheapest(self, target: Target) -> int:
        """Return the cheapest further cells that protect `target`, or those that help most, or none that help."""
        extras = {move.touched & self.shown for move in self._moves(target)} - {0}
        by_cost = sorted((e for e in extras if not e & self.locked), key=lambda e: (self._cost(e), e))
        best, most = 0, self._reach(target, self.shown)
        for extra in by_cost:
            reach = self._reach(target, self.shown & ~extra)
            if reach == (True, target.width):
                return extra
            if reach > most:
                best, most = extra, reach
        return best

    def _cost(self, cells: int) -> int:
        return sum(self.counts[at] or ZERO_COST for at in bits(cells))

    def _moves(self, target: Target) -> list[Move]:
        asked = (target.plus, target.minus)
        if asked not in self.known_moves:
            self.known_moves[asked] = self._made(target)
        return self.known_moves[asked]

    def _made(self, target: Target) -> list[Move]:
        if target.minus is None:
            return self.grid.moves(target.plus)
        outer, inner = 1 << target.plus, 1 << target.minus
        moves = [move for move in self.grid.moves(target.plus) if not move.touched & inner]
        return moves + [move.reversed() for move in self.grid.moves(target.minus) if not move.touched & outer]


def _grid(publication: Publication, keys: Sequence[Key]) -> Grid:
    numbers = [{value: at for at, value in enumerate(d.values)} for d in publication.dimensions]

    def atom(combination: tuple[str, ...]) -> tuple[int, ...]:
        return tuple(known[value] for known, value in zip(numbers, combination, strict=True))

    counts: dict[tuple[int, ...], int] = defaultdict(int)
    for combination, count in publication.counts.items():
        counts[atom(combination)] = count
    cells = [[frozenset(known[v] for v in values) for known, values in zip(numbers, key, strict=True)] for key in keys]
    return Grid(
        [len(d.values) for d in publication.dimensions],
        dict(counts),
        cells,
        frozenset(map(atom, publication.impossible)),
    )
