"""Journey 1 by hand, with scripts and without: from the policy to version 1, each step by its own person."""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass

import pytest
from playwright.sync_api import Locator, Page

from tests.browser.conftest import Demo, Open, sign_in

COMMISSIONER, LEAD = "commissioner@northmere.example", "social.value.lead@northmere.example"
BUYER, HEAD = "procurement.officer@alder.example", "head.of.procurement@alder.example"
CHAIR, MEMBER = "panel.chair@northmere.example", "panel.member@northmere.example"
DIRECTOR, DELEGATE = "strategic.director@northmere.example", "head.of.service@northmere.example"
REFERENCE = "NMC-2026-201"
MEETING = "Meeting of the panel"
CONDITION = "raise care-leaver measure"
TITLE = "Grounds Maintenance and Street Trees 2027-2031"
DAYS = {
    "First day of the contract": ("1", "4", "2027"),
    "Last day of the contract": ("31", "3", "2031"),
    "Day on which the procurement begins": ("1", "12", "2026"),
}
STAGES = ("Review of the service", "Needs analysis", "Residents and market", "Specification")


@dataclass
class Walk:
    """One person after the other in one window; every click that leads on waits for the page to which it leads."""

    page: Page
    demo: Demo
    plan: str = ""

    @property
    def button(self) -> Locator:
        """The button that sends the form of the page."""
        return self.page.locator("main form[method=post] button.govuk-button:not(.govuk-button--secondary)").last

    def be(self, who: str) -> None:
        self.page.context.clear_cookies()
        sign_in(self.page, self.demo, who)

    def open(self, path: str) -> int:
        answer = self.page.goto(self.demo.address + path)
        assert answer is not None
        return answer.status

    def on(self, part: str) -> int:
        return self.open(f"{self.plan}{part}")

    def click(self, what: Locator, heading: str | re.Pattern[str]) -> None:
        with self.page.expect_navigation():
            what.click()
        self.page.get_by_role("heading", level=1, name=heading).wait_for()

    def press(self, button: str, heading: str | re.Pattern[str]) -> None:
        self.click(self.page.get_by_role("button", name=button, exact=True), heading)

    def fill(self, **answers: str) -> None:
        for name, text in answers.items():
            self.page.locator(f"main [name={name}]").fill(text)

    def day(self, label: str, boxes: tuple[str, str, str]) -> None:
        group = self.page.get_by_role("group", name=label)
        for box, text in zip(("Day", "Month", "Year"), boxes, strict=True):
            group.get_by_label(box, exact=True).fill(text)

    def shows(self, *words: str) -> None:
        text = " ".join(self.page.inner_text("main").split())
        for one in words:
            assert one in text, f"{self.page.url} does not show {one!r}: {text[:1500]}"


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_from_the_policy_to_version_1(own_demo: Demo, window: Open, scripts: bool) -> None:
    walk = Walk(window(java_script_enabled=scripts).new_page(), own_demo)
    the_policy_decides_the_route(walk)
    measures_are_suggested_and_limited(walk)
    a_must_have_is_set_aside_by_the_head_of_procurement(walk)
    six_measures_are_chosen_and_stages_signed(walk)
    the_panel_votes_and_sets_a_condition(walk)
    the_condition_is_met_and_closed(walk)
    the_director_approves_and_no_expired_delegate(walk)
    version_1_is_locked_and_its_pack_opens(walk)


