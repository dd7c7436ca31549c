"""The pages of a body's policy and its panels, by client: from the figures of a form to the version in force."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from commonweal.catalogue.root import data_root
from commonweal_web.organisations.models import Membership
from commonweal_web.organisations.roles import Role
from commonweal_web.planning.models import Panel, PanelMember, Policy
from commonweal_web.planning.policies.selectors import pack_of
from tests.web.planning.ground import panel_of, policy_of
from tests.web.world import BEGIN, World

pytestmark = pytest.mark.django_db
In = Callable[[str], Client]


def day(name: str, when: dt.date) -> dict[str, str]:
    return {f"{name}_day": str(when.day), f"{name}_month": str(when.month), f"{name}_year": str(when.year)}


FIGURES = {
    "label": "2026.2", **day("starts", dt.date(2026, 9, 1)), "consider": "25,000", "measure": "50,000",
    "weigh": "100,000", "plan": "250,000", "approve": "100,000", "weight": "20", "quantitative": "12",
    "qualitative": "8", "average": "20", "at_most": "5", "theme_1": "Employment and skills", "least_1": "1",
    "waived_1": "head of procurement", "what_1": "plan", "by_1": "category panel", "what_2": "KPIs",
    "by_2": "strategic director", "delegate_2": "on",
}  # fmt: skip


def at(world: World, name: str, *more: int, body: str = "nmc") -> str:
    return reverse(f"planning:{name}", args=[world.bodies[body].pk, *more])


def post(client: Client, url: str, said: dict[str, Any] | None = None) -> Any:
    return client.post(url, said or {})


class TestByForm:
    def test_from_figures_to_a_version_in_force(self, world: World, signed_in: In) -> None:
        policy_of(world)
        lead, director = signed_in("lead"), signed_in("director")
        first = lead.get(at(world, "policy_new")).content.decode()
        assert 'value="25,000"' in first  # it begins with the version in force
        assert "may say more than this form can" in first
        answer = post(lead, at(world, "policy_new"), FIGURES)
        policy = Policy.objects.get(label="2026.2")
        here = at(world, "policy_page", policy.pk)
        assert (answer.status_code, answer.headers["Location"]) == (303, here)
        page = lead.get(here).content.decode()
        for words in (
            "At least 20 % of the total score (12 % quantitative, 8 % qualitative)",
            "At most 5 measures",
            "1 or more of employment and skills, unless the head of procurement approves on record",
            "More than £250,000",
            "What it changes against version 2025.1",
        ):
            assert words in page, words
        assert post(lead, at(world, "policy_propose", policy.pk), {"version": "1"}).status_code == 303
        own = lead.get(at(world, "policy_decide", policy.pk)).content.decode()
        assert 'name="decision"' not in own
        assert "somebody else decides: Dinah Frost" in own
        assert "Waits for you to decide" in director.get(at(world, "policy_list")).content.decode()
        said = {"decision": "adopt", "reason": "Cabinet of 1 July", "version": "2"}
        assert post(director, at(world, "policy_decide", policy.pk), said).status_code == 303
        assert "Adopted, in force from 1 September 2026" in lead.get(here).content.decode()
        assert "Version 2025.1 is in force from 1 April 2025" in lead.get(at(world, "policy_list")).content.decode()

    def test_a_form_sent_twice_makes_one_draft(self, world: World, signed_in: In) -> None:
        for _ in range(2):
            assert post(signed_in("lead"), at(world, "policy_new"), FIGURES | {"form_key": "k"}).status_code == 303
        assert Policy.objects.count() == 1

    def test_a_draft_is_changed_by_form_and_given_up(self, world: World, signed_in: In) -> None:
        lead = signed_in("lead")
        post(lead, at(world, "policy_new"), FIGURES)
        policy = Policy.objects.get()
        edit = at(world, "policy_edit", policy.pk)
        shown = lead.get(edit).content.decode()
        assert 'value="employment and skills"' in shown
        assert "may say more than this form can" not in shown
        changed = FIGURES | {"weight": "25", "quantitative": "17", "version": "1"}
        assert post(lead, edit, changed).status_code == 303
        policy.refresh_from_db()
        weights = [rule.effect.weighting for rule in pack_of(policy).rules if rule.effect.weighting]
        assert [one.percent for one in weights] == [25]
        assert post(lead, edit, changed).status_code == 409
        assert post(lead, at(world, "policy_leave", policy.pk), {"version": "2"}).status_code == 303
        assert "No version is kept here yet" in lead.get(at(world, "policy_list")).content.decode()

    @pytest.mark.parametrize(
        ("wrong", "words"),
        [
            ({"qualitative": "5"}, "The parts add up to 17 and not to 20"),
            ({"weight": ""}, "Enter the weight that the parts divide"),
            ({"weigh": ""}, "a weight needs one"),
            ({"weigh": "", "weight": "", "quantitative": "", "qualitative": ""}, "an average needs one"),
            ({"plan": "99,999"}, "is asked for above an amount that is not less than that of weighing"),
            ({"weigh": "24,999"}, "not less than that of considering"),
            ({"by_1": ""}, "Say who approves this"),
            ({"what_1": ""}, "Say what they approve"),
            ({"theme_1": ""}, "Name the theme that may be set aside"),
            ({"label": ""}, "Enter the name of the version"),
        ],
    )
    def test_what_is_wrong_is_said_beside_the_field(
        self, world: World, signed_in: In, wrong: dict[str, str], words: str
    ) -> None:
        answer = post(signed_in("lead"), at(world, "policy_new"), FIGURES | wrong)
        assert answer.status_code == 422
        assert words in answer.content.decode()
        assert not Policy.objects.exists()

    def test_no_figure_is_no_policy(self, world: World, signed_in: In) -> None:
        empty = {"label": "1", **day("starts", dt.date(2026, 9, 1))}
        answer = post(signed_in("lead"), at(world, "policy_new"), empty)
        assert answer.status_code == 422
        assert "Enter at least one amount" in answer.content.decode()


class TestByFile:
    def upload(self, client: Client, url: str, text: str, name: str = "ours.yaml", **more: str) -> Any:
        return client.post(url, {"file": SimpleUploadedFile(name, text.encode()), **more})

    def test_up_and_down_again_to_the_byte(self, world: World, signed_in: In) -> None:
        text = (data_root() / "policies" / "bodies" / "northmere.yaml").read_text()
        lead = signed_in("lead")
        assert self.upload(lead, at(world, "policy_upload"), text).status_code == 303
        policy = Policy.objects.get()
        answer = signed_in("councillor").get(at(world, "policy_file", policy.pk))
        assert answer.content.decode() == text
        assert answer.headers["Content-Disposition"] == 'attachment; filename="nmc-policy-2025.1.yaml"'
        other = text.replace("2025.1", "2025.2")
        assert self.upload(lead, at(world, "policy_replace", policy.pk), other, version="1").status_code == 303
        policy.refresh_from_db()
        assert policy.label == "2025.2"

    def test_errors_come_with_their_line(self, world: World, signed_in: In) -> None:
        text = policy_of(world).document
        wrong = text.replace("comparator: lt", "comparator: near", 1).replace("topic: consider", "topic: dreams", 1)
        line = next(at for at, one in enumerate(wrong.splitlines(), 1) if "near" in one)
        page = self.upload(signed_in("lead"), at(world, "policy_upload"), wrong).content.decode()
        assert f"ours.yaml line {line}: " in page
        assert "dreams" in page or "topic" in page
        assert Policy.objects.count() == 1

    @pytest.mark.parametrize(
        ("name", "content", "words"),
        [
            ("ours.txt", b"id: a", "Choose a file ending in .yaml"),
            ("ours.yaml", b"\xff\xfe\xff", "not UTF-8 text"),
            ("ours.yaml", b"a: &b 1\nc: *b\n", "an alias stands here"),
            ("ours.yaml", b"x" * 1_600_001, "larger than any policy"),
        ],
    )
    def test_what_is_no_policy(self, world: World, signed_in: In, name: str, content: bytes, words: str) -> None:
        file = SimpleUploadedFile(name, content)
        answer = signed_in("lead").post(at(world, "policy_upload"), {"file": file})
        assert answer.status_code == 422
        assert words in answer.content.decode()


class TestBodies:
    def test_one_body_is_opened_and_several_are_listed(self, world: World, signed_in: In) -> None:
        policy_of(world)
        assert signed_in("lead").get(reverse("planning:policy_bodies")).headers["Location"] == at(world, "policy_list")
        page = signed_in("procurement").get(reverse("planning:policy_bodies")).content.decode()
        assert "ALDER Procurement" in page
        assert "2025.1" in page
        assert "Your roles are at none" in signed_in("supplier").get(reverse("planning:policy_bodies")).content.decode()

    def test_a_version_that_another_followed(self, world: World, signed_in: In) -> None:
        first = policy_of(world)
        Policy.objects.create(
            body=first.body, label="2026.1", starts=dt.date(2026, 7, 1), document=first.document, sha256=first.sha256,
            state="adopted", drafted_by=first.drafted_by, drafted_at=first.drafted_at, adopted_by=first.adopted_by,
            adopted_at=first.adopted_at,
        )  # fmt: skip
        page = signed_in("lead").get(at(world, "policy_list")).content.decode()
        assert "Was in force from 1 April 2025" in page
        assert "In force from 1 July 2026" in page

    def test_without_a_policy_it_says_so(self, world: World, signed_in: In) -> None:
        page = signed_in("eastholt lead").get(at(world, "policy_list", body="ebc")).content.decode()
        assert "plans follow the law alone" in page
        assert "Draft a version" in page

    def test_another_writes_no_word_of_a_draft(self, world: World, signed_in: In) -> None:
        second = world.people["commissioner"]
        Membership.objects.create(user=second, organisation=world.bodies["nmc"], role=Role.SVL, starts=BEGIN)
        post(signed_in("lead"), at(world, "policy_new"), FIGURES)
        policy = Policy.objects.get()
        page = signed_in("commissioner").get(at(world, "policy_page", policy.pk)).content.decode()
        assert "Leila Owusu wrote this draft, changes it and proposes it" in page
        assert post(signed_in("commissioner"), at(world, "policy_edit", policy.pk), FIGURES).status_code == 403


class TestPanels:
    def test_make_seat_and_end(self, world: World, signed_in: In) -> None:
        lead = signed_in("lead")
        said = {"name": "Place", "categories": "77, 45", "quorum": "2"}
        assert post(lead, at(world, "panel_new"), said).status_code == 303
        panel = Panel.objects.get()
        assert panel.categories == ["77", "45"]
        seat = {"user": world.people["panel"].pk, **day("starts", dt.date(2026, 7, 8)), "chair": "on"}
        assert post(lead, at(world, "panel_seat", panel.pk), seat).status_code == 303
        assert post(lead, at(world, "panel_seat", panel.pk), seat).status_code == 422
        page = lead.get(at(world, "panel_page", panel.pk)).content.decode()
        assert "Pat Lowe" in page
        assert "Chair" in page
        member = PanelMember.objects.get()
        end = at(world, "panel_unseat", panel.pk, member.pk)
        assert "End the seat of Pat Lowe" in lead.get(end).content.decode()
        assert post(lead, end, day("ends", dt.date(2026, 7, 31))).status_code == 303
        assert post(lead, at(world, "panel_edit", panel.pk), said | {"quorum": "3"}).status_code == 303
        wrong = post(lead, at(world, "panel_edit", panel.pk), said | {"categories": "ab"})
        assert "ab is not how a CPV code begins" in wrong.content.decode()

    def test_everybody_of_the_body_reads_them(self, world: World, signed_in: In) -> None:
        panel = panel_of(world)
        page = signed_in("manager").get(at(world, "panel_list")).content.decode()
        assert "Place Strategic Category Panel" in page
        assert "Make a panel" not in page
        assert "End the seat" not in signed_in("manager").get(at(world, "panel_page", panel.pk)).content.decode()
