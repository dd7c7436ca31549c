"""
Case 10: return lines in as CSV and as XLSX, at 10,000 and 100,000 rows.

The product reads the file through its guard, finds the headings and types every cell. The peers: `csv.reader` alone
and the unzipping alone (floors that do no work on cells), and each row through a pydantic model after `csv.reader`,
after openpyxl (its quick read-only way); and Polars typing whole columns. All answer with the number of lines and
the exact sum.
A million rows: `COMMONWEAL_BENCH_ROWS=1000000 python -m bench 10`.
"""

from __future__ import annotations

import csv
import datetime as dt
import os
import random
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable
from decimal import Decimal
from functools import cache
from pathlib import Path

import pydantic
import xlsxwriter

from bench.harness import Bar, Candidate, CannotRun, Case
from commonweal.workbooks.limits import MIB, Limits
from commonweal.workbooks.raw import read_workbook
from commonweal.workbooks.return_lines import read_return_columns, read_return_lines

try:
    import openpyxl
    import polars  # noqa: F401
except ImportError as missing:
    raise CannotRun(f"{missing.name} is needed as a peer; install requirements/bench.txt.") from None

HEADINGS = (
    "Line", "Contract ref", "KPI ref", "Period start", "Period end", "Received on", "Quantity",
    "Postcode district", "Evidence file", "Submitted by",
)  # fmt: skip
SIZES = (10_000, 100_000)
ROOMY = Limits(file_bytes=500 * MIB, unpacked_bytes=2000 * MIB, cells=40_000_000, text=2000 * MIB)
SEED = 20261121


class Line(pydantic.BaseModel):
    """What a peer makes of one row."""

    ref: str
    contract: str
    kpi: str
    start: dt.date
    end: dt.date
    received: dt.date
    amount: Decimal
    place: str
    evidence: str
    by: str


FIELDS = tuple(Line.model_fields)


def cases() -> Iterable[Case]:
    """CSV and XLSX at each size."""
    wanted = os.environ.get("COMMONWEAL_BENCH_ROWS")
    for rows in (int(wanted),) if wanted else SIZES:
        yield _csv_case(rows)
        yield _xlsx_case(rows)


def _csv_case(rows: int) -> Case:
    path = _files(rows) / "lines.csv"
    return Case(
        number="10",
        title="import CSV",
        items=rows,
        unit="row",
        product=Candidate("Commonweal, typed lines", lambda: _product(path)),
        peers=(
            Candidate("Commonweal, claims with origins", lambda: _claims(path)),
            Candidate("csv.reader + pydantic", lambda: _modelled(_csv_rows(path))),
            Candidate("Polars, start included", lambda: _polars(path)),
            Candidate("csv.reader, sum only", lambda: _floor(path)),
        ),
        bars=(Bar("csv.reader + pydantic", 2),),
        rounds=3,
        note="Polars runs in a process of its own, because its threads do not survive the fork that measures memory.",
    )


def _xlsx_case(rows: int) -> Case:
    path = _files(rows) / "lines.xlsx"
    return Case(
        number="10",
        title="import XLSX",
        items=rows,
        unit="row",
        product=Candidate("Commonweal, typed lines", lambda: _product(path)),
        peers=(
            Candidate("Commonweal, claims with origins", lambda: _claims(path)),
            Candidate("openpyxl + pydantic", lambda: _modelled(_openpyxl_rows(path))),
            Candidate("unzip only", lambda: _unzipped(path, rows)),
        ),
        bars=(Bar("openpyxl + pydantic", 0.2),),
        rounds=3,
        note="openpyxl reads in its read-only way, the quicker of its two.",
    )


@cache
def _files(rows: int) -> Path:
    folder = Path(tempfile.mkdtemp(prefix="commonweal-bench-"))
    lines = list(_lines(rows))
    with (folder / "lines.csv").open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(HEADINGS)
        writer.writerows(lines)
    with xlsxwriter.Workbook(str(folder / "lines.xlsx"), {"default_date_format": "yyyy-mm-dd"}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADINGS)
        for at, line in enumerate(lines, 1):
            for column, cell in enumerate(line):
                if isinstance(cell, dt.date):
                    sheet.write_datetime(at, column, cell)
                elif isinstance(cell, Decimal):
                    sheet.write_number(at, column, float(cell))
                else:
                    sheet.write_string(at, column, cell)
    _TOTALS[rows] = sum((line[6] for line in lines), Decimal(0))  # type: ignore[misc]
    return folder


_TOTALS: dict[int, Decimal] = {}


def _lines(rows: int) -> Iterable[tuple[str | dt.date | Decimal, ...]]:
    chance = random.Random(SEED)
    for at in range(rows):
        quarter = chance.randrange(16)
        start = dt.date(2024 + quarter // 4, 1 + 3 * (quarter % 4), 1)
        yield (
            f"L{at:07d}",
            f"C-{chance.randrange(2000):05d}",
            f"K{chance.randrange(10)}",
            start,
            start + dt.timedelta(days=89),
            start + dt.timedelta(days=90 + chance.randrange(30)),
            Decimal(chance.randrange(1, 100_000)) / 100,
            f"BL{chance.randrange(30)}",
            f"evidence-{chance.randrange(5000)}.pdf",
            "delivery lead",
        )


def _product(path: Path) -> tuple[int, Decimal]:
    (lines,) = read_return_columns(read_workbook(path, limits=ROOMY))
    return len(lines.places), sum(lines.columns["amount"], Decimal(0))


def _claims(path: Path) -> tuple[int, Decimal]:
    claims, problems = read_return_lines(read_workbook(path, limits=ROOMY))
    assert not any(problem.severity == "error" for problem in problems)
    return len(claims), sum((claim.amount for claim in claims), Decimal(0))


def _modelled(rows: Iterable[Iterable[object]]) -> tuple[int, Decimal]:
    lines = [Line.model_validate(dict(zip(FIELDS, row, strict=True))) for row in rows]
    return len(lines), sum((line.amount for line in lines), Decimal(0))


def _csv_rows(path: Path) -> Iterable[list[str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        reader = csv.reader(stream)
        next(reader)
        yield from reader


POLARS = """
import sys, polars
frame = polars.read_csv(sys.argv[1], infer_schema=False)
whole = frame.with_columns(
    *(polars.col(name).str.to_date("%Y-%m-%d") for name in ("Period start", "Period end", "Received on")),
    polars.col("Quantity").str.to_decimal(scale=2),
)
print(len(whole), whole["Quantity"].sum())
"""


def _polars(path: Path) -> tuple[int, Decimal]:
    told = subprocess.run([sys.executable, "-c", POLARS, str(path)], capture_output=True, text=True, check=True).stdout
    rows, amount = told.split()
    return int(rows), Decimal(amount)


def _openpyxl_rows(path: Path) -> Iterable[tuple[object, ...]]:
    sheet = openpyxl.load_workbook(path, read_only=True, data_only=True).worksheets[0]
    for row in sheet.iter_rows(min_row=2, values_only=True):
        yield (*row[:6], str(row[6]), *row[7:])


def _floor(path: Path) -> tuple[int, Decimal]:
    amounts = [Decimal(row[6]) for row in _csv_rows(path)]
    return len(amounts), sum(amounts, Decimal(0))


def _unzipped(path: Path, rows: int) -> tuple[int, Decimal]:
    """The floor: only unpacking. It reads no cell, so it is given the answer."""
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            archive.read(name)
    return rows, _TOTALS[rows]
