"""
Who may check a claim. The permission says which roles; these rules say which person: not one who had a hand in it.

Each rule is a plain function of a person and a claim that returns why not, or an empty text.
"""

from __future__ import annotations

from typing import Any

from commonweal_web.contracts.doors import allow
from commonweal_web.contracts.models import Conflict, NoConflict
from commonweal_web.core import clock
from commonweal_web.core.errors import NotPermitted, Refused
from commonweal_web.delivery.models import Claim, Receipt, Typist
from commonweal_web.organisations import selectors
from commonweal_web.organisations.models import in_force
from commonweal_web.organisations.policies import Permission


def submitted_it(user: Any, claim: Claim) -> str:
    sent = claim.ret.submitted_by_id == user.pk or Receipt.objects.filter(ret=claim.ret_id, by=user).exists()
    return "You sent this return, so somebody else has to check it." if sent else ""


def typed_it(user: Any, claim: Claim) -> str:
    typed = claim.updated_by_id == user.pk or Typist.objects.filter(ret=claim.ret_id, user=user).exists()
    return "You typed into this return for the supplier, so somebody else has to check it." if typed else ""


def uploaded_evidence(user: Any, claim: Claim) -> str:
    links = claim.evidence_links.select_related("item", "item__redacted_from")
    for link in links:
        origin = link.item.redacted_from
        if user.pk in (link.linked_by_id, link.item.uploaded_by_id, origin.uploaded_by_id if origin else None):
            return "You gave evidence for this claim, so somebody else has to check it."
    return ""


def has_a_tie(user: Any, claim: Claim) -> str:
    suppliers = claim.ret.contract.contract_suppliers.values("supplier")
    day = clock.today()
    if selectors.memberships(user).filter(organisation__in=suppliers).exists():
        return "You belong to the supplier of this contract, so somebody else has to check it."
    tie = Conflict.objects.filter(in_force(day), user=user, organisation__in=suppliers).select_related("organisation")
    first = tie.first()
    return f"You declared a tie with {first.organisation.name}, so somebody else has to check it." if first else ""


RULES = (submitted_it, typed_it, uploaded_evidence, has_a_tie)
"""Not your own work: the rules that stand on top of the permission, in the order in which they are said."""


def declared(user: Any, claim: Claim) -> bool:
    """Return whether a person said that they have no tie with the suppliers of the claim's contract."""
    return NoConflict.objects.filter(user=user, contract=claim.ret.contract_id).exists()


def why_not(user: Any, claim: Claim) -> str:
    """Return why this person may not check this claim, apart from their role; empty if nothing stands against it."""
    return next((said for rule in RULES if (said := rule(user, claim))), "")


def require(user: Any, claim: Claim) -> None:
    """
    Refuse anybody who may not decide about a claim.

    :raises NotPermitted: with the reason
    :raises Refused: if they have not yet said that they have no tie with the supplier
    """
    allow(user, Permission.CLAIM_VERIFY, claim.ret.contract)
    if said := why_not(user, claim):
        raise NotPermitted(said, code="own_work")
    if not declared(user, claim):
        raise Refused(
            "Before you check the first claim of this contract, say whether you have a tie with its supplier.",
            code="declare_first",
        )
