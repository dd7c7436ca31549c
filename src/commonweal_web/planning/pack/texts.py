"""The words that every pack has: rules, questions and the scale of marks. Figures are never written here."""

from __future__ import annotations

from dataclasses import dataclass

from commonweal_web.planning.models import Plan

NUMBER_AND_TEXT = (
    "Both or disregarded: an offer under a measure is a number and a text. A quantity without a description and a plan "
    "is disregarded, and so is a text without a quantity."
)
UNSUPPORTED = "unsupported quantity is disregarded"
UNSUPPORTED_RULE = (
    "Unsupported quantity is disregarded: where a quantity, or a part of it, is not supported by what the bidder says, "
    "even after it was asked, that part does not count. The decision has a day, a reason and a name; the scores before "
    "and after it are both kept and shown."
)
TIES = (
    "Scores are worked out exactly, not rounded, and shown with two decimals. Bidders whose points agree to twelve "
    "decimals share the place, and the place after them is left out. Social value breaks no tie: it gives equal "
    "bidders equal points, and the award rests on all award criteria together."
)
QUESTIONS_CHANGE_NOTHING = (
    "A figure that looks unlikely is asked about. A question changes no score, and nobody is rejected for it alone."
)
BEST = "Points = offer ÷ best offer × the points of the criterion. Who offers nothing has no points."
MARKED = "Points = mark ÷ 5 × the points of the question."
LICENSED = "licensed, given by the licence holder"
NO_POUNDS = "counted without pounds"
EXPECTED: dict[str, str] = {
    Plan.Requirement.CORE: (
        "The measures are a core requirement of the specification: the contractor delivers them, and the bid says how. "
        "What is expected stands beside each."
    ),
    Plan.Requirement.OFFER: (
        "The measures are an offer by the bidder: each bidder says how much it offers under each, and the offer is "
        "scored. What is expected is guidance: neither a least nor a most."
    ),
    Plan.Requirement.BOTH: (
        "The measures are both: the quantity that is expected is a core requirement of the specification, and what a "
        "bidder offers is scored."
    ),
}
BINDING = "What the winner offers becomes a KPI of the contract, with its unit, value and evidence as they stand here."


@dataclass(frozen=True, slots=True)
class Question:
    """A question that is answered in words and marked from 0 to 5."""

    code: str
    short: str
    words: str
    looks_for: tuple[str, ...]


QUESTIONS = (
    Question(
        "Q1",
        "How it will be done",
        "How will you deliver what you offer under each measure? Say who does what by when, and with whom.",
        (
            "names, posts or partners behind each measure, with dates",
            "what is new because of this contract, and what would happen without it",
            "what stands in the way, and what is done about it",
        ),
    ),
    Question(
        "Q2",
        "People and places",
        "Who will benefit, and where? Say how you will reach the people and places whose needs are named in this pack.",
        (
            "the needs of this pack, and the people who have them",
            "groups and services of the place that take part, and what they say",
            "that the benefit lasts after the contract",
        ),
    ),
    Question(
        "Q3",
        "Proof",
        "How will you measure what you deliver and prove it, in each return, without personal data?",
        (
            "the evidence that each measure asks for, and where it comes from",
            "who checks the figures before they are sent",
            "what is done when delivery falls behind",
        ),
    ),
    Question(
        "Q4",
        "Resilience in emergencies",
        "How will you deliver in an emergency? Say what of your offer goes on, what you do for people who are at risk, "
        "and how you come back.",
        (
            "a plan for flood, heat, cold, illness of many and the loss of a supplier",
            "who decides, and how the body and the community groups are told",
            "how a promise that could not be kept is made good",
        ),
    ),
)
HIGHEST = 5
SCALE = (
    (0, "No answer", "Nothing is said, or it does not answer the question."),
    (1, "Poor", "Some of it is answered, most of it without detail. Little trust that it will be done."),
    (2, "Weak", "The question is answered in part, or in general words. There are gaps that matter."),
    (3, "Sound", "The question is answered, with enough detail to believe it. Gaps are small."),
    (4, "Good", "Fully answered, specific to this contract and place, with names, dates and amounts."),
    (5, "Excellent", "As good, and the proof is in the answer: partners confirm, risks are met, the benefit lasts."),
)
EVALUATORS = (
    "Declare any conflict of interest, with the day, before you see a bid. Who has one gives no mark.",
    "Mark each question of each bid alone, from 0 to 5, in whole numbers, with a reason in words, before you talk "
    "about it.",
    "Mark what is written. What you know of a bidder from elsewhere counts neither for nor against it.",
    "Where marks differ, the panel agrees on one mark and writes down why. Marks are never averaged.",
    "The bidder reads the reason of the mark that counts.",
)
"""What an evaluator does, in order."""
