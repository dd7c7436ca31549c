"""The demo: it loads whole through the services, its script plays on, and a deployment has nothing of it."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable

import pytest
from django.db.models import Count
from django.test import Client
from django.urls import NoReverseMatch, reverse

from commonweal_web.contracts.models import Contract
from commonweal_web.core import clock
from commonweal_web.core.demo_clock import demo_now
from commonweal_web.core.errors import NotPermitted, Refused
from commonweal_web.delivery.models import Decision, DoubleFlag, Reopening, Return
from commonweal_web.delivery.returns.dates import Where, standing
from commonweal_web.delivery.returns.timeliness import timeliness_of
from commonweal_web.demo import days, loading, planned
from commonweal_web.demo.bodies import PEOPLE
from commonweal_web.demo.deals import CLEANING, GROUNDS
from commonweal_web.demo.stage import play
from commonweal_web.demo.year import SUMMER
from commonweal_web.frameworks.consulting.respondents import counted
from commonweal_web.organisations.models import User
from commonweal_web.organisations.services import sign_in_without_password
from commonweal_web.planning.models import Plan, Priority, Sitting
from commonweal_web.planning.plans.content import sha256_of
from commonweal_web.planning.policies.deciding import decide_plan
from commonweal_web.planning.policies.portfolio import portfolio_of, quarter_of

INSIDE = """
import django
django.setup()
from django.conf import settings
from django.urls import get_resolver
from django.apps import apps
print(settings.MODE, apps.is_installed("commonweal_web.demo"),
      any("demo" in str(getattr(one, "urlconf_name", "")) for one in get_resolver().url_patterns),
      any("Demo" in one for one in settings.MIDDLEWARE))
"""


def seen_in(mode: str) -> str:
    """Tell mode, and whether the app, the addresses and the middleware of the demo are there."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("COMMONWEAL_")},
        "COMMONWEAL_MODE": mode,
        "COMMONWEAL_SECRET_KEY": "k" * 60,
        "COMMONWEAL_TOKEN_KEY": "t" * 60,
        "COMMONWEAL_HOSTS": "commonweal.example",
        "DJANGO_SETTINGS_MODULE": "commonweal_web.settings",
    }
    done = subprocess.run([sys.executable, "-c", INSIDE], env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_a_deployment_has_nothing_of_the_demo() -> None:
    assert seen_in("deployment") == "deployment False False False"
    assert seen_in("demo") == "demo True True True"


def test_nobody_gets_in_by_one_click_outside_the_demo(world: object, rf: Callable[..., object]) -> None:
    with pytest.raises(NoReverseMatch):
        reverse("demo:sign_in")
    user = User.objects.first()
    assert user is not None
    answer = Client().post("/demo/sign-in/", {"email": user.email})
    assert answer.status_code == 404
    request = rf.post("/")  # type: ignore[attr-defined]
    with pytest.raises(NotPermitted):
        sign_in_without_password(request, user)


@pytest.mark.slow
@pytest.mark.django_db
def test_the_demo_holds_a_year_passes_over_what_was_done_by_hand_and_plays_on() -> None:
    """One loading, since it is the long part; each step stands on the one before."""
    loading.load(progress=lambda said: None)
    it_holds_a_year_in_every_state()
    it_holds_plans_on_their_way()
    an_act_done_by_hand_is_passed_over()
    the_script_plays_on_and_leaves_one_return_missing()


def it_holds_a_year_in_every_state() -> None:
    today = loading.START.date()
    assert demo_now() is not None
    assert User.objects.count() == len(PEOPLE)
    assert not [user.email for user in User.objects.all() if user.has_usable_password()]
    assert Contract.objects.filter(kpis__isnull=True).distinct().count() > 200
    found = {standing(ret, today).where for ret in Return.objects.all()}
    assert found >= {Where.NOT_BEGUN, Where.OPEN, Where.LOCKED, Where.RECEIVED, Where.CHECKED}
    verdicts = set(Decision.objects.values_list("verdict", flat=True))
    assert verdicts >= {"accept", "part", "ask", "reject", "dispute"}
    assert set(Reopening.objects.values_list("state", flat=True)) == {"asked", "granted"}
    assert DoubleFlag.objects.filter(kind="person").count() == 2
    first = Return.objects.get(contract__reference=GROUNDS.reference, starts=SUMMER)
    assert (first.state, first.due) == ("expected", dt.date(2026, 7, 15))
    expected = Return.objects.filter(
        contract__authority__short_name="NMC", ends__gte=dt.date(2026, 7, 1), ends__lte=dt.date(2026, 9, 30)
    )
    assert expected.count() == 48


def it_holds_plans_on_their_way() -> None:
    """Journey 1 is played to its end, and what a visitor goes on with stands as the tour says."""
    today = loading.START.date()
    plan = Plan.objects.get(reference=planned.GROUNDS_PLAN.reference)
    decided = decide_plan(plan, today)
    assert (decided.tier, decided.floor, decided.delivery_plan) == ("major", 20, True)
    version = plan.versions.get()
    assert (plan.state, version.number, sha256_of(version.content)) == ("approved", 1, version.sha256)
    assert [one["ref"] for one in version.content["measures"]] == ["NT1", "CL", "NT10", "NT17", "NT18", "NT31"]
    assert [one["text"] for one in version.content["conditions"]] == [planned.CONDITION]
    asked = plan.soundings.get()
    assert counted(asked.consultation) == "14 suppliers and 3 community groups"
    assert not asked.consultation.comments.filter(outcome="").exists()
    wards = Counter(Priority.objects.get(plan=plan).answers.values_list("ward", flat=True))
    assert {ward for ward, number in wards.items() if number < 10} == {"Westvale"}
    waits = Sitting.objects.get(plan__state="at_panel")
    assert not waits.votes.exists()
    with clock.fixed(loading.START):
        portfolio = portfolio_of(plan.authority, quarter_of(today), today)
    assert portfolio.average is not None
    assert (portfolio.counted, portfolio.average.shown, portfolio.average.words) == (3, "20.0%", "met")
    assert sum(line.plan.state == "draft" and line.plan.weight is None for line in portfolio.lines) == 1


def the_script_plays_on_and_leaves_one_return_missing() -> None:
    before = Return.objects.get(contract__reference=CLEANING.reference, starts=dt.date(2026, 7, 1))
    assert before.state == "expected"
    with clock.fixed(loading.START):
        assert days.go_to(dt.date(2026, 11, 12), seconds=600) == dt.date(2026, 11, 12)
    quarter = Return.objects.filter(
        contract__authority__short_name="NMC", ends__gte=dt.date(2026, 7, 1), ends__lte=dt.date(2026, 9, 30)
    )
    counted = timeliness_of(quarter.select_related("contract"), as_at=dt.date(2026, 11, 12))
    assert (counted.expected, counted.received, counted.on_time) == (48, 47, 47)
    assert [one.contract for one in counted.overdue] == [CLEANING.reference]
    with pytest.raises(Refused), clock.fixed(days.on(dt.date(2026, 11, 12), 9)):
        days.go_to(dt.date(2026, 10, 1))


def an_act_done_by_hand_is_passed_over() -> None:
    acts = [act for act in days.journey.acts() if act.about.startswith(f"{GROUNDS.reference} {SUMMER}: sent")]
    assert len(acts) == 1
    play(acts, strict=True)
    claims = Return.objects.aggregate(n=Count("claims"))["n"]
    play(acts, strict=True)
    assert Return.objects.aggregate(n=Count("claims"))["n"] == claims
