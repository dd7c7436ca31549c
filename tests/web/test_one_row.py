"""
Every route that changes something writes exactly one row of the log with it, and none when it is refused.

`ACTS` is one successful act for each route. A route that takes a form and is neither there nor in `HELD_ELSEWHERE`
fails.
"""

from __future__ import annotations

import datetime as dt
import inspect
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from commonweal_web.audit.models import Event
from commonweal_web.contracts.models import Contract, KpiVersion
from commonweal_web.core import clock
from commonweal_web.mapping.models import Frozen
from commonweal_web.organisations import second_factor
from commonweal_web.performance.models import Action
from tests.web.contracts.makers import draft, draft_contract, propose
from tests.web.door_records import TOKEN, records_of
from tests.web.doors import OWN, routes
from tests.web.world import NOON, assign, make_world

pytestmark = pytest.mark.django_db


def day(name: str, when: dt.date) -> dict[str, str]:
    return {f"{name}_day": str(when.day), f"{name}_month": str(when.month), f"{name}_year": str(when.year)}


TODAY, LATER = NOON.date(), dt.date(2026, 12, 31)
Form = dict[str, Any]


class Place:
    """The world with its records, a draft contract and one whose KPIs wait for the director."""

    def __init__(self) -> None:
        self.world = make_world()
        self.ids = records_of(self.world)[OWN]
        self.draft = draft_contract(self.world, "NMC-2026-501", no_kpi_reason="Too small")
        self.ready = draft_contract(self.world, "NMC-2026-504", no_kpi_reason="Too small")
        assign(self.world, self.ready, owner="verifier", deputy="deputy")
        self.kpi = draft(self.world, draft_contract(self.world, "NMC-2026-502"))
        (self.proposed,) = propose(self.world, draft(self.world, draft_contract(self.world, "NMC-2026-503")))
        self.clients: dict[str, Client] = {}

    def client(self, key: str) -> Client:
        client, user = Client(), self.world.people[key]
        client.force_login(user)
        session = client.session
        second_factor.note(session, user, second_factor.TEST)
        session.save()
        return client

    def person(self, key: str) -> int:
        return self.world.people[key].pk

    def body(self, key: str) -> int:
        return self.world.bodies[key].pk

    def version(self, thing: Any) -> int:
        thing.refresh_from_db()
        return thing.version

    @property
    def action(self) -> Action:
        return Action.objects.get(pk=self.ids["action_id"])

    @property
    def grounds(self) -> Contract:
        return self.world.contracts["grounds"]


def _in(contract: str) -> Callable[[Place], dict[str, Any]]:
    """The address of a route about one of the contracts made here, and of its KPI."""

    def address(place: Place) -> dict[str, Any]:
        thing = getattr(place, contract)
        return {"contract_id": thing.pk} if isinstance(thing, Contract) else _of(thing)

    return address


def _of(version: KpiVersion) -> dict[str, Any]:
    return {"contract_id": version.kpi.contract_id, "kpi_id": version.kpi_id}


