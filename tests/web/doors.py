"""
What the test of the doors needs: every route of the service, and who should get in where.

The answer that is expected is worked out here from the permission table and from where a record stands, not by the
querysets that the service uses.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from commonweal_web.organisations.policies import TABLE, Permission, Reach
from commonweal_web.organisations.roles import Role

OWN, SIBLING, FOREIGN, NOWHERE, MIXED = "own", "unassigned sibling", "foreign", "absent", "foreign below own"
PLACES = (OWN, SIBLING, FOREIGN, NOWHERE, MIXED)
PEOPLE: Mapping[Role, str] = {
    Role.PA: "platform administrator",
    Role.BA: "administrator",
    Role.SVL: "lead",
    Role.COM: "commissioner",
    Role.PRO: "procurement",
    Role.EVA: "evaluator",
    Role.MOD: "moderator",
    Role.APP: "director",
    Role.CAT: "panel",
    Role.CM: "manager",
    Role.SCR: "councillor",
    Role.SA: "supplier administrator",
    Role.SBW: "bid writer",
    Role.SDL: "supplier",
    Role.VCS: "community member",
    Role.AUD: "auditor",
}
"""Who stands for each role: all of them belong to Northmere, to its supplier or to its beneficiary."""
SUPPLIERS = frozenset({Role.SA, Role.SBW, Role.SDL})
OUTSIDE = SUPPLIERS | {Role.VCS, Role.PA}
"""Roles of people who do not work for the authority."""
OF_TENDERS = frozenset({Role.EVA, Role.MOD})
"""Roles whose assignments are to tenders: no contract can name them."""
OF_CONTRACTS = frozenset({Role.CM})
"""Roles whose assignments are to contracts: no plan can name them."""
IN, OUT = "in", "out"
"""`OUT` is 403 or 404, where either tells the person nothing that they do not know."""


@dataclass(frozen=True)
class Route:
    """One address of the service."""

    name: str
    pattern: str
    view: Any
    arguments: tuple[str, ...]

    @property
    def permission(self) -> Permission | None:
        return getattr(self.view, "permission", None)

    @property
    def is_public(self) -> bool:
        return bool(getattr(self.view, "public", False))

    @property
    def is_of_the_library(self) -> bool:
        return self.pattern.startswith("account/") and ":" not in self.name


def routes() -> list[Route]:
    """Return every address of the service."""
    return list(_walk(get_resolver().url_patterns, "", "", ()))


def _walk(patterns: list[Any], before: str, space: str, arguments: tuple[str, ...]) -> Iterator[Route]:
    for found in patterns:
        taken = (*arguments, *found.pattern.converters, *found.pattern.regex.groupindex)
        if isinstance(found, URLResolver):
            inner = f"{space}{found.namespace}:" if found.namespace else space
            yield from _walk(found.url_patterns, before + str(found.pattern), inner, taken)
        elif isinstance(found, URLPattern):
            yield Route(
                f"{space}{found.name}", before + str(found.pattern), found.callback, tuple(dict.fromkeys(taken))
            )


def may(role: Role, permission: Permission, place: str) -> bool:
    """Whether `role` should hold `permission` on a contract at `place`, by the table."""
    reach = TABLE[permission].reach.get(role)
    if reach is Reach.OWN:
        return place == OWN or (place == SIBLING and role not in SUPPLIERS)
    return reach in (Reach.ASSIGNED, Reach.MASKED) and place == OWN and role not in OF_TENDERS


def at_contract(role: Role, permission: Permission, place: str, *seeing: Permission) -> str | int:
    """
    Return what a page about a contract's record answers: 404 where the person does not see it, 403 where they do and
    may not, `IN` where they may. `seeing` are the permissions that let a person know that it exists.
    """
    if place == MIXED:  # a record of another contract, below the address of one's own
        sees_parent = any(may(role, each, OWN) for each in (*seeing, permission))
        return 404 if not sees_parent or may(role, permission, OWN) else OUT
    if place in (FOREIGN, NOWHERE) or not any(may(role, each, place) for each in (*seeing, permission)):
        return 404
    return IN if may(role, permission, place) else 403


def at_body(role: Role, permission: Permission, place: str) -> str | int:
    """Return what a page about Northmere (`OWN`, with its other records `SIBLING`) or another body answers."""
    if place in (FOREIGN, NOWHERE) or role in OUTSIDE:
        return 404
    if place == MIXED:  # another body's record below the address of one's own
        return 404 if role in TABLE[permission].reach else OUT
    return IN if role in TABLE[permission].reach else 403
