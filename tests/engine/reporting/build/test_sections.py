"""What each section shows, and what it leaves out when there is nothing to show."""

from __future__ import annotations

import dataclasses
import datetime as dt
import zipfile
from decimal import Decimal
from pathlib import Path

import pytest

from commonweal.calendars import Calendar
from commonweal.checks.problem import Problem, Severity
from commonweal.periods import Period
from commonweal.portfolio import (
    Aggregation,
    Claim,
    Contract,
    Decision,
    Kind,
    Kpi,
    Note,
    Outcome,
    PeriodScheme,
    Portfolio,
    Profile,
    Receipt,
    Supplier,
    Target,
)
from commonweal.reporting.build.build import build_report
from commonweal.reporting.build.names import slug
from commonweal.reporting.model import Cell, Chart, Facts, Headlines, Prose, Report, Section, State, Table
from commonweal.reporting.output import write_report
from tests.engine.reporting.build.journey_facts import CALENDAR, FIRST, REF, contract, kpi, origin

SECOND = Period(dt.date(2026, 7, 1), dt.date(2026, 9, 30))
THIRD = Period(dt.date(2026, 10, 1), dt.date(2026, 12, 31))
AS_AT = dt.date(2026, 10, 31)
CALENDARS = {"england-and-wales": CALENDAR}


def report(
    *facts: object,
    as_at: dt.date = AS_AT,
    calendars: dict[str, Calendar] = CALENDARS,
    problems: tuple[Problem, ...] = (),
) -> Report:
    """Return the report on the facts given; a contract is added where none is."""

    def of(kind: type) -> list:  # type: ignore[type-arg]
        return [fact for fact in facts if isinstance(fact, kind)]

    portfolio = Portfolio(
        contracts=of(Contract) or [contract()],
        kpis=of(Kpi),
        targets=of(Target),
        claims=of(Claim),
        receipts=of(Receipt),
        decisions=of(Decision),
        notes=of(Note),
    )
    return build_report(portfolio, as_at=as_at, calendars=calendars, made_by="test", problems=problems)


def claim(ref: str, code: str, amount: str, period: Period = FIRST, **changes: object) -> Claim:
    received = period.end + dt.timedelta(days=10)
    return Claim(ref, REF, code, period, received, Decimal(amount), origin=origin("Returns", 2), **changes)  # type: ignore[arg-type]


def verified(line: str, code: str, amount: str, **changes: object) -> Decision:
    return Decision(REF, code, Outcome.VERIFIED, Decimal(amount), None, claim=line, **changes)  # type: ignore[arg-type]


def table(made: Report, name: str) -> Table:
    return next(t for t in made.tables() if t.name == name)


def names(made: Report) -> set[str]:
    return {t.name for t in made.tables()}


def column(shown: Table, key: str) -> list[Cell]:
    at = [c.key for c in shown.columns].index(key)
    return [row.cells[at] for row in shown.rows]


def section(made: Report, anchor: str) -> Section:
    return next(s for s in made.sections if s.anchor == anchor)


def consistent(made: Report) -> bool:
    return all(made.book.recompute(entry.id) == entry.value for entry in made.book)


PAGE = f"contract-{slug(REF)}"


def test_a_late_period_of_two_gives_a_range_to_the_end() -> None:
    made = report(
        kpi("NT17"),
        claim("A", "NT17", "60"),
        claim("B", "NT17", "40", SECOND),
        verified("A", "NT17", "60"),
        verified("B", "NT17", "40"),
    )
    (row,) = table(made, f"{PAGE}-forecast").rows
    assert [cell.value for cell in row.cells[1:]] == [
        Decimal(1200),
        Decimal(660),
        Decimal(800),
        Decimal(940),
        Decimal(14),
        Decimal("78.571429"),
    ]
    assert consistent(made)


def test_a_nil_counts_as_a_period_in_the_forecast_and_a_missing_one_does_not() -> None:
    nil = claim("A", "NT17", "0", nil=True, reason="storm")
    made = report(kpi("NT17"), nil, claim("B", "NT17", "40", SECOND), verified("B", "NT17", "40"))
    (row,) = table(made, f"{PAGE}-forecast").rows
    assert row.cells[2].value == Decimal(40)
    only_nil = report(kpi("NT17"), nil)
    (row,) = table(only_nil, f"{PAGE}-forecast").rows
    assert [row.cells[2].value, row.cells[3].value] == [None, Decimal(0)]
    assert consistent(made)
    assert consistent(only_nil)


