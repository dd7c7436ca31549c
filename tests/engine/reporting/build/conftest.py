"""What the tests of the report builder share."""

from __future__ import annotations

import pytest
from journey_facts import journey_4_portfolio

from commonweal.portfolio import Portfolio


@pytest.fixture
def journey_4() -> Portfolio:
    return journey_4_portfolio()
