"""The pages of checking: the queue, a claim, the declaration, a question's answer, a correction."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from commonweal.ledger import Account
from commonweal.periods import Period, day_in_words
from commonweal.quantities import plain
from commonweal.reporting.wording import amount as in_words
from commonweal_web.contracts.services import people as contract_people
from commonweal_web.core import clock
from commonweal_web.core.http import render, see_other, status_of, with_form_errors
from commonweal_web.core.idempotency import FIELD
from commonweal_web.core.tables import Cell, Column, Event, Table
from commonweal_web.core.templatetags.worth import pounds
from commonweal_web.delivery import confirmations, ledger
from commonweal_web.delivery.models import Claim, ClaimState, Decision, Movement
from commonweal_web.delivery.returns import builders
from commonweal_web.delivery.returns.dates import london_day
from commonweal_web.delivery.returns.selectors import claim_words
from commonweal_web.delivery.verification import deciding, looking, queue, standing
from commonweal_web.delivery.verification.deciding import Wish
from commonweal_web.delivery.verification.forms import AnswerForm, CorrectForm, DecideForm, FilterForm
from commonweal_web.delivery.verification.scopes import claim_scope, movement_scope
from commonweal_web.organisations.doors import requires
from commonweal_web.organisations.policies import Permission

P, D = Account.PENDING, Account.DISPUTED


@requires(Permission.CLAIM_VERIFY)
def queue_page(request: HttpRequest) -> HttpResponse:
    """Claims that wait to be checked."""
    rows = queue.waiting(request.user, today=clock.today())
    contracts, measures = queue.choices(rows)
    form = FilterForm(request.GET or None, contracts=contracts, measures=measures)
    wanted = form.wanted() if request.GET else queue.Wanted()
    shown = [row for row in rows if queue.fits(row, wanted)]
    context = {
        "title": "Claims to check",
        "caption": f"{len(shown)} of {len(rows)} that wait" if request.GET else f"{len(rows)} that wait",
        "filter": form,
        "clear_url": reverse("delivery:queue"),
        "table": _queue_table(shown, filtered=bool(request.GET)),
        "first": shown[0].claim if shown else None,
    }
    return render(request, "delivery/verification/queue.html", context)


def _queue_table(rows: list[queue.Row], *, filtered: bool) -> Table:
    empty = "No claim fits this filter." if filtered else "Nothing waits. Claims come here when a return is sent."
    columns = [
        Column("Claim"),
        Column("Pending", numeric=True),
        Column("Worth", numeric=True),
        Column("Evidence", numeric=True),
    ]
    columns += [Column("What to look at"), Column("Waiting", numeric=True)]
    return Table("Most pressing first", columns, [_queue_row(row) for row in rows], empty=empty, hide_caption=True)


def _queue_row(row: queue.Row) -> list[Cell]:
    claim, ret = row.claim, row.claim.ret
    version = claim.kpi_version or claim.kpi.current
    where = f"{ret.contract.reference}, {Period(ret.starts, ret.ends).label}"
    unit = version.unit if version else ""
    words = "; ".join(flag.words for flag in row.flags) or "Nothing stands out"
    return [
        Cell(f"{claim.kpi.ref} {version.deliverable if version else ''}", href=claim_url(claim), hint=where),
        Cell(_amount(claim, row.amount, unit)),
        Cell(pounds(row.pence) if version and version.value_per_unit is not None else "–"),
        Cell(str(row.facts.evidence)),
        Cell(words),
        Cell(f"{row.days} day{'' if row.days == 1 else 's'}"),
    ]


def _amount(claim: Claim, pending: Decimal, unit: str) -> str:
    """What is pending; of a share, the part and the whole that it is a share of."""
    if claim.nil:
        return "nil"
    return f"{plain(pending)} of {plain(claim.denominator)}" if claim.denominator else in_words(pending, unit)


def posted(request: HttpRequest) -> Any:
    """Return what was sent with a form, even where it is nothing; None where nothing was sent."""
    return request.POST if request.method == "POST" else None


def claim_url(claim: Claim, name: str = "claim", *more: int) -> str:
    """Return the address of a page of a claim."""
    return reverse(f"delivery:{name}", args=[claim.ret.contract_id, claim.pk, *more])


@requires(Permission.KPI_READ, claim_scope)
def claim_page(request: HttpRequest, claim: Claim) -> HttpResponse:
    """One claim: what it says, what it rests on, what stands against it, and what to do."""
    user = request.user
    held = ledger.standing(claim)
    checks = looking.may(user, Permission.CLAIM_VERIFY, claim.ret.contract)
    why_not = standing.why_not(user, claim) if checks else ""
    declared = not checks or standing.declared(user, claim)
    open_now = claim.state in (ClaimState.SUBMITTED, ClaimState.ASKED)
    form = None
    if checks and not why_not and declared and open_now:
        form = DecideForm(
            posted(request),
            claim=claim,
            pending=held[P].amount,
            disputed=held[D].amount,
            fte=looking.claimed_fte(claim),
            initial=_initial(claim, held[P].amount),
        )
        if form.is_valid():
            with with_form_errors(form):
                decision = deciding.claim_decide(
                    claim=claim,
                    version=form.cleaned_data["version"],
                    wish=_wish(request, claim, form),
                    by=user,
                    now=clock.now(),
                )
                messages.success(request, f"Saved: {claim.kpi.ref} {decision.get_verdict_display()}.")
                return see_other(claim_url(claim))
    elif request.method == "POST":
        standing.require(user, claim)
        deciding.expect(claim, 0)
    context = _claim_context(request, claim, held)
    context |= {"form": form, "checks": checks, "why_not": why_not, "declared": declared, "open_now": open_now}
    return render(request, "delivery/verification/claim.html", context, status_of(form))


def _initial(claim: Claim, pending: Decimal) -> dict[str, Any]:
    """A beneficiary's smaller figure is offered as a part: so much to accept, the rest stays pending."""
    offered = confirmations.proposed(claim, pending)
    part = {} if offered is None else {"verdict": "part", "accepted": plain(offered)}
    return {"version": claim.version, **part}