Act = tuple[str, Callable[[Place], Form], Callable[[Place], dict[str, Any]] | None]
WHY = {"reason": "Because the work changed"}
PLAN = {
    "reference": "NMC-2027-P01", "title": "Street lights", "value_pence": "250,000.00", "requirement": "offer",
    "division": "england-and-wales", **day("starts", TODAY), **day("ends", LATER),
}  # fmt: skip
INDICATOR = {
    "deliverable": "Interviews offered", "kind": "quantity", "unit": "person", "better": "up", "profile": "even",
    "scalable": "no",
}  # fmt: skip
ACTS: dict[str, Act] = {
    "mapping:keep": ("lead", lambda p: {"from": "fx-svm-2025", "to": "fx-2025.1"}, None),
    "mapping:sheet_make": ("lead", lambda p: {}, lambda p: {"digest": Frozen.objects.get().digest}),
    "mapping:sheet_keep": ("lead", lambda p: {"title": "Mine"}, lambda p: {"token": TOKEN}),
    "mapping:sheet_kpi": ("lead", lambda p: {"version": 1, "target_TLG": "1"}, lambda p: {"token": TOKEN, "number": 2}),
    "mapping:kept_sheet_kpi": (
        "commissioner", lambda p: {"version": 1, "target_TLG": "1"},
        lambda p: {"sheet_id": p.ids["sheet_id"], "number": 2},
    ),
    "organisations:add_identifier": ("administrator", lambda p: {"scheme": "GB-COH", "value": "01111111"}, None),
    "organisations:remove_identifier": ("administrator", lambda p: WHY, None),
    "organisations:add_directorate": ("administrator", lambda p: {"name": "Children"}, None),
    "organisations:edit_directorate": ("administrator", lambda p: {"name": "Streets and parks"}, None),
    "organisations:end_service": ("administrator", lambda p: {**WHY, **day("last_day", LATER)}, None),
    "organisations:invite": (
        "administrator", lambda p: {"email": "new@northmere.example", "role": "CM", "name": "New Person"}, None,
    ),
    "organisations:give_role": (
        "administrator", lambda p: {"role": "SCR", **day("starts", TODAY)},
        lambda p: {"organisation_id": p.body("nmc"), "person_id": p.person("evaluator")},
    ),
    "organisations:ask_reset": (
        "administrator", lambda p: WHY,
        lambda p: {"organisation_id": p.body("nmc"), "person_id": p.person("evaluator")},
    ),
    "organisations:withdraw_request": ("administrator", lambda p: {}, None),
    "organisations:give_delegation": (
        "director",
        lambda p: {
            "delegate": p.person("panel"), "limit_pence": "500,000", "directorate": p.ids["directorate_id"], **WHY,
            **day("starts", TODAY), **day("ends", LATER),
        },
        None,
    ),
    "organisations:revoke_delegation": ("director", lambda p: WHY, None),
    "organisations:emergency": (
        "platform administrator",
        lambda p: {"organisation": p.body("nmc"), "reason": "The totals of a return are wrong", "hours": "4"}, None,
    ),
    "contracts:go_live": ("lead", lambda p: {"version": p.version(p.ready)}, _in("ready")),
    "contracts:assign": (
        "administrator", lambda p: {"user": p.person("deputy"), "part": "owner", **day("starts", TODAY)}, _in("draft"),
    ),
    "contracts:end_part": (
        "administrator", lambda p: {**day("ends", LATER), "handed_to": p.person("unassigned manager")}, None,
    ),
    "contracts:no_conflict": ("verifier", lambda p: {}, None),
    "contracts:conflicts": (
        "verifier", lambda p: {"organisation": p.body("oakline"), "tie": "Trustee", **day("starts", TODAY)}, None,
    ),
    "contracts:conflict_end": ("manager", lambda p: day("ends", TODAY), None),
    "contracts:contact_add": (
        "procurement",
        lambda p: {"supplier": p.body("harbourside"), "name": "Hugh", "email": "h@harbourside.example", "invite": ""},
        None,
    ),
    "contracts:contact_end": ("procurement", lambda p: day("ends", TODAY), None),
    "contracts:supplier_add": (
        "procurement", lambda p: {"supplier": p.body("oakline"), **day("starts", dt.date(2026, 5, 1))}, None,
    ),
    "contracts:supplier_end": ("procurement", lambda p: day("ends", dt.date(2030, 3, 31)), None),
    "contracts:break_point": ("procurement", lambda p: {"kind": "break", **day("on", dt.date(2028, 4, 1))}, None),
    "contracts:call_off": (
        "procurement", lambda p: {"agreement": "none", "additional": "no", "version": p.version(p.grounds)}, None,
    ),
    "contracts:import_leave": ("procurement", lambda p: {}, lambda p: {"batch_id": p.ids["register_id"]}),
    "contracts:kpis_propose": (
        "commissioner", lambda p: {"chosen": f"{p.kpi.pk}.{p.version(p.kpi)}"}, _in("kpi"),
    ),
    "contracts:kpi_withdraw": ("commissioner", lambda p: {"version": p.version(p.kpi)}, _in("kpi")),
    "contracts:kpi_template": ("commissioner", lambda p: {"name": "Hours for groups"}, _in("kpi")),
    "contracts:send_back": ("director", lambda p: {**WHY, "version": p.version(p.proposed)}, _in("proposed")),
    "delivery:claim_declare": ("verifier", lambda p: {}, None),
    "delivery:double": ("lead", lambda p: {"state": "cleared", "reason": "Two people"}, None),
    "delivery:confirmation_ask": ("supplier", lambda p: {"beneficiary": "Abbeyfield", "email": "a@b.example"}, None),
    "delivery:sample_check": ("lead", lambda p: {"agrees": "yes", "note": "seen"}, None),
    "performance:review_record": ("manager", lambda p: {**day("on", TODAY), "present": "All", "notes": "n"}, None),
    "performance:action_done": ("manager", lambda p: {"version": p.action.version, **day("on", TODAY)}, None),
    "planning:policy_new": (
        "lead", lambda p: {"label": "2027.1", **day("starts", LATER), "consider": "25,000"}, None,
    ),
    "planning:policy_propose": ("lead", lambda p: {"version": 1}, None),
    "planning:policy_leave": ("lead", lambda p: {"version": 1}, None),
    "planning:panel_new": ("lead", lambda p: {"name": "People", "quorum": 2}, None),
    "planning:panel_edit": ("lead", lambda p: {"name": "People", "quorum": 2}, None),
    "planning:panel_seat": ("lead", lambda p: {"user": p.person("panel"), **day("starts", TODAY)}, None),
    "planning:measure_need_new": ("commissioner", lambda p: {"title": "Green skills", "source": "Survey"}, None),
    "planning:measure_need": ("commissioner", lambda p: {"title": "Skills", "source": "Survey", "version": 1}, None),
    "planning:measure_need_close": ("commissioner", lambda p: {**WHY, "version": 1}, None),
    "planning:measure_plan_needs": ("commissioner", lambda p: {"needs": p.ids["need_id"]}, None),
    "planning:measure_local": ("commissioner", lambda p: {**INDICATOR, "ref": "L2"}, None),
    "planning:measure_edit": ("commissioner", lambda p: {**INDICATOR, "version": 1}, None),
    "planning:measure_remove": ("commissioner", lambda p: {"version": 1}, None),
    "planning:plan_new": ("commissioner", lambda p: PLAN, None),
    "planning:plan_facts": ("commissioner", lambda p: {**PLAN, "version": 1}, None),
    "planning:plan_questions": (
        "commissioner", lambda p: {"version": 1, "buyer": "local-authority", "buyer_source": "The charter"}, None,
    ),
    "planning:plan_withdraw": ("commissioner", lambda p: {**WHY, "version": 1}, None),
    "planning:plan_part_give": (
        "commissioner", lambda p: {"user": p.person("director"), "part": "director", **day("starts", TODAY)}, None,
    ),
    "planning:plan_part_end": ("commissioner", lambda p: day("ends", TODAY), None),
    "planning:plan_weight_set": (
        "procurement", lambda p: {"weight": "20", "quantitative": "10", "qualitative": "10", "version": 1}, None,
    ),
    "planning:plan_stage_record": (
        "commissioner",
        lambda p: {"considered_by": "Ward members", "findings": "Found", "version": 1, **day("considered_on", TODAY)},
        None,
    ),
    "planning:plan_document_withdraw": ("commissioner", lambda p: WHY, None),
    "planning:listening_sounding_new": (
        "commissioner",
        lambda p: {
            "title": "t", "introduction": "i", "questions": "Why?", **day("opens", TODAY), **day("closes", LATER),
        },
        None,
    ),
    "planning:listening_sounding_questions": ("commissioner", lambda p: {"questions": "How?", "version": 1}, None),
    "planning:listening_priority_new": (
        "commissioner",
        lambda p: {
            "title": "t", "introduction": "i", "options": "A\nB", **day("opens", TODAY), **day("closes", LATER),
        },
        None,
    ),
    "planning:listening_priority_edit": ("commissioner", lambda p: {**day("closes", LATER), "version": 1}, None),
    "planning:listening_answer_hide": ("commissioner", lambda p: WHY, None),
    "planning:listening_need_show": ("commissioner", lambda p: {"version": 1}, None),
    "planning:listening_need_hide": ("commissioner", lambda p: {**WHY, "version": 1}, None),
    "evidence:describe": ("supplier", lambda p: {"note": "Another note"}, None),
    "evidence:withdraw": ("supplier", lambda p: WHY, None),
}  # fmt: skip


