"""The values of a row as facts take them: choices as their enumerations, and without the cells of the period."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from commonweal.portfolio import Aggregation, Kind, PeriodScheme, Profile
from commonweal.workbooks.tables import Line

ENUMS: dict[str, Callable[[str], Any]] = {
    "period_scheme": PeriodScheme,
    "kind": Kind,
    "profile": Profile,
    "over_time": Aggregation,
    "over_contracts": Aggregation,
}
PERIOD_FIELDS = ("period_label", "period_start", "period_end")


def typed(line: Line) -> dict[str, Any]:
    """Return the row's values without the period's cells, choices as their enumerations."""
    values = {name: value for name, value in line.values.items() if name not in PERIOD_FIELDS}
    for name, enum in ENUMS.items():
        if name in values:
            values[name] = enum(values[name])
    return values