def test_a_nil_beside_something_verified_is_not_a_second_rate() -> None:
    nil = claim("N", "NT17", "0", nil=True)
    made = report(kpi("NT17"), nil, claim("A", "NT17", "60"), verified("A", "NT17", "60"), as_at=dt.date(2026, 7, 31))
    (row,) = table(made, f"{PAGE}-forecast").rows
    assert row.cells[3].value == Decimal(960)


def test_people_without_tokens_are_added_up_as_declared_and_it_is_said() -> None:
    def words(*claims: Claim) -> str:
        blocks = section(report(kpi("CL"), *claims), "method").blocks
        return " ".join(p for b in blocks if isinstance(b, Prose) for p in b.paragraphs)

    assert "as declared" in words(claim("A", "CL", "1"))
    twice = words(claim("A", "CL", "1", persons=("a7",)), claim("B", "CL", "1", SECOND, persons=("a7",)))
    assert "1 person tokens stand in it more than once" in twice
    assert "counts people once" not in words(claim("A", "CL", "1", persons=("a7",)))


def test_no_forecast_for_milestones_ended_contracts_or_without_dates() -> None:
    milestone = kpi("CL")
    ended = report(
        contract(end=dt.date(2026, 9, 30)),
        kpi("NT17", target=Decimal(150)),
        claim("A", "NT17", "60"),
        verified("A", "NT17", "60"),
    )
    undated = report(contract(start=None, end=None), kpi("NT17"), claim("A", "NT17", "60"), verified("A", "NT17", "60"))
    for made in (report(milestone, claim("A", "CL", "1"), verified("A", "CL", "1")), ended, undated):
        assert f"{PAGE}-forecast" not in names(made)
    kpis = table(undated, f"{PAGE}-kpis")
    assert column(kpis, "due")[0].text == "no dates in the input"
    assert column(kpis, "rag")[0].text == "no dates in the input"
    assert column(table(undated, "contracts"), "standing")[0].value == "1 no dates in the input"
    headlines = section(undated, "summary").blocks[0]
    assert isinstance(headlines, Headlines)
    assert [(item.label, item.cell.value, item.context) for item in headlines.items] == [
        ("Promised", Decimal("21000.00"), "1 KPI with pounds on 1 contract"),
        ("Claimed", Decimal("1050.00"), "1 KPI with pounds on 1 contract"),
        ("Pending", Decimal("0.00"), "0 KPIs with pounds on 0 contracts"),
        ("Verified", Decimal("1050.00"), "1 KPI with pounds on 1 contract"),
    ]


def test_journey_7_ceiling_of_a_credit() -> None:
    care = contract(
        start=dt.date(2025, 4, 1),
        end=dt.date(2027, 3, 31),
        period_scheme=PeriodScheme.CONTRACT_YEARS,
        credit_share=Decimal(50),
        credit_cap=Decimal(20000),
    )
    year = Period(dt.date(2025, 4, 1), dt.date(2026, 3, 31))
    trainees = kpi(
        "CL", ref="TRN", unit="person", target=Decimal(24), value_per_unit=Decimal(4000), profile=Profile.EVEN
    )
    made = report(
        care,
        trainees,
        kpi("NT17"),
        claim("A", "TRN", "5", year),
        claim("B", "NT17", "228", year),
        verified("A", "TRN", "5"),
        verified("B", "NT17", "228"),
    )
    rows = table(made, f"{PAGE}-credit").rows
    assert [[cell.value for cell in row.cells[1:]] for row in rows] == [
        [Decimal(7), Decimal("28000.00")],
        [Decimal(372), Decimal("6510.00")],
        [None, Decimal("34510.00")],
        [None, Decimal("17255.00")],
    ]
    assert consistent(made)


def test_a_credit_without_a_cap_is_the_share_alone() -> None:
    made = report(contract(credit_share=Decimal(50)), kpi("NT17"), claim("A", "NT17", "0", nil=True))
    assert table(made, f"{PAGE}-credit").rows[-1].cells[2].value == Decimal("1312.50")


