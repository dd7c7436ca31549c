"""What everybody sees of consultations, and how they comment. No account is needed and nobody is asked who they are."""

from __future__ import annotations

from typing import Any

from django.core import signing
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from commonweal_web.core import clock, idempotency
from commonweal_web.core.http import render, see_other, status_of, with_form_errors
from commonweal_web.frameworks.consulting import documents, drafts, guard, pages, selectors, services
from commonweal_web.frameworks.consulting.forms import CommentForm
from commonweal_web.frameworks.consulting.phases import Phase, phase_of
from commonweal_web.frameworks.models import Comment, Consultation
from commonweal_web.organisations.doors import public
from commonweal_web.organisations.sign_in_log import address_of

ROWS_A_PAGE = 50
COMMENTS_A_PAGE = 50
RECEIPT = "commonweal.consulting.receipt"
FOLDER = "frameworks/consulting"


@public
def consultations(request: HttpRequest) -> HttpResponse:
    """Every consultation: open now, coming, closed with and without its answers."""
    groups = pages.lists(clock.today())
    return render(request, f"{FOLDER}/list.html", {"title": "Consultations", "groups": groups})


@public
def consultation(request: HttpRequest, consultation_id: int) -> HttpResponse:
    """One consultation: what it is about, until when, its rows and its sessions."""
    found = _found(consultation_id)
    words = request.GET.get("words", "")[:200].strip()
    rows = pages.rows_matching(found, words)
    context = pages.of_one(found, clock.now()) | {
        "page": Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page")),
        "words": words,
        "sessions": pages.sessions(found, clock.now()),
    }
    return render(request, f"{FOLDER}/one.html", context)


@public
def row(request: HttpRequest, consultation_id: int, row_key: str) -> HttpResponse:
    """One row of the draft, with what is said of it, and a form while it is open."""
    found = _found(consultation_id)
    about = drafts.find(found.rows, row_key)
    if about is None:
        raise Http404("The draft has no such row.")
    return _commenting(request, found, about)


@public
def whole(request: HttpRequest, consultation_id: int) -> HttpResponse:
    """The draft as a whole, as `row`."""
    return _commenting(request, _found(consultation_id), None)


@public
def received(request: HttpRequest, consultation_id: int, token: str) -> HttpResponse:
    """The receipt, by a link that only the sender has."""
    try:
        pk = int(signing.Signer(salt=RECEIPT).unsign(token))
    except (signing.BadSignature, ValueError):
        raise Http404("There is no such receipt.") from None
    comments = Comment.objects.select_related("consultation__body", "consultation__pack")
    found = get_object_or_404(comments, pk=pk, consultation_id=consultation_id)
    context = pages.of_one(found.consultation, clock.now()) | {
        "title": "Comment received",
        "comment": found,
        "reference": documents.reference(found),
        "about": drafts.find(found.consultation.rows, found.row),
    }
    return render(request, f"{FOLDER}/received.html", context)


@public
def results(request: HttpRequest, consultation_id: int) -> HttpResponse:
    """What was heard, what became of it, and what changes."""
    found = _found(consultation_id)
    if phase_of(found, clock.today()) is not Phase.ANSWERED:
        raise Http404("Its answers are not published yet.")
    return render(request, f"{FOLDER}/results.html", pages.of_results(found, clock.now()))


@public
def comments_file(request: HttpRequest, consultation_id: int, form: str) -> HttpResponse:
    """The published comments with their answers, to take away."""
    found = _found(consultation_id)
    if form not in documents.FORMATS or phase_of(found, clock.today()) is not Phase.ANSWERED:
        raise Http404("There is no such file, or the answers are not published yet.")
    return pages.as_file(documents.for_the_public(found, clock.today()), found, form)


def _found(consultation_id: int) -> Consultation:
    return get_object_or_404(selectors.for_the_public(), pk=consultation_id)


def _commenting(request: HttpRequest, found: Consultation, about: drafts.Row | None) -> HttpResponse:
    """
    The form, its check page and the sending; `step` says which of these the button asked for.

    A refusal always comes back with everything that was typed.
    """
    step, sent = request.POST.get("step", ""), request.method == "POST"
    form = CommentForm(request.POST) if sent and step != "change" else CommentForm(initial=request.POST.dict())
    if form.is_bound and form.is_valid():
        with with_form_errors(form):
            arrived = request.arrived_at  # type: ignore[attr-defined] # set by ArrivalMiddleware
            guard.check(request.POST.get("opened", ""), arrived)
            if step == "send":
                return _send(request, found, about, form)
            services.refuse_out_of_time(found, arrived)
            return render(request, f"{FOLDER}/check.html", _context(request, found, about, form))
    return render(request, f"{FOLDER}/row.html", _context(request, found, about, form), status=status_of(form))


def _send(request: HttpRequest, found: Consultation, about: drafts.Row | None, form: CommentForm) -> HttpResponse:
    arrived = request.arrived_at  # type: ignore[attr-defined] # set by ArrivalMiddleware
    guard.not_too_often(arrived, comment=address_of(request))
    comment = services.send_comment(
        consultation=found,
        row=about["key"] if about else "",
        arrived=arrived,
        trapped=form.trapped,
        key=request.POST.get(idempotency.FIELD, ""),
        **form.cleaned_data,
    )
    token = signing.Signer(salt=RECEIPT).sign(str(comment.pk))
    return see_other(reverse("frameworks:comment_received", args=[found.pk, token]))


def _context(request: HttpRequest, found: Consultation, about: drafts.Row | None, form: CommentForm) -> dict[str, Any]:
    now = clock.now()
    phase = phase_of(found, clock.today())
    said = selectors.published(found).filter(row=about["key"] if about else "")
    return pages.of_one(found, now) | {
        "title": about["name"] if about else "The draft as a whole",
        "about": about,
        "facts": pages.facts_of(about) if about else [],
        "form": form,
        "may_comment": phase is Phase.OPEN or form.is_bound,
        "opened": guard.kept_or_new(request.POST.get("opened", ""), now),
        "count": selectors.counts(found).get(about["key"] if about else "", 0),
        "page": Paginator(said, COMMENTS_A_PAGE).get_page(request.GET.get("page")),
        "is_answered": phase is Phase.ANSWERED,
        "neighbours": pages.neighbours(found, about),
    }
