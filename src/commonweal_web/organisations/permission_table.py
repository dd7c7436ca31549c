"""The table of permissions in words, for its page, its CSV and `docs/reference/permissions.md`: one source for all."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from commonweal_web.organisations.policies import TABLE, Permission, Reach, Rule
from commonweal_web.organisations.roles import STRONG_SIGN_IN_ROLES, Role

WORDS = {Reach.OWN: "own", Reach.ASSIGNED: "assigned", Reach.MASKED: "masked", Reach.BREAK_GLASS: "break-glass (!)"}
MEANING = {
    "own": "every record of the own organisation, or of one that it acts for, and of the contracts that it supplies",
    "assigned": "only what the person is assigned to",
    "masked": "as assigned, with what would name a person covered",
    "break-glass (!)": "reading only, under an emergency access: for a stated reason and eight hours at most, with "
    "each page in the organisation's log, and its auditor is told by e-mail",
    "second person": "another person must act too; nobody does both halves",
    "refused": "never",
}
REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Line:
    """One action: its permission, its row in the security model's table of sixty, and a cell for each role."""

    permission: Permission
    row: int
    action: str
    cells: tuple[str, ...]

    @property
    def held(self) -> list[tuple[str, str]]:
        """The roles that hold it, each with how far it reaches."""
        pairs = zip(Role, self.cells, strict=True)
        return [(role.label, cell) for role, cell in pairs if cell != REFUSED]

    @property
    def groups(self) -> list[tuple[str, str]]:
        """How far it reaches, with the roles for whom it does: ("own", "auditor, delivery lead")."""
        reaches = dict.fromkeys(cell for _, cell in self.held)
        if len(self.held) == len(Role) - 1 and len(reaches) == 1:
            return [(reach, "everybody who signs in") for reach in reaches]
        return [(reach, ", ".join(role for role, cell in self.held if cell == reach)) for reach in reaches]


def lines() -> list[Line]:
    """Return every action in the order of the table."""
    return [Line(one, rule.row, rule.action, tuple(_cell(rule, role) for role in Role)) for one, rule in TABLE.items()]


def as_csv() -> str:
    """Return the table as CSV: one line an action, one column a role."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(["action", "permission", *(f"{role.label} ({role.value})" for role in Role)])
    writer.writerows([line.action, line.permission.value, *line.cells] for line in lines())
    return out.getvalue()


def as_markdown() -> str:
    """Return the table for the documentation: the short names of the roles as columns, each cell in words."""
    return "\n".join(_markdown())


def _markdown() -> Iterator[str]:
    yield "| Role | Name | Second factor |"
    yield "|---|---|---|"
    for role in Role:
        yield f"| {role.value} | {role.label} | {'a duty' if role in STRONG_SIGN_IN_ROLES else ''} |"
    yield ""
    yield "| Action | Permission | Who may |"
    yield "|---|---|---|"
    for line in lines():
        who = "; ".join(f"{reach}: {roles}" for reach, roles in line.groups)
        yield f"| {line.action} | `{line.permission.value}` | {who} |"


def _cell(rule: Rule, role: Role) -> str:
    reach = rule.reach.get(role)
    if reach is None:
        return REFUSED
    return WORDS[reach] + (", second person" if role in rule.two_people else "")
