"""
A framework agreement with what was called off under it: both levels by measure and by place, each thing once.

Everything is told in the agreement's own release, whatever the one that a call-off reports in. Of a foreign body's
contract only its quantities come in here, as facts that carry the body's name and nothing else: what they rest on
stays in a book that nobody is shown.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from django.db.models import Q

from commonweal import errors
from commonweal.crosswalk.express import Delivery, Expressed, Part, Status, express
from commonweal.crosswalk.items import Item
from commonweal.crosswalk.pledges import NOT_PLACED, Stated
from commonweal.figures import Book
from commonweal.ledger import Account, Slot
from commonweal.places import Gazetteer
from commonweal.portfolio import Aggregation
from commonweal.quantities import Quantity
from commonweal.reporting.build.assembly import Assembly
from commonweal.reporting.build.names import slug
from commonweal.reporting.build.targets import PROMISED
from commonweal_web.contracts.models import Contract
from commonweal_web.contracts.models import Status as ContractStatus
from commonweal_web.delivery.models import Movement
from commonweal_web.frameworks.kept import State
from commonweal_web.reports import documents
from commonweal_web.reports.other_words import balances
from commonweal_web.reports.other_words.facts import STATES, VERIFIED, Facts, of_assembly
from commonweal_web.reports.other_words.frames import seen_by
from commonweal_web.reports.other_words.tables import in_words
from commonweal_web.reports.selectors.timelines import is_officer

STEM = "levels"
ADDED = (Aggregation.SUM, Aggregation.DISTINCT)


@dataclass(frozen=True, slots=True)
class Owner:
    """Who states something: under which name, for which body, and within or on top of which agreement."""

    name: str
    body: str
    agreement: str = ""
    additional: bool = False

    def states(self, book: Book, line: str, unit: str, *, ref: str, place: str = NOT_PLACED) -> Stated:
        """Return what a line of the book says, as a statement of this owner."""
        quantity = Quantity(book[line].value, unit)
        return Stated(self.name, quantity, self.body, self.agreement, self.additional, place, ref=ref, line=line)


@dataclass(frozen=True, slots=True)
class Left:
    """What could not be counted at the agreement's measures: whose it is, how much in its own words, and why."""

    owner: str
    measure: str
    words: str
    reason: str


@dataclass(slots=True)
class Levels:
    """
    What both levels state, by measure of the agreement's release and by state; `placed` is what is verified by place.

    `own` is the reference that the agreement has among the statements, `facts` what it states itself.
    """

    book: Book
    as_at: dt.date
    release: str
    own: str
    frames: State
    stated: dict[tuple[str, str], list[Stated]] = field(default_factory=lambda: defaultdict(list))
    placed: dict[str, list[Stated]] = field(default_factory=lambda: defaultdict(list))
    left: list[Left] = field(default_factory=list)

    @property
    def measures(self) -> list[Item]:
        """The measures that anybody states anything of, in the order of the release."""
        stated = {measure for measure, _ in self.stated}
        return [item for item in self.frames.crosswalk.items.of(self.release).values() if item.id in stated]

    def of(self, measure: str, state: str) -> list[Stated]:
        return self.stated.get((measure, state), [])


def adds_up(item: Item) -> bool:
    """Say whether a measure's quantities are added over contracts; percentages and averages are not."""
    return item.over_contracts in ADDED and not item.ratio


def call_offs_seen(user: Any, agreement: Contract) -> list[Contract]:
    """
    Return the call-offs whose quantities `user` may see on an agreement: all of them for its owner's officers.

    A supplier sees those that it supplies, so that it learns nothing of a rival under the same agreement.
    """
    rows = agreement.call_offs.exclude(status=ContractStatus.DRAFT).select_related("authority")
    if not is_officer(user, agreement):
        rows = rows.filter(pk__in=Contract.objects.visible_to(user).values("pk"))
    return list(rows.order_by("authority__name", "pk"))


def both_levels(agreement: Contract, call_offs: Sequence[Contract], *, as_at: dt.date) -> Levels:
    """Return an agreement's own statements, open to their movements, and those of its call-offs as bare facts."""
    assembly = documents.standings([agreement], as_at=as_at)
    made = Levels(assembly.book, as_at, agreement.framework, agreement.reference, seen_by(agreement.authority_id))
    if made.release not in made.frames.crosswalk.items.releases:
        return made
    own = of_assembly(agreement, assembly, as_at)
    _own(made, own, agreement)
    _own_places(made, assembly, own, agreement)
    _foreign(made, call_offs, STATES, agreement.authority_id)
    return made


