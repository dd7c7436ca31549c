"""
The doors: every route names its permission, and nobody gets through one that the table does not open.

Every route x GET and POST x sixteen roles and nobody x a record of one's own, of the same body without assignment, of
another body, one that is not there, and another body's below the address of one's own.
"""

from __future__ import annotations

import copy
import functools
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.sessions.backends.db import SessionStore
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpResponse
from django.test import Client, RequestFactory
from django.urls import resolve, reverse

from commonweal.errors import CommonwealError
from commonweal_web.contracts.models import Contract
from commonweal_web.contracts.querysets import ContractQuerySet
from commonweal_web.core import clock, http
from commonweal_web.core.errors import NotPermitted, Refused
from commonweal_web.organisations import second_factor
from commonweal_web.organisations.models import User
from commonweal_web.organisations.policies import TABLE, Permission
from commonweal_web.organisations.roles import Role
from commonweal_web.planning.models import Plan
from commonweal_web.planning.querysets import PlanQuerySet
from commonweal_web.reports import documents, workings
from tests.web.door_records import TOKEN, records_of
from tests.web.doors import (
    FOREIGN,
    IN,
    MIXED,
    NOWHERE,
    OF_CONTRACTS,
    OUT,
    OWN,
    PEOPLE,
    PLACES,
    SIBLING,
    Route,
    at_body,
    at_contract,
    routes,
)
from tests.web.world import NOON, World, make_world

pytestmark = pytest.mark.django_db  # so that there is a database; the fixture `doors` keeps one world in it

ROUTES = [route for route in routes() if not route.is_of_the_library]
PUBLIC = {
    "core:healthz",
    "core:readyz",
    "core:accessibility",
    "organisations:how_to_join",
    "organisations:provider_sign_up",
    "organisations:register",
    "organisations:invitation",
    "delivery:confirm",
    "reports:home",
    "frameworks:catalogue",
    "frameworks:release",
    "frameworks:release_file",
    "frameworks:item",
    "frameworks:values_file",
    "frameworks:search",
    "frameworks:compare",
    "frameworks:compare_file",
    "frameworks:goals",
    "frameworks:goal",
    "frameworks:consultations",
    "frameworks:consultation",
    "frameworks:consultation_row",
    "frameworks:consultation_whole",
    "frameworks:consultation_results",
    "frameworks:consultation_file",
    "frameworks:comment_received",
    "frameworks:drop_in_book",
    "frameworks:drop_in_asked",
    "frameworks:seat",
    "planning:listening_public_priorities",
    "planning:listening_priority",
    "planning:listening_priority_received",
    "planning:listening_priority_results",
    "planning:listening_priority_file",
    "planning:listening_public_needs",
    "planning:listening_need",
    "planning:listening_need_post",
    "planning:listening_need_received",
    "mapping:start",
    "mapping:goals",
    "mapping:select",
    "mapping:summary",
    "mapping:keep",
    "mapping:link",
    "mapping:file",
    "mapping:print",
    "mapping:sheet_make",
    "mapping:sheet",
    "mapping:sheet_kpi",
    "mapping:sheet_workbook",
    "mapping:sheet_upload",
    "mapping:sheet_report",
    "mapping:sheet_file",
    "mapping:sheet_take_away",
}
"""Routes that anybody may open; what each shows a stranger is held by the tests of its app."""
GUARDED = [route for route in ROUTES if not route.is_public]
WORDS = {"form": "json", "token": TOKEN, "number": 2}
"""Arguments that are no record, with a value that each takes."""
FORMS = {
    "reports:log_export": "csv",
    "planning:policy_portfolio_file": "xlsx",
    "planning:pack_bid_file": "xlsx",
    "planning:pack_return_file": "xlsx",
    "mapping:kept_sheet_workbook": "xlsx",
}
"""Files that there are in another form than JSON only."""
BODY_LINE = "portfolio/due/pounds"
OF_A_CONTRACT = {"delivery:double", "evidence:item", "evidence:download"} | {
    f"evidence:{name}" for name in ("describe", "replace", "withdraw")
}
"""Routes whose record belongs to a contract that the address does not name."""
OF_A_BODY = {
    "reports:directorate",
    "reports:directorate_file",
    "reports:directorate_working",
    "reports:directorate_words",
    "reports:directorate_words_file",
    "frameworks:consulting_one",
    "frameworks:consulting_edit",
    "frameworks:consulting_withdraw",
    "frameworks:consulting_session",
    "frameworks:consulting_move",
    "frameworks:consulting_cancel",
    "frameworks:consulting_publish",
    "frameworks:consulting_changes",
    "frameworks:consulting_file",
    "frameworks:consulting_comment",
    "frameworks:consulting_hide",
}
"""Routes whose record belongs to a body that the address does not name."""
OF_A_PERSON = {
    "contracts:conflict_end": Role.CM,
    "organisations:revoke_delegation": Role.APP,
    "organisations:request": Role.BA,
    "organisations:withdraw_request": Role.BA,
    "evidence:columns": Role.SDL,
    "evidence:keep": Role.SDL,
    "evidence:give_up": Role.SDL,
    "mapping:kept_sheet": Role.COM,
    "mapping:kept_sheet_kpi": Role.COM,
    "mapping:kept_sheet_workbook": Role.COM,
    "mapping:kept_sheet_upload": Role.COM,
    "mapping:kept_sheet_report": Role.COM,
    "mapping:kept_sheet_file": Role.COM,
    "mapping:kept_sheet_take_away": Role.COM,
}
"""Routes whose record is one person's, and the role of the person whose it is on `OWN`."""
POST_NEEDS = {"delivery:claim": Permission.CLAIM_VERIFY, "contracts:change_withdraw": Permission.KPI_PROPOSE}
"""Pages that many may read and fewer may send: the permission of the form on them."""
STATE_MAY_REFUSE: dict[str, str] = {}
"""Routes whose service refuses with 403 because of the record's state and not of the role: the reason."""


