"""The acts around a return, as a script calls them: sent, recalled, corrected, decided, asked about, reopened."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from commonweal_web.contracts.models import NoConflict
from commonweal_web.contracts.services.people import no_conflict_declare
from commonweal_web.delivery.models import Claim, ClaimState, Reopening, Return
from commonweal_web.delivery.returns import correcting, drafting, evidence, reopening, sending
from commonweal_web.delivery.returns.acting import current_claim
from commonweal_web.delivery.returns.builders import Person, Spend
from commonweal_web.delivery.returns.dates import HERE
from commonweal_web.delivery.verification.deciding import OPEN, Wish, claim_decide
from commonweal_web.demo.stage import Act, Stage, on
from commonweal_web.evidence.models import EvidenceItem
from commonweal_web.evidence.services import files_add

VERIFIER = "verifier@northmere"
MANAGER = "contract.manager@northmere"
LEAD = "social.value.lead@northmere"
SEEN = "Records of the supplier and of those who received it were seen."
Answers = Mapping[str, "Said | str"]


@dataclass(frozen=True, slots=True)
class Said:
    """What is typed for one KPI: an amount, a part of a whole, people or spend behind it, or nothing with a reason."""

    amount: str = ""
    of: str = ""
    nil: str = ""
    account: str = ""
    place: str = ""
    people: tuple[Person, ...] | None = None
    identifier_kind: str = "ni"
    spend: tuple[Spend, ...] | None = None
    file: tuple[str, str] | None = None

    def answer(self) -> drafting.Answer:
        return drafting.Answer(
            amount=Decimal(self.amount) if self.amount else None,
            denominator=Decimal(self.of) if self.of else None,
            nil=bool(self.nil),
            nil_reason=self.nil,
            people=self.people,
            identifier_kind=self.identifier_kind,
            spend=self.spend,
        )


@dataclass(frozen=True, slots=True)
class Quarter:
    """One return: of which contract and period, and who is the supplier's person."""

    reference: str
    starts: dt.date
    by: str
    told: dict[str, Any] = field(default_factory=dict)

    def sent(self, day: dt.date, answers: Answers, account: str = "", hour: int = 10, minute: int = 0) -> Act:
        """Type and send the whole return."""

        def do(stage: Stage, now: dt.datetime) -> None:
            ret = stage.ret(self.reference, self.starts)
            if ret.state in HERE:
                return
            by = stage.person(self.by)
            self._type(stage, answers, now)
            drafting.declarations_save(
                ret=ret,
                version=None,
                only_this_contract=True,
                only_contracted=True,
                account=account,
                by=by,
                now=now,
            )
            sending.return_submit(ret=ret, version=None, by=by, arrived_at=now, now=now)

        return self._act(day, do, "sent", hour, minute)

    def begun(self, day: dt.date, answers: Answers) -> Act:
        """Type a part of the return and leave it."""
        return self._act(day, lambda stage, now: self._type(stage, answers, now), "begun", 16)

    def recalled(self, day: dt.date, reason: str) -> Act:
        def do(stage: Stage, now: dt.datetime) -> None:
            ret = stage.ret(self.reference, self.starts)
            sending.return_recall(ret=ret, version=None, reason=reason, by=stage.person(self.by), now=now)

        return self._act(day, do, "recalled", 15)

    def corrected(self, day: dt.date, ref: str, amount: str, reason: str) -> Act:
        def do(stage: Stage, now: dt.datetime) -> None:
            claim = stage.claim(self.reference, self.starts, ref)
            if claim is not None:
                correction = correcting.Correction(Decimal(amount), reason)
                correcting.claim_correct(
                    claim=claim, shown=None, correction=correction, by=stage.person(self.by), now=now
                )

        return self._act(day, do, f"{ref} corrected", 11)

    def checked(self, day: dt.date, by: str = VERIFIER, **differently: Wish) -> Act:
        """Accept every open claim, but those that are named otherwise."""

        def do(stage: Stage, now: dt.datetime) -> None:
            ret, checker = stage.ret(self.reference, self.starts), stage.person(by)
            if not NoConflict.objects.filter(user=checker, contract=ret.contract).exists():
                no_conflict_declare(contract=ret.contract, by=checker, now=now)
            for claim in Claim.objects.filter(ret=ret, state__in=OPEN).select_related("kpi").order_by("kpi"):
                if claim.state == ClaimState.ASKED or claim.decisions.exists():
                    continue
                wish = differently.get(claim.kpi.ref, Wish("accept", reason=SEEN))
                claim_decide(claim=claim, version=None, wish=wish, by=checker, now=now)

        return self._act(day, do, "checked", 14)

    def reopening_asked(self, day: dt.date, reason: str, hour: int = 11, by: str = MANAGER) -> Act:
        def do(stage: Stage, now: dt.datetime) -> None:
            ret = stage.ret(self.reference, self.starts)
            if not ret.reopenings.exists():
                reopening.reopening_ask(ret=ret, reason=reason, by=stage.person(by), now=now)

        return self._act(day, do, "reopening asked", hour)

    def reopening_granted(self, day: dt.date, until: dt.date, hour: int = 12, by: str = LEAD) -> Act:
        def do(stage: Stage, now: dt.datetime) -> None:
            ret = stage.ret(self.reference, self.starts)
            asked = ret.reopenings.filter(state=Reopening.State.ASKED).first()
            if asked is not None:
                reopening.reopening_grant(reopening=asked, until=until, by=stage.person(by), now=now)

        return self._act(day, do, "reopening granted", hour)

    def _type(self, stage: Stage, answers: Answers, now: dt.datetime) -> None:
        ret, by = stage.ret(self.reference, self.starts), stage.person(self.by)
        for ref, given in answers.items():
            said = given if isinstance(given, Said) else Said(given)
            kpi = stage.kpi(self.reference, ref)
            if current_claim(ret, kpi) is not None:
                continue  # typed by hand, or kept by a recall
            drafting.claim_save(ret=ret, kpi=kpi, shown=None, answer=said.answer(), by=by, now=now)
            if said.account or said.place:
                words = drafting.Words(account=said.account, place=said.place)
                drafting.words_save(ret=ret, kpi=kpi, shown=None, words=words, by=by, now=now)
            if said.file:
                items = _added(ret, *said.file, by, now)
                evidence.evidence_choose(ret=ret, kpi=kpi, items=items, shown=None, by=by, now=now)

    def _act(self, day: dt.date, do: Any, about: str, hour: int, minute: int = 0) -> Act:
        return Act(on(day, hour, minute), do, f"{self.reference} {self.starts}: {about}")


def _added(ret: Return, name: str, text: str, by: Any, now: dt.datetime) -> list[EvidenceItem]:
    """Add one file to the evidence of a return."""
    done = files_add(
        contract=ret.contract,
        files=[(name, [text.encode()])],
        note="",
        period_starts=ret.starts,
        people="needed" if name.endswith(".csv") else "none",
        by=by,
        now=now,
    )
    for refused in done.refused:
        raise refused
    return done.items
