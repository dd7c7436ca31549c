"""The table in code against the security model's, which is written here once more, by hand, cell by cell."""

from __future__ import annotations

import pytest

from commonweal_web.organisations import permission_table
from commonweal_web.organisations.policies import (
    TABLE,
    Permission,
    Reach,
    holders_in_words,
    opened_in_an_emergency,
    reach,
    roles_with,
)
from commonweal_web.organisations.roles import STRONG_SIGN_IN_ROLES, Role

ROLES = [
    "PA",
    "BA",
    "SVL",
    "COM",
    "PRO",
    "EVA",
    "MOD",
    "APP",
    "CAT",
    "CM",
    "SCR",
    "SA",
    "SBW",
    "SDL",
    "VCS",
    "AUD",
    "PUB",
]
MODEL = {
    # row: the marks of the seventeen roles, in the order above; "p" (published) is not yet for anybody signed in
    "organisation.create": "2 . . . . . . . . . . . . . . . .",
    "people.manage": ". o . . . . . . . . . o . . . . .",
    "mfa.reset": "2 o2 . . . . . . . . . o2 . . . . .",
    "business_data.read": "! . . . . . . . . . . . . . . . .",
    "measure.draft": "o . o . . . . . . . . . . . . . .",
    "measure.publish": "2 . o2 . . . . o2 . . . . . . . . .",
    "measures.read": "o o o o o o o o o o o o o o o o p",
    "plan.draft": ". . o a a . . . . . . . . . . . .",
    "weight.set": ". . a a a . . . . . . . . . . . .",
    "weight.below_floor": ". . . . . . . a2 a2 . . . . . . . .",
    "gateway.vote": ". . . . . . . . a . . . . . . . .",
    "conflict.declare": ". . a . a a a a a a . . . . . . .",
    "contract.assign": ". o o . . . . . . . . . . . . . .",
    "kpi.propose": ". . a a . . . . . a . . . . . . .",
    "kpi.approve": ". . . . . . . a2 . . . . . . . . .",
    "variation.acknowledge": ". . . . . . . . . . . o . . . . .",
    "kpi.read": ". . o a a . . a a a o o . o . o p",
    "return.submit": ". . . . . . . . . . . o . o . . .",
    "return.correct": ". . . . . . . . . . . o . o . . .",
    "evidence.upload": ". . . . . . . . . . . o . o a . .",
    "evidence.read": "! . a . . . . . . a . o . o a a .",
    "person.read": "! . m . . . . . . m . o . o . a .",
    "claim.verify": ". . . . . . . . . a . . . . . . .",
    "sample.check": ". . a2 . . . . . . . . . . . . a .",
    "receipt.confirm": ". . . . . . . . . . . . . . a . .",
    "double_claim.decide": ". . o2 . . . . . . . . . . . . . .",
    "dashboard.read": ". o o a a . . o o a o o . o . o .",
    "export": ". o o a a . . . . a o o . o . o p",
    "audit.read": ". . . . . . . . . . . . . . . o .",
    "sign_ins.read": ". o . . . . . . . . . o . . . o .",
    "chain.verify": "o o . . . . . . . . . o . . . o p",
}
OURS = {
    # actions that the model's table folds into others, or that everybody has
    "emergency.open": "o . . . . . . . . . . . . . . . .",
    "emergency.watch": ". o . . . . . . . . . . . . . o .",
    "policy.draft": ". . o . . . . . . . . . . . . . .",
    "policy.adopt": ". . o2 . . . . o2 . . . . . . . . .",
    "plan.read": ". . o a a . . a a . . . . . . o .",
    "must_have.waive": ". . . . a2 . . . . . . . . . . . .",
    "panel.arrange": ". . o . o . . . . . . . . . . . .",
    "plan.approve": ". . . . . . . a2 . . . . . . . . .",
    "contract.create": ". . o . o . . . . . . . . . . . .",
    "contract.edit": ". . o . a . . . . . . . . . . . .",
    "modification.check": ". . . . a . . . . . . . . . . . .",
    "reopening.ask": ". . . . . . . . . a . . . . . . .",
    "reopening.grant": ". . o2 . . . . . . . . . . . . . .",
    "review.record": ". . . . . . . . . a . . . . . . .",
    "delegation.give": ". . . . . . . o . . . . . . . . .",
    "permissions.read": "o o o o o o o o o o o o o o o o .",
    "account.own": "o o o o o o o o o o o o o o o o .",
}
MARKS = {Reach.OWN: "o", Reach.ASSIGNED: "a", Reach.MASKED: "m", Reach.BREAK_GLASS: "!"}
SECOND_IS_ANYBODY = {"claim.verify"}
"""The table marks that the input is not one's own, which the model says in the action's words."""


