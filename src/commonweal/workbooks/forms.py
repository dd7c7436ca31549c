"""
Forms for people who work without a network: a sheet to fill in with its rules, a guide, and the version it is of.

Cells that are given are locked; cells to fill in have drop-downs, limits and help. Without them (ods) the same rules
are checked when the form comes back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from commonweal import errors
from commonweal.catalogue import Card
from commonweal.checks.problem import Origin, Problem, Severity
from commonweal.workbooks.cells import BadCell, Written, key, parse, written
from commonweal.workbooks.findings import column_letters
from commonweal.workbooks.layout import Cell, Column, SheetLayout
from commonweal.workbooks.raw import Workbook, read_workbook
from commonweal.workbooks.tables import Line, Table, read_lines
from commonweal.workbooks.versions import VERSION_SHEET, Facts, Terms, refuse_other, terms_of
from commonweal.workbooks.write import (
    Formats,
    add_rule,
    as_stored,
    fit_to_page,
    heading,
    ods_book,
    row_height,
    write_cell,
    write_headings,
    xlsx_book,
)

GUIDE_SHEET = "Guide"
WIDE, NARROW = 60, 24


@dataclass(frozen=True, slots=True)
class Helper:
    """
    A further sheet on which an answer can be built up from parts; `about` says how, above its table.

    `formulas` are by field, with {row} where the row's number belongs; they show live what reading works out again,
    and are never read; `rows` may hold their first results. They stand in .xlsx only.
    """

    layout: SheetLayout
    about: tuple[str, ...]
    rows: tuple[Mapping[str, Any], ...] = ()
    formulas: Mapping[str, str] = field(default_factory=dict)
    spare_rows: int = 0


@dataclass(frozen=True, slots=True)
class Form:
    """
    A sheet to fill in. `asks` are single questions above the table, each of which needs an answer (`answers` where
    there is one already); `given` are the fields that are locked.

    `rows` are the rows as they stand in the empty form, by field; `rules` are columns with the limits of one row, by
    (row index, field); `formulas` as those of a helper. `helpers` are further sheets to fill in, `tables` further
    ones to read from, each with its name.
    """

    layout: SheetLayout
    title: str
    terms: Terms
    asks: tuple[Column, ...] = ()
    given: frozenset[str] = frozenset()
    rows: tuple[Mapping[str, Any], ...] = ()
    rules: Mapping[tuple[int, str], Column] = field(default_factory=dict)
    guide: tuple[tuple[str, str], ...] = ()
    spare_rows: int = 0
    answers: Mapping[str, Any] = field(default_factory=dict)
    formulas: Mapping[str, str] = field(default_factory=dict)
    helpers: tuple[Helper, ...] = ()
    tables: tuple[tuple[str, tuple[tuple[Written, ...], ...]], ...] = ()

    @property
    def first_row(self) -> int:
        """The row of the headings, counted from 0: below the title, the facts, the questions and an empty row."""
        return 1 + len(self.terms.about) + 1 + len(self.asks) + 1

    def head(self) -> list[list[Written]]:
        """Return the cells above the table."""
        rows: list[list[Written]] = [[self.title]]
        rows += [[name, text] for name, text in self.terms.about]
        rows += [["Version", self.terms.version]]
        rows += [[heading(ask), self.answer(ask)] for ask in self.asks]
        return [*rows, []]

    def answer(self, ask: Column) -> Written:
        """Return the cell beside a question."""
        return written(self.answers.get(ask.field), ask)

    def cells(self, row: Mapping[str, Any]) -> list[Written]:
        """Return one row's cells in the order of the columns."""
        return [written(row.get(column.field), column) for column in self.layout.columns]


@dataclass(frozen=True, slots=True)
class FormRead:
    """
    What came back: the rows with anything in them, the answers above the table by field, and all that was wrong.

    `helpers` are the rows of each further sheet by its key.
    """

    name: str
    lines: tuple[Line, ...]
    answers: Mapping[str, Any]
    problems: list[Problem]
    helpers: Mapping[str, tuple[Line, ...]] = field(default_factory=dict)


def card_lines(card: Card, evidence: str) -> str:
    """Return a definition card as lines: what counts, what does not, the unit, the evidence; blanks left out."""
    parts = (
        ("Do count", card.counts),
        ("Do not count", card.does_not_count),
        ("Unit", card.unit_rule),
        ("Part", card.numerator),
        ("Whole", card.denominator),
        ("Also give", card.needs),
        ("Evidence", evidence),
    )
    return "\n".join(f"{name}: {text}" for name, text in parts if text)


def with_facts(card: str, facts: Facts) -> str:
    """Return the lines of a card with further facts below them, each with a capital."""
    lines = [f"{name[:1].upper()}{name[1:]}: {text}" for name, text in facts if text]
    return "\n".join([card, *lines] if card else lines)


