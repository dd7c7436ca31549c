"""Versions of a body's policy: list, words, draft by form or file, proposal, decision."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from commonweal.policy.writing import figures_of, policy_text
from commonweal_web.core import clock
from commonweal_web.core.http import render, see_other, status_of, with_form_errors
from commonweal_web.core.idempotency import FIELD, form_hash, idempotent
from commonweal_web.core.tables import Cell, Column, Table
from commonweal_web.core.templatetags.worth import day
from commonweal_web.organisations.doors import requires
from commonweal_web.organisations.models import Organisation
from commonweal_web.organisations.policies import Permission
from commonweal_web.planning.models import Policy
from commonweal_web.planning.policies import pages, selectors, services, words
from commonweal_web.planning.policies.forms import DecisionForm, PolicyForm, UploadForm
from commonweal_web.planning.policies.scopes import body_scope, policy_scope


@requires(Permission.MEASURES_READ)
def policy_bodies(request: HttpRequest) -> HttpResponse:
    """Go to the one body of somebody, or list those that they work for with the version in force."""
    bodies, today = list(selectors.bodies_of(request.user)), clock.today()
    if len(bodies) == 1:
        return see_other(reverse("planning:policy_list", args=[bodies[0].pk]))
    rows = []
    for body in bodies:
        found = selectors.policy_on(body, today)
        held = Cell(found.label, hint=f"from {day(found.starts)}") if found else Cell("None adopted")
        rows.append([Cell(str(body), href=reverse("planning:policy_list", args=[body.pk])), held])
    columns = (Column("Body"), Column("Policy in force"))
    empty = "Councils and their shared services keep their policies here. Your roles are at none."
    context = {"title": "Social value policies", "table": Table("Policies", columns, rows, empty=empty)}
    return render(request, "planning/policies/bodies.html", context)


@requires(Permission.MEASURES_READ, body_scope)
def policy_list(request: HttpRequest, body: Organisation) -> HttpResponse:
    """The versions of a body's policy, the one in force first."""
    today = clock.today()
    in_force = selectors.policy_on(body, today)
    waiting = selectors.waiting_for(request.user, body)
    rows = selectors.policies_of(body).exclude(state=Policy.State.LEFT)
    context = pages.body_context(body, request.user, "policy") | {
        "title": "Social value policy",
        "in_force": in_force,
        "rules": pages.rules_table(selectors.pack_of(in_force)) if in_force else None,
        "waiting": pages.policies_table("Waits for you to decide", waiting, in_force, today) if waiting else None,
        "versions": pages.policies_table("Versions", rows, in_force, today),
    }
    return render(request, "planning/policies/list.html", context)


@requires(Permission.MEASURES_READ, policy_scope)
def policy_page(request: HttpRequest, policy: Policy) -> HttpResponse:
    """One version in plain words, with what it changes and what can be done with it."""
    user, today, body = request.user, clock.today(), policy.body
    in_force, pack = selectors.policy_on(body, today), selectors.pack_of(policy)
    before = selectors.before(policy)
    found = words.differences(selectors.pack_of(before) if before else None, pack)
    context = pages.body_context(body, user, "") | {
        "title": f"Policy, version {policy.label}",
        "policy": policy,
        "facts": pages.facts_of(policy, in_force, today),
        "rules": pages.rules_table(pack),
        "changes": pages.differences_table(found, before, policy) if before else None,
        "own": user.pk in (policy.drafted_by_id, policy.proposed_by_id),
        "writes": user.pk == policy.drafted_by_id,
        "deciders": [str(one) for one in services.adopters(body, today) if one.pk not in _writers(policy)],
    }
    return render(request, "planning/policies/policy.html", context)


def _writers(policy: Policy) -> set[int | None]:
    return {policy.drafted_by_id, policy.proposed_by_id}


