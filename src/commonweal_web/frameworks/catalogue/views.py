"""The public catalogue: frameworks, measures, goals, search, two releases side by side. Nobody needs to sign in."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect

from commonweal import errors
from commonweal.catalogue import Catalogue, Framework, Measure
from commonweal_web.core import clock
from commonweal_web.core.http import render, status_of
from commonweal_web.frameworks import selectors
from commonweal_web.frameworks.catalogue import context, files, outline, parts
from commonweal_web.frameworks.catalogue.addresses import goal_url, item_url, release_url
from commonweal_web.frameworks.catalogue.forms import CompareForm, ReleaseFilter, SearchForm
from commonweal_web.organisations.doors import public

CSV = "text/csv; charset=utf-8"


@public
def catalogue(request: HttpRequest) -> HttpResponse:
    """Every family of frameworks with its releases, and the goals."""
    known = selectors.public_catalogue()
    form = SearchForm({}, releases=known.frameworks)
    return render(
        request, "frameworks/catalogue/catalogue.html", {"form": form} | context.families(known, clock.today())
    )


@public
def release(request: HttpRequest, release: str) -> HttpResponse:
    """A release on one page: themes, outcomes, criteria, measures, rules, sources."""
    known = selectors.public_catalogue()
    framework = _framework(known, release)
    if framework.id != release:
        return HttpResponsePermanentRedirect(release_url(framework.id))
    form = ReleaseFilter(request.GET, framework=framework)
    picked = {name: form.picked(name) for name in ("unit", "kind", "theme")}
    measures = outline.chosen(framework, **picked, doubtful=form.picked("trust") == "no")
    page = Paginator(measures, outline.PAGE).get_page(request.GET.get("page"))
    narrowed = bool(form.picked("trust") or any(picked.values()))
    some = list(page.object_list)
    shown = context.release(known, framework, some, whole=not narrowed, today=clock.today())
    shown |= {"filter": form, "narrowed": narrowed, "page": page, "clear_url": release_url(framework.id)}
    return render(request, "frameworks/catalogue/release.html", shown)


@public
def release_file(request: HttpRequest, release: str, form: str) -> HttpResponse:
    """A release as a file to take away."""
    known = selectors.public_catalogue()
    framework = _framework(known, release)
    if form not in files.FORMATS:
        raise Http404("There is no such format.")
    content = files.release_file(known, framework, form)
    return _download(content, files.FORMATS[form].media_type, f"{framework.id}.{form}")


@public
def item(request: HttpRequest, release: str, code: str) -> HttpResponse:
    """A measure's definition card, or the page of a theme, outcome or criterion."""
    known = selectors.public_catalogue()
    framework = _framework(known, release)
    found = _measure(known, framework, code) or parts.find(framework, code)
    if found is None:
        raise Http404(f"{framework.id} has nothing called {code}.")
    if (framework.id, found.code) != (release, code):
        return HttpResponsePermanentRedirect(item_url(framework.id, found.code))
    if isinstance(found, Measure):
        shown = context.measure(known, framework, found, today=clock.today())
        return render(request, "frameworks/catalogue/measure.html", shown)
    return render(request, "frameworks/catalogue/part.html", context.part(known, framework, found))


@public
def values_file(request: HttpRequest, release: str, code: str) -> HttpResponse:
    """What a measure is worth, as CSV; nothing where its values may not be shown."""
    known = selectors.public_catalogue()
    found = _measure(known, _framework(known, release), code)
    series = selectors.shown_series(found) if found else None
    if found is None or series is None:
        raise Http404("There are no values to show.")
    return _download(files.values_file(found, series), CSV, f"{found.framework}-{found.code}-values.csv")


@public
def search(request: HttpRequest) -> HttpResponse:
    """Look for measures, outcomes, criteria and goals by everyday words."""
    known = selectors.public_catalogue()
    form = SearchForm(request.GET, releases=known.frameworks)
    shown = {"form": form} | context.search(known, form.picked("q"), form.picked("within"))
    return render(request, "frameworks/catalogue/search.html", shown, status_of(form))


@public
def compare(request: HttpRequest) -> HttpResponse:
    """Two releases side by side."""
    known = selectors.public_catalogue()
    asked = {"one", "other"} & set(request.GET)
    form = CompareForm(request.GET if asked else None, catalogue=known)
    shown: dict[str, Any] = {"form": form, "title": "Compare two releases", "suggested": context.successors(known)}
    if form.is_valid():
        one, other = (known.framework(form.picked(name)) for name in ("one", "other"))
        shown |= context.compared(one, other, clock.today())
    return render(request, "frameworks/catalogue/compare.html", shown, status_of(form))


@public
def compare_file(request: HttpRequest) -> HttpResponse:
    """Two releases side by side, as CSV."""
    known = selectors.public_catalogue()
    one, other = (_framework(known, request.GET.get(name, "")) for name in ("one", "other"))
    content = files.comparison_file(context.comparison(one, other))
    return _download(content, CSV, f"{one.id}-and-{other.id}.csv")


@public
def goals(request: HttpRequest) -> HttpResponse:
    """The Sustainable Development Goals."""
    return render(request, "frameworks/catalogue/goals.html", context.goals(selectors.public_catalogue()))


@public
def goal(request: HttpRequest, code: str) -> HttpResponse:
    """A goal with its targets, and what serves each; the page of a target is that of its goal."""
    known = selectors.public_catalogue()
    try:
        if "." in code:
            return HttpResponsePermanentRedirect(goal_url(known.target(code).code))
        found = known.goal(code)
    except errors.UnknownCode as error:
        raise Http404(str(error)) from None
    return render(request, "frameworks/catalogue/goal.html", context.goal(known, found))


def _framework(known: Catalogue, release: str) -> Framework:
    try:
        return known.framework(release)
    except errors.UnknownCode as error:
        raise Http404(str(error)) from None


def _measure(known: Catalogue, framework: Framework, code: str) -> Measure | None:
    try:
        return known.measure(code, framework=framework.id)
    except errors.UnknownCode:
        return None


def _download(content: bytes, media_type: str, name: str) -> HttpResponse:
    safe = "".join(letter if letter.isalnum() or letter in "-_." else "-" for letter in name)
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = f'attachment; filename="{safe}"'
    return response
