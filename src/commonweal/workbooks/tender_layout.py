"""
What a tender's workbook looks like: lots, criteria, measures, bidders, offers, marks, decisions and like contracts.

The reader and the reference page are made from this one description.
"""

from __future__ import annotations

from decimal import Decimal

from commonweal.scoring.formulas import Formula
from commonweal.workbooks.layout import MOST, YEARS, ZERO, Cell, Column, SheetLayout

MOST_POINTS = Decimal(1000)
MOST_PERCENT = Decimal(10_000)
LOT = Column("lot", "Lot", "Reference of the lot. May be blank where there is only one.", example="NMC-2026-014")
BIDDER = Column(
    "bidder", "Bidder", "As on the Bidders sheet.", required=True, example="Harbourside Gardens CIC", width=26
)
MEASURE = Column("measure", "Measure code", "As on the Measures sheet.", required=True, example="NT10")
CRITERION = Column(
    "criterion", "Criterion", "Code of the criterion, as on the Criteria sheet.", required=True, example="QUAL"
)


def _number(
    field: str, heading: str, help_: str, *, required: bool = False, high: Decimal = MOST, example: str = ""
) -> Column:
    return Column(field, heading, help_, Cell.NUMBER, required, low=ZERO, high=high, example=example)


def _date(field: str, heading: str, help_: str, *, example: str = "") -> Column:
    return Column(field, heading, f"{help_} {YEARS}", Cell.DATE, example=example, width=12)


def _text(
    field: str, heading: str, help_: str, *, required: bool = False, example: str = "", width: int = 16
) -> Column:
    return Column(field, heading, help_, required=required, example=example, width=width)


