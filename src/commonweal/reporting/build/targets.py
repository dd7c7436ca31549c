"""What a KPI owes in each period: as listed in the input, or its whole-life promise spread by its profile."""

from __future__ import annotations

from decimal import Decimal
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from commonweal import performance
from commonweal.periods import Period, overlap, periods_of
from commonweal.portfolio import Aggregation, Profile, Target
from commonweal.quantities import plain

if TYPE_CHECKING:
    from commonweal.reporting.build.standing import KpiFacts, Standing

PROMISED = "promised"
SUMMED = (Aggregation.SUM, Aggregation.DISTINCT)


class TargetLines:
    """Enters the targets of one KPI into its book, each once."""

    def __init__(self, standing: Standing, facts: KpiFacts) -> None:
        self.standing, self.facts = standing, facts
        self.book, self.kpi = standing.book, facts.kpi

    def lines(self, version: int | None) -> dict[Period, str]:
        """
        Return the line of each period's target: as first agreed (version 0), or as it is now (None).

        What is not listed falls due by the KPI's profile, unless it has listed targets from the start. A later version
        takes the place of the periods that it covers and of no other.
        """
        listed: dict[Period, Target] = {}
        for target in sorted(self.facts.targets, key=lambda t: t.version):
            if version is None or target.version == version:
                listed[target.period] = target
        stated = any(target.version == 0 for target in self.facts.targets)
        lines = {} if stated else self._by_profile()
        kept = {p: line for p, line in lines.items() if not any(overlap(p, other) for other in listed)}
        return dict(sorted({**kept, **{p: self._fact(target) for p, target in listed.items()}}.items()))

    def _fact(self, target: Target) -> str:
        line = f"{self.standing.stem}/target/{target.period.start}/{target.period.end}/{target.version}"
        if line not in self.book:
            unit = self.standing.unit
            why = "; ".join(part for part in (target.reason, target.approved_by) if part)
            label = f"{self.kpi.ref} target, {target.period.label}"
            self.book.fact(line, label, target.amount, unit, origin=str(target.origin), source=why)
        return line

    def _by_profile(self) -> dict[Period, str]:
        """Spread the whole-life target over the contract's periods by the KPI's profile, once."""
        term, promised = self.facts.contract.term, self.standing.quantity.get(PROMISED)
        if promised and self.facts.targets:
            promised = (
                f"{promised}/first"  # what changed stands in later versions; periods before them stay as they were
            )
        if term is None or not promised or self.kpi.profile is Profile.MILESTONES:
            return {}
        periods = periods_of(self.facts.contract.period_scheme, term)
        if self.kpi.over_time not in SUMMED:
            return dict.fromkeys(periods, promised)
        weights = performance.profile_weights(profile=self.kpi.profile, periods=periods)
        edges = list(accumulate(weights, initial=Decimal(0)))
        return {
            period: self._share(period, before, up_to, edges[-1], promised)
            for period, (before, up_to) in zip(periods, pairwise(edges), strict=True)
        }

    def _share(self, period: Period, before: Decimal, up_to: Decimal, whole: Decimal, promised: str) -> str:
        """Enter one period's share of the promise, between what the profile has reached before it and by its end."""
        line, unit = f"{self.standing.stem}/target/{period.start}", self.kpi.unit
        if line in self.book:
            return line
        edges = [self._edge(reached) for reached in (before, up_to, whole)]
        label = f"{self.kpi.ref} target, {period.label}"
        return self.book.figure(line, label, unit, "stretch", [promised, *edges]).id

    def _edge(self, reached: Decimal) -> str:
        """Enter how far the profile has come, in its own weights, once."""
        line = f"{self.standing.stem}/target/weight/{plain(reached)}"
        if line not in self.book:
            origin = f"{self.kpi.profile.value.replace('_', ' ')} profile"
            self.book.fact(line, f"{self.kpi.ref}: weight reached", reached, "weight", origin=origin)
        return line
