"""Every contract in one table, and apart from them the contracts that have no KPIs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

from commonweal import performance
from commonweal.figures import Book
from commonweal.performance import Rag
from commonweal.portfolio import Contract
from commonweal.quantities import plain
from commonweal.reporting.build.assembly import Assembly
from commonweal.reporting.build.names import anchor
from commonweal.reporting.build.returns import state_of
from commonweal.reporting.build.standing import DUE, SHORT, Standing
from commonweal.reporting.build.tables import contract_line, counted, figure_cell, kept_lines, sum_line, total_row
from commonweal.reporting.model import Cell, Column, Prose, Row, Section, Show, State, Table


def contracts_section(assembly: Assembly) -> Section:
    """Return every contract that has KPIs in one table, with the way to its page."""
    rows = [_contract_row(assembly, ref, members) for ref, members in assembly.by_contract().items()]
    if not rows:
        return Section("contracts", "Contracts", (Prose(("No contract in this input has a KPI.",)),))
    columns = (
        Column("contract", "Contract"),
        Column("supplier", "Supplier"),
        Column("standing", "KPIs"),
        Column("due", "Due to date", Show.POUNDS, "£"),
        Column("verified", "Verified", Show.POUNDS, "£"),
        Column("percent", "Of due, verified", Show.PERCENT),
        Column("pending", "Pending", Show.POUNDS, "£"),
        Column("short", "Short", Show.POUNDS, "£"),
        Column("missing", "Missing returns", Show.COUNT),
    )
    table = Table("contracts", "Contracts with KPIs", columns, tuple(rows))
    return Section("contracts", "Contracts", (table,), page_break=True)


def _contract_row(assembly: Assembly, ref: str, members: Sequence[Standing]) -> Row:
    book, contract = assembly.book, members[0].contract
    missing = [line for line in assembly.returns.get(ref, []) if state_of(line, assembly.as_at) is State.MISSING]
    lines = {name: contract_line(book, ref, name, members) for name in (DUE, "verified", "pending", SHORT)}
    kept = kept_lines(book, ref, ref, lines)
    return Row(
        (
            Cell(f"{contract.title or ref} ({ref})" if contract.title else ref),
            Cell("; ".join(s.name for s in contract.suppliers)),
            Cell(_colours(members)),
            figure_cell(book, lines[DUE]),
            figure_cell(book, lines["verified"]),
            figure_cell(book, kept.percent if kept else ""),
            figure_cell(book, lines["pending"]),
            figure_cell(book, lines[SHORT]),
            Cell(Decimal(len(missing)), state=State.MISSING) if missing else Cell(Decimal(0)),
        ),
        anchor=anchor(contract),
    )


def _colours(members: Sequence[Standing]) -> str:
    found = []
    for colour in (Rag.RED, Rag.AMBER, Rag.GREEN, Rag.NOT_DUE):
        number = sum(1 for m in members if m.stands and m.stands.rag is colour)
        if number:
            found.append(f"{number} {colour.value}")
    return ", ".join(found) or ", ".join(f"{n} {words}" for words, n in Counter(m.no_colour for m in members).items())


def without_kpis_section(assembly: Assembly) -> list[Section]:
    """Return the contracts that have no KPIs, with the reason, their spend and the next chance to agree some."""
    with_kpis = assembly.by_contract()
    bare = [contract for contract in assembly.portfolio.contracts if contract.ref not in with_kpis]
    if not bare:
        return []
    book = assembly.book
    columns = (
        Column("ref", "Reference"),
        Column("title", "Contract"),
        Column("supplier", "Supplier"),
        Column("body", "Body"),
        Column("value", "Value", Show.POUNDS, "£"),
        Column("break", "Next break point", Show.DATE),
        Column("why", "Why no KPIs"),
    )
    rows = [_bare_row(book, contract, at) for at, contract in enumerate(bare)]
    values = [row.cells[4].figure for row in rows]
    total = sum_line(book, "without-kpis/value", "Contracts without KPIs: value", values)
    blank = (Cell(""), Cell(""), Cell(""))
    rows.append(total_row((Cell("Total"), *blank, figure_cell(book, total), Cell(text="–"), Cell(""))))
    prose = [_spend_sentence(assembly, bare)]
    table = Table("without-kpis", "Contracts without KPIs", columns, tuple(rows), dense=True)
    return [Section("without-kpis", "Contracts without KPIs", (Prose(tuple(prose)), table), page_break=True)]


def _bare_row(book: Book, contract: Contract, at: int) -> Row:
    value = ""
    if contract.value is not None:
        line = f"without-kpis/{at + 1}/value"
        value = book.fact(line, f"{contract.ref}: value", contract.value, "GBP", origin=str(contract.origin)).id
    return Row(
        (
            Cell(contract.ref),
            Cell(contract.title),
            Cell("; ".join(s.name for s in contract.suppliers)),
            Cell(contract.body),
            figure_cell(book, value, text="" if value else "not stated"),
            Cell(contract.next_break),
            Cell(contract.no_kpi_reason or "no reason recorded"),
        )
    )


def _spend_sentence(assembly: Assembly, bare: Sequence[Contract]) -> str:
    every = assembly.portfolio.contracts
    whole = sum((c.value for c in every if c.value), Decimal(0))
    part = sum((c.value for c in bare if c.value), Decimal(0))
    share = (
        f", {plain(performance.percent(part, whole) or Decimal(0))} % of the value of all contracts" if whole else ""
    )
    return (
        f"{len(bare)} of {counted(every, 'contract')}{share}. They are kept apart, so that delivery rates are not "
        f"flattered by contracts that promised nothing."
    )
