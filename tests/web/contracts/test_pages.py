"""The pages of contracts, KPIs, changes and imports, by hand as people use them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from commonweal_web.contracts.models import Change, Contract, KpiVersion
from commonweal_web.contracts.services import changes
from tests.web.contracts.makers import draft, draft_contract, propose
from tests.web.contracts.test_changes import FIELDS
from tests.web.world import NOON, World

SignIn = Callable[[str], Client]


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


def boxes(name: str, day: dt.date) -> dict[str, str]:
    return {f"{name}_day": str(day.day), f"{name}_month": str(day.month), f"{name}_year": str(day.year)}


FACTS = {
    "reference": "NMC-2026-400",
    "title": "School meals",
    "supplier_new": "Fernhill Foods Ltd",
    "value_pence": "1,200,000",
    "period_scheme": "contract_quarters",
    "due_days": "15",
    "lock_days": "20",
    "division": "england-and-wales",
    "tier": "standard",
    "rag_green": "95",
    "rag_amber": "80",
    "framework": "fx-2025.1",
    "category": "55500000-5",
    **boxes("starts", dt.date(2026, 9, 1)),
    **boxes("ends", dt.date(2028, 8, 31)),
}


@pytest.mark.parametrize(
    "path",
    [
        "/contracts/",
        "/contracts/?words=grounds&lacking=owner",
        "/contracts/without-kpis/",
        "/contracts/proposals/",
        "/contracts/{id}/facts/",
        "/contracts/{id}/people/",
        "/contracts/{id}/kpis/",
        "/contracts/{id}/kpis/{kpi}/",
        "/contracts/{id}/changes/",
    ],
)
@pytest.mark.parametrize("who", ["commissioner", "director", "supplier administrator", "auditor", "lead"])
def test_who_reads_sees(world: World, signed_in: SignIn, path: str, who: str) -> None:
    grounds = world.contracts["grounds"]
    kpi = grounds.kpis.get(ref="NT18")
    response = signed_in(who).get(path.format(id=grounds.pk, kpi=kpi.pk))
    assert response.status_code == 200


@pytest.mark.parametrize("who", ["brightwell supplier", "eastholt manager", "calder administrator", "bid writer"])
@pytest.mark.parametrize("page", ["facts/", "people/", "kpis/", "changes/", "kpis/decide/", "kpis/add/"])
def test_others_find_nothing(world: World, signed_in: SignIn, page: str, who: str) -> None:
    client = signed_in(who)
    assert client.get(f"/contracts/{world.contracts['grounds'].pk}/{page}").status_code == 404


def test_a_contract_by_form(world: World, signed_in: SignIn) -> None:
    client = signed_in("procurement")
    assert client.get("/contracts/new/").status_code == 200
    body = {"authority": str(world.bodies["nmc"].pk), **FACTS}
    wrong = client.post("/contracts/new/", {**body, "category": "12", "rag_amber": "99"})
    assert wrong.status_code == 422
    assert "is no CPV code" in text_of(wrong) or "Error:" in text_of(wrong)
    response = client.post("/contracts/new/", body)
    made = Contract.objects.get(reference="NMC-2026-400")
    assert response.status_code == 303
    assert (made.value_pence, made.category, made.status) == (120_000_000, "55500000", "draft")
    page = text_of(client.get(response["Location"]))
    assert "A contract manager (owner)" in page
    assert "Fernhill Foods Ltd" in page
    twice = client.post("/contracts/new/", body)
    assert twice.status_code == 422
    assert "already" in text_of(twice)
    assert Contract.objects.filter(reference="NMC-2026-400").count() == 1


def test_a_contract_cannot_go_live_without_owner_and_deputy(world: World, signed_in: SignIn) -> None:
    contract = draft_contract(world, no_kpi_reason="Too small")
    client = signed_in("lead")
    refused = client.post(f"/contracts/{contract.pk}/live/", {"version": contract.version})
    assert refused.status_code == 409
    assert "a contract manager (owner); a deputy" in text_of(refused)
    today = boxes("starts", NOON.date())
    for part, who in (("owner", "manager"), ("deputy", "deputy")):
        answer = client.post(
            f"/contracts/{contract.pk}/people/assign/", {"user": world.people[who].pk, "part": part, **today}
        )
        assert answer.status_code == 303
    answer = client.post(f"/contracts/{contract.pk}/live/", {"version": contract.version})
    assert answer.status_code == 303
    contract.refresh_from_db()
    assert contract.status == "live"


def test_the_facts_are_changed_and_a_stale_tab_is_told_what_changed(world: World, signed_in: SignIn) -> None:
    contract = draft_contract(world)
    client = signed_in("procurement")
    page = f"/contracts/{contract.pk}/facts/edit/"
    assert client.get(page).status_code == 200
    body = {**FACTS, "title": "Parks and paths", "version": "1"}
    assert client.post(page, body).status_code == 303
    stale = client.post(page, {**body, "title": "Other words"})
    assert stale.status_code == 409
    assert "Parks cleaning" in text_of(stale)
    assert "Parks and paths" in text_of(stale)


def test_kpi_form_works_out_the_targets_and_keeps_a_draft(world: World, signed_in: SignIn) -> None:
    contract = draft_contract(world)
    client = signed_in("commissioner")
    choose = text_of(client.get(f"/contracts/{contract.pk}/kpis/add/?words=apprentice"))
    assert "Apprenticeship weeks" in choose
    page = f"/contracts/{contract.pk}/kpis/new/?measure=NT10"
    shown = text_of(client.get(page))
    assert "weeks planned for each apprentice" in shown.lower()
    body = {
        "ref": "NT10",
        "deliverable": "Two apprentices",
        "target": "208",
        "profile": "even",
        "scalable": "no",
        "data_weeks_per_apprentice": "52",
    }
    preview = client.post(page, {**body, "act": "preview"})
    assert preview.status_code == 200
    assert 'value="13"' in preview.content.decode()
    assert not KpiVersion.objects.filter(kpi__contract=contract).exists()
    wrong = client.post(page, {**body, "act": "save", "period_2026-04-01": "10"})
    assert wrong.status_code == 422
    assert "add up" in text_of(wrong)
    saved = client.post(page, {**body, "act": "save"})
    assert saved.status_code == 303
    version = KpiVersion.objects.get(kpi__contract=contract)
    assert version.data == {"weeks_per_apprentice": "52"}
    kpi_page = text_of(client.get(saved["Location"]))
    assert "208 weeks" in kpi_page
    assert "£250.00 per week" in kpi_page
    edit = f"/contracts/{contract.pk}/kpis/{version.kpi_id}/edit/"
    assert client.get(edit).status_code == 200
    assert client.post(edit, {**body, "target": "416", "version": "1", "act": "save"}).status_code == 303
    stale = client.post(edit, {**body, "target": "100", "version": "1", "act": "save"})
    assert stale.status_code == 409
    assert "416" in text_of(stale)


def test_a_kpi_of_ones_own(world: World, signed_in: SignIn) -> None:
    contract = draft_contract(world)
    client = signed_in("commissioner")
    page = f"/contracts/{contract.pk}/kpis/new/"
    assert client.get(page).status_code == 200
    body = {
        "ref": "OWN1",
        "deliverable": "Care leavers offered interviews",
        "kind": "quantity",
        "unit": "person",
        "better": "up",
        "target": "16",
        "profile": "even",
        "scalable": "no",
        "act": "save",
    }
    assert client.post(page, body).status_code == 303
    assert KpiVersion.objects.get(kpi__ref="OWN1").targets.count() == 16


def test_the_set_is_proposed_and_approved_on_the_screen(world: World, signed_in: SignIn) -> None:
    contract = draft_contract(world)
    versions = [draft(world, contract), draft(world, contract, "NT10", "208")]
    chosen = [f"{v.pk}.{v.version}" for v in versions]
    commissioner = signed_in("commissioner")
    answer = commissioner.post(f"/contracts/{contract.pk}/kpis/propose/", {"chosen": chosen})
    assert answer.status_code == 303
    assert "wait for Dinah Frost" in text_of(commissioner.get(answer["Location"]))
    director = signed_in("director")
    assert "Parks cleaning" in text_of(director.get("/contracts/proposals/"))
    page = text_of(director.get(f"/contracts/{contract.pk}/kpis/decide/"))
    assert "Approve NT17" in page
    chosen = [f"{v.pk}.{v.version + 1}" for v in versions]
    answer = director.post(f"/contracts/{contract.pk}/kpis/approve/", {"chosen": chosen})
    assert answer.status_code == 303
    assert set(KpiVersion.objects.filter(kpi__contract=contract).values_list("state", flat=True)) == {"approved"}
    again = director.post(f"/contracts/{contract.pk}/kpis/approve/", {"chosen": chosen})
    assert again.status_code == 409


def test_a_kpi_is_sent_back_on_the_screen(world: World, signed_in: SignIn) -> None:
    contract = draft_contract(world)
    (version,) = propose(world, draft(world, contract))
    page = f"/contracts/{contract.pk}/kpis/{version.kpi_id}/send-back/"
    director = signed_in("director")
    assert director.get(page).status_code == 200
    assert director.post(page, {"reason": "", "version": version.version}).status_code == 422
    assert director.post(page, {"reason": "Too low", "version": version.version}).status_code == 303
    kpis = text_of(signed_in("commissioner").get(f"/contracts/{contract.pk}/kpis/"))
    assert "sent back: Too low" in kpis


def test_who_may_not_approve_is_told_who_can(world: World, signed_in: SignIn) -> None:
    contract = draft_contract(world)
    propose(world, draft(world, contract))
    refused = signed_in("lead").get(f"/contracts/{contract.pk}/kpis/decide/")
    assert refused.status_code == 403
    assert "Dinah Frost" in text_of(refused)


def test_a_change_on_the_screen(world: World, signed_in: SignIn) -> None:
    grounds = world.contracts["grounds"]
    client = signed_in("commissioner")
    page = f"/contracts/{grounds.pk}/changes/new/"
    assert "600,000" in text_of(client.get(page))
    body = {
        "title": "Cemetery upkeep",
        "reason": "Cemeteries join",
        "old_yearly_value_pence": "600,000",
        "yearly_value_pence": "750,000",
        "value_pence": "2,700,000",
        **boxes("effective", dt.date(2028, 4, 1)),
    }
    preview = client.post(page, {**body, "act": "preview"})
    assert preview.status_code == 200
    assert "39062.5" in preview.content.decode()
    assert not Change.objects.exists()
    answer = client.post(page, {**body, "act": "save"})
    assert answer.status_code == 303
    change = Change.objects.get()
    shown = text_of(client.get(answer["Location"]))
    assert "562,500" in shown
    assert "156,250" in shown
    officer = signed_in("procurement")
    check = f"/contracts/{grounds.pk}/changes/{change.pk}/check/"
    assert officer.get(check).status_code == 200
    answers = {"permitted": "yes", "ground": "Clause 14", "version": change.version}
    assert officer.post(check, answers).status_code == 303
    director = signed_in("director")
    change.refresh_from_db()
    approve = f"/contracts/{grounds.pk}/changes/{change.pk}/approve/"
    assert director.post(approve, {"version": change.version}).status_code == 303
    change.refresh_from_db()
    agree = f"/contracts/{grounds.pk}/changes/{change.pk}/agree/"
    supplier = signed_in("supplier administrator")
    assert supplier.post(agree, {"version": change.version}).status_code == 303
    kpi = grounds.kpis.get(ref="NT18")
    assert kpi.current.target == Decimal(562_500)
    table = text_of(client.get(f"/contracts/{grounds.pk}/kpis/{kpi.pk}/"))
    assert "+7,812.5" in table
    assert "+62,500" in table
    assert "Year 3, sum" in table


def test_a_supplier_asks_and_is_refused(world: World, signed_in: SignIn) -> None:
    grounds = world.contracts["grounds"]
    supplier = signed_in("supplier administrator")
    page = f"/contracts/{grounds.pk}/changes/ask/"
    assert supplier.get(page).status_code == 200
    body = {
        "title": "Traineeships",
        "reason": "No course",
        "swap_out": grounds.kpis.get(ref="NT10").pk,
        "swap_amount": "104",
        "offer": "Eight traineeships",
        **boxes("effective", dt.date(2027, 4, 1)),
    }
    answer = supplier.post(page, body)
    assert answer.status_code == 303
    change = Change.objects.get()
    officer = signed_in("commissioner")
    words = {"equivalence": "Less", "evidence": "Same", "need": "Other", "version": change.version}
    assert officer.post(f"/contracts/{grounds.pk}/changes/{change.pk}/compare/", words).status_code == 303
    change.refresh_from_db()
    refuse = f"/contracts/{grounds.pk}/changes/{change.pk}/refuse/"
    assert officer.post(refuse, {"reason": "The need stays", "version": change.version}).status_code == 303
    assert "The need stays" in text_of(supplier.get(answer["Location"]))


def test_change_pages_in_each_state(world: World, signed_in: SignIn) -> None:
    grounds = world.contracts["grounds"]
    change = changes.change_propose(contract=grounds, fields=FIELDS, by=world.people["commissioner"], now=NOON)
    for who in ("commissioner", "procurement", "director", "supplier administrator", "auditor"):
        assert signed_in(who).get(f"/contracts/{grounds.pk}/changes/{change.pk}/").status_code == 200
    assert "Cemetery" in text_of(signed_in("commissioner").get(f"/contracts/{grounds.pk}/changes/"))
    withdraw = f"/contracts/{grounds.pk}/changes/{change.pk}/withdraw/"
    assert signed_in("supplier administrator").post(withdraw, {"version": change.version}).status_code == 403
    assert signed_in("commissioner").post(withdraw, {"version": change.version}).status_code == 303


@pytest.mark.parametrize("path", ["live/", "kpis/propose/", "kpis/approve/", "people/no-tie/"])
def test_nothing_changes_by_get(world: World, signed_in: SignIn, path: str) -> None:
    assert signed_in("lead").get(f"/contracts/{world.contracts['grounds'].pk}/{path}").status_code == 405


def test_the_form_of_a_change_shows_what_ends_and_what_is_added(
    world: World, signed_in: Callable[[str], Client]
) -> None:
    client, grounds = signed_in("commissioner"), world.contracts["grounds"]
    hours = grounds.kpis.get(ref="NT17")
    assert f'value="{hours.pk}" checked' in " ".join(
        client.get(f"/contracts/{grounds.pk}/changes/new/?retire={hours.pk}").content.decode().split()
    )
    days = boxes("effective", dt.date(2028, 4, 1)) | boxes("ends", dt.date(2030, 9, 30))
    sent = {"title": "Longer", "reason": "Option used", "retires": [hours.pk], "old_yearly_value_pence": "600,000"}
    sent |= days
    page = client.post(f"/contracts/{grounds.pk}/changes/new/", sent | {"act": "preview"}).content.decode()
    assert "NT17: ends, 0 from then on" in page
    assert "NT10: with the periods to the new last day" in page
    assert "Each added period is offered the target of the last one" in page


def test_a_second_supplier_is_added_and_ends(world: World, signed_in: Callable[[str], Client]) -> None:
    client, grounds = signed_in("procurement"), world.contracts["grounds"]
    here = f"/contracts/{grounds.pk}/"
    assert "Add a supplier" in client.get(f"{here}people/").content.decode()
    sent = {"supplier_new": "Elm Tree Care CIC", **boxes("starts", dt.date(2026, 5, 1))}
    assert client.post(f"{here}suppliers/add/", sent).status_code == 303
    second = grounds.contract_suppliers.get(supplier__name="Elm Tree Care CIC")
    assert (second.leads, second.starts) == (False, dt.date(2026, 5, 1))
    page = client.get(f"{here}people/").content.decode()
    assert "Elm Tree Care CIC" in page
    first = grounds.contract_suppliers.get(leads=True)
    ends = {**boxes("ends", dt.date(2026, 4, 30))}
    assert "before the first one" in client.post(f"{here}suppliers/{second.pk}/end/", ends).content.decode()
    last = boxes("ends", dt.date(2026, 12, 31))
    assert client.post(f"{here}suppliers/{second.pk}/end/", last).status_code == 303
    assert "is the only supplier then" in client.post(f"{here}suppliers/{first.pk}/end/", last).content.decode()
    assert signed_in("manager").get(f"{here}suppliers/add/").status_code == 403
    assert signed_in("eastholt lead").get(f"{here}suppliers/add/").status_code == 404


def test_a_form_that_is_sent_twice_acts_once(world: World, signed_in: Callable[[str], Client]) -> None:
    client = signed_in("procurement")
    assert 'name="form_key"' in client.get("/contracts/new/").content.decode()
    new = FACTS | {"authority": str(world.bodies["nmc"].pk), "form_key": "once"}
    first, again = (client.post("/contracts/new/", new) for _ in range(2))
    assert (first.status_code, again.status_code) == (303, 303)
    assert first["Location"] == again["Location"]
    grounds = world.contracts["grounds"]
    here = f"/contracts/{grounds.pk}/"
    assert 'name="form_key"' in client.get(f"{here}contacts/add/").content.decode()
    contact = {"supplier": world.bodies["harbourside"].pk, "name": "Nia Poole", "email": "nia@harbourside.example"}
    for _ in range(2):
        assert client.post(f"{here}contacts/add/", contact | {"form_key": "contact"}).status_code == 303
    assert grounds.contacts.filter(name="Nia Poole").count() == 1
    client = signed_in("commissioner")
    change = {"title": "x", "reason": "y", "value_pence": "1", "act": "save", "form_key": "change"}
    sent = change | boxes("effective", dt.date(2028, 4, 1))
    answers = [client.post(f"{here}changes/new/", sent) for _ in range(2)]
    assert [one.status_code for one in answers] == [303, 303]
    assert grounds.changes.count() == 1
    kpi = {"ref": "OWN", "deliverable": "Talks given", "unit": "hour", "kind": "quantity", "profile": "even"}
    kpi |= {"better": "up", "target": "16", "scalable": "no", "act": "save", "form_key": "kpi"}
    answers = [client.post(f"{here}kpis/new/", kpi) for _ in range(2)]
    assert [one.status_code for one in answers] == [303, 303]
    page = client.get(f"{here}kpis/").content.decode()
    assert 'name="form_key"' in page
    chosen = re.findall(r'name="chosen" value="([^"]+)"', page)
    answers = [client.post(f"{here}kpis/propose/", {"chosen": chosen, "form_key": "set"}) for _ in range(2)]
    assert [one.status_code for one in answers] == [303, 303]
