"""Cells, money columns and total rows that the report's tables share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from commonweal.figures import Book
from commonweal.reporting.build.flows import POUNDS
from commonweal.reporting.build.standing import CLAIMED, DUE, SHORT, Standing
from commonweal.reporting.build.targets import PROMISED
from commonweal.reporting.model import Cell, Column, Row, Show

MONEY_STATES: tuple[tuple[str, str], ...] = (
    (PROMISED, "Promised, whole life"),
    (DUE, "Due to date"),
    (CLAIMED, "Claimed"),
    ("pending", "Pending"),
    ("verified", "Verified"),
    ("rejected", "Rejected"),
    ("disputed", "Disputed"),
    ("withdrawn", "Withdrawn"),
    ("relieved", "Relieved"),
    ("transferred", "Transferred"),
    ("written_off", "Written off"),
)
ALWAYS = (PROMISED, DUE, CLAIMED, "pending", "verified", "rejected")
NOTHING = Cell(text="–")


def figure_cell(book: Book, line: str, *, unit: str = "", text: str = "") -> Cell:
    """Return a cell that shows a line of the book and links to its working; a dash where there is no line."""
    if not line:
        return Cell(text=text or "–")
    return Cell(book[line].value, text=text, figure=line, unit=unit)


def count_cell(number: int) -> Cell:
    """Return a cell with a plain count of rows."""
    return Cell(Decimal(number))


def sum_line(book: Book, line: str, label: str, lines: Iterable[str], unit: str = POUNDS) -> str:
    """Enter the sum of `lines` as `line`; "" where there are none. Entered once: the same line is not worked twice."""
    inputs = [entry for entry in lines if entry]
    if not inputs:
        return ""
    return line if line in book else book.figure(line, label, unit, "sum", inputs).id


def money_names(standings: Iterable[Standing]) -> list[tuple[str, str]]:
    """Return the money states to show: those every table has, and the others that any KPI has."""
    used = {name for standing in standings for name in standing.pounds}
    return [(name, heading) for name, heading in MONEY_STATES if name in ALWAYS or name in used]


def money_columns(names: Sequence[tuple[str, str]]) -> tuple[Column, ...]:
    """Return one pounds column per state."""
    return tuple(Column(name, heading, Show.POUNDS, "£") for name, heading in names)


def money_lines(book: Book, stem: str, label: str, standings: Sequence[Standing]) -> dict[str, str]:
    """Enter the pounds of several KPIs added up, per state, under `stem`."""
    lines = {}
    for name, heading in MONEY_STATES:
        inputs = [standing.pounds.get(name, "") for standing in standings]
        lines[name] = sum_line(book, f"{stem}/{name}/pounds", f"{label}: {heading.lower()}", inputs)
    return lines


def money_cells(book: Book, lines: dict[str, str], names: Sequence[tuple[str, str]]) -> tuple[Cell, ...]:
    """Return the cells of one row of money."""
    return tuple(figure_cell(book, lines.get(name, "")) for name, _ in names)


@dataclass(frozen=True, slots=True)
class Kept:
    """Ids of what was due and is verified, its percentage of due, and what is verified ahead of due or beyond it."""

    met: str
    percent: str
    ahead: str


def kept_lines(book: Book, stem: str, label: str, lines: dict[str, str]) -> Kept | None:
    """
    Enter how much of what was due is kept: due less what is short of it, KPI by KPI.

    So a KPI that is ahead never hides one that is behind. None where nothing is due or nothing verified.
    """
    due, short, verified = lines.get(DUE), lines.get(SHORT), lines.get("verified")
    if not due or not short or not verified or not book[due].value:
        return None
    kept = Kept(f"{stem}/met/pounds", f"{stem}/percent", f"{stem}/ahead/pounds")
    if kept.met not in book:
        book.figure(kept.met, f"{label}: verified of what was due", POUNDS, "difference", [due, short])
        book.figure(
            kept.percent, f"{label}: percentage of what was due that is verified", "percent", "percent", [kept.met, due]
        )
        book.figure(kept.ahead, f"{label}: verified ahead of what was due", POUNDS, "difference", [verified, kept.met])
    return kept


def total_row(cells: Iterable[Cell]) -> Row:
    """Return a row marked as the table's total."""
    return Row(tuple(cells), emphasis="total")


def packs(standings: Iterable[Standing]) -> list[str]:
    """Return the value packs and framework releases whose pounds stand in these KPIs, in words, sorted."""
    found = set()
    for standing in standings:
        if standing.kpi.value_per_unit is not None:
            contract = standing.contract
            found.add(
                " with values of ".join(p for p in (contract.framework, contract.value_pack) if p) or "no framework"
            )
    return sorted(found)


def contract_line(book: Book, ref: str, name: str, members: Sequence[Standing]) -> str:
    """Enter the pounds of one state for a whole contract."""
    label = f"{ref}: {name}"
    return sum_line(book, f"{ref}/{name}/pounds", label, [m.pounds.get(name, "") for m in members])


def counted(things: Sequence[object] | range, word: str) -> str:
    """Return "1 contract" or "1,224 contracts"."""
    return f"{len(things):,} {word}{'' if len(things) == 1 else 's'}"
