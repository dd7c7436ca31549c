"""
A biased walk over one contract: half of the time an act that its rows call for, by somebody whose act it is, otherwise
any act by anybody; and three times in four from the version that stands. Whatever the order, a service either does the
act whole or refuses it in words. `walk_rules.py` says what must hold after every step.
"""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.http import Http404

from commonweal.errors import CommonwealError
from commonweal_web.contracts.models import Change, KpiVersion, NoConflict
from commonweal_web.core import clock
from commonweal_web.core.errors import Refused
from commonweal_web.delivery import ledger
from commonweal_web.delivery.calendar import returns_create
from commonweal_web.delivery.models import Claim, Reopening, Return
from commonweal_web.delivery.returns import drafting, sending
from commonweal_web.delivery.returns.dates import london_day
from commonweal_web.delivery.verification import deciding
from commonweal_web.delivery.verification.deciding import Wish
from commonweal_web.evidence.models import EvidenceItem, StoredFile
from tests.web import world as made
from tests.web.walk_acts import NOTHING, Acts
from tests.web.walk_rules import Rules
from tests.web.world import NOON, World

SUPPLIERS = ("supplier", "supplier administrator")
CHECKERS = ("verifier", "manager", "deputy")
PROPOSERS = ("commissioner", "lead", *CHECKERS)
DIRECTORS = ("director", "other director")
WHO: dict[str, tuple[str, ...]] = {
    "draft": PROPOSERS,
    "edit": PROPOSERS,
    "propose": PROPOSERS,
    "withdraw": PROPOSERS,
    "send_back": DIRECTORS,
    "approve": DIRECTORS,
    "change": PROPOSERS,
    "change_check": ("procurement",),
    "change_approve": DIRECTORS,
    "change_agree": ("supplier administrator",),
    "change_withdraw": PROPOSERS,
    "type": SUPPLIERS,
    "declare": SUPPLIERS,
    "send": SUPPLIERS,
    "recall": SUPPLIERS,
    "correct": SUPPLIERS,
    "answer": SUPPLIERS,
    "choose": SUPPLIERS,
    "item_withdraw": SUPPLIERS,
    "decide": CHECKERS,
    "take_back": CHECKERS,
    "ask_reopening": CHECKERS,
    "grant": ("lead",),
    "refuse": ("lead",),
}
"""Who may do each act on this contract; nobody else ever succeeds."""
QUARTERS = 3