def _wish(request: HttpRequest, claim: Claim, form: DecideForm) -> Wish:
    said = form.cleaned_data
    accepted: Decimal | None = said.get("settled") if said["verdict"] == "settle" else said.get("accepted")
    if accepted is None and said["verdict"] == "part" and said.get("accepted_fte") is not None:
        period = Period(claim.ret.starts, claim.ret.ends)
        accepted = builders.fte_years_from_average(said["accepted_fte"], period)
    return Wish(
        verdict=said["verdict"],
        accepted=accepted,
        rejected=said.get("rejected") if said["verdict"] == "part" else None,
        disputed=said.get("disputed"),
        reason=said["reason"],
        form_key=request.POST.get(FIELD, "")[:64],
    )


def _claim_context(request: HttpRequest, claim: Claim, held: dict[Account, Any]) -> dict[str, Any]:
    user, contract = request.user, claim.ret.contract
    version = claim.kpi_version or claim.kpi.current
    verifies = looking.may(user, Permission.CLAIM_VERIFY, contract)
    sees_people = looking.may(user, Permission.PERSON_READ, contract)
    asked = claim.decisions.filter(verdict=Decision.Verdict.ASK, answered_by=None).last()
    is_supplier = looking.may(user, Permission.RETURN_SUBMIT, contract)
    return {
        "title": f"{claim.kpi.ref}: {version.deliverable if version else ''}",
        "caption": f"Claim for {Period(claim.ret.starts, claim.ret.ends).label}, {contract.reference}",
        "claim": claim,
        "said": claim_words(claim, version) if version else "",
        "version": version,
        "contract": contract,
        "evidence": looking.evidence_list(claim) if looking.may(user, Permission.EVIDENCE_READ, contract) else None,
        "table": looking.standing_table(claim, held),
        "promise": [{"key": {"text": k}, "value": {"text": v}} for k, v in looking.promise_rows(claim)],
        "last": looking.last_period(claim),
        "confirmations": claim.confirmations.order_by("pk"),
        "places_table": looking.place_rows(claim) if sees_people and claim.place_tests.exists() else None,
        "people_table": looking.people_table(claim) if sees_people and claim.people.exists() else None,
        "doubles": looking.double_words(claim) if verifies or is_supplier else [],
        "events": _events(claim),
        "flags": queue.rows_of(Claim.objects.filter(pk=claim.pk), clock.today())[0].flags if verifies else [],
        "next_claim": queue.following(user, claim, today=clock.today()) if verifies else None,
        "correctable": looking.correctable(claim) if verifies and claim.state != ClaimState.WITHDRAWN else [],
        "asked": asked,
        "is_supplier": is_supplier,
        "answer_form": AnswerForm(initial={"version": claim.version}) if asked and is_supplier else None,
        "may_ask_beneficiary": (verifies or is_supplier) and claim.state != ClaimState.WITHDRAWN and not claim.nil,
    }


