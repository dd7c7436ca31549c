"""
Look through a PDF document without showing it: whole, open to read, and free of programs and of other files.

Names are searched in the whole file as it is stored, and in its object streams unpacked, with `#4A` spellings
understood: a program cannot hide by where or how its name is written.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

from commonweal.errors import BadFile

MIB = 1024 * 1024
MOST_UNPACKED = 64 * MIB
NEAR = 4096
HEADER = re.compile(rb"%PDF-[12]\.[0-9]")
LAST_TABLE = re.compile(rb"startxref\s+(\d{1,10})\s+%%EOF")
TABLE_OR_OBJECT = re.compile(rb"\s*(xref|\d+\s+\d+\s+obj)")
STREAM = re.compile(rb"(?<!end)stream\r?\n")
BLANK = b"\x00\t\n\x0c\r "


def _name(word: str) -> bytes:
    """The pattern of a PDF name in all its spellings."""
    letters = "".join(f"(?:{letter}|#(?i:{ord(letter):02x}))" for letter in word)
    return f"/{letters}(?=[\\x00\\t\\n\\x0c\\r ()<>\\[\\]{{}}/%]|$)".encode()


FORBIDDEN = {
    "Encrypt": "is protected with a password or against changes. Save or print it as an ordinary PDF",
    "JavaScript": "carries a program (JavaScript). Print it to a new PDF",
    "Launch": "starts other programs. Print it to a new PDF",
    "ImportData": "fetches data from elsewhere. Print it to a new PDF",
    "SubmitForm": "sends what is typed in it to elsewhere. Print it to a new PDF",
    "RichMedia": "carries a film or another programmed part. Print it to a new PDF",
    "EmbeddedFile": "holds other files inside. Add those files on their own, print the document itself to a new PDF",
    "EmbeddedFiles": "holds other files inside. Add those files on their own, print the document itself to a new PDF",
    "GoToE": "opens files that it holds inside. Print it to a new PDF",
    "XFA": "is a form that only one program can show. Print it to a new PDF",
}
NAMES = re.compile(b"|".join(b"(?P<" + word.encode() + b">" + _name(word) + b")" for word in FORBIDDEN))
OBJECT_STREAM = re.compile(_name("ObjStm") + b"|" + _name("First"))
OTHER_FILTER = re.compile(b"|".join(_name(word) for word in ("LZWDecode", "ASCII85Decode", "ASCIIHexDecode", "Crypt")))
FLATE = re.compile(_name("FlateDecode") + b"|" + _name("Fl"))
PAGE = re.compile(_name("Page"))


def check_pdf(data: bytes, name: str) -> None:
    """
    :raises BadFile: if the document is cut short, protected, carries a program or another file, or is also something
        else
    """
    if not HEADER.match(data):
        raise damaged(name)
    end = data.rfind(b"%%EOF")
    if end < 0:
        raise damaged(name)
    if data[end + 5 :].strip(BLANK):
        raise BadFile(f"{name} has something after the end of the document. Print it to a new PDF and add that.")
    tables = list(LAST_TABLE.finditer(data, max(0, end - NEAR)))
    if not tables or not TABLE_OR_OBJECT.match(data, int(tables[-1][1])):
        raise damaged(name)
    _refuse_names(data, name)
    pages = bool(PAGE.search(data))
    for unpacked in _object_streams(data, name):
        _refuse_names(unpacked, name)
        pages = pages or bool(PAGE.search(unpacked))
    if not pages:
        raise damaged(name)


def _refuse_names(data: bytes, name: str) -> None:
    found = NAMES.search(data)
    if found:
        raise BadFile(f"{name} {FORBIDDEN[found.lastgroup or '']} and add that.")


def _object_streams(data: bytes, name: str) -> Iterator[bytes]:
    spent = 0
    for start in STREAM.finditer(data):
        before = data[max(0, start.start() - NEAR) : start.start()]
        header = before[before.rfind(b" obj") :] if b" obj" in before else before
        if not OBJECT_STREAM.search(header):
            continue
        if OTHER_FILTER.search(header):
            raise BadFile(f"{name} is packed in an unusual way, so it cannot be looked through. Print it to a new PDF.")
        end = data.find(b"endstream", start.end())
        body = data[start.end() : end if end >= 0 else len(data)]
        unpacked = _inflated(body, MOST_UNPACKED - spent, name) if FLATE.search(header) else body
        spent += len(unpacked)
        yield unpacked


def _inflated(body: bytes, most: int, name: str) -> bytes:
    engine = zlib.decompressobj()
    try:
        unpacked = engine.decompress(body, max(most, 1))
    except zlib.error:
        raise damaged(name) from None
    if engine.unconsumed_tail:
        raise BadFile(f"{name} unpacks to far more than a document needs. Print it to a new PDF and add that.")
    return unpacked


def damaged(name: str) -> BadFile:
    """The error for a document that is cut short or broken."""
    return BadFile(f"{name} is damaged or cut short. Open it, print or save it as PDF again, and add the new file.")