@pytest.fixture(scope="module")
def place(django_db_setup: None, django_db_blocker: Any) -> Iterator[Place]:
    with django_db_blocker.unblock(), transaction.atomic():
        with clock.fixed(NOON):
            made = Place()
        yield made
        transaction.set_rollback(True)


def address_of(place: Place, name: str) -> str:
    found = ACTS[name][2]
    route = next(route for route in routes() if route.name == name)
    values = found(place) if found else {key: place.ids[key] for key in route.arguments}
    return reverse(name, kwargs={key: values[key] for key in route.arguments})


@pytest.mark.parametrize("name", ACTS)
def test_an_act_writes_one_row(place: Place, name: str) -> None:
    who, form, _ = ACTS[name]
    client, before = place.client(who), transaction.savepoint()
    try:
        url, known = address_of(place, name), Event.objects.count()
        answer = client.post(url, form(place))
        page = answer.content.decode()
        said = page[page.find("error-summary") :][:900] if "error-summary" in page else page[-1500:]
        assert answer.status_code == 303, f"{answer.status_code}: {said}"
        assert Event.objects.count() - known == 1
    finally:
        transaction.savepoint_rollback(before)


HELD_ELSEWHERE = {
    "mapping:sheet_upload": "mapping/test_sheets_workbook.py: a workbook is taken over",
    "mapping:kept_sheet_upload": "mapping/test_sheets_workbook.py: a workbook is taken over",
    "contracts:kpis_from_sheet": "contracts/test_kpis_from_sheet.py: one row for all that are made",
    "contracts:new": "contracts/test_pages.py: by form, and once",
    "contracts:edit": "contracts/test_pages.py: the facts are changed",
    "contracts:import": "contracts/test_imports.py: a register is read",
    "contracts:import_confirm": "contracts/test_imports.py: one row for each contract that is made",
    "contracts:kpis_upload": "contracts/test_imports.py: a KPI workbook is read",
    "contracts:kpis_confirm": "contracts/test_imports.py: one row for each KPI that is made",
    "contracts:kpi_new": "contracts/test_approval.py",
    "contracts:kpi_edit": "contracts/test_approval.py",
    "contracts:approve": "contracts/test_approval.py: one row for each KPI that is approved",
    "contracts:change_new": "contracts/test_changes.py",
    "contracts:change_ask": "contracts/test_changes.py",
    "contracts:change_check": "contracts/test_changes.py",
    "contracts:change_approve": "contracts/test_changes.py",
    "contracts:change_agree": "contracts/test_changes.py",
    "contracts:change_refuse": "contracts/test_changes.py",
    "contracts:change_withdraw": "contracts/test_changes.py",
    "contracts:change_compare": "contracts/test_changes.py",
    "delivery:return_kpi": "delivery/returns/test_typing_and_sending.py: each act writes one row",
    "delivery:return_evidence": "delivery/returns/test_typing_and_sending.py: each act writes one row",
    "delivery:return_words": "delivery/returns/test_typing_and_sending.py: each act writes one row",
    "delivery:return_declarations": "delivery/returns/test_typing_and_sending.py: each act writes one row",
    "delivery:return_check": "delivery/returns/test_typing_and_sending.py: each act writes one row",
    "delivery:return_upload": "delivery/returns/test_pages.py: one row for each answer of the workbook",
    "delivery:return_recall": "delivery/returns/test_typing_and_sending.py: each act writes one row",
    "delivery:return_correct": "delivery/returns/test_typing_and_sending.py",
    "delivery:return_wish": "delivery/returns/test_reopening.py: one row for each wish",
    "delivery:return_reopening": "delivery/returns/test_reopening.py",
    "delivery:reopening_decide": "delivery/returns/test_reopening.py",
    "delivery:claim": "delivery/verification/test_deciding.py: accepting writes one row",
    "delivery:claim_answer": "delivery/verification/test_deciding.py",
    "delivery:claim_correct": "delivery/verification/test_deciding.py",
    "delivery:double_split": "delivery/verification/test_doubles.py",
    "delivery:samples": "delivery/verification/test_doubles.py",
    "delivery:confirm": "delivery/verification/test_pages.py: the public page of a beneficiary",
    "evidence:add": "evidence/test_services.py: an upload is logged once",
    "evidence:replace": "evidence/test_services.py",
    "evidence:columns": "a choice about a file that waits: no evidence yet, and nothing of the record changes",
    "evidence:keep": "evidence/test_views.py",
    "evidence:give_up": "evidence/test_views.py",
    "evidence:download": "evidence/test_services.py: reading by an officer is logged",
    "frameworks:drop_in_book": "frameworks/consulting/test_sessions.py: a booking writes one row",
    "frameworks:seat": "frameworks/consulting/test_sessions.py: giving up writes one row",
    "frameworks:consulting_new": "frameworks/consulting/test_officers.py",
    "frameworks:consulting_edit": "frameworks/consulting/test_officers.py",
    "frameworks:consulting_withdraw": "frameworks/consulting/test_officers.py",
    "frameworks:consulting_session": "frameworks/consulting/test_officers.py",
    "frameworks:consulting_move": "frameworks/consulting/test_moved_sessions.py: one row",
    "frameworks:consulting_cancel": "frameworks/consulting/test_moved_sessions.py: one row",
    "frameworks:consulting_comment": "frameworks/consulting/test_officers.py: an answer writes one row",
    "frameworks:consulting_hide": "frameworks/consulting/test_officers.py",
    "frameworks:consulting_publish": "frameworks/consulting/test_officers.py",
    "frameworks:consulting_changes": "frameworks/consulting/test_officers.py: one row",
    "frameworks:local_measure_new": "frameworks/keeping/test_measures.py",
    "frameworks:local_measure": "frameworks/keeping/test_measures.py: a change is logged",
    "frameworks:retire": "frameworks/keeping/test_measures.py",
    "frameworks:release_new": "frameworks/keeping/test_pages.py",
    "frameworks:withdraw": "frameworks/keeping/test_measures.py",
    "frameworks:import_framework": "frameworks/keeping/test_imports.py: a form sent twice makes one draft",
    "frameworks:import_values": "frameworks/keeping/test_imports.py",
    "frameworks:import_links": "frameworks/keeping/test_imports.py",
    "frameworks:propose": "frameworks/keeping/test_packs.py: each act writes one row",
    "frameworks:decide": "frameworks/keeping/test_packs.py: each act writes one row",
    "frameworks:leave": "frameworks/keeping/test_packs.py",
    "planning:policy_edit": "planning/policies/test_policies.py: each act writes one row",
    "planning:policy_decide": "planning/policies/test_policies.py: each act writes one row",
    "planning:panel_unseat": "planning/policies/test_panels.py: seats by role and date",
    "planning:listening_sounding_tender": "planning/listening/test_soundings.py: one row",
    "planning:listening_priority_publish": "planning/listening/test_priorities.py: each act writes one row",
    "planning:listening_priority": "planning/listening/test_priorities.py: an answer writes one row",
    "planning:listening_need_post": "planning/listening/test_posted_needs.py: each act writes one row",
    "planning:listening_need_offer": "planning/listening/test_posted_needs.py: each act writes one row",
    "planning:panel_meeting_make": "planning/gateway/test_log.py: each act writes one row",
    "planning:panel_put": "planning/gateway/test_log.py: each act writes one row",
    "planning:panel_vote": "planning/gateway/test_log.py: each act writes one row",
    "planning:panel_interest": "planning/gateway/test_log.py: each act writes one row",
    "planning:panel_hold": "planning/gateway/test_log.py: each act writes one row",
    "planning:panel_answer": "planning/gateway/test_log.py: each act writes one row",
    "planning:panel_close": "planning/gateway/test_log.py: each act writes one row",
    "planning:panel_approve": "planning/gateway/test_log.py: each act writes one row",
    "planning:panel_send_back": "planning/gateway/test_log.py: each act writes one row",
    "planning:panel_reopen": "planning/gateway/test_log.py: each act writes one row",
    "planning:measure_suggested": "planning/measures/test_choosing.py: several are chosen with one row",
    "planning:measure_move": "planning/measures/test_choosing.py: order",
    "planning:measure_values": "planning/measures/test_choosing.py: one row for all that changed, none where none did",
    "planning:measure_waive": "planning/measures/test_journey_indicator_selection.py: a waiver writes one row",
    "planning:plan_weight_approve": "planning/plans/test_weights.py: each approval writes one row",
    "planning:plan_stage_sign": "planning/plans/test_stages.py: each act writes one row",
    "planning:plan_document_add": "planning/plans/test_documents.py: a document is logged once",
    "mapping:select": "mapping/test_select.py: what is sent becomes an address, and nothing is kept",
    "organisations:edit": "organisations/test_bodies.py",
    "organisations:emergency_end": "organisations/test_emergency.py: ending writes one row",
    "organisations:add_service": "organisations/test_bodies.py",
    "organisations:leave": "organisations/test_people.py: one row for each role that ends",
    "organisations:end_role": "organisations/test_people.py",
    "organisations:request": "organisations/test_people.py: a request is decided once",
    "organisations:ask_organisation": "organisations/test_people.py",
    "organisations:ask_administrator": "organisations/test_people.py",
    "organisations:ask_administrator_end": "organisations/test_people.py: ended by two others",
    "organisations:ask_reset_by_address": "organisations/test_people.py",
    "organisations:register": "organisations/test_joining.py",
    "organisations:invitation": "organisations/test_joining.py",
    "reports:log_verify": "reads the log and compares it with a file; changes nothing",
    "reports:seen": "what somebody has seen is their own note, and no state of a record",
}
"""Routes whose rows are counted by the tests of their app, or that change no record: where, or why."""
TAKES_A_FORM = re.compile(r"POST|posted\(|data_of\(|form_page|_posted|_ending\(")


def test_every_route_that_takes_a_form_is_held_by_a_count() -> None:
    forms = {
        route.name
        for route in routes()
        if not route.is_of_the_library and TAKES_A_FORM.search(inspect.getsource(inspect.unwrap(route.view)))
    }
    missing = forms - ACTS.keys() - HELD_ELSEWHERE.keys()
    assert not missing, f"write a successful act for these into ACTS: {sorted(missing)}"
    gone = (ACTS.keys() | HELD_ELSEWHERE.keys()) - {route.name for route in routes()}
    assert not gone, f"these routes are no more: {sorted(gone)}"


REFUSED = ("contracts:go_live", "contracts:assign", "evidence:withdraw", "delivery:double", "performance:review_record")


@pytest.mark.parametrize("name", REFUSED)
def test_a_refused_act_changes_nothing_and_notes_only_the_refusal(place: Place, name: str) -> None:
    client, before = place.client("panel"), transaction.savepoint()
    try:
        known = Event.objects.count()
        assert client.post(address_of(place, name), ACTS[name][1](place)).status_code in (403, 404)
        assert Event.objects.count() == known
    finally:
        transaction.savepoint_rollback(before)
