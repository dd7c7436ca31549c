"""Making, filling, keeping and forgetting sheets. Who has the link of one that nobody kept may fill it."""

from __future__ import annotations

import calendar
import datetime as dt
import secrets
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction

from commonweal.crosswalk.sheet import Filled, asked, kpis
from commonweal.crosswalk.summary import Summary
from commonweal.quantities import plain
from commonweal_web.audit import services as audit
from commonweal_web.audit.models import PLATFORM
from commonweal_web.core.errors import NotPermitted, Refused
from commonweal_web.mapping.models import Entry, Frozen, Sheet
from commonweal_web.mapping.sheets import selectors
from commonweal_web.organisations import selectors as organisations
from commonweal_web.organisations.models import Organisation
from commonweal_web.organisations.services.common import day_of

MONTHS_KEPT = 13
"""A sheet that nobody keeps goes so many months after its last change."""

Amounts = Mapping[str, Mapping[str, Filled]]
Data = Mapping[str, Mapping[str, Decimal]]


@transaction.atomic
def sheet_make(*, frozen: Frozen, by: Any, now: dt.datetime) -> tuple[Sheet, str]:
    """
    Make an empty sheet of a summary, and return it with the secret part of its link, which is kept nowhere.

    :raises Refused: if nothing of the summary is counted
    """
    summary = selectors.frozen.read(frozen)
    if not kpis(summary):
        raise Refused(
            "Nothing in this summary is counted, so there are no targets to fill in. "
            "Choose a framework with measures, or see the same criteria in one.",
            code="nothing_counted",
        )
    token = new_token()
    sheet = Sheet.objects.create(
        token_hash=selectors.token_hash(token),
        frozen=frozen,
        made_at=now,
        changed_at=now,
        expires_on=expiry(now),
    )
    _log(sheet, "sheet.made", by, now, {"summary": frozen.digest})
    return sheet, token


def new_token() -> str:
    """Return 256 random bits; the leading digit lets the log know it for a secret wherever it stands in an address."""
    return f"1{secrets.token_urlsafe(32)}"


def expiry(now: dt.datetime) -> dt.date:
    """Return the day after which a sheet that nobody keeps is removed."""
    day = day_of(now)
    year, month = divmod(day.year * 12 + day.month - 1 + MONTHS_KEPT, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(day.day, last))


@transaction.atomic
def kpi_fill(
    *,
    sheet: Sheet,
    row: str,
    amounts: Mapping[str, Filled],
    data: Mapping[str, Decimal],
    shares: Mapping[str, Decimal],
    by: Any,
    now: dt.datetime,
    shown: int | None,
) -> Sheet:
    """
    Put what one KPI says into a sheet, in place of what it said; what is blank has no entry.

    :raises StaleVersion: if the sheet was changed since the page was opened
    :raises NotPermitted: if it is kept by somebody else
    :raises Refused: for a KPI, region or datum that it does not have, or shares that do not make 100 per cent
    """
    locked = _locked(sheet, by, shown)
    summary = selectors.summary_of(locked)
    _check(summary, {row: amounts}, {row: data})
    check_shares(summary, row, shares)
    _write(locked, {row: amounts})
    locked.data = _without_blanks({**locked.data, row: {name: plain(value) for name, value in data.items()}})
    locked.choices = _without_blanks({**locked.choices, row: {to: plain(share) for to, share in shares.items()}})
    _save(locked, now)
    _log(locked, "sheet.filled", by, now, {"row": row, "version": locked.version})
    return locked


@transaction.atomic
def sheet_fill(
    *,
    sheet: Sheet,
    amounts: Amounts,
    data: Data,
    shares: Data,
    sha256: str,
    by: Any,
    now: dt.datetime,
    shown: int | None,
) -> Sheet:
    """
    Put a workbook into a sheet: each row that it has in place of what was said there, with its shares.

    Raises as `kpi_fill`.
    """
    locked = _locked(sheet, by, shown)
    summary = selectors.summary_of(locked)
    _check(summary, amounts, data)
    for row, chosen in shares.items():
        check_shares(summary, row, chosen)
    _write(locked, amounts)
    locked.data = _without_blanks({**locked.data, **_in_words(data)})
    locked.choices = _without_blanks({**locked.choices, **_in_words(shares)})
    _save(locked, now)
    _log(locked, "sheet.filled", by, now, {"sha256": sha256, "version": locked.version})
    return locked


@transaction.atomic
def sheet_keep(*, sheet: Sheet, title: str, organisation: Organisation | None, by: Any, now: dt.datetime) -> Sheet:
    """
    Give a sheet to the person who keeps it; from then on only they change it, and it no longer expires.

    Kept twice by the same person it stays as it is.

    :raises Refused: if somebody else keeps it, or `organisation` is none of theirs
    """
    locked = Sheet.objects.select_for_update().get(pk=sheet.pk)
    if locked.owner_id == by.pk:
        return locked
    if locked.owner_id is not None:
        raise Refused("Somebody else has kept this sheet. Make your own from the same summary.", code="kept")
    _check_organisation(organisation, by)
    locked.owner, locked.organisation, locked.title = by, organisation, title.strip()
    locked.kept_at, locked.expires_on = now, None
    locked.touch()
    locked.save(update_fields=["owner", "organisation", "title", "kept_at", "expires_on", "version"])
    _log(locked, "sheet.kept", by, now, {"title": locked.title, "organisation": getattr(organisation, "pk", None)})
    return locked


