"""
Look through an ods file before it is read: used rectangle, error values, password, macros, entity tricks.

In this format a cell or a row can say "repeated a million times", so 1 KiB can stand for billions of cells. Repeats
of empty cells at the end of a row or sheet are ordinary and cost nothing; repeats with something after them do.
"""

from __future__ import annotations

from xml.parsers import expat

from commonweal import errors
from commonweal.workbooks.archive import Archive, damaged, locked
from commonweal.workbooks.findings import Extent
from commonweal.workbooks.sheet_parser import refuse_tricks

TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0"
OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
EXTENSION = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"
CELLS = (f"{TABLE} table-cell", f"{TABLE} covered-table-cell")
MACRO_FOLDERS = ("basic/", "scripts/")


def scan(archive: Archive) -> dict[str, Extent]:
    """
    Return the extent of each sheet by its name.

    :raises BadFile: for a locked, macro-bearing, damaged or tricky file
    """
    manifest = archive.read("meta-inf/manifest.xml") if "meta-inf/manifest.xml" in archive.parts else b""
    if b"encryption-data" in manifest:
        raise locked(archive.name)
    if any(part.startswith(MACRO_FOLDERS) for part in archive.parts):
        raise errors.BadFile(
            f"{archive.name} carries macros (small programs), and files with macros are not read. "
            f"Remove the macros in the spreadsheet program and save it again."
        )
    for part in archive.parts:
        if part != "content.xml":
            head = b"".join(list(archive.keep(part))[:1])[:4096]
            if part.endswith(".xml"):
                refuse_tricks(head, archive.name)
    if "content.xml" not in archive.parts:
        raise damaged(archive.name)
    return _content(archive)


def _content(archive: Archive) -> dict[str, Extent]:
    reader = _ContentParser(archive.name)
    try:
        for piece in archive.keep("content.xml"):
            reader.parser.Parse(piece, False)
        reader.parser.Parse(b"", True)
    except (expat.ExpatError, ValueError):
        raise damaged(archive.name) from None
    return reader.extents


class _ContentParser:
    """Follows tables, rows and cells with their repeats."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.extents: dict[str, Extent] = {}
        self.extent = Extent()
        self.row = self.row_repeats = self.column = self.width = 0
        self.cell: tuple[int, dict[str, str]] | None = None
        self.text: list[str] = []
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.text_in
        self.parser.StartDoctypeDeclHandler = self.doctype

    def doctype(self, *_: object) -> None:
        refuse_tricks(b"<!DOCTYPE", self.name)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == f"{TABLE} table":
            self.extent = self.extents[attributes.get(f"{TABLE} name", str(len(self.extents)))] = Extent()
            self.row = 0
        elif name == f"{TABLE} table-row":
            self.row_repeats = int(attributes.get(f"{TABLE} number-rows-repeated", "1"))
            self.column = self.width = 0
        elif name in CELLS and self.cell is None:  # a cell inside a cell never hides how often the outer is repeated
            self.cell = (int(attributes.get(f"{TABLE} number-columns-repeated", "1")), attributes)
            self.text = []

    def text_in(self, text: str) -> None:
        if self.cell:
            self.text.append(text)

    def end(self, name: str) -> None:
        if name in CELLS and self.cell:
            self._close(*self.cell)
            self.cell = None
        elif name == f"{TABLE} table-row":
            if self.width:
                self.extent.cover(self.row + self.row_repeats, self.width)
            self.row += self.row_repeats

    def _close(self, repeats: int, attributes: dict[str, str]) -> None:
        shown = "".join(self.text).strip()
        filled = bool(shown) or f"{OFFICE} value-type" in attributes
        if filled:
            self.width = self.column + repeats
            self.extent.text += len(shown) * repeats * self.row_repeats
        if attributes.get(f"{EXTENSION} value-type") == "error" or (shown.startswith("#") and shown in ERRORS):
            self.extent.errors[self.row, self.column] = shown
        if f"{TABLE} formula" in attributes and not filled:
            self.extent.unsaved_formulas += 1
        self.column += repeats


ERRORS = frozenset({"#VALUE!", "#REF!", "#NAME?", "#DIV/0!", "#N/A", "#NUM!", "#NULL!"})
