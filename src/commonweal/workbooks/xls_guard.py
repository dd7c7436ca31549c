"""
Look through the records of an xls workbook before it is read: used rectangle, error values, password, macros.

Layout after Microsoft's published description, [MS-XLS] "Excel Binary File Format": a stream of records, each with a
type and a length of two bytes; cell records start with row and column.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from commonweal import errors
from commonweal.workbooks.archive import locked
from commonweal.workbooks.cfb import Compound, broken
from commonweal.workbooks.findings import Extent

BOF, EOF, FILEPASS, DIMENSIONS, BOUNDSHEET, FORMULA, BOOLERR = 0x809, 0x0A, 0x2F, 0x200, 0x85, 0x06, 0x205
OLDER_BOF = (0x09, 0x209, 0x409)
ONE_CELL = frozenset({FORMULA, BOOLERR, 0x203, 0x204, 0x27E, 0xFD, 0xD6})
MANY_CELLS = 0xBD
TEXTS, CONTINUE, TEXT_CELL = 0xFC, 0x3C, 0xFD
RICH, EXTENDED, WIDE = 0x08, 0x04, 0x01
SHOWN = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}
MACRO_STORAGES = ("_VBA_PROJECT_CUR", "_VBA_PROJECT", "VBA")
MACRO_SHEET = 1
HEAD = struct.Struct("<HH")
LONG = struct.Struct("<I")
MOST_ROWS, MOST_COLUMNS = 65_536, 256


def scan(compound: Compound) -> dict[str, Extent]:
    """
    Return the extent of each sheet by its name.

    :raises BadFile: for a locked, macro-bearing or damaged file, or another kind of document
    """
    if compound.find("EncryptedPackage", "EncryptionInfo"):
        raise locked(compound.name)
    if compound.find(*MACRO_STORAGES):
        raise with_macros(compound.name)
    book = compound.find("Workbook", "Book")
    if book is None:
        raise errors.BadFile(
            f"{compound.name} is an older Office file, but no spreadsheet. Give an xlsx, xls, ods or CSV file."
        )
    try:
        return _records(compound.read(book), compound.name)
    except (struct.error, IndexError):
        raise broken(compound.name) from None


def with_macros(name: str) -> errors.BadFile:
    """The error for a workbook with macros in it."""
    return errors.BadFile(
        f"{name} carries macros (small programs), and files with macros are not read. "
        f"Save it as xlsx without macros and give that file."
    )


def _records(stream: bytes, name: str) -> dict[str, Extent]:
    names: dict[int, str] = {}
    extents: dict[int, Extent] = {}
    extent = Extent()
    lengths: list[int] = []
    at, end = 0, len(stream)
    unpack, unpack_long = HEAD.unpack_from, LONG.unpack_from
    while at + 4 <= end:
        kind, length = unpack(stream, at)
        body = at + 4
        if kind in ONE_CELL:
            row, column = unpack(stream, body)
            extent.cover(row + 1, column + 1)
            if kind == TEXT_CELL:
                number = unpack_long(stream, body + 6)[0]
                extent.text += lengths[number] if number < len(lengths) else 0
            elif kind in (FORMULA, BOOLERR):
                _note_error(stream, body, kind, extent)
        elif kind == MANY_CELLS:
            row = unpack(stream, body)[0]
            extent.cover(row + 1, struct.unpack_from("<H", stream, body + length - 2)[0] + 1)
        elif kind == BOF:
            extent = extents[at] = Extent()
        elif kind == TEXTS:
            lengths = _text_lengths(stream, at)
        elif kind == DIMENSIONS:
            _cover_dimensions(stream, body, length, extent)
        elif kind == BOUNDSHEET:
            names[unpack_long(stream, body)[0]] = _sheet_name(stream, body, length, name)
        elif kind == FILEPASS or kind in OLDER_BOF:
            raise _refusal(kind, name)
        at = body + length
    if end - at > 3 or at > end:
        raise broken(name)
    return {names[start]: found for start, found in extents.items() if start in names}


def _text_lengths(stream: bytes, at: int) -> list[int]:
    """The lengths in letters of the shared texts, which run on over records of their own kind called CONTINUE."""
    parts = _run(stream, at)
    start, stop = next(parts)
    wanted = LONG.unpack_from(stream, start + 4)[0]
    start += 8
    lengths: list[int] = []
    while len(lengths) < wanted:
        if start >= stop:
            start, stop = next(parts, (0, 0))
            if not stop:
                break
        letters, flags = HEAD.unpack_from(stream, start)[0], stream[start + 2]
        lengths.append(letters)
        start += 3
        extra = 0
        if flags & RICH:
            extra += 4 * HEAD.unpack_from(stream, start)[0]
            start += 2
        if flags & EXTENDED:
            extra += LONG.unpack_from(stream, start)[0]
            start += 4
        start, stop = _skip_letters(stream, parts, (start, stop), letters, flags)
        while start + extra > stop and extra:
            extra -= stop - start
            start, stop = next(parts, (0, 0))
            extra = extra if stop else 0
        start += extra
    return lengths


def _run(stream: bytes, at: int) -> Iterator[tuple[int, int]]:
    kind, length = HEAD.unpack_from(stream, at)
    yield at + 4, at + 4 + length
    at += 4 + length
    while at + 4 <= len(stream):
        kind, length = HEAD.unpack_from(stream, at)
        if kind != CONTINUE:
            return
        yield at + 4, at + 4 + length
        at += 4 + length


def _skip_letters(
    stream: bytes, parts: Iterator[tuple[int, int]], place: tuple[int, int], letters: int, flags: int
) -> tuple[int, int]:
    start, stop = place
    while letters > 0:
        width = 1 + (flags & WIDE)
        taken = min(letters, max(0, stop - start) // width)
        letters -= taken
        start += taken * width
        if letters:
            start, stop = next(parts, (0, 0))
            if not stop:
                return 0, 0
            flags = stream[start]
            start += 1
    return start, stop


def _sheet_name(stream: bytes, body: int, length: int, name: str) -> str:
    if stream[body + 5] == MACRO_SHEET:
        raise with_macros(name)
    count = stream[body + 6]
    if length == count + 7:  # before 1997: one byte a letter and no flag
        return stream[body + 7 : body + 7 + count].decode("cp1252", "replace")
    wide = stream[body + 7] & 1
    return stream[body + 8 : body + 8 + count * (1 + wide)].decode("utf-16-le" if wide else "latin-1", "replace")


def _refusal(kind: int, name: str) -> errors.BadFile:
    if kind == FILEPASS:
        return locked(name)
    return errors.BadFile(f"{name} was made by an Excel older than 1995. Open it and save it again as xlsx.")


def _cover_dimensions(stream: bytes, body: int, length: int, extent: Extent) -> None:
    # The reader reserves memory by this record, whatever the cells say; whole formatted columns are common, though.
    if length >= 14:
        first_row, last_row, first_column, last_column = struct.unpack_from("<IIHH", stream, body)
        rows, columns = max(last_row, first_row), max(last_column, first_column)
        if rows > MOST_ROWS or columns > MOST_COLUMNS:
            extent.cover(rows, columns)


def _note_error(stream: bytes, body: int, kind: int, extent: Extent) -> None:
    row, column = HEAD.unpack_from(stream, body)
    if kind == BOOLERR and stream[body + 7]:
        extent.errors[row, column] = SHOWN.get(stream[body + 6], "#N/A")
    elif kind == FORMULA and stream[body + 12 : body + 14] == b"\xff\xff" and stream[body + 6] == 2:
        extent.errors[row, column] = SHOWN.get(stream[body + 8], "#N/A")
