"""What must hold on a contract after every act of the walk, worked out from the rows alone and without the services."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import F, Model, QuerySet, Sum

from commonweal_web.audit.services import verify
from commonweal_web.contracts.models import Change, Contract, KpiTarget, KpiVersion
from commonweal_web.delivery.ledger_check import rebuild_and_compare
from commonweal_web.delivery.models import (
    Balance,
    Claim,
    ClaimEvidence,
    Decision,
    Movement,
    Receipt,
    Reopening,
    Return,
)

WORDS = (
    "measure",
    "deliverable",
    "unit",
    "kind",
    "profile",
    "over_time",
    "target",
    "value_per_unit",
    "value_series",
    "value_source",
    "value_on",
    "proposed_by_id",
    "effective",
)
CLAIMED = (
    "ret_id",
    "kpi_id",
    "kpi_version_id",
    "revision",
    "amount",
    "denominator",
    "nil",
    "nil_reason",
    "account",
    "place",
    "cohort",
    "working",
    "warnings_answered",
    "updated_by_id",
)
DECIDED = ("claim_id", "verdict", "accepted", "rejected", "disputed", "reason", "by_id", "submitter_id", "at")
MOVED = ("claim_id", "decision_id", "source", "target", "amount", "denominator", "pence", "corrects_id", "by_id", "at")
SENT = ("submitted", "asked", "decided")
ZERO = Decimal(0)


def trace(contract: Contract) -> tuple[tuple[Any, ...], ...]:
    """
    Return what an act leaves behind: how many rows there are and how often they changed; the log comes first.

    Asked before and after every act, so it is one statement.
    """
    with connection.cursor() as cursor:
        cursor.execute(_TRACE, {"contract": contract.pk})
        return tuple(cursor.fetchall())


_OF_RETURNS = "WHERE ret_id IN (SELECT id FROM delivery_return WHERE contract_id = %(contract)s)"
_OF_CLAIMS = f"WHERE claim_id IN (SELECT id FROM delivery_claim {_OF_RETURNS})"
_OF_CONTRACT = "WHERE contract_id = %(contract)s"
_OF_KPIS = f"WHERE kpi_id IN (SELECT id FROM contracts_kpi {_OF_CONTRACT})"
_COUNTED = (
    ("audit_event", "id", _OF_CONTRACT),
    ("contracts_kpiversion", "version", _OF_KPIS),
    ("contracts_change", "version", _OF_CONTRACT),
    ("delivery_return", "version", _OF_CONTRACT),
    ("delivery_claim", "version", _OF_RETURNS),
    ("delivery_movement", "id", _OF_CONTRACT),
    ("delivery_decision", "id", _OF_CLAIMS),
    ("delivery_claimevidence", "id", _OF_CLAIMS),
    ("delivery_typist", "id", _OF_RETURNS),
    ("delivery_receipt", "id", _OF_RETURNS),
    ("delivery_reopening", "CASE state WHEN 'asked' THEN 1 WHEN 'granted' THEN 100 ELSE 10000 END", _OF_RETURNS),
    ("evidence_evidenceitem", "CASE WHEN withdrawn_at IS NULL THEN 0 ELSE id END", _OF_CONTRACT),
    ("delivery_balance", "pence", _OF_CONTRACT),
)
_TRACE = (
    " UNION ALL ".join(
        f"SELECT {number}, COUNT(*), SUM({what}) FROM {table} {where}"
        for number, (table, what, where) in enumerate(_COUNTED)
    )
    + " ORDER BY 1"
)


def _hash(row: Model, names: tuple[str, ...], *more: Any) -> str:
    said = repr([str(getattr(row, name)) for name in names]) + repr(more)
    return hashlib.sha256(said.encode()).hexdigest()


def what_it_says(version: KpiVersion) -> str:
    """Return the hash of everything that an approver reads of a version."""
    version = KpiVersion.objects.get(pk=version.pk)
    targets = KpiTarget.objects.filter(kpi_version=version).order_by("starts")
    return _hash(version, WORDS, [(str(t.starts), str(t.ends), str(t.amount)) for t in targets])


class Rules:
    """The rules, with what earlier steps showed of rows that may never change again."""

    def __init__(self, contract: Contract) -> None:
        self.contract = contract
        self.frozen: dict[tuple[str, int], str] = {}
        self.seen_by_approver: dict[int, str] = {}
        self.before: tuple[Any, ...] = ()

    def approver_sees(self, version: KpiVersion) -> None:
        """Note what stands in a version when somebody is about to approve it."""
        self.seen_by_approver[version.pk] = what_it_says(version)

    def remember(self) -> None:
        """Note how much there is before the first act."""
        self.before = trace(self.contract)

    def after_an_act(self, *, done: bool, rows: int) -> None:
        """An act writes its rows of the log; one that was refused, or that changes nothing, leaves no trace at all."""
        before, after = self.before, trace(self.contract)
        self.before = after
        written = after[0][1] - before[0][1]
        if not done or written == 0:
            assert after == before, f"left a trace without a row of the log: {before} -> {after}"
            return
        assert written == rows, f"{written} rows of the log for one act, not {rows}"
        self.hold()

    def hold(self) -> None:
        """Look at everything that an act may have broken."""
        self._never_changes()
        self._claims_add_up()
        self._returns_are_where_their_claims_are()

    def hold_at_the_end(self) -> None:
        """Look at what stays to be seen for ever, and at what costs more to work out."""
        assert rebuild_and_compare([self.contract.pk]) == []
        assert verify() == []
        for version in KpiVersion.objects.filter(kpi__contract=self.contract, state__in=["approved", "superseded"]):
            seen = self.seen_by_approver.get(version.pk)
            assert seen in (None, what_it_says(version)), f"version {version.pk} is not what its approver saw"
        self._balances_are_the_claims()
        self._nobody_alone()

    def _keep(self, rows: QuerySet[Any], names: tuple[str, ...], more: Mapping[int, Any] | None = None) -> None:
        for row in rows:
            key = (row._meta.label_lower, row.pk)
            now = _hash(row, names, (more or {}).get(row.pk))
            assert self.frozen.setdefault(key, now) == now, f"{key} changed after it was fixed"

    def _never_changes(self) -> None:
        owed: dict[int, list[Any]] = defaultdict(list)
        for pk, *target in KpiTarget.objects.filter(kpi_version__kpi__contract=self.contract).values_list(
            "kpi_version", "starts", "ends", "amount"
        ):
            owed[pk].append(target)
        versions = KpiVersion.objects.filter(kpi__contract=self.contract)
        self._keep(versions.filter(state__in=["approved", "superseded"]), WORDS, owed)
        links: dict[int, list[int]] = defaultdict(list)
        for claim, item in ClaimEvidence.objects.filter(claim__ret__contract=self.contract).values_list(
            "claim", "item"
        ):
            links[claim].append(item)
        self._keep(Claim.objects.filter(ret__contract=self.contract).exclude(state="draft"), CLAIMED, links)
        self._keep(Decision.objects.filter(claim__ret__contract=self.contract), DECIDED)
        self._keep(Movement.objects.filter(contract=self.contract), MOVED)
        self._keep(Receipt.objects.filter(ret__contract=self.contract), ("text", "sha256", "received_at", "by_id"))
        gone = ClaimEvidence.objects.filter(claim__state__in=SENT, item__withdrawn_at__isnull=False)
        assert not gone.exists(), "a claim that was sent rests on a file that was withdrawn"

    def _nobody_alone(self) -> None:
        assert not KpiVersion.objects.filter(decided_by=F("proposed_by")).exists()
        assert not Change.objects.filter(approved_by=F("proposed_by")).exists()
        assert not Change.objects.filter(checked_by=F("proposed_by")).exists()
        assert not Reopening.objects.filter(decided_by=F("asked_by")).exists()
        decided = Decision.objects.filter(claim__ret__contract=self.contract)
        assert not decided.filter(by=F("submitter")).exists()
        assert not decided.filter(by=F("claim__ret__typists__user")).exists()
        assert not decided.filter(by=F("claim__evidence_links__item__uploaded_by")).exists()
        disputed = set(decided.filter(verdict="dispute").values_list("claim", "by"))
        assert disputed.isdisjoint(decided.filter(verdict="settle").values_list("claim", "by"))

    def _claims_add_up(self) -> None:
        stands: dict[int, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
        for claim, source, target, amount in Movement.objects.filter(
            contract=self.contract, claim__isnull=False
        ).values_list("claim", "source", "target", "amount"):
            stands[claim][source] -= amount
            stands[claim][target] += amount
        for claim in Claim.objects.filter(ret__contract=self.contract).exclude(state="draft"):
            held = stands[claim.pk]
            claimed = ZERO if claim.nil else claim.amount
            parts = [held[name] for name in ("pending", "verified", "rejected", "disputed", "withdrawn")]
            assert min(parts) >= 0, f"claim {claim.pk} is overdrawn: {dict(held)}"
            assert sum(parts) == claimed, f"claim {claim.pk} of {claimed} holds {dict(held)}"
            if claim.state in ("decided", "withdrawn"):
                assert held["pending"] == held["disputed"] == 0, f"claim {claim.pk} is {claim.state}: {dict(held)}"
            if claim.state == "withdrawn":
                assert held["verified"] == 0, f"claim {claim.pk} was withdrawn, but {held['verified']} counts"

    def _returns_are_where_their_claims_are(self) -> None:
        for ret in Return.objects.filter(contract=self.contract).prefetch_related("claims"):
            states = [claim.state for claim in ret.claims.all() if claim.state != "withdrawn"]
            live = [(claim.kpi_id) for claim in ret.claims.all() if claim.state != "withdrawn"]
            assert len(live) == len(set(live)), f"return {ret.pk} counts a KPI twice"
            if ret.state == "checked":
                assert set(states) == {"decided"}, f"return {ret.pk} is checked, its claims are {states}"
            if ret.state == "submitted":
                assert "draft" not in states, f"return {ret.pk} was sent with a draft"
                assert set(states) - {"decided"}, f"every claim of return {ret.pk} is decided, but it is not checked"
            if ret.state in ("expected", "draft"):
                assert set(states) <= {"draft"}, f"return {ret.pk} is {ret.state}, its claims are {states}"

    def _balances_are_the_claims(self) -> None:
        for kpi, starts, account, amount in Balance.objects.filter(
            contract=self.contract, period_starts__isnull=False
        ).values_list("kpi", "period_starts", "account", "amount"):
            rows = Movement.objects.filter(kpi=kpi, period_starts=starts, claim__ret__starts=starts)
            into = rows.filter(target=account).aggregate(n=Sum("amount"))["n"] or ZERO
            out = rows.filter(source=account).aggregate(n=Sum("amount"))["n"] or ZERO
            assert amount == into - out, f"balance of KPI {kpi} {starts} {account}"

    # What a service must have looked at before it did the act; `ret` and `claim` are the rows as they were before.

    def was_sendable(self, ret: Return, day: dt.date) -> None:
        assert ret.state == "draft", f"a return that was {ret.state} was sent"
        assert ret.ends < day, "a return was sent before its period ended"
        assert day <= ret.locks or (ret.open_until is not None and day <= ret.open_until), "a locked return was taken"
        assert (ret.only_this_contract, ret.only_contracted) == (True, True), "a return was taken without declarations"
        due = KpiTarget.objects.filter(
            kpi_version__kpi__contract=self.contract,
            kpi_version=F("kpi_version__kpi__current"),
            starts=ret.starts,
            amount__gt=0,
        )
        answered = Claim.objects.filter(ret=ret, state="submitted").values("kpi")
        assert not due.exclude(kpi_version__kpi__in=answered).exists(), "a return with a KPI unanswered was taken"

    def was_recallable(self, ret: Return, day: dt.date) -> None:
        assert ret.state == "submitted"
        assert day <= ret.locks or (ret.open_until is not None and day <= ret.open_until), "recalled after the lock"
        decided = Decision.objects.filter(claim__ret=ret).exclude(verdict="ask")
        assert not decided.exists(), "a return of which something was decided was recalled"

    def was_correctable(self, claim: Claim, wanted: Decimal | None, day: dt.date) -> None:
        assert claim.state in SENT
        open_then = day <= claim.ret.locks or (claim.ret.open_until is not None and day <= claim.ret.open_until)
        before = ZERO if claim.nil else claim.amount
        assert open_then or (wanted is not None and before is not None and wanted < before), (
            "made larger after the lock"
        )
