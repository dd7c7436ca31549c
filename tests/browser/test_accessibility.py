"""Every page as it is met: axe-core at levels A and AA up to 2.2, nothing wider than the window, a keyboard alone."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from playwright.sync_api import TimeoutError as PageTimeout

from tests.browser.conftest import PATIENCE, ROOT, Demo, sign_in

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
NARROW = (320, 256)
"""A telephone; and a window of 1280 × 1024 at 400 %: both are 320 pixels wide, the second is less high."""
LEAD, MANAGER = "social.value.lead@northmere.example", "contract.manager@northmere.example"
SUPPLIER, BRIGHTWELL = "delivery.lead@harbourside.example", "delivery.lead@brightwell.example"
AUDITOR, DIRECTOR = "internal.auditor@northmere.example", "strategic.director@northmere.example"
ADMINISTRATOR, COMMISSIONER = "administrator@northmere.example", "commissioner@northmere.example"
CHAIR = "panel.chair@northmere.example"
PLATFORM, COMMUNITY = "administrator@platform.example", "coordinator@abbeyfieldforum.example"
BUYER, RIVAL = "procurement.officer@alder.example", "administrator@calderrowe.example"

PAGES: dict[str, tuple[str, ...]] = {
    "": (
        "/",
        "/accessibility",
        "/demo/",
        "/demo/people/",
        "/demo/day/",
        "/demo/mail/",
        "/demo/mail/1/",
        "/account/login/",
        "/account/password/reset/",
        "/account/signup/",
        "/register/",
        "/no-such-page/",
        "/confirm/no-such-token/",
        "/invitations/no-such-token/",
        "/catalogue/",
        "/catalogue/svm-2020/",
        "/catalogue/svm-2020/?unit=hour",
        "/catalogue/svm-2026/",
        "/catalogue/svm-2020/MAC%202.1/",
        "/catalogue/national-toms/NT10/",
        "/catalogue/fx-2026.1/NT10/",
        "/catalogue/search/?q=aprentiship",
        "/catalogue/search/?q=nothing-like-this&in=svm-2020",
        "/catalogue/compare/?one=svm-2020&other=svm-2025",
        "/catalogue/sdg/",
        "/catalogue/sdg/8/",
        "/consultations/",
        "/consultations/{asked}/",
        "/consultations/{asked}/?words=nothing-like-this",
        "/consultations/{asked}/comment/",
        "/consultations/{asked}/rows/NM1/",
        "/consultations/{asked}/sessions/{session}/book/",
        "/consultations/{asked}/sessions/{session}/asked/",
        "/consultations/{answered}/",
        "/consultations/{answered}/results/",
        "/consultations/{answered}/rows/NMF1/",
        "/consultations/{coming}/",
        "/consultations/places/no-such-token/",
        "/consultations/{sounded}/",
        "/consultations/{sounded}/results/",
        "/priorities/",
        "/priorities/{ranked}/results/",
        "/priorities/{open_form}/",
        "/needs/",
        "/needs/{posted}/",
        "/needs/post/",
        "/mapping/",
        "/mapping/goals/",
        "/mapping/goals/?goal=8",
        "/mapping/select/",
        "/mapping/select/?from=svm-2020&code=PO2&code=MAC%203.1&to=sdg",
        "/mapping/select/?from=svm-2020&q=aprentice",
        "/mapping/select/?from=essex-ecc",
        "/mapping/summary/?from=fx-svm-2025&to=fx-2025.1",
        "/mapping/summary/?from=svm-2020&to=national-toms&to=sdg",
    ),
    SUPPLIER: (
        "/",
        "/contracts/",
        "/account/",
        "/account/2fa/",
        "/account/sessions/",
        "/permissions/",
        "/contracts/{grounds}/",
        "/contracts/{grounds}/kpis/",
        "/contracts/{grounds}/returns/",
        "/contracts/{grounds}/returns/{open}/",
        "/contracts/{grounds}/returns/{open}/kpis/{nt1}/",
        "/contracts/{grounds}/returns/{open}/kpis/{nt17}/",
        "/contracts/{grounds}/returns/{open}/kpis/{nt18}/",
        "/contracts/{grounds}/returns/{open}/kpis/{nt1}/evidence/",
        "/contracts/{grounds}/returns/{open}/kpis/{nt1}/account/",
        "/contracts/{grounds}/returns/{open}/declarations/",
        "/contracts/{grounds}/returns/{open}/check/",
        "/contracts/{grounds}/returns/{open}/workbook/",
        "/contracts/{grounds}/evidence/",
        "/contracts/{grounds}/evidence/add/",
        "/contracts/{grounds}/timeline/",
    ),
    BRIGHTWELL: (
        "/contracts/{cleaning}/returns/",
        "/contracts/{cleaning}/returns/{sent}/",
        "/contracts/{cleaning}/returns/{sent}/receipt/",
        "/contracts/{cleaning}/returns/{sent}/recall/",
        "/contracts/{cleaning}/claims/{sent_claim}/",
        "/contracts/{cleaning}/claims/{sent_claim}/ask-a-beneficiary/",
        "/contracts/{cleaning}/returns/{sent}/claims/{sent_claim}/correct/",
    ),
    MANAGER: (
        "/",
        "/contracts/",
        "/contracts/?words=nothing-like-this",
        "/contracts/ties/",
        "/verify/",
        "/portfolio/",
        "/timeliness/",
        "/contracts/{grounds}/facts/",
        "/contracts/{grounds}/people/",
        "/contracts/{grounds}/kpis/{nt1}/",
        "/contracts/{grounds}/kpis/{nt1}/timeline/",
        "/contracts/{grounds}/kpis/add/",
        "/contracts/{grounds}/kpis/new/",
        "/contracts/{grounds}/kpis/workbook/",
        "/contracts/{grounds}/changes/",
        "/contracts/{grounds}/changes/new/",
        "/contracts/{grounds}/reviews/",
        "/contracts/{grounds}/reviews/record/",
        "/contracts/{transport}/returns/{locked}/",
        "/contracts/{cleaning}/claims/{sent_claim}/",
        "/contracts/{cleaning}/claims/{sent_claim}/timeline/",
        "/contracts/{homecare}/",
        "/contracts/{homecare}/working/?line=portfolio/verified/pounds",
        "/contracts/{legacy}/",
        "/contracts/{hard_fm}/other-words/",
        "/contracts/{hard_fm}/other-words/?to=fx-2025.1",
        "/contracts/{grounds}/other-words/?to=sdg",
        "/contracts/{hard_fm}/agreement/",
        "/contracts/{hard_fm}/regions/",
        "/mapping/sheets/",
        "/no-such-page/",
    ),
    LEAD: (
        "/",
        "/contracts/without-kpis/",
        "/contracts/new/",
        "/contracts/import/",
        "/portfolio/{northmere}/",
        "/portfolio/{northmere}/other-words/",
        "/portfolio/{northmere}/regions/",
        "/contracts/{hard_fm}/facts/call-off/",
        "/doubles/",
        "/samples/",
        "/contracts/{grounds}/facts/edit/",
        "/contracts/{grounds}/facts/break-point/",
        "/contracts/{grounds}/people/assign/",
        "/contracts/{grounds}/contacts/add/",
        "/contracts/{transport}/returns/{locked}/reopening/{reopening}/",
        "/policies/",
        "/organisations/{northmere}/policies/new/",
        "/organisations/{northmere}/policies/upload/",
        "/organisations/{northmere}/panels/",
        "/organisations/{northmere}/panels/new/",
        "/organisations/{northmere}/planning/",
        "/organisations/{northmere}/needs/",
        "/organisations/{northmere}/needs/new/",
        "/plans/{tyres}/weight/",
        "/plans/{tyres}/gateway/",
        "/plans/{streets}/gateway/{sitting}/",
        "/policies/",
        "/organisations/{northmere}/policies/",
        "/organisations/{northmere}/policies/new/",
        "/organisations/{northmere}/policies/upload/",
        "/organisations/{northmere}/policies/{policy}/",
        "/organisations/{northmere}/planning/",
        "/organisations/{northmere}/panels/",
        "/organisations/{northmere}/panels/new/",
        "/organisations/{northmere}/panels/{panel}/",
        "/organisations/{northmere}/panels/{panel}/edit/",
        "/organisations/{northmere}/panels/{panel}/seat/",
        "/organisations/{northmere}/panels/{panel}/meetings/",
        "/organisations/{northmere}/panels/{panel}/meetings/{meeting}/",
        "/organisations/{northmere}/panels/{panel}/meetings/{meeting}/hold/",
        "/organisations/{northmere}/panels/{panel}/meetings/new/",
        "/plans/{tyres}/gateway/put/",
        "/frameworks/",
        "/frameworks/{northmere}/measures/",
        "/frameworks/{northmere}/measures/new/",
        "/frameworks/{northmere}/withdrawn/",
        "/frameworks/{northmere}/import/values/",
        "/frameworks/consultations/",
        "/frameworks/consultations/new/",
        "/frameworks/consultations/{asked}/",
        "/frameworks/consultations/{asked}/edit/",
        "/frameworks/consultations/{coming}/edit/",
        "/frameworks/consultations/{asked}/withdraw/",
        "/frameworks/consultations/{asked}/sessions/add/",
        "/frameworks/consultations/{asked}/sessions/{session}/move/",
        "/frameworks/consultations/{asked}/sessions/{session}/cancel/",
        "/frameworks/consultations/{asked}/publish/",
        "/frameworks/consultations/{asked}/comments/{comment}/",
        "/frameworks/consultations/{asked}/comments/{comment}/hide/",
    ),
    COMMISSIONER: (
        "/",
        "/organisations/{northmere}/plans/",
        "/organisations/{northmere}/plans/?words=nothing-like-this",
        "/organisations/{northmere}/plans/new/",
        "/plans/{play}/",
        "/plans/{play}/facts/",
        "/plans/{play}/law/",
        "/plans/{play}/questions/",
        "/plans/{play}/people/",
        "/plans/{play}/people/give/",
        "/plans/{play}/weight/",
        "/plans/{play}/weight/set/",
        "/plans/{play}/stages/",
        "/plans/{play}/stages/{stage}/",
        "/plans/{play}/stages/{stage}/record/",
        "/plans/{play}/stages/{stage}/documents/add/",
        "/plans/{play}/timeline/",
        "/plans/{play}/withdraw/",
        "/plans/{play}/needs/",
        "/plans/{play}/measures/",
        "/plans/{play}/measures/suggested/",
        "/plans/{play}/measures/suggested/?words=nothing-like-this",
        "/plans/{play}/measures/new/",
        "/plans/{play}/gateway/",
        "/plans/{bought}/measures/",
        "/plans/{bought}/gateway/",
        "/plans/{bought}/gateway/new-version/",
        "/organisations/{northmere}/needs/",
        "/organisations/{northmere}/needs/?words=nothing-like-this",
        "/organisations/{northmere}/needs/{need}/",
        "/organisations/{northmere}/needs/{need}/close/",
        "/plans/{play}/listening/",
        "/plans/{play}/soundings/new/",
        "/plans/{bought}/listening/",
        "/frameworks/consultations/{sounded}/",
        "/organisations/{northmere}/priorities/",
        "/organisations/{northmere}/priorities/new/",
        "/organisations/{northmere}/priorities/{ranked}/",
        "/organisations/{northmere}/priorities/{ranked}/answers/",
        "/organisations/{northmere}/posted-needs/",
        "/organisations/{northmere}/posted-needs/{posted}/",
        "/organisations/{northmere}/posted-needs/{posted}/hide/",
        "/organisations/{northmere}/posted-needs/{posted}/offer/",
        "/plans/{bought}/",
        "/plans/{bought}/versions/",
        "/plans/{bought}/versions/1/",
        "/plans/{bought}/versions/side-by-side/?from=1&to=now&all=yes",
        "/plans/{bought}/pack/",
        "/plans/{bought}/versions/1/pack/",
        "/plans/{bought}/versions/1/pack/tender/",
        "/plans/{bought}/versions/1/pack/marking/",
    ),
    DIRECTOR: (
        "/",
        "/contracts/proposals/",
        "/delegations/",
        "/delegations/{northmere}/give/",
        "/plans/{bought}/gateway/approve/",
    ),
    CHAIR: (
        "/",
        "/organisations/{northmere}/panels/{panel}/meetings/",
        "/organisations/{northmere}/panels/{panel}/meetings/{meeting}/",
        "/plans/{streets}/gateway/",
        "/plans/{streets}/gateway/{sitting}/",
        "/plans/{streets}/gateway/{sitting}/vote/",
        "/plans/{streets}/gateway/interest/",
        "/plans/{bought}/gateway/",
        "/plans/{bought}/gateway/{decided}/",
    ),
    AUDITOR: (
        "/",
        "/log/",
        "/log/?words=nothing-like-this",
        "/log/verify/",
        "/samples/",
        "/organisations/{northmere}/emergency/",
    ),
    ADMINISTRATOR: (
        "/",
        "/organisations/",
        "/organisations/{northmere}/",
        "/organisations/{northmere}/edit/",
        "/organisations/{northmere}/numbers/add/",
        "/organisations/{northmere}/directorates/add/",
        "/organisations/{northmere}/people/",
        "/organisations/{northmere}/people/invite/",
        "/organisations/{northmere}/sign-ins/",
    ),
    PLATFORM: ("/", "/requests/", "/requests/new-organisation/", "/emergency/"),
    COMMUNITY: ("/", "/contracts/{grounds}/evidence/"),
    BUYER: ("/", "/contracts/new/"),
    RIVAL: ("/", "/contracts/{grounds}/", "/contracts/{kingsmead}/changes/ask/"),
}
FORMS: tuple[tuple[str, str], ...] = (
    ("", "/demo/day/"),
    ("", "/account/login/"),
    ("", "/register/"),
    ("", "/consultations/{asked}/rows/NM1/"),
    ("", "/priorities/{open_form}/"),
    ("", "/needs/post/"),
    ("", "/consultations/{asked}/sessions/{session}/book/"),
    (SUPPLIER, "/contracts/{grounds}/returns/{open}/kpis/{nt1}/"),
    (SUPPLIER, "/contracts/{grounds}/returns/{open}/kpis/{nt18}/"),
    (SUPPLIER, "/contracts/{grounds}/returns/{open}/workbook/"),
    (SUPPLIER, "/contracts/{grounds}/evidence/add/"),
    (BRIGHTWELL, "/contracts/{cleaning}/claims/{sent_claim}/ask-a-beneficiary/"),
    (BRIGHTWELL, "/contracts/{cleaning}/returns/{sent}/claims/{sent_claim}/correct/"),
    (MANAGER, "/contracts/{grounds}/kpis/new/"),
    (MANAGER, "/contracts/{grounds}/changes/new/"),
    (MANAGER, "/contracts/{grounds}/reviews/record/"),
    (LEAD, "/contracts/new/"),
    (LEAD, "/contracts/import/"),
    (LEAD, "/contracts/{grounds}/people/assign/"),
    (LEAD, "/contracts/{grounds}/contacts/add/"),
    (LEAD, "/contracts/{transport}/returns/{locked}/reopening/{reopening}/"),
    (LEAD, "/frameworks/consultations/new/"),
    (LEAD, "/frameworks/consultations/{asked}/sessions/add/"),
    (LEAD, "/frameworks/consultations/{asked}/comments/{comment}/"),
    (COMMISSIONER, "/organisations/{northmere}/plans/new/"),
    (COMMISSIONER, "/plans/{play}/people/give/"),
    (COMMISSIONER, "/plans/{play}/stages/{stage}/record/"),
    (COMMISSIONER, "/plans/{play}/stages/{stage}/documents/add/"),
    (COMMISSIONER, "/plans/{play}/withdraw/"),
    (COMMISSIONER, "/plans/{play}/measures/suggested/"),
    (COMMISSIONER, "/plans/{play}/measures/new/"),
    (COMMISSIONER, "/organisations/{northmere}/needs/new/"),
    (COMMISSIONER, "/plans/{play}/soundings/new/"),
    (COMMISSIONER, "/organisations/{northmere}/priorities/new/"),
    (LEAD, "/organisations/{northmere}/panels/new/"),
    (LEAD, "/organisations/{northmere}/policies/new/"),
    (DIRECTOR, "/delegations/{northmere}/give/"),
    (LEAD, "/organisations/{northmere}/panels/{panel}/meetings/new/"),
    (LEAD, "/plans/{tyres}/gateway/put/"),
    (CHAIR, "/plans/{streets}/gateway/{sitting}/vote/"),
    (CHAIR, "/plans/{streets}/gateway/interest/"),
    (ADMINISTRATOR, "/organisations/{northmere}/people/invite/"),
    (PLATFORM, "/requests/new-organisation/"),
    (PLATFORM, "/emergency/"),
)
"""Forms that are sent as they stand, with nothing filled in, so that they come back with their errors."""
MAIN = (
    ("start", "", "/"),
    ("tour", "", "/demo/"),
    ("home-supplier", SUPPLIER, "/"),
    ("return", SUPPLIER, "/contracts/{grounds}/returns/{open}/"),
    ("return-kpi", SUPPLIER, "/contracts/{grounds}/returns/{open}/kpis/{nt1}/"),
    ("check-answers", SUPPLIER, "/contracts/{grounds}/returns/{open}/check/"),
    ("home-manager", MANAGER, "/"),
    ("contract", MANAGER, "/contracts/{homecare}/"),
    ("kpi", MANAGER, "/contracts/{grounds}/kpis/{nt1}/"),
    ("queue", MANAGER, "/verify/"),
    ("claim", MANAGER, "/contracts/{cleaning}/claims/{sent_claim}/"),
    ("working", MANAGER, "/contracts/{homecare}/working/?line=portfolio/verified/pounds"),
    ("portfolio", LEAD, "/portfolio/{northmere}/"),
    ("without-kpis", LEAD, "/contracts/without-kpis/"),
    ("plan", COMMISSIONER, "/plans/{play}/"),
    ("plan-law", COMMISSIONER, "/plans/{play}/law/"),
    ("plan-suggested", COMMISSIONER, "/plans/{play}/measures/suggested/"),
    ("plan-measures", COMMISSIONER, "/plans/{bought}/measures/"),
    ("plan-gateway", COMMISSIONER, "/plans/{bought}/gateway/"),
    ("plan-pack", COMMISSIONER, "/plans/{bought}/pack/"),
    ("planned-quarter", LEAD, "/organisations/{northmere}/planning/"),
    ("policy", LEAD, "/organisations/{northmere}/policies/{policy}/"),
    ("panel-pack", CHAIR, "/plans/{streets}/gateway/{sitting}/"),
    ("panel-vote", CHAIR, "/plans/{streets}/gateway/{sitting}/vote/"),
    ("log", AUDITOR, "/log/"),
    ("consultation", "", "/consultations/{asked}/"),
    ("consultation-row", "", "/consultations/{asked}/rows/NM1/"),
    ("consultation-results", "", "/consultations/{answered}/results/"),
    ("consultation-officer", LEAD, "/frameworks/consultations/{asked}/"),
)


@pytest.fixture(scope="module")
def ids(demo: Demo) -> dict[str, int]:
    """The ids of the records that the addresses name."""
    contract = "select id from contracts_contract where reference = '{}'"
    ret = (
        "select r.id from delivery_return r join contracts_contract c on c.id = r.contract_id"
        " where c.reference = '{}' and r.starts = '{}'"
    )
    kpi = (
        "select k.id from contracts_kpi k join contracts_contract c on c.id = k.contract_id"
        " where c.reference = 'NMC-2026-014' and k.ref = '{}'"
    )
    plan = "select id from planning_plan where reference = '{}'"
    consultation = "select id from frameworks_consultation where title like '{}'"
    asked = {
        "grounds": contract.format("NMC-2026-014"),
        "cleaning": contract.format("NMC-2025-088"),
        "transport": contract.format("NMC-2025-070"),
        "hard_fm": contract.format("NMC-2025-055"),
        "homecare": contract.format("NMC-2025-031"),
        "kingsmead": contract.format("NMC-2025-019"),
        "legacy": contract.format("NMC-2003-001"),
        "open": ret.format("NMC-2026-014", "2026-04-01"),
        "sent": ret.format("NMC-2025-088", "2026-04-01"),
        "locked": ret.format("NMC-2025-070", "2026-01-01"),
        "reopening": "select id from delivery_reopening where state = 'asked'",
        **{ref.lower(): kpi.format(ref) for ref in ("NT1", "NT17", "NT18")},
        "sent_claim": "select id from delivery_claim where ret_id = ({})".format(
            ret.format("NMC-2025-088", "2026-04-01")
        ),
        "northmere": "select id from organisations_organisation where name = 'Northmere City Council'",
        "sounded": "select max(consultation_id) from planning_sounding",
        "ranked": "select max(id) from planning_priority where published_at is not null",
        "open_form": "select max(id) from planning_priority where published_at is null",
        "posted": "select min(id) from planning_need where shown and email <> '' and quantity > 0",
        "play": plan.format("NMC-2026-101"),
        "tyres": plan.format("NMC-2026-104"),
        "bought": plan.format("NMC-2026-014"),
        "policy": "select min(id) from planning_policy where state = 'adopted'",
        "need": "select min(id) from planning_need where source <> ''",
        "streets": plan.format("NMC-2026-102"),
        "sitting": "select max(id) from planning_sitting where plan_id = ({})".format(plan.format("NMC-2026-102")),
        "decided": "select max(id) from planning_sitting where plan_id = ({})".format(plan.format("NMC-2026-014")),
        "meeting": "select max(meeting_id) from planning_sitting where plan_id = ({})".format(
            plan.format("NMC-2026-102")
        ),
        "panel": "select min(id) from planning_panel",
        "stage": "select min(id) from planning_stage where plan_id = ({})".format(plan.format("NMC-2026-101")),
        "asked": consultation.format("Northmere''s own%"),
        "answered": consultation.format("Definitions for food%"),
        "coming": consultation.format("How the example%"),
        "session": "select max(d.id) from frameworks_dropin d join frameworks_consultation c"
        " on c.id = d.consultation_id where c.title like 'Northmere''s own%'",
        "comment": "select min(o.id) from frameworks_comment o join frameworks_consultation c"
        " on c.id = o.consultation_id where c.title like 'Northmere''s own%'",
    }
    with sqlite3.connect(demo.home / "commonweal.sqlite3") as database:
        return {name: database.execute(query).fetchone()[0] for name, query in asked.items()}


@pytest.fixture(scope="module")
def page(chromium: Browser) -> Iterator[Page]:
    """One window for all; its policy is passed over, so that axe can be put into the page."""
    context = chromium.new_context(bypass_csp=True, viewport={"width": 1280, "height": 900})
    context.set_default_timeout(PATIENCE * 1000)
    yield context.new_page()
    context.close()


def be(page: Page, demo: Demo, who: str) -> None:
    page.context.clear_cookies()
    if who:
        sign_in(page, demo, who)


def problems(page: Page) -> list[str]:
    """Return what axe finds on the page as it stands, one line each."""
    page.evaluate(AXE.read_text())
    run = f"axe.run(document, {{runOnly: {json.dumps(TAGS)}, resultTypes: ['violations']}})"
    found = page.evaluate(f"async () => (await {run}).violations")
    return [f"{one['id']}: {one['help']}: {one['nodes'][0]['html'][:160]} ({len(one['nodes'])})" for one in found]


def overflow(page: Page) -> int:
    """Return by how many pixels the page is wider than the window."""
    return int(page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))


def look(page: Page, where: str) -> list[str]:
    """Return what is wrong with the page: wide, and narrow as on a telephone."""
    page.set_viewport_size({"width": 1280, "height": 900})
    found = [f"{where}: {line}" for line in problems(page)]
    for height in (568, NARROW[1]):
        page.set_viewport_size({"width": NARROW[0], "height": height})
        if (wide := overflow(page)) > 0:
            found.append(f"{where}: {wide} px wider than {NARROW[0]} px ({widest(page)})")
            break
    page.set_viewport_size({"width": 1280, "height": 900})
    return found


def widest(page: Page) -> str:
    """Name what reaches out of the window on the right, for whoever mends it."""
    return str(
        page.evaluate(
            """() => { const wide = [...document.querySelectorAll('main *, header *, footer *, aside *')].filter(e => {
            if (e.closest('.cw-table-wrap')) return false;
            return e.getBoundingClientRect().right > innerWidth + 1; });
            const e = wide.pop(); return e ? e.outerHTML.slice(0, 140) : '' }"""
        )
    )


needs_axe = pytest.mark.skipif(not AXE.is_file(), reason="axe-core is not in node_modules: run python3 do.py test")


@needs_axe
@pytest.mark.parametrize("who", PAGES, ids=lambda who: who or "nobody")
def test_pages_have_no_breach_and_fit_narrow_windows(page: Page, demo: Demo, ids: dict[str, int], who: str) -> None:
    be(page, demo, who)
    found = []
    for where in PAGES[who]:
        answer = page.goto(demo.address + where.format(**ids))
        assert answer is not None
        assert answer.status < 500, where
        expected = 404 if "no-such" in where or (who == RIVAL and "{grounds}" in where) else 200
        if answer.status != expected and not (expected == 404 and answer.status in (200, 409)):
            found.append(f"{where}: answered {answer.status}")
        found += look(page, where)
    assert not found, "\n" + "\n".join(found)


@needs_axe
def test_forms_with_errors_have_no_breach_and_fit_narrow_windows(page: Page, demo: Demo, ids: dict[str, int]) -> None:
    found, now = [], None
    for who, where in FORMS:
        if who != now:
            be(page, demo, who)
            now = who
        page.goto(demo.address + where.format(**ids))
        button = page.locator("main form[method=post] button.govuk-button:not(.govuk-button--secondary)").last
        try:
            with page.expect_navigation(timeout=PATIENCE * 1000):
                button.evaluate("button => button.click()")
        except PageTimeout:
            found.append(f"{where}: its button leads to no page")
            continue
        if not page.locator(".govuk-error-summary").count():
            found.append(f"{where}: sent with nothing filled in, it shows no error")
        elif not page.title().startswith("Error: "):
            found.append(f"{where}: its title does not say that there is an error")
        found += look(page, f"{where} (with errors)")
    assert not found, "\n" + "\n".join(found)


@needs_axe
def test_pages_under_an_emergency_access_have_no_breach(page: Page, demo: Demo, ids: dict[str, int]) -> None:
    """Opened by hand, read with its banner, seen by the auditor, and ended by its button."""
    be(page, demo, PLATFORM)
    page.goto(demo.address + "/emergency/")
    page.get_by_label("Authority").select_option(str(ids["northmere"]))
    page.get_by_label("Why you need to read it").fill("The totals of a return do not add up")
    page.get_by_label("1 hour").check()
    page.get_by_role("button", name="Open the access").click()
    found = []
    for where in ("/emergency/", "/contracts/", "/contracts/{grounds}/"):
        answer = page.goto(demo.address + where.format(**ids))
        assert answer is not None
        assert answer.status == 200, where
        found += look(page, f"{where} (in an emergency)")
        if folder := os.environ.get("COMMONWEAL_PICTURES"):
            page.screenshot(path=Path(folder) / f"emergency{where.replace('/', '-')}.png")
    page.get_by_role("button", name="End it now").click()
    assert "has ended" in page.locator("main").inner_text()
    be(page, demo, AUDITOR)
    page.goto(demo.address + "/organisations/{northmere}/emergency/".format(**ids))
    assert "3 pages read" not in page.locator("main").inner_text(), "the access's own page is no record of the body"
    assert "2 pages read" in page.locator("main").inner_text()
    found += look(page, "the auditor's list")
    assert not found, "\n" + "\n".join(found)


@pytest.mark.skipif(not os.environ.get("COMMONWEAL_PICTURES"), reason="COMMONWEAL_PICTURES names no folder for them")
def test_fifteen_main_pages_can_be_pictured(page: Page, demo: Demo, ids: dict[str, int]) -> None:
    """Pictures for people to look at, wide and narrow."""
    folder = Path(os.environ["COMMONWEAL_PICTURES"])
    folder.mkdir(parents=True, exist_ok=True)
    now = None
    for name, who, where in MAIN:
        if who != now:
            be(page, demo, who)
            now = who
        answer = page.goto(demo.address + where.format(**ids))
        assert answer is not None
        assert answer.ok, where
        for width in (1280, 320):
            page.set_viewport_size({"width": width, "height": 900})
            page.screenshot(path=folder / f"{name}-{width}.png", full_page=True)
        page.set_viewport_size({"width": 1280, "height": 900})
    assert len(list(folder.glob("*.png"))) >= 2 * len(MAIN)
