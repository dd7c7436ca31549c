"""Between the boxes of a page and an answer: what stands in them at first, and what was meant by what was typed."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from commonweal.portfolio import Kind
from commonweal.quantities import plain
from commonweal.reporting.wording import number
from commonweal_web.contracts.models import Kpi, KpiVersion
from commonweal_web.core.errors import Invalid
from commonweal_web.delivery.models import Claim, Return
from commonweal_web.delivery.returns import behind, builders
from commonweal_web.delivery.returns.builders import OF_PEOPLE, Builder, Person, Session, Spend
from commonweal_web.delivery.returns.dates import period_of
from commonweal_web.delivery.returns.drafting import Answer
from commonweal_web.delivery.returns.forms import NIL, AmountForm
from commonweal_web.delivery.returns.prefill import offer_for
from commonweal_web.delivery.returns.row_forms import KindForm, Rows


def amount_initial(claim: Claim | None, version: KpiVersion, ret: Return) -> dict[str, Any]:
    """Return what stands in the boxes of the amount: what was saved, else nothing."""
    if claim is None:
        return {"version": 0}
    initial: dict[str, Any] = {"version": claim.version, "valid_until": claim.valid_until}
    if claim.nil:
        return initial | {"answer": NIL, "nil_reason": claim.nil_reason}
    if claim.amount is None:
        return initial
    if any(claim.working.get(part) for part in ("people", "sessions", "spend")):
        return initial | {"answer": "amount"}
    amount: Any = plain(claim.amount)
    if builders.builder_for(kind=version.kind, unit=version.unit) is Builder.SPEND:
        amount = int(claim.amount * 100)
    elif version.unit == "FTE-year" and version.kind == Kind.QUANTITY:
        amount = plain(builders.average_fte(claim.amount, period_of(ret)))
    whole = plain(claim.denominator) if claim.denominator is not None else None
    return initial | {"answer": "amount", "amount": amount, "denominator": whole}


def rows_initial(builder: Builder, claim: Claim | None, ret: Return, kpi: Kpi) -> list[dict[str, Any]]:
    """Return the rows of the builder: those saved, or those of the last period where nothing was saved yet."""
    if builder is Builder.NONE:
        return []
    if claim is not None and claim.amount is not None:
        return _saved_rows(builder, claim)
    offer = offer_for(ret, kpi)
    if builder is Builder.SPEND:
        return [{"supplier": line.supplier, "outcode": line.outcode} for line in offer.spend]
    return [_person_row(person) for person in offer.people] if builder in OF_PEOPLE else []


def answer_of(form: AmountForm, rows: Rows | None, kinds: KindForm | None, ret: Return) -> Answer:
    """
    Return what was meant by the boxes.

    :raises Invalid: if an amount was typed that the rows do not make
    :raises BadQuantity, BadPeriod: as the builders
    """
    given = form.cleaned_data
    if given["answer"] == NIL:
        empty = () if form.builder in OF_PEOPLE else None
        spend = () if form.builder is Builder.SPEND else None
        return Answer(nil=True, nil_reason=given["nil_reason"], people=empty, spend=spend)
    typed = form.quantity(period_of(ret))
    filled = rows.filled if rows else []
    answer = Answer(denominator=given.get("denominator"), valid_until=given.get("valid_until"))
    built: Decimal | None = None
    if form.builder in OF_PEOPLE:
        people = tuple(_person(row) for row in filled)
        answer = replace(
            answer, people=people, identifier_kind=kinds.cleaned_data["identifier_kind"] if kinds else "ni"
        )
        built = _of_people(form, people, ret) if people else None
    elif form.builder is Builder.SESSIONS:
        sessions = [Session(row["what"], row["hours"], row["people"], row["times"]) for row in filled]
        answer = replace(answer, working={"sessions": builders.sessions_as_rows(sessions)} if sessions else {})
        built = builders.from_sessions(sessions) if sessions else None
    elif form.builder is Builder.SPEND:
        lines = tuple(Spend(r["supplier"], r["pounds"], r["outcode"], r["invoice"]) for r in filled)
        answer = replace(answer, spend=lines)
        built = builders.from_spend(lines) if lines else None
    if typed is not None and built is not None and typed != built:
        raise Invalid({"amount": [_they_differ(form, built, ret)]})
    return replace(answer, amount=typed if built is None else built)


def _of_people(form: AmountForm, people: tuple[Person, ...], ret: Return) -> Decimal:
    months = behind.first_months(form.kpi_version.data)
    amount = builders.from_people(form.builder, people, period_of(ret), months)
    if form.builder is Builder.FTE and form.kpi_version.unit == "FTE":
        return builders.average_fte(amount, period_of(ret))
    return amount


def _they_differ(form: AmountForm, built: Decimal, ret: Return) -> str:
    if form.builder is Builder.FTE and form.kpi_version.unit == "FTE-year":
        built = builders.average_fte(built, period_of(ret))
    shown = f"£{number(built, 2)}" if form.builder is Builder.SPEND else number(built)
    return f"The rows below make {shown}, which is not what you typed. Correct one of them, or leave this box empty."


def _saved_rows(builder: Builder, claim: Claim) -> list[dict[str, Any]]:
    if builder is Builder.SESSIONS:
        return [dict(row) for row in claim.working.get("sessions", [])]
    if builder is Builder.SPEND:
        return [
            {"supplier": row["supplier"], "outcode": row["outcode"], "pounds": row["pence"]}
            for row in claim.working.get("spend", [])
        ]
    return [_person_row(person) for person in builders.people_of(claim.working)]


def _person_row(person: Person) -> dict[str, Any]:
    return {
        "initials": person.initials,
        "outcode": person.outcode,
        "started": person.started,
        "left": person.left,
        "share": plain(person.share) if person.share is not None else None,
        "weeks": plain(person.amount) if person.amount is not None else None,
        "token": person.token,
    }


def _person(row: dict[str, Any]) -> Person:
    return Person(
        initials=row["initials"],
        outcode=row["outcode"],
        started=row["started"],
        left=row.get("left"),
        share=row.get("share"),
        amount=row.get("weeks"),
        token=row["token"],
        identifier=row["identifier"],
    )
