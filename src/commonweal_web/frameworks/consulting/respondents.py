"""How many answered a consultation, by whom they speak for: 14 suppliers and 3 community groups."""

from __future__ import annotations

from collections import Counter

from commonweal_web.frameworks.consulting import selectors
from commonweal_web.frameworks.models import Comment, Consultation

Kind = Comment.Kind
GROUPS = (
    ((Kind.SMALL_FIRM, Kind.LARGE_FIRM), "supplier", "suppliers"),
    ((Kind.VCSE,), "community group", "community groups"),
    ((Kind.COUNCIL,), "local body", "local bodies"),
    ((Kind.DEPARTMENT,), "government body", "government bodies"),
    ((Kind.RESIDENT,), "resident", "residents"),
    ((Kind.OTHER,), "other respondent", "other respondents"),
    ((Kind.NOT_SAID,), "respondent of no stated kind", "respondents of no stated kind"),
)
"""Kinds of respondent that are counted together, and what one and several of them are called."""


def counts(consultation: Consultation) -> list[tuple[str, str, int]]:
    """
    Return one, several and how many of each group answered, in the order of the form; groups without any left out.

    Comments under one name count once; a comment without a name counts for itself.
    """
    found: Counter[str] = Counter()
    seen: set[tuple[str, str]] = set()
    for kind, name in selectors.shown(consultation).values_list("kind", "name"):
        group = next((one for kinds, one, _ in GROUPS if kind in kinds), GROUPS[-1][1])
        who = (group, " ".join(name.split()).casefold())
        if who[1] and who in seen:
            continue
        seen.add(who)
        found[group] += 1
    return [(one, several, found[one]) for _, one, several in GROUPS if found[one]]


def counted(consultation: Consultation) -> str:
    """Say how many answered: 14 suppliers and 3 community groups."""
    said = [f"{number:,} {one if number == 1 else several}" for one, several, number in counts(consultation)]
    if not said:
        return "nobody"
    return said[0] if len(said) == 1 else f"{', '.join(said[:-1])} and {said[-1]}"
