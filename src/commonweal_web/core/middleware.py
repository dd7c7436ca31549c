"""
What every request passes: its id and its log line, its size and arrival, and in the demo this machine and its clock.

The order matters and is that of `settings.MIDDLEWARE`.
"""

from __future__ import annotations

import errno
import re
import sys
import uuid
from collections.abc import Callable
from typing import Any

import structlog
from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import Error as DatabaseError
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django_structlog.middlewares import RequestMiddleware

from commonweal_web.core import clock, plain_pages
from commonweal_web.core.demo_clock import demo_now
from commonweal_web.core.logs import address

GetResponse = Callable[[HttpRequest], HttpResponse]
REQUEST_ID = re.compile(r"[A-Za-z0-9._\-]{1,64}")
LOCAL = frozenset({"127.0.0.1", "::1", "::ffff:127.0.0.1"})
FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class LogMiddleware(RequestMiddleware):
    """
    Give each request an id and a log line: method, path without query, status, user by number.

    An id in `X-Request-ID` is kept when it is short and plain, so that a proxy's log and ours can be read together.
    """

    def prepare(self, request: HttpRequest) -> None:
        given = request.headers.get("X-Request-ID", "")
        request_id = given if REQUEST_ID.fullmatch(given) else str(uuid.uuid4())
        request.request_id = request_id  # type: ignore[attr-defined] # ours, for pages and the audit log
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)

    def handle_response(self, request: HttpRequest, response: HttpResponse) -> None:
        response["X-Request-ID"] = request.request_id  # type: ignore[attr-defined] # set by prepare
        super().handle_response(request, response)

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        return f"{request.method} {address(request.path)}"

    @staticmethod
    def bind_user_id(request: HttpRequest) -> None:
        """Name the user by number, without a question to the database for a page that did not ask who it is."""
        session: Any = getattr(request, "session", None)
        if session is not None and session.accessed:
            structlog.contextvars.bind_contextvars(user_id=session._session.get("_auth_user_id"))


class ArrivalMiddleware:
    """
    Read the whole request, refuse one that is too large, and note when it was complete: `request.arrived_at`.

    A deadline compares with that moment and not with the end of any queue behind it. What the database or the disk
    cannot do now becomes a page with words: 503 with Retry-After, or 507 when there is no room for a file.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            length = int(request.META.get("CONTENT_LENGTH") or 0)
        except ValueError:
            return plain_pages.bad_request()
        if length > settings.MAX_REQUEST_BYTES:
            return plain_pages.too_large()
        try:
            read_whole(request)
        except (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent):
            return plain_pages.too_large()
        except (UnreadablePostError, MultiPartParserError):
            return plain_pages.bad_request()
        except OSError as error:
            if error.errno in FULL:
                return plain_pages.no_room()
            raise
        request.arrived_at = clock.now()  # type: ignore[attr-defined] # ours, for deadlines
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer for a view that met a database or a disk that cannot do its work now."""
        answer = unavailable(error)
        if answer is not None:
            structlog.get_logger(__name__).error("unavailable", exc_info=error)
        return answer


class PrivateMiddleware:
    """Keep every answer out of shared and browser caches, unless its view says that it may be kept."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        return response


def read_whole(request: HttpRequest) -> None:
    """Read the body: a form through the upload handlers (large files go to disk), anything else into memory."""
    if request.method in ("GET", "HEAD", "OPTIONS", "TRACE"):
        return
    if request.content_type in ("multipart/form-data", "application/x-www-form-urlencoded"):
        _ = request.POST
    else:
        _ = request.body


def unavailable(error: BaseException | None) -> HttpResponse | None:
    """Return the page for a fault that passes by itself, or nothing for any other."""
    if isinstance(error, OperationalError | InterfaceError):
        return plain_pages.unavailable()
    if isinstance(error, DatabaseError) and "pool" in type(error.__cause__).__module__:
        return plain_pages.unavailable()
    if isinstance(error, OSError) and error.errno in FULL:
        return plain_pages.no_room()
    return None


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer for a fault outside a view: with 503 where it passes by itself, else with the page for a fault."""
    return unavailable(sys.exc_info()[1]) or plain_pages.fault(getattr(request, "request_id", ""))


class DemoMiddleware:
    """In the demo, answer this machine only, and let the clock of each request stand at the demo's moment."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.META.get("REMOTE_ADDR") not in LOCAL:
            return plain_pages.demo_is_local()
        moment = demo_now()
        if moment is None:
            return self.get_response(request)
        with clock.fixed(moment):
            request.arrived_at = moment  # type: ignore[attr-defined] # ours, for deadlines
            return self.get_response(request)