LOTS = SheetLayout(
    "lots",
    "Lots",
    "One row for each lot of the tender, with its rules as they were published.",
    (
        _text("ref", "Lot", "A reference that no other lot has.", required=True, example="NMC-2026-014"),
        _text("title", "Title", "What is bought.", required=True, example="Grounds maintenance", width=34),
        _number(
            "weight",
            "Social value weight (points)",
            "All points for social value.",
            required=True,
            high=MOST_POINTS,
            example="20",
        ),
        _text("body", "Public body", "Who buys.", example="Northmere City Council", width=24),
        _number("contract_value", "Contract value (£)", "Over the whole contract, without VAT.", example="2400000"),
        _date("start", "Starts", "First day of the contract.", example="01/04/2026"),
        _date("end", "Ends", "Last day of the contract.", example="31/03/2030"),
        _text("framework", "Framework release", "The release the measure codes are from.", example="fx-2025.1"),
        _text("value_pack", "Values from", "The value pack to take pounds from.", example="fx-2025.1"),
        _date("value_on", "Values as on", "The day of the tender documents. Blank: the contract's first day."),
        Column(
            "text_needed",
            "Number and text both",
            "Whether a quantity without description and plan is disregarded.",
            Cell.YES_NO,
            example="yes",
        ),
        _text(
            "unsupported_rule",
            "Rule on unsupported quantities",
            "The published words, if there is such a rule.",
            example="unsupported quantity is disregarded",
            width=34,
        ),
        _number("total_cap", "Cap on an offer (£)", "The most pounds of one offer that count, if any."),
        _number(
            "ask_share",
            "Ask from share of value (%)",
            "From when an offer is asked about. Blank: 75.",
            high=MOST_PERCENT,
            example="75",
        ),
        _number(
            "ask_one_measure",
            "Ask from one measure (%)",
            "From when an offer that rests on one measure is asked about. Blank: 70.",
            high=Decimal(100),
            example="70",
        ),
        _number("ask_per_staff", "Ask from pounds per FTE employed (£)", "Blank: not looked at."),
        _number(
            "ask_times_peers",
            "Ask from times the like contracts",
            "How many times their verified median. Blank: 2.",
            high=MOST_POINTS,
            example="2",
        ),
        _text("directorate", "Directorate", "The directorate that answers for the contract.", example="Neighbourhoods"),
        _text("category", "Category", "Category of spend, or CPV code.", example="Grounds maintenance"),
        _text("owner", "Contract manager", "Who will look after the contract.", example="Contract manager, Parks"),
        _text("deputy", "Deputy", "Who will stand in.", example="Deputy, Parks"),
    ),
)
CRITERIA = SheetLayout(
    "criteria",
    "Criteria",
    "One row for each criterion and sub-criterion. A criterion with others below it is their sum and has neither "
    "formula nor highest mark.",
    (
        LOT,
        _text("code", "Criterion", "A code that no other criterion of the lot has.", required=True, example="QUAL"),
        _text("label", "What it is", "In words.", required=True, example="Quality of the social value offer", width=34),
        _number(
            "weight",
            "Weight (points)",
            "Weights add up to that of the criterion above, or of the lot.",
            required=True,
            high=MOST_POINTS,
            example="10",
        ),
        _text("parent", "Below criterion", "Blank at the top."),
        Column(
            "formula",
            "Formula",
            "How an amount becomes points. Blank for a criterion with marks.",
            Cell.CHOICE,
            choices=tuple(str(f) for f in Formula),
            example="relative to best",
        ),
        _text("measure", "Measure code", "The measure whose quantity counts. Blank: the pounds of all measures."),
        _number("target", "Target", "For the formula against target."),
        Column(
            "bands",
            "Bands",
            "For the formula banded: least amount: points, with semicolons between.",
            Cell.PAIRS,
            example="100: 2; 200: 5",
            width=24,
        ),
        _number("cap", "Cap on the amount", "The most of the amount that counts, if any."),
        _number("highest_mark", "Highest mark", "For a criterion with marks.", high=MOST_POINTS, example="5"),
    ),
)
MEASURES = SheetLayout(
    "measures",
    "Measures",
    "One row for each measure that bidders are asked about. Blanks are taken from the lot's framework release.",
    (
        LOT,
        _text(
            "code", "Measure code", "Code in the framework release, or one of your own.", required=True, example="NT10"
        ),
        _text("label", "Measure", "What it counts.", example="Apprenticeship weeks", width=32),
        _text("unit", "Unit", "What is counted.", example="week"),
        _number("value_per_unit", "Value per unit (£)", "Blank: taken from the value pack.", example="250"),
        _text("value_source", "Source of the value", "Where the pounds are published.", width=24),
        _number("cap", "Cap on the quantity", "The most that counts, if any."),
    ),
)
BIDDERS = SheetLayout(
    "bidders",
    "Bidders",
    "One row for each bidder of a lot.",
    (
        LOT,
        _text("name", "Bidder", "The bidder's name.", required=True, example="Harbourside Gardens CIC", width=26),
        _text("scheme", "Register of the number", "GB-COH company, GB-CHC charity.", example="GB-COH"),
        _text("identifier", "Company or charity number", "With its leading zeros.", example="01234567"),
        _number("price", "Price (£)", "What the bidder asks for the whole contract.", example="2350000"),
        _number("staff", "FTE employed", "Full-time equivalents that it employs, if known.", example="24"),
        _text(
            "workbook",
            "Bid workbook",
            "File of its bid workbook beside this file; then it needs no rows under Offers.",
            example="harbourside.xlsx",
            width=24,
        ),
    ),
)
OFFERS = SheetLayout(
    "offers",
    "Offers",
    "One row for each bidder and measure. A measure that a bidder does not offer has no row.",
    (
        LOT,
        BIDDER,
        MEASURE,
        _number("quantity", "Quantity offered", "In the measure's unit, over the whole contract.", example="208"),
        _text("description", "What is offered", "In the bidder's words.", width=44),
        _text("plan", "How and when", "In the bidder's words.", width=44),
    ),
)
DECLARATIONS = SheetLayout(
    "declarations",
    "Declarations",
    "What each evaluator declared about conflicts of interest before marks were seen.",
    (
        LOT,
        _text("evaluator", "Evaluator", "Name or post.", required=True, example="Evaluator A"),
        _date("on", "Declared on", "The day of the declaration."),
        Column("conflict", "Conflict of interest", "yes or no.", Cell.YES_NO, required=True, example="no"),
        _text("details", "Details", "What the conflict is.", width=34),
    ),
)
MARKS = SheetLayout(
    "marks",
    "Marks",
    "Each evaluator's own marks, before moderation.",
    (
        LOT,
        BIDDER,
        CRITERION,
        _text("evaluator", "Evaluator", "As on the Declarations sheet.", required=True, example="Evaluator A"),
        _number("mark", "Mark", "From 0 to the highest mark.", required=True, high=MOST_POINTS, example="4"),
        _text("reason", "Reason", "Why this mark.", width=44),
    ),
)
CONSENSUS = SheetLayout(
    "consensus",
    "Consensus",
    "The mark that the panel agreed on. Needed where own marks differ, and always with its reason.",
    (
        LOT,
        BIDDER,
        CRITERION,
        _number("mark", "Mark", "From 0 to the highest mark.", required=True, high=MOST_POINTS, example="4"),
        _text("reason", "Reason", "Why this mark; the bidder reads it.", width=44),
        _date("on", "Agreed on", "The day of the moderation."),
        _text("by", "Chaired by", "Name or post."),
    ),
)
DECISIONS = SheetLayout(
    "decisions",
    "Decisions",
    "Quantities that are disregarded under the published rule. The score before each decision is kept.",
    (
        LOT,
        BIDDER,
        MEASURE,
        _number("quantity", "Quantity disregarded", "In the measure's unit.", required=True, example="208"),
        _date("on", "Decided on", "The day of the decision."),
        _text("by", "By", "Who decided."),
        _text("reason", "Reason", "Why it is not supported.", width=44),
    ),
)
PEERS = SheetLayout(
    "peers",
    "Like contracts",
    "What like contracts promised and were verified to deliver, for questions to bidders.",
    (
        LOT,
        _text("contract", "Contract reference", "Which contract.", required=True, example="NMC-2022-007"),
        _number("contract_value", "Contract value (£)", "Over the whole contract.", required=True, example="1900000"),
        _text("measure", "Measure code", "Blank: pounds of all measures."),
        _number("promised", "Promised", "In pounds, or in the measure's unit."),
        _number("verified", "Verified", "In pounds, or in the measure's unit."),
    ),
)
TENDER_SHEETS = (LOTS, CRITERIA, MEASURES, BIDDERS, OFFERS, DECLARATIONS, MARKS, CONSENSUS, DECISIONS, PEERS)
