"""Which of several targets a delivery goes to: by the weights of its links, or by the user's own choice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from commonweal import errors
from commonweal.crosswalk.crosswalk import Way
from commonweal.crosswalk.models import WHOLE
from commonweal.quantities import plain

Choices = Mapping[tuple[str, str], Mapping[str, int]]
"""By source measure and target release: the share of each target in basis points."""


def shares(measure: str, release: str, ways: Sequence[Way], choices: Choices) -> list[tuple[Way, int | None]]:
    """
    Return the ways that a delivery takes, each with its share in basis points.

    Where shares are given, by the user or as weights of the links, they make 10,000 and only the ways with a share
    are taken. A way without a share is taken whole: it is the only one that converts, or it converts nothing.

    :raises ChoiceNeeded: if it could be converted to several targets, and neither weights nor a choice say to which
    :raises BadSplit: if a choice names what it cannot be converted to, or its shares do not make 100 per cent
    """
    converting = [way for way in ways if way.converts]
    chosen = choices.get((measure, release))
    if chosen is not None:
        wanted = _checked(measure, release, converting, chosen)
        return [(way, wanted[way.link.target]) for way in converting if way.link.target in wanted]
    weighed = [way for way in ways if way.link.weight is not None and not way.inherited]
    if weighed:
        return [(way, way.link.weight) for way in weighed]
    if len(converting) > 1:
        targets = [way.link.target for way in converting]
        raise errors.ChoiceNeeded(
            f"{measure} could be counted as {' or as '.join(targets)}. Choose one of them, or split it with shares "
            f"that make 100 per cent; counted as each of them it would be counted twice.",
            targets,
        )
    return [(way, None) for way in (converting or ways)]


def _checked(measure: str, release: str, converting: Sequence[Way], chosen: Mapping[str, int]) -> Mapping[str, int]:
    known = [way.link.target for way in converting]
    strange = [target for target in chosen if target not in known]
    if strange:
        can = f"It can become: {', '.join(known)}." if known else "It cannot be converted at all."
        raise errors.BadSplit(f"{measure} cannot be counted as {', '.join(strange)} of {release}. {can}")
    whole = sum(chosen.values())
    if whole != WHOLE or min(chosen.values()) <= 0:
        listed = ", ".join(f"{target} {plain(_percent(share))} %" for target, share in chosen.items())
        raise errors.BadSplit(
            f"The shares of {measure} ({listed}) make {plain(_percent(whole))} per cent. "
            f"Let each be above zero and all of them 100."
        )
    return chosen


def _percent(basis_points: int) -> Decimal:
    return Decimal(basis_points) / 100
