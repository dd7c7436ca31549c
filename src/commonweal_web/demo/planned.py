"""What the demo's plans say: needs by ward, journey 1's plan with its measures, and four plans of this quarter."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

D = dt.date
PROFILES, PROFILES_OF = "Ward profiles of Northmere (invented for this demo)", "May 2025"


@dataclass(frozen=True, slots=True)
class Lack:
    """A need: where, what, and by which words measures are looked for."""

    place: str
    title: str
    tags: tuple[str, ...]
    text: str
    source: str = PROFILES
    source_date: str = PROFILES_OF


NEEDS = (
    Lack(
        "Abbeyfield",
        "First jobs for care leavers",
        ("care leavers", "employment"),
        "Three in ten young people who left care are in no work and no training.",
        "Leaving-care team of Northmere (invented for this demo)",
        "June 2025",
    ),
    Lack("Abbeyfield", "Places where young people meet", ("community groups", "volunteering"), "Two clubs closed."),
    Lack(
        "Harbour",
        "Green skills for people who change their trade",
        ("green skills", "apprenticeship", "training"),
        "Port work shrinks; firms for trees and parks find no trained staff.",
    ),
    Lack(
        "Kingsmead",
        "More work for firms nearby",
        ("local suppliers", "supply chain"),
        "One pound in six of what the council spends stays in the city.",
    ),
    Lack(
        "Tollgate",
        "Cleaner air beside the ring road",
        ("cleaner air", "carbon", "emissions"),
        "The yearly mean beside the primary school is above the council's own aim.",
        "Air quality report of Northmere (invented for this demo)",
        "March 2025",
    ),
    Lack("Tollgate", "Local jobs near home", ("local people", "employment"), "Four in ten have no car to go to work."),
    Lack("Westvale", "Help for groups that look after the river", ("community groups", "hours"), "Banks erode."),
)
CARE, GREEN, AIR = NEEDS[0].title, NEEDS[2].title, NEEDS[4].title


@dataclass(frozen=True, slots=True)
class Asked:
    """A measure that a plan asks for, and what is expected over the whole life."""

    code: str
    target: str


@dataclass(frozen=True, slots=True)
class Intended:
    """A plan: its facts, its weight, and what was considered at its four stages (none for one that is begun only)."""

    reference: str
    title: str
    category: str
    directorate: str
    pounds: int
    starts: D
    ends: D
    commences: D
    framework: str = "fx-2026.1"
    place: str = ""
    weight: str = ""
    needs: tuple[str, ...] = ()
    measures: tuple[Asked, ...] = ()
    considered: tuple[tuple[D, str, str], ...] = ()

    @property
    def half(self) -> Decimal:
        """Each of the two equal parts of the weight."""
        return Decimal(self.weight) / 2


GROUNDS_PLAN = Intended(
    "NMC-2026-014",
    "Grounds Maintenance and Street Trees 2026-2030",
    "77300000",
    "Neighbourhoods",
    2_400_000,
    D(2026, 4, 1),
    D(2030, 3, 31),
    D(2025, 12, 1),
    framework="fx-2025.1",
    weight="20",
    needs=(CARE, GREEN, AIR),
    measures=(
        Asked("NT1", "32"),
        Asked("CL", "4"),
        Asked("NT10", "208"),
        Asked("NT17", "1200"),
        Asked("NT18", "500000"),
        Asked("NT31", "40"),
    ),
    considered=(
        (
            D(2025, 9, 12),
            "Commissioner, head of service, ward members of Tollgate",
            "The old contract cut grass and counted nothing else. Its crews knew every school gate: keep that. "
            "Nobody was trained in six years.",
        ),
        (
            D(2025, 9, 19),
            "Commissioner, leaving-care team, public health",
            "Care leavers in Abbeyfield, green skills in Harbour and cleaner air in Tollgate can be served by this "
            "contract. Help for the river groups is left to the next one.",
        ),
        (
            D(2025, 10, 17),
            "Commissioner, procurement officer",
            "14 suppliers and 3 community groups answered. Small firms can train apprentices if the weeks may be "
            "spread over four years. Residents put care leavers first.",
        ),
        (
            D(2025, 10, 22),
            "Procurement officer, legal adviser",
            "Lots for two districts. Social value is an offer, scored at 20 %. Electric tools are part of the "
            "specification, so NT31 counts only what goes beyond them.",
        ),
    ),
)
RAISED = Asked("CL", "6")
CONDITION = "raise care-leaver measure"
ANSWER = (
    "Raised from 4 to 6 people. The leaving-care team says who would start: two in each of the years 2027, 2028 and "
    "2029. Its note is attached."
)
NOTE = (
    "Care leavers who want to work outdoors, by the year in which they turn 18\n"
    "2026: 5\n2027: 4\n2028: 6\nThe team supports two starts a year with a mentor.\n"
)
_BEFORE_SUMMER = (
    (D(2026, 5, 12), "Commissioner, street scene team", "Sweeping by beat works; litter returns at weekends."),
    (D(2026, 5, 20), "Commissioner, ward members", "Jobs near home in Tollgate, and cleaner air along the ring road."),
    (D(2026, 6, 9), "Procurement officer", "Five firms were asked. Two would bring electric sweepers in year one."),
    (D(2026, 6, 16), "Procurement officer, legal adviser", "One lot. Electric sweepers are scored, not demanded."),
)
STREETS_PLAN = Intended(
    "NMC-2026-102",
    "Street cleaning of the city centre 2027-2030",
    "90610000",
    "Neighbourhoods",
    1_150_000,
    D(2027, 1, 1),
    D(2030, 12, 31),
    D(2026, 8, 17),
    weight="25",
    needs=(NEEDS[5].title, AIR),
    measures=(Asked("NT1", "20"), Asked("NT10", "104"), Asked("NT18", "180000"), Asked("NT31", "60")),
    considered=_BEFORE_SUMMER,
)
"""Before the panel of 15 July 2026: its members have not voted."""
PLAY_PLAN = Intended(
    "NMC-2026-101",
    "Playgrounds: repairs and safety 2027-2031",
    "50870000",
    "Neighbourhoods",
    640_000,
    D(2027, 1, 1),
    D(2030, 12, 31),
    D(2026, 9, 14),
    needs=(GREEN,),
)
"""Begun, for a visitor to go on with; its weight is not set, so it is not in the quarter's average yet."""
ROADS_PLAN = Intended(
    "NMC-2026-103",
    "Road markings and small repairs 2027-2029",
    "45233141",
    "Growth",
    480_000,
    D(2027, 1, 1),
    D(2029, 12, 31),
    D(2026, 9, 1),
    weight="20",
)
TYRES_PLAN = Intended(
    "NMC-2026-104",
    "Tyres for the council's fleet 2026-2029",
    "34350000",
    "Corporate",
    310_000,
    D(2026, 11, 1),
    D(2029, 10, 31),
    D(2026, 8, 3),
    weight="15",
)
TOO_LOW = "Tyres come from few makers with no work in the city. What can be asked for is take-back and fitting nearby."
"""Why its weight is below the floor; two directors agreed."""
ANSWERS = {
    "buyer": ("local-authority", "Northmere is a city council"),
    "regulated_spend": ("180000000", "Medium-term financial plan 2025 (invented for this demo)"),
    "light_touch": ("no", "Legal adviser, 8 September 2025"),
    "concession": ("no", "Legal adviser, 8 September 2025"),
    "arrangement": ("contract", "Procurement strategy, one contract of its own"),
    "outsourcing": ("no", "The service was bought before"),
}
"""What law asks of a plan beyond its facts: the answer in the engine's words, and how the officer knows it."""
