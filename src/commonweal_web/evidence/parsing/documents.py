"""
Look through the zipped formats: docx, xlsx, odt and ods. No macros, no password, no files or links that load by
themselves, nothing before or after the zip, and every part unpacked once in small pieces and counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.parsers import expat

from commonweal.errors import BadFile
from commonweal.workbooks.archive import Archive, damaged, locked, open_archive
from commonweal.workbooks.limits import Limits
from commonweal.workbooks.raw import read_workbook
from commonweal.workbooks.sheet_parser import refuse_tricks
from commonweal.workbooks.xlsx_guard import refuse_macros

ZIP_START, ZIP_END, END_SIZE = b"PK\x03\x04", b"PK\x05\x06", 22
HEAD = 4096
TYPES = "[content_types].xml"
OPEN_DOCUMENT = {
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
}
MAIN = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "odt": "content.xml", "ods": "content.xml"}
FILES_INSIDE = re.compile(r"(^|/)(embeddings|activex|attachments)/|oleobject|\.(exe|dll|js|vbs|bat|cmd|scr|lnk|jar)$")
MACRO_PARTS = re.compile(r"^(basic|scripts)/|vbadata\.xml$|vbaproject|\.(vba|xlm)$")
RELATION = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>")
OUTSIDE = re.compile(rb"TargetMode\s*=\s*[\"']External[\"']", re.IGNORECASE)
MAY_POINT_OUT = re.compile(rb"Type\s*=\s*[\"'][^\"']*/(hyperlink|externalLinkPath|externalLinkLongPath)[\"']")
DDE = re.compile(rb"<(?:\w+:)?(ddeLink|dde-link|dde-source|dde-connection)\b", re.IGNORECASE)
SCRIPT_EVENT = re.compile(rb"vnd\.sun\.star\.script:|<script:event-listener\b", re.IGNORECASE)
LIVE_FIELD = re.compile(
    r"\bDDE(AUTO)?\b|\b(INCLUDETEXT|INCLUDEPICTURE|IMPORT)\b.*(://|\\\\)", re.IGNORECASE | re.DOTALL
)


def kind_of_zip(data: bytes, name: str, limits: Limits) -> str:
    """
    Return docx, xlsx, odt or ods, or an empty text for any other zip.

    :raises BadFile: if it is damaged, locked, or has other bytes before or after it
    """
    if not data.startswith(ZIP_START):
        return ""
    archive = open_archive(data, name, limits)
    if TYPES in archive.parts:
        return next((kind for kind in ("docx", "xlsx") if MAIN[kind] in archive.parts), "")
    if "mimetype" in archive.parts:
        return OPEN_DOCUMENT.get(archive.read("mimetype", HEAD).strip(), "")
    return ""


def check_document(data: bytes, kind: str, name: str, limits: Limits) -> None:
    """
    :raises BadFile: with one sentence on why the file is not taken
    """
    archive = open_archive(data, name, limits)
    if data[-END_SIZE : -END_SIZE + 4] != ZIP_END or data[-2:] != b"\x00\x00":
        raise BadFile(f"{name} has something after its end. Open it, save it again, and add the new file.")
    _refuse_parts(archive)
    refuse_macros(archive)
    for part in archive.parts:
        _check_part(archive, part)
    if kind in ("odt", "ods"):
        _check_manifest(archive)
    if kind in ("xlsx", "ods"):
        read_workbook(data, name=name, limits=limits)
    else:
        _check_words(Archive(name, data, limits, archive.parts), MAIN[kind])


def _refuse_parts(archive: Archive) -> None:
    for part in archive.parts:
        if part.startswith("/") or ".." in part.split("/") or ":" in part:
            raise damaged(archive.name)
        if MACRO_PARTS.search(part):
            raise macros(archive.name)
        if FILES_INSIDE.search(part):
            raise BadFile(
                f"{archive.name} holds another file or a programmed part inside. Add that file on its own, "
                f"and save the document as PDF."
            )


def _check_part(archive: Archive, part: str) -> None:
    """Unpack one part; an XML part is looked at as a whole, piece by piece with what the last one ended in."""
    before = b""
    for number, piece in enumerate(archive.pieces(part)):
        if number == 0 and piece.lstrip()[:1] == b"<":
            refuse_tricks(piece[:HEAD], archive.name)
        if part.endswith((".xml", ".rels", ".rdf")):
            _refuse_live(before + piece, part, archive.name)
            before = piece[-HEAD:]


def _refuse_live(text: bytes, part: str, name: str) -> None:
    if part == TYPES and b"macroEnabled" in text:
        raise macros(name)
    if part.endswith(".rels") and any(_loads_by_itself(tag) for tag in RELATION.findall(text)):
        raise BadFile(f"{name} loads something from another place when it is opened. Save it as PDF and add that.")
    if DDE.search(text):
        raise BadFile(f"{name} asks other programs for data when it is opened. Save it as PDF and add that.")
    if SCRIPT_EVENT.search(text):
        raise macros(name)


def _loads_by_itself(tag: bytes) -> bool:
    return bool(OUTSIDE.search(tag)) and not MAY_POINT_OUT.search(tag)


def _check_manifest(archive: Archive) -> None:
    part = "meta-inf/manifest.xml"
    if part not in archive.parts:
        raise damaged(archive.name)
    manifest = archive.read(part)
    if b"encryption-data" in manifest:
        raise locked(archive.name)


def _check_words(archive: Archive, part: str) -> None:
    """Parse the main part to its end and read its field instructions."""
    fields: list[str] = []
    inside = [False]
    parser = expat.ParserCreate()

    def start(tag: str, _: dict[str, str]) -> None:
        inside[0] = tag.rpartition(":")[2] in ("instrText", "delInstrText")

    def words(text: str) -> None:
        if inside[0]:
            fields.append(text)

    def simple(tag: str, attributes: dict[str, str]) -> None:
        start(tag, attributes)
        fields.extend(value for key, value in attributes.items() if key.rpartition(":")[2] == "instr")

    def doctype(*_: object) -> None:
        refuse_tricks(b"<!DOCTYPE", archive.name)

    parser.StartElementHandler, parser.CharacterDataHandler, parser.StartDoctypeDeclHandler = simple, words, doctype
    _parse(parser, archive.pieces(part), archive.name)
    if LIVE_FIELD.search("".join(fields)):
        raise BadFile(f"{archive.name} asks other programs for data when it is opened. Save it as PDF and add that.")


def _parse(parser: expat.XMLParserType, pieces: Iterator[bytes], name: str) -> None:
    try:
        for piece in pieces:
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except (expat.ExpatError, ValueError):
        raise damaged(name) from None


def macros(name: str) -> BadFile:
    """The error for a document with a program inside."""
    return BadFile(f"{name} carries macros (small programs). Save it without macros, or as PDF, and add that file.")
