"""
Look at a file before it is read, and refuse what cannot be read safely.

The kind of file is decided by its first bytes, never by its name. Then the cheap questions come first: size, parts,
passwords, macros; then every compressed part is unpacked once in small pieces and counted, and the cells' positions
are scanned, so that the reader proper never meets a file that would take it over its memory.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field

from commonweal import errors
from commonweal.workbooks import cfb, delimited, ods_guard, xls_guard, xlsx_guard
from commonweal.workbooks.archive import Archive, damaged, locked, open_archive
from commonweal.workbooks.findings import Extent, check_extents, check_text
from commonweal.workbooks.limits import Limits

__all__ = ["Look", "damaged", "inspect", "locked"]

ODS_TYPE = b"application/vnd.oasis.opendocument.spreadsheet"
OTHER_KINDS = {
    b"%PDF": "a PDF document",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"\x1f\x8b": "a compressed file",
    b"7z\xbc\xaf": "a compressed file",
    b"Rar!": "a compressed file",
    b"{\\rtf": "a word processor document",
}


@dataclass(frozen=True, slots=True)
class Look:
    """
    What the look inside found: `format` is xlsx, xls, ods or csv; `extents` by sheet name; `checked` is what may be
    read, None for a file that is read as it is.
    """

    format: str
    extents: dict[str, Extent] = field(default_factory=dict)
    checked: io.BytesIO | None = None


def inspect(data: bytes, name: str, limits: Limits) -> Look:
    """
    Decide what kind of file `data` is and whether it may be read.

    :raises BadFile: with one plain sentence why not
    """
    if data.startswith(b"PK"):
        look = _inspect_zip(data, name, limits)
    elif data.startswith(cfb.MAGIC):
        look = Look("xls", xls_guard.scan(cfb.open_compound(data, name)))
    else:
        _refuse_other_kinds(data, name)
        return Look("csv")
    if look.format != "xlsx":  # xlsx sheets are bounded while they are scanned, and measured when they are read
        check_extents(look.extents, name, limits)
    check_text(sum(extent.text for extent in look.extents.values()), name, limits)
    return look


def _inspect_zip(data: bytes, name: str, limits: Limits) -> Look:
    archive = open_archive(data, name, limits)
    if "xl/workbook.xml" in archive.parts:
        return Look("xlsx", xlsx_guard.scan(archive), archive.finish())
    if "mimetype" in archive.parts and archive.read("mimetype").strip().startswith(ODS_TYPE):
        return Look("ods", ods_guard.scan(archive), archive.finish())
    raise _not_a_workbook(archive)


def _not_a_workbook(archive: Archive) -> errors.BadFile:
    if "xl/workbook.bin" in archive.parts:
        return errors.BadFile(f"{archive.name} is a binary Excel workbook (xlsb). Save it as xlsx and give that file.")
    if any(part.startswith(("word/", "ppt/")) for part in archive.parts):
        return errors.BadFile(f"{archive.name} is a document or a slide show, not a spreadsheet.")
    return errors.BadFile(
        f"{archive.name} is a zip file, but no xlsx or ods spreadsheet. Unpack it and give the file inside."
    )


def _refuse_other_kinds(data: bytes, name: str) -> None:
    kind = next((kind for mark, kind in OTHER_KINDS.items() if data.startswith(mark)), "")
    if kind:
        raise errors.BadFile(f"{name} is {kind}, whatever its name says. Give an xlsx, xls, ods or CSV file.")
    start = data[:1024].lstrip().lower()
    if start.startswith((b"<!doctype html", b"<html", b"<?xml")):
        raise errors.BadFile(
            f"{name} is a web page or an XML file, whatever its name says. Save it as xlsx or CSV and give that file."
        )
    if b"\x00" in data[:4096] and not data.startswith(tuple(mark for mark, _ in delimited.MARKS)):
        raise delimited.not_text(name)
