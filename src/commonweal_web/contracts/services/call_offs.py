"""Naming the framework agreement that a contract was called off under."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction

from commonweal_web.contracts import stale
from commonweal_web.contracts.models import Contract
from commonweal_web.contracts.selectors.call_offs import open_to
from commonweal_web.contracts.services import base
from commonweal_web.core.errors import Refused
from commonweal_web.organisations.policies import Permission


@transaction.atomic
def call_off_set(
    *,
    contract: Contract,
    agreement: Contract | None,
    additional: bool,
    by: Any,
    now: dt.datetime,
    shown: int | None = None,
) -> Contract:
    """
    Say that a contract was called off under an agreement, or under none.

    What it promises then counts within what the agreement promises, unless it is `additional`.

    :raises StaleVersion: if somebody changed the contract since the page was opened
    :raises Refused: for a call-off of a call-off, or an agreement that is not open to this contract
    """
    row = base.locked(contract, Permission.CONTRACT_EDIT, by)
    stale.expect(row, shown)
    if agreement is not None:
        refuse_second_level(row, under=agreement)
        if not open_to(row, base.day_of(now)).filter(pk=agreement.pk).exists():
            raise Refused(
                "No supplier of this contract holds an open framework agreement like that. Ask the agreement's owner "
                "to mark it as one, or correct the suppliers first.",
                code="no_agreement",
                field="agreement",
            )
    names = {"call_off_of": agreement, "additional": additional and agreement is not None}
    old, new = base.changed(row, names)
    for name, value in names.items():
        setattr(row, name, value)
    row.touch()
    row.save(update_fields=[*names, "version"])
    base.log(
        contract=row,
        record=row,
        verb="contract_call_off_set",
        by=by,
        role=base.role_of(by, Permission.CONTRACT_EDIT),
        now=now,
        old=old,
        new={**new, "version": row.version},
    )
    return row


def refuse_second_level(row: Contract, *, under: Contract | None = None, agreement: bool = True) -> None:
    """
    Refuse a call-off of a call-off, from whichever side it would come about: its quantities would count at no level.

    `under` is the agreement that `row` would be called off under; without it `row` is to become, or to stop being
    (`agreement`), an agreement itself.

    :raises Refused: saying which contract is in the way
    """
    call_offs = row.call_offs.count()
    if under is not None and under.call_off_of_id is not None:
        said = f"{under.reference} is a call-off itself. Name the framework agreement that it was called off under."
        raise Refused(said, code="second_level", field="agreement")
    if under is not None and (call_offs or row.framework_agreement):
        said = (
            f"{row.reference} is a framework agreement, and a call-off of a call-off is counted at neither level. "
            "If nothing is called off under it, take that mark off its facts first."
        )
        raise Refused(said, code="second_level", field="agreement")
    if under is None and agreement and row.call_off_of_id is not None:
        said = (
            f"{row.reference} was called off under an agreement, so nothing can be called off under it: a call-off of "
            "a call-off is counted at neither level."
        )
        raise Refused(said, code="second_level", field="framework_agreement")
    if under is None and not agreement and call_offs:
        said = f"{call_offs} contract{'s were' if call_offs > 1 else ' was'} called off under {row.reference} already."
        raise Refused(said, code="call_offs", field="framework_agreement")
