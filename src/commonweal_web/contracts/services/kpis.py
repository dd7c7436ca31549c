"""Drafting KPIs: what is promised, by period, with its value; proposing them singly or as a set."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Protocol

from django.db import transaction

from commonweal import errors
from commonweal.periods import Period
from commonweal_web.contracts import stale, terms
from commonweal_web.contracts.models import Contract, Kpi, KpiState, KpiTarget, KpiTemplate, KpiVersion
from commonweal_web.contracts.services import base
from commonweal_web.core.errors import NotPermitted, Refused
from commonweal_web.frameworks import selectors as frameworks
from commonweal_web.organisations import selectors as organisations
from commonweal_web.organisations.models import Organisation
from commonweal_web.organisations.policies import Permission

EDITABLE = (KpiState.DRAFT, KpiState.SENT_BACK, KpiState.PROPOSED)
WORDS = (
    "measure",
    "deliverable",
    "unit",
    "kind",
    "profile",
    "over_time",
    "over_contracts",
    "better",
    "evidence_rule",
    "place",
    "cohort",
    "scalable",
    "sensitive",
    "theme",
    "outcome",
    "data",
)
"""What a version and a template both say."""


@dataclass(frozen=True, slots=True)
class KpiFields:
    """
    What is filled in about a KPI. What the measure of the contract's framework decides, such as the unit, is its own.

    `by_period` holds targets typed by period; empty means that the engine divides `target` by `profile`.
    """

    ref: str
    deliverable: str
    measure: str = ""
    target: Decimal | None = None
    unit: str = ""
    kind: str = "quantity"
    profile: str = "even"
    over_time: str = "sum"
    over_contracts: str = "sum"
    better: str = "up"
    evidence_rule: str = ""
    place: str = ""
    cohort: str = ""
    scalable: bool = False
    sensitive: bool = False
    theme: str = ""
    outcome: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    by_period: Mapping[Period, Decimal] | None = None


@transaction.atomic
def kpi_draft(*, contract: Contract, fields: KpiFields, by: Any, now: dt.datetime) -> KpiVersion:
    """
    Draft a KPI with its targets and what a unit is worth.

    :raises Refused: if the reference is taken, a unit is missing or the targets do not add up
    """
    contract = base.locked(contract, Permission.KPI_PROPOSE, by)
    version = kpi_make(contract, fields, on=base.day_of(now))
    new = {"target": terms.shown(version.target), "deliverable": version.deliverable, "version": version.version}
    base.log(
        contract=contract,
        record=version,
        verb="kpi_drafted",
        by=by,
        role=base.role_of(by, Permission.KPI_PROPOSE),
        now=now,
        new=new,
    )
    return version


def kpi_make(contract: Contract, fields: KpiFields, *, on: dt.date) -> KpiVersion:
    """Write a draft into a locked contract; the caller checked who may, and writes the log. Raises as `kpi_draft`."""
    base.running(contract)
    _still_taken(contract, fields.measure, on)
    ref = fields.ref.strip()
    if Kpi.objects.filter(contract=contract, ref=ref).exists():
        raise Refused(
            f"{contract.reference} has a KPI called {ref} already. Choose another reference, or propose a change.",
            code="duplicate",
            field="ref",
        )
    kpi = Kpi.objects.create(contract=contract, ref=ref)
    version = KpiVersion(kpi=kpi, number=1)
    write(version, contract, fields)
    return version


@transaction.atomic
def kpi_edit(
    *, version: KpiVersion, fields: KpiFields, by: Any, now: dt.datetime, shown: int | None = None
) -> KpiVersion:
    """
    Change what a version says before it is approved. Who edits a proposed one becomes its proposer.

    :raises StaleVersion: if it was edited since the page was opened
    :raises Refused: if it was approved or withdrawn, or as `kpi_draft`
    """
    contract = base.locked(version.kpi.contract, Permission.KPI_PROPOSE, by)
    kpi = Kpi.objects.select_for_update().get(pk=version.kpi_id)
    row = KpiVersion.objects.select_for_update().get(pk=version.pk)
    row.kpi = kpi
    stale.expect(row, shown)
    if row.state not in EDITABLE:
        raise Refused(
            f"{kpi.ref} is {row.get_state_display()}, so it can no longer be edited. Propose a change instead.",
            code="state",
        )
    if row.change_id is not None:
        raise Refused("This version belongs to a change. Edit it on the change's page.", code="of_change")
    if fields.measure != row.measure:
        _still_taken(contract, fields.measure, base.day_of(now))
    before = {**{name: getattr(row, name) for name in WORDS}, "target": terms.shown(row.target)}
    periods_before = list(row.targets.values_list("starts", "amount"))
    if row.state == KpiState.PROPOSED:
        row.proposed_by, row.proposed_at = by, now
    row.touch()
    row.targets.all().delete()
    write(row, contract, fields)
    after = {**{name: getattr(row, name) for name in WORDS}, "target": terms.shown(row.target)}
    old, new = _difference(before, after)
    if periods_before != list(row.targets.values_list("starts", "amount")):
        old["targets_by_period"], new["targets_by_period"] = "as shown", "changed"
    base.log(
        contract=contract,
        record=row,
        verb="kpi_edited",
        by=by,
        role=base.role_of(by, Permission.KPI_PROPOSE),
        now=now,
        old=old,
        new={**new, "version": row.version},
    )
    return row


def _still_taken(contract: Contract, measure: str, on: dt.date) -> None:
    """
    Refuse a measure that was withdrawn or retired, unless it runs on this contract already.

    :raises Refused: with the day, the reason and what to use instead
    """
    if not measure or KpiVersion.objects.filter(kpi__contract=contract, measure=measure, state="approved").exists():
        return
    why = frameworks.unavailable(contract.framework, measure, body=contract.authority_id, on=on)
    if why:
        raise Refused(why, code="withdrawn", field="measure")


def write(version: KpiVersion, contract: Contract, fields: KpiFields) -> None:
    """Put the fields, the engine's targets and the value into a version that is not approved, and save it."""
    said = decided(contract.framework, fields)
    for name in WORDS:
        setattr(version, name, said[name])
    periods = terms.periods(contract.period_scheme, contract.starts, contract.ends)
    amounts = terms.spread(
        total=fields.target,
        profile=version.profile,
        kind=version.kind,
        over_time=version.over_time,
        periods=periods,
        given=fields.by_period,
    )
    version.target = fields.target
    freeze_value(version, contract)
    version.save()
    save_targets(version, amounts)


