"""
The delivery ledger: an amount of one KPI goes from one account to another, and is only ever appended.

Every KPI has two sides. The promise side runs from `outside` to `promised` and on to `relieved`, `transferred` or
`written_off`; a variation moves between `outside` and `promised`. The delivery side runs from `outside` to `pending`
and on to `verified`, `rejected`, `disputed` or `withdrawn`. A correction is a movement back along the one it names.

Pence are worked out once per movement, half up, and kept as whole numbers. When an amount is moved in parts, the part
that empties the account takes the pence that are left, so that parts and whole agree to the penny.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from commonweal import errors
from commonweal.periods import Period
from commonweal.quantities import HUNDRED, plain, split, to_pence, to_pounds

ZERO = Decimal(0)


class Account(StrEnum):
    """Where an amount can stand. Both sides share `outside`, the world that amounts come from."""

    OUTSIDE = "outside"
    PROMISED = "promised"
    RELIEVED = "relieved"
    TRANSFERRED = "transferred"
    WRITTEN_OFF = "written_off"
    PENDING = "pending"
    VERIFIED = "verified"
    REJECTED = "rejected"
    DISPUTED = "disputed"
    WITHDRAWN = "withdrawn"


PROMISE_SIDE = (Account.PROMISED, Account.RELIEVED, Account.TRANSFERRED, Account.WRITTEN_OFF)
DELIVERY_SIDE = (Account.PENDING, Account.VERIFIED, Account.REJECTED, Account.DISPUTED, Account.WITHDRAWN)

ALLOWED: Mapping[Account, frozenset[Account]] = {
    Account.OUTSIDE: frozenset({Account.PROMISED, Account.PENDING}),
    Account.PROMISED: frozenset({Account.OUTSIDE, Account.RELIEVED, Account.TRANSFERRED, Account.WRITTEN_OFF}),
    Account.PENDING: frozenset({Account.VERIFIED, Account.REJECTED, Account.DISPUTED, Account.WITHDRAWN}),
    Account.DISPUTED: frozenset({Account.VERIFIED, Account.REJECTED}),
}


@dataclass(frozen=True, slots=True)
class Slot:
    """
    What a balance is kept for: one KPI of one contract in one period, place and cohort, and one claim line of it.

    The promise side has no claim, and no period where the whole-life promise moves.
    """

    contract: str
    kpi: str
    period: Period | None = None
    place: str = ""
    cohort: str = ""
    claim: str = ""


@dataclass(frozen=True, slots=True)
class Movement:
    """
    One row of the ledger. `amount` is in the KPI's unit and above zero (or zero of a `denominator`); `pence` is None
    where no pounds are used.

    `denominator` moves beside the amount for a ratio. `value_used` names the value entry the pence rest on, and
    `corrects` the movement that this one takes back, whole or in part.
    """

    id: str
    slot: Slot
    source: Account
    target: Account
    amount: Decimal
    pence: int | None = None
    denominator: Decimal = ZERO
    on: dt.date | None = None
    by: str = ""
    role: str = ""
    reason: str = ""
    evidence: str = ""
    evidence_hash: str = ""
    value_used: str = ""
    corrects: str = ""


@dataclass(frozen=True, slots=True)
class Balance:
    """What an account holds: amount, whole pence, and the denominator of a ratio."""

    amount: Decimal = ZERO
    pence: int = 0
    denominator: Decimal = ZERO

    def plus(self, movement: Movement, sign: int) -> Balance:
        """Return the balance after `movement` came in (sign 1) or went out (sign -1)."""
        return Balance(
            self.amount + sign * movement.amount,
            self.pence + sign * (movement.pence or 0),
            self.denominator + sign * movement.denominator,
        )

    def __add__(self, other: Balance) -> Balance:
        return Balance(self.amount + other.amount, self.pence + other.pence, self.denominator + other.denominator)


EMPTY = Balance()


class Ledger:
    """
    Movements in the order in which they were posted, with the balances that follow from them.

    :raises IllegalMovement: from `post`, and then nothing was posted
    """

    def __init__(self, movements: Iterable[Movement] = ()) -> None:
        self._movements: dict[str, Movement] = {}
        self._taken_back: dict[str, Balance] = defaultdict(Balance)
        self._balances: dict[Slot, dict[Account, Balance]] = {}
        self._slots: dict[tuple[str, str], list[Slot]] = defaultdict(list)
        for movement in movements:
            self.post(movement)

    def __iter__(self) -> Iterator[Movement]:
        return iter(self._movements.values())

    def __len__(self) -> int:
        return len(self._movements)

    def __getitem__(self, movement_id: str) -> Movement:
        return self._movements[movement_id]

    def post(self, movement: Movement) -> Movement:
        """
        Append one movement.

        :raises IllegalMovement: if the id is taken, the step is not allowed, the amount is not above zero, the account
            holds less, or a correction does not run back along the movement it names
        """
        if movement.id in self._movements:
            raise errors.IllegalMovement(
                f"Movement {movement.id} is already in the ledger. Give the new one its own id."
            )
        if movement.amount < 0 or movement.amount == movement.denominator == 0:
            raise errors.IllegalMovement(
                f"Movement {movement.id} moves {plain(movement.amount)}. Move an amount above zero; "
                f"to take something back, post a correction that names the movement."
            )
        self._check_step(movement)
        self._check_funds(movement)
        self._append(movement)
        return movement

    def move(self, movement: Movement, *, value: Decimal | None, kept: Decimal = Decimal(1)) -> Movement:
        """
        Post `movement` with its pence worked out: `amount` x `value` (pounds per unit) x `kept` (share after
        adjustments), rounded once, half up; a part that empties its account takes the pence that are left in it.

        :raises IllegalMovement: as `post`
        """
        if value is None:
            return self.post(replace(movement, pence=None))
        pence = to_pence(movement.amount * value * kept)
        if movement.source is not Account.OUTSIDE:
            held = self.balance(movement.slot, movement.source)
            pence = held.pence if movement.amount == held.amount else min(pence, held.pence)
        return self.post(replace(movement, pence=pence))

    def correct(
        self, movement_id: str, *, amount: Decimal, new_id: str, on: dt.date | None, by: str, reason: str
    ) -> Movement:
        """
        Take back `amount` of an earlier movement by a new one that names it; its pence go back in proportion,
        all that are left with the last part.

        :raises IllegalMovement: if the movement is unknown, or less of it is left
        """
        if movement_id not in self._movements:
            raise errors.IllegalMovement(f"There is no movement {movement_id} to correct.")
        first = self._movements[movement_id]
        return self.post(
            replace(
                first,
                id=new_id,
                source=first.target,
                target=first.source,
                amount=amount,
                pence=self._pence_back(first, amount),
                denominator=first.denominator if amount == first.amount else ZERO,
                on=on,
                by=by,
                reason=reason,
                corrects=movement_id,
            )
        )

    def balance(self, slot: Slot, account: Account) -> Balance:
        """Return what `account` holds in `slot`; empty where nothing was ever posted."""
        return self._balances.get(slot, {}).get(account, EMPTY)

    def slots(self, contract: str, kpi: str) -> list[Slot]:
        """Return the slots that one KPI has movements in, in order of first use."""
        return list(self._slots.get((contract, kpi), ()))

    def total(self, contract: str, kpi: str, account: Account, *, period: Period | None = None) -> Balance:
        """Return the sum over a KPI's slots, of one period if given. Only right for measures that are summed."""
        slots = self._slots.get((contract, kpi), ())
        return sum((self.balance(s, account) for s in slots if period in (None, s.period)), EMPTY)

    def claimed(self, slot: Slot) -> Balance:
        """Return all that was claimed in `slot`, whatever became of it."""
        return sum((self.balance(slot, account) for account in DELIVERY_SIDE), EMPTY)

    def rebuilt(self) -> Ledger:
        """Return a new ledger posted from this one's movements alone."""
        return Ledger(self)

    def broken_invariants(self) -> list[str]:
        """
        Work all balances out again from the movements and return, in words, every one that differs, is negative, or
        breaks "claimed = pending + verified + rejected + disputed + withdrawn". Empty means sound.
        """
        again = self.rebuilt()
        found = []
        for slot, accounts in self._balances.items():
            where = f"{slot.contract} {slot.kpi} {slot.claim}".rstrip()
            for account, held in accounts.items():
                made = again.balance(slot, account)
                if held != made:
                    found.append(f"{where}: {account} holds {held}, but its movements make {made}")
                if account is not Account.OUTSIDE and held.amount < 0:
                    found.append(f"{where}: {account} is overdrawn by {plain(-held.amount)}")
            if (left := sum(accounts.values(), EMPTY)) != EMPTY:
                found.append(f"{where}: the accounts do not balance, {left} is left over")
        return found

    def _check_step(self, movement: Movement) -> None:
        if movement.corrects:
            self._check_correction(movement)
        elif movement.target not in ALLOWED.get(movement.source, frozenset()):
            ways = ", ".join(sorted(ALLOWED.get(movement.source, frozenset()))) or "nowhere, except by a correction"
            raise errors.IllegalMovement(
                f"Movement {movement.id} goes from {movement.source} to {movement.target}. "
                f"From {movement.source} an amount can go to: {ways}."
            )

    def _check_correction(self, movement: Movement) -> None:
        first = self._movements.get(movement.corrects)
        if first is None:
            raise errors.IllegalMovement(
                f"Movement {movement.id} corrects {movement.corrects}, which is not in the ledger."
            )
        if (movement.slot, movement.source, movement.target) != (first.slot, first.target, first.source):
            raise errors.IllegalMovement(
                f"Movement {movement.id} corrects {first.id} but does not run back along it, "
                f"from {first.target} to {first.source} of the same KPI, period and claim."
            )
        left = first.amount - self._taken_back[first.id].amount
        if movement.amount > left:
            raise errors.IllegalMovement(
                f"Movement {movement.id} takes back {plain(movement.amount)} of {first.id}, "
                f"of which {plain(left)} is left."
            )

    def _check_funds(self, movement: Movement) -> None:
        if movement.source is Account.OUTSIDE:
            return
        held = self.balance(movement.slot, movement.source)
        if (
            movement.amount > held.amount
            or (movement.pence or 0) > held.pence
            or movement.denominator > held.denominator
        ):
            raise errors.IllegalMovement(
                f"Movement {movement.id} moves {plain(movement.amount)} out of {movement.source}, "
                f"which holds {plain(held.amount)}. Move that much or less."
            )

    def _pence_back(self, first: Movement, amount: Decimal) -> int | None:
        if first.pence is None:
            return None
        back = self._taken_back[first.id]
        if amount == first.amount - back.amount:
            return first.pence - back.pence
        return min(to_pence(to_pounds(first.pence) * amount / first.amount), first.pence - back.pence)

    def _append(self, movement: Movement) -> None:
        self._movements[movement.id] = movement
        if movement.corrects:
            self._taken_back[movement.corrects] = self._taken_back[movement.corrects].plus(movement, 1)
        if movement.slot not in self._balances:
            self._balances[movement.slot] = {}
            self._slots[(movement.slot.contract, movement.slot.kpi)].append(movement.slot)
        accounts = self._balances[movement.slot]
        accounts[movement.source] = accounts.get(movement.source, EMPTY).plus(movement, -1)
        accounts[movement.target] = accounts.get(movement.target, EMPTY).plus(movement, 1)


