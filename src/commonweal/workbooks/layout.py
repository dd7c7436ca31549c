"""
What a contract workbook looks like: its sheets, and for each column the heading, what may stand in it, and why.

The reader, the writers, the drop-downs and the reference page are all made from this one description.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum, StrEnum

from commonweal.portfolio import Aggregation, Kind, Outcome, PeriodScheme, Profile

LAYOUT_VERSION = "1"
README_SHEET = "Read me"


class Cell(Enum):
    """What a column holds."""

    TEXT = "text"
    LIST = "texts with a semicolon between"
    PAIRS = "facts as name: text, with a semicolon between"
    ADJUSTMENTS = "name and per cent, with a semicolon between"
    NUMBER = "number"
    WHOLE = "whole number"
    DATE = "date"
    YES_NO = "yes or no"
    CHOICE = "one of a list"


class Reported(StrEnum):
    """What a row of the Returns sheet says."""

    CLAIM = "claim"
    NIL = "nil"
    RECEIPT = "return_received"


@dataclass(frozen=True, slots=True)
class Column:
    """
    One column. `field` names what it fills; `choices` are stored values, shown to people by `shown`.

    `advised` choices are offered in the drop-down but another text is taken too. `low` and `high` are the least and
    the greatest number, both allowed.
    """

    field: str
    heading: str
    help: str
    cell: Cell = Cell.TEXT
    required: bool = False
    choices: tuple[str, ...] = ()
    advised: bool = False
    low: Decimal | None = None
    high: Decimal | None = None
    example: str = ""
    width: int = 16


@dataclass(frozen=True, slots=True)
class SheetLayout:
    """One sheet: `key` is also the name of its CSV file."""

    key: str
    name: str
    about: str
    columns: tuple[Column, ...]

    def column(self, field: str) -> Column:
        return next(c for c in self.columns if c.field == field)


def shown(choice: str) -> str:
    """Return a stored choice as people read it: 'contract_quarters' as 'contract quarters'."""
    return choice.replace("_", " ")


ZERO = Decimal(0)
ONE = Decimal(1)
MOST_DAYS = Decimal(366)
MOST = Decimal("1E+12")
YEARS = "Write dates as 31/03/2027 or 2027-03-31."

CONTRACT = Column(
    "contract",
    "Contract reference",
    "The contract's reference, exactly as on the Contracts sheet.",
    required=True,
    example="NMC-2026-014",
)
KPI = Column(
    "kpi",
    "KPI reference",
    "The KPI's reference, exactly as on the KPIs sheet.",
    required=True,
    example="NT17",
)


def _choices(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(str(value) for value in values)


def _text(field: str, heading: str, help_: str, *, example: str = "", width: int = 16) -> Column:
    return Column(field, heading, help_, example=example, width=width)


def _need(field: str, heading: str, help_: str, *, example: str, width: int = 16) -> Column:
    return Column(field, heading, help_, required=True, example=example, width=width)


def _number(
    field: str,
    heading: str,
    help_: str,
    *,
    low: Decimal | None = ZERO,
    high: Decimal | None = MOST,
    required: bool = False,
    example: str = "",
) -> Column:
    return Column(field, heading, help_, Cell.NUMBER, required, low=low, high=high, example=example)


def _days(field: str, heading: str, help_: str, *, example: str) -> Column:
    return Column(field, heading, help_, Cell.WHOLE, low=ZERO, high=MOST_DAYS, example=example)


def _date(field: str, heading: str, help_: str, *, example: str = "") -> Column:
    return Column(field, heading, f"{help_} {YEARS}", Cell.DATE, example=example, width=12)


def _choice(
    field: str,
    heading: str,
    help_: str,
    choices: tuple[str, ...],
    *,
    required: bool = False,
    advised: bool = False,
    example: str = "",
) -> Column:
    return Column(field, heading, help_, Cell.CHOICE, required, choices, advised, example=example)


def _yes_no(field: str, heading: str, help_: str) -> Column:
    return Column(field, heading, help_, Cell.YES_NO, example="no", width=10)


def _period(what: str, *, blank: str = "") -> tuple[Column, Column, Column]:
    either = f"Give the two dates, or only the label.{blank}"
    return (
        _text("period_label", "Period", f"Label of the period {what}. {either}", example="Year 1, quarter 1"),
        _date("period_start", "Period starts", f"First day of the period {what}. {either}", example="01/04/2026"),
        _date("period_end", "Period ends", f"Last day of the period {what}. {either}", example="30/06/2026"),
    )


PLACE = _text("place", "Ward or place", "Code or name of the place, if it is known.", example="Tollgate")
COHORT = _text("cohort", "Cohort", "Group of people it concerns, if that is collected.", example="care leavers")
BY = _text("by", "By", "Name or post of the person who did this.", example="Delivery lead")
ROLE = _text("role", "Role", "In which role that person acted.", example="verifier")

CONTRACTS = SheetLayout(
    "contracts",
    "Contracts",
    "One row for each contract, those without KPIs included.",
    (
        _need("ref", "Contract reference", "A reference that no other contract has.", example="NMC-2026-014"),
        _need("title", "Title", "What the contract is called.", example="Grounds maintenance", width=34),
        _text("body", "Public body", "The body that holds the contract.", example="Northmere City Council", width=24),
        Column(
            "supplier_names",
            "Supplier",
            "The supplier's name. For several, put a semicolon between.",
            Cell.LIST,
            example="Harbourside Gardens CIC",
            width=28,
        ),
        Column(
            "supplier_schemes",
            "Register of the number",
            "Which register the number is from: GB-COH company, GB-CHC charity. Several in the order of the suppliers.",
            Cell.LIST,
            example="GB-COH",
            width=12,
        ),
        Column(
            "supplier_identifiers",
            "Company or charity number",
            "With its leading zeros. Several in the order of the suppliers.",
            Cell.LIST,
            example="01234567",
        ),
        _text("directorate", "Directorate", "The directorate that answers for it.", example="Neighbourhoods"),
        _text("category", "Category", "Category of spend, or CPV code.", example="Grounds maintenance"),
        _number("value", "Value (£)", "Value over the whole contract, without VAT.", example="2400000"),
        _number("spent", "Paid to date (£)", "What was paid so far, without VAT. Blank: not known.", example="610000"),
        _date("start", "Starts", "First day of the contract.", example="01/04/2026"),
        _date("end", "Ends", "Last day of the contract.", example="31/03/2030"),
        _choice(
            "period_scheme",
            "Returns every",
            "How often a return is due. Blank means contract quarters.",
            _choices(PeriodScheme),
            example="contract quarters",
        ),
        _days("due_days", "Due, days after period end", "Blank means 15.", example="15"),
        _days("lock_days", "Locks, days after due date", "Blank means 20.", example="20"),
        _choice(
            "division",
            "Bank holidays of",
            "Whose bank holidays move a due date. Blank means England and Wales.",
            ("england-and-wales", "scotland", "northern-ireland"),
            example="england-and-wales",
        ),
        PLACE,
        _text("framework", "Framework release", "The release the measure codes are from.", example="fx-2025.1"),
        _text(
            "value_pack",
            "Values from",
            "The value pack to take pounds from. Blank: the framework's own. none: no pounds.",
            example="none",
        ),
        _number(
            "rag_green",
            "Green from (%)",
            "Verified as a percentage of what was due. Blank means 95.",
            low=ONE,
            high=Decimal(200),
            example="95",
        ),
        _number(
            "rag_amber",
            "Amber from (%)",
            "Verified as a percentage of what was due; below is red. Blank means 80.",
            low=ONE,
            high=Decimal(200),
            example="80",
        ),
        _choice(
            "criticality",
            "Criticality",
            "How much people depend on the service.",
            ("critical", "important", "standard"),
            advised=True,
            example="standard",
        ),
        _number(
            "credit_share",
            "Credit share (%)",
            "Share of a shortfall's value that the terms allow as a credit.",
            low=ONE,
            high=Decimal(100),
            example="50",
        ),
        _number("credit_cap", "Credit cap (£)", "The most that the terms allow as a credit.", example="20000"),
        _text("owner", "Contract manager", "Who looks after the contract.", example="Contract manager, Parks"),
        _text("deputy", "Deputy", "Who stands in.", example="Deputy, Parks"),
        _choice(
            "status",
            "Status",
            "How the contract stands.",
            ("planned", "live", "suspended", "insolvency", "ended"),
            advised=True,
            example="live",
        ),
        _yes_no(
            "framework_agreement",
            "Framework agreement",
            "Whether contracts are called off under it, so that its value is a ceiling.",
        ),
        _text("call_off_of", "Called off under", "Reference of its framework agreement, if any.", example="RM-FM-1"),
        _yes_no(
            "additional",
            "Additional to the agreement",
            "Whether its promises come on top of those of the framework agreement. Blank: they count within them.",
        ),
        _text("no_kpi_reason", "Why there are no KPIs", "For a contract without KPIs: the reason.", width=34),
        _date("next_break", "Next break point", "The next day on which terms can be changed.", example="01/04/2028"),
        Column(
            "extra",
            "Further facts",
            "Anything else worth keeping, as name: text; name: text.",
            Cell.PAIRS,
            example="CPV: 77310000",
            width=24,
        ),
    ),
)

KPIS = SheetLayout(
    "kpis",
    "KPIs",
    "One row for each KPI of a contract. With a framework release on the contract and a measure code here, blanks in "
    "unit, kind, adding up, theme, outcome, evidence and value are taken from the framework.",
    (
        CONTRACT,
        _need("ref", "KPI reference", "A reference that no other KPI of this contract has.", example="NT17"),
        _text("measure", "Measure code", "Code of the measure in the framework release.", example="NT17"),
        _text("deliverable", "What is promised, in words", "In words a resident understands.", width=40),
        _text("unit", "Unit", "What is counted, in the framework's word for it.", example="hour"),
        _choice("kind", "Kind of measure", "Blank: the framework's, or quantity.", _choices(Kind), example="quantity"),
        _number("target", "Promise for the whole contract", "In the unit; a percentage for a ratio.", example="1200"),
        _choice(
            "profile",
            "Falls due",
            "How the promise falls due where the Targets sheet has no row. Blank means even.",
            _choices(Profile),
            example="even",
        ),
        _choice("over_time", "Adds up over time by", "Blank: the framework's, or sum.", _choices(Aggregation)),
        _choice("over_contracts", "Adds up over contracts by", "Blank: the framework's.", _choices(Aggregation)),
        _choice("better", "Better is", "Whether more (up) or less (down) is better.", ("up", "down"), example="up"),
        _number("value_per_unit", "Value per unit (£)", "Blank: taken from the value pack, if any.", example="17.50"),
        _text("value_series", "Value series", "Which value series the pounds are from."),
        _text("value_source", "Source of the value", "Where the pounds are published.", width=24),
        _date("value_on", "Value as on", "The day on which the value was frozen. Blank: the contract's first day."),
        Column(
            "adjustments",
            "Adjustments",
            "Attribution is the share kept; deadweight, displacement, leakage and substitution are taken off.",
            Cell.ADJUSTMENTS,
            example="attribution 50%; deadweight 10%",
            width=24,
        ),
        _text("evidence_rule", "Evidence asked for", "What proves a delivery.", width=30),
        PLACE,
        COHORT,
        _yes_no("sensitive", "Sensitive", "Whether small numbers must be hidden in public."),
        _yes_no("scalable", "Scales with the value", "Whether the promise grows with the contract's value."),
        _text("owner", "KPI owner", "Who answers for it at the supplier.", example="Delivery lead"),
        _text("theme", "Theme", "Theme in the framework."),
        _text("outcome", "Outcome", "Outcome in the framework."),
        _number(
            "stated_value", "Stated value (£)", "The pounds printed beside the promise, if any. Compared, not used."
        ),
        Column(
            "extra",
            "Further facts",
            "What else must be known, as name: number; for instance to report it in another framework.",
            Cell.PAIRS,
            example="weeks_per_apprentice: 78",
            width=24,
        ),
    ),
)

TARGETS = SheetLayout(
    "targets",
    "Targets",
    "What one KPI owes in one period, or by the last day of it for a milestone. Version 0 is the original; an "
    "adjustment is a new row with a higher version, never a change of the old one.",
    (
        CONTRACT,
        KPI,
        *_period("in which it is owed"),
        _number("amount", "Amount", "In the KPI's unit.", required=True, example="75"),
        Column("version", "Version", "0 for the original.", Cell.WHOLE, low=ZERO, high=Decimal(999), example="0"),
        _text("reason", "Reason", "Why the target was adjusted.", width=34),
        _date("on", "Decided on", "When the adjustment was approved."),
        _text("approved_by", "Approved by", "Who approved the adjustment."),
    ),
)

RETURNS = SheetLayout(
    "returns",
    "Returns",
    "One row for each KPI and period that a supplier reported. A row with 'return received' and no KPI says only that "
    "the whole return arrived.",
    (
        CONTRACT,
        _choice(
            "reported",
            "What is reported",
            "claim: an amount. nil: nothing, declared. return received: the whole return came in.",
            _choices(Reported),
            required=True,
            example="claim",
        ),
        _text("ref", "Line reference", "A reference that no other line of this contract has.", example="R1-NT17"),
        _text("kpi", "KPI reference", KPI.help, example="NT17"),
        *_period("that is reported on"),
        _date("received", "Received on", "The day on which the return arrived.", example="10/07/2026"),
        _number("amount", "Amount", "In the KPI's unit; for a ratio the part that counts.", example="75"),
        _number("denominator", "Out of", "For a ratio: the whole that the amount is a part of.", example="184"),
        _text("reason", "Reason or remark", "For a nil: why there was nothing.", width=30),
        PLACE,
        COHORT,
        BY,
        ROLE,
        _text("evidence", "Evidence", "Name or reference of the evidence.", width=24),
        _text("evidence_hash", "Evidence hash", "SHA-256 of the evidence file."),
        Column("persons", "People (tokens)", "Keyed tokens, never names; semicolons between.", Cell.LIST),
        _date("valid_until", "Valid until", "For a certificate: its last day."),
        _number(
            "stated_value", "Stated value (£)", "The pounds printed beside the amount, if any. Compared, not used."
        ),
    ),
)

DECISIONS = SheetLayout(
    "decisions",
    "Decisions",
    "What was decided about an amount. Of a claim: verified, rejected, disputed, withdrawn. Of a promise: relieved, "
    "transferred, written off, varied.",
    (
        CONTRACT,
        KPI,
        _text("ref", "Decision reference", "Needed if a later decision corrects this one.", example="D1"),
        _text("claim", "Line reference", "The line of the Returns sheet. Blank for a promise.", example="R1-NT17"),
        _choice("outcome", "Decision", "What was decided.", _choices(Outcome), required=True, example="verified"),
        _number("amount", "Amount", "In the KPI's unit.", low=-MOST, required=True, example="60"),
        _number("denominator", "Out of", "For a ratio: the whole.", example="184"),
        _date("on", "Decided on", "The day of the decision.", example="20/07/2026"),
        *_period("that a promise is moved in", blank=" Blank for a claim, or for the whole contract."),
        BY,
        ROLE,
        _text("reason", "Reason", "Why it was decided so.", width=34),
        _text("evidence", "Evidence", "What the decision rests on.", width=24),
        _text("to_contract", "Transferred to contract", "For a transfer: the contract that takes it over."),
        _text("corrects", "Corrects decision", "The decision reference that this one corrects."),
        _choice(
            "out_of",
            "Taken from",
            "Where a claim has parts that wait and parts in dispute: which of them. Blank: what waits goes first.",
            ("pending", "disputed"),
        ),
    ),
)

NOTES = SheetLayout(
    "notes",
    "Notes",
    "Meetings, actions, risks and milestones of a contract.",
    (
        CONTRACT,
        _need("text", "Note", "The remark.", example="Agree the baseline survey with Parks", width=50),
        _date("on", "Date", "The day of the remark."),
        _choice(
            "kind", "Kind", "Blank means note.", ("note", "action", "risk", "meeting", "milestone"), example="action"
        ),
        BY,
        _date("due", "Due", "For an action or milestone: the day it is due."),
        _text("kpi", "KPI reference", "Blank for the contract as a whole.", example="NT31"),
    ),
)

SHEETS = (CONTRACTS, KPIS, TARGETS, RETURNS, DECISIONS, NOTES)
