"""The pages of a return, as a browser without scripts sends them."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from commonweal_web.contracts.models import Assignment, Kpi
from commonweal_web.core import clock
from commonweal_web.delivery.models import Claim, Return
from commonweal_web.delivery.returns.workbook import workbook_bytes
from tests.web.delivery.returns.helpers import decided, declare, fill_in, first_return, return_for, send, type_in
from tests.web.world import BEGIN, World

SignedIn = Callable[[str], Client]
LATE = dt.datetime(2026, 11, 12, 10, 0, tzinfo=dt.UTC)


def page(ret: Return, name: str, *more: Any) -> str:
    return reverse(f"delivery:{name}", args=[ret.contract_id, ret.pk, *more])


def kpi_page(ret: Return, ref: str, name: str = "return_kpi") -> str:
    return page(ret, name, Kpi.objects.get(contract=ret.contract_id, ref=ref).pk)


def rows(*given: dict[str, str]) -> dict[str, str]:
    """The boxes of a builder with these rows and an empty one."""
    data = {"rows-TOTAL_FORMS": str(len(given) + 1), "rows-INITIAL_FORMS": "0", "identifier_kind": "ni"}
    for number, row in enumerate(given):
        data |= {f"rows-{number}-{name}": value for name, value in row.items()}
    return data


def amount(text: str = "", **more: str) -> dict[str, str]:
    return {"version": "0", "answer": "amount", "amount": text, **rows(), **more}


def test_the_whole_return_is_typed_and_sent_without_scripts(world: World, signed_in: SignedIn) -> None:
    ret, client = first_return(world), signed_in("supplier")
    assert "Due on 15 July 2026: 7 days left" in client.get(page(ret, "return")).content.decode()
    for ref, text in {"NT1": "8", "NT10": "13", "NT17": "75", "NT18": "31,250", "CL": "1"}.items():
        answer = client.post(kpi_page(ret, ref), amount(text))
        assert answer.status_code == 303, answer.content.decode()
        assert answer["Location"] == kpi_page(ret, ref, "return_evidence")
    nil = {"version": "0", "answer": "nil", "nil_reason": "Baseline survey in July"}
    answer = client.post(kpi_page(ret, "NT31"), nil)
    assert (answer.status_code, answer["Location"]) == (303, kpi_page(ret, "NT31", "return_words"))
    declared = {"only_this_contract": "on", "only_contracted": "on", "account": "A dry spring."}
    half = client.post(page(ret, "return_declarations"), {"version": "0", "only_contracted": "on"}, follow=True)
    assert "cannot be sent before you also declare: “Everything here was delivered for" in half.content.decode()
    assert client.post(page(ret, "return_declarations"), declared).status_code == 303
    check = client.get(page(ret, "return_check"))
    text = check.content.decode()
    assert "8 FTE on average, which is 2 FTE-years" in text
    assert "£60,000.00" in text
    assert "£101,312.50" in text
    sent = client.post(page(ret, "return_check"), form_of(text))
    assert sent["Location"] == page(ret, "return_receipt")
    receipt = client.get(sent["Location"]).content.decode()
    ret.refresh_from_db()
    assert ret.receipt in receipt
    assert "NMC-2026-014/2026-04" in receipt
    kept = client.get(page(ret, "return_json"))
    assert json.loads(kept.content)["submission"] == 1


def form_of(text: str) -> dict[str, str]:
    """The hidden boxes of the page's own form."""
    return {
        name: re.search(rf'name="{name}" value="([^"]*)"', text).group(1)  # type: ignore[union-attr]
        for name in ("version", "form_key")
    }


def test_a_double_click_and_a_second_tab_give_the_same_receipt(world: World, signed_in: SignedIn) -> None:
    ret, client = first_return(world), signed_in("supplier")
    fill_in(ret, world.people["supplier"])
    first, second = (form_of(client.get(page(ret, "return_check")).content.decode()) for _ in range(2))
    places = [client.post(page(ret, "return_check"), form)["Location"] for form in (first, first, second)]
    assert set(places) == {page(ret, "return_receipt")}
    assert ret.receipts.count() == 1


def test_an_answer_changed_meanwhile_is_shown_before_sending(world: World, signed_in: SignedIn) -> None:
    ret, client = first_return(world), signed_in("supplier")
    fill_in(ret, world.people["supplier"])
    form = form_of(client.get(page(ret, "return_check")).content.decode())
    type_in(ret, world.people["supplier administrator"], "NT10", "12")
    answer = client.post(page(ret, "return_check"), form)
    assert answer.status_code == 409
    assert "12 weeks" in answer.content.decode()
    ret.refresh_from_db()
    assert ret.state == "draft"
    again = form_of(answer.content.decode())
    assert client.post(page(ret, "return_check"), again).status_code == 303


