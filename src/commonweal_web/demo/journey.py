"""
What happens after the demo begins, unless somebody does it by hand: journeys 4 and 5, and the other contracts' returns.

Each act looks first whether it was done. So a visitor may play the supplier and let the script play the verifier.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from decimal import Decimal

from commonweal.periods import add_months
from commonweal_web.core.outbox import Message
from commonweal_web.delivery import confirmations
from commonweal_web.delivery.models import Confirmation
from commonweal_web.demo import deals, year
from commonweal_web.demo.deals import CLEANING, GROUNDS, Deal
from commonweal_web.demo.returning import VERIFIER, Said
from commonweal_web.demo.small_deals import DEALS, quarterly
from commonweal_web.demo.stage import Act, Stage, at
from commonweal_web.demo.year import SUMMER, due, part, quarter
from commonweal_web.performance.models import Review
from commonweal_web.performance.services import NewAction, review_record

D = dt.date
FIRST, SECOND = D(2026, 7, 1), D(2026, 10, 1)
LATER = (FIRST, SECOND, D(2027, 1, 1))
"""First days of the quarters that end after the demo begins."""
FORUM = "coordinator@abbeyfieldforum.example"
OUTSIDE = "One half-time gardener lives outside the boundary (SK13)."
CHECKED_LATER = (deals.GROUNDS, deals.HOME_CARE, deals.TREES, deals.ROADS, deals.TRANSLATION, deals.ADVOCACY)
"""Contracts whose later returns are checked too; those of the others wait in the queue."""


def acts() -> list[Act]:
    """Return every act after the demo begins."""
    return [*_first_return(), *_late_return(), *_rest_of_summer(), *_later_returns()]


def _first_return() -> Iterator[Act]:
    """Journey 4, from the return to the review meeting."""
    told = quarter(GROUNDS, SUMMER)
    yield told.sent(
        D(2026, 7, 14),
        {
            "NT1": Said("2", account="Eight gardeners on average, seven of them from Tollgate and Harbour."),
            "CL": "1",
            "NT10": "13",
            "NT17": Said("75", account="Five Saturdays with the youth forum's garden."),
            "NT18": "31250",
            "NT31": Said(nil="baseline survey in July"),
        },
        account="The first quarter; the survey of fuel and tools is in July.",
    )
    yield Act(at(2026, 7, 15, 11), _ask_forum, "journey 4: the youth forum is asked")
    yield Act(at(2026, 7, 16, 18), _forum_answers, "journey 4: the youth forum confirms 60 of 75")
    yield told.checked(
        D(2026, 7, 24),
        by=VERIFIER,
        NT1=part("1.875", "0.125", OUTSIDE),
        NT17=part("60", "", "The youth forum confirms 60 hours; the other 15 wait for its list."),
    )
    yield Act(at(2026, 7, 31, 15), _review, "journey 4: review meeting")


def _ask_forum(stage: Stage, now: dt.datetime) -> None:
    claim = stage.claim(GROUNDS.reference, SUMMER, "NT17")
    if claim is not None and not claim.confirmations.exists():
        by = stage.person("delivery.lead@harbourside")
        confirmations.confirmation_ask(claim=claim, beneficiary="Abbeyfield Youth Forum", email=FORUM, by=by, now=now)


def _forum_answers(stage: Stage, now: dt.datetime) -> None:
    claim = stage.claim(GROUNDS.reference, SUMMER, "NT17")
    if claim is None or not claim.confirmations.filter(state=Confirmation.State.ASKED, email=FORUM).exists():
        return
    mail = Message.objects.filter(to_address=FORUM, body__contains="/confirm/").order_by("-pk").first()
    link = re.search(r"/confirm/([\w-]+)/", mail.body) if mail else None
    if link:
        confirmations.confirmation_answer(
            token=link[1],
            answer="other",
            amount=Decimal(60),
            comment="One Saturday was rained off.",
            answered_as="Coordinator",
            now=now,
        )


def _review(stage: Stage, now: dt.datetime) -> None:
    contract = stage.contract(GROUNDS.reference)
    if Review.objects.filter(contract=contract).exists():
        return
    review_record(
        contract=contract,
        on=now.date(),
        present="Contract manager, delivery lead of Harbourside",
        notes="A good first quarter. The carbon baseline is measured in July.",
        actions=[
            NewAction("Send the list of the other 15 hours", "Harbourside Gardens", D(2026, 8, 14)),
            NewAction("Share the carbon baseline", "Harbourside Gardens", D(2026, 9, 1)),
        ],
        by=stage.person("contract.manager@northmere"),
        now=now,
    )


def _late_return() -> Iterator[Act]:
    """Journey 5: no return until it was locked, asked for and reopened on 12 November, 28 days late."""
    told = quarter(CLEANING, FIRST)
    yield told.begun(D(2026, 10, 14), {"NT1": "1.9"})
    yield told.reopening_asked(D(2026, 11, 12), "Their office manager left; the figures are ready.", hour=15)
    yield told.reopening_granted(D(2026, 11, 12), D(2026, 11, 19), hour=16)
    yield told.sent(D(2026, 11, 12), {"NT1": "1.9", "NT17": "21"}, hour=17)


def _rest_of_summer() -> Iterator[Act]:
    """The returns for April to June that are open when the demo begins, apart from journey 4's."""
    yield quarter(deals.HOME_CARE, SUMMER).sent(
        D(2026, 7, 15), {"TRN": "1", "NT17": "40", "RLW": Said("186", of="186")}
    )
    yield quarter(deals.HARD_FM, SUMMER).sent(D(2026, 7, 13), year.hard_fm_said("", "30", "20000", "2"))
    yield quarter(deals.TRANSPORT, SUMMER).sent(D(2026, 7, 14), {"NT1": "1.5"})
    yield quarter(deals.ADVOCACY, SUMMER).sent(D(2026, 7, 10), {"NT17": "41", "TRN": "1"})
    yield quarter(deals.PARKS, SUMMER).sent(D(2026, 7, 13), {"NT17": "52", "NT10": "13"})
    yield quarter(deals.FLEET, SUMMER).sent(D(2026, 7, 10), {"NT10": "20"})
    for deal in (deals.TREES, deals.MEALS, deals.ROADS, CLEANING):
        yield quarter(deal, SUMMER).checked(D(2026, 7, 28))