def _check_organisation(organisation: Organisation | None, by: Any) -> None:
    if organisation and not organisations.memberships(by).filter(organisation=organisation).exists():
        raise Refused("Choose an organisation that you work for.", code="organisation", field="organisation")


@transaction.atomic
def sheets_expire(*, now: dt.datetime) -> int:
    """Remove the sheets that nobody kept and nobody changed for thirteen months, and say in the log how many."""
    gone = Sheet.objects.select_for_update().filter(owner__isnull=True, expires_on__lt=day_of(now))
    pks = list(gone.values_list("pk", flat=True))
    if not pks:
        return 0
    Sheet.objects.filter(pk__in=pks).delete()
    audit.record(
        organisation_id=PLATFORM,
        by=None,
        role="system",
        verb="sheets.expired",
        record=("mapping.sheet", 0, f"{len(pks)} sheets"),
        now=now,
        new={"sheets": pks},
    )
    return len(pks)


def may_change(sheet: Sheet, user: Any) -> bool:
    """Whether a person may change a sheet that they can open."""
    return sheet.owner_id is None or sheet.owner_id == getattr(user, "pk", None)


def check_shares(summary: Summary, row: str, shares: Mapping[str, Decimal]) -> None:
    """
    Refuse shares that do not make 100 per cent in each framework, where any is given.

    :raises Refused: with the sum
    """
    line = summary.line(row)
    known = {way.target.id: way.to for way in (line.ways if line else ()) if line and line.must_choose(way.to)}
    strange = [target for target in shares if target not in known]
    if strange:
        raise Refused(f"{row} cannot be shared with {', '.join(strange)}.", code="share")
    for release in dict.fromkeys(known.values()):
        given = [share for target, share in shares.items() if known[target] == release]
        if given and sum(given, Decimal(0)) != 100:
            raise Refused(
                f"The shares in {summary.target(release).short_name} make {plain(sum(given, Decimal(0)))} per cent. "
                "Let them make 100.",
                code="shares",
            )


def _locked(sheet: Sheet, by: Any, shown: int | None) -> Sheet:
    locked = Sheet.objects.select_for_update(of=("self",)).select_related("frozen").get(pk=sheet.pk)
    if not may_change(locked, by):
        raise NotPermitted("This sheet is kept by somebody else. Only they change it; you can read it.")
    locked.expect(shown)
    return locked


def _check(summary: Summary, amounts: Amounts, data: Data) -> None:
    rows = {thing.id for thing in kpis(summary)}
    places = {"", *(code for code, _ in selectors.regions())}
    for row in {*amounts, *data}:
        if row not in rows:
            raise Refused(f"This sheet has no KPI {row}.", code="row")
        strange = set(amounts.get(row, {})) - places
        if strange:
            raise Refused(f"There is no region {', '.join(sorted(strange))}.", code="region")
        unasked = set(data.get(row, {})) - {datum.name for datum in asked(summary, row)}
        if unasked:
            raise Refused(f"{row} needs no {', '.join(sorted(unasked))}.", code="datum")


def _write(sheet: Sheet, amounts: Amounts) -> None:
    """Replace the entries of the rows that `amounts` names."""
    sheet.entries.filter(row__in=list(amounts)).delete()
    Entry.objects.bulk_create(
        Entry(
            sheet=sheet,
            row=row,
            region=region,
            target=one.target,
            delivered=one.delivered,
            target_of=one.target_of,
            delivered_of=one.delivered_of,
        )
        for row, places in amounts.items()
        for region, one in places.items()
        if not one.empty
    )


def _in_words(rows: Data) -> dict[str, dict[str, str]]:
    return {row: {name: plain(value) for name, value in known.items()} for row, known in rows.items()}


def _without_blanks(rows: Mapping[str, Mapping[str, str]]) -> dict[str, Mapping[str, str]]:
    return {row: known for row, known in rows.items() if known}


def _save(sheet: Sheet, now: dt.datetime) -> None:
    sheet.touch()
    sheet.changed_at = now
    sheet.expires_on = None if sheet.owner_id else expiry(now)
    sheet.save(update_fields=["version", "changed_at", "expires_on", "data", "choices"])


def _log(sheet: Sheet, verb: str, by: Any, now: dt.datetime, new: Mapping[str, Any]) -> None:
    person = by if getattr(by, "pk", None) else None
    role = next(iter(sorted(organisations.roles_held(person))), "account") if person else "visitor"
    audit.record(
        organisation_id=sheet.organisation_id or PLATFORM,
        by=person,
        role=str(role),
        verb=verb,
        record=sheet,
        now=now,
        new=new,
    )
