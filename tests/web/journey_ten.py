"""
Journey 10 by rows: a national agreement for facilities management, and a council's call-off under it.

The agreement pledges 40 apprentices and has 31 starts verified by region; the call-off has the eight metrics of the
award method, with 3 apprentices of which 2 have started. `journey_ten(world)` adds all of it to the world's bodies.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from commonweal.ledger import Account
from commonweal_web.contracts.models import Contract, Kpi, KpiTarget, KpiVersion
from commonweal_web.delivery import ledger
from commonweal_web.delivery.models import Claim, Return
from commonweal_web.frameworks import selectors as frameworks
from commonweal_web.organisations.models import Identifier
from commonweal_web.organisations.roles import Role
from tests.web.world import NOON, World, assign, contact, contract, organisation, person, quarters

RELEASE = "fx-svm-2025"
AGREEMENT, CALL_OFF = "CBS-FM-2025", "NMC-2026-210"
REGIONS = (("TLG", "9"), ("TLF", "6"), ("TLD", "7"), ("TLE", "5"), ("", "4"))
"""Where the agreement's 31 starts to date are: one return for each, the last four placed nowhere."""
METRICS: Mapping[str, tuple[str, str, str]] = {
    # metric: promised, verified in the first period, and out of how many for a percentage
    "SV1": ("4", "4", ""),
    "SV2": ("3", "2", ""),
    "SV3": ("5", "1", ""),
    "SV4": ("96", "24", "25"),
    "SV5": ("40", "4", "10"),
    "SV6": ("120", "30", ""),
    "SV7": ("80000", "20000", ""),
    "SV8": ("12.5", "1.5", ""),
}
DATA: Mapping[str, Mapping[str, str]] = {"SV1": {"years_worked": "3"}, "SV2": {"weeks_per_apprentice": "78"}}
"""What was asked when the KPIs were set up, and what each apprentice's weeks and each job's years come to."""
NOTHING: Mapping[str, Mapping[str, str]] = {}


def journey_ten(world: World, *, data: Mapping[str, Mapping[str, str]] = DATA, additional: bool = False) -> None:
    """Add the buyer (`central`), the supplier (`verdant`), their people, the agreement (`national`) and `hubs`."""
    make_parties(world)
    national = contract(
        world, "national", "central", "verdant", AGREEMENT, "Facilities Management Services",
        framework=RELEASE, framework_agreement=True, starts=dt.date(2025, 4, 1), ends=dt.date(2029, 3, 31),
    )  # fmt: skip
    assign(world, national, owner="central manager")
    contact(world, national, "verdant", "verdant supplier")
    hubs = contract(
        world, "hubs", "nmc", "verdant", CALL_OFF, "Hard FM for libraries and hubs",
        framework=RELEASE, value_pence=190_000_000, ends=dt.date(2029, 3, 31), call_off_of=national,
        additional=additional, directorate=world.directorates["Corporate"],
    )  # fmt: skip
    assign(world, hubs, owner="manager", verifier="verifier", commissioner="commissioner", procurement="procurement")
    contact(world, hubs, "verdant", "verdant supplier")
    _agreement(world, national)
    _call_off(world, hubs, data)


def make_parties(world: World) -> None:
    world.bodies["central"] = organisation(
        "Central Buying Service", is_authority=True, short_name="CBS", email_domain="buying.example"
    )
    world.bodies["verdant"] = organisation(
        "Verdant Facilities Ltd", is_supplier=True, email_domain="verdant.example"
    )  # fmt: skip
    Identifier.objects.create(organisation=world.bodies["verdant"], scheme="GB-COH", value="08765430")
    person(world, "central lead", "Cleo Banks", ("central", Role.SVL))
    person(world, "central manager", "Carl Mott", ("central", Role.CM))
    person(world, "verdant supplier", "Vic Dunn", ("verdant", Role.SDL))
    person(world, "verdant administrator", "Val Dunn", ("verdant", Role.SA))


def _agreement(world: World, national: Contract) -> None:
    kpi = approved(world, national, "SV2", "40")
    for (place, amount), (starts, ends) in zip(REGIONS, quarters(national.starts, len(REGIONS)), strict=True):
        ret = returned(world, national, starts, ends)
        verified(world, ret, kpi, amount, place=place, by="central manager")


def _call_off(world: World, hubs: Contract, data: Mapping[str, Mapping[str, str]]) -> None:
    ret = returned(world, hubs, *quarters(hubs.starts, 1)[0])
    for metric, (promised, done, out_of) in METRICS.items():
        kpi = approved(world, hubs, metric, promised, data=data.get(metric, {}))
        verified(world, ret, kpi, done, place="TLG", out_of=out_of)


def approved(
    world: World,
    made: Contract,
    code: str,
    target: str,
    *,
    data: Mapping[str, Any] | None = None,
    ref: str = "",
    **more: Any,
) -> Kpi:
    """Make an approved KPI of a measure of the contract's framework, and post its promise."""
    measure = frameworks.measure(made.framework, code)
    kpi = Kpi.objects.create(contract=made, ref=ref or code)
    fields = {
        "measure": measure.code, "deliverable": measure.label, "unit": measure.unit, "kind": measure.kind.value,
        "over_time": measure.over_time.value, "over_contracts": measure.over_contracts.value,
        "sensitive": measure.sensitive, "data": dict(data or {}), "target": Decimal(target), **more,
    }  # fmt: skip
    version = KpiVersion.objects.create(
        kpi=kpi, number=1, proposed_by=world.people["commissioner"], proposed_at=NOON, **fields
    )
    KpiTarget.objects.create(kpi_version=version, starts=made.starts, ends=made.ends, amount=version.target)
    version.state, version.decided_by, version.decided_at = "approved", world.people["director"], NOON
    version.save(update_fields=["state", "decided_by", "decided_at"])
    kpi.current = version
    kpi.save(update_fields=["current"])
    ledger.promise(kpi_version=version, by=world.people["director"], role="APP", now=NOON)
    return kpi


def returned(world: World, made: Contract, starts: dt.date, ends: dt.date) -> Return:
    """Make a return that has come in."""
    by = world.people["verdant supplier"]
    return Return.objects.create(
        contract=made, starts=starts, ends=ends, due=ends + dt.timedelta(days=15), locks=ends + dt.timedelta(days=35),
        state="submitted", received_at=NOON, first_received_at=NOON, submitted_by=by,
    )  # fmt: skip


def verified(
    world: World, ret: Return, kpi: Kpi, amount: str, *, place: str = "", out_of: str = "", by: str = "verifier"
) -> Claim:
    """Claim an amount and verify all of it."""
    claim = Claim.objects.create(
        ret=ret, kpi=kpi, kpi_version=kpi.current, state="submitted", amount=Decimal(amount), place=place,
        denominator=Decimal(out_of) if out_of else None,
    )  # fmt: skip
    ledger.claim(claim=claim, by=world.people["verdant supplier"], role="SDL", now=NOON)
    moves = [(Account.PENDING, Account.VERIFIED, Decimal(amount))]
    ledger.decide(claim=claim, moves=moves, decision=None, by=world.people[by], role="CM", now=NOON)
    return claim
