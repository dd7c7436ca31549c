"""`demo`: three whole reports from invented data, with their totals and where they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from commonweal.cli import demo, options
from commonweal.cli.status import Status
from commonweal.reporting import output
from commonweal.reporting.output import missing_or_altered
from tests.engine.cli.conftest import Run, document


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out the slow formats, which the tests of the renderers cover."""
    monkeypatch.setattr(output, "RENDERERS", {"html": output.RENDERERS["html"]})


@pytest.mark.usefixtures("quick")
def test_the_demonstration_prints_totals_and_places(run: Run, tmp_path: Path) -> None:
    result = run("demo", "-o", tmp_path / "demo")
    assert result.exit_code == Status.FINE
    for amount in ("£97,300.00", "£262.50", "£3,750.00", "£101,312.50"):
        assert amount in result.stdout
    assert "47 of 48 received for July to September 2026" in result.stdout
    assert "0 with KPIs" in result.stdout
    for example in demo.EXAMPLES:
        folder = tmp_path / "demo" / example.folder
        assert str(folder / "report.html") in result.stdout
        assert missing_or_altered(folder) == []


@pytest.mark.usefixtures("quick")
def test_it_can_be_run_again_and_read_by_programs(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "EXAMPLES", demo.EXAMPLES[:1])
    run("demo", "-o", tmp_path / "demo")
    found = document(run("demo", "-o", tmp_path / "demo", "--json"))
    assert found["reports"][0]["totals"]["portfolio/verified/pounds"] == "97300"


def test_places_of_examples_may_be_invented() -> None:
    assert options.levels("") == ()
    assert options.levels("Tollgate, Northmere") == ()
    assert ("authority", "E08000026") in options.levels("Coventry")
