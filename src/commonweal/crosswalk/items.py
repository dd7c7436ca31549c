"""Everything that a crosswalk can link: measures, criteria, outcomes and themes by release, goals and targets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from commonweal.catalogue import Catalogue, Framework
from commonweal.crosswalk.models import GOALS
from commonweal.portfolio import Aggregation, Kind


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that can be linked; only a measure has a `unit`. `above` are the criteria and outcome it serves."""

    id: str
    code: str
    label: str
    kind: str
    unit: str = ""
    ratio: bool = False
    over_contracts: Aggregation = Aggregation.NONE
    above: tuple[str, ...] = ()
    same_as: str = ""


class Items:
    """The items of every release of a catalogue, and the goals with their targets, by full id."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._by_release: dict[str, dict[str, Item]] = {
            framework.id: {item.id: item for item in _items(framework)} for framework in catalogue.frameworks
        }
        if catalogue.goals:
            self._by_release[GOALS] = {item.id: item for item in _goals(catalogue)}
        self._all = {key: item for items in self._by_release.values() for key, item in items.items()}

    def __contains__(self, item_id: str) -> bool:
        return item_id in self._all

    def __getitem__(self, item_id: str) -> Item:
        return self._all[item_id]

    @property
    def releases(self) -> tuple[str, ...]:
        return tuple(self._by_release)

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(self._all)

    def of(self, release: str) -> Mapping[str, Item]:
        """Return the items of a release; nothing for one that is not known."""
        return self._by_release.get(release, {})

    def counted(self, release: str) -> tuple[Item, ...]:
        """Return what coverage counts in a release: its measures; the criteria of one without; targets of the goals."""
        items = self.of(release).values()
        for kind in ("measure", "criterion", "target"):
            found = tuple(item for item in items if item.kind == kind)
            if found:
                return found
        return ()


def _items(framework: Framework) -> Iterator[Item]:
    outcomes = {outcome.code: outcome.id for outcome in framework.outcomes}
    criteria = {criterion.code: criterion.id for criterion in framework.criteria}
    for theme in framework.themes:
        yield Item(theme.id, theme.code, theme.label, "theme")
    for outcome in framework.outcomes:
        yield Item(outcome.id, outcome.code, outcome.label, "outcome")
    for criterion in framework.criteria:
        yield Item(criterion.id, criterion.code, criterion.label, "criterion", above=(outcomes[criterion.outcome],))
    for measure in framework.measures:
        above = (*(criteria[code] for code in measure.criteria), *filter(None, [outcomes.get(measure.outcome)]))
        yield Item(
            id=measure.id,
            code=measure.code,
            label=measure.label,
            kind="measure",
            unit=measure.unit,
            ratio=measure.kind is Kind.RATIO,
            over_contracts=measure.over_contracts,
            above=above,
            same_as=measure.same_as,
        )


def _goals(catalogue: Catalogue) -> Iterator[Item]:
    for goal in catalogue.goals:
        yield Item(f"{GOALS}/{goal.code}", goal.code, goal.name, "goal")
        for target in goal.targets:
            yield Item(f"{GOALS}/{target.code}", target.code, target.label, "target", above=(f"{GOALS}/{goal.code}",))
