"""Step 2, and what a permanent link gives: the page, the files and the print view, all from what it holds."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.text import slugify
from django.views.decorators.http import require_POST, require_safe

from commonweal.reporting.build.mapping_kpis import TITLES, Audience, attributions, kpi_csv, kpi_report, made_by
from commonweal.reporting.build.mapping_print import kpi_print, printed_tables
from commonweal.reporting.build.mapping_words import CAUTION
from commonweal.reporting.render_ods import render_ods
from commonweal.reporting.render_pdf import render_pdf
from commonweal.reporting.render_xlsx import render_xlsx
from commonweal_web.core import clock
from commonweal_web.core.errors import Refused
from commonweal_web.core.http import render, respond_to_refused, see_other
from commonweal_web.mapping import layout, selectors, services
from commonweal_web.mapping.asking import Asked, asked
from commonweal_web.mapping.frozen import Summary
from commonweal_web.mapping.models import Frozen
from commonweal_web.mapping.views.select import shown
from commonweal_web.organisations import sign_in_log
from commonweal_web.organisations.doors import public

FORMATS = {
    "pdf": ("PDF", "application/pdf"),
    "xlsx": ("Excel workbook", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "ods": ("OpenDocument sheet", "application/vnd.oasis.opendocument.spreadsheet"),
    "csv": ("CSV", "text/csv; charset=utf-8"),
    "json": ("JSON", "application/json"),
}
FOR = {
    Audience.PROCUREMENT: "For a procurement: each KPI with deliverable, unit, evidence, and room for its weight",
    Audience.BIDDERS: "For bidders: what is asked, what counts and what does not, and room for their target",
    Audience.ORGANISATION: "For an organisation: each KPI with its counterparts and how it converts",
}


@public
@require_safe
def summary(request: HttpRequest) -> HttpResponse:
    """Step 2: what is chosen, in the words of the other frameworks."""
    wish = asked(request)
    if not wish.source:
        return see_other(reverse("mapping:select"))
    if not wish.targets:
        return shown(request, wish, check=True)
    made = selectors.today_summary(source=wish.source, codes=wish.codes, targets=wish.targets, on=clock.today())
    context = {
        **_context(made),
        "steps": layout.steps(2, {1: wish.select_url}),
        "wish": wish,
        "here": wish.summary_url,
    }
    return render(request, "mapping/summary.html", context)


def _context(made: Summary) -> dict[str, Any]:
    return {
        "title": layout.title(made),
        "caption": layout.caption(2),
        "summary": made,
        "chosen_words": layout.chosen_words(made),
        "beside": layout.beside(made),
        "attributions": attributions(made),
        "made_by": made_by(made),
        "caution": CAUTION,
    }


@public
@require_POST
def keep(request: HttpRequest) -> HttpResponse:
    """Keep the summary that was looked at under a permanent link."""
    wish = asked(request)
    made = selectors.today_summary(source=wish.source, codes=wish.codes, targets=wish.targets, on=clock.today())
    by = request.user if request.user.is_authenticated else None
    try:
        row = services.freeze(summary=made, by=by, now=clock.now(), address=sign_in_log.address_of(request))
    except services.TooMany as slowed:
        answer = respond_to_refused(request, slowed)
        answer.status_code = 429
        return answer
    return see_other(reverse("mapping:link", args=[row.digest]))


def _kept(digest: str) -> Frozen:
    row = selectors.kept(digest)
    if row is None:
        raise Http404
    return row


@public
@require_safe
def link(request: HttpRequest, digest: str) -> HttpResponse:
    """A summary as it was kept, with a note where something newer exists."""
    row = _kept(digest)
    made = selectors.summary_of(row)
    wish = Asked(made.source.id, made.codes, tuple(release.id for release in made.targets))
    context = {
        **_context(made),
        "row": row,
        "permanent": request.build_absolute_uri(reverse("mapping:link", args=[digest])),
        "newer": [(note, _with_newer(wish, note)) for note in selectors.newer(made)],
        "steps": layout.steps(2, {1: wish.select_url, 5: "#take-away"}),
        "sheet_url": reverse("mapping:sheet_make", args=[digest]),
        "take_away": _take_away(row),
        "json_url": reverse("mapping:file", args=[digest, "json"]),
    }
    return render(request, "mapping/frozen.html", context)


def _with_newer(wish: Asked, note: selectors.Newer) -> str:
    """Return where the same is chosen with what is newer; the codes of another release have to be chosen anew."""
    if not note.reached:
        return ""
    if not note.release:
        return wish.summary_url if note.instead_of != wish.source else wish.select_url
    if note.instead_of == wish.source:
        return Asked(note.release, (), selectors.linked_among(note.release, wish.targets)).select_url
    targets = tuple(note.release if to == note.instead_of else to for to in wish.targets)
    return Asked(wish.source, wish.codes, selectors.linked_among(wish.source, targets)).select_url


def _take_away(row: Frozen) -> list[dict[str, Any]]:
    return [
        {
            "words": FOR[audience],
            "name": TITLES[audience],
            "print": f"{reverse('mapping:print', args=[row.digest])}?for={audience}",
            "files": [
                (words, f"{reverse('mapping:file', args=[row.digest, form])}?for={audience}")
                for form, (words, _) in FORMATS.items()
                if form != "json"
            ],
        }
        for audience in Audience
    ]


def _audience(request: HttpRequest) -> Audience:
    wanted = request.GET.get("for", Audience.ORGANISATION.value)
    if wanted not in list(Audience):
        raise Refused(f"There are lists for {', '.join(Audience)}. Choose one of these.", code="unknown")
    return Audience(wanted)


@public
@require_safe
def file(request: HttpRequest, digest: str, form: str) -> HttpResponse:
    """A list of KPIs as a file; JSON is the summary itself, whose SHA-256 is the link."""
    row = _kept(digest)
    if form not in FORMATS:
        raise Http404
    audience = _audience(request)
    response = HttpResponse(_rendered(row, audience, form), content_type=FORMATS[form][1])
    made = selectors.summary_of(row)
    name = "-".join([slugify(made.source.id), audience.value, made.made_on.isoformat()])
    response["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    return response


def _rendered(row: Frozen, audience: Audience, form: str) -> bytes:
    made = selectors.summary_of(row)
    match form:
        case "json":
            return row.content.encode()
        case "csv":
            return kpi_csv(made, audience)
        case "xlsx":
            return render_xlsx(kpi_report(made, audience))
        case "ods":
            return render_ods(kpi_report(made, audience))
    return render_pdf(kpi_print(made, audience))


@public
@require_safe
def print_view(request: HttpRequest, digest: str) -> HttpResponse:
    """A list of KPIs for paper."""
    row = _kept(digest)
    audience = _audience(request)
    made = selectors.summary_of(row)
    context = {
        "title": TITLES[audience],
        "summary": made,
        "audience": audience,
        "beside": layout.beside(made) if audience is Audience.ORGANISATION else [],
        "tables": [layout.on_page(table) for table in printed_tables(made, audience)],
        "attributions": attributions(made),
        "made_by": made_by(made),
        "permanent": request.build_absolute_uri(reverse("mapping:link", args=[digest])),
        "back": reverse("mapping:link", args=[digest]),
    }
    return render(request, "mapping/print.html", context)
