"""
The local contracts register of 38 columns that English councils publish: contracts without KPIs.

Several rows of one contract reference (one a supplier) become one contract with several suppliers.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from commonweal import errors
from commonweal.checks.problem import Problem, Severity
from commonweal.portfolio import Contract, Portfolio, Supplier
from commonweal.workbooks.raw import Workbook
from commonweal.workbooks.rows import Table, open_table, records

LAYOUT = "contracts-register"
NO_KPIS = "The source is a contracts register: it holds no KPIs."
KEPT = (
    "body_code", "effective_date", "ocid", "contract_type", "description", "department_uri", "category_uri",
    "cpv_label", "cpv_uri", "proclass_label", "proclass_uri", "extension_date", "annual_value", "irrecoverable_vat",
    "supplier_address", "supplier_postcode", "sme_supplier", "vcse_supplier", "vcse_type", "process",
    "tender_url", "contract_url", "notes",
)  # fmt: skip


def read_register(book: Workbook, *, mapping: dict[str, str] | None = None) -> Portfolio:
    """
    Return the contracts of the register. Filled rows = contracts + rows joined to one + rows left out.

    Contact names, addresses of mail and telephone numbers are not kept: the report has no use for them.

    :raises BadFile: if no sheet has the headings of a contracts register
    """
    portfolio = Portfolio(title=book.name, sources=[book.source], problems=list(book.problems))
    opened = [open_table(book, sheet, layout_id=LAYOUT, given=mapping) for sheet in book.sheets]
    tables = [table for table in opened if table is not None and "reference" in table.mapping.columns]
    if not tables:
        raise errors.BadFile(
            f"{book.name} is no contracts register: no row has headings such as Contract reference number and Title."
        )
    contracts: dict[str, Contract] = {}
    for table in tables:
        portfolio.mapping |= table.mapping.as_dict()
        for at, record in records(table):
            _take(contracts, table, at, record)
        portfolio.problems += table.problems
    portfolio.contracts = list(contracts.values())
    return portfolio


def _take(contracts: dict[str, Contract], table: Table, at: int, record: dict[str, Any]) -> None:
    ref = record["reference"]
    if not ref:
        _problem(table, at, "reference", "left_out", "The row has no contract reference.", "Give it one.", "")
        return
    contract = _contract(table, at, record)
    if ref not in contracts:
        contracts[ref] = contract
        return
    first = contracts[ref]
    if (first.title, first.value, first.start, first.end) != (
        contract.title, contract.value, contract.start, contract.end,
    ):  # fmt: skip
        found = f"The reference {ref} stands on row {first.origin.row} with another title, value or date."
        _problem(table, at, "reference", "left_out", found, "The first row is used; correct one of them.", ref)
        return
    new = tuple(supplier for supplier in contract.suppliers if supplier not in first.suppliers)
    found = f"The row belongs to contract {ref} of row {first.origin.row}."
    mend = "Its supplier is added to that contract." if new else "It says nothing new and is left out."
    table.problems.append(Problem("joined", Severity.NOTE, table.origin(at, "reference"), found, mend, ref))
    contracts[ref] = replace(first, suppliers=first.suppliers + new)


def _contract(table: Table, at: int, record: dict[str, Any]) -> Contract:
    ref = record["reference"]
    start, end = record.get("start"), record.get("end")
    if start and end and end < start:
        found = f"The contract ends on {end}, before it starts on {start}."
        _problem(table, at, "end", "impossible_period", found, "Both dates are left out; correct them.", ref)
        start = end = None
    if record.get("value") is None:
        _problem(table, at, "value", "no_value", "The contract value is blank.", "Add it if it is known.", ref)
    return Contract(
        ref=ref,
        title=record.get("title", "") or ref,
        body=record.get("body", ""),
        suppliers=_suppliers(table, at, record),
        directorate=record.get("department", ""),
        category=record.get("category", "") or record.get("cpv_label", ""),
        value=record.get("value"),
        start=start,
        end=end,
        next_break=record.get("review_date"),
        no_kpi_reason=NO_KPIS,
        extra=tuple((name, _shown(record[name])) for name in KEPT if record.get(name) not in (None, "")),
        origin=table.origin(at),
    )


def _suppliers(table: Table, at: int, record: dict[str, Any]) -> tuple[Supplier, ...]:
    name = record.get("supplier", "")
    if not name:
        _problem(table, at, "supplier", "no_supplier", "The row names no supplier.", "Add it.", record["reference"])
        return ()
    company, charity = record.get("company", ""), record.get("charity", "")
    if company:
        return (Supplier(name, "GB-COH", company),)
    return (Supplier(name, _charity_scheme(charity), charity),)


def _charity_scheme(number: str) -> str:
    if not number:
        return ""
    return "GB-SC" if number.startswith("SC") else "GB-NIC" if number.startswith("NI") else "GB-CHC"


def _shown(value: object) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def _problem(table: Table, at: int, field: str, code: str, found: str, mend: str, ref: str) -> None:
    severity = Severity.ERROR if code in ("left_out", "impossible_period") else Severity.WARNING
    table.problems.append(Problem(code, severity, table.origin(at, field), found, mend, ref))
