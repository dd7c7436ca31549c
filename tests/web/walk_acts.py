"""The acts of the walk: each finds a row for itself, calls one service, and says what that service must have seen."""

from __future__ import annotations

import datetime as dt
import random
from decimal import Decimal
from typing import Any

from commonweal.periods import Period
from commonweal_web.contracts.models import Change, Contract, Kpi, KpiState, KpiVersion
from commonweal_web.contracts.services import changes, kpis, proposals
from commonweal_web.contracts.services.new_versions import ChangeFields
from commonweal_web.delivery.models import Claim, Movement, Reopening, Return
from commonweal_web.delivery.returns import correcting, drafting, reopening, sending
from commonweal_web.delivery.returns import evidence as choosing
from commonweal_web.delivery.returns.acting import current_claim
from commonweal_web.delivery.returns.dates import london_day
from commonweal_web.delivery.verification import deciding
from commonweal_web.delivery.verification.deciding import Wish
from commonweal_web.evidence import services as files
from commonweal_web.evidence.models import EvidenceItem
from tests.web.walk_rules import Rules

VERDICTS = ("accept", "accept", "part", "part", "ask", "reject", "dispute", "settle", "settle", "correct", "nonsense")
AMOUNTS = ("0", "1", "2.5", "40", "75", "75.000001", "1200")
NOTHING = "nothing there"