@requires(Permission.MEASURES_READ, policy_scope)
def policy_file(request: HttpRequest, policy: Policy) -> HttpResponse:
    """The version as YAML, as it was drafted."""
    name = re.sub(r"[^a-z0-9.]+", "-", f"{policy.body.short_name or policy.body} policy {policy.label}".casefold())
    answer = HttpResponse(policy.document, content_type="application/yaml; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name.strip("-.")}.yaml"'
    return answer


@requires(Permission.POLICY_DRAFT, body_scope)
def policy_new(request: HttpRequest, body: Organisation) -> HttpResponse:
    """Draft a version by form, beginning with the figures of the one in force."""
    in_force = selectors.policy_on(body, clock.today())
    first = PolicyForm.of(figures_of(selectors.pack_of(in_force))) | {"label": "", "starts": None} if in_force else {}
    form = PolicyForm(request.POST or None, initial=first)
    left_out = in_force is not None and not selectors.is_plain(in_force)
    if form.is_valid():
        with with_form_errors(form):
            text = policy_text(form.figures(body, clock.today()))
            return _drafted(request, body, text, "policy.yaml")
    context = _form_context(body, form, "Draft a policy") | {"left_out": in_force if left_out else None}
    return render(request, "planning/policies/form.html", context, status_of(form))


@requires(Permission.POLICY_DRAFT, body_scope)
def policy_upload(request: HttpRequest, body: Organisation) -> HttpResponse:
    """Draft a version from a file."""
    return _upload(request, body, "Upload a policy", lambda text, name, _: _drafted(request, body, text, name))


def _drafted(request: HttpRequest, body: Organisation, text: str, name: str) -> HttpResponse:
    """Keep the draft once, however often the form is sent."""
    by, now = request.user, clock.now()
    done = idempotent(
        user=by,
        key=request.POST.get(FIELD, ""),
        body_hash=form_hash({**dict(request.POST.lists()), "text": [text]}),
        act=lambda: services.policy_draft(body=body, text=text, name=name, by=by, now=now).pk,
        now=now,
    )
    messages.success(request, "The draft is kept. Look at what it says, then propose it.")
    return see_other(reverse("planning:policy_page", args=[body.pk, done.reference]))


@requires(Permission.POLICY_DRAFT, policy_scope)
def policy_edit(request: HttpRequest, policy: Policy) -> HttpResponse:
    """Change the figures of a draft."""
    first = PolicyForm.of(figures_of(selectors.pack_of(policy))) | {"version": policy.version}
    form = PolicyForm(request.POST or None, initial=first)
    if form.is_valid():
        with with_form_errors(form):
            text = policy_text(form.figures(policy.body, clock.today()))
            return _changed(request, policy, text, "policy.yaml", form.cleaned_data["version"])
    plain = selectors.is_plain(policy)
    context = _form_context(policy.body, form, f"Change version {policy.label}", _here(policy))
    return render(
        request, "planning/policies/form.html", context | {"left_out": None if plain else policy}, status_of(form)
    )


@requires(Permission.POLICY_DRAFT, policy_scope)
def policy_replace(request: HttpRequest, policy: Policy) -> HttpResponse:
    """Give a draft another file."""

    def take(text: str, name: str, shown: int | None) -> HttpResponse:
        return _changed(request, policy, text, name, shown)

    return _upload(request, policy.body, f"Another file for version {policy.label}", take, policy)


def _changed(request: HttpRequest, policy: Policy, text: str, name: str, shown: int | None) -> HttpResponse:
    services.policy_change(policy=policy, text=text, name=name, by=request.user, now=clock.now(), shown=shown)
    messages.success(request, "The draft is changed.")
    return see_other(_here(policy))


def _upload(
    request: HttpRequest,
    body: Organisation,
    title: str,
    take: Callable[[str, str, int | None], HttpResponse],
    policy: Policy | None = None,
) -> HttpResponse:
    first = {"version": policy.version} if policy else {}
    form = UploadForm(request.POST or None, request.FILES or None, initial=first)
    if form.is_valid():
        with with_form_errors(form):
            try:
                name, text = form.text()
            except ValidationError as error:
                form.add_error("file", error)
            else:
                return take(text, name, form.cleaned_data["version"])
    here = _here(policy) if policy else ""
    context = _form_context(body, form, title, here) | {"multipart": True, "button": "Read the file"}
    return render(request, "planning/policies/upload.html", context, status_of(form))


@require_POST
@requires(Permission.POLICY_DRAFT, policy_scope)
def policy_propose(request: HttpRequest, policy: Policy) -> HttpResponse:
    """Propose a draft."""
    services.policy_propose(policy=policy, by=request.user, now=clock.now(), shown=_shown(request))
    messages.success(request, "It waits for somebody else to adopt it.")
    return see_other(_here(policy))


@require_POST
@requires(Permission.POLICY_DRAFT, policy_scope)
def policy_leave(request: HttpRequest, policy: Policy) -> HttpResponse:
    """Give a draft up."""
    services.policy_leave(policy=policy, by=request.user, now=clock.now(), shown=_shown(request))
    messages.success(request, f"Version {policy.label} is given up. It was never in force.")
    return see_other(reverse("planning:policy_list", args=[policy.body_id]))


@requires(Permission.POLICY_ADOPT, policy_scope)
def policy_decide(request: HttpRequest, policy: Policy) -> HttpResponse:
    """Adopt a proposed version, or send it back."""
    form = DecisionForm(request.POST or None, initial={"version": policy.version})
    if form.is_valid():
        with with_form_errors(form):
            _decide(request, policy, form.cleaned_data)
            return see_other(_here(policy))
    own = request.user.pk in _writers(policy)
    context = _form_context(policy.body, form, f"Decide on version {policy.label}", _here(policy)) | {
        "button": "Record decision",
        "policy": policy,
        "own": own,
        "deciders": [
            str(one) for one in services.adopters(policy.body, clock.today()) if one.pk not in _writers(policy)
        ],
    }
    return render(request, "planning/policies/decide.html", context, status_of(form))


def _decide(request: HttpRequest, policy: Policy, said: dict[str, Any]) -> None:
    adopt = said["decision"] == "adopt"
    act = services.policy_adopt if adopt else services.policy_send_back
    act(policy=policy, reason=said["reason"], by=request.user, now=clock.now(), shown=said["version"])
    words = (
        f"Version {policy.label} is adopted and in force from {day(policy.starts)}." if adopt else "It is sent back."
    )
    messages.success(request, words)


def _form_context(body: Organisation, form: Any, title: str, here: str = "") -> dict[str, Any]:
    cancel = here or reverse("planning:policy_list", args=[body.pk])
    return {"title": title, "caption": str(body), "form": form, "once": True, "cancel_url": cancel}


def _here(policy: Policy) -> str:
    return reverse("planning:policy_page", args=[policy.body_id, policy.pk])


def _shown(request: HttpRequest) -> int | None:
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else None