def write_form(form: Form, path: Path) -> None:
    """
    Write an empty or filled form to `path`: .xlsx with its rules, or .ods without drop-downs.

    :raises BadFile: for any other ending
    :raises OSError: if `path` cannot be written; folders that are missing are made
    """
    match path.suffix.lower():
        case ".xlsx":
            _write_xlsx(form, path)
        case ".ods":
            _write_ods(form, path)
        case _:
            raise errors.BadFile(f"A form can be written as .xlsx or .ods, not as {path.name}. Choose one of them.")


def read_form(path: Path, form: Form) -> FormRead:
    """
    Return what was filled into a form that must be of the same version as `form`.

    :raises BadFile: if it cannot be read, or is no such form
    :raises OtherVersion: if it was made from another version, with every difference in words
    """
    read, made_from = read_any_version(path, form)
    refuse_other(made_from, form.terms, name=read.name)
    return read


def read_any_version(path: Path, form: Form) -> tuple[FormRead, Terms]:
    """
    Return what was filled into a form of this kind, and the terms it was made from, whatever its version.

    :raises BadFile: if it cannot be read, or is no such form
    :raises OtherVersion: if its version sheet was changed by hand
    """
    book = read_workbook(path)
    sheet, version = book.sheet(form.layout.name), book.sheet(VERSION_SHEET)
    if sheet is None or version is None:
        raise errors.BadFile(
            f"{book.name} is not this form: it needs the sheets {form.layout.name} and {VERSION_SHEET}. "
            f"Get a fresh form, and do not rename its sheets."
        )
    made_from = terms_of(version.rows, name=book.name)
    problems = list(book.problems)
    table = Table(book.name, sheet.name, sheet.rows)
    lines = tuple(read_lines(table, form.layout, problems))
    helpers = {helper.layout.key: tuple(_helper_lines(book, helper, problems)) for helper in form.helpers}
    answers = _answers(book, sheet.rows, form, problems)
    return FormRead(book.name, lines, answers, problems, helpers), made_from


def _helper_lines(book: Workbook, helper: Helper, problems: list[Problem]) -> Iterator[Line]:
    """Yield the rows of a further sheet in which anything but a formula's result stands; without the sheet none."""
    sheet = book.sheet(helper.layout.name)
    if sheet is None:
        return
    columns = [key(column.heading) for column in helper.layout.columns if column.field not in helper.formulas]
    top = next((at for at, row in enumerate(sheet.rows) if set(columns) <= {key(cell) for cell in row}), -1)
    typed = [at for at, cell in enumerate(sheet.rows[top]) if key(cell) in columns] if top >= 0 else []
    rows = [
        row if at <= top or any(row[index].strip() for index in typed if index < len(row)) else []
        for at, row in enumerate(sheet.rows)
    ]
    yield from read_lines(Table(book.name, sheet.name, rows), helper.layout, problems)


def check_given(read: FormRead, form: Form, match: str) -> list[Problem]:
    """Return a warning for every given cell that was changed; rows are matched by the field `match`."""
    given = {str(row[match]): form.cells(row) for row in form.rows}
    found = []
    for line in read.lines:
        cells = given.get(str(line.values.get(match)), [])
        for column, cell in zip(form.layout.columns, cells, strict=False):
            now = line.values.get(column.field)
            if column.field in form.given and now not in (None, cell):
                found.append(
                    Problem(
                        "given_cell_changed",
                        Severity.WARNING,
                        line.at(column.field),
                        f"{column.heading} was “{cell}” and now says “{now}”.",
                        "The form's own text was used. Agree changes with the other party; they make a new version.",
                    )
                )
    return found


def _answers(book: Workbook, rows: list[list[str]], form: Form, problems: list[Problem]) -> dict[str, Any]:
    by_label = {key(ask.heading): ask for ask in form.asks}
    answers: dict[str, Any] = {}
    for number, row in enumerate(rows[: form.first_row], start=1):
        ask = by_label.get(key(row[0])) if row else None
        if ask is None:
            continue
        where = Origin(book.name, form.layout.name, number, column_letters(1))
        try:
            value = parse(row[1] if len(row) > 1 else "", ask)
        except BadCell as bad:
            problems.append(Problem(bad.code, Severity.ERROR, where, bad.found, bad.mend))
            continue
        if value is None:
            problems.append(
                Problem("missing_value", Severity.ERROR, where, f"“{ask.heading}” has no answer.", ask.help)
            )
        else:
            answers[ask.field] = value
    return answers


def _write_xlsx(form: Form, path: Path) -> None:
    with xlsx_book(path, form.title) as book:
        formats = Formats(book)
        sheet = book.add_worksheet(form.layout.name)
        fit_to_page(sheet)
        _fill_xlsx(sheet, form, formats)
        sheet.protect("", {"format_columns": True, "format_rows": True})
        for helper in form.helpers:
            helper_sheet = book.add_worksheet(helper.layout.name)
            _fill_helper(helper_sheet, helper, formats)
            helper_sheet.protect("", {"format_columns": True, "format_rows": True})
        for name, rows in _other_sheets(form):
            plain_sheet = book.add_worksheet(name)
            fit_to_page(plain_sheet)
            plain_sheet.set_column(0, 1, NARROW)
            plain_sheet.set_column(2 if name == VERSION_SHEET else 1, 2, WIDE)
            for number, row in enumerate(rows):
                plain_sheet.set_row(number, row_height(row, [NARROW, NARROW if name == VERSION_SHEET else WIDE, WIDE]))
                for index, cell in enumerate(row):
                    write_cell(plain_sheet, number, index, cell, formats.given(cell))
            plain_sheet.protect()


