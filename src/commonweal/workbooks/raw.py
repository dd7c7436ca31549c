"""
The one door for tables: xlsx, xls, ods, CSV, or a folder of CSV files, every cell as the text that a person sees.

Numbers become exact decimal text with at most 15 significant digits, which is all that a spreadsheet keeps or shows:
the 0.30000000000000004 that arithmetic leaves behind is 0.3 again. Text stays as it was typed, so a company number
stored as text keeps its zeros. Dates are ISO (2026-04-01), with a time only where the cell has one. Error values stay
(#VALUE!) and are listed. A percentage comes as the fraction that is stored: 15 % is 0.15.
"""

from __future__ import annotations

import datetime as dt
import gc
import hashlib
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import python_calamine as calamine

from commonweal import errors
from commonweal.checks.problem import Origin, Problem, Severity
from commonweal.portfolio import Source
from commonweal.workbooks import delimited, guard
from commonweal.workbooks.findings import Extent, check_extents, column_letters
from commonweal.workbooks.limits import DEFAULT_LIMITS, MIB, Limits

SIGNIFICANT = 16  # longer text of a float holds more than 15 digits and a point


@dataclass(frozen=True, slots=True)
class Sheet:
    """
    One table. `rows[0][0]` is cell A1; rows may differ in length. `name` is empty for a CSV file.

    `columns` holds the same cells by column where the reader has them at hand; large imports start from it.
    """

    name: str
    rows: list[list[str]]
    hidden: bool = False
    columns: tuple[Sequence[str], ...] | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Workbook:
    """A file that was read, with everything doubtful about reading it in `problems`."""

    name: str
    sheets: tuple[Sheet, ...]
    source: Source
    problems: tuple[Problem, ...] = ()
    sources: tuple[Source, ...] = ()

    def sheet(self, name: str) -> Sheet | None:
        """Return the sheet called `name`, letter case and outer spaces apart, or None."""
        wanted = name.strip().lower()
        return next((sheet for sheet in self.sheets if sheet.name.strip().lower() == wanted), None)


def read_workbook(file: Path | str | bytes, *, name: str = "", limits: Limits = DEFAULT_LIMITS) -> Workbook:
    """
    Read a table file, given by its path or as bytes with a `name`, or a folder of CSV files (one sheet each).

    :raises BadFile: if it is missing, too large, protected, carries macros, is damaged, or is no table
    """
    if isinstance(file, bytes):
        return _read(file, name or "the file", limits)
    path = Path(file)
    if path.is_dir():
        return _read_folder(path, limits)
    return _read(load(path, limits=limits), name or path.name, limits)


def load(path: Path, *, limits: Limits = DEFAULT_LIMITS) -> bytes:
    """
    Return the bytes of one ordinary file.

    :raises BadFile: if there is none, it is empty, or is larger than the limit
    """
    if path.is_dir():
        raise errors.BadFile(f"{path.name} is a folder, not a file. Name the file inside it.")
    if not path.is_file():
        raise errors.BadFile(f"{path.name} was not found, or is no ordinary file. Check the name and the folder.")
    try:
        with path.open("rb") as stream:
            data = stream.read(limits.file_bytes + 1)
    except OSError as error:
        raise errors.BadFile(f"{path.name} cannot be opened: {error.strerror}. Check who may read it.") from None
    return data


def _read_folder(path: Path, limits: Limits) -> Workbook:
    files = sorted(child for child in path.iterdir() if child.suffix.lower() == ".csv")
    if not files:
        raise errors.BadFile(f"{path.name} is a folder without any CSV file. Name a file, or a folder of CSV files.")
    books = [(child, read_workbook(child, limits=limits)) for child in files]
    sheets = tuple(Sheet(child.stem, book.sheets[0].rows) for child, book in books)
    sources = tuple(book.source for _, book in books)
    joined = "".join(source.sha256 for source in sources).encode()
    whole = Source(path.name, hashlib.sha256(joined).hexdigest(), sum(source.size for source in sources), "folder")
    return Workbook(path.name, sheets, whole, tuple(p for _, book in books for p in book.problems), sources)


def _read(data: bytes, name: str, limits: Limits) -> Workbook:
    if not data:
        raise errors.BadFile(f"{name} is empty. Check that it was saved and copied whole.")
    if len(data) > limits.file_bytes:
        raise errors.BadFile(
            f"{name} is larger than {limits.file_bytes // MIB} MiB, the most that is read. "
            f"Split it, or remove pictures."
        )
    look = guard.inspect(data, name, limits)
    source = Source(name, hashlib.sha256(data).hexdigest(), len(data), look.format)
    if look.format == "csv":
        return _read_text(data, name, source, limits)
    sheets = _read_sheets(data, name, look, limits)
    return Workbook(name, tuple(sheets), source, tuple(_problems(look, name)), (source,))


def _read_text(data: bytes, name: str, source: Source, limits: Limits) -> Workbook:
    text, _, remarks = delimited.decode(data, name)
    rows, _ = delimited.parse(text, name, limits)
    problems = tuple(
        Problem("text_mended", Severity.NOTE, Origin(name), remark, "Check a few cells against the file.")
        for remark in remarks
    )
    return Workbook(name, (Sheet("", rows),), source, problems, (source,))


