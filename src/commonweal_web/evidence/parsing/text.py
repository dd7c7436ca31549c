"""Look through plain text and CSV: readable, no web page or program in disguise, no live formula."""

from __future__ import annotations

import re

from commonweal.errors import BadFile
from commonweal.workbooks import delimited
from commonweal.workbooks.limits import Limits

IN_DISGUISE = (
    (re.compile(r"<(!doctype\s+html|html|head|body|script|iframe|svg|\?xml|!--)", re.IGNORECASE), "a web page or XML"),
    (re.compile(r"\{\\rtf"), "a word processor document"),
    (re.compile(r"#!|MZ|<\?php|@echo\s|\[autorun\]|\[internetshortcut\]", re.IGNORECASE), "a program"),
    (re.compile(r"(Received|Return-Path|MIME-Version|Delivered-To):", re.IGNORECASE), "an e-mail with its attachments"),
)
ANYWHERE = re.compile(r"<(script|iframe|svg|html|object|embed)[\s>/]", re.IGNORECASE)
WIDE = str.maketrans("＝＋－＠", "=+-@")
FORMULA = re.compile(r"[\s'\"\x00-\x20\u00a0\u200b\ufeff]*(=|@[A-Za-z]+\(|[-+@=][^0-9].*[(!|])", re.DOTALL)
NUMBER_OR_PHONE = re.compile(r"\s*[-+][\s(]*[\d£.,()\s/%-]+$")


def check_text(data: bytes, name: str) -> str:
    """
    Return the text.

    :raises BadFile: if the bytes are no text, or are a web page, a program or a document of another kind
    """
    if b"\x00" in data and not data.startswith(tuple(mark for mark, _ in delimited.MARKS)):
        raise BadFile(f"{name} is no text: it holds bytes that text never has. Save it again as text, or as PDF.")
    text, _, _ = delimited.decode(data, name)
    start = text.lstrip("\ufeff \t\r\n\x0b\x0c\u00a0\u200b")
    kind = next((words for pattern, words in IN_DISGUISE if pattern.match(start)), "")
    if not kind and ANYWHERE.search(text):
        kind = "a web page or XML"
    if kind:
        raise BadFile(f"{name} is {kind}, whatever its name says. Save what it shows as PDF and add that.")
    return text


def check_csv(data: bytes, name: str, limits: Limits) -> None:
    """
    :raises BadFile: as `check_text`, or if it cannot be cut into cells, is too large, or a cell holds a formula
    """
    rows, _ = delimited.parse(check_text(data, name), name, limits)
    for number, row in enumerate(rows, start=1):
        for cell in row:
            if looks_live(cell):
                raise BadFile(
                    f"{name}, row {number}: a cell starts like a formula, and a spreadsheet program would run it. "
                    f"Put the value there instead of the formula, or add the file as xlsx or PDF."
                )


def looks_live(cell: str) -> bool:
    """Return whether a spreadsheet program would take this cell of a CSV file for a formula that does something."""
    text = cell.translate(WIDE)
    if not text.strip() or NUMBER_OR_PHONE.match(text):
        return False
    return bool(FORMULA.match(text))
