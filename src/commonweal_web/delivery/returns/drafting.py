"""Typing a return: the claim of a KPI, its account, its evidence, and the two declarations. Drafts only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import transaction

from commonweal_web.audit.services import record
from commonweal_web.contracts.models import Kpi
from commonweal_web.core.errors import Refused, StaleVersion
from commonweal_web.delivery.models import Claim, ClaimState, Return
from commonweal_web.delivery.returns import behind
from commonweal_web.delivery.returns.acting import (
    current_claim,
    locked_return,
    next_revision,
    note_typist,
    require_open,
    role_for,
)
from commonweal_web.delivery.returns.builders import Person, Spend
from commonweal_web.delivery.transitions import ClaimAct, ReturnAct, perform
from commonweal_web.organisations.policies import Permission


@dataclass(frozen=True, slots=True)
class Answer:
    """What was typed for one KPI. `people` and `spend` replace what the claim rested on; None leaves it."""

    amount: Decimal | None = None
    denominator: Decimal | None = None
    nil: bool = False
    nil_reason: str = ""
    valid_until: dt.date | None = None
    working: Mapping[str, Any] = field(default_factory=dict)
    people: tuple[Person, ...] | None = None
    identifier_kind: str = "ni"
    spend: tuple[Spend, ...] | None = None


@dataclass(frozen=True, slots=True)
class Words:
    """The rest of a claim: where, for whom, the short account, and the reasons given for warnings by their code."""

    account: str = ""
    place: str = ""
    cohort: str = ""
    reasons: Mapping[str, str] = field(default_factory=dict)


@transaction.atomic
def claim_save(*, ret: Return, kpi: Kpi, shown: int | None, answer: Answer, by: Any, now: dt.datetime) -> Claim:
    """
    Keep what was typed for a KPI as a draft. `shown` is the version of the claim that the page showed, 0 for none.

    A save that changes nothing leaves no trace.

    :raises Refused: if the return is sent, closed or not begun
    :raises StaleVersion: if somebody else saved this claim meanwhile
    """
    ret, claim = draft_of(ret, kpi, shown, by, now)
    old = _facts(claim)
    claim.amount = Decimal(0) if answer.nil else answer.amount
    claim.denominator = None if answer.nil else answer.denominator
    claim.nil, claim.nil_reason = answer.nil, answer.nil_reason if answer.nil else ""
    claim.valid_until = answer.valid_until
    return _saved(ret, claim, old, answer, by, now)


@transaction.atomic
def words_save(*, ret: Return, kpi: Kpi, shown: int | None, words: Words, by: Any, now: dt.datetime) -> Claim:
    """Keep the account, place, cohort and reasons of a claim; raises as `claim_save`."""
    ret, claim = draft_of(ret, kpi, shown, by, now)
    old = _facts(claim)
    claim.account, claim.place, claim.cohort = words.account, words.place, words.cohort
    claim.warnings_answered = {code: reason for code, reason in words.reasons.items() if reason}
    return _saved(ret, claim, old, None, by, now)


@transaction.atomic
def declarations_save(
    *,
    ret: Return,
    version: int | None,
    only_this_contract: bool,
    only_contracted: bool,
    account: str,
    by: Any,
    now: dt.datetime,
) -> Return:
    """Keep the two declarations and the supplier's account of the period; raises as `claim_save`."""
    ret = locked_return(ret=ret, by=by, permission=Permission.RETURN_SUBMIT, version=version)
    require_open(ret, now)
    old = {"only_this_contract": ret.only_this_contract, "only_contracted": ret.only_contracted}
    same = (ret.only_this_contract, ret.only_contracted, ret.account) == (only_this_contract, only_contracted, account)
    if same:
        return ret
    ret.only_this_contract, ret.only_contracted, ret.account = only_this_contract, only_contracted, account
    perform(ret, ReturnAct.SAVE, also=["only_this_contract", "only_contracted", "account"])
    note_typist(ret, by, now)
    log_draft(ret, ret, "return.declared", by, now, old, {key: getattr(ret, key) for key in old})
    return ret


def draft_of(ret: Return, kpi: Kpi, shown: int | None, by: Any, now: dt.datetime) -> tuple[Return, Claim]:
    """Return both rows under their locks; the claim is a new one, not saved yet, where there was none."""
    ret = locked_return(ret=ret, by=by, permission=Permission.RETURN_SUBMIT)
    require_open(ret, now)
    if kpi.contract_id != ret.contract_id or kpi.current_id is None:
        raise Refused("This KPI does not belong to the contract of this return.", code="other_contract")
    found = current_claim(ret, kpi)
    claim = Claim.objects.select_for_update().get(pk=found.pk) if found else Claim(ret=ret, kpi=kpi, version=0)
    if not found:
        claim.revision = next_revision(ret, kpi)
    if shown is not None and shown != claim.version:
        raise StaleVersion(
            "Somebody else saved this answer while you had it open. Nothing of yours is lost: it stands on this page.",
            changes={},
        )
    return ret, claim


def _saved(ret: Return, claim: Claim, old: dict[str, Any], answer: Answer | None, by: Any, now: dt.datetime) -> Claim:
    prepared = behind.prepare(claim, answer) if answer is not None else None
    if prepared is not None:
        claim.working = prepared.working
    new = _facts(claim)
    if new == old and claim.pk:
        return claim
    keep(ret, claim, by, now)
    if prepared is not None:
        behind.replace_rows(claim, prepared)
    shown = ("amount", "denominator", "nil", "nil_reason", "place")
    log_draft(ret, claim, "claim.typed", by, now, {k: old[k] for k in shown}, {k: new[k] for k in shown})
    return claim


def keep(ret: Return, claim: Claim, by: Any, now: dt.datetime) -> None:
    """Save a draft claim that `draft_of` gave, and note who typed."""
    claim.updated_at, claim.updated_by = now, by
    if claim.pk:
        perform(claim, ClaimAct.SAVE, also=_FIELDS)
    else:
        claim.version, claim.state = 1, ClaimState.DRAFT
        claim.save()
    perform(ret, ReturnAct.SAVE)
    note_typist(ret, by, now)


_FIELDS = [
    "amount",
    "denominator",
    "nil",
    "nil_reason",
    "valid_until",
    "account",
    "place",
    "cohort",
    "working",
    "warnings_answered",
    "updated_at",
    "updated_by",
]


def _facts(claim: Claim) -> dict[str, Any]:
    return {name: getattr(claim, name) for name in _FIELDS if not name.startswith("updated")}


def log_draft(ret: Return, about: Any, verb: str, by: Any, now: dt.datetime, old: Any, new: Any) -> None:
    record(
        organisation_id=ret.contract.authority_id,
        by=by,
        role=role_for(by, Permission.RETURN_SUBMIT),
        verb=verb,
        record=_named(ret, about),
        contract_id=ret.contract_id,
        old=old,
        new=new,
        now=now,
    )


def _named(ret: Return, about: Return | Claim) -> tuple[str, int, str]:
    """Return how the log names a return, or a claim of it."""
    label = str(ret.contract) if isinstance(about, Return) else f"{ret.contract.reference} {about.kpi.ref}"
    return about._meta.label_lower, about.pk, label