def the_policy_decides_the_route(walk: Walk) -> None:
    page = walk.page
    walk.be(COMMISSIONER)
    walk.open("/plans/")
    walk.click(page.get_by_role("button", name="New plan"), "New plan")
    walk.fill(reference=REFERENCE, title=TITLE, category="77300000", value_pence="2,400,000")
    for label, boxes in DAYS.items():
        walk.day(label, boxes)
    page.get_by_label("Directorate").select_option(label="Neighbourhoods")
    page.get_by_label("Measurement framework").select_option(label="Example framework FX-2026.1")
    walk.click(walk.button, TITLE)
    walk.plan = page.url.removeprefix(walk.demo.address)
    walk.shows("Tier major", "at least 20 % (10 % + 10 %)", "Delivery plan required", "At most 6")
    walk.shows("policy 2025.1, in force from 1 April 2025", "£2,400,000 (asked: more than £250,000)", "section 5")
    for name, part in (("Prue Oakes", "procurement"), ("Hetty Quayle", "procurement"), ("Leila Owusu", "lead")):
        walk.on("people/give/")
        page.get_by_label("Person").select_option(label=name)
        page.locator(f"input[name=part][value={part}]").check()
        walk.day("From", ("8", "7", "2026"))
        walk.click(walk.button, "People")
    walk.on("weight/set/")
    walk.fill(weight="20", quantitative="10", qualitative="10")
    walk.click(walk.button, "Weight")
    walk.shows("20 % (10 + 10)")


def choose(walk: Walk, *codes: str) -> None:
    walk.on("measures/suggested/")
    for code in codes:
        walk.page.locator(f"#code-{code}").check()
    with walk.page.expect_navigation():
        walk.page.get_by_role("button", name="Choose these").click()


def measures_are_suggested_and_limited(walk: Walk) -> None:
    page = walk.page
    walk.on("needs/")
    for need in ("Green skills for people", "First jobs for care leavers", "Cleaner air beside"):
        page.get_by_label(need).check()
    walk.click(walk.button, "Choose measures")
    walk.shows("Each bid (minutes)", "Each return (minutes)", "Need. First jobs for care leavers (Abbeyfield)")
    walk.shows("Used before. ", "asks for at least 1 of employment and skills")
    choose(walk, "NT1", "NT17", "NT18", "NT31")
    page.get_by_text("Chosen: ").first.wait_for()
    page.get_by_text("Change the order, or remove a measure").click()
    walk.press("Remove NT1", "Needs and measures")
    walk.shows("The plan cannot go to the panel yet. 0 measures of employment and skills are chosen")
    walk.on("gateway/")
    walk.shows("Needs and measures: 0 measures of employment and skills are chosen; at least 1 must be.")


def a_must_have_is_set_aside_by_the_head_of_procurement(walk: Walk) -> None:
    page = walk.page
    walk.be(HEAD)
    walk.on("measures/")
    walk.click(page.get_by_role("link", name="Set a must-have aside"), "Set a must-have aside")
    walk.fill(reason="The depot closes; nobody can be taken on before 2028.")
    walk.press("Record my approval", "Needs and measures")
    walk.shows("by Hetty Quayle as head of procurement on 8 July 2026: The depot closes")
    assert "The plan cannot go to the panel yet" not in page.inner_text("main")


def six_measures_are_chosen_and_stages_signed(walk: Walk) -> None:
    page = walk.page
    walk.be(COMMISSIONER)
    choose(walk, "NT1", "CL", "NT10")
    page.get_by_role("heading", level=1, name="Needs and measures").wait_for()
    choose(walk, "TRN")
    walk.shows("7 measures are chosen; the limit is 6. Remove 1.")
    expect_care_leavers(walk, "4")
    for stage in STAGES:
        walk.on("stages/")
        walk.click(page.get_by_role("link", name=stage), stage)
        walk.click(page.get_by_role("button", name="Record what was considered"), re.compile(stage, re.IGNORECASE))
        walk.day("Considered on", ("6", "7", "2026"))
        walk.fill(considered_by="Commissioner and ward members", findings="Care leavers come first.")
        walk.click(walk.button, stage)
        walk.press("Sign off", "What was considered")
        walk.shows("Signed off by Colm Hart, 8 July 2026")
    walk.on("gateway/")
    walk.shows("Everything before the panel is done.")


def expect_care_leavers(walk: Walk, people: str) -> None:
    walk.on("measures/")
    walk.click(walk.page.get_by_role("link", name=re.compile("^CL ")), "Change CL")
    walk.fill(target=people)
    walk.press("Save", "Needs and measures")


