"""
Make a copy of a spreadsheet of people without the people: initials and outward postcode stay, the rest goes.

Works on the text of the cells, as a person sees them. Formulas, comments, pictures, hidden sheets and the file's
own properties do not come along. In columns that are kept, whatever still names somebody is masked: full names that
stand in a column of names, National Insurance numbers, e-mail addresses, telephone and bank numbers, full postcodes.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import xlsxwriter

from commonweal import errors
from commonweal.workbooks.cells import guarded
from commonweal.workbooks.raw import Sheet, Workbook, read_workbook
from commonweal_web.evidence.parsing.child import limits
from commonweal_web.evidence.people_columns import (
    BANK_NUMBERS,
    EMAIL_ADDRESS,
    FULL_POSTCODE,
    NI_NUMBER,
    TELEPHONE,
    SheetLook,
    Tells,
    Treat,
    look_at,
)

REMOVED = "[removed]"
TITLES = frozenset(("mr", "mrs", "ms", "miss", "mx", "dr", "prof", "professor", "rev", "sir", "dame", "lord", "lady"))
LONGEST_CELL = 32_767
SHEET_NAME = re.compile(r"[\[\]:*?/\\']")
TOTAL = re.compile(r"(?:grand |sub)?totals?:?|sum|average|mean|count", re.IGNORECASE)
WORD = re.compile(r"[^\W\d_][^\W\d_'’]*")
RUN = re.compile(r"[^\W\d_][^\W\d_'’]*(?:[ ,\-]{1,3}[^\W\d_][^\W\d_'’]*)*")
BETWEEN = re.compile(r"([ ,\-]{1,3})")
NUMBER = re.compile(r"-?(0|[1-9]\d{0,13})(\.\d{1,10})?")
MADE = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)  # nothing about when or by whom the original was made

Choices = Mapping[tuple[int, int], Treat]
"""(sheet, column), both counted from 0 -> what becomes of it; the proposal holds where nothing is given."""


@dataclass(frozen=True, slots=True)
class Look:
    """What was found in a spreadsheet. Hidden sheets are listed and never come along."""

    workbook: Workbook
    sheets: tuple[SheetLook, ...]

    @property
    def tells_of_people(self) -> bool:
        return any(sheet.tells_of_people for sheet in self.sheets)

    @property
    def left_out(self) -> int:
        """How many hidden sheets the copy leaves out."""
        return sum(sheet.hidden for sheet in self.sheets)


@dataclass(frozen=True, slots=True)
class Copy:
    """The redacted copy: sheets of text by name, and how many cells were changed or left out."""

    sheets: tuple[tuple[str, tuple[tuple[str, ...], ...]], ...]
    changed: int


def look(data: bytes, name: str) -> Look:
    """
    Read a spreadsheet and propose what becomes of each column.

    :raises BadFile: if it cannot be read
    """
    workbook = read_workbook(data, name=name, limits=limits())
    return Look(workbook, tuple(look_at(sheet) for sheet in workbook.sheets))


def redact(found: Look, choices: Choices | None = None) -> Copy:
    """
    Return the copy, by the proposals and the choices given instead of them.

    :raises BadFile: if nothing would be left of it
    """
    chosen = _settled(found, choices or {})
    names = _names(found, chosen)
    sheets: list[tuple[str, tuple[tuple[str, ...], ...]]] = []
    changed = 0
    for at, (sheet, seen) in enumerate(zip(found.workbook.sheets, found.sheets, strict=True)):
        if sheet.hidden:
            continue
        rows = tuple(_rows(sheet, seen, at, chosen, names))
        changed += sum(new != old for old, new in zip(_flat(sheet, seen, at, chosen), _flat_rows(rows), strict=True))
        changed += _dropped(sheet, at, chosen)
        sheets.append((_sheet_name(sheet.name or "Sheet1", names, [each for each, _ in sheets]), rows))
    if not any(any(cell for row in rows for cell in row) for _, rows in sheets):
        raise errors.BadFile("Nothing would be left of this spreadsheet. Keep at least one column.")
    return Copy(tuple(sheets), changed)


def _settled(found: Look, choices: Choices) -> dict[tuple[int, int], Treat]:
    return {
        (at, column.index): choices.get((at, column.index), column.proposed)
        for at, sheet in enumerate(found.sheets)
        for column in sheet.columns
    }


def _rows(
    sheet: Sheet, seen: SheetLook, at: int, chosen: Mapping[tuple[int, int], Treat], names: Names
) -> Iterator[tuple[str, ...]]:
    kept = _kept(seen, at, chosen)
    for number, row in enumerate(sheet.rows):
        cells = [row[index] if index < len(row) else "" for index in kept]
        if number <= seen.heading_row:
            yield tuple(masked(cell, names) for cell in cells)
        else:
            treats = [chosen[at, index] for index in kept]
            yield tuple(_treated(cell, treat, names) for cell, treat in zip(cells, treats, strict=True))


def _kept(seen: SheetLook, at: int, chosen: Mapping[tuple[int, int], Treat]) -> list[int]:
    return [column.index for column in seen.columns if chosen[at, column.index] is not Treat.DROP]


def _flat(sheet: Sheet, seen: SheetLook, at: int, chosen: Mapping[tuple[int, int], Treat]) -> Iterator[str]:
    kept = _kept(seen, at, chosen)
    return (row[index] if index < len(row) else "" for row in sheet.rows for index in kept)


def _flat_rows(rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    return (cell for row in rows for cell in row)


def _dropped(sheet: Sheet, at: int, chosen: Mapping[tuple[int, int], Treat]) -> int:
    gone = {index for (number, index), treat in chosen.items() if number == at and treat is Treat.DROP}
    return sum(1 for row in sheet.rows for index in gone if index < len(row) and row[index].strip())


def _treated(cell: str, treat: Treat, names: Names) -> str:
    if treat is Treat.INITIALS:
        return cell if TOTAL.fullmatch(cell.strip()) else initials(cell)
    if treat is Treat.OUTWARD:
        return outward(cell)
    return masked(cell, names)


def initials(name: str) -> str:
    """Maya Thompson is M.T.; Thompson, Maya is M.T.; Dr Maya O'Brien-Smith is M.O."""
    text = EMAIL_ADDRESS.sub(" ", name)
    before, comma, after = text.partition(",")
    words = re.findall(r"[^\W\d_][\w'’.-]*", f"{after} {before}" if comma else text)
    letters = [word[0].upper() for word in words if word.strip(".").lower() not in TITLES]
    return "".join(f"{letter}." for letter in letters[:4])