def test_journey_8_changed_targets_stand_beside_the_original() -> None:
    targets = [
        Target(REF, "NT17", period, Decimal(amount), version, reason, origin=origin("Targets", row))
        for row, (period, amount, version, reason) in enumerate(
            [
                (FIRST, "75", 0, ""),
                (SECOND, "75", 0, ""),
                (THIRD, "75", 0, ""),
                (FIRST, "25", 1, "Storm Ines"),
                (SECOND, "100", 1, "Storm Ines"),
                (THIRD, "100", 1, "Storm Ines"),
            ],
            start=2,
        )
    ]
    made = report(kpi("NT17", target=Decimal(225)), *targets, claim("A", "NT17", "40"), verified("A", "NT17", "40"))
    shown = table(made, f"{PAGE}-changes")
    assert [c.value for c in column(shown, "first")] == [Decimal(75)] * 3
    assert [c.value for c in column(shown, "now")] == [Decimal(25), Decimal(100), Decimal(100)]
    assert column(shown, "of_now")[0].value == Decimal("160.00")
    assert column(shown, "of_first")[0].value == Decimal("53.33")
    assert column(shown, "of_now")[1].text == "–"
    assert column(shown, "why")[0].value == "Storm Ines"
    due = made.book[f"{REF}/NT17/due/quantity"], made.book[f"{REF}/NT17/due-first/quantity"]
    assert [figure.value for figure in due] == [Decimal(125), Decimal(150)]


def test_a_target_added_by_a_change_has_no_original() -> None:
    targets = [Target(REF, "NT17", FIRST, Decimal(75)), Target(REF, "NT17", SECOND, Decimal(0), 1, "paused")]
    made = report(kpi("NT17"), *targets)
    shown = table(made, f"{PAGE}-changes")
    assert [c.text for c in column(shown, "first")] == ["–"]
    assert [c.text for c in column(shown, "of_first")] == ["–"]


def test_journey_12_what_became_of_the_promise() -> None:
    made = report(
        kpi("NT10", target=Decimal(416)),
        claim("A", "NT10", "214"),
        verified("A", "NT10", "214"),
        Decision(REF, "NT10", Outcome.TRANSFERRED, Decimal(180), None),
        Decision(REF, "NT10", Outcome.WRITTEN_OFF, Decimal(22), None),
        as_at=dt.date(2030, 3, 31),
    )
    (row,) = table(made, f"{PAGE}-promise").rows
    assert [cell.value for cell in row.cells[1:]] == [
        Decimal(416),
        None,
        Decimal(180),
        Decimal(22),
        Decimal(214),
        Decimal(214),
        Decimal("50500.00"),
    ]
    assert made.book[f"{REF}/NT10/due/quantity"].value == 214
    assert consistent(made)


def test_a_variation_changes_what_is_promised() -> None:
    change = Decision(
        REF, "NT18", Outcome.VARIED, Decimal(62500), None, ref="CH1", reason="cemetery", origin=origin("Decisions", 2)
    )
    made = report(kpi("NT18"), change)
    assert made.book[f"{REF}/NT18/promised/quantity"].value == Decimal(562500)
    assert made.book[f"{REF}/NT18/promised/pounds"].value == Decimal("337500.00")


def test_something_let_go_without_a_promise_says_nothing_of_what_stands() -> None:
    rate = kpi("NT17", target=None)
    made = report(rate, Decision(REF, "NT17", Outcome.RELIEVED, Decimal(5), None))
    assert [p.code for p in made.problems] == ["illegal_movement"]
    assert f"{PAGE}-promise" not in names(made)
    assert column(table(made, f"{PAGE}-kpis"), "due")[0].text == "no target by period"


def living_wage(**changes: object) -> Kpi:
    return kpi(
        "NT1",
        ref="RLW",
        measure="RLW",
        unit="person",
        kind=Kind.RATIO,
        target=Decimal(100),
        value_per_unit=None,
        over_time=Aggregation.RECOMPUTE,
        over_contracts=Aggregation.RECOMPUTE,
        **changes,
    )


def test_a_percentage_is_worked_out_again_and_never_averaged() -> None:
    made = report(
        living_wage(),
        claim("A", "RLW", "184", denominator=Decimal(184)),
        claim("B", "RLW", "8", SECOND, denominator=Decimal(16)),
        verified("A", "RLW", "184"),
        verified("B", "RLW", "8"),
    )
    assert made.book[f"{REF}/RLW/verified/quantity"].value == Decimal("96.00")
    measure = table(made, "by-measure").rows[0]
    assert measure.cells[6].value == Decimal("96.00")
    assert [measure.cells[3].text, measure.cells[5].text] == ["–", "–"]
    assert consistent(made)


def test_a_contract_without_pounds_says_so_and_counts_colours_instead() -> None:
    made = report(living_wage(), claim("A", "RLW", "184", denominator=Decimal(184)), verified("A", "RLW", "184"))
    blocks = section(made, PAGE).blocks
    assert Prose(("This contract is measured without pounds.",)) in blocks
    headlines = section(made, "summary").blocks[0]
    assert isinstance(headlines, Headlines)
    assert [(item.label, item.cell.value) for item in headlines.items] == [
        ("KPIs green", Decimal(1)),
        ("KPIs amber", Decimal(0)),
        ("KPIs red", Decimal(0)),
        ("KPIs not due", Decimal(0)),
    ]
    assert "by-pack" not in names(made)