@dataclass
class Walk(Acts):
    """One run: its clock, its luck, what it did so far and what it learned about rows that never change again."""

    world: World
    seed: int
    now: dt.datetime = NOON
    said: list[str] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.luck = random.Random(self.seed)
        self.contract = self.world.contracts["walk"]
        self.rules = Rules(self.contract)
        self._apt = self._current = True
        self._rows_expected = 1

    def run(self, steps: int) -> None:
        """Walk, and look at the rules after each step, and at the costly ones at the end."""
        try:
            self._begin()
            for _ in range(steps):
                self._step()
            self.rules.hold_at_the_end()
        except Exception as error:
            trail = "\n".join(self.said)
            raise AssertionError(f"seed {self.seed}: {type(error).__name__}: {error}\n{trail}") from error

    def _begin(self) -> None:
        """Begin at a return that is blank, filled in, locked, sent, or of which a claim was accepted."""
        stage, by = self.luck.choice(["blank", "filled", "locked", "sent", "accepted", "accepted"]), "supplier"
        with clock.fixed(self.now):
            if stage != "blank":
                self._fill_in(self.world.people[by])
            if stage in ("sent", "accepted"):
                self._send(self._first(), None, self.world.people[by])
            if stage == "accepted":
                claim = Claim.objects.filter(ret__contract=self.contract).earliest("pk")
                wish = Wish("accept", reason="It was seen on site")
                deciding.claim_decide(
                    claim=claim, version=None, wish=wish, by=self.world.people["verifier"], now=self.now
                )
        if stage == "locked":
            self.now += dt.timedelta(days=60)
        self.said.append(f"{self.now:%Y-%m-%d} begin {stage}")
        self.rules.hold()
        self.rules.remember()

    def _fill_in(self, by: Any) -> None:
        ret = self._first()
        for kpi in self._kpis():
            answer = drafting.Answer(amount=Decimal(75))
            drafting.claim_save(ret=ret, kpi=kpi, shown=0, answer=answer, by=by, now=self.now)
        self._declare(ret, None, by)

    def _send(self, ret: Return, version: int | None, by: Any) -> None:
        sending.return_submit(ret=ret, version=version, by=by, arrived_at=self.now, now=self.now)

    def _step(self) -> None:
        while self._act() == NOTHING:
            pass

    def _act(self) -> str:
        """Try one act; `NOTHING` means that there is no row that it could be done to."""
        self._apt = self.luck.random() < 0.5
        names = self._fitting() if self._apt else [*WHO, "clock"]
        name = self.luck.choice(names)
        if name == "clock":
            return self._let_time_pass()
        key = self.luck.choice(WHO[name] if self._apt else tuple(self.world.people))
        with clock.fixed(self.now):
            ended = self._do(name, key)
            if ended == NOTHING:
                return ended
            self.said.append(f"{self.now:%Y-%m-%d} {name} by {key}: {ended}")
            assert ended != "refused without words"
            assert ended != "done" or key in WHO[name], f"{key} could {name}"
            self.rules.after_an_act(done=ended == "done", rows=self._rows_expected)
        return ended

    def _fitting(self) -> list[str]:
        """Return the acts that the rows as they stand call for, so that half of the steps lead somewhere."""
        ret, day = self._first(), london_day(self.now)
        claims = set(Claim.objects.filter(ret=ret).values_list("state", flat=True))
        versions = set(KpiVersion.objects.filter(kpi__contract=self.contract).values_list("state", flat=True))
        change = (
            Change.objects.filter(contract=self.contract).order_by("-pk").values_list("state", "checked_by").first()
        )
        asked = Reopening.objects.filter(ret=ret, state="asked").exists()
        typed = ret.state in ("expected", "draft")
        late = typed and day > max(ret.locks, ret.open_until or ret.locks)
        calls = {
            ("type", "type", "choose", "declare", "send", "send"): typed and not late,
            ("ask_reopening",): late and not asked,
            ("grant", "grant", "refuse"): asked,
            ("recall", "correct"): ret.state == "submitted",
            ("decide",) * 4: "submitted" in claims,
            ("answer", "decide"): "asked" in claims,
            ("correct", "take_back"): "decided" in claims,
            ("propose", "propose", "edit"): bool(versions & {"draft", "sent_back"}),
            ("approve", "approve", "send_back", "edit", "withdraw"): "proposed" in versions,
            ("change_check",) * 3 + ("change_withdraw",): bool(change and change[0] == "proposed" and not change[1]),
            ("change_approve",) * 4: bool(change and change[0] == "proposed" and change[1]),
            ("change_agree",) * 4 + ("change_withdraw",): bool(change and change[0] == "approved"),
            ("change",): not change or change[0] not in ("proposed", "approved"),
            ("draft", "item_withdraw", "clock"): True,
        }
        return [name for names, stands in calls.items() if stands for name in names]

    def _do(self, name: str, key: str) -> str:
        self._rows_expected = 1
        act: Callable[[Any], bool | None] = getattr(self, f"_act_{name}")
        try:
            if act(self.world.people[key]) is False:
                return NOTHING
        except (Refused, CommonwealError) as refused:
            self.refused[name] += 1
            return f"refused: {refused.code}" if refused.message else "refused without words"
        except Http404:
            self.refused[name] += 1
            return "not found"
        self.done[name] += 1
        return "done"

    def _let_time_pass(self) -> str:
        ret = self._ret()
        days = self.luck.choice(
            [1, 3, 10, (ret.due - self.now.date()).days + 1, (ret.locks - self.now.date()).days + 1]
        )
        self.now += dt.timedelta(days=max(min(days, 60), 0), minutes=1)
        self.said.append(f"{self.now:%Y-%m-%d} time passes")
        return "done"


def ground(world: World) -> None:
    """Make the contract of the walk: two KPIs in force, three quarters, people in their parts, and some files."""
    contract = made.contract(
        world,
        "walk",
        "nmc",
        "harbourside",
        "NMC-2026-099",
        "Parks",
        directorate=world.directorates["Neighbourhoods"],
        value_pence=240_000_000,
        ends=dt.date(2026, 12, 31),
    )
    parts = ("manager", "deputy", "verifier", "commissioner", "procurement", "lead")
    made.assign(world, contract, **dict(zip(("owner", *parts[1:]), parts, strict=True)))
    made.contact(world, contract, "harbourside", "supplier")
    for key in CHECKERS:
        NoConflict.objects.create(user=world.people[key], contract=contract, declared_at=NOON)
    rows = {row[0]: row for row in made.GROUNDS_KPIS}
    for ref, target, each in (("NT17", 225, "75"), ("NT10", 39, "13")):
        row = (*rows[ref][:4], target, rows[ref][5], each)
        kpi = made.approved_kpi(world, contract, row, made.quarters(contract.starts, QUARTERS))
        ledger.promise(kpi_version=kpi.current, by=world.people["director"], role="APP", now=NOON)
    returns_create(contract=contract, now=NOON)
    for number, scan in enumerate(("clean", "clean", "pending", "infected")):
        stored = StoredFile.objects.create(
            sha256=f"{number + 1:064x}", size=10, media_type="text/csv", scan=scan, stored_at=NOON
        )
        EvidenceItem.objects.create(
            contract=contract,
            supplier=world.bodies["harbourside"],
            file=stored,
            name=f"hours {number}.csv",
            uploaded_by=world.people["supplier"],
            uploaded_at=NOON,
        )
