"""
Case 13: a workbook with live formulas, recalculated by LibreOffice, against the engine on the same lines.

Every line is quantity x pounds per unit x share kept, rounded to the penny, and the last row is their total. The
workbook's formulas are written with a stored result of zero, so that any other number proves that LibreOffice worked
it out. Quantities, values and shares have no more digits than a spreadsheet keeps.
"""

from __future__ import annotations

import atexit
import csv
import random
import shutil
import subprocess
import tempfile
from decimal import Decimal
from functools import cache
from pathlib import Path

import xlsxwriter

from bench.harness import Bar, Candidate, CannotRun, Case
from commonweal.valuation import pence
from commonweal.workbooks.raw import read_workbook

SIZES = (1_000, 5_000)
KEPT = ("1", "1", "1", "0.85", "0.9", "0.7267", "0.5", "0.125")
CSV_FILTER = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false"
"""Commas, quotes, UTF-8, and numbers as they are stored rather than as they are shown."""

ALWAYS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop>
</item></oor:items>
"""
Line = tuple[Decimal, Decimal, Decimal]


@cache
def lines(size: int) -> list[Line]:
    """Quantity, pounds per unit and share kept of each line."""
    draw = random.Random(size)
    found = []
    for _ in range(size):
        quantity = Decimal(draw.randrange(1, 4_000_000)).scaleb(-3)
        value = Decimal(draw.randrange(1, 400_000)).scaleb(-draw.choice((2, 2, 4)))
        found.append((quantity, value, Decimal(draw.choice(KEPT))))
    return found


@cache
def folder() -> Path:
    """A folder for the workbooks and for LibreOffice's own settings, which say to work out every formula anew."""
    path = Path(tempfile.mkdtemp(prefix="bench-13-"))
    atexit.register(shutil.rmtree, path, ignore_errors=True)
    settings = path / "profile" / "user"
    settings.mkdir(parents=True)
    (settings / "registrymodifications.xcu").write_text(ALWAYS)
    return path


@cache
def workbook(size: int) -> Path:
    """The lines as a workbook whose fourth column is live formulas."""
    path = folder() / f"lines-{size}.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Lines")
        sheet.write_row(0, 0, ["Quantity", "Pounds per unit", "Share kept", "Pounds"])
        for row, line in enumerate(lines(size), start=1):
            sheet.write_row(row, 0, line)
            sheet.write_formula(row, 3, f"=ROUND(A{row + 1}*B{row + 1}*C{row + 1},2)", None, 0)
        sheet.write_formula(size + 1, 3, f"=SUM(D2:D{size + 1})", None, 0)
    return path


def engine(size: int) -> list[int]:
    """The product: pence of each line, and their total."""
    found = [pence(quantity, value, kept) for quantity, value, kept in lines(size)]
    return [*found, sum(found)]


def engine_from_file(size: int) -> list[int]:
    """The product with the reading of the workbook's three given columns before it."""
    rows = read_workbook(workbook(size)).sheets[0].rows[1 : size + 1]
    found = [pence(Decimal(row[0]), Decimal(row[1]), Decimal(row[2])) for row in rows]
    return [*found, sum(found)]


def libreoffice(size: int) -> list[int]:
    """The peer: LibreOffice opens the workbook, works out every formula and writes the results as CSV."""
    out = folder() / "out"
    command = ["soffice", f"-env:UserInstallation={(folder() / 'profile').as_uri()}", "--headless", "--norestore"]
    command += ["--convert-to", CSV_FILTER, "--outdir", str(out), str(workbook(size))]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    with (out / f"lines-{size}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))[1:]
    return [_pence(row[3]) for row in rows]


def _pence(shown: str) -> int:
    """Doubles near a penny: a total of many may be off in its last digits, never by half a penny."""
    return int((Decimal(shown) * 100).to_integral_value())


def cases() -> list[Case]:
    if shutil.which("soffice") is None:
        raise CannotRun("LibreOffice is not installed (on Debian: apt install libreoffice-calc-nogui).")
    return [_case(letter, size) for letter, size in zip("ab", SIZES, strict=True)]


def _case(letter: str, size: int) -> Case:
    return Case(
        number=f"13{letter}",
        title="a workbook of live formulas recalculated",
        items=size,
        unit="line",
        product=Candidate("commonweal", lambda: engine(size)),
        peers=(
            Candidate("LibreOffice", lambda: libreoffice(size)),
            Candidate("commonweal, reading the xlsx", lambda: engine_from_file(size)),
        ),
        bars=(Bar("LibreOffice", 0.01),),
        rounds=3,
        note="LibreOffice's time holds its start, opening, recalculating and writing; it cannot recalculate alone.",
    )