@pytest.mark.parametrize(
    ("rule", "amount", "due"),
    [(Aggregation.AVERAGE, "7.5", "8"), (Aggregation.LAST, "9", "8")],
)
def test_levels_are_averaged_or_the_latest_counts(rule: Aggregation, amount: str, due: str) -> None:
    fte = kpi("NT1", unit="FTE", target=Decimal(8), over_time=rule, over_contracts=rule, value_per_unit=None)
    made = report(
        fte,
        claim("A", "NT1", "6"),
        claim("B", "NT1", "9", SECOND),
        verified("A", "NT1", "6"),
        verified("B", "NT1", "9"),
    )
    assert made.book[f"{REF}/NT1/verified/quantity"].value == Decimal(amount)
    assert made.book[f"{REF}/NT1/due/quantity"].value == Decimal(due)
    assert table(made, "by-measure").rows[0].cells[6].value == Decimal(amount)
    assert f"{PAGE}-forecast" not in names(made)


def test_an_average_over_no_lines_is_a_dash() -> None:
    fte = kpi("NT1", unit="FTE", target=None, over_time=Aggregation.AVERAGE, over_contracts=Aggregation.AVERAGE)
    assert table(report(fte), "by-measure").rows[0].cells[6].text == "–"


def test_what_is_told_in_words_has_no_total() -> None:
    story = kpi(
        "NT1",
        ref="BIO",
        unit="text",
        kind=Kind.NARRATIVE,
        target=None,
        value_per_unit=None,
        over_time=Aggregation.NONE,
        over_contracts=Aggregation.NONE,
    )
    made = report(story, claim("A", "BIO", "1"))
    assert column(table(made, f"{PAGE}-kpis"), "rag")[0].text == "told in words"
    assert table(made, "by-measure").rows[0].cells[3].text == "not added up"
    assert column(table(made, "contracts"), "standing")[0].value == "1 told in words"


def test_an_s_curve_adds_up_to_the_promise() -> None:
    made = report(kpi("NT17", profile=Profile.S_CURVE), as_at=dt.date(2030, 3, 31))
    assert made.book[f"{REF}/NT17/due/quantity"].value == 1200
    first = made.book[f"{REF}/NT17/target/2026-04-01"].value
    assert first < Decimal(75)
    assert consistent(made)


def test_returns_missing_late_and_not_due() -> None:
    receipt = Receipt(REF, FIRST, dt.date(2026, 7, 29), origin=origin("Returns", 9))
    made = report(kpi("NT17"), receipt)
    shown = table(made, f"{PAGE}-returns")
    assert [c.text for c in column(shown, "state")] == ["received 14 days late", "no return, 16 days overdue", ""]
    assert [c.state for c in column(shown, "state")] == [None, State.MISSING, State.NOT_DUE]
    rows = [[cell.value for cell in row.cells] for row in table(made, "returns").rows]
    nothing = Decimal(0)
    assert rows == [
        ["July to September 2026", 1, nothing, nothing, nothing, nothing, nothing, 1],
        ["April to June 2026", 1, 1, 100, nothing, nothing, 1, nothing],
        ["All periods", 2, 1, 50, nothing, nothing, 1, 1],
    ]
    assert table(made, "contracts").rows[0].cells[-1].value == 1
    assert "closes after 4 November 2026" in str(column(table(made, "attention"), "why")[0].value)
    assert consistent(made)


def test_a_return_without_a_day_and_one_that_is_closed() -> None:
    made = report(kpi("NT17"), Receipt(REF, FIRST, None), as_at=dt.date(2026, 12, 1))
    shown = column(table(made, f"{PAGE}-returns"), "state")
    assert [c.text for c in shown][:2] == ["received, day not stated", "no return, 47 days overdue, closed"]
    assert "closed on 4 November 2026" in str(column(table(made, "attention"), "why")[0].value)
    assert [cell.value for cell in table(made, "returns").rows[1].cells][1:] == [1, 1, 100, 0, 0, 0, 0]


def test_nothing_is_expected_before_the_first_due_date() -> None:
    made = report(kpi("NT17"), as_at=dt.date(2026, 5, 1))
    assert "returns" not in names(made)
    headline = section(made, "summary").blocks[0].items[-1]  # type: ignore[union-attr]
    assert headline.label == "Promised"


