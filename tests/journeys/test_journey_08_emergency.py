"""Journey 8: targets moved after a flood; the original and the adjusted target both stay in sight."""

from __future__ import annotations

from decimal import Decimal

import pytest

from commonweal.cli import inputs
from commonweal.reporting.build.build import assemble
from tests.journeys.conftest import Make, value

STEM = "NMC-2026-014/NT17/changed/2026-10-01/2026-12-31"


def test_40_hours_are_160_percent_of_the_adjusted_and_53_of_the_original_target(make: Make) -> None:
    made = make("-storm-2026", "2027-01-31")
    assert value(made, f"{STEM}/now") == Decimal(160)
    assert value(made, f"{STEM}/first").quantize(Decimal("0.1")) == Decimal("53.3")


@pytest.mark.parametrize(
    ("kpi", "first", "now"), [("NT17", [75, 75, 75], [25, 100, 100]), ("NT10", [13, 13], [10, 16])]
)
def test_a_re_profile_keeps_the_sum(make: Make, kpi: str, first: list[int], now: list[int]) -> None:
    made = make("-storm-2026", "2027-01-31")
    assembly = assemble(made.portfolio, as_at=made.report.as_at, calendars=inputs.calendars())
    standing = next(s for s in assembly.standings if s.kpi.ref == kpi)
    changed = [(assembly.book[a].value, assembly.book[b].value) for _, a, b in standing.targets if a != b]
    assert [old for old, _ in changed] == first
    assert [new for _, new in changed] == now
    assert sum(first) == sum(now)


def test_what_was_due_is_told_with_and_without_the_change(make: Make) -> None:
    made = make("-storm-2026", "2027-01-31")
    assert value(made, "NMC-2026-014/NT17/due/quantity") == 175
    assert value(made, "NMC-2026-014/NT17/due-first/quantity") == 225
