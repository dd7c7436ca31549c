"""Northmere's small contracts: so many that it expects 48 returns for July to September 2026."""

from __future__ import annotations

import datetime as dt

from commonweal_web.demo.deals import BIG, ROLES_AT_NORTHMERE, Deal, Promise, at_northmere

_WORK = (
    ("Window cleaning", "90911300", "Corporate", "inglemere", "NT17", "Hours given to community halls"),
    ("Lift maintenance", "50750000", "Corporate", "mossend", "NT10", "Apprenticeship weeks in lift maintenance"),
    ("Printing and posters", "79810000", "Corporate", "quernside", "NT17", "Hours of design given to groups"),
    ("Fencing", "45342000", "Neighbourhoods", "penhallow", "NT17", "Hours given to allotments"),
    ("Pest control", "90922000", "Neighbourhoods", "greywater", "NT18", "Spend with local suppliers"),
    ("Building security", "79710000", "Corporate", "lowgate", "NT10", "Apprenticeship weeks in security"),
    ("Skills courses", "80530000", "Children's", "dunmoor", "NT17", "Hours of training given to groups"),
    ("Joinery repairs", "45420000", "Growth", "ellerby", "NT10", "Apprenticeship weeks in joinery"),
)
_PLACES = ("Abbeyfield", "Harbour", "Kingsmead", "Tollgate", "Westvale")
_TARGETS = {"NT17": "80", "NT10": "104", "NT18": "64000"}
EXPECTED = 48
"""How many returns Northmere expects for July to September 2026; the small contracts make up the number."""


def _small(number: int) -> Deal:
    work, category, directorate, supplier, measure, words = _WORK[number % len(_WORK)]
    title = f"{work}, {_PLACES[number // len(_WORK)]}"
    return at_northmere(
        f"NMC-2026-{101 + number}",
        title,
        directorate,
        supplier,
        category,
        60_000 + 5_000 * (number * 7 % 31),
        starts=dt.date(2026, 7, 1),
        ends=dt.date(2028, 6, 30),
        live=dt.date(2026, 7, 1),
        team=ROLES_AT_NORTHMERE,
        tier="light",
        promises=(Promise(measure, _TARGETS[measure], words),),
    )


def quarterly(deal: Deal) -> bool:
    return deal.scheme == "contract_quarters"


SMALL = tuple(_small(n) for n in range(EXPECTED - sum(quarterly(d) and d.body == "northmere" for d in BIG)))
DEALS = (*BIG, *SMALL)