def test_before_the_first_due_date_the_headline_says_that_none_is_due() -> None:
    milestone = Target(REF, "CL", Period(dt.date(2026, 4, 1), dt.date(2026, 4, 20)), Decimal(1))
    headlines = section(report(kpi("CL"), milestone, as_at=dt.date(2026, 5, 1)), "summary").blocks[0]
    assert isinstance(headlines, Headlines)
    assert (headlines.items[-1].cell.value, headlines.items[-1].context) == (Decimal(0), "none due yet")


def test_a_long_list_is_cut_on_the_first_page_and_whole_in_its_chapter() -> None:
    many = [contract(ref=f"C{n}", title="") for n in range(14)]
    made = report(*many, *(dataclasses.replace(kpi("NT17"), contract=c.ref) for c in many), as_at=dt.date(2026, 7, 31))
    assert len(table(made, "attention").rows) == 12
    assert table(made, "attention").note.startswith("16 more items")
    assert len(table(made, "attention-all").rows) == 28


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"division": "atlantis"}, "could not be worked out"),
        ({"start": dt.date(2019, 4, 1), "end": dt.date(2029, 3, 31)}, "bank holidays are not known"),
    ],
)
def test_due_dates_that_cannot_be_known_are_said(changes: dict[str, object], words: str) -> None:
    made = report(contract(**changes), kpi("NT17"))
    (problem,) = made.problems
    assert problem.code == "returns_not_timed"
    assert words in problem.found


def test_attention_sorts_what_presses_most_to_the_top() -> None:
    disputed = Decision(REF, "NT10", Outcome.DISPUTED, Decimal(13), None, claim="B")
    soon = Note(REF, "plant the hedge", None, "action", due=dt.date(2026, 11, 5))
    late = Note(REF, "send the survey", None, "action", due=dt.date(2026, 10, 5), kpi="NT31")
    far = Note(REF, "celebrate", None, "milestone", due=dt.date(2029, 10, 5))
    legacy = Contract(
        "OLD",
        "Grove Rise housing partnership",
        value=Decimal("7200000"),
        next_break=dt.date(2028, 4, 1),
        no_kpi_reason="older",
    )
    bare = Contract("BARE", "", value=None, next_break=dt.date(2027, 10, 30))
    strange = Note("LOST", "nobody's", None, "action", due=dt.date(2026, 11, 5))
    made = report(
        contract(owner=""),
        legacy,
        bare,
        kpi("NT17"),
        kpi("NT10"),
        claim("A", "NT17", "75"),
        claim("B", "NT10", "13"),
        claim("C", "NT17", "0", SECOND, nil=True),
        disputed,
        verified("A", "NT17", "75"),
        soon,
        late,
        far,
        strange,
    )
    shown = table(made, "attention")
    whats = [str(cell.value) for cell in column(shown, "what")]
    assert whats == [
        "NT10: deliverable NT10",
        "NT17: deliverable NT17",
        "NT10: deliverable NT10",
        "No owner",
        "Break point without KPIs",
        "Break point without KPIs",
        "Action: send the survey",
        "Action: plant the hedge",
    ]
    states = [cell.text or cell.state for cell in column(shown, "state")]
    assert states == ["▼ red", "▼ red", State.DISPUTED, "–", "–", "–", "–", "–"]
    assert [row.anchor for row in shown.rows][-3:] == ["", PAGE, PAGE]
    whys = [str(cell.value) for cell in column(shown, "why")]
    assert [why.split(" to ")[0] for why in whys[4:6]] == ["11 months left", "17 months left"]
    actions = table(made, f"{PAGE}-notes")
    assert actions.rows[0].cells[1].value == "NT31: send the survey"


def test_a_green_kpi_with_a_nil_keeps_the_nil_in_sight() -> None:
    made = report(
        kpi("NT17"), claim("A", "NT17", "150"), claim("B", "NT17", "0", SECOND, nil=True), verified("A", "NT17", "150")
    )
    whys = [str(cell.value) for cell in column(table(made, "attention"), "why")]
    assert whys == ["nil for July to September 2026: no reason given"]


def test_when_nothing_presses_the_page_says_so() -> None:
    made = report(kpi("NT17"), claim("A", "NT17", "75"), verified("A", "NT17", "75"), as_at=dt.date(2026, 7, 20))
    assert any(
        isinstance(b, Prose) and "Nothing needs somebody" in b.paragraphs[0] for b in section(made, "summary").blocks
    )


