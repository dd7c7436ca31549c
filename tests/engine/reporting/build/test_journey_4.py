"""Journey 4 to the penny: claimed, verified, pending and rejected, and red, amber or green against what was due."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from commonweal.performance import Rag
from commonweal.portfolio import Portfolio
from commonweal.reporting.build.assembly import Assembly
from commonweal.reporting.build.build import assemble, build_report
from tests.engine.reporting.build.journey_facts import CALENDAR, REF

AS_AT = dt.date(2026, 7, 31)
CALENDARS = {"england-and-wales": CALENDAR}


@pytest.fixture
def assembly(journey_4: Portfolio) -> Assembly:
    return assemble(journey_4, as_at=AS_AT, calendars=CALENDARS)


@pytest.mark.parametrize(
    ("kpi", "claimed", "verified", "pending", "rejected"),
    [
        ("NT1", "60000.00", "56250.00", "0.00", "3750.00"),
        ("NT10", "3250.00", "3250.00", "0.00", None),
        ("NT17", "1312.50", "1050.00", "262.50", None),
        ("NT18", "18750.00", "18750.00", "0.00", None),
        ("NT31", None, None, None, None),
        ("CL", "18000.00", "18000.00", "0.00", None),
    ],
)
def test_pounds_by_state(
    assembly: Assembly, kpi: str, claimed: str | None, verified: str | None, pending: str | None, rejected: str | None
) -> None:
    standing = next(s for s in assembly.standings if s.kpi.ref == kpi)
    wanted = {"claimed": claimed, "verified": verified, "pending": pending, "rejected": rejected}
    found = {name: standing.worth(name) for name in wanted}
    assert found == {name: None if amount is None else Decimal(amount) for name, amount in wanted.items()}


@pytest.mark.parametrize(
    ("kpi", "due", "colour", "words"),
    [
        ("NT1", "2", Rag.AMBER, "93.75% of what was due"),
        ("NT10", "13", Rag.GREEN, "100% of what was due"),
        ("NT17", "75", Rag.AMBER, "80% of what was due"),
        ("NT18", "31250", Rag.GREEN, "100% of what was due"),
        ("NT31", "0.625", Rag.RED, "0% of what was due; nil, reason given"),
        ("CL", None, Rag.NOT_DUE, "not due, 1 ahead"),
    ],
)
def test_standing_against_what_was_due(assembly: Assembly, kpi: str, due: str | None, colour: Rag, words: str) -> None:
    standing = next(s for s in assembly.standings if s.kpi.ref == kpi)
    assert standing.amount("due") == (None if due is None else Decimal(due))
    assert standing.stands is not None
    assert (standing.stands.rag, standing.stands.words) == (colour, words)


def test_totals_add_up_to_what_was_claimed(journey_4: Portfolio) -> None:
    report = build_report(journey_4, as_at=AS_AT, calendars=CALENDARS, made_by="test")
    pounds = {
        name: report.book[f"portfolio/{name}/pounds"].value for name in ("claimed", "verified", "pending", "rejected")
    }
    assert pounds == {
        "claimed": Decimal("101312.50"),
        "verified": Decimal("97300.00"),
        "pending": Decimal("262.50"),
        "rejected": Decimal("3750.00"),
    }
    assert report.problems == []


def test_every_figure_comes_out_again_from_the_facts(journey_4: Portfolio) -> None:
    book = build_report(journey_4, as_at=AS_AT, calendars=CALENDARS, made_by="test").book
    assert len(book) > 200
    assert [entry.id for entry in book if book.recompute(entry.id) != entry.value] == []


def test_a_figure_leads_back_to_the_cell(journey_4: Portfolio) -> None:
    book = build_report(journey_4, as_at=AS_AT, calendars=CALENDARS, made_by="test").book
    assert book[f"{REF}/V-NT17/quantity"].origin == "journey-4.xlsx, Decisions, row 4"  # type: ignore[union-attr]


def test_what_is_dated_later_is_left_out(journey_4: Portfolio) -> None:
    before = assemble(journey_4, as_at=dt.date(2026, 7, 15), calendars=CALENDARS)
    assert {s.kpi.ref: s.worth("pending") for s in before.standings}["NT17"] == Decimal("1312.50")
    assert all(s.worth("verified") is None for s in before.standings)