def test_people_add_up_and_no_identifier_comes_back(world: World, signed_in: SignedIn) -> None:
    ret, client = first_return(world), signed_in("supplier")
    people = rows(
        {"initials": "ab", "outcode": "nm4", "share": "1", "identifier": "AB123456C"},
        {"initials": "CD", "share": "0.5", "started_day": "1", "started_month": "4", "started_year": "2026"},
    )
    assert client.post(kpi_page(ret, "NT1"), amount() | people).status_code == 303
    claim = Claim.objects.get(ret=ret, kpi__ref="NT1")
    assert claim.amount == claim.amount.__class__("0.375")
    shown = client.get(kpi_page(ret, "NT1")).content.decode()
    assert "AB123456" not in shown
    assert "NM4" in shown
    differs = client.post(kpi_page(ret, "NT1"), amount("9", version=str(claim.version)) | people)
    assert differs.status_code == 422
    assert "The rows below make 1.5, which is not what you typed." in differs.content.decode()


def test_a_row_is_added_and_taken_out_without_losing_what_was_typed(world: World, signed_in: SignedIn) -> None:
    ret, client = first_return(world), signed_in("supplier")
    typed = amount() | rows({"initials": "AB", "share": "x"}, {"initials": "CD", "share": "1"})
    added = client.post(kpi_page(ret, "NT1"), typed | {"add_row": "1"}).content.decode()
    assert 'value="AB"' in added
    assert 'value="x"' in added
    assert "There is a problem" not in added
    taken = client.post(kpi_page(ret, "NT1"), typed | {"remove_row": "0"}).content.decode()
    assert 'value="AB"' not in taken
    assert 'value="CD"' in taken
    assert not Claim.objects.filter(ret=ret).exists()


def test_sessions_and_spend_add_up(world: World, signed_in: SignedIn) -> None:
    ret, client = first_return(world), signed_in("supplier")
    sessions = rows({"what": "Planting", "hours": "2.5", "people": "6", "times": "5"})
    assert client.post(kpi_page(ret, "NT17"), amount() | sessions).status_code == 303
    spend = rows({"supplier": "Tollgate Seeds", "outcode": "nm1", "pounds": "1,250.50", "invoice": "INV 7"})
    assert client.post(kpi_page(ret, "NT18"), amount() | spend).status_code == 303
    found = {claim.kpi.ref: claim.amount for claim in Claim.objects.filter(ret=ret)}
    assert {key: f"{value:f}" for key, value in found.items()} == {"NT17": "75.000000", "NT18": "1250.500000"}
    line = ret.contract.spend_lines.get()
    assert line.invoice_mark
    assert "INV" not in line.invoice_mark


@pytest.mark.parametrize(
    ("ref", "data", "words"),
    [
        ("NT10", {}, "Choose whether you report an amount or nothing."),
        ("NT10", {"answer": "amount"}, "Enter the amount, or choose “Nothing to report”."),
        ("NT10", {"answer": "amount", "amount": "-3"}, "must be 0 or more"),
        ("NT10", {"answer": "amount", "amount": "many"}, "must be a number, like 12.5"),
        ("NT10", {"answer": "nil"}, "Say why there is nothing to report."),
        ("NT18", {"answer": "amount", "amount": "1.234"}, "no more than 2 decimal places"),
    ],
)
def test_what_cannot_be_read_is_said_beside_its_box(
    world: World, signed_in: SignedIn, ref: str, data: dict[str, str], words: str
) -> None:
    ret = first_return(world)
    answer = signed_in("supplier").post(kpi_page(ret, ref), {"version": "0"} | rows() | data)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert words in text
    assert "There is a problem" in text


def test_two_who_type_at_once_see_both_answers(world: World, signed_in: SignedIn) -> None:
    ret = first_return(world)
    type_in(ret, world.people["supplier administrator"], "NT10", "11")
    answer = signed_in("supplier").post(kpi_page(ret, "NT10"), amount("13"))
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "11 weeks" in text
    assert 'value="13"' in text
    assert "Hal Reed" in text
    version = Claim.objects.get(ret=ret).version
    assert signed_in("supplier").post(kpi_page(ret, "NT10"), amount("13", version=str(version))).status_code == 303


