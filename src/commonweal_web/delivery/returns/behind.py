"""
What stands behind a claim: people by their tokens and lines of spend by their marks. Identifiers are dropped here.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.conf import settings

from commonweal_web.core.errors import Invalid
from commonweal_web.delivery.models import Claim, ClaimPerson, SpendLine
from commonweal_web.delivery.returns import builders
from commonweal_web.delivery.returns.builders import Builder, Person
from commonweal_web.delivery.returns.dates import period_of
from commonweal_web.evidence import tokens

if TYPE_CHECKING:
    from commonweal_web.delivery.returns.drafting import Answer


@dataclass(frozen=True, slots=True)
class Prepared:
    """The working that a claim keeps, and the rows that go beside it; None where they stay as they are."""

    working: dict[str, Any]
    people: list[ClaimPerson] | None
    spend: list[SpendLine] | None


def prepare(claim: Claim, answer: Answer) -> Prepared:
    """
    Turn identifiers into tokens and invoice numbers into marks.

    :raises Invalid: with every identifier that is not of its kind, by the row in which it was typed
    """
    working = dict(answer.working)
    people = spend = None
    if answer.people is not None:
        known, matching = _with_tokens(claim, answer)
        working["people"] = builders.people_as_rows(known)
        people = _person_rows(claim, known, matching)
    if answer.spend is not None:
        working["spend"] = [
            {"supplier": line.supplier, "outcode": line.outcode, "pence": line.pence, "mark": _mark(line.invoice)[:12]}
            for line in answer.spend
        ]
        spend = [
            SpendLine(
                contract_id=claim.ret.contract_id,
                claim=claim,
                supplier_name=line.supplier,
                outcode=line.outcode,
                invoice_mark=_mark(f"{line.supplier.casefold()}|{line.invoice}") if line.invoice else "",
                pounds_pence=line.pence,
            )
            for line in answer.spend
        ]
    return Prepared(working, people, spend)


def replace_rows(claim: Claim, prepared: Prepared) -> None:
    """Put the prepared rows in the place of those of the draft."""
    if prepared.people is not None:
        ClaimPerson.objects.filter(claim=claim).delete()
        ClaimPerson.objects.bulk_create(prepared.people)
    if prepared.spend is not None:
        SpendLine.objects.filter(claim=claim, approved=False).delete()
        SpendLine.objects.bulk_create(prepared.spend)


def copy_rows(old: Claim, new: Claim, now: dt.datetime) -> None:
    """Give a new revision the people, spend and evidence of the old one, whose people no longer count."""
    for person in ClaimPerson.objects.filter(claim=old, live=True):
        ClaimPerson.objects.filter(pk=person.pk).update(live=False)
        person.pk, person.claim = None, new
        person.save(force_insert=True)
    for line in SpendLine.objects.filter(claim=old):
        line.pk, line.claim, line.approved = None, new, False
        line.save(force_insert=True)
    for link in old.evidence_links.all():
        link.pk, link.claim, link.linked_at = None, new, now
        link.save(force_insert=True)


def _with_tokens(claim: Claim, answer: Answer) -> tuple[list[Person], dict[str, str]]:
    """Return people with their tokens, and the matching token of each; a token not known here is dropped."""
    body = claim.ret.contract.authority
    known = dict(
        ClaimPerson.objects.filter(claim__ret__contract_id=claim.ret.contract_id).values_list("token", "shared_token")
    )
    problems: dict[str, list[str]] = {}
    found: list[Person] = []
    for number, person in enumerate(answer.people or ()):
        if person.identifier:
            try:
                made = tokens.token_for(
                    kind=tokens.Identifier(answer.identifier_kind),
                    value=person.identifier,
                    master=settings.TOKEN_KEY,
                    body=str(body.pk),
                )
            except tokens.BadIdentifier as bad:
                problems[f"rows-{number}-identifier"] = [f"Person {number + 1}: {bad.message}"]
                continue
            known[made.shown] = made.matching if body.token_sharing else ""
            person = replace(person, token=made.shown, identifier="")
        elif person.token not in known:
            person = replace(person, token="")
        found.append(person)
    twice = {p.token for p in found if p.token and [q.token for q in found].count(p.token) > 1}
    if twice:
        problems[""] = [f"One person stands twice in the list ({', '.join(tokens.short(t) for t in sorted(twice))})."]
    if problems:
        raise Invalid(problems)
    return found, known


def _person_rows(claim: Claim, people: list[Person], matching: Mapping[str, str]) -> list[ClaimPerson]:
    version = claim.kpi.current
    builder = builders.builder_for(kind=version.kind, unit=version.unit) if version else Builder.PEOPLE
    months = first_months(version.data) if version else None
    return [
        ClaimPerson(
            claim=claim,
            measure=version.measure if version else "",
            period_starts=claim.ret.starts,
            token=person.token,
            shared_token=matching.get(person.token, ""),
            amount=builders.part_of(builder, person, period_of(claim.ret), months),
            outcode=person.outcode,
            initials=person.initials,
            started=person.started,
        )
        for person in people
        if person.token
    ]


def first_months(data: Mapping[str, Any]) -> int | None:
    """Return how many months from their start a person may count for, where the KPI says so."""
    text = str(data.get("first_months", ""))
    return int(text) if re.fullmatch(r"[0-9]{1,3}", text) else None


def _mark(invoice: str) -> str:
    """Return the keyed hash of an invoice number, spelling apart."""
    if not invoice:
        return ""
    plain = re.sub(r"[^0-9a-z|]", "", invoice.casefold())
    key = tokens.derived_key(settings.TOKEN_KEY, "invoice")
    return hmac.new(key, plain.encode(), hashlib.sha256).hexdigest()
