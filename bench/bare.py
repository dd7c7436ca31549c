"""The peers of case 11: a Django view with nothing around it, and a WSGI function; each runs under the same server."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template import Context, Engine
from django.urls import path

Start = Callable[[str, list[tuple[str, str]]], Any]
PAGE = Engine().from_string(
    "<!DOCTYPE html><html lang=en><title>Contracts</title><h1>Contracts</h1><table>"
    "{% for c in contracts %}<tr><th>{{ c.reference }}<td>{{ c.title }}<td>{{ c.status }}{% endfor %}</table></html>"
)


def contracts(request: HttpRequest) -> HttpResponse:
    """Fifty contracts in a table."""
    from commonweal_web.contracts.models import Contract

    return HttpResponse(PAGE.render(Context({"contracts": Contract.objects.order_by("reference")[:50]})))


urlpatterns = [path("", contracts)]


def django_app() -> Any:
    """Return the bare view as an application: our models and database, no middleware."""
    import django
    from django.conf import settings
    from django.core.handlers.wsgi import WSGIHandler

    django.setup(set_prefix=False)  # with the middleware that the apps insist on, and without it from here on
    settings.MIDDLEWARE = []
    settings.ROOT_URLCONF = "bench.bare"
    return WSGIHandler()


def service_app() -> Any:
    """Return the whole service as an application."""
    from django.core.wsgi import get_wsgi_application

    return get_wsgi_application()


def wsgi_app(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
    """Answer a small JSON text."""
    body = json.dumps({"ok": True}).encode()
    start("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]
