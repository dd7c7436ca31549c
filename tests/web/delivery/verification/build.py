"""Returns and claims for the tests of this folder, made by rows: what the supplier's part does by its own services."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from commonweal_web.contracts.models import Contract, Kpi, KpiVersion, NoConflict
from commonweal_web.delivery import ledger
from commonweal_web.delivery.models import Claim, ClaimEvidence, Movement, Return
from commonweal_web.evidence.models import EvidenceItem, StoredFile
from tests.web.world import GROUNDS_KPIS, NOON, World, approved_kpi, assign, quarters

QUARTER = (dt.date(2026, 4, 1), dt.date(2026, 6, 30))
FIRST = {"NT1": "2", "CL": "1", "NT10": "13", "NT17": "75", "NT18": "31250"}


def kpi(made: Contract, ref: str) -> Kpi:
    return Kpi.objects.select_related("current", "contract__authority").get(contract=made, ref=ref)


def make_return(made: Contract, *, by: Any, starts: dt.date = QUARTER[0], ends: dt.date = QUARTER[1]) -> Return:
    """A submitted return without claims yet."""
    return Return.objects.create(
        contract=made,
        starts=starts,
        ends=ends,
        due=ends + dt.timedelta(days=15),
        locks=ends + dt.timedelta(days=35),
        state="submitted",
        only_this_contract=True,
        only_contracted=True,
        first_received_at=NOON,
        received_at=NOON,
        submitted_by=by,
        receipt="0" * 64,
    )


def make_claim(ret: Return, ref: str, amount: str | None, *, by: Any, nil: str = "", **fields: Any) -> Claim:
    """A submitted claim, posted to the ledger."""
    measured = kpi(ret.contract, ref)
    claim = Claim.objects.create(
        ret=ret,
        kpi=measured,
        kpi_version=measured.current,
        state="submitted",
        amount=Decimal(0) if nil else Decimal(str(amount)) if amount is not None else None,
        nil=bool(nil),
        nil_reason=nil,
        updated_at=NOON,
        updated_by=by,
        **fields,
    )
    ledger.claim(claim=claim, by=by, role="SDL", now=NOON)
    return claim


def first_return(world: World) -> dict[str, Claim]:
    """Journey 4's return of April to June 2026, with its six claims by reference."""
    by = world.people["supplier"]
    ret = make_return(world.contracts["grounds"], by=by)
    claims = {ref: make_claim(ret, ref, amount, by=by) for ref, amount in FIRST.items()}
    claims["NT31"] = make_claim(ret, "NT31", None, by=by, nil="baseline survey in July")
    for claim in claims.values():
        if not claim.nil:
            add_evidence(claim, by=by)
    return claims


def add_evidence(claim: Claim, *, by: Any, scan: str = "clean", name: str = "payroll.xlsx") -> EvidenceItem:
    number = StoredFile.objects.count() + 1
    file = StoredFile.objects.create(sha256=f"{number:064x}", size=10, media_type="text/csv", scan=scan, stored_at=NOON)
    item = EvidenceItem.objects.create(
        contract=claim.ret.contract, file=file, name=name, uploaded_by=by, uploaded_at=NOON
    )
    ClaimEvidence.objects.create(claim=claim, item=item, linked_by=by, linked_at=NOON)
    return item


def no_tie(world: World, key: str, contract: str = "grounds") -> None:
    """Let a person have declared that they have no tie with the suppliers of a contract."""
    NoConflict.objects.get_or_create(
        user=world.people[key], contract=world.contracts[contract], defaults={"declared_at": NOON}
    )


def pence(made: Contract, account: str, ref: str | None = None) -> int:
    found = Movement.objects.filter(contract=made)
    found = found.filter(kpi__ref=ref) if ref else found
    return sum(m.pence or 0 for m in found.filter(target=account)) - sum(
        m.pence or 0 for m in found.filter(source=account)
    )


def kpi_for(made: Contract, ref: str, world: World) -> Kpi:
    """Make an approved KPI on a contract that has none yet, like the one of the grounds contract."""
    row = next(row for row in GROUNDS_KPIS if row[0] == ref)
    return approved_kpi(world, made, row, quarters(made.starts, 4))


def assign_verifier(world: World, contract: str) -> None:
    assign(world, world.contracts[contract], verifier="verifier")
    no_tie(world, "verifier", contract)


def with_cohort(measured: Kpi, cohort: str) -> KpiVersion:
    """Give a KPI a next version that is for a group of people."""
    fields = {f.attname: getattr(measured.current, f.attname) for f in KpiVersion._meta.fields if not f.primary_key}
    made = KpiVersion.objects.create(**{**fields, "number": measured.current.number + 1, "cohort": cohort})
    measured.current = made
    measured.save(update_fields=["current"])
    return made