def _events(claim: Claim) -> list[Event]:
    found = []
    if claim.ret.received_at and claim.ret.submitted_by:
        found.append(Event("Sent by the supplier", claim.ret.received_at, claim.ret.submitted_by.name))
    for one in claim.decisions.select_related("by", "answered_by"):
        found.append(Event(one.get_verdict_display().capitalize(), one.at, one.by.name, one.reason))
        if one.answered_by and one.answered_at:
            found.append(Event("Answered", one.answered_at, one.answered_by.name, one.answer))
    return sorted(found, key=lambda event: event.at, reverse=True)


@require_POST
@requires(Permission.CONFLICT_DECLARE, claim_scope)
def claim_declare(request: HttpRequest, claim: Claim) -> HttpResponse:
    """Say that one has no tie with the supplier of the contract."""
    contract_people.no_conflict_declare(contract=claim.ret.contract, by=request.user, now=clock.now())
    messages.success(request, "Your declaration is recorded. You can check the claims of this contract now.")
    return see_other(claim_url(claim))


@require_POST
@requires(Permission.RETURN_SUBMIT, claim_scope)
def claim_answer(request: HttpRequest, claim: Claim) -> HttpResponse:
    """Answer the verifier's question."""
    form = AnswerForm(request.POST)
    if form.is_valid():
        with with_form_errors(form):
            answer = form.cleaned_data["answer"]
            deciding.question_answer(claim=claim, answer=answer, by=request.user, now=clock.now())
            messages.success(request, "Your answer was sent. The council goes on checking.")
            return see_other(claim_url(claim))
    context = {"title": "Answer the question", "caption": str(claim.kpi), "form": form, "button": "Send the answer"}
    return render(request, "layout_form.html", context | {"cancel_url": claim_url(claim)}, status=422)


@requires(Permission.CLAIM_VERIFY, movement_scope)
def claim_correct(request: HttpRequest, claim: Claim, movement: Movement) -> HttpResponse:
    """Take an amount back from a decision; it is pending again afterwards."""
    form = CorrectForm(posted(request), initial={"version": claim.version, "amount": plain(movement.amount)})
    if form.is_valid():
        with with_form_errors(form):
            said = form.cleaned_data
            deciding.claim_reopen(
                claim=claim,
                version=said["version"],
                movement=movement,
                amount=said["amount"],
                reason=said["reason"],
                by=request.user,
                now=clock.now(),
            )
            messages.success(request, "The decision is corrected. The amount is pending again and can be decided.")
            return see_other(claim_url(claim))
    when = day_in_words(london_day(movement.at))
    context = {
        "title": f"Correct what was {movement.target}",
        "caption": f"{claim.kpi}: {plain(movement.amount)} {movement.target} on {when}",
        "form": form,
        "button": "Take it back",
        "cancel_url": claim_url(claim),
    }
    return render(request, "layout_form.html", context, status_of(form))
