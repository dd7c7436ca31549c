"""The stage on which the demo's script is played: short ways to the people and records that it names, and the acts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import structlog

from commonweal.errors import CommonwealError
from commonweal_web.contracts.models import Contract, Kpi
from commonweal_web.core import clock
from commonweal_web.core.clock import LONDON
from commonweal_web.core.errors import Refused
from commonweal_web.delivery.models import Claim, Return
from commonweal_web.delivery.returns.acting import current_claim
from commonweal_web.organisations.models import Directorate, Organisation, User

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Stage:
    """Finds by name what the script names. What does not change is kept."""

    people: dict[str, User] = field(default_factory=dict)
    bodies: dict[str, Organisation] = field(default_factory=dict)

    def person(self, key: str) -> User:
        """Return the person at "local part@body"."""
        if key not in self.people:
            self.people[key] = User.objects.get(email=f"{key}.example")
        return self.people[key]

    def body(self, key: str) -> Organisation:
        if key not in self.bodies:
            self.bodies[key] = Organisation.objects.get(email_domain=f"{key}.example")
        return self.bodies[key]

    def directorate(self, body: str, name: str) -> Directorate:
        return Directorate.objects.get(organisation=self.body(body), name=name)

    def contract(self, reference: str) -> Contract:
        return Contract.objects.select_related("authority", "directorate").get(reference=reference)

    def ret(self, reference: str, starts: dt.date) -> Return:
        return Return.objects.select_related("contract__authority").get(contract__reference=reference, starts=starts)

    def kpi(self, reference: str, ref: str) -> Kpi:
        return Kpi.objects.select_related("current", "contract").get(contract__reference=reference, ref=ref)

    def claim(self, reference: str, starts: dt.date, ref: str) -> Claim | None:
        return current_claim(self.ret(reference, starts), self.kpi(reference, ref))


Do = Callable[[Stage, dt.datetime], Any]


@dataclass(frozen=True, slots=True)
class Act:
    """Something that somebody does at a moment of the script; it looks first whether it was done by hand."""

    at: dt.datetime
    do: Do
    about: str = ""


def at(year: int, month: int, day: int, hour: int = 10, minute: int = 0) -> dt.datetime:
    """Return a moment in London."""
    return dt.datetime(year, month, day, hour, minute, tzinfo=LONDON)


def on(day: dt.date, hour: int = 10, minute: int = 0) -> dt.datetime:
    return at(day.year, day.month, day.day, hour, minute)


def play(acts: Iterable[Act], *, strict: bool) -> int:
    """
    Play acts in the order of their moments; return how many.

    Unless `strict`, an act that is refused is passed over: somebody did otherwise by hand, and theirs stands.
    """
    stage, played = Stage(), 0
    for act in sorted(acts, key=lambda act: act.at):
        with clock.fixed(act.at):
            try:
                act.do(stage, act.at)
                played += 1
            except (Refused, CommonwealError) as refused:
                if strict:
                    raise
                log.info("demo_act_passed_over", about=act.about, why=str(refused))
    return played