def what_binds(call_off: Contract, *, as_at: dt.date) -> Levels:
    """Return a call-off's own statements, open to their movements, beside what its agreement's suppliers pledged."""
    agreement = call_off.call_off_of
    assert agreement is not None  # the caller looked
    assembly = documents.standings([call_off], as_at=as_at)
    made = Levels(assembly.book, as_at, agreement.framework, agreement.reference, seen_by(call_off.authority_id))
    if made.release not in made.frames.crosswalk.items.releases:
        return made
    _own(made, of_assembly(call_off, assembly, as_at), call_off, under=agreement.reference)
    _foreign(made, [agreement], (PROMISED,), call_off.authority_id)
    return made


def _own(made: Levels, facts: Facts, contract: Contract, under: str = "") -> None:
    owner = Owner(contract.reference, str(contract.authority), under, contract.additional)
    for state in STATES:
        for delivery in facts.deliveries[state]:
            one = _expressed(made, made.book, delivery, f"{STEM}/{state}")
            for part in _converted(one):
                said = owner.states(made.book, part.quantity, part.target.unit, ref=facts.known[delivery.ref].ref)
                made.stated[(part.target.id, state)].append(said)
            if state == PROMISED:
                made.left += _left(owner.body, facts, one)


def _converted(one: Expressed) -> list[Part]:
    return [part for part in one.parts if part.status is Status.CONVERTED and part.quantity]


def _left(owner: str, facts: Facts, one: Expressed) -> list[Left]:
    """Return what became of a delivery that is not converted whole."""
    known = facts.known[one.delivery.ref]
    item = facts.frames.crosswalk.items
    label = item[known.measure].label if known.measure in item else "a measure of its own"
    if not one.parts:
        amount = facts.book[one.delivery.quantity].value
        return [Left(owner, label, in_words(amount, known.unit), one.reason or "not linked")]
    rest = [part for part in one.parts if part.status is not Status.CONVERTED]
    return [Left(owner, label, part.words, part.way.link.reason) for part in rest]


def _expressed(made: Levels, book: Book, delivery: Delivery, stem: str) -> Expressed:
    """Tell one delivery in a release; what could go to several measures of it goes to none."""
    try:
        (one,) = express(
            book=book, crosswalk=made.frames.crosswalk, deliveries=[delivery], to=made.release, stem=stem
        )  # fmt: skip
    except errors.ChoiceNeeded as error:
        return Expressed(delivery, (), f"it could be counted as {' or as '.join(error.choices)}")
    return one


def _own_places(made: Levels, assembly: Assembly, facts: Facts, contract: Contract) -> None:
    """Enter what is verified at each place, for measures that add up."""
    for standing in assembly.standings:
        delivery = next((one for one in facts.deliveries[VERIFIED] if one.ref == standing.stem), None)
        if delivery is None or standing.kpi.over_time not in ADDED:
            continue
        known = facts.known[delivery.ref]
        by_region: dict[str, list[str]] = defaultdict(list)
        for place in sorted({movement.slot.place for movement in assembly.flows.movements(standing.kpi)}):
            by_region[region_of(place)].append(place)
        for region, places in by_region.items():

            def here(slot: Slot, places: list[str] = places) -> bool:
                return slot.place in places

            where = f"{standing.stem}/verified/at/{slug(region) if region else 'not-placed'}"
            label = f"{known.label} verified, {region or 'not placed'}"
            line = assembly.flows.quantity(standing.kpi, where, label, Account.VERIFIED, here)
            if line:
                placed = replace(delivery, quantity=line, pounds="", ref=where)
                _keep_place(made, placed, Owner(contract.reference, str(contract.authority)), region)


def _keep_place(made: Levels, delivery: Delivery, owner: Owner, region: str) -> None:
    one = _expressed(made, made.book, delivery, f"{STEM}/places")
    for part in _converted(one):
        if adds_up(part.target):
            said = owner.states(made.book, part.quantity, part.target.unit, ref=delivery.ref, place=region)
            made.placed[part.target.id].append(said)


