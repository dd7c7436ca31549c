"""
One posting: what one act moves, written as movement rows and balances. Only `ledger.py` uses it.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import commonweal
import commonweal_data
from commonweal import errors, ledger
from commonweal.ledger import Account
from commonweal.quantities import plain
from commonweal.reporting.wording import amount as in_words
from commonweal_web.contracts.models import Kpi, KpiVersion
from commonweal_web.core.errors import Refused
from commonweal_web.delivery import ledger_rows as rows
from commonweal_web.delivery import ledger_store as store
from commonweal_web.delivery.models import Claim, Decision, Movement

ZERO = Decimal(0)


@dataclass
class Posting:
    """What one act moves. Leaving the block writes the body's balances, in order."""

    by: Any
    role: str
    now: dt.datetime
    reason: str = ""
    decision: Decision | None = None
    body: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    locked: set[int] = field(default_factory=set)
    hashes: dict[tuple[int, bool], list[str]] = field(default_factory=dict)

    def __enter__(self) -> Posting:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            store.write_body({slot: pence for slot, pence in self.body.items() if pence})

    def lock(self, kpi_id: int) -> None:
        if kpi_id not in self.locked:
            store.lock_kpi(kpi_id)
            self.locked.add(kpi_id)

    def promises(self, kpi: Kpi) -> ledger.Ledger:
        self.lock(kpi.pk)
        return rows.replay(Movement.objects.filter(kpi=kpi, claim=None).order_by("pk"))

    def promise(self, version: KpiVersion, source: Account, target: Account, amount: Decimal) -> Movement:
        book = self.promises(version.kpi)
        slot = rows.promise_slot(version.kpi)
        first = Movement.objects.filter(kpi=version.kpi, claim=None).order_by("pk").first()
        under = first.body_slot if first else rows.body_slot(version.kpi.contract, version, place="", starts=None)
        movement = ledger.Movement(rows.NEW, slot, source, target, amount)
        posted = self._post(book, movement, version)
        return self._write(posted, version, claim=None, under=under, place=version.place, cohort=version.cohort)

    def vary(self, version: KpiVersion, standing: Decimal, wanted: Decimal, *, rebase: bool) -> list[Movement]:
        out, back = (standing, wanted) if rebase else (max(standing - wanted, ZERO), max(wanted - standing, ZERO))
        made = [self.promise(version_standing(version), Account.PROMISED, Account.OUTSIDE, out)] if out else []
        return made + ([self.promise(version, Account.OUTSIDE, Account.PROMISED, back)] if back else [])

    def delivery(
        self,
        claim: Claim,
        source: Account,
        target: Account,
        amount: Decimal,
        *,
        denominator: Decimal | None = None,
        claiming: bool = False,
    ) -> Movement:
        self.lock(claim.kpi_id)
        before, slot, version = store.movements_of(claim), rows.claim_slot(claim), _version(claim)
        book = rows.replay_claim(slot, before)
        if denominator is None:
            stands = book.balance(slot, source)
            whole = amount == stands.amount or target is Account.VERIFIED
            denominator = stands.denominator if whole else ZERO
        movement = ledger.Movement(rows.NEW, slot, source, target, amount, denominator=denominator)
        posted = self._post(book, movement, version)
        place = before[0].place if before else claim.place or version.place
        under = (
            before[0].body_slot
            if before
            else rows.body_slot(claim.ret.contract, version, place=claim.place, starts=claim.ret.starts)
        )
        reason = claim.account[:500] if claiming else self.reason
        cohort = claim.cohort or version.cohort
        return self._write(posted, version, claim=claim, under=under, place=place, cohort=cohort, reason=reason)

    def correct(self, row: Movement, amount: Decimal) -> Movement:
        self.lock(row.kpi_id)
        before = Movement.objects.filter(kpi=row.kpi_id, claim=row.claim_id).order_by("pk")
        book = rows.replay(before)
        try:
            posted = book.correct(
                str(row.pk), amount=amount, new_id=rows.NEW, on=self.now.date(), by="", reason=self.reason
            )
        except errors.IllegalMovement as error:
            raise Refused(_too_much_back(row, amount), code="illegal_movement", field="amount") from error
        return self._write(
            posted,
            row.kpi_version,
            claim=row.claim,
            under=row.body_slot,
            place=row.place,
            cohort=row.cohort,
            corrects=row,
        )

    def undo(self, claim: Claim) -> list[Movement]:
        """Correct every movement of a claim that stands, whole and last first."""
        self.lock(claim.kpi_id)
        made = []
        for row in reversed(movements_of(claim)):
            if row.corrects_id is None:
                back = sum((c.amount for c in row.corrections.all()), ZERO)
                if row.amount > back or (row.amount == ZERO and not row.corrections.exists()):
                    made.append(self.correct(row, row.amount - back))
        return made

    def _hashes(self, claim: Claim | None, *, decided: bool) -> list[str]:
        """Return the hashes of the claim's files, read once for all parts of one act."""
        if claim is None:
            return []
        key = (claim.pk, decided)
        if key not in self.hashes:
            self.hashes[key] = store.hashes_of(claim, decided=decided)
        return self.hashes[key]

    def _post(self, book: ledger.Ledger, movement: ledger.Movement, version: KpiVersion) -> ledger.Movement:
        try:
            return book.move(movement, value=version.value_per_unit, kept=rows.kept_share(version))
        except errors.IllegalMovement as error:
            stands = book.balance(movement.slot, movement.source)
            raise Refused(_too_much(movement, stands, version.unit), code="illegal_movement", field="amount") from error

    def _write(
        self,
        posted: ledger.Movement,
        version: KpiVersion,
        *,
        claim: Claim | None,
        under: str,
        place: str,
        cohort: str,
        corrects: Movement | None = None,
        reason: str | None = None,
    ) -> Movement:
        period = posted.slot.period
        row = Movement.objects.create(
            contract_id=version.kpi.contract_id,
            kpi_id=version.kpi_id,
            kpi_version=version,
            claim=claim,
            decision=self.decision,
            period_starts=period.start if period else None,
            period_ends=period.end if period else None,
            place=place,
            cohort=cohort,
            source=posted.source.value,
            target=posted.target.value,
            amount=posted.amount,
            denominator=posted.denominator,
            pence=posted.pence,
            value_used=rows.value_used(version),
            evidence=self._hashes(claim, decided=posted.source is not Account.OUTSIDE),
            corrects=corrects,
            by=self.by,
            role=self.role,
            reason=self.reason if reason is None else reason,
            at=self.now,
            engine_release=commonweal.__version__,
            data_release=commonweal_data.__version__,
            body_slot=under,
        )
        store.write_balances(row)
        for account, sign in ((row.source, -1), (row.target, 1)):
            self.body[f"{under}|{account}"] += sign * (row.pence or 0)
        return row