def the_panel_votes_and_sets_a_condition(walk: Walk) -> None:
    page = walk.page
    walk.be(LEAD)
    walk.open(f"/organisations/{number(walk, 'authority_id')}/panels/{panel(walk)}/meetings/new/")
    walk.day("Day of the meeting", ("8", "7", "2026"))
    walk.click(walk.button, MEETING)
    walk.shows("8 July 2026")
    meeting = page.url
    walk.on("gateway/put/")
    page.get_by_label("Place Strategic Category Panel, 8 July 2026").check()
    walk.press("Put it on the agenda", MEETING)
    walk.on("gateway/")
    walk.shows("The plan is before the panel.")
    for who, answer in ((MEMBER, "Approve"), (CHAIR, "Approve with conditions")):
        walk.be(who)
        walk.on("gateway/")
        walk.click(page.get_by_role("link", name="Place Strategic Category Panel, 8 July 2026"), "Pack for the panel")
        walk.shows("£2,400,000", "policy 2025.1, in force from 1 April 2025")
        walk.click(page.get_by_role("button", name="Vote"), "Vote")
        page.get_by_label(answer, exact=True).check()
        if who == CHAIR:
            walk.fill(conditions=CONDITION)
        walk.press("Vote", "Pack for the panel")
    walk.be(BUYER)
    page.goto(meeting)
    walk.click(page.get_by_role("button", name="Hold the meeting"), "Hold the meeting")
    walk.click(walk.button, MEETING)
    walk.on("gateway/")
    walk.shows("The plan is approved with conditions.", CONDITION, "The chair's vote decided the tie.")


def the_condition_is_met_and_closed(walk: Walk) -> None:
    page = walk.page
    walk.be(DIRECTOR)
    assert walk.on("gateway/approve/") == 200
    walk.shows("No measure of this plan waits for you.")
    walk.be(COMMISSIONER)
    expect_care_leavers(walk, "6")
    walk.on("gateway/")
    walk.click(page.get_by_role("link", name=re.compile("^Answer")), "Answer a condition")
    walk.fill(answer="Raised from 4 to 6 people.")
    walk.press("Save the answer", "Panel and director")
    walk.be(MEMBER)
    walk.on("gateway/")
    walk.click(page.get_by_role("link", name="Close it, or say what is missing"), "Is the condition met?")
    page.get_by_label("Yes, close it").check()
    walk.press("Save", "Panel and director")
    walk.shows("Closed by Paz Reid")


def the_director_approves_and_no_expired_delegate(walk: Walk) -> None:
    walk.be(DELEGATE)
    assert walk.on("gateway/approve/") == 403
    walk.shows("Your delegation ended on 7 July 2026; Dinah Frost (strategic director) can approve.")
    walk.be(DIRECTOR)
    walk.on("gateway/approve/")
    walk.shows("CL: Care leavers into work Expected over the whole life: 6 people", "Proposed by Colm Hart")
    walk.press("Approve the chosen measures", "Panel and director")
    walk.shows("The plan is locked as version 1.", "The plan is approved.")


def version_1_is_locked_and_its_pack_opens(walk: Walk) -> None:
    page = walk.page
    with sqlite3.connect(walk.demo.home / "commonweal.sqlite3") as database:
        query = "select sha256 from planning_planversion where number = 1 and plan_id = ?"
        (sha256,) = database.execute(query, [number(walk, "id")]).fetchone()
    walk.click(page.get_by_role("link", name="Version 1", exact=True), "Version 1")
    walk.shows(sha256, "CL", "6 people", "The depot closes")
    assert walk.on("pack/") == 200
    walk.shows("Version 1 of 8 July 2026, pack ready", sha256)
    with page.expect_navigation():
        page.locator("main a[href$='/pack/tender/']").click()
    walk.shows("Apprenticeship weeks", "6", "10 %")


def number(walk: Walk, column: str) -> int:
    """Return a number of the plan, as the database has it."""
    with sqlite3.connect(walk.demo.home / "commonweal.sqlite3") as database:
        query = f"select {column} from planning_plan where reference = ?"
        return int(database.execute(query, [REFERENCE]).fetchone()[0])


def panel(walk: Walk) -> int:
    with sqlite3.connect(walk.demo.home / "commonweal.sqlite3") as database:
        return int(database.execute("select id from planning_panel").fetchone()[0])