def _foreign(made: Levels, contracts: Sequence[Contract], states: Iterable[str], body: int) -> None:
    """Work out what other contracts state in a book of their own, and take over the quantities alone."""
    facts = balances.of_contracts(contracts, as_at=made.as_at, body=body)
    names = _names(contracts)
    counted: Counter[str] = Counter()
    places = _verified_places(contracts) if VERIFIED in states else {}
    for state in states:
        for delivery in facts.deliveries[state]:
            known = facts.known[delivery.ref]
            contract, name = known.contract, str(known.contract.authority)
            owner = _owner(made, contract, names[contract.pk], name)
            one = _expressed(made, facts.book, replace(delivery, pounds=""), f"{STEM}/{state}")
            if state == PROMISED and contract.call_off_of_id:
                made.left += _left(name, facts, one)
            _take_over(made, facts.book, one, state, owner, counted)
            if state == VERIFIED:
                for place, amount in places.get(known.kpi_id, {}).items():
                    _take_place(made, facts.book, delivery, owner, place, amount, counted)


def _owner(made: Levels, contract: Contract, name: str, body: str) -> Owner:
    """An agreement stands under its own reference, a call-off under its body's name."""
    if contract.call_off_of_id is None:
        return Owner(made.own, body)
    return Owner(name, body, made.own, contract.additional)


def _names(contracts: Sequence[Contract]) -> dict[int, str]:
    """Return a name for each contract that says whose it is and nothing else; several of one body are numbered."""
    seen: Counter[int] = Counter()
    found = {}
    for contract in contracts:
        seen[contract.authority_id] += 1
        number = f", {seen[contract.authority_id]}" if seen[contract.authority_id] > 1 else ""
        found[contract.pk] = f"Call-off of {contract.authority}{number}"
    return found


AT_PLACE = "verified at a place"


def _take_over(
    made: Levels, hidden: Book, one: Expressed, state: str, owner: Owner, counted: Counter[str], place: str = ""
) -> None:
    """Enter what a hidden book holds as bare facts of their owner."""
    for part in _converted(one):
        value, target = hidden[part.quantity].value, part.target
        where = "/".join((STEM, "stated", slug(owner.name), slug(target.id), slug(state), slug(place) or "all"))
        counted[where] += 1
        line = f"{where}/{counted[where]}"
        words = f", {place or 'not placed'}" if state == AT_PLACE else f", {state}"
        origin = f"Balances of the ledger, {owner.body}, as at {made.as_at}"
        unit = "percent" if target.ratio else target.unit
        made.book.fact(line, f"{owner.name}: {target.label}{words}", value, unit, origin=origin)
        said = owner.states(made.book, line, target.unit, ref=str(counted[where]), place=place)
        if state == AT_PLACE:
            made.placed[target.id].append(said)
        else:
            made.stated[(target.id, state)].append(said)


def _take_place(
    made: Levels,
    hidden: Book,
    delivery: Delivery,
    owner: Owner,
    place: str,
    amount: Decimal,
    counted: Counter[str],
) -> None:
    where = f"{delivery.ref}/at/{slug(place) or 'not-placed'}"
    hidden.fact(where, "verified here", amount, delivery.unit, origin="movements")
    placed = replace(delivery, ref=where, quantity=where, pounds="", over="", under="")
    one = _expressed(made, hidden, placed, f"{STEM}/places")
    counting = tuple(part for part in one.parts if adds_up(part.target))
    _take_over(made, hidden, replace(one, parts=counting), AT_PLACE, owner, counted, place)


def _verified_places(contracts: Iterable[Contract]) -> Mapping[int, dict[str, Decimal]]:
    """Return what is verified of each KPI by region, for KPIs that add up over time. One query."""
    rows = (
        Movement.objects.filter(Q(source=VERIFIED) | Q(target=VERIFIED), contract__in=list(contracts))
        .filter(kpi__current__over_time__in=ADDED)
        .exclude(kpi__current__kind="ratio")
        .order_by("kpi", "pk")
    )
    found: dict[int, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for kpi, place, target, amount in rows.values_list("kpi", "place", "target", "amount"):
        found[kpi][region_of(place)] += amount if target == VERIFIED else -amount
    return {kpi: {region: amount for region, amount in by.items() if amount} for kpi, by in found.items()}


@functools.cache
def _gazetteer() -> Gazetteer:
    return Gazetteer()


@functools.lru_cache(maxsize=4096)
def region_of(place: str) -> str:
    """Return the region of a place as “TLG West Midlands”; a place that no region holds, or none, as it is."""
    if not place:
        return NOT_PLACED
    for region in _gazetteer().regions:
        if place.strip().upper() in (f"TL{region.nuts1[-1]}", region.nuts1):
            return f"TL{region.nuts1[-1]} {region.name}"
    try:
        region = _gazetteer().region(place)
    except errors.UnknownCode:
        return place
    return f"TL{region.nuts1[-1]} {region.name}"