def test_autosave_answers_with_words_and_the_version(world: World, signed_in: SignedIn) -> None:
    ret, client = first_return(world), signed_in("supplier")
    headers = {"X-Autosave": "1", "Accept": "application/json"}
    answer = client.post(kpi_page(ret, "NT10"), amount("13"), headers=headers)
    assert answer.json() == {"saved": "Saved at 13:00", "version": 1}
    wrong = client.post(kpi_page(ret, "NT10"), amount("x", version="1"), headers=headers)
    assert wrong.status_code == 422
    stale = client.post(kpi_page(ret, "NT10"), amount("12"), headers=headers)
    assert stale.status_code == 409


def test_something_unusual_is_asked_about_and_never_blocks(world: World, signed_in: SignedIn) -> None:
    ret, client = first_return(world), signed_in("supplier")
    fill_in(ret, world.people["supplier"])
    claim = Claim.objects.get(ret=ret, kpi__ref="NT10")
    client.post(kpi_page(ret, "NT10"), amount("400", version=str(claim.version)))
    words = kpi_page(ret, "NT10", "return_words")
    assert "400 weeks is more than three times the 13 weeks that is due" in client.get(words).content.decode()
    check = client.get(page(ret, "return_check")).content.decode()
    assert "No reason given." in check
    claim.refresh_from_db()
    given = {"version": str(claim.version), "why_far_from_due": "A whole cohort began", "account": ""}
    assert client.post(words, given).status_code == 303
    check = client.get(page(ret, "return_check")).content.decode()
    assert "A whole cohort began" in check
    assert client.post(page(ret, "return_check"), form_of(check)).status_code == 303


def test_last_periods_people_are_offered_and_its_amount_is_told(world: World, signed_in: SignedIn) -> None:
    ret, client = first_return(world), signed_in("supplier")
    people = rows({"initials": "AB", "share": "1", "identifier": "AB123456C"})
    client.post(kpi_page(ret, "NT1"), amount() | people)
    for ref in ("NT10", "NT17", "NT18", "NT31"):
        type_in(ret, world.people["supplier"], ref, nil=True, nil_reason="Nothing yet")
    declare(ret, world.people["supplier"])
    send(ret, world.people["supplier"])
    later = return_for(world, "grounds", dt.date(2026, 7, 1))
    text = client.get(kpi_page(later, "NT1")).content.decode()
    assert 'value="AB"' in text
    assert "For April to June 2026 you reported 0.25 FTE-years. The 1 person of that period stand" in text


def test_suppliers_whose_spend_was_accepted_are_offered_again(world: World, signed_in: SignedIn) -> None:
    ret, client, by = first_return(world), signed_in("supplier"), world.people["supplier"]
    spend = rows({"supplier": "Tollgate Seeds", "outcode": "NM1", "pounds": "31250"})
    client.post(kpi_page(ret, "NT18"), amount() | spend)
    for ref in ("NT1", "NT10", "NT17", "NT31"):
        type_in(ret, by, ref, nil=True, nil_reason="Nothing yet")
    declare(ret, by)
    send(ret, by)
    later = return_for(world, "grounds", dt.date(2026, 7, 1))
    assert "Tollgate Seeds" not in client.get(kpi_page(later, "NT18")).content.decode()
    decided(world, Claim.objects.get(ret=ret, kpi__ref="NT18"))
    assert "Tollgate Seeds" in client.get(kpi_page(later, "NT18")).content.decode()


def test_an_officer_sees_the_state_and_no_draft(world: World, signed_in: SignedIn) -> None:
    ret = first_return(world)
    type_in(ret, world.people["supplier"], "NT10", "1234")
    text = signed_in("manager").get(page(ret, "return")).content.decode()
    assert "Open" in text
    assert "1,234" not in text
    assert signed_in("manager").get(kpi_page(ret, "NT10")).status_code == 403
    assert signed_in("calder supplier").get(page(ret, "return")).status_code == 404


def test_recall_and_correct_by_page(world: World, signed_in: SignedIn) -> None:
    ret, client = first_return(world), signed_in("supplier")
    fill_in(ret, world.people["supplier"])
    send(ret, world.people["supplier"])
    claim = Claim.objects.get(ret=ret, kpi__ref="NT17")
    correct = page(ret, "return_correct", claim.pk)
    assert client.get(correct).status_code == 200
    data = {"version": str(claim.version), "answer": "amount", "amount": "70", "reason": "Counted twice"}
    assert client.post(correct, data).status_code == 303
    ret.refresh_from_db()
    assert client.get(page(ret, "return_recall")).status_code == 200
    assert client.post(page(ret, "return_recall"), {"version": ret.version, "reason": ""}).status_code == 303
    assert "draft again" in client.get(page(ret, "return")).content.decode()


