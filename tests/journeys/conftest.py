"""What the journeys share: a report on one of the example portfolios, made as the command line makes it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import pytest

from commonweal.catalogue import data_root
from commonweal.cli.inputs import Made, make_report

Make = Callable[[str, str], Made]


@pytest.fixture(scope="session")
def make() -> Make:
    """Make the report on an example, by the end of its folder's name, as at a day; each is made once."""
    made: dict[tuple[str, str], Made] = {}

    def call(example: str, day: str) -> Made:
        if (example, day) not in made:
            source = data_root() / "examples" / f"contract-workbook{example}"
            made[(example, day)] = make_report(source, as_at=dt.date.fromisoformat(day))
        return made[(example, day)]

    return call


def value(made: Made, line: str) -> Decimal:
    """The number of one line of a report's book."""
    return made.report.book[line].value