def movements_of(claim: Claim) -> list[Movement]:
    return list(Movement.objects.filter(claim=claim).order_by("pk").prefetch_related("corrections"))


def _version(claim: Claim) -> KpiVersion:
    version = claim.kpi_version or claim.kpi.current
    if version is None:
        raise Refused("This KPI is not approved yet, so nothing can be claimed under it.", code="no_version")
    return version


def version_standing(version: KpiVersion) -> KpiVersion:
    """Return the version at whose value the promise stands now: that of its last movement."""
    last = Movement.objects.filter(kpi=version.kpi_id, claim=None).order_by("pk").last()
    return last.kpi_version if last else version


def _too_much(movement: ledger.Movement, stands: ledger.Balance, unit: str) -> str:
    if movement.target not in ledger.ALLOWED.get(movement.source, frozenset()):
        return f"What is {_word(movement.source)} cannot become {_word(movement.target)}. Correct the decision instead."
    return (
        f"{in_words(movement.amount, unit)} is more than is {_word(movement.source)} now, which is "
        f"{in_words(stands.amount, unit)}. Enter that much or less."
    )


def _too_much_back(row: Movement, amount: Decimal) -> str:
    return (
        f"{plain(amount)} cannot be taken back from the {plain(row.amount)} that became {_word(Account(row.target))}: "
        f"some of it was taken back before, or has moved on. Open the claim again to see what stands."
    )


def _word(account: Account) -> str:
    return account.value.replace("_", " ")
