"""What was heard in the demo: the market on the grounds plan, residents by ward, and needs that groups posted."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from commonweal_web.planning.listening.services.needs import PostedFields

D = dt.date
SOUNDING = "Grounds maintenance from 2026: what can the market give?"
ASKS = (
    "What would keep you from a bid?",
    "Which of our measures can you count, and at what cost?",
    "How many apprentices could learn on this contract?",
    "How can community groups take part?",
)
ABOUT = (
    "We buy grounds maintenance and tree care for four years from April 2026, for about £2.4 million. Before we write "
    "the tender we ask firms and groups four questions."
)
SOUNDED, SOUNDED_UNTIL = D(2025, 9, 15), D(2025, 10, 10)
SUMMARY = """14 suppliers and 3 community groups answered.

Because of what they said there are two lots instead of one, apprentice weeks may be spread over the four years, and \
groups name one person who confirms hours. The measure of carbon stays, with a calculation sheet that we provide."""


@dataclass(frozen=True, slots=True)
class Said:
    """An answer to a question: of whom, of which kind, and what became of it."""

    question: int
    name: str
    kind: str
    text: str
    outcome: str
    answer: str


LOTS = "There are two lots now, north and south; a firm can bid for one."
SPREAD = "Weeks may be spread over the four years; the tender says so."
SHEET = "We give a calculation sheet for carbon with the tender, and train whoever wants it in January."
STAYS = "Nothing changes: each measure answers a need that is in the plan."
THANKS = "Thank you. It is what we assumed."
SAID = (
    Said(0, "Harbourside Gardens", "sme", "One contract for the whole city is too large for us.", "accepted", LOTS),
    Said(0, "Oakline Grounds", "sme", "Split it by district, please.", "accepted", LOTS),
    Said(0, "Verdant Facilities", "large_firm", "One lot would be cheaper to run.", "declined", LOTS),
    Said(0, "Green Verge", "sme", "Payment after 60 days.", "declined", "We pay within 30 days, as law asks."),
    Said(0, "Copperbeech Trees", "sme", "A bond of ten per cent.", "accepted", "No bond is asked for."),
    Said(1, "Mallard Landscapes", "sme", "Carbon: we have no way to count it.", "partly", SHEET),
    Said(1, "Fernlea Services", "sme", "All but carbon, at half a day in a quarter.", "partly", SHEET),
    Said(1, "Larchfield Group", "large_firm", "All six, with our own system.", "noted", THANKS),
    Said(1, "Hedge and Hollow", "sme", "Six are too many for a firm of nine.", "declined", STAYS),
    Said(1, "Thornbury Turf", "sme", "Payroll with outcodes takes us a day.", "noted", THANKS),
    Said(2, "Ashdown Arbor", "sme", "Two, if their weeks need not fall in year one.", "accepted", SPREAD),
    Said(2, "Brook and Bank", "sme", "One in each of three years.", "accepted", SPREAD),
    Said(2, "Calverley Parks", "large_firm", "Four from the first day.", "noted", THANKS),
    Said(2, "Dingle Dell", "sme", "None without a college nearby.", "noted", "Northmere College takes ten from 2026."),
    Said(3, "Abbeyfield Youth Forum", "vcse", "Ask us before you send volunteers, not after.", "accepted",
         "Hours count only where the group agreed to them first."),
    Said(3, "Tollgate Food Pantry", "vcse", "Who confirms the hours? We are three people.", "accepted",
         "One named person of the group confirms, by a link, without an account."),
    Said(3, "Westvale River Friends", "vcse", "Tools help us more than hours.", "partly",
         "Tools can be offered on the list of posted needs; they are not scored here."),
)  # fmt: skip

PRIORITY = "What should the grounds contract do for Northmere?"
INTRODUCTION = "Put what a firm that keeps our parks could do for the city in your order. It takes two minutes."
OPTIONS = (
    "Jobs for people who left care",
    "Apprenticeships in green work",
    "Cleaner air",
    "Hours for community groups",
    "Work for local firms",
)
WARDS = ("Abbeyfield", "Harbour", "Kingsmead", "Tollgate", "Westvale")
ANSWERS = {"Abbeyfield": 14, "Harbour": 12, "Kingsmead": 11, "Tollgate": 16, "Westvale": 7}
"""Answers by ward; of one ward there are too few to be shown."""
ORDERS = ("12345", "13245", "21345", "31245", "14235", "12534", "32145", "15234", "23154", "13425", "41235")
"""Orders in which people put the options, by their numbers, in turn."""
RESULT = (
    "60 people answered. Jobs for people who left care come first in every ward that can be shown, "
    "apprenticeships second. The plan asks for both."
)
PLAY = "What matters most on our playgrounds?"
PLAY_ABOUT = "We plan repairs from 2027. Put what the firm could do for the city beside them in your order."
PLAY_OPTIONS = ("Training for young people", "Help from local firms", "Less waste", "Hours for school groups")
PLAY_ANSWERS = ("1234", "2134", "1324")

POSTED = (
    PostedFields(
        group="Tollgate Food Pantry",
        email="office@tollgatepantry.example",
        title="Fit shelves and a cold room",
        place="Tollgate",
        text="Two people with tools for some days; we have the wood.",
        quantity=Decimal(20),
        unit="hour",
    ),
    PostedFields(
        group="Tollgate Food Pantry",
        email="office@tollgatepantry.example",
        title="Goods for the winter shelf",
        place="Tollgate",
        text="Tins, rice, oil and nappies.",
        quantity=Decimal(600),
        unit="GBP",
    ),
    PostedFields(
        group="Abbeyfield Youth Forum",
        email="coordinator@abbeyfieldforum.example",
        title="Help in the forum's garden on Saturdays",
        place="Abbeyfield",
        text="Somebody who shows eight young people how to prune.",
        quantity=Decimal(75),
        unit="hour",
    ),
)
WAITING = PostedFields(
    group="Westvale River Friends",
    email="river@riverfriends.example",
    title="Waders and litter pickers",
    place="Westvale",
    text="For the clean-up in October.",
)
"""Posted, and not looked at yet."""
