"""The auditor's log: search, export, the state of the chain, and its comparison with an anchor kept outside."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse

from commonweal.reporting.render_csv import guarded
from commonweal_web.audit import selectors as audit
from commonweal_web.audit import services
from commonweal_web.audit.models import PLATFORM, Event
from commonweal_web.audit.services import anchoring
from commonweal_web.core import clock
from commonweal_web.core.http import render, status_of, with_form_errors
from commonweal_web.core.tables import Cell, Column, Table
from commonweal_web.core.templatetags.worth import moment
from commonweal_web.organisations import selectors as organisations
from commonweal_web.organisations.doors import requires
from commonweal_web.organisations.models import Organisation
from commonweal_web.organisations.policies import Permission
from commonweal_web.reports import verbs
from commonweal_web.reports.forms import AnchorForm, LogFilter
from commonweal_web.reports.links import link
from commonweal_web.reports.selectors import timelines

PAGE = 50
TYPES = {"csv": "text/csv; charset=utf-8", "jsonl": "application/x-ndjson"}


@requires(Permission.AUDIT_READ)
def log(request: HttpRequest) -> HttpResponse:
    """Search one body's log."""
    bodies = _bodies(request.user)
    body = _chosen(bodies, request)
    form = _filter(request, body)
    page = Paginator(audit.log_of(body.pk, form.search()), PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "title": f"Log of {body.name}",
        "body": body,
        "bodies": [one for one in bodies if one != body],
        "filter": form,
        "filter_label": "Search the log",
        "clear_url": link("reports:log", body=body.pk),
        "head": audit.head_of(body.pk),
        "page": page,
        "table": _table(page, page.paginator.count),
        "query": query.urlencode(),
        "sign_ins": link("organisations:sign_ins", body.pk),
        "samples": link("delivery:samples"),
        "emergency_log": link("organisations:emergency_log", body.pk),
        "may_verify": bool(organisations.roles_of(request.user, Permission.CHAIN_VERIFY)),
    }
    return render(request, "reports/log.html", context, status_of(form))


@requires(Permission.AUDIT_READ)  # type: ignore[arg-type]  # a stream is a response too
def log_export(request: HttpRequest, form: str) -> StreamingHttpResponse:
    """The events that the search finds, each with all that its hash covers."""
    if form not in TYPES:
        raise Http404("There is no such format.")
    body = _chosen(_bodies(request.user), request)
    events = audit.log_of(body.pk, _filter(request, body).search())
    content = audit.json_lines(events) if form == "jsonl" else _csv(events)
    response = StreamingHttpResponse(content, content_type=TYPES[form])
    response["Content-Disposition"] = f'attachment; filename="log-{body.pk}-{clock.today()}.{form}"'
    return response


@requires(Permission.CHAIN_VERIFY)
def log_verify(request: HttpRequest) -> HttpResponse:
    """Read the whole log again, and compare it with an anchor file."""
    form = AnchorForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        form = AnchorForm(request.POST, request.FILES)
    context: dict[str, Any] = {"title": "Verify the log", "form": form, "button": "Verify now", "multipart": True}
    if form.is_valid():
        with with_form_errors(form):
            context |= _verified(request.user, form.cleaned_data.get("anchor"))
    return render(request, "reports/log_verify.html", context, status_of(form))


def _verified(user: Any, file: Any) -> dict[str, Any]:
    anchor = anchoring.read(file.read()) if file else None
    mine = organisations.organisations_with(user, Permission.CHAIN_VERIFY)
    whole = mine.filter(is_platform=True).exists()
    chains = {PLATFORM, *mine.values_list("pk", flat=True)}
    found = services.verify(anchor)
    names = dict(Organisation.objects.filter(pk__in=chains).values_list("pk", "name"))
    shown = [one for one in found if whole or one.chain in chains]
    return {
        "checked": True,
        "findings": [
            {"where": names.get(one.chain, "the platform"), "seq": one.seq, "words": one.message} for one in shown
        ],
        "elsewhere": len(found) - len(shown),
        "anchor": anchor,
        "at": clock.now(),
    }


def _bodies(user: Any) -> list[Organisation]:
    return list(organisations.organisations_with(user, Permission.AUDIT_READ).order_by("name"))


def _chosen(bodies: list[Organisation], request: HttpRequest) -> Organisation:
    """Return the body that the address names, or the first; one that is not the person's is not there."""
    wanted = request.GET.get("body", "")
    if not wanted:
        return bodies[0]
    found = next((one for one in bodies if str(one.pk) == wanted), None)
    if found is None:
        raise Http404("There is no such log, or it is not one of yours.")
    return found


def _filter(request: HttpRequest, body: Organisation) -> LogFilter:
    kinds = Event.objects.filter(chain=body.pk).order_by("record_type").values_list("record_type", flat=True).distinct()
    return LogFilter(
        request.GET or None,
        kinds=list(kinds),
        people=audit.people_of(body.pk),
        acts=audit.verbs_of(body.pk),
        initial={"body": body.pk},
    )


def _table(events: Any, count: int) -> Table:
    columns = [
        Column("Number", numeric=True),
        Column("When"),
        Column("Who"),
        Column("Act"),
        Column("Record"),
        Column("What changed, and why"),
    ]
    rows = [_row(event) for event in events]
    caption = f"{count:,} event{'' if count == 1 else 's'}"
    return Table(caption, columns, rows, dense=True, empty="No event fits. Clear the filter to see all.")


def _row(event: Event) -> list[Cell]:
    where = link("reports:timeline", event.contract_id) if event.contract_id else ""
    return [
        Cell(f"{event.seq:,}"),
        Cell(moment(event.at)),
        Cell(event.actor_name or "the service", hint=verbs.role_in_words(event.role)),
        Cell(verbs.in_words(event.verb)),
        Cell(event.record_label, href=where, hint=f"{verbs.kind_in_words(event.record_type)} {event.record_id}"),
        Cell(". ".join(timelines.changes_of(event)), hint=event.reason),
    ]


class _Echo:
    """What a CSV writer writes to: it hands each line back."""

    @staticmethod
    def write(line: str) -> str:
        return line


def _csv(events: Any) -> Iterator[str]:
    writer = csv.writer(_Echo(), lineterminator="\r\n")
    for row in audit.csv_rows(events):
        yield writer.writerow([guarded(text) for text in row])
