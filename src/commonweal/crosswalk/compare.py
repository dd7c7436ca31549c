"""
Two releases side by side: what was added or removed, and what changed its unit or its meaning.

Items of one family belong together by their code; otherwise by what they are the same as, and by links that say `same`
or `close`. What is merely related is no successor.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from commonweal.catalogue import Criterion, Framework, Measure, Outcome, Theme
from commonweal.catalogue.words import CARD, FIELDS, said
from commonweal.crosswalk.crosswalk import Crosswalk
from commonweal.crosswalk.models import Likeness

Thing = Theme | Outcome | Criterion | Measure
Worth = Callable[[Measure], str]

BY_CODE, BY_SAME_AS = "the same code", "stated as the same"
SAME = (BY_SAME_AS, f"linked as {Likeness.SAME}")
MEANING = ("kind", "over_time", "over_contracts", "cohort", "better")
DEFINED = (*CARD, "parts")
"""Texts that define an item: what stands there may be the same thing said otherwise, if a link says so."""
SURROUNDINGS = ("evidence", "exclusive_with", "may_stack_with")
KINDS = ("theme", "outcome", "criterion", "measure")


class Change(StrEnum):
    """What happened to an item, in the order in which it matters."""

    UNIT = "changed unit"
    MEANING = "changed meaning"
    VALUE = "changed value"
    REMOVED = "removed"
    ADDED = "added"
    WORDING = "changed wording"
    AROUND = "changed surroundings"
    NONE = "unchanged"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that the two say differently; `name` is its words on screen."""

    field: str
    name: str
    one: str
    other: str


