"""Where the tool begins: what it is, the goals, and step 1."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from commonweal.catalogue import Framework
from commonweal.crosswalk.items import Item
from commonweal_web.core import components
from commonweal_web.core.errors import Refused
from commonweal_web.core.http import render, see_other, status_of
from commonweal_web.mapping import layout, selectors
from commonweal_web.mapping.asking import LONGEST_ADDRESS, Asked, asked
from commonweal_web.mapping.forms import SourceForm, TargetsForm
from commonweal_web.organisations.doors import public

TOO_LONG = (
    "So many single measures do not fit into an address. Tick “All of” an outcome instead of each measure in it, "
    "or make two summaries."
)

SENT = "go"
"""What the button of the first form sends, so that one sent with nothing chosen is told from a first look."""


@public
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """What the tool is and does."""
    context = {"title": "See social value measures in another framework", "steps": layout.steps(0, _first())}
    return render(request, "mapping/start.html", context)


def _first() -> dict[int, str]:
    return {1: reverse("mapping:select")}


@public
def select(request: HttpRequest) -> HttpResponse:
    """Step 1: the framework, then what of it, and in which others it is to be seen."""
    wish = asked(request)
    if not wish.source:
        return _which_framework(request)
    if request.method == "POST" or "do" in request.GET:
        return _go_on(request, wish)
    return shown(request, wish)


def _go_on(request: HttpRequest, wish: Asked) -> HttpResponse:
    """Turn what was sent into an address that can be kept."""
    searching = (request.POST if request.method == "POST" else request.GET).get("do") == "search"
    to = wish.select_url if searching else wish.summary_url
    if len(to) > LONGEST_ADDRESS:
        return shown(request, wish, refused=TOO_LONG)
    return see_other(to)


def _which_framework(request: HttpRequest) -> HttpResponse:
    choices = [(one.id, one.name) for one in selectors.sources()]
    hints = {one.id: _about(one) for one in selectors.sources()}
    sent = {"from", SENT} & request.GET.keys()
    form = SourceForm(request.GET if sent else None, choices=choices, hints=hints)
    context = {
        "form": form,
        "title": "Choose the framework you start from",
        "caption": layout.caption(1),
        "steps": layout.steps(1, {}),
        "sent": SENT,
    }
    return render(request, "mapping/select_source.html", context, status_of(form))


def _about(one: Framework) -> str:
    parts = [
        _count(len(one.outcomes), "outcome", "outcomes"),
        _count(len(one.criteria), "award criterion", "award criteria"),
        _count(len(one.measures), "measure", "measures"),
    ]
    said = ", ".join(part for part in parts if part)
    return f"{'Invented example: ' if one.example else ''}{one.publisher}. {said[:1].upper()}{said[1:]}."


def _count(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}" if number else ""


def shown(request: HttpRequest, wish: Asked, *, refused: str = "", check: bool = False) -> HttpResponse:
    """Return step 1 with what is chosen so far; `check` says what is still missing."""
    framework = selectors.release_named(wish.source)
    selectors.require_known(wish.targets)
    wish = replace(wish, source=framework.id)
    form = _targets(framework, wish, check=check or bool(refused))
    if refused:
        form.add_error(None, refused)
    found = selectors.found(framework, wish.words) if wish.words else ()
    chosen = selectors.items_named(framework.id, wish.codes)
    long = selectors.is_long(framework)
    context = {
        "form": form,
        "title": f"Choose from {framework.short_name or framework.name}",
        "caption": layout.caption(1),
        "steps": layout.steps(1, {2: wish.summary_url} if wish.targets else {}),
        "framework": framework,
        "wish": wish,
        "groups": _groups(framework, wish),
        "found": _boxes("found", f"{len(found)} found for “{wish.words}”", _items(found, wish)),
        "chosen": _boxes("chosen", "Chosen so far", _items(chosen, wish)) if wish.words or long else "",
        "unlinked": selectors.unlinked(framework.id),
        "method": "post" if long else "get",
    }
    return render(request, "mapping/select.html", context, status_of(form))


def _targets(framework: Framework, wish: Asked, *, check: bool) -> TargetsForm:
    linked = selectors.targets_of(framework.id)
    choices = [(one, name) for one, name, _ in linked]
    hints = {one: "Invented example" for one, _, example in linked if example}
    data = {"to": [one for one in wish.targets if one in dict(choices)]} if check else None
    return TargetsForm(data, choices=choices, hints=hints, initial={"to": list(wish.targets)})


def _groups(framework: Framework, wish: Asked) -> list[dict[str, Any]]:
    """Return what can be ticked, by theme and outcome; of a long framework the outcomes alone."""
    long = selectors.is_long(framework)
    numbers = itertools.count(1)
    return [
        {"label": group.label, "choices": [_choice(one, next(numbers), wish, long=long) for one in group.choices]}
        for group in selectors.groups_of(framework)
    ]


def _choice(one: selectors.Choice, number: int, wish: Asked, *, long: bool) -> dict[str, Any]:
    criteria = _count(len(one.criteria), "award criterion", "award criteria")
    measures = _count(len(one.measures), "measure", "measures")
    ticked = _ticked(wish)
    inside = () if long else (*one.criteria, *one.measures)
    return {
        "all": _boxes(f"all-{number}", f"{one.code} as a whole", [_whole(one, wish)], hidden=True) if one.value else "",
        "criteria": _boxes(f"criteria-{number}", "Award criteria", [] if long else _items(one.criteria, wish)),
        "measures": _boxes(f"measures-{number}", "Measures", [] if long else _items(one.measures, wish)),
        "inside_words": f"Choose among its {' and '.join(filter(None, [criteria, measures]))}",
        "inside": bool(inside),
        "open": any(_is_ticked(item, ticked) for item in inside),
    }


def _ticked(wish: Asked) -> set[str]:
    return {code.casefold() for code in wish.codes}


def _is_ticked(item: Item, ticked: set[str]) -> bool:
    return item.code.casefold() in ticked or item.id.casefold() in ticked


def _whole(one: selectors.Choice, wish: Asked) -> dict[str, Any]:
    return {"value": one.value, "text": f"{one.code}: {one.label}", "checked": one.value.casefold() in _ticked(wish)}


def _items(items: tuple[Item, ...], wish: Asked) -> list[dict[str, Any]]:
    ticked = _ticked(wish)
    return [
        {"value": item.code, "text": f"{item.code} {item.label}", "checked": _is_ticked(item, ticked)} for item in items
    ]


def _boxes(prefix: str, legend: str, items: list[dict[str, Any]], *, hidden: bool = False) -> SafeString:
    """Return checkboxes of codes under a legend; nothing where there are none."""
    if not items:
        return SafeString("")
    size = "govuk-visually-hidden" if hidden else "govuk-fieldset__legend--s"
    options = {
        "name": "code",
        "idPrefix": prefix,
        "classes": "govuk-checkboxes--small",
        "fieldset": {"legend": {"text": legend, "classes": size}},
        "items": items,
    }
    return components.component("checkboxes", options)


@public
@require_safe
def goals(request: HttpRequest) -> HttpResponse:
    """The way back from a goal: what every framework links to it."""
    number = request.GET.get("goal", "").strip()[:10]
    names = dict(selectors.goals())
    served = selectors.serving(number) if number else None
    if number and number not in names:
        raise Refused("There are 17 goals. Choose one of them.", code="unknown")
    context = {
        "title": f"What serves goal {number}: {names[number]}" if number else "Start from a goal",
        "goals": selectors.goals(),
        "number": number,
        "tables": [layout.serving_table(one) for one in served or ()],
        "served": served,
        "steps": layout.steps(1, _first()),
    }
    return render(request, "mapping/goals.html", context)
