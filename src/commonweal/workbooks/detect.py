"""
What kind of input a file or folder is, and one door that reads any of them into a portfolio.

    contract-workbook    sheets or CSV files called Contracts and KPIs
    portal-export        measure, unit, target, delivered, project ...
    contracts-register   the 38 columns of the local contracts register
    notices              a flat list of Contracts Finder notices
    ocds                 a release package, a record package or a release as JSON
    spend                a spending list; read by `read_spend`, because it holds no contracts
"""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path

from commonweal import errors
from commonweal.periods import Period
from commonweal.portfolio import Portfolio, Source
from commonweal.workbooks.contract_workbook import read_contract_workbook
from commonweal.workbooks.headings import find_heading_row, key, known_headings, layout
from commonweal.workbooks.limits import DEFAULT_LIMITS, Limits
from commonweal.workbooks.notices import read_notices
from commonweal.workbooks.ocds import read_ocds
from commonweal.workbooks.portal import read_portal_export
from commonweal.workbooks.raw import Workbook, load, read_workbook
from commonweal.workbooks.register38 import read_register

CONTRACT_WORKBOOK = "contract-workbook"
OCDS = "ocds"
SPEND = "spend"
BY_HEADINGS = ("portal-export", "notices", "contracts-register", SPEND)
LAYOUTS = (CONTRACT_WORKBOOK, "portal-export", "contracts-register", "notices", OCDS, SPEND)
JSON_STARTS = (b"{", b"[")


def detect(path: Path | str, *, limits: Limits = DEFAULT_LIMITS) -> str:
    """
    Return the layout of the input at `path`, or empty text if it is a table of no known layout.

    :raises BadFile: if it cannot be read safely or at all
    """
    path = Path(path)
    if path.is_file() and is_json(load(path, limits=limits)):
        return OCDS
    return detect_table(read_workbook(path, limits=limits))


def is_json(data: bytes) -> bool:
    """Whether the bytes start as JSON does."""
    return data[:64].removeprefix(b"\xef\xbb\xbf").lstrip().startswith(JSON_STARTS)


def detect_table(book: Workbook) -> str:
    """Return the layout of a workbook that was read, or empty text."""
    names = {key(sheet.name) for sheet in book.sheets}
    if {"contracts", "kpis"} <= names:
        return CONTRACT_WORKBOOK
    scores = {name: _score(book, name) for name in BY_HEADINGS}
    best = max(scores, key=lambda name: scores[name])
    if scores[best] > 0:
        return best
    return CONTRACT_WORKBOOK if "contracts" in names else ""


def _score(book: Workbook, name: str) -> float:
    """Known headings of the best sheet, where the fields that tell the layout are there; else 0."""
    known = known_headings(name)
    best = 0.0
    for sheet in book.sheets:
        at = find_heading_row(sheet, name)
        if at is None:
            continue
        fields = {known[key(cell)] for cell in sheet.rows[at] if cell and key(cell) in known}
        needed = {field.id for field in layout(name).fields if field.required}
        shows = set(layout(name).shows)
        if needed <= fields or (shows and len(shows & fields) >= 2):
            filled = sum(1 for cell in sheet.rows[at] if cell.strip())
            best = max(best, len(fields) / filled + len(fields) / 100)
    return best


def read_input(
    path: Path | str,
    *,
    as_at: dt.date,
    mapping: dict[str, str] | None = None,
    period: Period | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> Portfolio:
    """
    Read any input that holds contracts.

    :param as_at: the day that the report is for; a portal export without dates is put into its financial year
    :param mapping: heading -> field, as `Mapping.as_dict` gave it; it replaces the search for headings
    :param period: what the quantities of a portal export belong to
    :raises BadFile: if it cannot be read, or is no layout with contracts; the message names what was looked for
    """
    path = Path(path)
    if path.is_file():
        data = load(path, limits=limits)
        if is_json(data):
            source = Source(path.name, hashlib.sha256(data).hexdigest(), len(data), "json")
            return read_ocds(data, source=source, limits=limits)
    book = read_workbook(path, limits=limits)
    found = detect_table(book) or ("portal-export" if mapping else "")
    if found == CONTRACT_WORKBOOK:
        return read_contract_workbook(book)
    if found == "portal-export":
        return read_portal_export(book, as_at=as_at, period=period, mapping=mapping)
    if found == "contracts-register":
        return read_register(book, mapping=mapping)
    if found == "notices":
        return read_notices(book, mapping=mapping)
    raise _unknown(book, found)


def _unknown(book: Workbook, found: str) -> errors.BadFile:
    if found == SPEND:
        return errors.BadFile(
            f"{book.name} is a spending list: it holds payments, not contracts. Give it beside a contract workbook as "
            f"evidence of local spend; on its own there is nothing to report."
        )
    titles = "; ".join(layout(name).title for name in BY_HEADINGS[:3])
    seen = next((", ".join(cell for cell in row if cell)[:120] for s in book.sheets for row in s.rows if any(row)), "")
    return errors.BadFile(
        f"{book.name} has none of the headings that are known, so it cannot be told what it holds. Known are: a "
        f"contract workbook (sheets Contracts and KPIs); {titles}; OCDS JSON. Its first row says: {seen}. "
        f"Give a mapping of its headings, or start from a template."
    )
