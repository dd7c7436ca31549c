"""Pages for an address or a request that comes to nothing. Each says what happened, why, and what to do now."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse

from commonweal_web.core.http import render, wants_json
from commonweal_web.core.middleware import server_error

__all__ = ["accessibility", "bad_request", "csrf_failure", "forbidden", "not_found", "server_error"]


def _page(request: HttpRequest, status: int, title: str, message: str, mend: str) -> HttpResponse:
    if wants_json(request):
        return JsonResponse({"ok": False, "status": status, "message": f"{message} {mend}"}, status=status)
    context = {"title": title, "message": message, "mend": mend, "back": "/", "back_words": "Go to the start page"}
    return render(request, "errors/page.html", context, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(
        request,
        400,
        "We could not read what was sent",
        "The address or the form did not have the shape that this page expects. Nothing was saved.",
        "Go back in your browser and try again from the page before.",
    )


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    why = str(exception or "") or "Your roles do not include this page."
    return _page(
        request, 403, "You cannot do this", why, "If you need it for your work, ask the person who gives roles."
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Say the same of what there is not and of what is somebody else's; a visitor has no role that could be missing."""
    if not getattr(getattr(request, "user", None), "is_authenticated", False):
        return _page(
            request,
            404,
            "There is no such page",
            "This page does not exist or was moved, or it can be seen only by people who have signed in.",
            "Check the address. If you have an account, sign in and try again; "
            "the catalogue, the mapping tool and public consultations need none.",
        )
    return _page(
        request,
        404,
        "There is nothing here for you",
        "This page does not exist, was moved, or belongs to a contract or body that you have no role in.",
        "Check the address. If you expected to see it, ask the contract's owner to add you.",
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _page(
        request,
        403,
        "This form is too old to be sent",
        "You signed in or out since you opened it, or your browser keeps no cookies for this site. Nothing was saved.",
        "Go back, reload the page, and send it again. Your browser must allow cookies for this site.",
    )


def accessibility(request: HttpRequest) -> HttpResponse:
    """How accessible the service is, what was checked and what was not."""
    return render(request, "accessibility.html", {"title": "Accessibility statement"})


accessibility.public = True  # type: ignore[attr-defined] # open to everybody; `doors` of a higher app asks for this mark
