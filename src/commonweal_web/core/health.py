"""
Two pages for whoever watches the service: `/healthz` (this process answers) and `/readyz` (it can do its work).

Both are words for a browser and JSON for a program (`Accept: application/json` or `?format=json`). Neither names a
person, a version of anything, or a path of the machine.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse

from commonweal_web.core import clock, plain_pages
from commonweal_web.core.checks import cannot_write
from commonweal_web.core.outbox import waiting


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that the service needs, in words; `ready` is false when it cannot do its work without."""

    name: str
    ready: bool
    said: str


def database() -> Part:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return Part("database", True, "answers")


def migrations() -> Part:
    executor = MigrationExecutor(connection)
    left = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    return Part("migrations", not left, f"{left} to be applied: commonweal migrate" if left else "all applied")


def evidence() -> Part:
    why = cannot_write(settings.EVIDENCE_ROOT)
    return Part("evidence folder", not why, f"cannot be written: {why}" if why else "can be written")


def mail() -> Part:
    late = waiting(clock.now()).count()
    return Part("mail", True, f"{late} waiting for more than a day: is the worker running?" if late else "none is late")


PARTS: tuple[Callable[[], Part], ...] = (database, migrations, evidence, mail)


def look() -> list[Part]:
    """Ask every part; one that fails is not ready, and the others are still asked."""
    return [_asked(part) for part in PARTS]


def _asked(part: Callable[[], Part]) -> Part:
    try:
        return part()
    except Exception as error:  # whatever is wrong, the answer says so instead of failing
        return Part(part.__name__, False, f"cannot be asked: {type(error).__name__}")


def healthz(request: HttpRequest) -> HttpResponse:
    """Say that this process answers. It asks nothing else, so a database that is down restarts no process."""
    return _answer(request, [Part("process", True, "answers")])


def readyz(request: HttpRequest) -> HttpResponse:
    """Say whether the service can do its work: 200, or 503 with what is missing."""
    return _answer(request, look())


def _answer(request: HttpRequest, parts: list[Part]) -> HttpResponse:
    ready = all(part.ready for part in parts)
    status = 200 if ready else 503
    if request.GET.get("format") == "json" or request.headers.get("Accept", "").startswith("application/json"):
        found = {part.name: {"ready": part.ready, "said": part.said} for part in parts}
        response: HttpResponse = JsonResponse({"ready": ready, "parts": found}, status=status)
    else:
        title = "Ready" if ready else "Not ready"
        lines = ((part.name, part.said, "" if part.ready else " (not ready)") for part in parts)
        response = plain_pages.page(status, title, *(f"{name}: {said}{mark}" for name, said, mark in lines))
    response["Cache-Control"] = "no-store"
    if not ready:
        response["Retry-After"] = str(plain_pages.RETRY_AFTER)
    return response


for _view in (healthz, readyz):
    _view.public = True  # type: ignore[attr-defined] # open to everybody; `doors` of a higher app asks for this mark
