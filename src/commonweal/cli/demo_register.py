"""
A register of procurement notices that never happened, in the shape and with the faults of the published ones.

The columns are those of a Contracts Finder list of notices. Bodies, suppliers and places are invented; the mess is
real in kind: HTML entities, several suppliers in one cell, non-suppliers, one notice twice, values of one penny and of
hundreds of millions, bodies in capitals. The same seed gives the same rows, on every machine and Python.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

from commonweal import errors
from commonweal.quantities import plain, to_pounds

Item = TypeVar("Item")

COLUMNS = (
    "notice_id",
    "buyer_gss",
    "buyer",
    "title",
    "status",
    "notice_type",
    "published_date",
    "deadline_date",
    "awarded_date",
    "value_low",
    "value_high",
    "awarded_value",
    "supplier",
    "supplier_is_sme",
    "suitable_for_sme",
    "cpv_codes",
    "cpv_description",
    "region",
    "postcode",
    "url",
)
BODIES = (
    ("X99000001", "Northmere City Council"),
    ("X99000002", "Eastholt Borough Council"),
    ("X99000003", "Wyremoor District Council"),
)
WORK = (
    ("77310000", "Planting and maintenance services of green areas", "Grounds maintenance"),
    ("77340000", "Tree pruning and hedge trimming", "Street trees"),
    ("90910000", "Cleaning services", "Cleaning"),
    ("45214210", "Primary school construction work", "School extension"),
    ("45233140", "Roadworks", "Road resurfacing"),
    ("85312100", "Day-care services", "Day centre"),
    ("85311200", "Welfare services for the handicapped", "Supported living"),
    ("79530000", "Translation services", "Interpreting and translation"),
    ("55524000", "School catering services", "School meals"),
    ("72260000", "Software-related services", "Case management system"),
    ("50750000", "Lift-maintenance services", "Lift maintenance"),
    ("60130000", "Special-purpose road passenger-transport services", "Home to school transport"),
)
PLACES = ("Abbeyfield", "Harbour", "Kingsmead", "Tollgate", "Westvale", "Eastholt", "Wyremoor")
FIRST: tuple[str, ...] = (
    "Alderbrook",
    "Bramhope",
    "Cinderhill",
    "Dunmoor",
    "Ellerby",
    "Foxholes",
    "Greywater",
    "Hollinfare",
)
FIRST += ("Inglemere", "Kelder", "Lowgate", "Mossend", "Northmere", "Oldcroft", "Penhallow", "Quernside")
SECOND = ("Building", "Care", "Catering", "Civils", "Environmental", "Facilities", "Grounds", "Transport")
ENDING = ("Ltd", "Limited", "CIC", "plc", "LIMITED", "(Holdings) Ltd", "Trust")
NO_SUPPLIER = ("Contract not awarded", "n/a", "Various Suppliers", "TBC", "1099999", "Lot 2: no bids")
STATUS = ("awarded",) * 65 + ("closed",) * 33 + ("withdrawn", "open")
NOTICE_TYPES = ("Contract",) * 97 + ("PreProcurement",) * 2 + ("Pipeline",)
REGIONS = ("North West",) * 6 + (
    "",
    "Any region",
    "North East,North West,Yorkshire and The Humber,London,Scotland,Wales",
)
ODD_PENCE = (1, 100, 75_000_000_000)
FIRST_DAY = dt.date(2022, 4, 1)
DAYS = 4 * 365
LONGEST = 1_000_000
SEED = 2026
NOTICES = 150


@dataclass(slots=True)
class _Draw:
    """Whole numbers drawn from a seed by hashing, so that they can be drawn again anywhere."""

    seed: int
    row: int
    drawn: int = 0

    def below(self, limit: int) -> int:
        self.drawn += 1
        digest = hashlib.sha256(f"{self.seed}/{self.row}/{self.drawn}".encode()).digest()
        return int.from_bytes(digest[:8]) % limit

    def one(self, items: Sequence[Item]) -> Item:
        return items[self.below(len(items))]

    def chance(self, percent: int) -> bool:
        return self.below(100) < percent


def generate_register(*, seed: int, rows: int) -> list[dict[str, str]]:
    """
    Return `rows` notices, newest first, as texts by column; the last but one stands twice where there are ten or more.

    :raises BadQuantity: for fewer than one row or more than a million
    """
    if not 1 <= rows <= LONGEST:
        raise errors.BadQuantity(f"A register of {rows} rows cannot be made. Ask for 1 to {LONGEST:,}.")
    notices = [_notice(_Draw(seed, number)) for number in range(rows)]
    notices.sort(key=lambda notice: notice["published_date"], reverse=True)
    if rows >= 10:
        notices[-1] = dict(notices[-2])
    return notices


def write_register(path: Path, *, seed: int = SEED, rows: int = NOTICES) -> None:
    """Write such a register to `path` as a CSV file in UTF-8; the folder is made if it is not there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(generate_register(seed=seed, rows=rows))


