"""A version of a body's policy on its way: drafted, proposed, adopted by somebody else, and never changed after."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from commonweal.policy.writing import PlainPolicy, policy_text
from commonweal_web.audit.models import Event
from commonweal_web.core.errors import Invalid, NotPermitted, Refused, StaleVersion
from commonweal_web.core.outbox import Message
from commonweal_web.organisations.models import Membership
from commonweal_web.organisations.roles import Role
from commonweal_web.planning.models import Policy
from commonweal_web.planning.policies import services
from commonweal_web.planning.policies.selectors import bodies_of, is_plain, policy_on, waiting_for
from tests.web.planning.ground import policy_of
from tests.web.world import BEGIN, NOON, World

pytestmark = pytest.mark.django_db
FIRST = dt.date(2026, 9, 1)


def text(label: str = "2026.2", starts: dt.date = FIRST, **figures: Any) -> str:
    figures = {"consider": Decimal(30_000), **figures}
    return policy_text(PlainPolicy("Northmere City Council", label, starts, NOON.date(), **figures))


def drafted(world: World, *, by: str = "lead", body: str = "nmc", document: str = "", **figures: Any) -> Policy:
    return services.policy_draft(
        body=world.bodies[body], text=document or text(**figures), by=world.people[by], now=NOON
    )


def proposed(world: World, **more: Any) -> Policy:
    return services.policy_propose(policy=drafted(world, **more), by=world.people["lead"], now=NOON)


def adopt(world: World, policy: Policy, by: str = "director", reason: str = "Cabinet of 1 July 2026") -> Policy:
    return services.policy_adopt(policy=policy, reason=reason, by=world.people[by], now=NOON)


def test_a_version_is_in_force_from_its_first_day(world: World) -> None:
    first = policy_of(world)
    found = adopt(world, proposed(world))
    assert (found.label, found.starts, found.state, found.adopted_by) == (
        "2026.2", FIRST, "adopted", world.people["director"],
    )  # fmt: skip
    assert policy_on(found.body, FIRST - dt.timedelta(days=1)) == first
    assert policy_on(found.body, FIRST) == found
    assert is_plain(found)
    assert not is_plain(first)


def test_each_act_writes_one_row_and_tells_by_mail(world: World) -> None:
    policy = proposed(world)
    assert {mail.to_user_id for mail in Message.objects.all()} >= {world.people["director"].pk}
    assert world.people["lead"].pk not in {mail.to_user_id for mail in Message.objects.all()}
    services.policy_send_back(policy=policy, reason="Say more", by=world.people["director"], now=NOON)
    policy.refresh_from_db()
    assert (policy.state, policy.decision_reason) == ("draft", "Say more")
    lead = world.people["lead"]
    services.policy_change(policy=policy, text=text(weigh=Decimal(90_000)), by=lead, now=NOON)
    services.policy_propose(policy=policy, by=lead, now=NOON)
    adopt(world, policy)
    rows = Event.objects.filter(record_type="planning.policy", record_id=policy.pk).order_by("seq")
    assert [row.verb for row in rows] == [
        "policy_drafted", "policy_proposed", "policy_sent_back", "policy_changed", "policy_proposed", "policy_adopted",
    ]  # fmt: skip
    assert rows.last().reason == "Cabinet of 1 July 2026"
    assert Message.objects.filter(to_user_id=world.people["lead"].pk, body__contains="Cabinet").count() == 1


class TestWhoDecides:
    def test_neither_drafter_nor_proposer_adopts(self, world: World) -> None:
        second = world.people["commissioner"]
        Membership.objects.create(user=second, organisation=world.bodies["nmc"], role=Role.SVL, starts=BEGIN)
        policy = drafted(world)
        services.policy_propose(policy=policy, by=second, now=NOON)
        for by in ("lead", "commissioner"):
            with pytest.raises(NotPermitted, match="somebody else"):
                adopt(world, policy, by)
            assert waiting_for(world.people[by], policy.body) == []
        assert waiting_for(world.people["director"], policy.body) == [policy]

    @pytest.mark.parametrize("by", ["commissioner", "manager", "eastholt lead", "supplier", "platform administrator"])
    def test_who_may_not(self, world: World, by: str) -> None:
        policy = proposed(world)
        with pytest.raises(NotPermitted):
            adopt(world, policy, by)
        with pytest.raises(NotPermitted):
            drafted(world, by=by, label="2027.1")
        assert waiting_for(world.people[by], policy.body) == []

    def test_only_its_drafter_changes_a_draft(self, world: World) -> None:
        second = world.people["commissioner"]
        Membership.objects.create(user=second, organisation=world.bodies["nmc"], role=Role.SVL, starts=BEGIN)
        policy = drafted(world)
        with pytest.raises(NotPermitted, match="Leila Owusu wrote this draft"):
            services.policy_change(policy=policy, text=text(weigh=Decimal(9)), by=second, now=NOON)

    def test_a_shared_service_drafts_for_its_partner_and_for_nobody_else(self, world: World) -> None:
        leads = world.people["procurement"]
        Membership.objects.create(user=leads, organisation=world.bodies["alder"], role=Role.SVL, starts=BEGIN)
        assert {str(one) for one in bodies_of(leads)} == {"ALDER Procurement", "Northmere City Council"}
        assert drafted(world, by="procurement").body == world.bodies["nmc"]
        with pytest.raises(NotPermitted):
            drafted(world, by="procurement", body="ebc")


class TestDays:
    def test_a_later_version_holds_from_a_later_day(self, world: World) -> None:
        policy_of(world)
        policy = proposed(world, starts=dt.date(2025, 4, 1))
        with pytest.raises(Refused, match=r"Version 2025\.1 is adopted from 1 April 2025") as refused:
            adopt(world, policy)
        assert refused.value.code == "early"

    def test_not_from_a_day_that_has_passed_under_another(self, world: World) -> None:
        policy_of(world)
        policy = proposed(world, starts=dt.date(2026, 7, 7))
        with pytest.raises(Refused, match="7 July 2026 has passed"):
            adopt(world, policy)
        assert adopt(world, proposed(world, label="2026.3", starts=NOON.date())).state == "adopted"

    def test_the_first_one_may_record_what_holds_already(self, world: World) -> None:
        assert adopt(world, proposed(world, starts=dt.date(2020, 1, 1))).starts == dt.date(2020, 1, 1)


class TestRefused:
    def test_with_file_line_and_reason(self, world: World) -> None:
        wrong = text().replace("comparator: lt", "comparator: near")
        with pytest.raises(Invalid) as invalid:
            drafted(world, document=wrong)
        assert invalid.value.message.startswith("policy.yaml line ")
        assert not Policy.objects.exists()

    @pytest.mark.parametrize(
        ("old", "new", "code"),
        [
            ("kind: body", "kind: law", "kind"),
            ("from: 2026-09-01", "undated: nobody knows", "kind"),
            ("version: '2026.2'", f"version: '{'9' * 61}'", "label"),
        ],
    )
    def test_no_policy_of_a_body(self, world: World, old: str, new: str, code: str) -> None:
        assert old in text()
        with pytest.raises(Refused) as refused:
            drafted(world, document=text().replace(old, new))
        assert refused.value.code == code

    def test_one_name_once(self, world: World) -> None:
        policy = drafted(world)
        with pytest.raises(Refused, match=r"has a version 2026\.2 already"):
            drafted(world)
        services.policy_leave(policy=policy, by=world.people["lead"], now=NOON)
        other = drafted(world, label="2026.3")
        assert drafted(world).label == "2026.2"
        with pytest.raises(Refused, match="already"):
            services.policy_change(policy=other, text=text(), by=world.people["lead"], now=NOON)

    def test_a_stale_page_a_wrong_state_and_no_reason(self, world: World) -> None:
        policy = drafted(world)
        lead = world.people["lead"]
        services.policy_change(policy=policy, text=text(weigh=Decimal(90_000)), by=lead, now=NOON, shown=1)
        with pytest.raises(StaleVersion):
            services.policy_propose(policy=policy, by=lead, now=NOON, shown=1)
        with pytest.raises(Refused, match="cannot be adopted now"):
            adopt(world, policy)
        services.policy_propose(policy=policy, by=lead, now=NOON)
        with pytest.raises(Refused, match="cannot be changed now"):
            services.policy_change(policy=policy, text=text(), by=lead, now=NOON)
        with pytest.raises(Refused, match="Say why it is adopted"):
            adopt(world, policy, reason=" ")
        adopt(world, policy)
        for act in (services.policy_leave, services.policy_propose):
            with pytest.raises(Refused, match="adopted"):
                act(policy=policy, by=lead, now=NOON)
