"""The deliveries of some contracts in the words of one release: converted, only related, or without counterpart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from commonweal import errors
from commonweal.crosswalk.coverage import Coverage, TargetTotal, by_target, coverage
from commonweal.crosswalk.express import Delivery, Expressed, Price, Status, express
from commonweal.crosswalk.goals import Goals, by_goal
from commonweal.crosswalk.models import GOALS
from commonweal.crosswalk.shares import Choices
from commonweal.reporting.build.targets import PROMISED
from commonweal.series import ValueSeries
from commonweal_web.frameworks import selectors as frameworks
from commonweal_web.reports.other_words.facts import STATES, VERIFIED, Facts

STEM = "also"


@dataclass(slots=True)
class Telling:
    """One release: each state's deliveries in its terms, with their coverage; the goals where it is they."""

    release: str
    facts: Facts
    made: dict[str, list[Expressed]] = field(default_factory=dict)
    cover: dict[str, Coverage] = field(default_factory=dict)
    totals: dict[str, dict[str, TargetTotal]] = field(default_factory=dict)
    goals: Goals | None = None
    choices: Choices = field(default_factory=dict)
    priced_by: dict[str, ValueSeries] = field(default_factory=dict)

    @property
    def kpis(self) -> dict[str, Mapping[str, Expressed]]:
        """Each KPI once, with what it makes in each state."""
        found: dict[str, dict[str, Expressed]] = {ref: {} for ref in self.facts.known}
        for state, made in self.made.items():
            for one in made:
                found[one.delivery.ref][state] = one
        return dict(found)

    def count(self, status: Status, state: str = PROMISED) -> int:
        return sum(one.status is status for one in self.made[state])


def reachable(facts: Facts) -> list[str]:
    """Return the releases that anything here leads to, its own among them, in the order of the catalogue."""
    crosswalk = facts.frames.crosswalk
    found = {release for own in facts.own_releases for release in (own, *crosswalk.releases(own))}
    return [release for release in crosswalk.items.releases if release in found]


def tell(facts: Facts, release: str, choices: Choices | None = None) -> Telling:
    """
    Enter the deliveries in the terms of a release, with their coverage, and return where all of it stands.

    :raises UnknownCode: for a release that is not known
    :raises ChoiceNeeded, BadSplit: as `commonweal.crosswalk.express.express`
    """
    crosswalk = facts.frames.crosswalk
    release = crosswalk.known(release)
    told = Telling(release, facts, choices=choices or {})
    pricing = _Pricing(facts, told.priced_by)
    for state in STATES:
        stem = f"{STEM}/{release}/{state}"
        made = express(
            book=facts.book,
            crosswalk=crosswalk,
            deliveries=facts.deliveries[state],
            to=release,
            stem=stem,
            choices=choices,
            price=pricing,
        )
        told.made[state] = made
        if made:
            told.cover[state] = coverage(facts.book, made, stem=f"{stem}/coverage")
        if release != GOALS:
            told.totals[state] = {one.target.id: one for one in by_target(facts.book, made, stem=stem)}
    if release == GOALS:
        told.goals = by_goal(facts.book, crosswalk.items, told.made[VERIFIED], stem=f"{STEM}/{GOALS}")
    return told


class _Pricing:
    """What a measure of the other framework is worth, as on the first day of the contract, where that may be shown."""

    def __init__(self, facts: Facts, used: dict[str, ValueSeries]) -> None:
        self.facts, self.used = facts, used
        self.series: dict[str, ValueSeries | None] = {}

    def __call__(self, delivery: Delivery, target: str) -> Price | None:
        series, start = self._series(target), self.facts.known[delivery.ref].contract.starts
        if series is None:
            return None
        try:
            entry = series.on(start).entry
        except (errors.NoValueForDate, errors.NoValueForPlace):
            return None
        self.used[series.id] = series
        return Price(entry.value, f"{series.id}, {entry.source}, as on {start}")

    def _series(self, target: str) -> ValueSeries | None:
        if target not in self.series:
            measure = self.facts.frames.catalogue.measure(target)
            found = frameworks.shown_series(measure)
            self.series[target] = found if found and found.unit == f"GBP/{measure.unit}" else None
        return self.series[target]
