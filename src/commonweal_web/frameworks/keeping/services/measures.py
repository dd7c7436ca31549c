"""Measures of a body's own as they are written, and shipped ones that it takes no more."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from commonweal.catalogue import units
from commonweal.catalogue.outside import suggested
from commonweal.catalogue.strict import live
from commonweal_web.core.errors import Refused
from commonweal_web.frameworks import selectors
from commonweal_web.frameworks.keeping.services.common import allow, day_of, log
from commonweal_web.frameworks.models import LocalMeasure, Withdrawal
from commonweal_web.organisations.models import Membership, Organisation, User, in_force
from commonweal_web.organisations.policies import Permission

CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,39}")
WORDS = ("label", "theme", "counts", "does_not_count", "unit_rule", "evidence")


@dataclass(frozen=True, slots=True)
class LocalFields:
    """What is filled in about a measure of a body's own; `goals` are codes of the global goals or their targets."""

    code: str
    label: str
    unit: str
    owner: User
    review_on: dt.date
    kind: str = "quantity"
    over_time: str = "sum"
    over_contracts: str = "sum"
    theme: str = ""
    counts: str = ""
    does_not_count: str = ""
    unit_rule: str = ""
    evidence: str = ""
    goals: Sequence[str] = field(default=())

    def values(self) -> dict[str, Any]:
        """Return the fields by the name of their column."""
        names = LocalFields.__dataclass_fields__
        return {name: getattr(self, name) for name in names} | {"goals": [{"code": code} for code in self.goals]}


@transaction.atomic
def measure_add(*, body: Organisation, fields: LocalFields, by: Any, now: dt.datetime) -> LocalMeasure:
    """
    Write a measure of the body's own; it counts for contracts once a release with it is published.

    :raises Refused: if the code is taken, nobody knows the unit, or owner or dates will not do
    """
    allow(by, Permission.MEASURE_DRAFT, body)
    Organisation.objects.select_for_update().get(pk=body.pk)
    values = _checked(body, fields, day_of(now))
    if LocalMeasure.objects.filter(body=body, code__iexact=fields.code).exists():
        raise Refused(
            f"{body} has a measure with the code {fields.code} already. Choose another.", code="duplicate", field="code"
        )
    made = LocalMeasure.objects.create(body=body, created_by=by, created_at=now, **values)
    _log(made, "measure_added", by, now, new=_logged(made))
    return made


@transaction.atomic
def measure_edit(
    *, measure: LocalMeasure, fields: LocalFields, by: Any, now: dt.datetime, shown: int | None = None
) -> LocalMeasure:
    """
    Change a measure of the body's own. Releases that hold it stay as they are; the next one has the change.

    :raises StaleVersion: if somebody changed it since the page was opened
    :raises Refused: if it is retired or its code would change, or as `measure_add`
    """
    row = _locked(measure, by, shown)
    if row.retires_on is not None:
        raise Refused(f"{row.code} is retired, so it can no longer be changed. Write a new measure.", code="retired")
    if fields.code != row.code:
        raise Refused(f"The code stays {row.code}: contracts may name it.", code="code", field="code")
    values = _checked(row.body, fields, day_of(now), review_was=row.review_on)
    before = _logged(row)
    for name, value in values.items():
        setattr(row, name, value)
    row.touch()
    row.save()
    after = _logged(row)
    changed = [name for name in after if after[name] != before[name]]
    _log(row, "measure_edited", by, now, old={n: before[n] for n in changed}, new={n: after[n] for n in changed})
    return row


@transaction.atomic
def measure_retire(
    *,
    measure: LocalMeasure,
    retires_on: dt.date,
    reason: str,
    by: Any,
    now: dt.datetime,
    replaced_by: str = "",
    shown: int | None = None,
) -> LocalMeasure:
    """
    Retire a measure from a day on: new contracts cannot take it; where it runs it stays.

    :raises StaleVersion: if somebody changed it since the page was opened
    :raises Refused: without a reason, for a day that has passed, or if nobody knows what replaces it
    """
    row = _locked(measure, by, shown)
    if row.retires_on is not None:
        raise Refused(f"{row.code} is retired already.", code="retired")
    if not reason.strip():
        raise Refused("Say why the measure is retired.", code="reason", field="reason")
    if retires_on < day_of(now):
        raise Refused("The day must be today or later.", code="early", field="retires_on")
    row.replaced_by = _successor(row, replaced_by.strip())
    row.retires_on, row.retire_reason = retires_on, reason.strip()[:500]
    row.touch()
    row.save()
    new = {"retires_on": retires_on, "replaced_by": row.replaced_by, "version": row.version}
    _log(row, "measure_retired", by, now, new=new, reason=row.retire_reason)
    return row


