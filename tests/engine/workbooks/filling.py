"""Type into a form as a person would: every other cell stays as it was written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import xlsxwriter

from commonweal.workbooks.cells import key
from commonweal.workbooks.layout import SheetLayout
from commonweal.workbooks.raw import read_workbook
from commonweal.workbooks.versions import VERSION_SHEET


def fill(
    path: Path,
    layout: SheetLayout,
    answers: Sequence[Mapping[str, object]],
    head: Mapping[str, str],
    version: str = "",
) -> None:
    """Rewrite the form at `path` with `head` beside the questions and each answer in its row, new rows at the end."""
    sheets = {sheet.name: [list(row) for row in sheet.rows] for sheet in read_workbook(path).sheets}
    rows = sheets[layout.name]
    width = len(layout.columns)
    for row in rows:
        row.extend([""] * (width - len(row)))
        if row[0] in head:
            row[1] = head[row[0]]
    top = next(i for i, row in enumerate(rows) if key(row[0]) == key(layout.columns[0].heading) and row[2])
    names = [column.field for column in layout.columns]
    taken: set[int] = set()
    for answer in answers:
        first = str(answer[names[0]])
        at = next((i for i in range(top + 1, len(rows)) if rows[i][0] == first and i not in taken), None)
        if at is None:
            rows.append([""] * width)
            at = len(rows) - 1
        taken.add(at)
        for name, value in answer.items():
            rows[at][names.index(name)] = str(value)
    if version:
        sheets[VERSION_SHEET][0][1] = version
    with xlsxwriter.Workbook(str(path)) as book:
        for name, cells in sheets.items():
            sheet = book.add_worksheet(name)
            for r, row in enumerate(cells):
                for c, cell in enumerate(row):
                    sheet.write_string(r, c, cell)
