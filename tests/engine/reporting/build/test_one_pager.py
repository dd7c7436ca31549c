"""A contract on one page: the figures of the whole report, the states in words, one A4 page."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import replace
from decimal import Decimal

import pytest
from pypdf import PdfReader

from commonweal.periods import Period
from commonweal.portfolio import Claim, Decision, Note, Outcome, Portfolio, Target
from commonweal.reporting import wording
from commonweal.reporting.build.one_pager import one_pager
from commonweal.reporting.model import Facts, Prose, Report, Table
from commonweal.reporting.render_pdf import render_pdf
from commonweal.reporting.stored import differences
from tests.engine.reporting.build.journey_facts import CALENDAR, FIRST, REF, contract

AS_AT = dt.date(2026, 7, 31)
SECOND = Period(dt.date(2026, 7, 1), dt.date(2026, 9, 30))


def made(portfolio: Portfolio, as_at: dt.date = AS_AT) -> Report:
    return one_pager(portfolio, REF, as_at=as_at, calendars={"england-and-wales": CALENDAR}, made_by="a test")


def table(report: Report, end: str) -> Table:
    return next(table for table in report.tables() if table.name.endswith(end))


def words(report: Report, end: str) -> list[list[str]]:
    return [[said.line.strip() for said in row] for row in wording.table_words(table(report, end))]


def test_the_page_says_where_each_kpi_stands(journey_4: Portfolio) -> None:
    rows = {row[0].partition(":")[0]: row for row in words(made(journey_4), "-kpis")}
    assert rows["NT1"][1:5] == ["2 FTE-years", "1.875 FTE-years", "0 FTE-years", "◆ Amber: 93.75% of what was due"]
    assert rows["NT17"][2:4] == ["60 hours", "15 hours"]
    assert rows["NT31"][2] == "∅ nil declared"
    assert rows["CL"][1] == "not due"


def test_what_is_rejected_and_what_is_short_stand_together(journey_4: Portfolio) -> None:
    report = made(journey_4)
    assert [column.heading for column in table(report, "-open").columns] == [
        "KPI",
        "Rejected",
        "Short of what was due",
    ]
    assert ["NT1", "0.125 FTE-years", "0.125 FTE-years"] in words(report, "-open")
    assert ["NT17", "–", "15 hours"] in words(report, "-open")


def test_every_figure_opens_to_its_facts(journey_4: Portfolio) -> None:
    report = made(journey_4)
    shown = [cell.figure for block in report.tables() for row in block.rows for cell in row.cells if cell.figure]
    assert shown
    assert all(line in report.book for line in shown)
    assert differences(report.book) == []


def test_it_prints_on_one_page_however_many_kpis(journey_4: Portfolio) -> None:
    def pages(portfolio: Portfolio) -> int:
        return len(PdfReader(io.BytesIO(render_pdf(made(portfolio)))).pages)

    assert pages(journey_4) == 1
    more = [
        replace(kpi, ref=f"{kpi.ref}-{number}", deliverable=f"the same again, number {number}")
        for number in range(3)
        for kpi in journey_4.kpis
    ]
    assert pages(replace(journey_4, kpis=[*journey_4.kpis, *more])) == 1, "24 KPIs are set smaller"
    many = [replace(kpi, ref=f"{kpi.ref}-{number}") for number in range(20) for kpi in journey_4.kpis]
    assert pages(replace(journey_4, kpis=many)) > 1, "120 KPIs run on, and none is dropped"


def test_the_latest_period_is_compared_with_the_one_before(journey_4: Portfolio) -> None:
    def trend(amount: str) -> str:
        claim = Claim("R2", REF, "NT17", SECOND, dt.date(2026, 10, 9), Decimal(amount))
        seen = Decision(REF, "NT17", Outcome.VERIFIED, Decimal(amount), dt.date(2026, 10, 20), claim="R2")
        portfolio = replace(journey_4, claims=[*journey_4.claims, claim], decisions=[*journey_4.decisions, seen])
        rows = {row[0].partition(":")[0]: row for row in words(made(portfolio, dt.date(2026, 10, 31)), "-kpis")}
        return rows["NT17"][5]

    assert trend("75") == "75 hours, up from 60"
    assert trend("10") == "10 hours, down from 60"
    assert trend("60") == "60 hours, same as 60"


def test_a_gap_that_is_only_waiting_for_a_check_is_said_beside_the_colour(journey_4: Portfolio) -> None:
    waiting = replace(journey_4, decisions=[])
    rows = {row[0].partition(":")[0]: row for row in words(made(waiting), "-kpis")}
    assert rows["NT17"][4] == "▼ Red: 0% of what was due; 75 waiting to be checked"
    half = [replace(claim, amount=Decimal(30)) if claim.kpi == "NT17" else claim for claim in waiting.claims]
    rows = {row[0].partition(":")[0]: row for row in words(made(replace(waiting, claims=half)), "-kpis")}
    assert rows["NT17"][4] == "▼ Red: 0% of what was due"
    limit = [replace(kpi, better="down") if kpi.ref == "NT17" else kpi for kpi in waiting.kpis]
    rows = {row[0].partition(":")[0]: row for row in words(made(replace(waiting, kpis=limit)), "-kpis")}
    assert "waiting" not in rows["NT17"][4]


def test_the_strip_tells_on_time_late_missing_and_unknown_days(journey_4: Portfolio) -> None:
    portfolio = replace(journey_4, claims=[replace(c, received=dt.date(2026, 7, 20)) for c in journey_4.claims])
    late = words(made(replace(portfolio, decisions=[]), dt.date(2026, 10, 31)), "-returns")
    assert late == [["5 days late", "▢ missing, 16 days", "○ not due"]]
    undated = replace(journey_4, claims=[replace(c, received=None) for c in journey_4.claims])
    assert words(made(undated), "-returns")[0][0] == "received"
    assert words(made(journey_4), "-returns")[0][0] == "on time"


def test_actions_come_by_their_day_and_milestones_ahead(journey_4: Portfolio) -> None:
    notes = [
        Note(REF, "Later", dt.date(2026, 7, 30), "action", "B", dt.date(2026, 9, 1)),
        Note(REF, "Sooner", dt.date(2026, 7, 30), "action", "A", dt.date(2026, 8, 1)),
        Note(REF, "No day", dt.date(2026, 7, 30), "note", "A"),
        Note("another", "Elsewhere", dt.date(2026, 7, 30), "action", "A", dt.date(2026, 8, 1)),
    ]
    report = made(replace(journey_4, notes=notes))
    assert [row[0] for row in words(report, "-actions")] == ["Sooner", "Later"]
    assert not [t for t in made(replace(journey_4, notes=[])).tables() if t.name.endswith("-actions")]


def test_a_contract_without_kpis_says_why() -> None:
    bare = contract(value=None, start=None, end=None, no_kpi_reason="let in 2003, before social value was asked for")
    report = made(Portfolio(contracts=[bare]))
    facts = next(block for block in report.sections[0].blocks if isinstance(block, Facts))
    assert ("Value", "not stated") in facts.items
    assert ("Runs", "dates not stated") in facts.items
    said = next(block for block in report.sections[0].blocks if isinstance(block, Prose))
    assert "let in 2003" in said.paragraphs[0]
    assert report.tables() == []


def test_paid_to_date_and_the_next_break_are_in_the_head(journey_4: Portfolio) -> None:
    told = contract(spent=Decimal(150_000), next_break=dt.date(2028, 4, 1))
    report = made(replace(journey_4, contracts=[told]))
    facts = dict(next(block for block in report.sections[0].blocks if isinstance(block, Facts)).items)
    assert facts["Paid to date"] == "£150,000"
    assert facts["Next break point"] == "1 April 2028"
    assert facts["Runs"].endswith("8 % of its time has gone")


def test_nothing_short_and_nothing_left_to_do_leave_their_tables_out(journey_4: Portfolio) -> None:
    wanted = [k for k in journey_4.kpis if k.ref == "NT10"]
    last = Target(REF, "NT10", FIRST, Decimal(13))
    portfolio = replace(
        journey_4,
        kpis=[replace(kpi, target=Decimal(13)) for kpi in wanted],
        targets=[last],
        claims=[c for c in journey_4.claims if c.kpi == "NT10"],
        decisions=[d for d in journey_4.decisions if d.kpi == "NT10"],
    )
    report = made(portfolio)
    assert not [t for t in report.tables() if t.name.endswith("-open")]
    assert words(report, "-kpis")[0][6] == "–"


def test_an_unknown_contract_is_named(journey_4: Portfolio) -> None:
    with pytest.raises(KeyError, match="none"):
        one_pager(journey_4, "none", as_at=AS_AT, calendars={}, made_by="a test")
