"""
Read a contract workbook, or the same as a folder of CSV files, into a portfolio.

Whether problems stop the work is the caller's choice: the portfolio holds what could be read and every problem.
"""

from __future__ import annotations

from pathlib import Path

from commonweal import errors
from commonweal.checks.problem import Problem
from commonweal.portfolio import Portfolio
from commonweal.workbooks.cells import unguarded
from commonweal.workbooks.facts import Builder
from commonweal.workbooks.layout import SHEETS
from commonweal.workbooks.raw import Workbook, read_workbook
from commonweal.workbooks.tables import Table, read_tables


def read_contract_workbook(source: Path | Workbook) -> Portfolio:
    """
    Return the portfolio of a workbook (xlsx, xls, ods), a folder of CSV files, or one that is already read.

    Every cell, row and reference that cannot be taken is in its `problems`, with file, sheet, row and column; rows
    with an error are left out. Nothing is filled in: see `complete`.

    :raises BadFile: if the file cannot be read safely or at all, or has no sheet of contracts
    """
    book = source if isinstance(source, Workbook) else read_workbook(source)
    lines = read_tables(_tables(book))
    if "contracts" not in lines.rows:
        names = ", ".join(layout.name for layout in SHEETS)
        raise errors.BadFile(
            f"{book.name} is no contract workbook: it has no sheet or file called Contracts. "
            f"A contract workbook has the sheets {names}."
        )
    lines.problems[:0] = _of_the_file(book, lines.problems)
    portfolio = Builder(lines).build()
    portfolio.sources = list(book.sources)
    return portfolio


def is_contract_workbook(book: Workbook) -> bool:
    """Tell whether a file that was read has a sheet, or a folder a file, called Contracts."""
    return book.sheet("contracts") is not None


def _tables(book: Workbook) -> list[Table]:
    if book.source.format == "folder":
        files = zip(book.sheets, book.sources, strict=True)
        return [Table(source.name, "", [[unguarded(c) for c in row] for row in s.rows]) for s, source in files]
    return [Table(book.name, sheet.name, sheet.rows) for sheet in book.sheets]


def _of_the_file(book: Workbook, found: list[Problem]) -> list[Problem]:
    """Return what reading the file found, without the error values that the column has already refused."""
    cells = {problem.where for problem in found}
    return [problem for problem in book.problems if problem.where not in cells]
