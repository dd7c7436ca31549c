"""
Case 11: a page of the service against a bare Django page, and a JSON answer against bare WSGI, under the same server.

Each application runs in one gunicorn worker; a client asks 200 times, one connection each. The page is the list of
contracts for somebody signed in: session, second factor, permissions, request log and the headers are all in it.
"""

from __future__ import annotations

import atexit
import http.client
import os
import socket
import subprocess
import sys
import time

from bench import service
from bench.harness import Bar, Candidate, CannotRun, Case

REQUESTS = 200


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _served(application: str) -> int:
    """Start one worker for an application and return its port."""
    port = _free_port()
    command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--workers", "1", application]
    server = subprocess.Popen(command, env=dict(os.environ), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    atexit.register(server.terminate)
    for _ in range(300):
        if server.poll() is not None:
            break
        try:
            one = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            one.request("GET", "/")  # the master takes connections before its worker can answer
            one.getresponse().close()
        except OSError:
            time.sleep(0.1)
        else:
            return port
    raise CannotRun(f"{application} did not start.")


def ask(port: int, address: str, headers: dict[str, str]) -> int:
    """Ask for an address many times; return how many answers were 200."""
    good = 0
    for _ in range(REQUESTS):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        connection.request("GET", address, headers=headers)
        answer = connection.getresponse()
        answer.read()
        good += answer.status == 200
        connection.close()
    return good


def _signed_in() -> dict[str, str]:
    """Return the headers of somebody who is signed in with a second factor."""
    from django.test import Client

    from commonweal_web.organisations import second_factor
    from commonweal_web.organisations.models import User

    user, client = User.objects.get(email="lead@bench.example"), Client()
    client.force_login(user)
    session = client.session
    second_factor.note(session, user, second_factor.TEST)
    session.save()
    return {"Cookie": f"sessionid={session.session_key}"}


def cases() -> list[Case]:
    kind = service.made()
    cookie = _signed_in()
    ours, bare, wsgi = (_served(f"bench.bare:{name}") for name in ("service_app()", "django_app()", "wsgi_app"))
    return [
        Case(
            number="11",
            title=f"a page of the service on {kind}",
            items=REQUESTS,
            unit="request",
            product=Candidate("list of contracts", lambda: ask(ours, "/contracts/", cookie)),
            peers=(Candidate("bare Django page", lambda: ask(bare, "/", {})),),
            bars=(Bar("bare Django page", 2),),
            on_the_wall=True,
        ),
        Case(
            number="11",
            title="a JSON answer of the service",
            items=REQUESTS,
            unit="request",
            product=Candidate("health as JSON", lambda: ask(ours, "/healthz", {"Accept": "application/json"})),
            peers=(Candidate("bare WSGI", lambda: ask(wsgi, "/", {})),),
            bars=(Bar("bare WSGI", 1 / 0.3),),
            on_the_wall=True,
        ),
    ]
