"""The front page of a contract and the working of its figures: the pennies of journey 4, from rows to screen."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commonweal.cli.main import main
from commonweal.reporting.stored import differences
from commonweal_web.contracts.models import Contract
from commonweal_web.reports import documents
from tests.web.reports.first_return import first_return
from tests.web.world import World

REF = "NMC-2026-014"
AFTER = dt.date(2026, 7, 31)


@pytest.fixture
def moment() -> dt.datetime:
    return dt.datetime(2026, 7, 31, 12, 0, tzinfo=dt.UTC)


@pytest.fixture
def returned(world: World) -> World:
    first_return(world)
    return world


def test_the_engine_finds_the_pennies_of_journey_4_in_the_rows(returned: World) -> None:
    report = documents.whole_report([returned.contracts["grounds"]], title="", as_at=AFTER)
    found = {
        state: report.book[f"portfolio/{state}/pounds"].value
        for state in ("claimed", "verified", "pending", "rejected")
    }
    assert found == {
        "claimed": Decimal("101312.50"),
        "verified": Decimal("97300.00"),
        "pending": Decimal("262.50"),
        "rejected": Decimal("3750.00"),
    }
    assert differences(report.book) == []
    assert [problem for problem in report.problems if problem.severity == "error"] == []


def test_what_was_not_known_on_a_day_is_not_shown_for_it(returned: World) -> None:
    before = documents.whole_report([returned.contracts["grounds"]], title="", as_at=dt.date(2026, 7, 15))
    assert before.book["portfolio/pending/pounds"].value == Decimal("101312.50")
    assert "portfolio/verified/pounds" not in before.book or not before.book["portfolio/verified/pounds"].value


def test_the_number_of_queries_does_not_grow_with_the_contracts(returned: World) -> None:
    def queries(contracts: list[Contract]) -> int:
        with CaptureQueriesContext(connection) as seen:
            documents.standings(contracts, as_at=AFTER)
        return len(seen)

    whole = list(Contract.objects.select_related("authority", "directorate"))
    assert len(whole) == 3
    one = queries([contract for contract in whole if contract.reference == REF])
    assert one == queries(whole)
    assert one <= 18


def test_the_page_shows_each_kpi_in_words(returned: World, signed_in: object) -> None:
    page = signed_in("manager").get(f"/contracts/{returned.contracts['grounds'].pk}/")  # type: ignore[operator]
    assert page.status_code == 200
    text = page.content.decode()
    for words in ("1.875", "Amber: 93.75% of what was due", "∅ nil declared", "Red: 0% of what was due"):
        assert words in text


def test_a_figure_opens_its_working_and_the_command_line_agrees(
    returned: World, signed_in: object, tmp_path: Path
) -> None:
    client = signed_in("manager")  # type: ignore[operator]
    where = f"/contracts/{returned.contracts['grounds'].pk}"
    page = client.get(f"{where}/working/", {"line": f"{REF}/NT1/verified/pounds"})
    text = page.content.decode()
    assert "£56,250.00" in text
    assert "Vera Lund" in text
    data = client.get(f"{where}/working.json", {"line": f"{REF}/NT1/verified/pounds"})
    file = tmp_path / "report.json"
    file.write_bytes(data.content)
    told = CliRunner().invoke(main, ["explain", str(file), f"{REF}/NT1/verified/pounds"])
    assert told.exit_code == 0, told.output
    assert "£56,250.00" in told.output


def test_the_page_says_what_the_claims_are_worth_and_what_became_of_that(returned: World, signed_in: object) -> None:
    page = signed_in("manager").get(f"/contracts/{returned.contracts['grounds'].pk}/")  # type: ignore[operator]
    text = " ".join(re.sub(r"<[^>]+>", "", page.content.decode()).split())
    assert "claimed £101,312.50 = verified £97,300.00 + pending £262.50 + rejected £3,750.00." in text


def test_an_unknown_figure_is_not_found(returned: World, signed_in: object) -> None:
    client = signed_in("manager")  # type: ignore[operator]
    assert client.get(f"/contracts/{returned.contracts['grounds'].pk}/working/", {"line": "none"}).status_code == 404


@pytest.mark.parametrize("form", sorted(documents.FORMATS))
def test_the_one_pager_is_taken_away_in_every_format(returned: World, signed_in: object, form: str) -> None:
    client = signed_in("manager")  # type: ignore[operator]
    answer = client.get(f"/contracts/{returned.contracts['grounds'].pk}/one-page.{form}")
    assert answer.status_code == 200
    assert "attachment" in answer["Content-Disposition"]
    assert len(answer.content) > 1000
