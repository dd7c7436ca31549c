"""What the tests of the report builder share."""

from __future__ import annotations

import pytest

from commonweal.portfolio import Portfolio
from tests.engine.reporting.build.journey_facts import journey_4_portfolio


@pytest.fixture
def journey_4() -> Portfolio:
    return journey_4_portfolio()