def test_contracts_without_kpis_stand_apart_with_their_share_of_the_value() -> None:
    legacy = Contract("OLD", "Grove Rise", value=Decimal("7200000"), suppliers=(Supplier("Halden"),))
    made = report(contract(), legacy, Contract("NEW", "No value"), kpi("NT17"))
    prose = section(made, "without-kpis").blocks[0]
    assert isinstance(prose, Prose)
    assert prose.paragraphs[0].startswith("2 of 3 contracts, 75 % of the value of all contracts.")
    shown = table(made, "without-kpis")
    assert [c.text or c.value for c in column(shown, "value")] == [
        Decimal("7200000"),
        "not stated",
        Decimal("7200000"),
    ]
    assert any(
        "2 of 3 contracts have no KPIs" in p
        for b in section(made, "summary").blocks
        if isinstance(b, Prose)
        for p in b.paragraphs
    )


def test_a_register_without_kpis_is_still_a_report() -> None:
    made = report(Contract("A", "One"), Contract("B", "Two"))
    assert [s.anchor for s in made.sections] == ["summary", "contracts", "without-kpis", "method"]
    summary = section(made, "summary").blocks
    assert isinstance(summary[0], Prose)
    assert "no KPIs" in summary[0].paragraphs[0]
    assert section(made, "contracts").blocks == (Prose(("No contract in this input has a KPI.",)),)
    assert section(made, "without-kpis").blocks[0].paragraphs[0].startswith("2 of 2 contracts. They are kept")  # type: ignore[union-attr]


def second_contract(**changes: object) -> Contract:
    return contract(ref="C2", title="Corporate Cleaning", owner="x", **changes)


def two_contracts(**changes: object) -> Report:
    other = dataclasses.replace(kpi("NT17"), contract="C2")
    theirs = Claim("A", "C2", "NT17", FIRST, dt.date(2026, 7, 10), Decimal(90))
    checked = Decision("C2", "NT17", Outcome.VERIFIED, Decimal(90), None, claim="A")
    return report(
        contract(),
        second_contract(**changes),
        kpi("NT17"),
        other,
        claim("A", "NT17", "60"),
        verified("A", "NT17", "60"),
        theirs,
        checked,
        as_at=dt.date(2026, 7, 31),
    )


def test_the_chart_says_who_is_furthest_behind() -> None:
    made = two_contracts()
    chart = next(b for b in section(made, "summary").blocks if isinstance(b, Chart))
    assert chart.title == "Grounds Maintenance and Street Trees is furthest behind: £262.50 short"
    assert "£262.50 is verified ahead" in " ".join(
        p for b in section(made, "summary").blocks if isinstance(b, Prose) for p in b.paragraphs
    )


def test_a_chart_of_contracts_that_are_all_on_target() -> None:
    other = dataclasses.replace(kpi("NT17"), contract="C2")
    theirs = Claim("A", "C2", "NT17", FIRST, dt.date(2026, 7, 10), Decimal(75))
    made = report(
        contract(),
        second_contract(),
        kpi("NT17"),
        other,
        claim("A", "NT17", "75"),
        verified("A", "NT17", "75"),
        theirs,
        Decision("C2", "NT17", Outcome.VERIFIED, Decimal(75), None, claim="A"),
        as_at=dt.date(2026, 7, 31),
    )
    chart = next(b for b in section(made, "summary").blocks if isinstance(b, Chart))
    assert chart.title == "No contract is behind what was due"


def test_only_the_contracts_with_most_due_are_drawn() -> None:
    many = [contract(ref=f"C{n}", title="") for n in range(12)]
    kpis = [dataclasses.replace(kpi("NT17"), contract=c.ref) for c in many]
    made = report(*many, *kpis)
    assert len(table(made, "most-due").rows) == 10
    assert table(made, "most-due").caption == "The contracts with most due"


def test_totals_of_different_releases_are_said_to_be_mixed() -> None:
    made = two_contracts(framework="fx-2026.1", value_pack="fx open")
    shown = table(made, "by-pack")
    assert [row.cells[0].value for row in shown.rows] == ["fx-2025.1", "fx-2026.1 with values of fx open"]
    assert "2 releases" in shown.note
    assert "by-pack" not in names(two_contracts())


def test_no_claim_yet_is_said_in_the_charts_title() -> None:
    chart = next(b for b in section(report(kpi("NT17")), PAGE).blocks if isinstance(b, Chart))
    assert chart.title == "Nothing has been claimed yet"