def test_every_view_names_its_permission() -> None:
    bare = [route.name for route in ROUTES if route.permission is None and not route.is_public]
    assert not bare, f"add @requires(...) to these views, or @public: {bare}"


def test_what_is_public_is_on_the_list() -> None:
    assert {route.name for route in ROUTES if route.is_public} == PUBLIC


def test_the_lists_name_routes_that_exist() -> None:
    named = OF_A_CONTRACT | OF_A_BODY | OF_A_PERSON.keys() | STATE_MAY_REFUSE.keys()
    assert named <= {route.name for route in GUARDED}


class Doors:
    """
    One world for the whole module, and a way to knock at a door as somebody; what a request changes is rolled back.

    The views are called as the resolver finds them, with the person on the request: sessions, pages and their words
    are most of a request's cost, and have tests of their own. A page is not drawn, since whether somebody got in is
    known before.
    """

    def __init__(self, world: World) -> None:
        self.values = records_of(world)
        self.people = {role: world.people[key] for role, key in PEOPLE.items()}
        self.factory = RequestFactory()
        self.lines = {place: self._line(values) for place, values in self.values.items()}

    def url(self, route: Route, place: str) -> str:
        known = {**WORDS, **self.values[place], "form": FORMS.get(route.name, "json")}
        if "contract_id" not in route.arguments:
            known["batch_id"] = known["register_id"]
        unknown = [name for name in route.arguments if name not in known]
        assert not unknown, f"{route.name} takes {unknown}: say in tests/web/door_records.py which record that is"
        url = reverse(route.name, kwargs={name: known[name] for name in route.arguments})
        if "working" not in route.name:
            return url
        return f"{url}?line={self.lines[place] if 'contract_id' in route.arguments else BODY_LINE}"

    @staticmethod
    def _line(values: dict[str, Any]) -> str:
        """A figure of a place's contract whose working can be opened."""
        place = Contract.objects.filter(pk=values["contract_id"]).first()
        found = documents.contract_on_a_page(place, as_at=NOON.date()).book if place else ()
        return next((entry.id for entry in found), "none")

    def knock(self, role: Role, method: str, url: str) -> str | int:
        """Return the status, or what was raised that no page answers for."""
        request: Any = getattr(self.factory, method)(url)
        request.user, request.session = copy.copy(self.people[role]), SessionStore()
        second_factor.note(request.session, request.user, second_factor.TEST)
        request._messages, request.arrived_at, request.request_id = CookieStorage(request), NOON, "knock"
        found = resolve(request.path)
        before = transaction.savepoint()
        try:
            return found.func(request, *found.args, **found.kwargs).status_code
        except Http404:
            return 404
        except (NotPermitted, PermissionDenied):
            return 403
        except (Refused, CommonwealError):
            return 409
        except Exception as error:
            return repr(error)
        finally:
            transaction.savepoint_rollback(before)


