"""What the sections of a report are made from."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from commonweal.checks.problem import Problem
from commonweal.figures import Book
from commonweal.portfolio import Portfolio
from commonweal.reporting.build.attention import Item
from commonweal.reporting.build.flows import Flows
from commonweal.reporting.build.newer import NewerValue
from commonweal.reporting.build.returns import ReturnLine
from commonweal.reporting.build.standing import Standing

MOST_DRAWN = 200


@dataclass(slots=True)
class Assembly:
    """What the sections are made from: the portfolio, its book, where each KPI stands, and the returns."""

    portfolio: Portfolio
    as_at: dt.date
    book: Book
    flows: Flows
    standings: list[Standing]
    returns: dict[str, list[ReturnLine]]
    problems: list[Problem]
    attention: list[Item] = field(default_factory=list)
    newer: Mapping[tuple[str, str], NewerValue] = field(default_factory=dict)

    @property
    def drawn(self) -> bool:
        """Whether each contract gets its chart: with many contracts, drawing takes longer than anybody looks."""
        return len({standing.contract.ref for standing in self.standings}) <= MOST_DRAWN

    @property
    def once(self) -> list[Standing]:
        """
        The standings that totals add up, each thing once.

        What a call-off states counts within its framework agreement where that has the same measure and unit, unless
        the call-off says that it is additional.
        """
        stated = {(s.contract.ref, s.kpi.measure, s.kpi.unit) for s in self.standings}
        return [s for s in self.standings if not self._within(s, stated)]

    @staticmethod
    def _within(standing: Standing, stated: set[tuple[str, str, str]]) -> bool:
        contract, kpi = standing.contract, standing.kpi
        above = kpi.stated_above or (contract.call_off_of, kpi.measure, kpi.unit) in stated
        return above and not contract.additional

    def by_contract(self) -> dict[str, list[Standing]]:
        """Return the standings of each contract that has KPIs, in the order of its KPIs."""
        found: dict[str, list[Standing]] = defaultdict(list)
        for standing in self.standings:
            found[standing.contract.ref].append(standing)
        return found