def test_claimed_and_nothing_verified_yet() -> None:
    made = report(kpi("NT17"), claim("A", "NT17", "75"))
    chart = next(b for b in section(made, PAGE).blocks if isinstance(b, Chart))
    assert chart.title == "£0.00 of the £1,312.50 claimed is verified"
    headlines = section(made, "summary").blocks[0]
    assert isinstance(headlines, Headlines)
    assert headlines.items[1].context == "nothing verified yet"


def test_adjustments_and_the_value_used_stand_in_the_method() -> None:
    shared = kpi(
        "NT17",
        adjustments=(("attribution", Decimal("0.5")),),
        value_series="value/fx-nt17",
        value_source="journeys",
        value_on=dt.date(2026, 4, 1),
        cohort="under_24",
        place="E08000026",
    )
    made = report(
        shared, claim("A", "NT17", "75"), problems=(Problem("x", Severity.NOTE, origin("KPIs", 2), "f", "m"),)
    )
    (row,) = table(made, "values").rows
    assert [cell.value for cell in row.cells] == [
        f"{REF} NT17",
        Decimal("17.50"),
        "hour",
        "value/fx-nt17",
        "journeys",
        dt.date(2026, 4, 1),
    ]
    assert made.book[f"{REF}/NT17/claimed/pounds"].value == Decimal("656.25")
    assert "frozen on 1 April 2026" in made.book[f"{REF}/NT17/value"].source  # type: ignore[union-attr]
    assert {"by-place", "by-cohort"} <= names(made)
    assert "1 thing to look at" in " ".join(
        p for b in section(made, "summary").blocks if isinstance(b, Prose) for p in b.paragraphs
    )


def test_the_remainder_and_corrections_open_their_working() -> None:
    third = kpi("NT17", value_per_unit=Decimal("0.335"))
    parts = [verified("A", "NT17", "1", ref=f"V{n}") for n in range(3)]
    back = Decision(REF, "NT17", Outcome.VERIFIED, Decimal("0.5"), None, corrects="V0", ref="K")
    rest = Decision(REF, "NT17", Outcome.VERIFIED, Decimal("0.5"), None, corrects="V0", ref="K2")
    made = report(
        third,
        claim("A", "NT17", "3", evidence="letter", evidence_hash="ab", by="lead", role="supplier"),
        *parts,
        back,
        rest,
    )
    book = made.book
    assert book[f"{REF}/V2/pounds"].value == Decimal("0.33")
    assert book[f"{REF}/V2/pounds"].rule == "remainder"  # type: ignore[union-attr]
    assert "SHA-256 ab" in book[f"{REF}/A/quantity"].source  # type: ignore[union-attr]
    assert consistent(made)


def test_a_part_of_a_remainder_that_is_taken_back_goes_in_proportion() -> None:
    third = kpi("NT17", value_per_unit=Decimal("0.335"))
    parts = [verified("A", "NT17", amount, ref=f"V{n}") for n, amount in enumerate(("1", "1", "8"))]
    back = Decision(REF, "NT17", Outcome.VERIFIED, Decimal(5), None, corrects="V2", ref="K")
    made = report(third, claim("A", "NT17", "10"), *parts, back)
    assert made.book[f"{REF}/V2/pounds"].value == Decimal("2.67")
    assert made.book[f"{REF}/K/pounds"].value == Decimal("1.67")
    assert made.book[f"{REF}/K/pounds"].rule == "penny_part"  # type: ignore[union-attr]
    assert consistent(made)


def test_a_licensed_value_computes_and_is_written_nowhere(tmp_path: Path) -> None:
    ours = kpi("NT17", value_per_unit=Decimal("7.7731"), value_series="value/own-nt17", value_licensed=True)
    parts = [verified("A", "NT17", "20"), verified("A", "NT17", "30", corrects="D1")]
    made = report(ours, claim("A", "NT17", "75"), *parts)
    assert made.book[f"{REF}/NT17/claimed/pounds"].value == Decimal("582.98")
    assert made.book[f"{REF}/NT17/due/pounds"].value == Decimal("1165.97")
    assert column(table(made, "values"), "value")[0].text == "licensed, not shown"
    assert f"{REF}/NT17/value" not in made.book
    assert consistent(made)
    for path in write_report(made, tmp_path / "out"):
        held = zipfile.ZipFile(path) if path.suffix in (".xlsx", ".ods") else None
        texts = [held.read(name) for name in held.namelist()] if held else [path.read_bytes()]
        assert all(b"7.7731" not in text for text in texts), path.name


def test_a_kpi_of_a_contract_that_is_not_there_is_left_out() -> None:
    made = report(contract(), dataclasses.replace(kpi("NT17"), contract="LOST"))
    assert "by-measure" not in names(made)


