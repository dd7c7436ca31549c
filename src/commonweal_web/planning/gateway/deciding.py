"""
What a panel decided: what most of those who voted chose, where enough voted; a tie is the chair's.

Where the chair did not vote, or voted for none of the answers that tie, the most careful of them counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from commonweal_web.planning.models import Sitting

CAREFUL = (Sitting.Decision.SEND_BACK, Sitting.Decision.CONDITIONS, Sitting.Decision.APPROVE)
"""From the most careful answer to the least."""
WORDS = {
    Sitting.Decision.APPROVE: "approve",
    Sitting.Decision.CONDITIONS: "approve with conditions",
    Sitting.Decision.SEND_BACK: "send back",
}


@dataclass(frozen=True, slots=True)
class Ballot:
    """The vote of one member that counts."""

    member_id: int
    name: str
    vote: str
    reason: str = ""
    chair: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """The decision, empty where too few voted, how it came about, and the conditions in the members' words."""

    decision: str
    words: str
    conditions: tuple[str, ...] = ()


def decide(ballots: Sequence[Ballot], *, quorum: int) -> Outcome:
    """Return what follows from the votes that count."""
    if not ballots or len(ballots) < quorum:
        return Outcome("", f"Not decided: {len(ballots)} of the {max(quorum, 1)} votes that are needed were cast.")
    counts = Counter(ballot.vote for ballot in ballots)
    most = max(counts.values())
    leading = [vote for vote in CAREFUL if counts[vote] == most]
    decision, how = leading[0], ""
    if len(leading) > 1:
        chairs = next((ballot.vote for ballot in ballots if ballot.chair and ballot.vote in leading), None)
        decision = Sitting.Decision(chairs) if chairs else leading[0]
        how = " The chair's vote decided the tie." if chairs else " Of the answers that tie the most careful counts."
    said = ", ".join(f"{counts[vote]} to {WORDS[vote]}" for vote in reversed(CAREFUL) if counts[vote])
    conditions = conditions_of(ballots) if decision == Sitting.Decision.CONDITIONS else ()
    return Outcome(decision, f"{said}.{how}", conditions)


def conditions_of(ballots: Sequence[Ballot]) -> tuple[str, ...]:
    """Return the conditions that members wrote with their votes, one a line, each once."""
    found: dict[str, str] = {}
    for ballot in ballots:
        if ballot.vote == Sitting.Decision.CONDITIONS:
            for line in lines_of(ballot.reason):
                found.setdefault(line.casefold(), line)
    return tuple(found.values())


def lines_of(text: str) -> list[str]:
    """Return what stands on the lines of a text, without list marks."""
    return [line for line in (one.strip().lstrip("-•*").strip() for one in text.splitlines()) if line]
