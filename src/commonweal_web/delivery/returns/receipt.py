"""
The receipt of a return as a document: the facts of its canonical text, nothing from the rows of today, and its hash.

The engine's renderer makes the PDF, so that a receipt printed later says what was received and not what became of it.
"""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from typing import Any

import commonweal
from commonweal.figures import Book
from commonweal.periods import Period
from commonweal.quantities import plain
from commonweal.reporting.model import Block, Cell, Column, Facts, Prose, Report, Row, Section, Table
from commonweal.reporting.render_pdf import render_pdf
from commonweal.reporting.wording import amount as in_words
from commonweal_web.core.clock import LONDON
from commonweal_web.core.templatetags.worth import moment
from commonweal_web.delivery.models import Receipt
from commonweal_web.delivery.returns.canonical import sha256_of

DECLARED = {
    "only_this_contract_and_period": "Everything here was delivered for this contract, in this period",
    "only_what_the_contract_promises": "Everything here is what the contract asks for, and nothing was claimed "
    "anywhere else",
}


def receipt_pdf(receipt: Receipt) -> bytes:
    """Return a receipt as PDF."""
    return render_pdf(receipt_report(receipt))


def receipt_report(receipt: Receipt) -> Report:
    """Return a receipt as a document, from the text whose hash it names."""
    said = json.loads(receipt.text)
    period = Period(dt.date.fromisoformat(said["first_day"]), dt.date.fromisoformat(said["last_day"]))
    blocks: list[Block] = [Facts(_head(receipt, said, period)), _claims(said["claims"]), _declared(said)]
    return Report(
        title=f"Receipt {said['return']}",
        subtitle=f"Return for {period.label}, contract {said['contract']}",
        as_at=receipt.received_at.astimezone(LONDON).date(),
        sections=[Section("receipt", "What was received", tuple(blocks))],
        book=Book(),
        made_by=f"Commonweal {commonweal.__version__}",
    )


def _head(receipt: Receipt, said: dict[str, Any], period: Period) -> tuple[tuple[str, str], ...]:
    return (
        ("Reference", said["return"]),
        ("Contract", said["contract"]),
        ("Period", period.label),
        ("Received", moment(receipt.received_at)),
        ("Sent by", receipt.by.name if receipt.by else ""),
        ("Submission", str(said["submission"])),
        ("Fingerprint (SHA-256)", sha256_of(receipt.text)),
    )


def _claims(claims: list[dict[str, Any]]) -> Table:
    columns = (Column("kpi", "KPI"), Column("claim", "Claim"), Column("account", "What happened"), Column("n", "Files"))
    rows = tuple(
        Row((Cell(one["kpi"]), Cell(_claim(one)), Cell(one["account"] or "–"), Cell(str(len(one["evidence"])))))
        for one in claims
    )
    return Table("claims", "Claims", columns, rows, note="Files are the pieces of evidence that were attached.")


def _claim(one: dict[str, Any]) -> str:
    if one["nil"]:
        return f"Nothing to report: {one['reason']}"
    if one["amount"] is None:
        return "In words"
    amount = Decimal(one["amount"])
    if one["denominator"] is not None:
        return f"{plain(amount)} of {plain(Decimal(one['denominator']))}"
    return in_words(amount, one["unit"])


def _declared(said: dict[str, Any]) -> Prose:
    words = [f"Declared: {text}." for name, text in DECLARED.items() if said["declared"][name]]
    return Prose(tuple(filter(None, [*words, said["account"]])) or ("Nothing was declared.",))