def mark(permission: Permission, role: str) -> str:
    found = reach(permission, role)
    if found is None:
        return "."
    two = Role(role) in TABLE[permission].two_people and permission.value not in SECOND_IS_ANYBODY
    own_platform = role == "PA" and found is Reach.OWN and two
    return "2" if own_platform else MARKS[found] + ("2" if two else "")


@pytest.mark.parametrize("name", sorted(MODEL | OURS))
def test_each_cell_is_that_of_the_model(name: str) -> None:
    permission = Permission(name)
    for role, wanted in zip(ROLES, (MODEL | OURS)[name].split(), strict=True):
        expected = "." if wanted == "p" else wanted
        assert mark(permission, role) == expected, f"{name} for {role}"


def test_no_action_is_missing_here() -> None:
    assert {permission.value for permission in Permission} == set(MODEL | OURS)
    assert set(TABLE) == set(Permission)


def test_what_the_model_gives_to_nobody_has_no_permission() -> None:
    words = " ".join(rule.action for rule in TABLE.values())
    for forbidden in ("to oneself", "sign in as another", "delete", "edit another's score"):
        assert forbidden not in words


def test_who_approves_verifies_or_administers_needs_a_second_factor() -> None:
    deciding = {
        Permission.KPI_APPROVE,
        Permission.CLAIM_VERIFY,
        Permission.PEOPLE_MANAGE,
        Permission.ORGANISATION_CREATE,
        Permission.MFA_RESET,
        Permission.REOPENING_GRANT,
        Permission.DOUBLE_CLAIM_DECIDE,
        Permission.AUDIT_READ,
    }
    for permission in deciding:
        assert roles_with(permission) <= STRONG_SIGN_IN_ROLES, permission


def test_the_page_says_each_cell_in_words() -> None:
    lines = {line.permission: line for line in permission_table.lines()}
    assert dict(lines[Permission.KPI_APPROVE].held) == {"strategic director": "assigned, second person"}
    assert dict(lines[Permission.PERSON_READ].held)["contract manager"] == "masked"
    assert dict(lines[Permission.BUSINESS_DATA_READ].held) == {"platform administrator": "break-glass (!)"}
    assert all(len(line.cells) == 17 for line in lines.values())


def test_break_glass_is_nobodys_until_an_access_runs_and_opens_reading_alone() -> None:
    marked = {one for one in Permission if reach(one, Role.PA) is Reach.BREAK_GLASS}
    assert all(Role.PA not in roles_with(one) for one in marked)
    assert "platform administrator" not in holders_in_words(Permission.EVIDENCE_READ)
    opened = {one for one in Permission if opened_in_an_emergency(one)}
    assert opened == marked | {Permission.KPI_READ, Permission.DASHBOARD_READ}
    assert all(one.value.endswith(".read") for one in opened)


def test_a_refusal_can_name_who_may() -> None:
    assert holders_in_words(Permission.KPI_APPROVE) == "strategic director"
    assert holders_in_words(Permission.PEOPLE_MANAGE) == "buyer administrator or supplier administrator"
