"""The columns of the return workbook, and the declarations above them."""

from __future__ import annotations

from dataclasses import replace

from commonweal.workbooks.layout import RETURNS, Cell, Column, Reported, SheetLayout

SPARE_ROWS = 20
GIVEN = frozenset({"kpi", "deliverable", "unit", "due", "card"})
ASKS = (
    Column("period_only", "Only this contract and this period", "Answer yes or no.", Cell.YES_NO, required=True),
    Column("contracted_only", "Only what the contract promises", "Answer yes or no.", Cell.YES_NO, required=True),
    Column("by", "Filled in by", "Your name or post.", required=True),
)
REPORTED = replace(
    RETURNS.column("reported"),
    required=False,
    choices=(str(Reported.CLAIM), str(Reported.NIL)),
    help="claim: an amount. nil: nothing in this period; then give the reason.",
)
LAYOUT = SheetLayout(
    "return",
    "Return",
    "One row for each KPI; use the empty rows below for a second place or cohort of the same KPI.",
    (
        replace(RETURNS.column("kpi"), help="Choose the KPI in the empty rows; it is given in the others."),
        Column("deliverable", "What is promised", "As agreed in the contract.", width=40),
        Column("unit", "Unit", "What is counted.", width=10),
        Column("due", "Due in this period", "What the contract asks for in this period.", width=12),
        REPORTED,
        replace(RETURNS.column("amount"), help="In the unit of the row; for a ratio the part that counts."),
        RETURNS.column("denominator"),
        RETURNS.column("reason"),
        RETURNS.column("place"),
        RETURNS.column("cohort"),
        RETURNS.column("evidence"),
        RETURNS.column("persons"),
        RETURNS.column("valid_until"),
        Column("card", "Do and do not", "What counts for this measure and what does not.", width=60),
    ),
)
