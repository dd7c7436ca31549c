"""What a KPI owes in each period: as listed in the input, or its whole-life promise spread by its profile."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from commonweal import performance
from commonweal.periods import Period, overlap, periods_of
from commonweal.portfolio import Aggregation, Profile, Target

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
        lines: dict[Period, str] = {}
        for period, weight in zip(periods, weights, strict=True):
            lines[period] = self._share(period, weight, sum(weights), promised, lines, last=period is periods[-1])
        return lines

    def _share(
        self,
        period: Period,
        weight: Decimal,
        whole: Decimal | int,
        promised: str,
        before: dict[Period, str],
        *,
        last: bool,
    ) -> str:
        """Enter one period's share of the promise; the last takes the remainder, so that the targets add up to it."""
        line, unit = f"{self.standing.stem}/target/{period.start}", self.kpi.unit
        if line in self.book:
            return line
        label = f"{self.kpi.ref} target, {period.label}"
        if last:
            return self.book.figure(line, label, unit, "remainder", [promised, *before.values()]).id
        origin = f"{self.kpi.profile.value.replace('_', ' ')} profile"
        part = self.book.fact(f"{line}/weight", f"{label}: weight", weight, "weight", origin=origin)
        every = f"{self.standing.stem}/target/weights"
        if every not in self.book:
            self.book.fact(every, f"{self.kpi.ref}: all weights", Decimal(whole), "weight", origin=origin)
        return self.book.figure(line, label, unit, "prorated", [promised, part.id, every]).id
