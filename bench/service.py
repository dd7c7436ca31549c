"""
The service on a scratch database with one council's synthetic data, for the cases that measure it.

Size S: 2,000 contracts, 20,000 KPIs, 250,000 movements in 160,000 claims. Rows are written straight into the tables,
the balances by one statement from the movements; `rebuild_and_compare` of the service finds no difference in them.
Every number comes from one seed. With DATABASE_URL the same rows go to PostgreSQL.
"""

from __future__ import annotations

import datetime as dt
import functools
import os
import random
import tempfile
from decimal import Decimal
from pathlib import Path

from bench.harness import CannotRun

SIZES = {"T": 20, "S": 2_000}
KPIS, PERIODS = 10, 8
DAY = dt.date(2026, 6, 30)
AT = dt.datetime(2026, 6, 30, 12, 0, tzinfo=dt.UTC)
STARTS = [dt.date(2024 + n // 4, 1 + 3 * (n % 4), 1) for n in range(PERIODS)]
UNITS = (("hour", 1750), ("week", 25000), ("tCO2e", 24000), ("GBP", 60))


def set_up() -> str:
    """Point Django at the scratch database and return what it is, in words."""
    home = Path(tempfile.gettempdir()) / f"commonweal-bench-{os.getuid()}"
    home.mkdir(exist_ok=True)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "commonweal_web.settings")
    os.environ.setdefault("COMMONWEAL_MODE", "test")
    os.environ.setdefault("COMMONWEAL_HOME", str(home))
    try:
        import django
    except ImportError:
        raise CannotRun("Django is not installed here; python3 do.py bench brings it.") from None
    django.setup()
    from django.db import connection

    return "PostgreSQL" if connection.vendor == "postgresql" else "SQLite"


@functools.cache
def made() -> str:
    """
    Fill the scratch database, unless it holds this size already; return its size and kind, in words.

    COMMONWEAL_BENCH_SIZE=T takes twenty contracts, to try the cases.
    """
    kind = set_up()
    size = os.environ.get("COMMONWEAL_BENCH_SIZE", "S")
    from django.core.management import call_command

    from commonweal_web.contracts.models import Contract

    call_command("migrate", verbosity=0)
    have = Contract.objects.count()
    if have != SIZES[size]:
        if have:
            raise CannotRun(f"The scratch database holds {have:,} contracts of another run. Remove it and run again.")
        _fill(SIZES[size])
    return f"size {size} on {kind}"


def _fill(contracts: int) -> None:
    from django.db import connection, transaction

    with transaction.atomic():
        people = _people()
        _rows(contracts, people)
        _balances()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _people() -> dict[str, int]:
    from commonweal_web.organisations.models import Directorate, Membership, Organisation, User

    body = Organisation.objects.create(name="Bench City Council", is_authority=True, created_at=AT)
    supplier = Organisation.objects.create(name="Bench Supplies Ltd", is_supplier=True, created_at=AT)
    for name in ("Neighbourhoods", "Children's", "Growth", "Adults", "Corporate"):
        Directorate.objects.create(organisation=body, name=name)
    found = {"body": body.pk, "supplier": supplier.pk}
    for key, role, at in (("verifier", "CM", body), ("lead", "SVL", body), ("typist", "SDL", supplier)):
        user = User.objects.create(email=f"{key}@bench.example", name=key, password="!")
        Membership.objects.create(user=user, organisation=at, role=role, starts=dt.date(2020, 1, 1))
        found[key] = user.pk
    return found


def _rows(contracts: int, people: dict[str, int]) -> None:
    """Write contracts, KPIs, returns, claims and movements, 100 contracts at a time."""
    from commonweal_web.contracts.models import Contract
    from commonweal_web.organisations.models import Directorate

    draw = random.Random(42)
    directorates = list(Directorate.objects.values_list("pk", flat=True))
    for first in range(0, contracts, 100):
        made = Contract.objects.bulk_create(
            Contract(
                authority_id=people["body"], directorate_id=draw.choice(directorates), reference=f"B-{n:05}",
                title=f"Contract {n}", starts=STARTS[0], ends=dt.date(2027, 12, 31), status="live", created_at=AT,
                value_pence=draw.randrange(10_000_00, 9_000_000_00),
            )
            for n in range(first, min(first + 100, contracts))
        )  # fmt: skip
        _of_contracts(made, people, draw)


def _of_contracts(made: list, people: dict[str, int], draw: random.Random) -> None:
    from commonweal_web.contracts.models import Assignment, ContractSupplier, Kpi, KpiTarget, KpiVersion
    from commonweal_web.delivery.models import Claim, Return

    since = dt.date(2024, 1, 1)
    Assignment.objects.bulk_create(
        Assignment(contract=c, user_id=people["verifier"], part="owner", starts=since) for c in made
    )
    ContractSupplier.objects.bulk_create(
        ContractSupplier(contract=c, supplier_id=people["supplier"], starts=since) for c in made
    )
    kpis = Kpi.objects.bulk_create(Kpi(contract=c, ref=f"K{n}") for c in made for n in range(KPIS))
    versions = KpiVersion.objects.bulk_create(
        KpiVersion(
            kpi=kpi, number=1, state="proposed", measure=f"M{n % 40}", deliverable="hours given", target=1600,
            unit=UNITS[n % 4][0], value_per_unit=Decimal(UNITS[n % 4][1]) / 100,
            outcome=f"Outcome {n % 12}", proposed_by_id=people["lead"], proposed_at=AT,
        )
        for n, kpi in enumerate(kpis)
    )  # fmt: skip
    for kpi, version in zip(kpis, versions, strict=True):
        kpi.current = version
    Kpi.objects.bulk_update(kpis, ["current"])
    KpiTarget.objects.bulk_create(
        KpiTarget(kpi_version=v, starts=s, ends=_end(s), amount=100) for v in versions for s in STARTS
    )
    KpiVersion.objects.filter(state="proposed").update(
        state="approved", decided_by_id=people["verifier"], decided_at=AT
    )
    returns = Return.objects.bulk_create(
        Return(
            contract=c, starts=s, ends=_end(s), due=_end(s), locks=_end(s), state="submitted", received_at=AT,
            first_received_at=AT, submitted_by_id=people["typist"],
        )
        for c in made
        for s in STARTS
    )  # fmt: skip
    by_contract = {c.pk: [r for r in returns if r.contract_id == c.pk] for c in made}
    claims = Claim.objects.bulk_create(
        Claim(ret=r, kpi=v.kpi, kpi_version=v, state="submitted", amount=draw.randrange(1, 200))
        for v in versions
        for r in by_contract[v.kpi.contract_id]
    )
    _movements(claims, people, draw)


def _end(starts: dt.date) -> dt.date:
    after = (starts.replace(day=28) + dt.timedelta(days=70)).replace(day=1)
    return after - dt.timedelta(days=1)


def _movements(claims: list, people: dict[str, int], draw: random.Random) -> None:
    """Each claim is pending; more than half of them are verified or rejected as a whole."""
    from commonweal.quantities import to_pence
    from commonweal_web.delivery.ledger_rows import body_slot, value_used
    from commonweal_web.delivery.models import Movement

    rows = []
    for claim in claims:
        version, ret = claim.kpi_version, claim.ret
        shared = {
            "contract_id": claim.kpi.contract_id,
            "kpi": claim.kpi,
            "kpi_version": version,
            "claim": claim,
            "period_starts": ret.starts,
            "period_ends": ret.ends,
            "amount": claim.amount,
            "pence": to_pence(claim.amount * version.value_per_unit),
            "value_used": value_used(version),
            "at": AT,
            "body_slot": body_slot(claim.kpi.contract, version, place="", starts=ret.starts),
        }
        rows.append(Movement(source="outside", target="pending", by_id=people["typist"], role="SDL", **shared))
        if draw.random() < 0.56:
            verdict = "verified" if draw.random() < 0.93 else "rejected"
            rows.append(Movement(source="pending", target=verdict, by_id=people["verifier"], role="CM", **shared))
    Movement.objects.bulk_create(rows, batch_size=2_000)


def _balances() -> None:
    """Work both tables of balances out from the movements, as the service keeps them act by act."""
    from django.db import connection

    sides = (
        "SELECT contract_id, kpi_id, period_starts, body_slot, target AS account, amount, pence FROM delivery_movement "
        "UNION ALL "
        "SELECT contract_id, kpi_id, period_starts, body_slot, source, -amount, -pence FROM delivery_movement"
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO delivery_balance "
            "(contract_id, kpi_id, period_starts, account, amount, denominator, pence, slot) "
            f"SELECT contract_id, kpi_id, period_starts, account, sum(amount), 0, sum(pence), "
            f"kpi_id || ':' || period_starts || ':' || account FROM ({sides}) AS s "
            "GROUP BY contract_id, kpi_id, period_starts, account"
        )
        cursor.execute(f"SELECT body_slot, account, sum(pence) FROM ({sides}) AS s GROUP BY body_slot, account")
        found = cursor.fetchall()
    _write_body(found)


def _write_body(found: list[tuple[str, str, int]]) -> None:
    from commonweal_web.delivery.ledger_store import body_row
    from commonweal_web.delivery.models import BodyBalance

    rows = []
    for slot, account, pence in found:
        row = body_row(f"{slot}|{account}")
        row.pence = int(pence)
        rows.append(row)
    BodyBalance.objects.bulk_create(rows)
