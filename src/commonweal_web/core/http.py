"""
What views need to answer: a page, a redirect after a form, a refusal in words, and errors shown on the form.

    def kpi_propose(request, contract):
        form = KpiForm(request.POST or None)
        if form.is_valid():
            with with_form_errors(form):
                kpi = services.kpi_propose(contract=contract, by=request.user, now=clock.now(), **form.cleaned_data)
                return see_other(kpi.get_absolute_url())
        return render(request, "contracts/kpi_form.html", {"form": form}, status=status_of(form))

`with_form_errors` leaves the block when the service refused, with the reason on the form. What is no matter of the form
(not permitted, somebody else was quicker) goes on to `RefusedMiddleware`, which answers with a page.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render as django_render

from commonweal.errors import CommonwealError
from commonweal_web.core.errors import NotPermitted, Refused, StaleVersion
from commonweal_web.core.forms import PageForm

GetResponse = Callable[[HttpRequest], HttpResponse]


def render(
    request: HttpRequest, template: str, context: Mapping[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    """Return a page made from `template`."""
    return django_render(request, template, dict(context or {}), status=status)


def status_of(form: Any) -> int:
    """422 for a form that came with errors, so that a program sees it as well as a person; 200 otherwise."""
    return 422 if getattr(form, "is_bound", False) and form.errors else 200


class SeeOther(HttpResponseRedirect):
    """After a change: the browser gets the next page with GET, and reloading it sends nothing twice."""

    status_code = 303


def see_other(url: str) -> SeeOther:
    """Redirect after a form was taken."""
    return SeeOther(url)


@contextlib.contextmanager
def with_form_errors(form: PageForm) -> Iterator[None]:
    """Run a service; what it or the engine refuses stands on `form` afterwards, and the block is left."""
    try:
        yield
    except (NotPermitted, StaleVersion):
        raise
    except Refused as refused:
        form.refuse(refused)
    except CommonwealError as error:
        form.add_error(None, str(error))


def respond_to_refused(request: HttpRequest, refused: Refused | CommonwealError) -> HttpResponse:
    """Return the page that says what was refused, why, and how to mend it; JSON where a script asked."""
    status, title, mend = _words(refused)
    message = getattr(refused, "message", "") or str(refused)
    if wants_json(request):
        return JsonResponse({"ok": False, "status": status, "message": message}, status=status)
    problems = [text for texts in getattr(refused, "problems", {}).values() for text in texts]
    context = {
        "title": title,
        "message": message,
        "problems": problems if len(problems) > 1 else [],
        "changes": getattr(refused, "changes", {}),
        "mend": mend,
        "back": back_of(request),
        "back_words": "Open the page again" if request.method != "GET" else "Go to the start page",
        "form": None,
    }
    return render(request, "errors/page.html", context, status=status)


def _words(refused: Refused | CommonwealError) -> tuple[int, str, str]:
    if isinstance(refused, NotPermitted):
        return 403, "You cannot do this", "If you need it for your work, ask the person who gives roles."
    if isinstance(refused, StaleVersion):
        return 409, "Somebody changed this while you had it open", "Nothing of what you sent was saved."
    return 409, "This cannot be done now", "Go back, mend what is said above, and try again."


def wants_json(request: HttpRequest) -> bool:
    """Tell whether a script of ours asked, such as autosave."""
    return request.headers.get("Accept", "").startswith("application/json")


def back_of(request: HttpRequest) -> str:
    """The page that a refused form belongs to: the same address with GET, or the start page."""
    return request.path if request.method != "GET" else "/"


class RefusedMiddleware:
    """Answer for a view that let a refusal through."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, Refused | CommonwealError):
            return respond_to_refused(request, error)
        return None