class Acts:
    """What somebody may try; `False` means that there is no row to try it on. The walk chooses act and person."""

    contract: Contract
    now: dt.datetime
    luck: random.Random
    rules: Rules
    _apt: bool
    """Whether the act is one that the rows call for."""
    _current: bool
    """Whether the version that was shown is the one that stands."""
    _rows_expected: int

    # What an act is done to.

    def _shown(self, row: Any) -> int:
        """Return the version that the page showed: three times in four the one that stands."""
        stands: int = row.version
        self._current = self.luck.random() < 0.75
        return stands if self._current else stands + self.luck.choice([-1, 1, 7])

    def _done_on_current(self) -> bool:
        assert self._current, "an act on a version that nobody saw was taken"
        return True

    def _first(self) -> Return:
        return self.contract.returns.select_related("contract__authority").order_by("starts").first()

    def _ret(self) -> Return:
        returns = list(self.contract.returns.select_related("contract__authority").order_by("starts"))
        return returns[0] if self._apt or self.luck.random() < 0.5 else self.luck.choice(returns)

    def _kpis(self) -> list[Kpi]:
        return list(Kpi.objects.filter(contract=self.contract, current__isnull=False).order_by("pk"))

    def _any(self, rows: Any) -> Any:
        found = list(rows.order_by("pk"))
        return self.luck.choice(found) if found else None

    def _version(self, *states: str) -> KpiVersion | None:
        rows = KpiVersion.objects.filter(kpi__contract=self.contract).select_related("kpi__contract", "proposed_by")
        wanted = rows.filter(state__in=states, change=None) if self._apt else rows
        found: KpiVersion | None = self._any(wanted)
        return found

    def _claim(self, *states: str) -> Claim | None:
        rows = Claim.objects.filter(ret__contract=self.contract).select_related("ret__contract", "kpi")
        found: Claim | None = self._any(rows.filter(state__in=states) if self._apt else rows)
        return found

    def _amount(self) -> Decimal:
        return Decimal(self.luck.choice(AMOUNTS))

    def _words(self) -> str:
        return self.luck.choice(["because it was so", "it was counted again", *[""] * (not self._apt)])

    # Versions of KPIs.

    def _fields(self, ref: str) -> kpis.KpiFields:
        return kpis.KpiFields(ref=ref, measure="NT17", deliverable=f"Hours {self._words()}", target=self._amount())

    def _act_draft(self, by: Any) -> None:
        ref = self.luck.choice(["A", "B", "NT17"])
        kpis.kpi_draft(contract=self.contract, fields=self._fields(ref), by=by, now=self.now)

    def _act_edit(self, by: Any) -> bool | None:
        row = self._version("draft", "sent_back", "proposed")
        if row is None:
            return False
        kpis.kpi_edit(version=row, fields=self._fields(row.kpi.ref), by=by, now=self.now, shown=self._shown(row))
        return self._done_on_current()

    def _act_propose(self, by: Any) -> bool | None:
        row = self._version("draft", "sent_back")
        if row is None:
            return False
        proposals.propose(contract=self.contract, shown={row.pk: self._shown(row)}, by=by, now=self.now)
        return self._done_on_current()

    def _act_send_back(self, by: Any) -> bool | None:
        row = self._version("proposed")
        if row is None:
            return False
        proposals.send_back(version=row, reason=self._words(), by=by, now=self.now, shown=self._shown(row))
        return self._done_on_current()

    def _act_approve(self, by: Any) -> bool | None:
        row = self._version("proposed")
        if row is None:
            return False
        self.rules.approver_sees(row)
        proposals.approve(contract=self.contract, shown={row.pk: self._shown(row)}, by=by, now=self.now)
        return self._done_on_current()

    def _act_withdraw(self, by: Any) -> bool | None:
        row = self._version("draft", "proposed")
        if row is None:
            return False
        proposals.withdraw(version=row, by=by, now=self.now, shown=self._shown(row))
        return self._done_on_current()

    # Changes of the contract.

    def _act_change(self, by: Any) -> None:
        later = self.luck.choice(list(self.contract.returns.order_by("starts")))
        owed = self.luck.choice(self._kpis())
        period = next(t for t in owed.current.targets.all() if t.starts == later.starts)
        wanted = {owed.pk: {Period(period.starts, period.ends): self._amount()}}
        fields = ChangeFields(title="Less ground", reason=self._words(), effective=later.starts, targets=wanted)
        changes.change_propose(contract=self.contract, fields=fields, by=by, now=self.now)

    def _change(self) -> Change | None:
        found: Change | None = self._any(Change.objects.filter(contract=self.contract).select_related("contract"))
        if found is not None and self._apt:
            return Change.objects.select_related("contract").filter(contract=self.contract).latest("pk")
        return found

    def _act_change_check(self, by: Any) -> bool | None:
        row = self._change()
        if row is None:
            return False
        permitted = self.luck.random() < 0.8
        changes.change_check(
            change=row, permitted=permitted, ground="Clause 9", by=by, now=self.now, shown=self._shown(row)
        )
        return self._done_on_current()

    def _act_change_approve(self, by: Any) -> bool | None:
        row = self._change()
        if row is None:
            return False
        for version in row.kpi_versions.filter(state=KpiState.PROPOSED):
            self.rules.approver_sees(version)
        changes.change_approve(change=row, by=by, now=self.now, shown=self._shown(row))
        return self._done_on_current()

    def _act_change_agree(self, by: Any) -> bool | None:
        row = self._change()
        if row is None:
            return False
        self._rows_expected += row.kpi_versions.filter(state=KpiState.PROPOSED).count()
        changes.change_agree(change=row, by=by, now=self.now, shown=self._shown(row))
        return self._done_on_current()

    def _act_change_withdraw(self, by: Any) -> bool | None:
        row = self._change()
        if row is None:
            return False
        changes.change_withdraw(change=row, by=by, now=self.now, shown=self._shown(row))
        return self._done_on_current()

    # Returns.

    def _act_type(self, by: Any) -> bool | None:
        ret, kpi = self._ret(), self.luck.choice(self._kpis())
        known = current_claim(ret, kpi)
        nil = self.luck.random() < 0.2
        answer = drafting.Answer(amount=self._amount(), nil=nil, nil_reason=self._words() if nil else "")
        shown = self._shown(known) if known else 0
        self._current = self._current if known else True
        drafting.claim_save(ret=ret, kpi=kpi, shown=shown, answer=answer, by=by, now=self.now)
        return self._done_on_current()

    def _declare(self, ret: Return, version: int | None, by: Any, *, both: bool = True) -> None:
        words = {"only_this_contract": True, "only_contracted": both, "account": "A dry spring."}
        drafting.declarations_save(ret=ret, version=version, by=by, now=self.now, **words)  # type: ignore[arg-type]

    def _act_declare(self, by: Any) -> None:
        ret = self._ret()
        self._declare(ret, self._shown(ret), by, both=self.luck.random() < 0.7)
        self._done_on_current()

    def _act_send(self, by: Any) -> None:
        ret = self._ret()
        self._send(ret, self._shown(ret), by)
        self._done_on_current()
        self.rules.was_sendable(ret, london_day(self.now))

    def _act_recall(self, by: Any) -> None:
        ret = self._ret()
        sending.return_recall(ret=ret, version=self._shown(ret), reason=self._words(), by=by, now=self.now)
        self._done_on_current()
        self.rules.was_recallable(ret, london_day(self.now))

    def _act_correct(self, by: Any) -> bool | None:
        claim = self._claim("submitted", "asked", "decided")
        if claim is None:
            return False
        nil = self.luck.random() < 0.2
        wanted = correcting.Correction(amount=self._amount(), reason=self._words(), nil=nil)
        correcting.claim_correct(claim=claim, shown=self._shown(claim), correction=wanted, by=by, now=self.now)
        self._done_on_current()
        self.rules.was_correctable(claim, Decimal(0) if nil else wanted.amount, london_day(self.now))
        return None

    def _act_answer(self, by: Any) -> bool | None:
        claim = self._claim("asked")
        if claim is None:
            return False
        deciding.question_answer(claim=claim, answer=self._words(), by=by, now=self.now)
        return None

    def _act_choose(self, by: Any) -> None:
        ret, kpi = self._ret(), self.luck.choice(self._kpis())
        known = current_claim(ret, kpi)
        items = [one for one in EvidenceItem.objects.filter(contract=self.contract) if self.luck.random() < 0.5]
        shown = self._shown(known) if known else 0
        self._current = self._current if known else True
        choosing.evidence_choose(ret=ret, kpi=kpi, items=items, shown=shown, by=by, now=self.now)
        self._done_on_current()

    def _act_item_withdraw(self, by: Any) -> bool | None:
        item = self._any(EvidenceItem.objects.filter(contract=self.contract).select_related("contract", "file"))
        files.item_withdraw(item=item, reason=self._words(), by=by, now=self.now)
        return None

    # Checking.

    def _act_decide(self, by: Any) -> bool | None:
        claim = self._claim("submitted", "asked")
        if claim is None:
            return False
        parts = {name: self._amount() for name in ("accepted", "rejected", "disputed") if self.luck.random() < 0.4}
        wish = Wish(self.luck.choice(VERDICTS), reason=self._words(), **parts)
        deciding.claim_decide(claim=claim, version=self._shown(claim), wish=wish, by=by, now=self.now)
        return self._done_on_current()

    def _act_take_back(self, by: Any) -> bool | None:
        claim = self._claim("decided", "submitted")
        movement = self._any(Movement.objects.filter(claim=claim)) if claim else None
        if claim is None or movement is None:
            return False
        amount = movement.amount if self.luck.random() < 0.5 else self._amount()
        deciding.claim_reopen(
            claim=claim,
            version=self._shown(claim),
            movement=movement,
            amount=amount,
            reason=self._words(),
            by=by,
            now=self.now,
        )
        return self._done_on_current()

    def _act_ask_reopening(self, by: Any) -> None:
        reopening.reopening_ask(ret=self._ret(), reason=self._words(), by=by, now=self.now)

    def _reopening(self) -> Reopening | None:
        rows = Reopening.objects.filter(ret__contract=self.contract).select_related("ret__contract")
        found: Reopening | None = self._any(rows)
        return found

    def _act_grant(self, by: Any) -> bool | None:
        row = self._reopening()
        if row is None:
            return False
        until = self.now.date() + dt.timedelta(days=self.luck.choice([-1, 0, 14, 90]))
        reopening.reopening_grant(reopening=row, until=until, by=by, now=self.now)
        return None

    def _act_refuse(self, by: Any) -> bool | None:
        row = self._reopening()
        if row is None:
            return False
        reopening.reopening_refuse(reopening=row, reason=self._words(), by=by, now=self.now)
        return None