def outward(postcode: str) -> str:
    """NM1 4AB is NM1; an outward code alone stays; anything else goes."""
    text = " ".join(postcode.upper().split())
    if found := FULL_POSTCODE.search(text):
        return found[1].upper()
    return text if re.fullmatch(r"[A-Z]{1,2}[0-9][A-Z0-9]?", text) else (REMOVED if text else "")


def masked(text: str, names: Names) -> str:
    """Return a text without what names a person: known names as initials, numbers and addresses removed."""
    if not text.strip():
        return text
    out = EMAIL_ADDRESS.sub(REMOVED, text)
    out = NI_NUMBER.sub(REMOVED, out)
    out = BANK_NUMBERS.sub(REMOVED, out)
    out = TELEPHONE.sub(REMOVED, out)
    out = FULL_POSTCODE.sub(lambda found: found[1].upper(), out)
    return names.masked(out)


class Names:
    """
    The words of all names that stand in the columns of names. In other cells two of them together are a person, and
    so is a single one of four letters on that is written with a capital. Words of the headings are no names.
    """

    def __init__(self, cells: Iterable[str], not_names: Iterable[str] = ()) -> None:
        words = {word.lower() for cell in cells for word in WORD.findall(cell)} - TITLES
        self.words = words - {word.lower() for text in not_names for word in WORD.findall(text)}

    def masked(self, text: str) -> str:
        return RUN.sub(self._run, text) if self.words else text

    def _run(self, found: re.Match[str]) -> str:
        """Mask within words that stand side by side, with nothing but spaces, commas or hyphens between them."""
        parts = BETWEEN.split(found[0])
        known = [part.lower() in self.words for part in parts[::2]]
        out: list[str] = []
        for at, part in enumerate(parts[::2]):
            beside = (at > 0 and known[at - 1]) or (at + 1 < len(known) and known[at + 1])
            person = known[at] and (beside or (len(part) > 3 and part[0].isupper()))
            out.append(f"{part[0].upper()}." if person else part)
            out += parts[2 * at + 1 : 2 * at + 2]
        return "".join(out)


def _names(found: Look, chosen: Mapping[tuple[int, int], Treat]) -> Names:
    cells: list[str] = []
    headings: list[str] = []
    for at, (sheet, seen) in enumerate(zip(found.workbook.sheets, found.sheets, strict=True)):
        headings += [column.heading for column in seen.columns] if seen.heading_row >= 0 else []
        of_names = [
            column.index
            for column in seen.columns
            if column.tells is Tells.NAME or chosen[at, column.index] is Treat.INITIALS
        ]
        rows = sheet.rows[seen.heading_row + 1 :]
        named = [row[index] for row in rows for index in of_names if index < len(row)]
        cells += [cell for cell in named if not TOTAL.fullmatch(cell.strip())]
    return Names(cells, headings)


def masked_title(found: Look, text: str) -> str:
    """Return a title or note without the people of the spreadsheet."""
    return masked(text, _names(found, _settled(found, {})))


def _sheet_name(name: str, names: Names, taken: list[str]) -> str:
    text = SHEET_NAME.sub(" ", masked(name, names)).strip()[:28] or "Sheet"
    known = {each.lower() for each in taken}
    return text if text.lower() not in known else f"{text[:25]} {len(taken) + 1}"


def write_xlsx(copy: Copy) -> bytes:
    """Return the copy as xlsx: texts and plain numbers, no formula, no property of the original."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"title": "Redacted copy", "created": MADE})
        for name, rows in copy.sheets:
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                for index, cell in enumerate(row):
                    if NUMBER.fullmatch(cell):
                        sheet.write_number(number, index, float(cell))
                    elif cell:
                        sheet.write_string(number, index, cell[:LONGEST_CELL])
    return out.getvalue()


def write_csv(copy: Copy) -> bytes:
    """Return the first sheet as CSV, with an apostrophe before what would run as a formula."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows([guarded(cell) for cell in row] for row in copy.sheets[0][1])
    return b"\xef\xbb\xbf" + out.getvalue().encode()