def _notice(draw: _Draw) -> dict[str, str]:
    gss, body = draw.one(BODIES)
    code, words, work = draw.one(WORK)
    status = draw.one(STATUS)
    published = FIRST_DAY + dt.timedelta(days=draw.below(DAYS))
    pence = _pence(draw)
    notice_id = hashlib.sha256(f"notice/{draw.seed}/{draw.row}".encode()).hexdigest()[:32]
    return {
        "notice_id": notice_id,
        "buyer_gss": gss,
        "buyer": _spelling(draw, body),
        "title": f"{work}, {draw.one(PLACES)}",
        "status": status,
        "notice_type": draw.one(NOTICE_TYPES),
        "published_date": published.isoformat(),
        "deadline_date": (published - dt.timedelta(days=60 + draw.below(120))).isoformat(),
        "cpv_codes": code,
        "cpv_description": words,
        "value_low": plain(to_pounds(pence)),
        "value_high": plain(to_pounds(pence + pence // 4)) if draw.chance(50) else "",
        "region": draw.one(REGIONS),
        "postcode": "",
        "suitable_for_sme": str(draw.chance(80)),
        "url": f"https://notices.example/{notice_id}",
        **_award(draw, status == "awarded", published, pence),
    }


def _pence(draw: _Draw) -> int:
    """Return a value as notices have them: mostly thousands to a few millions, now and then an impossible one."""
    if draw.chance(1):
        return draw.one(ODD_PENCE)
    return (1 + draw.below(99)) * draw.one((100_000, 1_000_000, 10_000_000))


def _award(draw: _Draw, awarded: bool, published: dt.date, pence: int) -> dict[str, str]:
    if not awarded:
        return {"awarded_date": "", "awarded_value": "", "supplier": "", "supplier_is_sme": ""}
    known = draw.chance(94)
    value = to_pounds(pence - pence // 20 + draw.below(100))
    return {
        "awarded_date": (published - dt.timedelta(days=draw.below(50))).isoformat(),
        "awarded_value": plain(max(value, Decimal("0.01"))) if known else "",
        "supplier": _supplier(draw),
        "supplier_is_sme": str(draw.chance(56)),
    }


def _supplier(draw: _Draw) -> str:
    if draw.chance(3):
        return draw.one(NO_SUPPLIER)
    return ",".join(_firm(draw) for _ in range(2 + draw.below(3) if draw.chance(9) else 1))


def _firm(draw: _Draw) -> str:
    joined = f" &amp; {draw.one(FIRST)}" if draw.chance(15) else ""
    return f"{draw.one(FIRST)}{joined} {draw.one(SECOND)} {draw.one(ENDING)}"


def _spelling(draw: _Draw, body: str) -> str:
    if draw.chance(10):
        return body.upper()
    return f"{body} - Procurement" if draw.chance(5) else body
