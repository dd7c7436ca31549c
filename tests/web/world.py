"""
The journeys' bodies, people and contracts, small and direct: rows are made without services, for tests of one part.

Journeys that test services together go through the demo's loader instead. People are named by role and body; every
invented address ends in `.example`.
"""

from __future__ import annotations

import datetime as dt
import functools
from dataclasses import dataclass, field
from decimal import Decimal

from django.contrib.auth.hashers import make_password

from commonweal_web.contracts.models import (
    Assignment,
    Contact,
    Contract,
    ContractSupplier,
    Kpi,
    KpiTarget,
    KpiVersion,
)
from commonweal_web.organisations.models import ActingFor, Directorate, Identifier, Membership, Organisation, User
from commonweal_web.organisations.roles import Role

PASSWORD = "a long test password"
BEGIN = dt.date(2025, 4, 1)
NOON = dt.datetime(2026, 7, 8, 12, 0, tzinfo=dt.UTC)
"""The moment at which tests stand unless they say otherwise: Wednesday 8 July 2026."""
GROUNDS_KPIS = (
    # ref, measure, deliverable, unit, kind, target, profile, value, per period
    ("NT1", "Local people employed", "FTE-year", "even", 32, "30000", "2"),
    ("CL", "Care leavers into work", "person", "milestones", 6, "18000", None),
    ("NT10", "Apprenticeship weeks", "week", "even", 208, "250", "13"),
    ("NT17", "Hours given to community groups", "hour", "even", 1200, "17.5", "75"),
    ("NT18", "Spend in the local supply chain", "GBP", "even", 500_000, "0.6", "31250"),
    ("NT31", "CO2e saved", "tCO2e", "even", 10, "240", "0.625"),
)


@dataclass
class World:
    """Everything that a test may name."""

    bodies: dict[str, Organisation] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)
    directorates: dict[str, Directorate] = field(default_factory=dict)
    contracts: dict[str, Contract] = field(default_factory=dict)


@functools.cache
def cached_hash() -> str:
    """The hash of PASSWORD, made once: a good hash is slow by design, and every test makes thirty people."""
    return make_password(PASSWORD)


def organisation(name: str, **flags: object) -> Organisation:
    return Organisation.objects.create(name=name, created_at=NOON, **flags)


def person(world: World, key: str, name: str, *roles: tuple[str, Role], directorate: str = "") -> User:
    """Make an account `key`@... with roles as (body key, role)."""
    body = world.bodies[roles[0][0]]
    email = f"{key.replace(' ', '.')}@{body.email_domain}"
    user = User.objects.create(email=email, password=cached_hash(), name=name, joined_at=NOON)
    for at, role in roles:
        Membership.objects.create(
            user=user,
            organisation=world.bodies[at],
            role=role,
            directorate=world.directorates.get(directorate),
            starts=BEGIN,
        )
    world.people[key] = user
    return user


def make_bodies(world: World) -> None:
    names = {
        "nmc": ("Northmere City Council", {"is_authority": True, "short_name": "NMC"}, "northmere.example"),
        "ebc": ("Eastholt Borough Council", {"is_authority": True, "short_name": "EBC"}, "eastholt.example"),
        "wdc": ("Wyremoor District Council", {"is_authority": True, "short_name": "WDC"}, "wyremoor.example"),
        "alder": ("ALDER Procurement", {"is_shared_service": True, "short_name": "ALDER"}, "alder.example"),
        "harbourside": ("Harbourside Gardens CIC", {"is_supplier": True, "is_vcse": True}, "harbourside.example"),
        "brightwell": ("Brightwell Cleaning Ltd", {"is_supplier": True}, "brightwell.example"),
        "calder": ("Calder & Rowe Construction Ltd", {"is_supplier": True}, "calderrowe.example"),
        "oakline": ("Oakline Grounds Ltd", {"is_supplier": True}, "oakline.example"),
        "forum": ("Abbeyfield Youth Forum", {"is_vcse": True}, "abbeyfieldforum.example"),
        "platform": ("Commonweal platform", {"is_platform": True}, "platform.example"),
    }
    for key, (name, flags, domain) in names.items():
        world.bodies[key] = organisation(name, email_domain=domain, **flags)
    for key, scheme, value in (
        ("harbourside", "GB-COH", "09876543"),
        ("brightwell", "GB-COH", "01234567"),
        ("calder", "GB-COH", "00456789"),
        ("oakline", "GB-COH", "07654321"),
    ):
        Identifier.objects.create(organisation=world.bodies[key], scheme=scheme, value=value)
    ActingFor.objects.create(service=world.bodies["alder"], partner=world.bodies["nmc"], starts=BEGIN)
    for body, name in (("nmc", "Neighbourhoods"), ("nmc", "Corporate"), ("nmc", "Adults"), ("ebc", "Growth")):
        world.directorates[name] = Directorate.objects.create(organisation=world.bodies[body], name=name)