def _read_sheets(data: bytes, name: str, look: guard.Look, limits: Limits) -> list[Sheet]:
    try:
        book = calamine.CalamineWorkbook.from_filelike(look.checked or io.BytesIO(data))
        tabs = [each for each in book.sheets_metadata if each.typ == calamine.SheetTypeEnum.WorkSheet]
        if len(tabs) > limits.sheets:
            check_extents(dict.fromkeys((each.name for each in tabs), Extent()), name, limits)
        return _sheets(book, tabs, name, look, limits)
    except calamine.PasswordError:
        raise guard.locked(name) from None
    except (calamine.CalamineError, OSError, ValueError, OverflowError):
        raise guard.damaged(name) from None
    except BaseException as error:  # a panic of the reader's Rust code is no Exception
        if type(error).__name__ != "PanicException":
            raise
        raise guard.damaged(name) from None


def _sheets(
    book: calamine.CalamineWorkbook, tabs: list[calamine.SheetMetadata], name: str, look: guard.Look, limits: Limits
) -> list[Sheet]:
    sheets: list[Sheet] = []
    measured: dict[str, Extent] = {}
    for tab in tabs:
        sheet = book.get_sheet_by_name(tab.name)
        end = sheet.end or (-1, -1)
        measured[tab.name] = Extent(end[0] + 1, end[1] + 1)
        check_extents(measured, name, limits)
        with unhurried_collector():
            columns = _text_columns(sheet)
            rows = list(map(list, zip(*columns, strict=True)))
        found = look.extents.get(tab.name)
        hidden = tab.visible != calamine.SheetVisibleEnum.Visible
        if found and found.errors:
            _put_errors(rows, found.errors)
            sheets.append(Sheet(tab.name, rows, hidden))
        else:
            sheets.append(Sheet(tab.name, rows, hidden, columns))
    return sheets


@contextmanager
def unhurried_collector() -> Iterator[None]:
    """Pause the garbage collector while very many cells are made: it would walk all of them again and again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _text_columns(sheet: calamine.CalamineSheet) -> tuple[Sequence[str], ...]:
    """Turn the cells into text column by column, each different value once."""
    if sheet.start is None:
        return ()
    return tuple(_text_column(column) for column in zip(*sheet.to_python(skip_empty_area=False), strict=True))


def _text_column(column: tuple[object, ...]) -> Sequence[str]:
    kinds = set(map(type, column))
    if kinds == {str}:
        return column  # type: ignore[return-value]
    if bool in kinds:  # True and 1.0 are one key of a dictionary
        return [cell if isinstance(cell, str) else shown(cell) for cell in column]
    return list(map(_Shown().__getitem__, column))


class _Shown(dict[object, str]):
    """The text of each different value, worked out once."""

    def __missing__(self, value: object) -> str:
        text = self[value] = value if isinstance(value, str) else shown(value)
        return text


def _put_errors(rows: list[list[str]], found: dict[tuple[int, int], str]) -> None:
    """Write the error values back, which the reader leaves blank."""
    for (row, column), text in found.items():
        rows.extend([] for _ in range(len(rows), row + 1))
        rows[row].extend("" for _ in range(len(rows[row]), column + 1))
        rows[row][column] = text


def shown(value: object) -> str:
    """Return a cell's value as the text that a person sees, by the rules at the top of this module."""
    return SHOW.get(type(value), str)(value)


def _number(value: float) -> str:
    text = repr(value)
    if text.endswith(".0"):
        return text[:-2]
    if len(text) <= SIGNIFICANT and "e" not in text:
        return text
    return f"{Decimal(format(value, '.15g')):f}"


def _boolean(value: bool) -> str:
    return "TRUE" if value else "FALSE"


def _instant(value: dt.datetime) -> str:
    return value.date().isoformat() if value.time() == dt.time() else value.isoformat()


def _duration(value: dt.timedelta) -> str:
    minutes, seconds = divmod(round(value.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}"


SHOW: dict[type, Callable[..., str]] = {
    float: _number,
    bool: _boolean,
    dt.datetime: _instant,
    dt.date: dt.date.isoformat,
    dt.time: dt.time.isoformat,
    dt.timedelta: _duration,
}


def _problems(look: guard.Look, name: str) -> Iterable[Problem]:
    for sheet, extent in look.extents.items():
        for (row, column), text in extent.errors.items():
            where = Origin(name, sheet, row + 1, column_letters(column))
            yield Problem(
                "error_value", Severity.WARNING, where, f"The cell shows {text}.", "Mend the formula or type the value."
            )
        if extent.unsaved_formulas:
            yield Problem(
                "formula_without_result",
                Severity.ERROR,
                Origin(name, sheet),
                f"{extent.unsaved_formulas} formulas were saved without their results, so those cells read as blank.",
                "Open the file in a spreadsheet program, let it calculate, and save it again.",
            )