@pytest.fixture(scope="module")
def doors(django_db_setup: None, django_db_blocker: Any) -> Iterator[Doors]:
    with django_db_blocker.unblock(), transaction.atomic(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(http, "django_render", lambda request, template, context, status: HttpResponse(status=status))
        _remember(patch)
        with clock.fixed(NOON):
            made = Doors(make_world())
        yield made
        transaction.set_rollback(True)


def _remember(patch: pytest.MonkeyPatch) -> None:
    """Ask once what does not change here: on which contracts and plans somebody may do what, and each document."""
    one = documents.contract_on_a_page
    for model, queryset in ((Contract, ContractQuerySet), (Plan, PlanQuerySet)):
        _remember_allowing(patch, model, queryset)
    once = functools.cache(lambda pk, as_at: one(Contract.objects.get(pk=pk), as_at=as_at))
    whole = SimpleNamespace(book={BODY_LINE: None}, as_at=NOON.date())
    patch.setattr(documents, "contract_on_a_page", lambda contract, as_at: once(contract.pk, as_at))
    patch.setattr(documents, "whole_report", lambda rows, title, as_at: whole)
    patch.setattr(documents, "rendered", lambda report, form: b"")
    patch.setattr(workings, "working_context", lambda report, line, link, whole="": {})


def _remember_allowing(patch: pytest.MonkeyPatch, model: Any, queryset: Any) -> None:
    allowing = queryset.allowing

    @functools.cache
    def held(pk: int, permission: Permission) -> frozenset[int]:
        rows = allowing(model.objects.all(), User.objects.get(pk=pk), permission)
        return frozenset(rows.values_list("pk", flat=True))

    patch.setattr(queryset, "allowing", lambda self, user, permission: self.filter(pk__in=held(user.pk, permission)))


def places_of(route: Route) -> tuple[str, ...]:
    """Where the records of a route can stand; only one place where it names no record."""
    records = [name for name in route.arguments if name not in WORDS]
    if not records:
        return (OWN,)
    return PLACES if len(records) > 1 else tuple(place for place in PLACES if place != MIXED)


def expected(route: Route, role: Role, place: str, method: str) -> str | int:
    """Return 403, 404, `OUT` (either of them) or `IN`, by the table and the place alone."""
    permission = POST_NEEDS.get(route.name, route.permission) if method == "post" else route.permission
    assert permission is not None
    if route.name == "organisations:request" and place != NOWHERE and role in (Role.PA, Role.BA):
        return IN if role is Role.PA or place != FOREIGN else OUT  # they may be the second person
    if route.name in OF_A_PERSON:
        mine = place == OWN and role is OF_A_PERSON[route.name]
        return IN if mine else OUT
    if "contract_id" in route.arguments or route.name in OF_A_CONTRACT:
        return _at_contract(route, role, permission, place)
    if "plan_id" in route.arguments and role in OF_CONTRACTS:
        return 404
    if "plan_id" in route.arguments:
        return at_contract(role, permission, place, Permission.PLAN_READ)
    if "organisation_id" in route.arguments or route.name in OF_A_BODY:
        return at_body(role, permission, place)
    holds = role in TABLE[permission].reach
    if place in (FOREIGN, NOWHERE, MIXED) or (route.name == "delivery:sample_check" and place == SIBLING):
        return OUT  # a drawn decision is looked at by those who are assigned to its contract
    return IN if holds else OUT if route.arguments else 403


def _at_contract(route: Route, role: Role, permission: Permission, place: str) -> str | int:
    if role is Role.VCS and "item_id" in route.arguments:
        return OUT  # assigned to the contract's evidence, but not to the supplier's: it sees what it added itself
    seeing = [Permission.KPI_READ]
    if route.name.startswith("evidence:"):
        seeing = [Permission.EVIDENCE_READ] if "item_id" in route.arguments else [*seeing, Permission.EVIDENCE_READ]
    found = at_contract(role, permission, place, *seeing)
    if route.name == "delivery:double" and found != IN:
        return OUT
    return found


@pytest.mark.parametrize("route", GUARDED, ids=[route.name for route in GUARDED])
def test_a_door_opens_for_those_who_may_and_for_nobody_else(route: Route, doors: Doors) -> None:
    wrong = []
    for method in ("get", "post"):
        answers = {
            (place, role): doors.knock(role, method, doors.url(route, place))
            for place in places_of(route)
            for role in PEOPLE
        }
        if set(answers.values()) == {405}:
            continue  # this route is not for this method, whoever asks about whatever
        for (place, role), got in answers.items():
            want = expected(route, role, place, method)
            if not _as_it_should(route, got, want):
                wrong.append(f"{method.upper()} {doors.url(route, place)} as {role} on {place}: {got}, not {want}")
    assert not wrong, "\n".join(wrong)


def _as_it_should(route: Route, got: str | int, want: str | int) -> bool:
    if isinstance(got, str) or got >= 500:
        return False
    if want == IN:
        return got not in (401, 403, 404) or (got == 403 and route.name in STATE_MAY_REFUSE)
    return got in ((403, 404) if want == OUT else (want,))


@pytest.mark.parametrize("route", GUARDED, ids=[route.name for route in GUARDED])
def test_a_stranger_is_sent_to_sign_in(route: Route, doors: Doors) -> None:
    """The same answer for what is there and for what is not. A method that a page never takes is 405 in both."""
    told = []
    for method in ("get", "post"):
        places = dict.fromkeys((OWN, places_of(route)[-1]))
        answers = [getattr(Client(), method)(doors.url(route, place)) for place in places]
        statuses = {answer.status_code for answer in answers}
        assert len(statuses) == 1, f"{method} {route.name}: {statuses} tells what is there"
        told.append(statuses.pop())
        for answer in answers:
            if answer.status_code != 405:
                assert answer.status_code == 302, f"{method} {route.name}: {answer.status_code}"
                assert answer["Location"].startswith("/account/login/"), answer["Location"]
    assert 302 in told, f"{route.name} takes neither method"


SIGN_IN, SIGNED_IN, GIVEN_UP = "sign-in", "signed-in", "given up"
LIBRARY = {
    "account_login": SIGN_IN,
    "account_logout": SIGN_IN,
    "account_inactive": SIGN_IN,
    "account_signup": GIVEN_UP,
    "account_reauthenticate": SIGNED_IN,
    "account_email": GIVEN_UP,
    "account_email_verification_sent": SIGN_IN,
    "account_change_password": SIGNED_IN,
    "account_set_password": SIGNED_IN,
    "account_reset_password": SIGN_IN,
    "account_confirm_login_code": SIGN_IN,
    "account_confirm_email": SIGN_IN,
    "account_reset_password_from_key_done": SIGN_IN,
    "account_reset_password_from_key": SIGN_IN,
    "account_reset_password_done": SIGN_IN,
    "mfa_index": SIGNED_IN,
    "mfa_authenticate": SIGN_IN,
    "mfa_reauthenticate": SIGNED_IN,
    "mfa_activate_totp": SIGNED_IN,
    "mfa_deactivate_totp": SIGNED_IN,
    "mfa_view_recovery_codes": SIGNED_IN,
    "mfa_generate_recovery_codes": SIGNED_IN,
    "mfa_download_recovery_codes": SIGNED_IN,
    "mfa_list_webauthn": SIGNED_IN,
    "mfa_add_webauthn": SIGNED_IN,
    "mfa_reauthenticate_webauthn": SIGNED_IN,
    "mfa_remove_webauthn": SIGNED_IN,
    "mfa_edit_webauthn": SIGNED_IN,
    "mfa_login_webauthn": SIGN_IN,
    "socialaccount_login_cancelled": SIGN_IN,
    "socialaccount_login_error": SIGN_IN,
    "socialaccount_signup": GIVEN_UP,
    "socialaccount_connections": GIVEN_UP,
    "openid_connect_login": SIGN_IN,
    "openid_connect_callback": SIGN_IN,
    "usersessions_list": SIGNED_IN,
}
"""The sign-in library's pages: part of signing in, for signed-in people, or with one of our pages in their place."""
OLD = ("login/cancelled/", "login/error/", "signup/", "connections/")
"""Ends of the library's former addresses below account/social/, which only lead to the new ones."""


def test_every_page_of_the_sign_in_library_is_on_the_list() -> None:
    known = {route.name for route in routes() if route.is_of_the_library and route.name != "None"}
    assert known == set(LIBRARY)
    nameless = {route.pattern for route in routes() if route.name == "None"}
    assert nameless == {f"account/social/{end}" for end in OLD}


@pytest.mark.parametrize("name", [name for name, kind in LIBRARY.items() if kind is SIGNED_IN])
def test_a_stranger_opens_no_page_of_an_account(name: str) -> None:
    route = next(route for route in routes() if route.name == name)
    url = reverse(name, args=[1] * len(route.arguments))
    for method in ("get", "post"):
        answer = getattr(Client(), method)(url)
        assert answer.status_code == 302, f"{method} {url}: {answer.status_code}"
        assert answer["Location"].startswith("/account/login/"), answer["Location"]


@pytest.mark.parametrize("name", [name for name, kind in LIBRARY.items() if kind is GIVEN_UP])
def test_a_page_that_we_gave_up_is_one_of_ours(name: str) -> None:
    assert resolve(reverse(name)).view_name.startswith("organisations:")