def test_the_closed_page_and_reopening_by_page(world: World, signed_in: SignedIn) -> None:
    Assignment.objects.create(
        contract=world.contracts["cleaning"], user=world.people["manager"], part="owner", starts=BEGIN
    )
    with clock.fixed(LATE):
        ret = return_for(world, "cleaning", dt.date(2026, 7, 1))
        own = signed_in("brightwell supplier").get(page(ret, "return")).content.decode()
        assert "closed on 4 November 2026 because 20 days passed" in own
        assert "manager@northmere.example" in own
        ask = page(ret, "return_reopening")
        assert ask in signed_in("manager").get(page(ret, "return")).content.decode()
        assert signed_in("manager").post(ask, {"reason": "A flood"}).status_code == 303
        decide = page(ret, "reopening_decide", ret.reopenings.get().pk)
        assert decide in signed_in("lead").get(page(ret, "return")).content.decode()
        data = {"verdict": "grant", "until_day": "19", "until_month": "11", "until_year": "2026"}
        assert signed_in("manager").post(decide, data).status_code == 403
        assert signed_in("lead").post(decide, data).status_code == 303
        again = signed_in("brightwell supplier").get(page(ret, "return")).content.decode()
        assert "opened again until the end of 19 November 2026" in again
        assert "28 days late" in again
        listed = signed_in("lead").get(reverse("delivery:returns", args=[ret.contract_id])).content.decode()
        assert "Reopened, 28 days late" in listed
        assert "of the last 4 returns were late or missing" in listed
        assert "Missing now" in signed_in("lead").get(reverse("delivery:timeliness")).content.decode()


def test_the_workbook_comes_back_as_if_it_was_typed(world: World, signed_in: SignedIn) -> None:
    ret, client = first_return(world), signed_in("supplier")
    fill_in(ret, world.people["supplier"])
    typed = {c.kpi.ref: (c.amount, c.nil, c.nil_reason) for c in Claim.objects.filter(ret=ret)}
    for ending in ("return_workbook", "return_workbook_ods"):
        assert client.get(page(ret, ending)).status_code == 200
    filled = answered(workbook_bytes(ret))
    Claim.objects.filter(ret=ret).delete()
    answer = client.post(page(ret, "return_upload"), {"file": SimpleUploadedFile("return.xlsx", filled)})
    assert answer.status_code == 303, answer.content.decode()
    again = {c.kpi.ref: (c.amount, c.nil, c.nil_reason) for c in Claim.objects.filter(ret=ret)}
    assert again == typed


def answered(book: bytes, changes: dict[str, object] | None = None) -> bytes:
    """Fill in the declarations of a workbook, and change cells."""
    import openpyxl

    opened = openpyxl.load_workbook(BytesIO(book))
    sheet = opened["Return"]
    answers = {
        "only this contract and this period": "yes",
        "only what the contract promises": "yes",
        "filled in by": "Hana",
    }
    for row in sheet.iter_rows(min_row=1, max_row=14):
        label = str(row[0].value or "").strip(" *").lower()
        for key, value in answers.items():
            if label.startswith(key):
                row[1].value = value
    for cell, value in (changes or {}).items():
        sheet[cell] = value
    out = BytesIO()
    opened.save(out)
    return out.getvalue()


def test_a_workbook_with_a_wrong_cell_or_of_another_contract_changes_nothing(world: World, signed_in: SignedIn) -> None:
    ret, client = first_return(world), signed_in("supplier")
    fill_in(ret, world.people["supplier"])
    import openpyxl

    sheet = openpyxl.load_workbook(BytesIO(workbook_bytes(ret)))["Return"]
    where = next(c.coordinate for row in sheet.iter_rows() for c in row if c.value == 13)
    wrong = answered(workbook_bytes(ret), {where: "a dozen"})
    answer = client.post(page(ret, "return_upload"), {"file": SimpleUploadedFile("return.xlsx", wrong)})
    assert answer.status_code == 422
    assert where in answer.content.decode()
    other = return_for(world, "grounds", dt.date(2026, 7, 1))
    filled = answered(workbook_bytes(other))
    answer = client.post(page(ret, "return_upload"), {"file": SimpleUploadedFile("return.xlsx", filled)})
    assert answer.status_code == 422
    assert "April to June 2026" in answer.content.decode()
    assert Claim.objects.get(ret=ret, kpi__ref="NT10").version == 1
    text = SimpleUploadedFile("return.txt", b"hello")
    assert client.post(page(ret, "return_upload"), {"file": text}).status_code == 422
