"""A realistic report for the renderers' tests: journey 4's return, a late cleaner and a care provider in trouble."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from commonweal.checks.problem import Origin, Problem, Severity
from commonweal.figures import Book
from commonweal.portfolio import Source
from commonweal.reporting.model import (
    Block,
    Cell,
    Chart,
    Column,
    Facts,
    Headline,
    Headlines,
    Prose,
    Report,
    Row,
    Section,
    Show,
    State,
    Table,
)

GROUNDS, CLEANING, CARE = "NMC-2026-014", "NMC-2025-088", "NMC-2024-201"
SHEET = "northmere-contracts.xlsx, Returns"

# code, words, unit, pounds per unit, due, claimed, verified, pending, rejected, RAG, words of the RAG
KPIS = [
    ("NT1", "Local people employed", "FTE-year", "30000", "2", "2", "1.875", "0", "0.125", "amber", ""),
    ("NT10", "Apprenticeship weeks", "week", "250", "13", "13", "13", "0", "0", "green", ""),
    ("NT17", "Hours given to community groups", "hour", "17.5", "75", "75", "60", "15", "0", "amber", ""),
    ("NT18", "Spend in the local supply chain", "£", "0.6", "31250", "31250", "31250", "0", "0", "green", ""),
    ("NT31", "CO2e saved", "tonne", "240", "0.625", "0", "0", "0", "0", "red", "nil declared, reason given"),
    ("CL", "Care leavers into work", "person", "18000", "0", "1", "1", "0", "0", "", "not due, 1 ahead"),
]
RAG_WORDS = {
    "green": "Green: on or above target",
    "amber": "Amber: 80 to 95 % of what was due",
    "red": "Red: below 80 % of what was due",
}
STATES = ("verified", "pending", "rejected")


def _enter_kpi(book: Book, position: int, kpi: tuple[str, ...]) -> None:
    code, words, unit, value, due, claimed, *_ = kpi
    base = f"{GROUNDS}/{code}"
    book.fact(f"{base}/value", f"{words}: value of one {unit}", Decimal(value), f"GBP/{unit}", origin="FX-2025.1, NT")
    book.fact(f"{base}/due", f"{words}: due by 30 June 2026", Decimal(due), unit, origin=f"Targets, row {position}")
    book.fact(
        f"{base}/claimed", f"{words}: claimed", Decimal(claimed), unit, origin=f"{SHEET}, row {position}, F{position}"
    )
    for place, state in enumerate(STATES, start=6):
        book.fact(
            f"{base}/{state}", f"{words}: {state}", Decimal(kpi[place]), unit, origin=f"Decisions, row {position}"
        )
    for state in ("claimed", *STATES):
        inputs = (f"{base}/{state}", f"{base}/value")
        book.figure(f"{base}/{state}-pounds", f"{words}: {state}, in pounds", "GBP", "value", inputs)
    if Decimal(due):
        inputs = (f"{base}/verified", f"{base}/due")
        book.figure(f"{base}/rate", f"{words}: verified of what was due", "%", "percent", inputs)


def _pounds(book: Book, figure: str) -> Cell:
    value = book[figure].value
    return Cell(value, figure=figure) if value else Cell()


def _kpi_row(book: Book, kpi: tuple[str, ...]) -> Row:
    code, words, unit, _, _, _, _, _, _, rag, text = kpi
    base = f"{GROUNDS}/{code}"
    cells = [Cell(code), Cell(words)]
    due = book[f"{base}/due"].value
    cells.append(Cell(due, figure=f"{base}/due", unit=unit) if due else Cell(text="not due", state=State.NOT_DUE))
    cells.append(Cell(book[f"{base}/verified"].value, figure=f"{base}/verified", unit=unit))
    rate = f"{base}/rate"
    cells.append(Cell(book[rate].value, figure=rate) if rate in book else Cell(text="not due"))
    cells.append(Cell(rag or None, text=text or RAG_WORDS[rag]))
    return Row(tuple(cells))


def _money_row(book: Book, kpi: tuple[str, ...]) -> Row:
    base = f"{GROUNDS}/{kpi[0]}"
    claimed = Cell(book[f"{base}/claimed-pounds"].value, figure=f"{base}/claimed-pounds")
    if kpi[0] == "NT31":
        claimed = Cell(Decimal(0), figure=f"{base}/claimed-pounds", state=State.NIL)
    return Row((Cell(f"{kpi[0]} {kpi[1]}"), claimed, *(_pounds(book, f"{base}/{s}-pounds") for s in STATES)))


def _totals(book: Book) -> Row:
    cells = [Cell("Total")]
    for state in ("claimed", *STATES):
        inputs = [f"{GROUNDS}/{kpi[0]}/{state}-pounds" for kpi in KPIS]
        total = book.figure(f"{GROUNDS}/{state}-pounds", f"Total {state}, in pounds", "GBP", "sum", inputs)
        cells.append(Cell(total.value, figure=total.id))
    return Row(tuple(cells), emphasis="total")


def _grounds(book: Book) -> list[Block]:
    money = Table(
        "grounds-states",
        "What became of each claim, April to June 2026",
        (Column("kpi", "KPI"), *(Column(s, s.capitalize(), Show.POUNDS) for s in ("claimed", *STATES))),
        (*(_money_row(book, kpi) for kpi in KPIS), _totals(book)),
        note="Claimed = verified + pending + rejected, for each KPI and in total.",
    )
    kpis = Table(
        "grounds-kpis",
        "KPIs against what was due to 30 June 2026",
        (
            Column("code", "KPI"),
            Column("words", "Deliverable"),
            Column("due", "Due to date", Show.QUANTITY),
            Column("verified", "Verified", Show.QUANTITY),
            Column("rate", "Verified of due", Show.PERCENT),
            Column("rag", "Rating", Show.RAG),
        ),
        tuple(_kpi_row(book, kpi) for kpi in KPIS),
    )
    facts = Facts(
        (
            ("Supplier", "Harbourside Gardens CIC"),
            ("Contract value", "£2,400,000"),
            ("Runs", "1 April 2026 to 31 March 2030"),
            ("Owner", "Commissioner (parks)"),
            ("Framework", "FX-2025.1"),
            ("Returns", "1 of 1 received, on time"),
        )
    )
    chart = Chart(
        "grounds-states-chart",
        "£97,300.00 of £101,312.50 claimed is verified; £3,750.00 was rejected",
        "stacked",
        "grounds-states",
        "kpi",
        STATES,
        unit="£",
        alt="One bar per KPI: verified, pending and rejected pounds. Local people employed is the longest.",
    )
    bullets = Chart(
        "grounds-due-chart",
        "Community hours are 15 behind; no carbon was saved yet",
        "bullet",
        "grounds-kpis",
        "words",
        ("verified", "due"),
        alt="Verified against what was due, one bar per KPI.",
    )
    actions = Prose(
        (
            "Harbourside to send the group's confirmation of the last 15 hours, by 31 July 2026.",
            "Baseline survey for carbon in July; first saving to be claimed in October 2026.",
        ),
        bullets=True,
    )
    return [facts, kpis, bullets, money, chart, Prose(("Actions from the last review:",)), actions]


def _portfolio(book: Book) -> list[Block]:
    rows = [
        Row(
            (
                Cell("Grounds Maintenance and Street Trees 2026-2030"),
                Cell("Harbourside Gardens CIC"),
                Cell("1 of 1 on time"),
                *(Cell(book[f].value, figure=f) for f in (f"{GROUNDS}/{s}-pounds" for s in ("claimed", *STATES))),
                Cell("amber", text="Amber: 2 of 5 KPIs below target"),
            ),
            anchor="grounds",
        ),
        Row(
            (
                Cell("Corporate Cleaning"),
                Cell("Brightwell Cleaning Ltd"),
                Cell("1 missing, due 15 July 2026", state=State.MISSING),
                Cell(text="no return", state=State.MISSING),
                Cell(),
                Cell(),
                Cell(),
                Cell(text="not rated: no return"),
            )
        ),
    ]
    return [
        Table(
            "portfolio",
            "Contracts, those that need attention first",
            (
                Column("contract", "Contract"),
                Column("supplier", "Supplier"),
                Column("returns", "Returns", Show.TEXT),
                *(Column(s, s.capitalize(), Show.POUNDS) for s in ("claimed", *STATES)),
                Column("rag", "Rating", Show.RAG),
            ),
            tuple(rows),
        )
    ]


def _care(book: Book) -> list[Block]:
    rows = []
    for code, words, unit, due, done in (
        ("TRN", "Local care trainees completing", "person", "12", "5"),
        ("NT17", "Hours given to community groups", "hour", "600", "228"),
    ):
        base = f"{CARE}/{code}"
        book.fact(f"{base}/due", f"{words}: due in year 1", Decimal(due), unit, origin="Targets, row 31, D31")
        book.fact(
            f"{base}/verified", f"{words}: verified in year 1", Decimal(done), unit, origin="Decisions, row 40, E40"
        )
        rate = book.figure(f"{base}/rate", f"{words}: rate", "%", "percent", (f"{base}/verified", f"{base}/due"))
        short = book.figure(f"{base}/short", f"{words}: short", unit, "shortfall", (f"{base}/due", f"{base}/verified"))
        cells = (
            Cell(words),
            Cell(Decimal(due), figure=f"{base}/due", unit=unit),
            Cell(Decimal(done), figure=f"{base}/verified", unit=unit),
            Cell(short.value, figure=short.id, unit=unit),
            Cell(rate.value, figure=rate.id),
            Cell("red", text=RAG_WORDS["red"]),
        )
        rows.append(Row(cells))
    columns = (
        Column("kpi", "KPI"),
        Column("due", "Due to date", Show.QUANTITY),
        Column("verified", "Verified", Show.QUANTITY),
        Column("short", "Short", Show.QUANTITY),
        Column("rate", "Verified of due", Show.PERCENT),
        Column("rag", "Rating", Show.RAG),
    )
    trend = Table(
        "care-trend",
        "Community hours by quarter, year 1",
        (
            Column("quarter", "Quarter"),
            Column("verified", "Verified", Show.QUANTITY, "hours"),
            Column("due", "Due", Show.QUANTITY, "hours"),
        ),
        tuple(
            Row((Cell(q), Cell(Decimal(v)), Cell(Decimal(150))))
            for q, v in (
                ("April to June", "90"),
                ("July to September", "72"),
                ("October to December", "36"),
                ("January to March", "30"),
            )
        ),
    )
    line = Chart(
        "care-trend-chart",
        "Community hours fell from 90 to 30 a quarter",
        "line",
        "care-trend",
        "quarter",
        ("verified", "due"),
        "hours",
    )
    return [Table("care-kpis", "KPIs against what was due, year 1", columns, tuple(rows)), trend, line]


def _summary(book: Book) -> list[Block]:
    headlines = Headlines(
        (
            Headline(
                "Verified",
                Cell(book[f"{GROUNDS}/verified-pounds"].value, figure=f"{GROUNDS}/verified-pounds"),
                Show.POUNDS,
                "96.04 % of what was claimed",
                State.VERIFIED,
            ),
            Headline(
                "Pending",
                Cell(book[f"{GROUNDS}/pending-pounds"].value, figure=f"{GROUNDS}/pending-pounds"),
                Show.POUNDS,
                "15 hours wait for the group's word",
                State.PENDING,
            ),
            Headline(
                "Rejected",
                Cell(book[f"{GROUNDS}/rejected-pounds"].value, figure=f"{GROUNDS}/rejected-pounds"),
                Show.POUNDS,
                "of £101,312.50 claimed",
                State.REJECTED,
            ),
            Headline("Returns missing", Cell(Decimal(1)), Show.COUNT, "of 3 expected (66.7 % received)", State.MISSING),
        )
    )
    attention = Table(
        "attention",
        "What needs attention",
        (
            Column("due", "By", Show.DATE),
            Column("contract", "Contract"),
            Column("what", "What"),
            Column("state", "State", Show.STATE),
        ),
        (
            Row(
                (
                    Cell(dt.date(2026, 7, 15)),
                    Cell("Corporate Cleaning"),
                    Cell("Return for April to June 2026"),
                    Cell(state=State.MISSING),
                )
            ),
            Row(
                (
                    Cell(dt.date(2026, 7, 31)),
                    Cell("Grounds Maintenance and Street Trees 2026-2030"),
                    Cell("15 hours to confirm, Abbeyfield Youth Forum"),
                    Cell(state=State.PENDING),
                ),
                anchor="grounds",
            ),
            Row(
                (
                    Cell(text="no date"),
                    Cell("Home Care, West locality"),
                    Cell("Year-1 targets missed on 2 KPIs; ladder at step 1"),
                    Cell(text="7 trainees and 372 hours short"),
                ),
                anchor="care",
            ),
        ),
    )
    words = Prose(("Three contracts, one return missing. Two KPIs of the grounds contract are short of what was due.",))
    return [words, headlines, attention]


def sample_report() -> Report:
    """Three contracts of Northmere at 20 July 2026; the grounds contract is journey 4 to the penny."""
    book = Book()
    for position, kpi in enumerate(KPIS, start=2):
        _enter_kpi(book, position, kpi)
    grounds, care = _grounds(book), _care(book)
    sections = [
        Section("summary", "Summary", tuple(_summary(book))),
        Section("portfolio", "All contracts", tuple(_portfolio(book)), page_break=True),
        Section("contracts", "Contract by contract", (Prose(("One page for each contract.",)),)),
        Section(
            "grounds", "Grounds Maintenance and Street Trees 2026-2030", tuple(grounds), 2, GROUNDS, page_break=True
        ),
        Section("care", "Home Care, West locality", tuple(care), 2, CARE, page_break=True),
        Section(
            "method",
            "How this report was made",
            (
                Prose(
                    (
                        "Only verified delivery counts as delivered. A rating compares it with what was due to date.",
                        "A missing return is not a nil: nothing is estimated for it.",
                    ),
                    bullets=True,
                ),
            ),
        ),
    ]
    return Report(
        title="Social value performance, April to June 2026",
        subtitle="Northmere City Council",
        as_at=dt.date(2026, 7, 20),
        sections=sections,
        book=book,
        problems=[
            Problem(
                "C014",
                Severity.WARNING,
                Origin("northmere-contracts.xlsx", "Returns", 7, "F"),
                "The amount is '1.250,00'; it was read as 1250.",
                "Write it as 1250 or 1,250.00.",
            )
        ],
        sources=[Source("northmere-contracts.xlsx", "ab" * 32, 48211, "contract workbook")],
        attributions=["Contains public sector information licensed under the Open Government Licence v3.0."],
        made_by="Commonweal 0.1.0, data 2026.11",
        notes=["Values are the round test values of FX-2025.1."],
    )
