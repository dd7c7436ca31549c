"""What reading a contract workbook or a form can find, by code, in one sentence each."""

from __future__ import annotations

from collections.abc import Mapping

READING: Mapping[str, str] = {
    "cell_error": "A cell holds a spreadsheet error such as #REF!.",
    "claim_of_other_kpi": "A decision names a line that reports on another KPI.",
    "differs_from_measure": "A KPI states another kind or way of adding up than its measure.",
    "duplicate": "A reference, a target, a return or a measure stands twice; the first is kept.",
    "given_cell_changed": "A given cell of a form was changed; the form's own text is used.",
    "heading_twice": "A heading stands twice in one sheet.",
    "impossible_date": "A day that no calendar has, or a year that cannot be meant.",
    "impossible_dates": "A contract or period ends before it starts.",
    "impossible_thresholds": "Amber starts above green.",
    "missing_column": "A column that must be there is not.",
    "missing_unit": "A KPI has no unit, and no measure to take one from.",
    "missing_value": "A cell that must be filled in is blank.",
    "nil_with_amount": "A nil is reported, and an amount beside it.",
    "nil_without_reason": "A nil is reported in a form without saying why.",
    "no_answer": "A form says nothing about one of its KPIs.",
    "no_headings": "A sheet has values but no row of headings.",
    "no_value_date": "There is no day on which a value could be frozen.",
    "no_value_for_date": "The value series has nothing in force on the day.",
    "no_value_for_place": "The value series has nothing for the place.",
    "no_value_in_pack": "The named value pack has no value for a measure.",
    "not_in_list": "A cell holds a word that is not in its list.",
    "out_of_range": "A number is below the least or above the most that can be meant.",
    "period_differs": "The label of a period and its dates disagree.",
    "period_outside_contract": "A period is outside the contract (error), or reaches beyond it (warning).",
    "promise_with_claim": "A decision about a promise names a line of a return.",
    "receipt_with_line": "A row for a whole return holds what belongs to a single line.",
    "sheet_twice": "A sheet stands twice in a workbook.",
    "suppliers_differ": "There are more numbers than suppliers, or a supplier without a name.",
    "too_many_kpis": "More KPIs are promised than the form allows.",
    "unit_not_counted": "A KPI counts in another unit than its measure.",
    "unknown_framework": "No framework release is called so.",
    "unknown_heading": "A column has a heading that nobody knows; it was not read.",
    "unknown_measure": "The framework release has no such measure.",
    "unknown_period": "A period's label cannot be worked out because its contract has no dates.",
    "unknown_reference": "A contract, KPI, line, decision or period that is not there.",
    "unknown_sheet": "A sheet that is no part of a contract workbook; nothing was read from it.",
    "value_of_other_unit": "A value series is priced in another unit than the measure counts.",
    "wrong_type": "A cell holds words where a number or a date is asked for, or the like.",
}
"""Errors and warnings of reading; those of the checks are in `commonweal.checks.registry`."""
