"""
Look through the sheets of an xlsx file before it is read: used rectangle, error values, traps.

The usual way of writing cells (`<c r="B2" ...`) is scanned by pattern, which is quick. Whatever is written in another
way is parsed properly with expat, which is slower and exact. Either way no entity is ever expanded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree import ElementTree
from xml.parsers import expat

from commonweal import errors
from commonweal.workbooks.archive import PIECE, Archive, damaged
from commonweal.workbooks.findings import Extent, check_extent, column_number
from commonweal.workbooks.limits import MIB

CELL = re.compile(rb'<c r="([A-Z]{1,3})([0-9]{1,7})"')
ERROR = re.compile(rb'<c r="([A-Z]{1,3})([0-9]{1,7})"[^>]*\bt="e"[^>]*>(?:<f[^>]*>[^<]*</f>|<f[^>]*/>)?<v>([^<]*)</v>')
NO_RESULT = re.compile(rb"(?:</f>|<f[^>]*/>)(?:<v></v>|<v/>)?</c>")
NOT_A_CELL = (b"<col", b"<cf", b"<conditional", b"<control", b"<custom", b"<cell")
HEAD = 4096
LONGEST = 4 * MIB
UNUSUAL = b"<c"
FEW = 4
MACROS = ("vbaproject.bin", "macrosheets/", "dialogsheets/")


def refuse_macros(archive: Archive) -> None:
    """
    :raises BadFile: if the workbook carries macros
    """
    if any(mark in part for part in archive.parts for mark in MACROS):
        raise errors.BadFile(
            f"{archive.name} carries macros (small programs), and files with macros are not read. "
            f"Save it as xlsx without macros and give that file."
        )


def scan(archive: Archive) -> dict[str, Extent]:
    """
    Unpack every part once and return the extent of each worksheet by the name on its tab.

    :raises BadFile: for a damaged or oversized file, macros, entity tricks, or cells far beyond the limits
    """
    refuse_macros(archive)
    sheets = _sheet_parts(archive)
    extents: dict[str, Extent] = {}
    for part in archive.parts:
        head, pieces = _peek(archive.pieces(part))
        if head.lstrip().startswith(b"<") or part in sheets:
            refuse_tricks(head, archive.name)
        if part in sheets or b"worksheet" in head.partition(b"sheetData")[0]:
            extents[sheets.get(part, part)] = _scan_sheet(archive, part, head, pieces)
        for _ in pieces:  # what is left is still unpacked once, to count it
            pass
    return extents


def _sheet_parts(archive: Archive) -> dict[str, str]:
    """Return the tab's name for each worksheet part, lower case as in `Archive.parts`."""
    book, links = (_parse(archive, part) for part in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels"))
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    sheets: dict[str, str] = {}
    for sheet in book.iter():
        if not sheet.tag.endswith("}sheet"):
            continue
        link = next((value for key, value in sheet.items() if key.endswith("}id")), "")
        target = targets.get(link, "")
        path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        sheets[path.lower()] = sheet.get("name", "")
    return sheets


def _parse(archive: Archive, part: str) -> ElementTree.Element:
    if part not in archive.parts:
        raise damaged(archive.name)
    text = archive.read(part)
    refuse_tricks(text, archive.name)
    try:
        return ElementTree.fromstring(text)
    except ElementTree.ParseError:
        raise damaged(archive.name) from None


def refuse_tricks(head: bytes, name: str) -> None:
    """
    :raises BadFile: if the start of an XML part declares entities or is not UTF-8
    """
    if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
        raise errors.BadFile(
            f"{name} defines its own XML entities, which spreadsheets never do and which can be used to attack a "
            f"reader. It is not read. Ask the sender how it was made."
        )
    if b"\x00" in head or head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise errors.BadFile(f"{name} is not written in UTF-8 inside, as xlsx and ods files are. Save it again.")


def _peek(pieces: Iterator[bytes]) -> tuple[bytes, Iterator[bytes]]:
    first = next(pieces, b"")

    def again() -> Iterator[bytes]:
        yield first
        yield from pieces

    return first[:HEAD], again()


def _scan_sheet(archive: Archive, part: str, head: bytes, pieces: Iterator[bytes]) -> Extent:
    extent = Extent()
    plain = b"<worksheet" in head and all(_scan_block(block, extent) for block in _blocks(pieces))
    if not plain:
        extent = _parse_sheet(archive, part)
    if extent.rows * extent.columns > archive.limits.cells:
        # Formatted but empty cells at the edge are common and harmless; count only cells that hold something.
        extent = _parse_sheet(archive, part)
    check_extent(extent, part.rpartition("/")[2], archive.name, archive.limits)
    return extent


def _blocks(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Join pieces and cut them at the end of a row, or before some tag where a row is very long."""
    rest = b""
    for piece in pieces:
        joined = rest + piece
        cut = joined.rfind(b"</row>") + 6 if b"</row>" in piece else 0
        if not cut and len(joined) > LONGEST:
            cut = joined.rfind(b"<")
        yield joined[:cut]
        rest = joined[cut:]
        if len(rest) > LONGEST + PIECE:
            yield UNUSUAL
            return
    yield rest


def _scan_block(block: bytes, extent: Extent) -> bool:
    """Take in one block; False if it holds cells written in another way than the usual one."""
    cells = CELL.findall(block)
    others = block.count(b"<c") - len(cells)
    if others and others != sum(block.count(mark) for mark in NOT_A_CELL):
        return False
    if b":c" in block and re.search(rb"<\w+:c[\s/>]", block):
        return False
    if cells:
        extent.cover(max(int(row) for _, row in cells), _widest({letters for letters, _ in cells}))
    if b't="e"' in block:
        for letters, row, shown in ERROR.findall(block):
            extent.errors[int(row) - 1, column_number(letters.decode())] = shown.decode("utf-8", "replace")
    if b"<f" in block:
        extent.unsaved_formulas += len(NO_RESULT.findall(block))
    return True


def _widest(letters: set[bytes]) -> int:
    return max(column_number(each.decode()) for each in letters) + 1


def _parse_sheet(archive: Archive, part: str) -> Extent:
    reader = _SheetParser(archive.name)
    try:
        for piece in archive.pieces(part):
            reader.parser.Parse(piece, False)
        reader.parser.Parse(b"", True)
    except expat.ExpatError:
        raise damaged(archive.name) from None
    return reader.extent


class _SheetParser:
    """Follows rows and cells the way the file format defines them, with or without an explicit `r`."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.extent = Extent()
        self.row = 0
        self.column = 0
        self.kind = ""
        self.text: list[str] | None = None
        self.formula = self.value = False
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.characters
        self.parser.StartDoctypeDeclHandler = self.doctype

    def doctype(self, *_: object) -> None:
        refuse_tricks(b"<!DOCTYPE", self.name)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition(" ")[2]
        if tag == "row":
            given = attributes.get("r", "")
            self.row = int(given) - 1 if given.isascii() and given.isdigit() else self.row + bool(self.column)
            self.column = 0
        elif tag == "c":
            self._place(attributes.get("r", ""))
            self.kind = attributes.get("t", "")
            self.formula = self.value = False
        elif tag in ("v", "is"):
            self.value = True
            self.text = []
        elif tag == "f":
            self.formula = True

    def _place(self, reference: str) -> None:
        match = re.fullmatch(r"\s*([A-Za-z]{1,7})([0-9]{1,10})\s*", reference)
        if match:
            self.row = int(match[2]) - 1
            self.column = column_number(match[1])
        elif reference:
            raise damaged(self.name)

    def characters(self, text: str) -> None:
        if self.text is not None and len(self.text) < FEW:
            self.text.append(text)

    def end(self, name: str) -> None:
        tag = name.rpartition(" ")[2]
        if tag == "c":
            self._close()
        elif tag == "row":
            self.row += 1
            self.column = 0

    def _close(self) -> None:
        shown = "".join(self.text or ()).strip()
        if self.value or self.formula:
            self.extent.cover(self.row + 1, self.column + 1)
        if self.kind == "e" and shown:
            self.extent.errors[self.row, self.column] = shown
        if self.formula and not shown:
            self.extent.unsaved_formulas += 1
        self.text = None
        self.column += 1
