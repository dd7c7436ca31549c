"""What everybody sees of priorities, and how residents put options in order. Nobody is asked who they are."""

from __future__ import annotations

from typing import Any

from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from commonweal_web.core import clock, idempotency
from commonweal_web.core.http import render, see_other, status_of, with_form_errors
from commonweal_web.frameworks.consulting import guard
from commonweal_web.organisations.doors import public
from commonweal_web.organisations.sign_in_log import address_of
from commonweal_web.planning.listening import documents, pages, phases, selectors
from commonweal_web.planning.listening.forms import RankForm, ordinal
from commonweal_web.planning.listening.phases import Phase
from commonweal_web.planning.listening.services import priorities as services
from commonweal_web.planning.models import Priority, PriorityAnswer

RECEIPT = "commonweal.listening.priority"
FOLDER = "planning/listening"
GROUPS = (
    (Phase.OPEN, "Open now", "No form is open now."),
    (Phase.COMING, "Coming", ""),
    (Phase.CLOSED, "Closed, results to come", ""),
    (Phase.PUBLISHED, "Results", ""),
)


@public
def priorities(request: HttpRequest) -> HttpResponse:
    """Every form: open now, coming, closed, and those with results."""
    day = clock.today()
    rows = list(selectors.public_priorities())
    groups = [
        {
            "heading": heading,
            "empty": empty,
            "items": [(one, phases.when(one, day)) for one in rows if phases.phase_of(one, day) is phase],
        }
        for phase, heading, empty in GROUPS
    ]
    shown = [one for one in groups if one["items"] or one["empty"]]
    return render(request, f"{FOLDER}/public_priorities.html", {"title": "Say what matters to you", "groups": shown})


@public
def priority(request: HttpRequest, priority_id: int) -> HttpResponse:
    """
    The form, its check page and the sending; `step` says which of these the button asked for.

    A refusal always comes back with everything that was chosen.
    """
    found = _found(priority_id)
    step, sent = request.POST.get("step", ""), request.method == "POST"
    bound = sent and step != "change"
    form = RankForm(request.POST, priority=found) if bound else RankForm(initial=request.POST.dict(), priority=found)
    if form.is_bound and form.is_valid():
        with with_form_errors(form):
            arrived = request.arrived_at  # type: ignore[attr-defined] # set by ArrivalMiddleware
            guard.check(request.POST.get("opened", ""), arrived)
            if step == "send":
                return _send(request, found, form)
            services.refuse_out_of_time(found, arrived)
            context = _context(request, found, form) | {"order": in_words(found, form.ranking)}
            return render(request, f"{FOLDER}/priority_check.html", context)
    return render(request, f"{FOLDER}/priority.html", _context(request, found, form), status=status_of(form))


@public
def received(request: HttpRequest, priority_id: int, token: str) -> HttpResponse:
    """The receipt, by a link that only the sender has."""
    try:
        pk = int(signing.Signer(salt=RECEIPT).unsign(token))
    except (signing.BadSignature, ValueError):
        raise Http404("There is no such receipt.") from None
    answers = PriorityAnswer.objects.select_related("priority__body")
    answer = get_object_or_404(answers, pk=pk, priority_id=priority_id)
    context = {
        "title": "Thank you",
        "priority": answer.priority,
        "answer": answer,
        "order": in_words(answer.priority, answer.ranking),
    }
    return render(request, f"{FOLDER}/priority_received.html", context)


@public
def results(request: HttpRequest, priority_id: int) -> HttpResponse:
    """What residents said, once it is published."""
    found = _published(priority_id)
    context = {
        "title": f"Results: {found.title}",
        "caption": str(found.body),
        "priority": found,
        "when": phases.when(found, clock.today()),
        "summary": pages.paragraphs(found.summary),
        **pages.results(found),
    }
    return render(request, f"{FOLDER}/priority_results.html", context)


@public
def results_file(request: HttpRequest, priority_id: int) -> HttpResponse:
    """The results to take away."""
    found = _published(priority_id)
    answer = HttpResponse(documents.results_csv(found, clock.today()), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="priorities-{found.pk}-results.csv"'
    return answer


def in_words(priority: Priority, ranking: list[str]) -> list[tuple[str, str]]:
    """Return an order as places and options."""
    titles = {one["key"]: one["title"] for one in priority.options}
    return [(ordinal(place), titles.get(key, key)) for place, key in enumerate(ranking, 1)]


def _found(priority_id: int) -> Priority:
    return get_object_or_404(selectors.public_priorities(), pk=priority_id)


def _published(priority_id: int) -> Priority:
    found = _found(priority_id)
    if found.published_at is None:
        raise Http404("Its results are not published yet.")
    return found


def _send(request: HttpRequest, found: Priority, form: RankForm) -> HttpResponse:
    arrived = request.arrived_at  # type: ignore[attr-defined] # set by ArrivalMiddleware
    guard.not_too_often(arrived, priority=address_of(request))
    answer = services.answer_send(
        priority=found,
        ranking=form.ranking,
        ward=form.ward,
        text=form.cleaned_data["text"],
        arrived=arrived,
        trapped=form.trapped,
        key=request.POST.get(idempotency.FIELD, ""),
    )
    token = signing.Signer(salt=RECEIPT).sign(str(answer.pk))
    return see_other(reverse("planning:listening_priority_received", args=[found.pk, token]))


def _context(request: HttpRequest, found: Priority, form: RankForm) -> dict[str, Any]:
    phase = phases.phase_of(found, clock.today())
    return {
        "title": found.title,
        "caption": str(found.body),
        "priority": found,
        "phase": phase.value,
        "when": phases.when(found, clock.today()),
        "introduction": pages.paragraphs(found.introduction),
        "form": form,
        "may_answer": phase is Phase.OPEN or form.is_bound,
        "opened": guard.kept_or_new(request.POST.get("opened", ""), clock.now()),
    }