@transaction.atomic
def measure_withdraw(
    *, body: Organisation, measure_id: str, starts: dt.date, reason: str, by: Any, now: dt.datetime
) -> Withdrawal:
    """
    Take a measure of any release for no new contract of the body from a day on; where it runs it stays.

    :raises NotPermitted: if `by` may not publish for the body
    :raises Refused: if nobody knows the measure, it is withdrawn already, or there is no reason
    """
    allow(by, Permission.MEASURE_PUBLISH, body)
    Organisation.objects.select_for_update().get(pk=body.pk)
    release, _, code = measure_id.strip().partition("/")
    found = selectors.measure_or_none(release, code) if selectors.may_use(release, body=body.pk) else None
    if found is None:
        raise Refused(
            f"There is no measure {measure_id.strip()!r} that {body} can use. Write release and code, like "
            "national-toms/NT1.",
            code="unknown",
            field="measure",
        )
    if not reason.strip():
        raise Refused("Say why the measure is withdrawn.", code="reason", field="reason")
    if starts < day_of(now):
        raise Refused("The day must be today or later.", code="early", field="starts")
    if Withdrawal.objects.filter(body=body, measure=found.id).exists():
        raise Refused(f"{found.id} is withdrawn already.", code="duplicate", field="measure")
    made = Withdrawal.objects.create(
        body=body, measure=found.id, starts=starts, reason=reason.strip()[:500], by=by, at=now
    )
    new = {"measure": made.measure, "starts": made.starts}
    log(
        body=body, record=made, verb="measure_withdrawn", permission=Permission.MEASURE_PUBLISH, by=by, now=now,
        new=new, reason=made.reason,
    )  # fmt: skip
    return made


def _checked(
    body: Organisation, fields: LocalFields, today: dt.date, review_was: dt.date | None = None
) -> dict[str, Any]:
    if not CODE.fullmatch(fields.code):
        raise Refused(
            "The code must be letters, digits, dots and hyphens, like NMC-12, 40 characters at most.",
            code="code",
            field="code",
        )
    for name in WORDS:
        if live(getattr(fields, name)):
            raise Refused(
                "Begin this text with a letter or a digit: a spreadsheet would run it as a formula.",
                code="live",
                field=name,
            )
    unit = selectors.known_unit(fields.unit)
    if not unit:
        raise Refused(
            f"The unit {fields.unit!r} is not known. {suggested(fields.unit, units())}", code="unit", field="unit"
        )
    if fields.review_on <= today and fields.review_on != review_was:
        raise Refused("The review must be after today.", code="early", field="review_on")
    _owner(body, fields.owner, today)
    _goals(fields.goals)
    return {**fields.values(), "unit": unit}


def people_of(body: Organisation, day: dt.date) -> Any:
    """Return the people with a role at the body, who can own a measure."""
    held = Membership.objects.filter(in_force(day), organisation=body)
    return User.objects.filter(pk__in=held.values("user"), is_active=True).order_by("name")


def _owner(body: Organisation, owner: User, today: dt.date) -> None:
    if not people_of(body, today).filter(pk=owner.pk).exists():
        raise Refused(f"{owner} has no role at {body} now. Choose somebody else.", code="owner", field="owner")


def _goals(codes: Sequence[str]) -> None:
    catalogue = selectors.catalogue()
    known = {goal.code for goal in catalogue.goals} | {t.code for goal in catalogue.goals for t in goal.targets}
    for code in codes:
        if code not in known:
            raise Refused(
                f"There is no goal or target {code}. Write a goal like 8 or a target like 8.5.",
                code="goal",
                field="goals",
            )


def _successor(row: LocalMeasure, code: str) -> str:
    if not code:
        return ""
    release, _, rest = code.partition("/")
    known = (
        selectors.measure_or_none(release, rest) is not None
        if rest
        else code != row.code and LocalMeasure.objects.filter(body=row.body, code=code, retires_on=None).exists()
    )
    if not known:
        raise Refused(
            f"There is no measure {code} in use. Write a code of your own measures, or release and code.",
            code="unknown",
            field="replaced_by",
        )
    return code


def _locked(measure: LocalMeasure, by: Any, shown: int | None) -> LocalMeasure:
    row = LocalMeasure.objects.select_for_update(of=("self",)).select_related("body", "owner").get(pk=measure.pk)
    allow(by, Permission.MEASURE_DRAFT, row.body)
    row.expect(shown)
    return row


def _logged(row: LocalMeasure) -> dict[str, Any]:
    names = ("code", "unit", "kind", "over_time", "over_contracts", *WORDS)
    said = {name: str(getattr(row, name)) for name in names}
    goals = [one["code"] for one in row.goals]
    return {**said, "goals": goals, "owner": row.owner_id, "review_on": row.review_on, "version": row.version}


def _log(row: LocalMeasure, verb: str, by: Any, now: dt.datetime, **more: Any) -> None:
    log(body=row.body, record=row, verb=verb, permission=Permission.MEASURE_DRAFT, by=by, now=now, **more)
