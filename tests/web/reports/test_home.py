"""The home page of each role: what needs me, sorted by day; what a stranger sees; what moved."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from commonweal_web.audit.models import ChainHead
from commonweal_web.contracts.models import Change, ContactAlarm, Contract, KpiVersion
from commonweal_web.contracts.services.contracts import break_point_set
from commonweal_web.delivery import ledger
from commonweal_web.delivery.models import Claim, DoubleFlag, Reopening, Return
from commonweal_web.organisations.models import Membership
from commonweal_web.organisations.roles import Role
from commonweal_web.reports.figures import figures_of
from commonweal_web.reports.selectors import tasks
from tests.web.audit_flush import lifted
from tests.web.frameworks.packs import drafted, framework, measure, proposed, publish
from tests.web.reports.first_return import first_return
from tests.web.world import BEGIN, NOON, World, assign, contract

AT = dt.datetime(2026, 11, 12, 12, 0, tzinfo=dt.UTC)
DAY = AT.date()


@pytest.fixture
def moment() -> dt.datetime:
    return AT


def late(world: World, key: str = "grounds", **fields: object) -> Return:
    return Return.objects.create(
        contract=world.contracts[key],
        **{
            "starts": dt.date(2026, 7, 1),
            "ends": dt.date(2026, 9, 30),
            "due": dt.date(2026, 10, 15),
            "locks": dt.date(2026, 11, 4),
            **fields,
        },
    )


def page(signed_in: object, key: str) -> str:
    answer = signed_in(key).get("/")  # type: ignore[operator]
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


def test_a_stranger_gets_the_way_in_and_nothing_else(world: World) -> None:
    text = Client().get("/").content.decode()
    assert "Sign in" in text
    assert "NMC-2026-014" not in text


def test_a_manager_sees_claims_late_returns_and_the_own_contracts(world: World, signed_in: object) -> None:
    first_return(world)
    late(world)
    text = page(signed_in, "manager")
    assert "5 claims to check" in text
    assert "No return for July to September 2026, closed since 4 November 2026" in text
    assert "was due 15 October 2026, 28 days late" in text
    assert "My contracts" in text
    assert "5 red of 6 KPIs" in text
    assert page(signed_in, "unassigned manager").count("Nothing needs you today") == 1


def test_tasks_are_in_the_order_of_their_days(world: World) -> None:
    first_return(world)
    late(world)
    ContactAlarm.objects.create(contract=world.contracts["grounds"], on=dt.date(2026, 8, 1), raised_at=NOON)
    found = tasks.tasks_of(world.people["manager"], day=DAY)
    assert len(found) == 3
    assert [task.on for task in found] == sorted(task.on for task in found)
    assert all(task.href for task in found)


def test_a_supplier_sees_its_return_questions_and_outcomes_and_nothing_else(world: World, signed_in: object) -> None:
    late(world, "grounds", due=dt.date(2026, 11, 20), locks=dt.date(2026, 12, 10), state="draft")
    text = page(signed_in, "supplier")
    assert "due 20 November 2026, 8 days left" in text
    assert re.search(r"\d of \d parts done", text)
    assert "Continue" in text
    assert "NMC-2025-088" not in text
    assert "My contracts" not in text
    assert "Portfolio" not in text
    late(world, "cleaning")
    assert "closed on 4 November 2026; ask the council to reopen it" in page(signed_in, "brightwell supplier")


def test_what_waits_for_a_check_is_said_beside_the_red(world: World, signed_in: object) -> None:
    ret = first_return(world)
    grounds = world.contracts["grounds"]
    figures = figures_of([grounds], day=DAY)[0]
    assert "waiting" not in figures.rag_words, "what was claimed is checked, and more is due"
    day = ret.ends
    hours = ret.claims.get(kpi__ref="NT17")
    back = hours.movements.get(target="verified")
    ledger.correct(movement=back, amount=back.amount, by=world.people["verifier"], role="CM", now=NOON, reason="again")
    figures = figures_of([grounds], day=day)[0]
    hours_now = next(kpi for kpi in figures.kpis if kpi.ref == "NT17")
    assert hours_now.rag == "red"
    assert hours_now.words == "0% of what was due; 75 of 75 hours are waiting to be checked"
    assert "all that is short on 1 of them is waiting to be checked" in figures.rag_words


def test_a_question_stands_on_the_suppliers_list(world: World, signed_in: object) -> None:
    ret = first_return(world)
    claim = ret.claims.get(kpi__ref="NT17")
    Claim.objects.filter(pk=claim.pk).update(state="asked")
    text = page(signed_in, "supplier")
    assert "Question about NT17, April to June 2026" in text
    assert "Returns you sent" in text


def test_a_director_sees_reds_lacks_and_break_points(world: World, signed_in: object) -> None:
    first_return(world)
    grounds = world.contracts["grounds"]
    grounds.break_points.create(on=dt.date(2028, 4, 1))
    text = page(signed_in, "director")
    assert "Contracts in red" in text
    assert "NT1: 46.88% of what was due" in text
    assert "break point on 1 April 2028" in text
    assert "1 live contract without an owner" in text
    assert "1 live contract without KPIs" in text


def test_a_release_waits_for_who_may_publish_it_and_not_for_its_proposer(world: World) -> None:
    publish(world, framework("ours-1", [measure("L1")]))
    assert "to publish" not in str(tasks.tasks_of(world.people["director"], day=DAY)), "what is published waits no more"
    waiting = proposed(world, drafted(world, framework("ours-2", [measure("L1")])))
    found = [task for task in tasks.tasks_of(world.people["director"], day=DAY) if "to publish" in task.words]
    assert [(task.words, task.href) for task in found] == [
        ("Framework to publish or send back", f"/frameworks/{waiting.body_id}/packs/{waiting.pk}/")
    ]
    assert "to publish" not in str(tasks.tasks_of(waiting.proposed_by, day=DAY))


def test_a_director_approves_and_the_lead_does_not(world: World) -> None:
    version = KpiVersion.objects.filter(kpi__ref="NT17").first()
    assert version is not None
    version.pk, version.number, version.state, version.decided_by, version.decided_at = None, 2, "proposed", None, None
    version.save()
    waits = [task.words for task in tasks.tasks_of(world.people["director"], day=DAY)]
    assert waits == ["1 KPI to approve"]
    assert tasks.tasks_of(world.people["other director"], day=DAY) == []
    version.state, version.decided_at = "sent_back", NOON
    version.save()
    assert [task.words for task in tasks.tasks_of(world.people["commissioner"], day=DAY)] == [
        "KPI NT17 was sent back to you"
    ]


def test_the_lead_grants_reopenings_and_decides_double_claims(world: World) -> None:
    ret = first_return(world)
    Reopening.objects.create(ret=late(world), reason="Ill", asked_by=world.people["manager"], asked_at=NOON)
    one, other = ret.claims.order_by("pk")[:2]
    DoubleFlag.objects.create(mark="m", claim=one, other=other, found_at=NOON)
    words = [task.words for task in tasks.tasks_of(world.people["lead"], day=DAY)]
    assert sorted(words) == [
        "1 possible double claim to decide",
        "Maya Singh asks to reopen the return for July to September 2026",
    ]
    assert "Maya Singh asks" not in str(tasks.tasks_of(world.people["manager"], day=DAY))
    assert tasks.tasks_of(world.people["eastholt lead"], day=DAY) == []


def test_changes_go_to_who_checks_and_who_agrees(world: World) -> None:
    change = Change.objects.create(
        contract=world.contracts["grounds"],
        title="Cemetery upkeep",
        reason="r",
        effective=dt.date(2028, 4, 1),
        proposed_by=world.people["commissioner"],
        proposed_at=NOON,
    )

    def words(key: str) -> list[str]:
        return [task.words for task in tasks.tasks_of(world.people[key], day=DAY)]

    assert words("procurement") == ["Check whether this change is permitted: Cemetery upkeep"]
    assert words("supplier administrator") == []
    change.state, change.checked_by, change.approved_by = (
        "approved",
        world.people["procurement"],
        world.people["director"],
    )
    change.approved_at = NOON
    change.save()
    assert words("supplier administrator") == ["Agree a change for your side: Cemetery upkeep"]
    assert words("supplier") == []


def test_the_other_roles_find_their_own_work(world: World, signed_in: object) -> None:
    assert "Log of Northmere City Council" in page(signed_in, "auditor")
    assert "People and roles of Northmere City Council" in page(signed_in, "administrator")
    assert "Portfolio of Northmere City Council" in page(signed_in, "councillor")
    assert "What you were asked to confirm" in page(signed_in, "community member")
    for key in ("platform administrator", "evaluator", "moderator", "panel", "bid writer", "procurement"):
        page(signed_in, key)


def test_a_person_with_several_roles_sees_all(world: World, signed_in: object) -> None:
    Membership.objects.create(
        user=world.people["manager"], organisation=world.bodies["nmc"], role=Role.AUD, starts=BEGIN
    )
    first_return(world)
    text = page(signed_in, "manager")
    assert "5 claims to check" in text
    assert "Log of Northmere City Council" in text


def test_what_moved_is_marked_as_read(world: World, signed_in: object) -> None:
    from commonweal_web.performance import services

    services.review_record(
        contract=world.contracts["grounds"], on=NOON.date(), present="all", notes="", actions=(),
        by=world.people["manager"], now=NOON,
    )  # fmt: skip
    assert "Review recorded" in page(signed_in, "lead")
    assert "Review recorded" not in page(signed_in, "manager"), "one's own acts are no news"
    assert signed_in("lead").post("/seen/").status_code == 303  # type: ignore[operator]
    text = page(signed_in, "lead")
    assert "Review recorded" not in text
    assert "Nothing has moved on your contracts since then" in text


def test_at_most_six_places_and_the_body_in_the_header(world: World, signed_in: object) -> None:
    for key in ("manager", "lead", "auditor", "administrator", "supplier"):
        answer = signed_in(key).get("/")  # type: ignore[operator]
        assert 2 <= len(answer.context["places"]) <= 6
        assert answer.context["body_name"]


def test_home_asks_as_often_for_many_contracts_as_for_few(world: World, signed_in: object) -> None:
    client = signed_in("manager")  # type: ignore[operator]

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get("/").status_code == 200
        return len(seen)

    first_return(world)
    few = queries()
    for number in range(8):
        made: Contract = contract(world, f"c{number}", "nmc", "oakline", f"NMC-{number}", "More")
        assign(world, made, owner="manager")
        late(world, f"c{number}")
    assert queries() <= few


def test_a_contracts_rows_stack_on_a_phone_and_stay_a_table(world: World, signed_in: object) -> None:
    first_return(world)
    text = page(signed_in, "manager")
    table = text[text.index("My contracts</caption>") :]
    assert '<td role="cell" data-heading="Standing" class="govuk-table__cell cw-table__rating">' in table
    assert '<th scope="row" role="rowheader"' in table
    assert 'cw-table--stacks" role="table"' in text


def test_an_administrator_is_led_to_name_owners(world: World, signed_in: object) -> None:
    bare = contract(world, "bare", "nmc", "brightwell", "NMC-2026-777", "Window cleaning")
    text = page(signed_in, "administrator")
    assert "Contracts without an owner" in text
    assert "/contracts/?lacking" not in text, "an administrator reads no list of contracts"
    assert f'href="/contracts/{bare.pk}/people/assign/">NMC-2026-777 Window cleaning' in text
    listed = signed_in("lead").get("/contracts/").content.decode()  # type: ignore[operator]
    assert f'href="/contracts/{bare.pk}/people/assign/">No owner: name one' in listed
    assert "Maya Singh" in listed
    assert "No owner: name one" not in signed_in("commissioner").get("/contracts/").content.decode()  # type: ignore[operator]


def test_an_auditor_reads_whether_the_chain_holds(world: World, signed_in: object) -> None:
    grounds = world.contracts["grounds"]
    break_point_set(contract=grounds, on=dt.date(2028, 4, 1), kind="break", by=world.people["procurement"], now=NOON)
    assert "chain status: its latest events are as they were written" in page(signed_in, "auditor")
    with lifted(connection):
        ChainHead.objects.filter(chain=world.bodies["nmc"].pk).update(hash="0" * 64)
    assert "chain status: broken at event" in page(signed_in, "auditor")
