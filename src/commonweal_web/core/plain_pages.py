"""Pages that need no database and no session, for when just those are missing."""

from __future__ import annotations

from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join

RETRY_AFTER = 30

PAGE = """<!DOCTYPE html>
<html lang="en-GB">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{} - Commonweal</title></head>
<body><main><h1>{}</h1>
{}
</main></body>
</html>
"""


def page(status: int, title: str, *sentences: str, retry_after: int | None = None) -> HttpResponse:
    """Return a page of a title and a few sentences."""
    response = HttpResponse(_in_our_look(title, sentences), status=status)
    response["Cache-Control"] = "no-store"
    if retry_after is not None:
        response["Retry-After"] = str(retry_after)
    return response


def _in_our_look(title: str, sentences: tuple[str, ...]) -> str:
    """The page with header and style sheet, or the bare one where even templates or their files are missing."""
    try:
        return render_to_string("errors/page.html", {"title": title, "sentences": sentences})
    except Exception:  # whatever is wrong, the words must reach the reader
        words = format_html_join("\n", "<p>{}</p>", ((sentence,) for sentence in sentences))
        return format_html(PAGE, title, title, words)


def unavailable() -> HttpResponse:
    return page(
        503,
        "The service cannot save or read just now",
        "The database did not answer in time. What you sent was not saved, and nothing that was saved before is lost.",
        "Wait half a minute, go back in your browser, and send it again.",
        retry_after=RETRY_AFTER,
    )


def no_room() -> HttpResponse:
    return page(
        507,
        "There is no room to save this file",
        "The disk of the service is full. What you sent was not saved, and nothing that was saved before is lost.",
        "Tell the people who run the service. You can go on reading in the meantime.",
        retry_after=10 * RETRY_AFTER,
    )


def too_large() -> HttpResponse:
    from django.conf import settings

    most = settings.MAX_REQUEST_BYTES // settings.MEBIBYTE
    return page(
        413,
        "What you sent is too large",
        f"One form with all its files can hold up to {most} MB, and a limited number of fields and files. "
        "Nothing was saved.",
        "Go back in your browser and send fewer or smaller files at a time.",
    )


def bad_request() -> HttpResponse:
    return page(
        400,
        "What you sent did not arrive whole",
        "The connection may have been cut. Nothing was saved.",
        "Go back in your browser and send it again.",
    )


def demo_is_local() -> HttpResponse:
    return page(
        403,
        "The demo answers on its own computer only",
        "Anybody can sign in to the demo as anybody. So it can be opened only on the computer that it runs on.",
    )


def fault(request_id: str) -> HttpResponse:
    return page(
        500,
        "Something in the service is broken",
        "This is a fault of the service, not of what you did. What you sent last may not have been saved.",
        f"Tell the people who run the service, with this number: {request_id or 'none'}.",
    )
