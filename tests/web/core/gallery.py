"""Pages that show every part once, for tests and screenshots alone: no address of the service leads here."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import include, path

from commonweal_web.core import tables
from commonweal_web.core.errors import NotPermitted, Refused, StaleVersion
from commonweal_web.core.forms import DateField, PoundsField, QuantityField, VersionedForm
from commonweal_web.core.http import render, status_of
from commonweal_web.core.tables import Cell, Column, Event, Table

TEMPLATES = Path(__file__).parent / "templates"
AT = dt.datetime(2026, 11, 4, 9, 5, tzinfo=dt.UTC)


class GalleryForm(VersionedForm):
    """One field of each kind."""

    supplier = forms.CharField(max_length=40)
    starts = DateField(label="Start date", earliest=dt.date(2026, 4, 1))
    hours = QuantityField(label="Volunteering in this period", unit="hours")
    value = PoundsField(label="Contract value")
    apprentices = forms.IntegerField(label="Number of apprentices", min_value=0, help_text="People, not weeks.")
    directorate = forms.ChoiceField(choices=[("", "Choose one"), ("p", "Place"), ("a", "Adults")])
    decision = forms.ChoiceField(
        label="Your decision",
        choices=[("accept", "Accept"), ("part", "Accept part"), ("reject", "Reject")],
        widget=forms.RadioSelect,
    )
    quantity = QuantityField(label="Hours accepted", unit="hours", required=False)
    reason = forms.CharField(label="Reason", required=False, max_length=200)
    asks = forms.MultipleChoiceField(
        label="What should the supplier send?",
        choices=[("photo", "Photographs"), ("letter", "A letter of the community group")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    account = forms.CharField(label="Short account", widget=forms.Textarea, max_length=500, required=False)
    evidence = forms.FileField(required=False)
    email = forms.EmailField(label="Email address")
    agree = forms.BooleanField(label="I have the right to declare this for the supplier")


GalleryForm.base_fields["decision"].reveals = {"part": ["quantity"], "reject": ["reason"]}  # type: ignore[attr-defined]
GalleryForm.base_fields["decision"].choice_hints = {"part": "The rest stays pending."}  # type: ignore[attr-defined]


def places(current: str) -> list[dict[str, object]]:
    names = ("Home", "Contracts", "To check", "Catalogue", "Reports", "People")
    return [{"text": name, "href": f"/gallery/{name.lower()}", "current": name == current} for name in names]


def table(rows: int = 3) -> Table:
    columns = [
        Column("Deliverable"),
        Column("Due to date", numeric=True, unit="hours"),
        Column("Verified", numeric=True, unit="hours"),
        Column("Pending", numeric=True, unit="hours"),
        Column("Rating"),
        Column("State"),
        Column("Worth", numeric=True),
    ]
    line = [
        Cell("Volunteering hours for community groups in Northmere", href="#kpi", hint="Measure NT28"),
        Cell("1,250"),
        Cell("1,172.5", figure="#working"),
        Cell("60", figure="#working"),
        Cell(rag="amber", rag_words="80 to 95 % of what was due"),
        Cell(state="verified"),
        Cell("£18,500.00", figure="#working"),
    ]
    total = [Cell("All deliverables"), Cell("3,750"), Cell("3,517.5"), Cell("180"), Cell(), Cell(), Cell("£55,500.00")]
    return Table("KPIs of this contract", columns, [line] * rows, total=total if rows else (), empty="No KPI yet.")


def parts(request: HttpRequest) -> HttpResponse:
    empty = "empty" in request.GET
    events = [
        Event("Return submitted", AT, by="Ana Ruiz", text="6 claims, 4 files.", href="#r", link="See the return"),
        Event("KPI approved", AT - dt.timedelta(days=9), by="Bo Lind"),
    ]
    context = {
        "title": "Grounds maintenance 2026 to 2029",
        "caption": "Northmere Council",
        "body_name": "Northmere Council",
        "places": places("Contracts"),
        "table": table(0 if empty else 3),
        "events": [] if empty else events,
        "states": ["not due", "nil declared", "missing", "pending", "verified", "rejected", "disputed", "relieved"],
        "ratings": [("green", "on or above target"), ("amber", "80 to 95 % of what was due"), ("red", "below 80 %")],
        "tasks": [
            tables.task("Volunteering hours", "#1", "Done", done=True),
            tables.task("Apprenticeship weeks", "#2", "Not started", hint="4 weeks were due"),
            tables.task("Check and submit", "", "Cannot start yet"),
        ],
        "summary": [
            tables.summary_row("Supplier", "Green <b>Spaces</b> Ltd", change="#c"),
            tables.summary_row("Tier", ""),
        ],
        "page": Paginator(range(200), 10).get_page(request.GET.get("page", "5")),
        "numbers": [
            {"label": "verified", "value": "93.8 %", "detail": "7.5 of 8.0 FTE due", "figure": "#w"},
            {"label": "pending", "value": "4 claims", "detail": "oldest 12 days"},
        ],
        "tabs": [{"text": "KPIs", "href": "#", "current": True}, {"text": "Returns", "href": "#"}],
        "rules": ["Verified is the sum of the movements into the account verified."],
        "pence": 123456,
        "amount": Decimal("1234.500000"),
        "at": AT,
    }
    template = engines["django"].from_string((TEMPLATES / "parts.html").read_text())
    return HttpResponse(template.render(context, request))


def a_form(request: HttpRequest) -> HttpResponse:
    form = GalleryForm(request.POST or None, request.FILES or None, initial={"version": 3})
    context = {
        "form": form,
        "title": "Check this claim",
        "caption": "Volunteering hours",
        "body_name": "Northmere Council",
    }
    return render(
        request, "layout_form.html", context | {"places": places("To check"), "cancel_url": "/"}, status_of(form)
    )


def refused(request: HttpRequest, kind: str) -> HttpResponse:
    kinds = {
        "stale": StaleVersion("Bo Lind saved another target.", changes={"Target": ("120 hours", "150 hours")}),
        "permitted": NotPermitted("Your roles do not let you approve a KPI. This is for: strategic directors."),
        "state": Refused("This return was locked on 4 November 2026. Ask for it to be reopened."),
    }
    raise kinds[kind]


def done(request: HttpRequest) -> HttpResponse:
    context = {
        "title": "Return submitted",
        "panel_title": "Return submitted",
        "panel_text": "Reference NMC-2026-Q3-0042",
        "next": ["The council checks it by 25 November 2026.", "You hear from us if they have a question."],
    }
    text = (
        '{% extends "layout_two_thirds.html" %}{% block content %}{% include "parts/confirmation.html" %}{% endblock %}'
    )
    return HttpResponse(engines["django"].from_string(text).render(context, request))


urlpatterns = [
    path("gallery/parts", parts),
    path("gallery/form", a_form),
    path("gallery/done", done),
    path("gallery/refused/<kind>", refused),
    path("", include("commonweal_web.urls")),
]
handler404 = "commonweal_web.core.views.not_found"
handler403 = "commonweal_web.core.views.forbidden"
