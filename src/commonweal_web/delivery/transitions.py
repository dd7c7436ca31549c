"""
From which state to which: the one table of what may happen to a return and to a claim, and the one step that does it.

Who may do it, the versions and the day are for the services; they call `perform` on a row that they hold locked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from commonweal_web.core.errors import Refused
from commonweal_web.delivery.models import Claim, ClaimState, Return, ReturnState


class ReturnAct(StrEnum):
    """What may happen to a return."""

    SAVE = "save"
    SUBMIT = "submit"
    RECALL = "recall"
    CORRECT = "correct"
    CHECK = "check"


class ClaimAct(StrEnum):
    """What may happen to a claim."""

    SAVE = "save"
    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    ASK = "ask"
    ANSWER = "answer"
    DECIDE = "decide"
    PART = "part"
    REOPEN = "reopen"


@dataclass(frozen=True, slots=True)
class Step:
    """The states that an act starts from, and the one it leads to."""

    sources: frozenset[str]
    target: str


def _step(*sources: str, to: str) -> Step:
    return Step(frozenset(str(source) for source in sources), str(to))


RETURNS: Mapping[ReturnAct, Step] = {
    ReturnAct.SAVE: _step(ReturnState.EXPECTED, ReturnState.DRAFT, to=ReturnState.DRAFT),
    ReturnAct.SUBMIT: _step(ReturnState.DRAFT, to=ReturnState.SUBMITTED),
    ReturnAct.RECALL: _step(ReturnState.SUBMITTED, to=ReturnState.DRAFT),
    ReturnAct.CORRECT: _step(ReturnState.SUBMITTED, ReturnState.CHECKED, to=ReturnState.SUBMITTED),
    ReturnAct.CHECK: _step(ReturnState.SUBMITTED, to=ReturnState.CHECKED),
}
CLAIMS: Mapping[ClaimAct, Step] = {
    ClaimAct.SAVE: _step(ClaimState.DRAFT, to=ClaimState.DRAFT),
    ClaimAct.SUBMIT: _step(ClaimState.DRAFT, to=ClaimState.SUBMITTED),
    ClaimAct.WITHDRAW: _step(ClaimState.SUBMITTED, ClaimState.ASKED, ClaimState.DECIDED, to=ClaimState.WITHDRAWN),
    ClaimAct.ASK: _step(ClaimState.SUBMITTED, ClaimState.ASKED, to=ClaimState.ASKED),
    ClaimAct.ANSWER: _step(ClaimState.ASKED, to=ClaimState.SUBMITTED),
    ClaimAct.PART: _step(ClaimState.SUBMITTED, ClaimState.ASKED, to=ClaimState.SUBMITTED),
    ClaimAct.DECIDE: _step(ClaimState.SUBMITTED, ClaimState.ASKED, to=ClaimState.DECIDED),
    ClaimAct.REOPEN: _step(ClaimState.DECIDED, to=ClaimState.SUBMITTED),
}


def allowed(record: Return | Claim, act: ReturnAct | ClaimAct) -> bool:
    """Return whether `act` may happen to `record` in its state."""
    return record.state in _step_of(record, act).sources


def perform(record: Return | Claim, act: ReturnAct | ClaimAct, *, also: Iterable[str] = ()) -> None:
    """
    Take a locked row to its next state, count its version up, and save both with the fields named in `also`.

    :raises Refused: if the act does not start from the row's state
    """
    step = _step_of(record, act)
    if record.state not in step.sources:
        raise Refused(_why_not(record, act), code="wrong_state")
    record.state = step.target
    record.touch()
    record.save(update_fields=["state", "version", *also])


def _step_of(record: Return | Claim, act: ReturnAct | ClaimAct) -> Step:
    return RETURNS[ReturnAct(act)] if isinstance(record, Return) else CLAIMS[ClaimAct(act)]


def _why_not(record: Return | Claim, act: ReturnAct | ClaimAct) -> str:
    what = "return" if isinstance(record, Return) else "claim"
    state = record.get_state_display()
    return f"This {what} is “{state}” now, so this cannot be done with it ({act}). Open it again."