def make_people(world: World) -> None:
    """One person for each role, named by it; those of another body or supplier carry its key in front."""
    buyer = (
        ("lead", "Leila Owusu", Role.SVL),
        ("commissioner", "Colm Hart", Role.COM),
        ("evaluator", "Eve Marsh", Role.EVA),
        ("moderator", "Mo Dent", Role.MOD),
        ("panel", "Pat Lowe", Role.CAT),
        ("manager", "Maya Singh", Role.CM),
        ("deputy", "Dev Rowan", Role.CM),
        ("verifier", "Vera Lund", Role.CM),
        ("unassigned manager", "Una Grey", Role.CM),
        ("councillor", "Kit Byrne", Role.SCR),
        ("auditor", "Aud Finch", Role.AUD),
        ("administrator", "Bea Adler", Role.BA),
    )
    for key, name, role in buyer:
        person(world, key, name, ("nmc", role))
    person(world, "director", "Dinah Frost", ("nmc", Role.APP), directorate="Neighbourhoods")
    person(world, "other director", "Otis Vane", ("nmc", Role.APP), directorate="Corporate")
    person(world, "procurement", "Prue Oakes", ("alder", Role.PRO))
    person(world, "platform administrator", "Pia Root", ("platform", Role.PA))
    person(world, "second platform administrator", "Per Root", ("platform", Role.PA))
    person(world, "supplier", "Hana Dell", ("harbourside", Role.SDL))
    person(world, "supplier administrator", "Hal Reed", ("harbourside", Role.SA))
    person(world, "bid writer", "Bryn Ash", ("harbourside", Role.SBW))
    person(world, "brightwell supplier", "Bella Wynn", ("brightwell", Role.SDL))
    person(world, "brightwell administrator", "Bo Wynn", ("brightwell", Role.SA))
    person(world, "calder supplier", "Cal Rowe", ("calder", Role.SDL))
    person(world, "calder administrator", "Cass Rowe", ("calder", Role.SA))
    person(world, "community member", "Gwen Hale", ("forum", Role.VCS))
    person(world, "eastholt manager", "Ed Holt", ("ebc", Role.CM))
    person(world, "eastholt lead", "Esme Holt", ("ebc", Role.SVL))


def contract(
    world: World, key: str, body: str, supplier: str, reference: str, title: str, **fields: object
) -> Contract:
    """Make a live contract with its supplier and a live contact."""
    made = Contract.objects.create(
        authority=world.bodies[body],
        reference=reference,
        title=title,
        **{
            "starts": dt.date(2026, 4, 1),
            "ends": dt.date(2030, 3, 31),
            "status": "live",
            "framework": "fx-2025.1",
            "created_at": NOON,
            **fields,
        },
    )
    ContractSupplier.objects.create(contract=made, supplier=world.bodies[supplier], starts=made.starts)
    world.contracts[key] = made
    return made


def assign(world: World, made: Contract, **parts: str) -> None:
    """Give people parts in a contract: assign(world, c, owner="manager", verifier="verifier")."""
    for part, key in parts.items():
        Assignment.objects.create(contract=made, user=world.people[key], part=part, starts=BEGIN)


