"""An invented register of notices, in the columns and with the faults that real ones have."""

from __future__ import annotations

import csv
import datetime as dt
import random
from collections.abc import Iterator
from pathlib import Path

COLUMNS = (
    *("notice_id", "buyer_gss", "buyer", "title", "status", "notice_type", "published_date", "deadline_date"),
    *("awarded_date", "value_low", "value_high", "awarded_value", "supplier", "supplier_is_sme", "suitable_for_sme"),
    *("cpv_codes", "cpv_description", "region", "postcode", "url"),
)
SEED = 2026
NOTICES = 150
FIRST = dt.date(2024, 4, 1)
DAYS = 900

BUYERS = ("Northmere City Council", "Eastholt Borough Council", "Wyremoor District Council")
PLACES = ("Abbeyfield", "Harbour", "Kingsmead", "Tollgate", "Westvale", "Eastholt", "Wyremoor")
WORK = (
    ("Grounds maintenance", "77314000", "Grounds maintenance services"),
    ("Window cleaning", "90911300", "Window-cleaning services"),
    ("School meals", "55523100", "School-meal services"),
    ("Roof repairs", "45261900", "Roof repair and maintenance work"),
    ("Road resurfacing", "45233223", "Carriageway resurfacing works"),
    ("Home care", "85312000", "Social work services without accommodation"),
    ("Printing", "79800000", "Printing and related services"),
    ("Payroll software", "48450000", "Time accounting or human resources software package"),
)
FIRMS = (
    *("Oakline Grounds Ltd", "Harbourside Gardens CIC", "Brightwell Cleaning Ltd", "Pennant Build Ltd"),
    *("Calder & Rowe Construction Ltd", "Willowbrook Home Care CIC", "Verdant Facilities plc", "Marram Works Ltd"),
)


def write_register(path: Path) -> None:
    """Write the register as CSV; it is the same every time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows(_rows(random.Random(SEED)))


def _rows(draw: random.Random) -> Iterator[tuple[str, ...]]:
    last: tuple[str, ...] = ()
    for number in range(1, NOTICES + 1):
        row = _row(draw, number)
        yield row
        if number == NOTICES // 2:
            last = row
    yield last  # one notice stands twice, as in the real list


def _row(draw: random.Random, number: int) -> tuple[str, ...]:
    work, code, words = draw.choice(WORK)
    published = FIRST + dt.timedelta(days=draw.randrange(DAYS))
    awarded = draw.randrange(10) < 7
    value = draw.choice((4_950, 18_000, 42_500, 96_000, 240_000, 1_150_000, 6_400_000)) + draw.randrange(0, 900, 50)
    award_day = published + dt.timedelta(days=45 + draw.randrange(60))
    return (
        f"example-{number:04}",
        "",
        _spelt(draw, draw.choice(BUYERS)),
        f"{work}, {draw.choice(PLACES)}",
        "awarded" if awarded else draw.choice(("closed", "withdrawn", "open")),
        "Contract",
        published.isoformat(),
        (published + dt.timedelta(days=30)).isoformat(),
        award_day.isoformat() if awarded else "",
        str(value),
        "",
        draw.choice((str(value), str(value), str(value), "0.01", "")) if awarded else "",
        _supplier(draw) if awarded else "",
        draw.choice(("True", "False")) if awarded else "",
        "True",
        code,
        words,
        "North West",
        "",
        f"https://example.org/notice/{number:04}",
    )


def _spelt(draw: random.Random, buyer: str) -> str:
    return buyer.upper() if draw.randrange(12) == 0 else buyer


def _supplier(draw: random.Random) -> str:
    firm = draw.choice(FIRMS)
    fault = draw.randrange(20)
    if fault == 0:
        return "Contract not awarded"
    if fault == 1:
        return "n/a"
    if fault == 2:
        return f"{firm}; {draw.choice(FIRMS)}"
    return firm.replace("&", "&amp;") if fault < 10 else firm
