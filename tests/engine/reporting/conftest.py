"""The sample report, made once for all tests of the renderers; none of them changes it."""

from __future__ import annotations

import pytest

from commonweal.reporting.model import Report
from tests.engine.reporting.report_sample import sample_report


@pytest.fixture(scope="session")
def report() -> Report:
    return sample_report()