@dataclass(frozen=True, slots=True)
class Pair:
    """An item of each release, or of only one; `by` says why they belong together."""

    kind: str
    one: Thing | None
    other: Thing | None
    change: Change
    by: str = ""
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two releases with all pairs, in the order of the first and then of what the second adds."""

    one: Framework
    other: Framework
    pairs: tuple[Pair, ...]

    def of(self, change: Change) -> tuple[Pair, ...]:
        """Return the pairs to which this happened."""
        return tuple(pair for pair in self.pairs if pair.change is change)

    def counts(self) -> dict[Change, int]:
        """Return how many pairs there are of each change."""
        return {change: len(self.of(change)) for change in Change}


def compare(crosswalk: Crosswalk, one: Framework, other: Framework, *, worth: Worth = lambda _: "") -> Comparison:
    """Return two releases side by side; `worth` says what a measure is worth, where that may be shown."""
    pairs = (pair for kind in KINDS for pair in _Side(crosswalk, kind, one, other, worth).pairs())
    return Comparison(one, other, tuple(pairs))


class _Side:
    """The items of one kind on both sides."""

    def __init__(self, crosswalk: Crosswalk, kind: str, one: Framework, other: Framework, worth: Worth) -> None:
        self.kind, self.crosswalk, self.release, self.worth = kind, crosswalk, other.id, worth
        self.mine, self.theirs = things(one, kind), things(other, kind)
        self.family = one.family == other.family
        self.labels = tuple(_labels(release) for release in (one, other))

    def pairs(self) -> Iterator[Pair]:
        found = self._together()
        ends = {other.id for several in found.values() for other, _ in several}
        for item in self.mine:
            if item.id not in found:
                yield Pair(self.kind, item, None, Change.REMOVED)
            for other, by in found.get(item.id, ()):
                yield self._pair(item, other, by)
        for other in self.theirs:
            if other.id not in ends:
                yield Pair(self.kind, None, other, Change.ADDED)

    def _together(self) -> dict[str, list[tuple[Thing, str]]]:
        """Return each item of the first side that has counterparts with them: the surest way that finds one."""
        found: dict[str, list[tuple[Thing, str]]] = {}
        taken: set[str] = set()
        for way in (self._by_code, self._by_same_as, self._by_link):
            left = [item for item in self.mine if item.id not in found]
            now = {item.id: [pair for pair in way(item) if pair[0].id not in taken] for item in left}
            found |= {key: pairs for key, pairs in now.items() if pairs}
            taken |= {other.id for pairs in now.values() for other, _ in pairs}
        return found

    def _by_code(self, item: Thing) -> list[tuple[Thing, str]]:
        same = (other for other in self.theirs if other.code.casefold() == item.code.casefold())
        return [(other, BY_CODE) for other in same] if self.family else []

    def _by_same_as(self, item: Thing) -> list[tuple[Thing, str]]:
        mine = {item.id, getattr(item, "same_as", "")} - {""}
        return [(o, BY_SAME_AS) for o in self.theirs if mine & {o.id, getattr(o, "same_as", "")}]

    def _by_link(self, item: Thing) -> list[tuple[Thing, str]]:
        """Follow links that say `same`, or those that say `close` where none does."""
        by_id = {other.id: other for other in self.theirs}
        ways = [way for way in self.crosswalk.ways(item.id, self.release) if not way.inherited]
        for likeness in (Likeness.SAME, Likeness.CLOSE):
            ends = [w.link.target for w in ways if w.link.relation is likeness and w.link.target in by_id]
            if ends:
                return [(by_id[end], f"linked as {likeness}") for end in ends]
        return []

    def _pair(self, one: Thing, other: Thing, by: str) -> Pair:
        differences = tuple(self._differences(one, other))
        fields = {difference.field for difference in differences}
        return Pair(self.kind, one, other, _change(fields, same=by in SAME), by, differences)

    def _differences(self, one: Thing, other: Thing) -> Iterator[Difference]:
        for field, sides in self._said(one, other):
            if _plain(sides[0]) != _plain(sides[1]):
                yield Difference(field, FIELDS[field], *sides)

    def _said(self, one: Thing, other: Thing) -> Iterator[tuple[str, tuple[str, str]]]:
        if isinstance(one, Measure) and isinstance(other, Measure):
            for field in ("unit", "label", *MEANING, *CARD, *SURROUNDINGS):
                yield field, (said(one, field), said(other, field))
            yield "value", (self.worth(one), self.worth(other))
        else:
            yield "label", (one.label, other.label)
        if isinstance(one, Criterion) and isinstance(other, Criterion):
            yield "parts", ("; ".join(one.parts), "; ".join(other.parts))
        above = "theme" if isinstance(one, Outcome) else "outcome"
        yield above, (_above(one, above, self.labels[0]), _above(other, above, self.labels[1]))


def things(framework: Framework, kind: str) -> Sequence[Thing]:
    """Return the items of one of `KINDS` in a release."""
    groups: Mapping[str, Sequence[Thing]] = {
        "theme": framework.themes,
        "outcome": framework.outcomes,
        "criterion": framework.criteria,
        "measure": framework.measures,
    }
    return groups[kind]


def _change(fields: Collection[str], *, same: bool) -> Change:
    """
    Return the change that matters most among the fields that differ.

    A label alone is wording; so is a definition where the two are said to be the `same`. Another kind, another way of
    adding up or another group of people is another meaning whatever is said.
    """
    meaning, wording = (MEANING, ("label", *DEFINED)) if same else ((*MEANING, *DEFINED), ("label",))
    order = (
        (Change.UNIT, ("unit",)),
        (Change.MEANING, meaning),
        (Change.VALUE, ("value",)),
        (Change.WORDING, wording),
    )
    for change, of in order:
        if not set(of).isdisjoint(fields):
            return change
    return Change.AROUND if fields else Change.NONE


def _labels(release: Framework) -> dict[str, str]:
    above: tuple[Theme | Outcome, ...] = (*release.themes, *release.outcomes)
    return {item.code: item.label for item in above}


def _above(item: Thing, above: str, labels: Mapping[str, str]) -> str:
    code = getattr(item, above, "")
    return labels.get(code, code)


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()