def attribute(movement: Movement, shares: Iterable[tuple[str, Slot, Decimal]]) -> list[Movement]:
    """
    Return the parts of `movement` that belong to several slots (contracts, KPIs), each as (new id, slot, per cent).

    Amounts and pence of the parts add up to the whole when the shares make 100: the last part takes the remainder.
    Where they make less, the rest is attributed to nobody.

    :raises BadSplit: if a share is not above zero, or together they are more than 100
    """
    wanted = list(shares)
    percents = [percent for _, _, percent in wanted]
    whole = sum(percents, ZERO)
    if not percents or min(percents) <= 0 or whole > HUNDRED:
        raise errors.BadSplit(
            f"Shares of {', '.join(plain(p) for p in percents) or 'nothing'} per cent cannot be used. "
            f"Each must be above zero and together they cannot pass 100."
        )
    weights = [*percents, HUNDRED - whole] if whole < HUNDRED else percents
    amounts = split(movement.amount, weights)
    pence = [None] * len(weights) if movement.pence is None else _whole_parts(movement.pence, weights)
    return [
        replace(movement, id=new_id, slot=slot, amount=amount, pence=part)
        for (new_id, slot, _), amount, part in zip(wanted, amounts, pence, strict=False)
    ]


def _whole_parts(pence: int, weights: list[Decimal]) -> list[int | None]:
    return [int(part) for part in split(Decimal(pence), weights, places=0)]
