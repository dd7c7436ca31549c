"""Follow the cells of one xlsx worksheet as the file format defines them: slower than a scan, and exact."""

from __future__ import annotations

import re
from xml.parsers import expat

from commonweal import errors
from commonweal.workbooks.archive import damaged
from commonweal.workbooks.findings import Extent, column_number

FEW = 4


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


class SheetParser:
    """Follows rows and cells the way the file format defines them, with or without an explicit `r`."""

    def __init__(self, name: str, texts: list[int]) -> None:
        self.name = name
        self.texts = texts
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
            self.row = int(attributes["r"]) - 1 if "r" in attributes else self.row
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
        self.extent.cells += 1
        if self.kind == "s" and shown and int(shown) < len(self.texts):
            self.extent.text += self.texts[int(shown)]
        elif self.kind == "e" and shown:
            self.extent.errors[self.row, self.column] = shown
        if self.formula and not shown:
            self.extent.unsaved_formulas += 1
        self.text = None
        self.column += 1
