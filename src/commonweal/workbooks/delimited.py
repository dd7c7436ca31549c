"""
Read delimited text (CSV) by rule, not by guessing.

Encoding: the byte order mark decides; else UTF-8 if it is valid; else Windows-1252. Line ends: CRLF, LF or a lone CR.
Delimiter: a `sep=` line decides; else comma, semicolon, tab or bar, whichever gives most lines the same width.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter

from commonweal import errors
from commonweal.workbooks.findings import Extent, check_extent
from commonweal.workbooks.limits import Limits

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
DELIMITERS = ",;\t|"
SAMPLE_LINES = 60
SAMPLE_CHARACTERS = 200_000
CONTROL = re.compile("[\x00-\x08\x0e-\x1f]")
ODD_POUND = re.compile(r"(?<![^\W\d_])œ(?![^\W\d_])")
CHECK_EVERY = 10_000


def decode(data: bytes, name: str) -> tuple[str, str, list[str]]:
    """
    Return the text, the name of its encoding, and remarks about what was mended.

    Byte 9C is the pound sign of code page 437 and 850 (old DOS programs) and the letter oe of Windows-1252. Where it
    stands between letters it is left as it is; elsewhere it becomes a pound sign, with a remark.

    :raises BadFile: if the bytes are not text
    """
    encoding = next((code for mark, code in MARKS if data.startswith(mark)), "")
    for candidate in [encoding] if encoding else ["utf-8", "cp1252"]:
        try:
            text = data.decode(candidate)
        except UnicodeDecodeError:
            continue
        return _mend(text, candidate, name)
    raise not_text(name)


def not_text(name: str) -> errors.BadFile:
    """The error for bytes that are neither a known spreadsheet nor text."""
    return errors.BadFile(
        f"{name} is neither a spreadsheet nor text: its contents are not in any form that is read here. "
        f"Give an xlsx, xls, ods, CSV or OCDS JSON file."
    )


def _mend(text: str, encoding: str, name: str) -> tuple[str, str, list[str]]:
    text = text.rstrip("\x1a")  # the end mark of old DOS programs
    found = len(CONTROL.findall(text))
    if found > len(text) / 1000:
        raise not_text(name)
    remarks = []
    if found:
        text = CONTROL.sub("", text)
        remarks.append(f"{found} control characters that cannot be shown were left out.")
    if encoding == "cp1252":
        text, pounds = ODD_POUND.subn("£", text)
        if pounds:
            remarks.append(
                f"The byte 9C was read as a pound sign in {pounds} places: an old DOS program writes it so, "
                f"and Windows would show the letter œ."
            )
    return text, encoding, remarks


def parse(text: str, name: str, limits: Limits) -> tuple[list[list[str]], str]:
    """
    Return the rows and the delimiter.

    :raises BadFile: if the text cannot be cut into rows, or has too many of them
    """
    lines = io.StringIO(text, newline=None)
    delimiter = _delimiter(lines.read(SAMPLE_CHARACTERS))
    lines.seek(0)
    if text[:4].lower() == "sep=":
        delimiter = lines.readline().rstrip("\n")[4:5] or delimiter
    rows: list[list[str]] = []
    extent = Extent()
    try:
        for row in csv.reader(lines, delimiter=delimiter):
            rows.append(row)
            if len(row) > extent.columns or not len(rows) % CHECK_EVERY:
                extent.cover(len(rows), len(row))
                check_extent(extent, "(text)", name, limits)
    except csv.Error as error:
        raise errors.BadFile(
            f"{name}, line {len(rows) + 1}: the text cannot be cut into columns ({error}). "
            f"Look for an opening quotation mark that is never closed."
        ) from None
    extent.cover(len(rows), 0)
    check_extent(extent, "(text)", name, limits)
    return rows, delimiter


def _delimiter(sample: str) -> str:
    return max(DELIMITERS, key=lambda delimiter: (*_regularity(sample, delimiter), -DELIMITERS.index(delimiter)))


def _regularity(sample: str, delimiter: str) -> tuple[float, int]:
    """The share of lines with the commonest width above one, and that width."""
    widths: Counter[int] = Counter()
    try:
        for row in csv.reader(io.StringIO(sample), delimiter=delimiter):
            if any(row):
                widths[len(row)] += 1
            if widths.total() >= SAMPLE_LINES:
                break
    except csv.Error:
        return 0.0, 0
    wide = [(count, width) for width, count in widths.items() if width > 1]
    if not wide:
        return 0.0, 0
    count, width = max(wide)
    return count / widths.total(), width