def test_the_head_of_a_contract_says_what_is_not_known() -> None:
    made = report(contract(value=None, owner="", deputy="", start=None, end=None), kpi("NT17"))
    facts = next(b for b in section(made, PAGE).blocks if isinstance(b, Facts))
    told = dict(facts.items)
    assert told["Value"] == "not stated"
    assert told["Runs"] == "dates not stated"
    assert told["Owner"] == "no owner named"
    assert "Criticality" not in told


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("plain-9", "plain-9"), ("NMC-1", "nmc-1"), ("A/B", "a-b-"), ("ünï", "n-"), ("x" * 50, "x" * 40)],
)
def test_slugs_never_collide(text: str, wanted: str) -> None:
    assert slug(text).startswith(wanted)
    assert slug("A/B") != slug("A B")


def test_a_report_with_counts_of_people_says_that_it_is_not_for_publication(journey_4: Portfolio) -> None:
    def notes() -> list[str]:
        return build_report(journey_4, as_at=FIRST.end, calendars={"england-and-wales": CALENDAR}, made_by="").notes

    assert [note for note in notes() if "do not publish" in note]
    journey_4.kpis = [one for one in journey_4.kpis if one.unit != "person"]
    assert notes() == []


@pytest.mark.parametrize(("additional", "promised"), [(False, "700.00"), (True, "752.50")])
def test_a_call_off_counts_within_its_agreement_in_every_total(additional: bool, promised: str) -> None:
    agreement = contract(ref="RM-1", title="Agreement", framework_agreement=True)
    call_off = contract(ref="CO-1", title="Call-off", call_off_of="RM-1", additional=additional)
    ours = dataclasses.replace(kpi("NT17", target=Decimal(40)), contract="RM-1")
    theirs = dataclasses.replace(kpi("NT17", target=Decimal(3)), contract="CO-1")
    made = report(agreement, call_off, ours, theirs)
    assert made.book["portfolio/promised/pounds"].value == Decimal(promised)
    measure = table(made, "by-measure").rows[0]
    assert measure.cells[3].value == (Decimal(43) if additional else Decimal(40))
    words = " ".join(p for b in section(made, "summary").blocks if isinstance(b, Prose) for p in b.paragraphs)
    assert ("1 KPI of call-offs count within" in words) is not additional
    assert len(table(made, "contracts").rows) == 2
    assert consistent(made)


def test_a_call_off_in_other_words_counts_within_where_the_input_says_so() -> None:
    agreement = contract(ref="RM-1", title="Agreement", framework_agreement=True)
    call_off = contract(ref="CO-1", title="Call-off", call_off_of="RM-1")
    ours = dataclasses.replace(kpi("NT17", target=Decimal(40)), contract="RM-1")
    theirs = dataclasses.replace(kpi("NT10", target=Decimal(3)), contract="CO-1")
    apart, within = (
        report(agreement, call_off, ours, dataclasses.replace(theirs, stated_above=said)).book[
            "portfolio/promised/pounds"
        ]
        for said in (False, True)
    )
    assert within.value == Decimal("700.00")
    assert apart.value > within.value


def test_the_headline_counts_the_kpis_behind_its_pounds() -> None:
    made = report(kpi("NT17"), kpi("CL"), living_wage(), claim("A", "NT17", "75"))
    headlines = section(made, "summary").blocks[0]
    assert isinstance(headlines, Headlines)
    assert headlines.items[0].context == "1 KPI with pounds on 1 contract"
    assert headlines.items[-1].context == "of 2 returns due so far; 0 of 1 received for July to September 2026"
    assert {row.cells[0].value: row.cells[2].value for row in table(made, "states").rows}["Due to date"] == 1


def test_what_is_due_over_many_periods_is_exact() -> None:
    long = contract(end=dt.date(2056, 3, 31))
    made = report(long, kpi("NT10", target=Decimal(50)), as_at=dt.date(2049, 6, 30), calendars={})
    assert made.book[f"{REF}/NT10/due/quantity"].value == Decimal("38.75")
    assert consistent(made)


def test_with_very_many_contracts_their_pages_have_tables_without_charts() -> None:
    many = [contract(ref=f"C{n}", title="", start=None, end=None) for n in range(201)]
    made = report(*many, *(dataclasses.replace(kpi("NT17"), contract=c.ref) for c in many))
    assert not [b for s in made.sections for b in s.blocks if isinstance(b, Chart) and s.anchor.startswith("contract-")]
    assert table(made, "contract-c7-pounds").rows