def save_targets(version: KpiVersion, amounts: list[terms.Amount]) -> None:
    """Write what a version owes by period."""
    KpiTarget.objects.bulk_create(
        KpiTarget(kpi_version=version, starts=one.starts, ends=one.ends, amount=one.amount) for one in amounts
    )


class Priced(Protocol):
    """A contract, or the plan of one: what decides which values its measures have."""

    framework: str
    value_pack: str
    starts: dt.date
    place: str
    authority_id: int


def freeze_value(version: KpiVersion, contract: Contract) -> None:
    """Keep on the version what one unit is worth on the contract's first day. Raises as `value_of`."""
    value = value_of(contract, version.measure, place=version.place)
    version.value_per_unit = value.per_unit if value else None
    version.value_series = value.series if value else ""
    version.value_source = value.source[:500] if value else ""
    version.value_on = value.on if value else None
    version.value_licensed = value.licensed if value else False


def value_of(of: Priced, measure: str, *, place: str = "") -> frameworks.Value | None:
    """
    Return what one unit of a measure is worth on the first day, with its source; None without pounds.

    :raises Refused: if the series is priced in another unit than the measure counts
    """
    if frameworks.measure_or_none(of.framework, measure) is None:
        return None
    try:
        return frameworks.value_for(
            release_id=of.framework,
            code=measure,
            pack=of.value_pack,
            on=of.starts,
            place=place or of.place,
            body=of.authority_id,
        )
    except (errors.NoValueForDate, errors.NoValueForPlace):
        return None
    except errors.UnitMismatch as error:
        raise Refused(error.message, code=error.code, field="measure") from error


def decided(release: str, fields: KpiFields) -> dict[str, Any]:
    """
    Return what a version says: the measure's unit and ways of adding up, and what was filled in for the rest.

    :raises Refused: if no measure of the release names the unit, and none was chosen
    """
    said = {name: getattr(fields, name) for name in WORDS}
    said["data"] = dict(fields.data)
    measure = frameworks.measure_or_none(release, fields.measure)
    if measure is None:
        said["unit"] = frameworks.known_unit(fields.unit)
        if not said["unit"]:
            raise Refused(
                "Choose the unit that is counted: a KPI of your own needs one, since no measure names it.",
                code="unit",
                field="unit",
            )
        return said
    theme, outcome = frameworks.headings(measure)
    return said | {
        "measure": measure.code,
        "unit": measure.unit,
        "kind": measure.kind.value,
        "over_time": measure.over_time.value,
        "over_contracts": measure.over_contracts.value,
        "better": measure.better,
        "sensitive": measure.sensitive or fields.sensitive,
        "evidence_rule": fields.evidence_rule or measure.evidence,
        "cohort": fields.cohort or measure.cohort,
        "theme": theme[:200],
        "outcome": outcome[:200],
    }


def _difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    names = [name for name in before if before[name] != after[name]]
    return {n: _logged(before[n]) for n in names}, {n: _logged(after[n]) for n in names}


def _logged(value: Any) -> Any:
    return value if isinstance(value, str | bool | dict) else str(value)


@transaction.atomic
def template_save(*, version: KpiVersion, name: str, category: str, by: Any, now: dt.datetime) -> KpiTemplate:
    """
    Keep what a KPI says, without its numbers, as a template of the body.

    :raises Refused: if the name is taken
    """
    contract = base.locked(version.kpi.contract, Permission.KPI_PROPOSE, by)
    if KpiTemplate.objects.filter(organisation=contract.authority, name=name).exists():
        raise Refused("There is a template of this name already. Choose another.", code="duplicate", field="name")
    words = {one: getattr(version, one) for one in WORDS} | {"data": {}}
    made = KpiTemplate.objects.create(organisation=contract.authority, name=name, category=category, **words)
    base.log(
        contract=contract,
        record=made,
        verb="kpi_template_saved",
        by=by,
        role=base.role_of(by, Permission.KPI_PROPOSE),
        now=now,
        new={"name": name, "measure": made.measure},
    )
    return made


@transaction.atomic
def template_retire(*, template: KpiTemplate, by: Any, now: dt.datetime) -> None:
    """Stop offering a template; KPIs made from it stay as they are."""
    row = KpiTemplate.objects.select_for_update().get(pk=template.pk)
    body: Organisation = row.organisation
    if not organisations.organisations_with(by, Permission.KPI_PROPOSE).filter(pk=body.pk).exists():
        raise NotPermitted("Only the body's own people retire its templates.")
    row.retired_on = base.day_of(now)
    row.save(update_fields=["retired_on"])
    base.audit.record(
        organisation_id=body.pk,
        by=by,
        role=base.role_of(by, Permission.KPI_PROPOSE),
        verb="kpi_template_retired",
        record=row,
        now=now,
        new={"retired_on": row.retired_on},
    )
