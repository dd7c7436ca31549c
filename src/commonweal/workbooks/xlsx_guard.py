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
from commonweal.workbooks.sheet_parser import SheetParser, refuse_tricks

CELL = re.compile(rb'<c r="([A-Z]{1,3})([0-9]{1,7})"')
# A tag that starts like a cell and is not one near the top left, written in the usual way.
UNUSUAL = re.compile(rb'<c(?! r="[A-Z][0-9]{1,5}"|ol|f|onditional|ontrol|ustom|ell)')
ANY_CELL = re.compile(rb"<c(?!ol|f|onditional|ontrol|ustom|ell)")
WORKSHEET = re.compile(rb"<(?:\w+:)?worksheet[\s>]")
PREFIXED = re.compile(rb"<\w+:c[\s/>]")
NEAR_ROWS, NEAR_COLUMNS = 99_999, 26
SAFE_CELLS = 8_000_000  # about 250 MiB while the sheet is read; the exact limit is applied once it is measured
ERROR = re.compile(rb'<c r="([A-Z]{1,3})([0-9]{1,7})"[^>]*\bt="e"[^>]*>(?:<f[^>]*>[^<]*</f>|<f[^>]*/>)?<v>([^<]*)</v>')
NO_RESULT = re.compile(rb"(?:</f>|<f[^>]*/>)(?:<v></v>|<v ?/>)?</c>")
HEAD = 4096
LONGEST = 4 * MIB
ODD_TAG = b"<c"
TEXTS = "xl/sharedstrings.xml"
ITEM_END = re.compile(rb"</(?:\w+:)?si>")
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
    texts = _text_lengths(archive)
    for part in archive.parts:
        if part == TEXTS and texts:
            continue
        head, pieces = _peek(archive.keep(part))
        if head.lstrip().startswith(b"<") or part in sheets:
            refuse_tricks(head, archive.name)
        if part in sheets or WORKSHEET.search(head):
            extents[sheets.get(part, part)] = _scan_sheet(archive, part, head, pieces, texts)
        for _ in pieces:  # what is left is still unpacked once, to count it
            pass
    return extents


def _text_lengths(archive: Archive) -> list[int]:
    """The lengths in bytes of the texts that cells share by their numbers."""
    if TEXTS not in archive.parts:
        return []
    whole = b"".join(archive.keep(TEXTS))
    refuse_tricks(whole[:HEAD], archive.name)
    items = ITEM_END.split(whole)
    items[0] = items[0][max(0, items[0].find(b"<si")) :]
    return [len(each) for each in items[:-1]]


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


def _peek(pieces: Iterator[bytes]) -> tuple[bytes, Iterator[bytes]]:
    first = next(pieces, b"")

    def again() -> Iterator[bytes]:
        yield first
        yield from pieces

    return first[:HEAD], again()


def _scan_sheet(archive: Archive, part: str, head: bytes, pieces: Iterator[bytes], texts: list[int]) -> Extent:
    extent = Extent()
    plain = b"<worksheet" in head and all(_scan_block(block, extent) for block in _blocks(pieces))
    for _ in pieces:
        pass
    extent.text = extent.cells * max(texts, default=0)
    wide = extent.rows * extent.columns > max(archive.limits.cells, SAFE_CELLS)
    if not plain or wide or extent.text > archive.limits.text:
        # Formatted but empty cells at the edge are common and harmless, and so is one long text among many short
        # ones; the parser counts only cells that hold something, and the very texts that they show.
        extent = _parse_sheet(archive, part, texts)
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
            yield ODD_TAG  # whoever asked stops here
    yield rest


def _scan_block(block: bytes, extent: Extent) -> bool:
    """
    Take in one block; False if it holds cells written in another way than the usual one.

    Most blocks have only cells from A1 to Z99999: those are covered as a whole, because finding each one is slow.
    """
    extent.cells += block.count(b"<c ")
    if UNUSUAL.search(block):
        cells = CELL.findall(block)
        if not cells or len(cells) != len(ANY_CELL.findall(block)):
            return False
        extent.cover(max(int(row) for _, row in cells), _widest({letters for letters, _ in cells}))
    elif extent.cells:
        extent.cover(NEAR_ROWS, NEAR_COLUMNS)
    if b":c" in block and PREFIXED.search(block):
        return False
    if b't="e"' in block:
        for letters, row, shown in ERROR.findall(block):
            extent.errors[int(row) - 1, column_number(letters.decode())] = shown.decode("utf-8", "replace")
    if b"<f" in block:
        extent.unsaved_formulas += len(NO_RESULT.findall(block))
    return True


def _widest(letters: set[bytes]) -> int:
    return max(column_number(each.decode()) for each in letters) + 1


def _parse_sheet(archive: Archive, part: str, texts: list[int]) -> Extent:
    reader = SheetParser(archive.name, texts)
    try:
        for piece in archive.pieces(part):
            reader.parser.Parse(piece, False)
        reader.parser.Parse(b"", True)
    except (expat.ExpatError, ValueError):
        raise damaged(archive.name) from None
    return reader.extent
