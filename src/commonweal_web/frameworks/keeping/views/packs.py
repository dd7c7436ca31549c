"""Packs on their way: upload, preview, proposal, decision."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.views.decorators.http import require_POST

from commonweal_web.core import clock, stale
from commonweal_web.core.errors import Refused, StaleVersion
from commonweal_web.core.http import render, see_other, status_of, with_form_errors
from commonweal_web.core.idempotency import FIELD, form_hash, idempotent
from commonweal_web.core.tables import Cell, Column, Table
from commonweal_web.frameworks.keeping import differences, pages, scopes, selectors, services
from commonweal_web.frameworks.keeping.checking import Checked, check
from commonweal_web.frameworks.keeping.forms import (
    DecisionForm,
    FrameworkImport,
    ImportForm,
    LinksImport,
    ProposeForm,
    ValuesImport,
)
from commonweal_web.frameworks.models import Pack
from commonweal_web.organisations.doors import requires
from commonweal_web.organisations.models import Organisation
from commonweal_web.organisations.policies import Permission


@requires(Permission.MEASURE_DRAFT, scopes.body_scope)
def import_framework(request: HttpRequest, body: Organisation) -> HttpResponse:
    """Bring a framework."""
    return _import(request, body, FrameworkImport, "Import a framework")


@requires(Permission.MEASURE_DRAFT, scopes.body_scope)
def import_values(request: HttpRequest, body: Organisation) -> HttpResponse:
    """Bring values in pounds."""
    return _import(request, body, ValuesImport, "Import values in pounds")


@requires(Permission.MEASURE_DRAFT, scopes.body_scope)
def import_links(request: HttpRequest, body: Organisation) -> HttpResponse:
    """Bring links between two releases."""
    return _import(request, body, LinksImport, "Import links between frameworks")


def _import(request: HttpRequest, body: Organisation, kind: type[ImportForm], title: str) -> HttpResponse:
    form = kind(request.POST or None, request.FILES or None, body=body)
    problems: Table | None = None
    if form.is_valid():
        with with_form_errors(form):
            checked = _checked(form, body)
            if checked.sound:
                pack = _draft(request, form, body, checked)
                messages.success(request, "The file is kept as a draft. Look at what it holds, then propose it.")
                if checked.count:
                    messages.warning(request, _remarks(checked))
                return see_other(reverse("frameworks:pack", args=[body.pk, pack]))
            problems = pages.problems_table(checked.problems, checked.count)
            form.add_error("file", "Nothing of the file was kept: mend what is listed below, and give it again.")
    context = {
        "title": title,
        "caption": str(body),
        "form": form,
        "kind": kind.kind,
        "multipart": True,
        "problems": problems,
        "button": "Read the file",
        "cancel_url": reverse("frameworks:keeping_body", args=[body.pk]),
    }
    return render(request, "frameworks/keeping/import.html", context, status_of(form))


def _remarks(checked: Checked) -> str:
    """The first remarks on a sound file, which are not kept with it."""
    some = [f"Line {one.line}: {one.found} {one.mend}" for one in checked.problems[:5]]
    more = f" And {checked.count - len(some):,} more." if checked.count > len(some) else ""
    return f"{' '.join(some)}{more}"


def _checked(form: ImportForm, body: Organisation) -> Checked:
    file = form.cleaned_data["file"]
    head = form.head(clock.today())
    return check(kind=form.kind, name=str(file.name), data=file.read(), head=head, body=body.pk)


def _draft(request: HttpRequest, form: ImportForm, body: Organisation, checked: Checked) -> str:
    """Keep the draft once, however often the form is sent; return its key in the database."""
    replaces = form.cleaned_data.get("replaces") or ""
    by, now = request.user, clock.now()
    done = idempotent(
        user=by,
        key=request.POST.get(FIELD, ""),
        body_hash=f"{form_hash(request.POST)}{checked.upload_sha256}"[:64],
        act=lambda: services.pack_draft(body=body, checked=checked, by=by, now=now, replaces=replaces).pk,
        now=now,
    )
    return done.reference


@requires(Permission.MEASURES_READ, scopes.pack_scope)
def pack(request: HttpRequest, pack: Pack) -> HttpResponse:
    """A pack: its state, what it changes, its licence, and what can be done with it."""
    user, body = request.user, pack.body
    found = differences.of(pack)
    context = pages.body_context(body, user, "") | {
        "title": pack.title,
        "caption": f"{body}, {pages.KIND_WORDS[pack.kind].lower()}",
        "pack": pack,
        "facts": pages.facts_of(pack, found.holds),
        "found": found,
        "noun": pages.NOUNS[pack.kind],
        "table": _changes(found, pack.kind),
        "may_file": pack.kind != Pack.Kind.VALUES and selectors.may(user, Permission.MEASURE_DRAFT, body),
        "catalogue_url": _in_catalogue(pack),
        **_who_decides(pack, user),
    }
    return render(request, "frameworks/keeping/pack.html", context)


def _who_decides(pack: Pack, user: Any) -> dict[str, Any]:
    waits = pack.state == Pack.State.PROPOSED
    own = user.pk in (pack.drafted_by_id, pack.proposed_by_id)
    return {"waits": waits, "own": own, "deciders": selectors.deciders(pack, clock.today()) if waits else []}


def _in_catalogue(pack: Pack) -> str:
    public = pack.kind == Pack.Kind.FRAMEWORK and pack.state == Pack.State.PUBLISHED and pack.shown
    return reverse("frameworks:release", args=[pack.key]) if public else ""


def _changes(found: differences.Difference, kind: str) -> Table:
    rows = [[Cell(one.what, hint=one.hint), Cell(one.change)] for one in found.lines]
    first = {"framework": "Measure", "values": "Measure", "links": "Link"}[kind]
    if found.before:
        columns = (Column(first), Column("Change"))
        return Table(f"What it changes against {found.before}", columns, rows, empty="Nothing is different.")
    columns = (Column(first), Column("Relation" if kind == Pack.Kind.LINKS else "Counted in"))
    return Table("What it holds", columns, rows)


@requires(Permission.MEASURE_DRAFT, scopes.pack_scope)
def pack_file(request: HttpRequest, pack: Pack) -> HttpResponse:
    """The document of a framework or of links; of values never: they do not leave."""
    if pack.kind == Pack.Kind.VALUES:
        raise Refused("Values that a body holds under a licence compute here and do not leave.", code="licensed")
    answer = HttpResponse(pack.document, content_type="application/yaml; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{pack.key}.yaml"'
    return answer


@requires(Permission.MEASURE_DRAFT, scopes.pack_scope)
def propose(request: HttpRequest, pack: Pack) -> HttpResponse:
    """Propose a draft with its licence."""
    form, conflict = _propose_form(request.POST or None, pack), None
    here = reverse("frameworks:pack", args=[pack.body_id, pack.pk])
    if form.is_valid():
        try:
            with with_form_errors(form):
                said = dict(form.cleaned_data)
                shown = said.pop("version")
                proposal = services.Proposal(**said)
                services.pack_propose(pack=pack, proposal=proposal, by=request.user, now=clock.now(), shown=shown)
                messages.success(request, "It waits for somebody else to publish it.")
                return see_other(here)
        except StaleVersion:
            pack.refresh_from_db()
            says = {"licence_text": pack.licence_text, "shown": pack.shown}
            conflict = stale.beside(form, says, pages.pack_facts(pack))
            form = _propose_form(stale.renewed(request.POST, pack.version), pack)
    context = _form(pack, form, "Propose for publication", "Propose it", here) | {"conflict": conflict}
    return render(request, "frameworks/keeping/form.html", context, stale.status(form, conflict))


def _propose_form(data: QueryDict | None, pack: Pack) -> ProposeForm:
    first = {"version": pack.version, "licence_text": pack.licence_text}
    return ProposeForm(data, values=pack.kind == Pack.Kind.VALUES, initial=first)


@requires(Permission.MEASURE_PUBLISH, scopes.pack_scope)
def decide(request: HttpRequest, pack: Pack) -> HttpResponse:
    """Publish a proposed pack, or send it back."""
    who = _who_decides(pack, request.user)
    if request.method == "GET" and (who["own"] or not who["waits"]):
        return _not_yours(request, pack, who)
    form, conflict = DecisionForm(request.POST or None, initial={"version": pack.version}), None
    here = reverse("frameworks:pack", args=[pack.body_id, pack.pk])
    if form.is_valid():
        try:
            with with_form_errors(form):
                _decide(request, pack, form.cleaned_data)
                return see_other(here)
        except StaleVersion:
            pack.refresh_from_db()
            conflict = stale.beside(form, {}, pages.pack_facts(pack))
            form = DecisionForm(stale.renewed(request.POST, pack.version))
    context = _form(pack, form, "Publish or send back", "Record decision", here) | {"conflict": conflict}
    context["intro"] = "Look at what it holds and changes first. Running contracts stay on the release that they have."
    return render(request, "frameworks/keeping/form.html", context, stale.status(form, conflict))


def _not_yours(request: HttpRequest, pack: Pack, who: dict[str, Any]) -> HttpResponse:
    """Who decides instead, for somebody who drafted or proposed it; or how it stands, where nothing waits."""
    state = pages.pack_facts(pack)[0][1]
    context = who | {
        "title": "Publish or send back",
        "caption": pack.title,
        "body": pack.body,
        "state": f"{state}.",
        "pack_url": reverse("frameworks:pack", args=[pack.body_id, pack.pk]),
    }
    return render(request, "frameworks/keeping/not_yours.html", context)


def _decide(request: HttpRequest, pack: Pack, said: dict[str, Any]) -> None:
    now, shown = clock.now(), said["version"]
    if said["decision"] == "publish":
        services.pack_publish(pack=pack, by=request.user, now=now, shown=shown)
        messages.success(request, "It is published and can be used from now on. Running contracts stay as they are.")
        return
    services.pack_send_back(pack=pack, reason=said["reason"], by=request.user, now=now, shown=shown)
    messages.success(request, "It is sent back with your reason.")


def _form(pack: Pack, form: Any, title: str, button: str, here: str) -> dict[str, Any]:
    return {"title": title, "caption": pack.title, "form": form, "button": button, "cancel_url": here}


@require_POST
@requires(Permission.MEASURE_DRAFT, scopes.pack_scope)
def leave(request: HttpRequest, pack: Pack) -> HttpResponse:
    """Give a draft up."""
    text = request.POST.get("version", "")
    shown = int(text) if text.isdecimal() and len(text) < 10 else None
    services.pack_leave(pack=pack, by=request.user, now=clock.now(), shown=shown)
    messages.success(request, f"{pack.title} is given up. Nothing of it was published.")
    return see_other(reverse("frameworks:keeping_body", args=[pack.body_id]))
