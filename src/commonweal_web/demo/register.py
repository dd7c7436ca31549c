"""
A register of contracts without KPIs, in the shape and number of real notices, so that lists and filters look real.

The notices are those of `commonweal demo`; a notice says no contract dates, so they are drawn from it. The contracts
are written in one go, with one row of the log for each body.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from commonweal.cli.demo_register import generate_register
from commonweal_web.audit import services as audit
from commonweal_web.contracts.models import Assignment, Contact, Contract, ContractSupplier, Status
from commonweal_web.demo.stage import Stage
from commonweal_web.organisations.models import Directorate, Organisation

ROWS, SEED = 460, 2026
BODIES = {"NORTHMERE": "northmere", "EASTHOLT": "eastholt", "WYREMOOR": "wyremoor"}
DIRECTORATES = {"45": "Growth", "50": "Corporate", "55": "Children's", "60": "Children's", "77": "Neighbourhoods"}
DIRECTORATES |= {"85": "Adults", "90": "Neighbourhoods", "72": "Corporate", "79": "Corporate"}
BEFORE = dt.date(2024, 1, 1)
WHY_OLD = "Let before social value was asked for in contracts like this one."
WHY_NEW = "Taken over from the register of notices; KPIs are to be agreed with the supplier."
YEARS = (2, 3, 3, 4, 5)
LEAST, MOST = 100_00, 25_000_000_00


def make(now: dt.datetime) -> int:
    """Write the register's contracts and return how many there are."""
    stage, rows = Stage(), list(_rows())
    suppliers = _suppliers({row["firm"] for row in rows}, now)
    places = {(d.organisation_id, d.name): d for d in Directorate.objects.all()}
    made = Contract.objects.bulk_create(_contract(stage, places, row, now) for row in rows)
    ContractSupplier.objects.bulk_create(
        ContractSupplier(contract=contract, supplier=suppliers[row["firm"]], starts=contract.starts)
        for contract, row in zip(made, rows, strict=True)
    )
    live = [(contract, row) for contract, row in zip(made, rows, strict=True) if contract.status == Status.LIVE]
    Assignment.objects.bulk_create(
        Assignment(contract=contract, user=stage.person(f"{who}@{row['body']}"), part=part, starts=now.date())
        for contract, row in live
        for part, who in (("owner", "contract.manager"), ("deputy", "deputy.manager"))
    )
    Contact.objects.bulk_create(
        Contact(
            contract=contract,
            supplier=suppliers[row["firm"]],
            name="Contracts office",
            email=f"contracts@{row['notice_id'][:8]}.example",
            starts=now.date(),
        )
        for contract, row in live
        if int(row["notice_id"][:2], 16) > 8  # some have nobody to write to, and raise the alarm
    )
    for key in BODIES.values():
        body = stage.body(key)
        count = sum(contract.authority_id == body.pk for contract in made)
        audit.record(
            organisation_id=body.pk,
            by=stage.person(f"social.value.lead@{key}"),
            role="SVL",
            verb="register_taken_over",
            record=body,
            now=now,
            new={"contracts": count},
        )
    return len(made)


def _rows() -> Iterator[dict[str, Any]]:
    """Yield each awarded notice of one supplier once, with its body, firm and days."""
    seen = set()
    for row in generate_register(seed=SEED, rows=ROWS):
        body = next((key for words, key in BODIES.items() if row["buyer"].upper().startswith(words)), None)
        firm = row["supplier"].replace("&amp;", "&").split(",")[0].strip()
        if row["status"] != "awarded" or body is None or row["notice_id"] in seen:
            continue
        pence = int(Decimal(row["awarded_value"] or 0) * 100)
        if not LEAST <= pence <= MOST or not firm.endswith(("Ltd", "Limited", "CIC", "plc", "LIMITED", "Trust")):
            continue
        seen.add(row["notice_id"])
        starts = (dt.date.fromisoformat(row["published_date"]) + dt.timedelta(days=45)).replace(day=1)
        years = YEARS[int(row["notice_id"][2:4], 16) % len(YEARS)]
        ends = starts.replace(year=starts.year + years) - dt.timedelta(days=1)
        yield {**row, "body": body, "firm": firm, "pence": pence, "starts": starts, "ends": ends, "years": years}


def _contract(stage: Stage, places: dict[Any, Directorate], row: dict[str, Any], now: dt.datetime) -> Contract:
    body, today = stage.body(row["body"]), now.date()
    old = row["starts"] < BEFORE
    status = Status.ENDED if row["ends"] < today else Status.LIVE if row["starts"] <= today else Status.DRAFT
    return Contract(
        authority=body,
        directorate=places.get((body.pk, DIRECTORATES.get(row["cpv_codes"][:2], ""))),
        reference=f"{body.short_name}-{row['starts'].year}-R{row['notice_id'][:6].upper()}",
        title=row["title"],
        category=row["cpv_codes"],
        value_pence=row["pence"],
        yearly_spend_pence=row["pence"] // row["years"],
        starts=row["starts"],
        ends=row["ends"],
        legacy=old,
        no_kpi_reason=WHY_OLD if old else WHY_NEW,
        status=status,
        went_live_at=now if status == Status.LIVE else None,
        created_by=stage.person(f"social.value.lead@{row['body']}"),
        created_at=now,
    )


def _suppliers(names: set[str], now: dt.datetime) -> dict[str, Organisation]:
    """Return the organisation of each name; spellings that differ in capitals alone are one."""
    known = {name.casefold(): name for name in sorted(names)}
    made = Organisation.objects.bulk_create(
        Organisation(name=name, is_supplier=True, created_at=now) for name in known.values()
    )
    by_fold = {one.name.casefold(): one for one in made}
    return {name: by_fold[name.casefold()] for name in names}