def contact(world: World, made: Contract, supplier: str, key: str, *, deputy: bool = False) -> None:
    user = world.people[key]
    Contact.objects.create(
        contract=made,
        supplier=world.bodies[supplier],
        name=user.name,
        email=user.email,
        user=user,
        deputy=deputy,
        starts=BEGIN,
    )


def approved_kpi(world: World, made: Contract, row: tuple, periods: list[tuple[dt.date, dt.date]]) -> Kpi:
    """Make an approved KPI with its targets per period, as version 1."""
    ref, words, unit, profile, target, value, each = row
    kpi = Kpi.objects.create(contract=made, ref=ref)
    version = KpiVersion.objects.create(
        kpi=kpi,
        number=1,
        measure=ref,
        deliverable=words,
        unit=unit,
        kind="money" if unit == "GBP" else "quantity",
        profile=profile,
        over_time="distinct" if unit == "person" else "sum",
        scalable=ref in ("NT1", "NT18"),
        target=Decimal(target),
        value_per_unit=Decimal(value),
        value_series=f"fx-2025.1/{ref}",
        value_source="Fixture framework FX-2025.1 (invented)",
        value_on=made.starts,
        proposed_by=world.people["commissioner"],
        proposed_at=NOON,
    )
    rows = (
        [(starts, ends, Decimal(each)) for starts, ends in periods]
        if each
        else [(dt.date(year, 1, 1), dt.date(year, 3, 31), Decimal(2)) for year in (2027, 2028, 2029)]
    )
    KpiTarget.objects.bulk_create(
        KpiTarget(kpi_version=version, starts=starts, ends=ends, amount=amount) for starts, ends, amount in rows
    )
    version.state, version.decided_by, version.decided_at = "approved", world.people["director"], NOON
    version.save(update_fields=["state", "decided_by", "decided_at"])
    kpi.current = version
    kpi.save(update_fields=["current"])
    return kpi


def quarters(starts: dt.date, count: int) -> list[tuple[dt.date, dt.date]]:
    """Return `count` quarters from the first day of a month on."""
    found = []
    for _ in range(count):
        month = starts.month + 3
        after = dt.date(starts.year + (month > 12), month - 12 if month > 12 else month, 1)
        found.append((starts, after - dt.timedelta(days=1)))
        starts = after
    return found


def make_contracts(world: World) -> None:
    """The grounds contract (journey 4), the cleaning contract (journey 5), a sibling and a foreign one."""
    grounds = contract(
        world,
        "grounds",
        "nmc",
        "harbourside",
        "NMC-2026-014",
        "Grounds Maintenance and Street Trees 2026-2030",
        directorate=world.directorates["Neighbourhoods"],
        value_pence=240_000_000,
        category="77300000",
        tier="major",
    )
    assign(
        world,
        grounds,
        owner="manager",
        deputy="deputy",
        verifier="verifier",
        commissioner="commissioner",
        procurement="procurement",
        lead="lead",
        auditor="auditor",
        beneficiary="community member",
    )
    contact(world, grounds, "harbourside", "supplier")
    contact(world, grounds, "harbourside", "supplier administrator", deputy=True)
    for row in GROUNDS_KPIS:
        approved_kpi(world, grounds, row, quarters(grounds.starts, 16))
    cleaning = contract(
        world,
        "cleaning",
        "nmc",
        "brightwell",
        "NMC-2025-088",
        "Corporate Cleaning",
        directorate=world.directorates["Corporate"],
        value_pence=115_000_000,
        starts=dt.date(2025, 10, 1),
        ends=dt.date(2028, 9, 30),
    )
    contact(world, cleaning, "brightwell", "brightwell supplier")
    library = contract(
        world,
        "library",
        "ebc",
        "calder",
        "EBC-2026-003",
        "Eastholt Library refurbishment",
        directorate=world.directorates["Growth"],
        value_pence=190_000_000,
        ends=dt.date(2027, 9, 30),
    )
    assign(world, library, owner="eastholt manager")
    contact(world, library, "calder", "calder supplier")


def make_world() -> World:
    """Return the whole world, in the database."""
    world = World()
    make_bodies(world)
    make_people(world)
    make_contracts(world)
    return world
