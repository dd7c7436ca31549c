"""Size, arrival, request id, log lines, and answers in words when the database or the disk cannot do its work."""

from __future__ import annotations

import datetime as dt
import errno
import logging

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.urls import path

from commonweal_web.core import clock, logs, middleware
from commonweal_web.core.demo_clock import DemoClock, demo_now, move_demo_clock
from commonweal_web.core.errors import Refused

FULL = OSError(errno.ENOSPC, "No space left on device")


def act(request: HttpRequest, kind: str = "fine", token: str = "") -> HttpResponse:
    faults = {
        "locked": OperationalError("database is locked"),
        "full": FULL,
        "broken": IntegrityError("DETAIL: (ada@x.example)"),
    }
    if kind in faults:
        raise faults[kind]
    arrived = request.arrived_at  # type: ignore[attr-defined]
    return HttpResponse(f"{arrived.isoformat()} {clock.now().isoformat()}", content_type="text/plain")


urlpatterns = [path("act/<str:kind>", act), path("link/<str:token>/<str:kind>", act)]
handler500 = middleware.server_error
pytestmark = pytest.mark.urls(__name__)


@pytest.fixture
def web() -> Client:
    return Client(raise_request_exception=False)


def test_an_id_is_made_and_a_plain_one_is_kept(web: Client) -> None:
    assert len(web.get("/act/fine")["X-Request-ID"]) == 36
    assert web.get("/act/fine", headers={"X-Request-ID": "proxy-17"})["X-Request-ID"] == "proxy-17"


@pytest.mark.parametrize("given", ["x" * 65, "a b", 'a"b', "a\tb", "ä"])
def test_an_id_that_could_spoil_a_log_is_replaced(web: Client, given: str) -> None:
    assert web.get("/act/fine", headers={"X-Request-ID": given})["X-Request-ID"] != given


def test_a_log_line_holds_no_query_no_token_and_no_address(web: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    web.get("/link/Mx7:1tXYZ0:abcdefghijklmnop_qrstuv/fine?code=secret-word&next=/x")
    text = caplog.text
    assert "GET /link/[token]/fine" in text
    assert "secret-word" not in text
    assert "Mx7" not in text


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("mail to ada.b+x@northmere.gov.uk failed", "mail to [e-mail] failed"),
        ("GET /confirm?token=abc done", "GET /confirm?... done"),
        ("broken\nDETAIL:  Key (name)=(Ada) exists.", "broken\nDETAIL: left out"),
        ("is it so? yes", "is it so?... yes"),
    ],
)
def test_texts_are_cleaned(text: str, clean: str) -> None:
    assert logs.clean(text) == clean
    assert logs.clean_all(None, "info", {"event": text, "n": 1}) == {"event": clean, "n": 1}


@pytest.mark.parametrize(
    ("kind", "status", "said"),
    [("locked", 503, "Wait half a minute"), ("full", 507, "go on reading"), ("broken", 500, "fault of the service")],
)
def test_faults_become_pages_with_words(web: Client, kind: str, status: int, said: str) -> None:
    answer = web.get(f"/act/{kind}")
    assert answer.status_code == status
    assert said in answer.content.decode()
    assert "Traceback" not in answer.content.decode()
    assert ("Retry-After" in answer) == (status in (503, 507))
    assert answer["X-Request-ID"]
    if status == 500:
        assert answer["X-Request-ID"] in answer.content.decode()


@override_settings(MAX_REQUEST_BYTES=1000, MEBIBYTE=1000)
def test_a_request_that_is_too_large_is_not_read(web: Client) -> None:
    answer = web.post("/act/fine", {"text": "x" * 2000})
    assert answer.status_code == 413
    assert "fewer or smaller files" in answer.content.decode()


@pytest.mark.parametrize("name", ["DATA_UPLOAD_MAX_MEMORY_SIZE", "DATA_UPLOAD_MAX_NUMBER_FIELDS"])
@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=b"])
def test_a_form_with_too_much_in_it_is_told_so(web: Client, name: str, kind: str) -> None:
    parts = (
        "".join(f'--b\r\nContent-Disposition: form-data; name="f{n}"\r\n\r\nvalue\r\n' for n in range(30)) + "--b--\r\n"
    )
    body = parts if "multipart" in kind else "&".join(f"f{n}=value" for n in range(30))
    with override_settings(**{name: 20}):
        assert web.generic("POST", "/act/fine", body, content_type=kind).status_code == 413


def test_a_length_that_is_no_number_is_refused() -> None:
    request = RequestFactory().post("/act/fine", CONTENT_LENGTH="many")
    assert middleware.ArrivalMiddleware(lambda _: HttpResponse())(request).status_code == 400


def test_arrival_is_after_the_whole_body(monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []
    monkeypatch.setattr(middleware, "read_whole", lambda _: order.append("read"))
    moment = dt.datetime(2026, 10, 15, 12, tzinfo=dt.UTC)
    monkeypatch.setattr(middleware.clock, "now", lambda: order.append("clock") or moment)
    request = RequestFactory().post("/act/fine")
    middleware.ArrivalMiddleware(lambda _: HttpResponse())(request)
    assert order == ["read", "clock"]
    assert request.arrived_at == moment  # type: ignore[attr-defined]


def test_no_question_to_the_database_for_the_log(web: Client) -> None:
    assert web.get("/act/fine").status_code == 200  # this test may not use the database
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    middleware.LogMiddleware.bind_user_id(request)


def through_the_demo(address: str = "127.0.0.1") -> HttpResponse:
    request = RequestFactory().get("/", REMOTE_ADDR=address)
    request.arrived_at = clock.now()  # type: ignore[attr-defined]
    return middleware.DemoMiddleware(act)(request)  # type: ignore[arg-type]


@pytest.mark.parametrize("address", ["192.0.2.7", "", "10.0.0.1"])
def test_the_demo_answers_this_computer_only(address: str) -> None:
    answer = through_the_demo(address)
    assert answer.status_code == 403
    assert "own computer only" in answer.content.decode()


@pytest.mark.django_db
def test_the_demo_clock_goes_on_and_only_forward() -> None:
    assert demo_now() is None
    assert through_the_demo().status_code == 200
    start = dt.datetime(2026, 10, 1, 9, tzinfo=dt.UTC)
    move_demo_clock(to=start)
    shown = demo_now()
    assert shown is not None
    assert dt.timedelta() <= shown - start < dt.timedelta(minutes=1)
    arrived, now = (dt.datetime.fromisoformat(text) for text in through_the_demo().content.decode().split())
    assert arrived == now
    assert now >= start
    with pytest.raises(Refused, match="forward only"):
        move_demo_clock(to=start - dt.timedelta(days=1))
    move_demo_clock(to=start + dt.timedelta(days=20))
    assert DemoClock.objects.count() == 1
    assert clock.now().year >= 2026
