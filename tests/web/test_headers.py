"""What every answer carries: a strict content policy, no sniffing, no frames, no cache, cookies closed to scripts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client

from commonweal_web.core import middleware
from tests.web.delivery.verification.build import first_return
from tests.web.pages_of import Reader, addresses
from tests.web.planning import ground
from tests.web.planning.gateway import makers
from tests.web.world import World

pytestmark = pytest.mark.django_db
ERRORS = ("/nothing/here/", "/contracts/987654321/", "/organisations/1/people/")
CATALOGUE = ("/catalogue/", "/catalogue/fx-2026.1/NT10/", "/catalogue/svm-2020/framework.csv", "/catalogue/search/?q=a")
MAPPING = (
    "/mapping/",
    "/mapping/select/?from=svm-2020",
    "/mapping/summary/?from=fx-svm-2025&to=fx-2025.1",
    "/mapping/summary/?from=nothing&to=sdg",
    "/mapping/goals/?goal=8",
)
LISTENING = ("/needs/", "/needs/post/", "/priorities/", "/priorities/987654321/")
SIGN_IN = ("/account/login/", "/account/password/reset/", "/account/logout/", "/account/2fa/", "/account/sessions/")


def policy(answer: HttpResponse) -> dict[str, list[str]]:
    parts = [part.split() for part in answer.headers["Content-Security-Policy"].split(";") if part.strip()]
    return {part[0]: part[1:] for part in parts}


def wrong(answer: HttpResponse) -> list[str]:
    """What is missing from one answer."""
    found = []
    rules = policy(answer)
    words = {word for rule in rules.values() for word in rule}
    if words & {"'unsafe-inline'", "'unsafe-eval'", "*", "https:", "http:"} or any("://" in word for word in words):
        found.append(f"policy {answer.headers['Content-Security-Policy']}")
    sandboxed = "sandbox" in rules
    if rules.get("default-src") != ["'none'"] or (not sandboxed and rules.get("frame-ancestors") != ["'none'"]):
        found.append("default-src and frame-ancestors must be 'none'")
    if not sandboxed and (rules.get("base-uri") != ["'none'"] or rules.get("form-action") != ["'self'"]):
        found.append("base-uri must be 'none' and form-action 'self'")
    for name, value in (
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
    ):
        if answer.headers.get(name) != value:
            found.append(f"{name}: {answer.headers.get(name)}")
    if answer.headers.get("Referrer-Policy") not in ("same-origin", "no-referrer"):
        found.append(f"Referrer-Policy: {answer.headers.get('Referrer-Policy')}")
    if "no-store" not in answer.headers.get("Cache-Control", ""):
        found.append(f"Cache-Control: {answer.headers.get('Cache-Control')}")
    return found


@pytest.mark.parametrize("key", ["supplier", "manager", "administrator"])
def test_every_page_of_a_person_carries_them(world: World, signed_in: Callable[[str], Client], key: str) -> None:
    first_return(world)
    ground.policy_of(world)
    makers.put(world)
    client, faults, seen = signed_in(key), [], 0
    for address in (*addresses(world, most=1), *SIGN_IN, *ERRORS):
        answer = client.get(address)
        seen += answer.status_code == 200
        faults += [f"{address} ({answer.status_code}): {fault}" for fault in wrong(answer)]
    assert seen > 10
    assert not faults, "\n".join(faults)


def test_pages_for_strangers_carry_them(world: World) -> None:
    faults = []
    opened = ("/", "/register/", "/accessibility", f"/confirm/{'x' * 43}/", "/invitations/x/", *CATALOGUE, *MAPPING)
    for address in (*opened, *LISTENING, *SIGN_IN, *ERRORS):
        faults += [f"{address}: {fault}" for fault in wrong(Client().get(address))]
    assert not faults, "\n".join(faults)


def test_no_page_holds_a_script_or_a_style_of_its_own(world: World, signed_in: Callable[[str], Client]) -> None:
    """An inline script without the nonce, a style attribute or a handler attribute would break under the policy."""
    first_return(world)
    faults = []
    for key in ("supplier", "lead"):
        client = signed_in(key)
        for address in addresses(world, most=1):
            answer = client.get(address)
            if not answer.headers["Content-Type"].startswith("text/html"):
                continue
            reader = Reader.of(answer)
            faults += [f"{address}: <{tag}>" for tag, given in reader.tags if _inline(tag, given)]
    assert not faults, "\n".join(sorted(set(faults)))


def _inline(tag: str, given: dict[str, str | None]) -> bool:
    handlers = any(name.startswith("on") or name == "style" for name in given)
    own = tag in ("script", "style") and not given.get("src") and not given.get("nonce")
    away = (given.get("src") or "").startswith(("http:", "https:", "//"))
    return handlers or own or away


def test_a_view_may_say_that_its_answer_can_be_kept() -> None:
    kept = middleware.PrivateMiddleware(lambda request: HttpResponse(headers={"Cache-Control": "max-age=60"}))
    assert kept(None).headers["Cache-Control"] == "max-age=60"


def test_cookies_are_out_of_the_reach_of_scripts(world: World, signed_in: Callable[[str], Client]) -> None:
    client = signed_in("supplier")
    client.get("/account/password/change/")
    for name in (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME):
        assert settings.SESSION_COOKIE_HTTPONLY
        assert settings.CSRF_COOKIE_HTTPONLY
        assert name in client.cookies
    assert client.cookies[settings.CSRF_COOKIE_NAME]["httponly"]
    assert client.cookies[settings.CSRF_COOKIE_NAME]["samesite"] == "Lax"


def test_cookies_of_a_deployment_travel_encrypted_only(tmp_path: Path) -> None:
    names = ("SESSION_COOKIE", "CSRF_COOKIE")
    code = (
        "import json; from commonweal_web import settings as s; print(json.dumps({n: getattr(s, n) for n in dir(s) if "
        f"n.startswith({names!r}) or n.startswith('SECURE_')}}, default=str))"
    )
    home = {
        "COMMONWEAL_MODE": "deployment",
        "COMMONWEAL_HOME": str(tmp_path),
        "COMMONWEAL_HOSTS": "social-value.example",
        "COMMONWEAL_SECRET_KEY": "s" * 60,
        "COMMONWEAL_TOKEN_KEY": "t" * 60,
    }
    keep = {name: value for name, value in os.environ.items() if not name.startswith(("COMMONWEAL", "DJANGO", "DATA"))}
    done = subprocess.run(
        [sys.executable, "-c", code], env={**keep, **home}, capture_output=True, text=True, check=True
    )
    found = json.loads(done.stdout)
    for name in names:
        assert found[f"{name}_SECURE"] is True
        assert found[f"{name}_HTTPONLY"] is True
        assert found[f"{name}_SAMESITE"] in ("Lax", "Strict")
        assert found[f"{name}_NAME"].startswith("__Host-")
    assert found["SECURE_HSTS_SECONDS"] >= 31_536_000
    assert found["SECURE_SSL_REDIRECT"] is True