def _fill_xlsx(sheet: Any, form: Form, formats: Formats) -> None:
    widths = [max(NARROW if index == 0 else 0, column.width) for index, column in enumerate(form.layout.columns)]
    for number, head in enumerate(form.head()):
        for index, cell in enumerate(head):
            label = formats.label if number else formats.bold
            write_cell(sheet, number, index, cell, formats.locked if index else label)
        sheet.set_row(number, row_height(head[:1] if number else [], widths))
    first_ask = form.first_row - 1 - len(form.asks)
    for number, ask in enumerate(form.asks, start=first_ask):
        write_cell(sheet, number, 1, form.answer(ask), formats.open_of(ask))
        add_rule(sheet, number, number, 1, ask)
    top = form.first_row
    write_headings(sheet, form.layout.columns, formats, row=top)
    sheet.set_column(0, 0, NARROW)
    last = top + len(form.rows) + form.spare_rows
    for number, row in enumerate([*form.rows, *({} for _ in range(form.spare_rows))], start=top + 1):
        for index, (cell, column) in enumerate(zip(form.cells(row), form.layout.columns, strict=True)):
            given = column.field in form.given and number <= top + len(form.rows)
            if column.field in form.formulas:
                _write_formula(sheet, number, index, form.formulas[column.field], cell, formats)
            else:
                write_cell(sheet, number, index, cell, formats.locked if given else formats.open_of(column))
        sheet.set_row(number, row_height(form.cells(row), widths))
    for index, column in enumerate(form.layout.columns):
        letter = column_letters(index)
        choices = f"=${letter}${top + 2}:${letter}${top + 1 + len(form.rows)}"
        for at in range(top + 1, last + 1):
            rule = form.rules.get((at - top - 1, column.field), column)
            chosen = rule.cell is Cell.CHOICE and column.field in form.given
            add_rule(sheet, at, at, index, rule, source=choices if chosen else "")


def _write_formula(sheet: Any, row: int, index: int, formula: str, result: Any, formats: Formats) -> None:
    """
    Write a live formula with its result, for programs that show the stored one.

    Without a result nought is stored, which the format hides: a formula without any would read as a fault.
    """
    sheet.write_formula(row, index, formula.replace("{row}", str(row + 1)), formats.result, result or 0)


def _fill_helper(sheet: Any, helper: Helper, formats: Formats) -> None:
    for number, text in enumerate(helper.about):
        write_cell(sheet, number, 0, text, formats.bold if number == 0 else formats.line)
    top = len(helper.about) + 1
    columns = helper.layout.columns
    write_headings(sheet, columns, formats, row=top)
    last = top + len(helper.rows) + helper.spare_rows
    for number, row in enumerate([*helper.rows, *({} for _ in range(helper.spare_rows))], start=top + 1):
        for index, column in enumerate(columns):
            if column.field in helper.formulas:
                _write_formula(sheet, number, index, helper.formulas[column.field], row.get(column.field), formats)
            else:
                write_cell(sheet, number, index, written(row.get(column.field), column), formats.open_of(column))
    for index, column in enumerate(columns):
        add_rule(sheet, top + 1, last, index, column)


def _write_ods(form: Form, path: Path) -> None:
    headings: list[Written] = [heading(column) for column in form.layout.columns]
    rows = [*form.head(), headings, *(form.cells(row) for row in form.rows)]
    with ods_book(path) as book:
        helpers = [(helper.layout.name, _helper_cells(helper)) for helper in form.helpers]
        for name, cells in [(form.layout.name, rows), *helpers, *_other_sheets(form)]:
            book.new_sheet(name).writerows([as_stored(cell) for cell in row] for row in cells)


def _helper_cells(helper: Helper) -> list[list[Written]]:
    headings: list[Written] = [heading(column) for column in helper.layout.columns]
    rows = [[written(row.get(column.field), column) for column in helper.layout.columns] for row in helper.rows]
    about: list[list[Written]] = [[text] for text in helper.about]
    return [*about, [], headings, *rows]


def _other_sheets(form: Form) -> list[tuple[str, list[list[Written]]]]:
    guide: list[list[Written]] = [["Guide", "What counts and what does not"]]
    guide += [[name, text] for name, text in form.guide]
    tables = [(name, [list(row) for row in rows]) for name, rows in form.tables]
    return [(GUIDE_SHEET, guide), *tables, (VERSION_SHEET, [list[Written](row) for row in form.terms.rows()])]
