"""The contracts of the demo: what each is, who works on it, and what it promises."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from commonweal.periods import Period

D = dt.date
ROLES_AT_NORTHMERE = {
    "owner": "contract.manager@northmere",
    "deputy": "deputy.manager@northmere",
}
WHOLE_TEAM = {
    **ROLES_AT_NORTHMERE,
    "verifier": "verifier@northmere",
    "commissioner": "commissioner@northmere",
    "procurement": "procurement.officer@alder",
    "lead": "social.value.lead@northmere",
    "auditor": "internal.auditor@northmere",
}
DIRECTORS = {
    "Neighbourhoods": "strategic.director@northmere",
    "Corporate": "corporate.director@northmere",
    "Growth": "corporate.director@northmere",
    "Adults": "people.director@northmere",
    "Children's": "people.director@northmere",
}


@dataclass(frozen=True, slots=True)
class Promise:
    """A KPI: its measure, the whole-life target, and what is promised in words."""

    ref: str
    target: str
    words: str
    scalable: bool = False
    by_period: Mapping[Period, Decimal] | None = None
    data: Mapping[str, str] = field(default_factory=dict)

    @property
    def profile(self) -> str:
        return "milestones" if self.by_period else "even"


@dataclass(frozen=True, slots=True)
class Deal:
    """
    A contract with its people and promises; `live` is the day on which it goes live.

    `under` is the reference of the framework agreement that it is called off under.
    """

    reference: str
    title: str
    body: str
    directorate: str
    supplier: str
    category: str
    pounds: int
    starts: D
    ends: D
    live: D
    promises: tuple[Promise, ...]
    team: Mapping[str, str]
    director: str
    maker: str = "procurement.officer@alder"
    lead: str = "social.value.lead@northmere"
    proposer: str = "contract.manager@northmere"
    contact: str = "delivery.lead"
    deputy_contact: str = ""
    tier: str = "standard"
    scheme: str = "contract_quarters"
    criticality: str = ""
    lateness_terms: str = ""
    breaks: tuple[D, ...] = ()
    framework: str = "fx-2025.1"
    agreement: bool = False
    under: str = ""


def at_northmere(
    reference: str, title: str, directorate: str, supplier: str, category: str, pounds: int, **more: object
) -> Deal:
    facts = {
        "starts": D(2025, 7, 1),
        "ends": D(2028, 6, 30),
        "live": D(2025, 7, 1),
        "team": WHOLE_TEAM,
        "director": DIRECTORS[directorate],
        **more,
    }
    return Deal(reference, title, "northmere", directorate, supplier, category, pounds, **facts)  # type: ignore[arg-type]


def _quarter_to(last: D) -> Period:
    return Period(D(last.year, last.month - 2, 1), last)


AWARD_METHOD = "fx-svm-2025"
WEEKS = {"weeks_per_apprentice": "78"}
APPRENTICES_BY = (D(2025, 6, 30), D(2025, 12, 31), D(2026, 3, 31), D(2026, 6, 30), D(2027, 6, 30))
STARTS = ((2025, 9, 30), (2026, 3, 31), (2026, 12, 31))
CARE_LEAVERS = {_quarter_to(D(year, 3, 31)): Decimal(2) for year in (2027, 2028, 2029)}

GROUNDS = at_northmere(
    "NMC-2026-014",
    "Grounds Maintenance and Street Trees 2026-2030",
    "Neighbourhoods",
    "harbourside",
    "77300000",
    2_400_000,
    starts=D(2026, 4, 1),
    ends=D(2030, 3, 31),
    live=D(2026, 4, 1),
    team={**WHOLE_TEAM, "beneficiary": "coordinator@abbeyfieldforum"},
    proposer="commissioner@northmere",
    deputy_contact="administrator",
    tier="major",
    breaks=(D(2028, 4, 1),),
    promises=(
        Promise("NT1", "32", "Local people employed on the contract", scalable=True),
        Promise("CL", "6", "Care leavers into work on the contract", by_period=CARE_LEAVERS),
        Promise("NT10", "208", "Apprenticeship weeks in grounds and tree work"),
        Promise("NT17", "1200", "Hours given to community groups in the wards"),
        Promise("NT18", "500000", "Spend with local suppliers", scalable=True),
        Promise("NT31", "10", "CO2e saved by electric tools and vehicles"),
    ),
)
CLEANING = at_northmere(
    "NMC-2025-088",
    "Corporate Cleaning",
    "Corporate",
    "brightwell",
    "90910000",
    1_150_000,
    starts=D(2025, 10, 1),
    ends=D(2028, 9, 30),
    live=D(2025, 10, 1),
    deputy_contact="administrator",
    lateness_terms="After a third late return in four quarters, the council may hold a meeting at the supplier's cost.",
    promises=(
        Promise("NT1", "24", "Local people employed as cleaners"),
        Promise("NT17", "240", "Hours of cleaning given to community halls"),
    ),
)
KINGSMEAD = at_northmere(
    "NMC-2025-019",
    "Kingsmead Primary extension",
    "Children's",
    "calderrowe",
    "45214210",
    6_400_000,
    starts=D(2025, 4, 1),
    ends=D(2028, 3, 31),
    live=D(2025, 4, 1),
    scheme="financial_years",
    contact="social.value.manager",
    deputy_contact="administrator",
    promises=(
        Promise("NT10", "416", "Apprenticeship weeks on site"),
        Promise("NT18", "1200000", "Spend with local firms"),
    ),
)
LIBRARY = Deal(
    "EBC-2025-003",
    "Eastholt Library refurbishment",
    "eastholt",
    "Growth",
    "calderrowe",
    "45212330",
    1_900_000,
    D(2025, 4, 1),
    D(2028, 3, 31),
    D(2025, 4, 1),
    (Promise("NT10", "156", "Apprenticeship weeks on site"),),
    {"owner": "contract.manager@eastholt", "deputy": "deputy.manager@eastholt", "lead": "social.value.lead@eastholt"},
    "strategic.director@eastholt",
    maker="social.value.lead@eastholt",
    lead="social.value.lead@eastholt",
    proposer="contract.manager@eastholt",
    contact="social.value.manager",
    scheme="financial_years",
)
HOME_CARE = at_northmere(
    "NMC-2025-031",
    "Home Care, West locality",
    "Adults",
    "willowbrook",
    "85312000",
    10_800_000,
    criticality="critical",
    tier="major",
    promises=(
        Promise("TRN", "36", "Local care trainees who complete their training"),
        Promise("NT17", "1800", "Hours given to carers' groups"),
        Promise("RLW", "100", "Staff paid at least the real living wage"),
    ),
)
TREES = at_northmere(
    "NMC-2025-040",
    "Street trees, northern wards",
    "Neighbourhoods",
    "oakline",
    "77340000",
    860_000,
    promises=(
        Promise("NT1", "12", "Local people employed in tree work"),
        Promise("NT10", "156", "Apprenticeship weeks in tree work"),
        Promise("NT17", "360", "Hours given to friends-of-parks groups"),
    ),
)
MEALS = at_northmere(
    "NMC-2025-052",
    "School meals",
    "Children's",
    "larder",
    "55524000",
    3_200_000,
    promises=(
        Promise("NT1", "30", "Local people employed in school kitchens"),
        Promise("NT18", "960000", "Spend with local growers and suppliers"),
    ),
)
AGREEMENT = Deal(
    "EBO-2025-FM",
    "Facilities Management Services",
    "estates",
    "Agreements",
    "verdant",
    "79993000",
    60_000_000,
    starts=D(2025, 4, 1),
    ends=D(2029, 3, 31),
    live=D(2025, 4, 22),
    promises=(
        Promise(
            "SV2",
            "40",
            "Apprenticeships created across the country",
            by_period={_quarter_to(last): Decimal(8) for last in APPRENTICES_BY},
            data=WEEKS,
        ),
        Promise("SV6", "6000", "Hours given to community groups across the country"),
    ),
    team={"owner": "contract.manager@estates", "deputy": "deputy.manager@estates"},
    director="strategic.director@estates",
    maker="social.value.lead@estates",
    lead="social.value.lead@estates",
    proposer="contract.manager@estates",
    framework=AWARD_METHOD,
    agreement=True,
)
"""Journey 10: the national agreement, awarded under another method than the councils' that call off."""
HARD_FM = at_northmere(
    "NMC-2025-055",
    "Hard FM for libraries and hubs",
    "Corporate",
    "verdant",
    "79993000",
    1_900_000,
    framework=AWARD_METHOD,
    under=AGREEMENT.reference,
    promises=(
        Promise("SV1", "2", "Jobs created in building services", data={"years_worked": "1"}),
        Promise(
            "SV2",
            "3",
            "Apprenticeships created in building services",
            by_period={_quarter_to(D(year, month, day)): Decimal(1) for year, month, day in STARTS},
            data=WEEKS,
        ),
        Promise("SV3", "2", "People who face barriers to work, taken on"),
        Promise("SV4", "100", "Staff paid at least the real living wage"),
        Promise("SV5", "60", "Suppliers with the standards for mental health at work"),
        Promise("SV6", "360", "Hours given to community groups in the hubs"),
        Promise("SV7", "240000", "Spend with local suppliers"),
        Promise("SV8", "24", "CO2e saved by controls and maintenance"),
    ),
)
ROADS = at_northmere(
    "NMC-2025-061",
    "Road resurfacing 2025-2028",
    "Growth",
    "pennant",
    "45233140",
    8_200_000,
    tier="major",
    promises=(
        Promise("NT1", "36", "Local people employed on road works"),
        Promise("NT10", "312", "Apprenticeship weeks in civil engineering"),
        Promise("NT31", "60", "CO2e saved by warm-mix asphalt"),
    ),
)
TRANSLATION = at_northmere(
    "NMC-2025-067",
    "Interpreting and translation",
    "Corporate",
    "plainspoken",
    "79530000",
    420_000,
    promises=(Promise("NT17", "240", "Hours of interpreting given to community groups"),),
)
TRANSPORT = at_northmere(
    "NMC-2025-070",
    "Home to school transport",
    "Children's",
    "foxholes",
    "60130000",
    2_700_000,
    promises=(Promise("NT1", "18", "Local people employed as drivers and escorts"),),
)
ADVOCACY = at_northmere(
    "NMC-2025-078",
    "Advocacy for young people",
    "Children's",
    "riverside",
    "85312300",
    510_000,
    promises=(
        Promise("NT17", "480", "Hours of mentoring given through youth groups"),
        Promise("TRN", "6", "Young people who complete care training"),
    ),
)
PARKS = Deal(
    "EBC-2025-014",
    "Parks and open spaces",
    "eastholt",
    "Neighbourhoods",
    "oakline",
    "77313000",
    1_350_000,
    D(2025, 7, 1),
    D(2028, 6, 30),
    D(2025, 7, 1),
    (
        Promise("NT17", "600", "Hours given to park groups"),
        Promise("NT10", "156", "Apprenticeship weeks in parks"),
    ),
    LIBRARY.team,
    LIBRARY.director,
    maker=LIBRARY.maker,
    lead=LIBRARY.lead,
    proposer=LIBRARY.proposer,
)
FLEET = Deal(
    "WDC-2025-009",
    "Waste vehicle maintenance",
    "wyremoor",
    "Services",
    "kelder",
    "50110000",
    740_000,
    D(2025, 7, 1),
    D(2028, 6, 30),
    D(2025, 7, 1),
    (Promise("NT10", "234", "Apprenticeship weeks in vehicle maintenance"),),
    {
        "owner": "contract.manager@wyremoor",
        "deputy": "deputy.manager@wyremoor",
        "lead": "social.value.lead@wyremoor",
    },
    "strategic.director@wyremoor",
    maker="social.value.lead@wyremoor",
    lead="social.value.lead@wyremoor",
    proposer="contract.manager@wyremoor",
)

BIG = (
    AGREEMENT, GROUNDS, CLEANING, KINGSMEAD, LIBRARY, HOME_CARE, TREES, MEALS, HARD_FM, ROADS, TRANSLATION, TRANSPORT,
    ADVOCACY, PARKS, FLEET,
)  # fmt: skip
