"""
Who may do what: the one table. A reviewer reads it without reading views.

Each permission lists the roles that hold it and how far it reaches. The rows are those of the actions that exist so
far; `row` is the number of the action in the security model's table of sixty. Everything that is not listed is
refused. State, conflicts of interest and the rules "not your own" are checked by the services, on top of this table.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from commonweal_web.organisations.roles import Role


class Reach(StrEnum):
    """How far a permission reaches for a role."""

    OWN = "own"
    """Every record of the own organisation (or of one that it acts for), and of the contracts it supplies."""
    ASSIGNED = "assigned"
    """Only what the person is assigned to."""
    MASKED = "masked"
    """As assigned, with person-level data masked."""
    BREAK_GLASS = "break-glass"
    """Only under an emergency access: a stated reason, a limited time, and the organisation's auditor is told."""


class Permission(StrEnum):
    """An action that somebody may be allowed to take."""

    ORGANISATION_CREATE = "organisation.create"
    PEOPLE_MANAGE = "people.manage"
    MFA_RESET = "mfa.reset"
    BUSINESS_DATA_READ = "business_data.read"
    EMERGENCY_OPEN = "emergency.open"
    EMERGENCY_WATCH = "emergency.watch"
    MEASURE_DRAFT = "measure.draft"
    MEASURE_PUBLISH = "measure.publish"
    MEASURES_READ = "measures.read"
    POLICY_DRAFT = "policy.draft"
    POLICY_ADOPT = "policy.adopt"
    PLAN_READ = "plan.read"
    PLAN_DRAFT = "plan.draft"
    WEIGHT_SET = "weight.set"
    WEIGHT_BELOW_FLOOR = "weight.below_floor"
    MUST_HAVE_WAIVE = "must_have.waive"
    PANEL_ARRANGE = "panel.arrange"
    GATEWAY_VOTE = "gateway.vote"
    PLAN_APPROVE = "plan.approve"
    CONFLICT_DECLARE = "conflict.declare"
    CONTRACT_CREATE = "contract.create"
    CONTRACT_EDIT = "contract.edit"
    CONTRACT_MANAGER_ASSIGN = "contract.assign"
    KPI_PROPOSE = "kpi.propose"
    KPI_APPROVE = "kpi.approve"
    MODIFICATION_CHECK = "modification.check"
    VARIATION_ACKNOWLEDGE = "variation.acknowledge"
    KPI_READ = "kpi.read"
    RETURN_SUBMIT = "return.submit"
    RETURN_CORRECT = "return.correct"
    REOPENING_ASK = "reopening.ask"
    REOPENING_GRANT = "reopening.grant"
    EVIDENCE_UPLOAD = "evidence.upload"
    EVIDENCE_READ = "evidence.read"
    PERSON_READ = "person.read"
    CLAIM_VERIFY = "claim.verify"
    SAMPLE_CHECK = "sample.check"
    RECEIPT_CONFIRM = "receipt.confirm"
    DOUBLE_CLAIM_DECIDE = "double_claim.decide"
    REVIEW_RECORD = "review.record"
    DELEGATION_GIVE = "delegation.give"
    DASHBOARD_READ = "dashboard.read"
    EXPORT = "export"
    AUDIT_READ = "audit.read"
    SIGN_INS_READ = "sign_ins.read"
    CHAIN_VERIFY = "chain.verify"
    PERMISSIONS_READ = "permissions.read"
    ACCOUNT_OWN = "account.own"


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table: the action in words, who holds it, and whether a second, different person must act too."""

    row: int
    action: str
    reach: Mapping[Role, Reach]
    two_people: frozenset[Role] = frozenset()


def _rule(row: int, action: str, *, two: Iterable[Role] = (), **reach: str) -> Rule:
    short = {"o": Reach.OWN, "a": Reach.ASSIGNED, "m": Reach.MASKED, "x": Reach.BREAK_GLASS}
    return Rule(row, action, {Role[role]: short[mark] for role, mark in reach.items()}, frozenset(two))


_EVERYBODY: dict[str, Any] = {role.value: "o" for role in Role if role is not Role.PUB}

TABLE: Mapping[Permission, Rule] = {
    Permission.ORGANISATION_CREATE: _rule(
        1, "create an organisation and its first administrator", PA="o", two=[Role.PA]
    ),
    Permission.PEOPLE_MANAGE: _rule(2, "manage people and roles of the own organisation", BA="o", SA="o"),
    Permission.MFA_RESET: _rule(
        4, "reset another's second factor", PA="o", BA="o", SA="o", two=[Role.PA, Role.BA, Role.SA]
    ),
    Permission.BUSINESS_DATA_READ: _rule(5, "read business data outside the own assignment", PA="x"),
    Permission.EMERGENCY_OPEN: _rule(5, "open an emergency access to an authority, for a reason and a time", PA="o"),
    Permission.EMERGENCY_WATCH: _rule(5, "see every emergency access to the own organisation", BA="o", AUD="o"),
    Permission.MEASURE_DRAFT: _rule(6, "draft measures, values and links, and consult on them", PA="o", SVL="o"),
    Permission.MEASURE_PUBLISH: _rule(
        7,
        "publish a release of measures, values or links (not the own draft)",
        PA="o",
        SVL="o",
        APP="o",
        two=[Role.PA, Role.SVL, Role.APP],
    ),
    Permission.MEASURES_READ: _rule(8, "read measures and frameworks", **_EVERYBODY),
    Permission.POLICY_DRAFT: _rule(6, "draft the body's own policy", SVL="o"),
    Permission.POLICY_ADOPT: _rule(
        7, "adopt the body's own policy (not the own draft)", SVL="o", APP="o", two=[Role.SVL, Role.APP]
    ),
    Permission.PLAN_READ: _rule(9, "read a plan and its needs", SVL="o", COM="a", PRO="a", APP="a", CAT="a", AUD="o"),
    Permission.PLAN_DRAFT: _rule(9, "draft a plan and its needs, choose measures", SVL="o", COM="a", PRO="a"),
    Permission.WEIGHT_SET: _rule(10, "set weighting and questions", SVL="a", COM="a", PRO="a"),
    Permission.WEIGHT_BELOW_FLOOR: _rule(
        11, "approve a weighting below the policy's floor", APP="a", CAT="a", two=[Role.APP, Role.CAT]
    ),
    Permission.MUST_HAVE_WAIVE: _rule(
        11, "set a must-have of the policy aside (not on the own plan)", PRO="a", two=[Role.PRO]
    ),
    Permission.PANEL_ARRANGE: _rule(12, "arrange the panel's meetings and agenda", SVL="o", PRO="o"),
    Permission.GATEWAY_VOTE: _rule(12, "vote at the gateway", CAT="a"),
    Permission.PLAN_APPROVE: _rule(31, "approve the KPI set of a plan (not the own proposal)", APP="a", two=[Role.APP]),
    Permission.CONFLICT_DECLARE: _rule(
        22, "declare a conflict of interest", SVL="a", PRO="a", EVA="a", MOD="a", APP="a", CAT="a", CM="a"
    ),
    Permission.CONTRACT_CREATE: _rule(28, "make a contract, by form or from a register", PRO="o", SVL="o"),
    Permission.CONTRACT_EDIT: _rule(28, "change a contract's facts", PRO="a", SVL="o"),
    Permission.CONTRACT_MANAGER_ASSIGN: _rule(29, "assign contract manager, deputy and verifier", BA="o", SVL="o"),
    Permission.KPI_PROPOSE: _rule(30, "propose a KPI, a target or a change", SVL="a", COM="a", CM="a"),
    Permission.KPI_APPROVE: _rule(31, "approve a KPI or a change (not the own proposal)", APP="a", two=[Role.APP]),
    Permission.MODIFICATION_CHECK: _rule(30, "record whether a change is a permitted modification", PRO="a"),
    Permission.VARIATION_ACKNOWLEDGE: _rule(32, "agree a change for the supplier", SA="o"),
    Permission.KPI_READ: _rule(
        34,
        "read KPIs and progress of a contract",
        SVL="o",
        COM="a",
        PRO="a",
        APP="a",
        CAT="a",
        CM="a",
        SCR="o",
        SA="o",
        SDL="o",
        AUD="o",
    ),
    Permission.RETURN_SUBMIT: _rule(35, "draft, submit and recall a return (until it is checked)", SA="o", SDL="o"),
    Permission.RETURN_CORRECT: _rule(36, "correct after checking, by a new version", SA="o", SDL="o"),
    Permission.REOPENING_ASK: _rule(40, "ask that a locked return be reopened", CM="a"),
    Permission.REOPENING_GRANT: _rule(
        40, "reopen a locked return until a day (not the own request)", SVL="o", two=[Role.SVL]
    ),
    Permission.EVIDENCE_UPLOAD: _rule(37, "upload evidence", SA="o", SDL="o", VCS="a"),
    Permission.EVIDENCE_READ: _rule(
        38, "read an evidence file", PA="x", SVL="a", CM="a", SA="o", SDL="o", VCS="a", AUD="a"
    ),
    Permission.PERSON_READ: _rule(39, "read person-level data", PA="x", SVL="m", CM="m", SA="o", SDL="o", AUD="a"),
    Permission.CLAIM_VERIFY: _rule(40, "verify or reject a claim (not the own input)", CM="a", two=[Role.CM]),
    Permission.SAMPLE_CHECK: _rule(
        41, "check a second-line sample (not the own verification)", SVL="a", AUD="a", two=[Role.SVL]
    ),
    Permission.RECEIPT_CONFIRM: _rule(42, "confirm receipt as beneficiary", VCS="a"),
    Permission.DOUBLE_CLAIM_DECIDE: _rule(43, "decide a possible double claim", SVL="o", two=[Role.SVL]),
    Permission.REVIEW_RECORD: _rule(44, "record a review meeting and its actions", CM="a"),
    Permission.DELEGATION_GIVE: _rule(31, "delegate approval within a limit and until a day", APP="o"),
    Permission.DASHBOARD_READ: _rule(
        49,
        "read dashboards of the own organisation",
        BA="o",
        SVL="o",
        COM="a",
        PRO="a",
        APP="o",
        CAT="o",
        CM="a",
        SCR="o",
        SA="o",
        SDL="o",
        AUD="o",
    ),
    Permission.EXPORT: _rule(
        51, "export without person data", BA="o", SVL="o", COM="a", PRO="a", CM="a", SCR="o", SA="o", SDL="o", AUD="o"
    ),
    Permission.AUDIT_READ: _rule(53, "read the audit log", AUD="o"),
    Permission.SIGN_INS_READ: _rule(54, "read sign-in events of the own organisation", BA="o", SA="o", AUD="o"),
    Permission.CHAIN_VERIFY: _rule(55, "verify the chain, the anchors and the hashes", PA="o", BA="o", SA="o", AUD="o"),
    Permission.PERMISSIONS_READ: _rule(8, "read this table", **_EVERYBODY),
    Permission.ACCOUNT_OWN: _rule(8, "look after the own account and home page", **_EVERYBODY),
}

BUSINESS_DATA = frozenset({Permission.KPI_READ, Permission.DASHBOARD_READ})
"""What the row of business data stands for: contracts with their KPIs and returns, one-pagers and dashboards."""


def reach(permission: Permission, role: str) -> Reach | None:
    """Return how far `permission` reaches for `role`; None means that it is refused."""
    return TABLE[permission].reach.get(Role(role))


def roles_with(permission: Permission, *reaches: Reach) -> frozenset[Role]:
    """
    Return the roles that hold `permission` with one of `reaches`.

    Where none is given, with any reach but break-glass: that is nobody's until an emergency access runs.
    """
    wanted = reaches or tuple(one for one in Reach if one is not Reach.BREAK_GLASS)
    return frozenset(role for role, found in TABLE[permission].reach.items() if found in wanted)


def opened_in_an_emergency(permission: Permission) -> bool:
    """Return whether an emergency access lets a platform administrator read what `permission` guards."""
    marked = Permission.BUSINESS_DATA_READ if permission in BUSINESS_DATA else permission
    return TABLE[marked].reach.get(Role.PA) is Reach.BREAK_GLASS


def holders_in_words(permission: Permission) -> str:
    """Return who may take an action, in words for a refusal: "the strategic director"."""
    names = [role.label for role in Role if role in roles_with(permission)]
    return " or ".join(filter(None, [", ".join(names[:-1]), names[-1]])) if names else "nobody"