def _later_returns() -> Iterator[Act]:
    """Every other contract's return in time, a little more or less than what was due."""
    for starts in LATER:
        for number, deal in enumerate(deal for deal in DEALS if quarterly(deal)):
            if deal is CLEANING and starts == FIRST:
                continue
            told, day = quarter(deal, starts), due(starts) - dt.timedelta(days=2 + number % 7)
            yield told.sent(day, dict(_answers(deal, starts, number)), hour=9, minute=number % 60)
            if deal in CHECKED_LATER:
                yield told.checked(day + dt.timedelta(days=20))


def _answers(deal: Deal, starts: dt.date, number: int) -> Iterator[tuple[str, Said | str]]:
    """What a return says: shares of what the period owes by even parts; people only where some are due."""
    if deal is deals.HARD_FM:
        yield from year.hard_fm_said("1" if starts == SECOND else "", "30", "20000", "2").items()
        return
    months = (deal.ends.year - deal.starts.year) * 12 + deal.ends.month - deal.starts.month + 1
    for promise in deal.promises:
        if promise.ref == "RLW":
            yield promise.ref, Said("188", of="188")
        elif promise.by_period is not None:
            if add_months(starts, 3) == D(2027, 4, 1):
                yield promise.ref, "1"
        elif promise.ref == "TRN":
            yield promise.ref, "2" if promise.target == "36" else Said(nil="The next course ends in the spring.")
        else:
            each = Decimal(promise.target) * 3 / months
            share = Decimal(92 + (number * 7 + starts.month) % 17) / 100
            places = Decimal("0.01") if promise.ref == "NT18" else Decimal("0.1")
            yield promise.ref, f"{(each * share).quantize(places):f}"
