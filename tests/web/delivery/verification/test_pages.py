"""The pages of checking as people meet them: the queue, a claim, the declaration, the link of a beneficiary."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.test import Client

from commonweal_web.core.outbox import Message
from commonweal_web.delivery.models import Claim, Confirmation, Decision, DoubleFlag
from tests.web.delivery.verification import build
from tests.web.world import World

SignedIn = Callable[[str], Client]


@pytest.fixture
def claims(world: World) -> dict[str, Claim]:
    return build.first_return(world)


def address(claim: Claim, more: str = "") -> str:
    return f"/contracts/{claim.ret.contract_id}/claims/{claim.pk}/{more}"


def test_the_queue_has_the_claims_of_the_assigned_contract(signed_in: SignedIn, claims: dict[str, Claim]) -> None:
    page = signed_in("verifier").get("/verify/").content.decode()
    assert "6 that wait" in page
    assert "First claim under this KPI" in page
    assert page.index("NT1 ") < page.index("NT31 "), "what is worth more stands first"
    assert "Nothing waits" in signed_in("unassigned manager").get("/verify/").content.decode()
    assert signed_in("supplier").get("/verify/").status_code == 403


def test_the_filter_narrows_the_queue(signed_in: SignedIn, claims: dict[str, Claim]) -> None:
    page = signed_in("verifier").get("/verify/", {"measure": "NT17"}).content.decode()
    assert "1 of 6 that wait" in page
    page = signed_in("verifier").get("/verify/", {"least": "1000000"}).content.decode()
    assert "No claim fits this filter" in page
    page = signed_in("verifier").get("/verify/", {"least": "much", "contract": "9"}).content.decode()
    assert "must be an amount of money" in page


def test_a_claim_is_decided_after_the_declaration(signed_in: SignedIn, claims: dict[str, Claim]) -> None:
    client, claim = signed_in("verifier"), claims["NT17"]
    page = client.get(address(claim)).content.decode()
    assert "I have no tie with the supplier" in page
    assert "Save the decision" not in page
    client.post(address(claim, "declare/"))
    page = client.get(address(claim)).content.decode()
    assert "Save the decision" in page
    assert "payroll.xlsx" in page
    sent = {"verdict": "part", "accepted": "60", "version": "1", "form_key": "abc", "reason": ""}
    answer = client.post(address(claim), sent)
    assert answer.status_code == 303
    assert Decision.objects.get().accepted == 60
    page = client.get(address(claim)).content.decode()
    assert "Saved: NT17 accepted in part." in page
    assert "£1,050.00" in page
    assert "£262.50" in page
    assert "Next claim" in page


def test_a_form_with_nothing_in_it_says_what_to_do(signed_in: SignedIn, world: World, claims: dict[str, Claim]) -> None:
    build.no_tie(world, "verifier")
    answer = signed_in("verifier").post(address(claims["NT17"]), {"version": "1"})
    assert answer.status_code == 422
    assert "Choose what do you decide" not in answer.content.decode()
    answer = signed_in("verifier").post(address(claims["NT17"]), {"version": "1", "verdict": "reject"})
    assert "Say why it is rejected" in answer.content.decode()


def test_full_time_equivalents_are_turned_into_the_unit(
    signed_in: SignedIn, world: World, claims: dict[str, Claim]
) -> None:
    build.no_tie(world, "verifier")
    sent = {"verdict": "part", "accepted_fte": "7.5", "rejected": "0.125", "reason": "Outside.", "version": "1"}
    assert signed_in("verifier").post(address(claims["NT1"]), sent).status_code == 303
    assert str(Decision.objects.get().accepted).startswith("1.875")


def test_a_stale_page_is_answered_with_what_changed(
    signed_in: SignedIn, world: World, claims: dict[str, Claim]
) -> None:
    for key in ("verifier", "manager"):
        build.no_tie(world, key)
    first = {"verdict": "accept", "version": "1", "reason": ""}
    assert signed_in("verifier").post(address(claims["NT17"]), first).status_code == 303
    answer = signed_in("manager").post(address(claims["NT17"]), first)
    assert answer.status_code == 409
    assert "Vera Lund: accepted" in answer.content.decode()


def test_out_of_scope_is_404_and_the_supplier_only_reads(signed_in: SignedIn, claims: dict[str, Claim]) -> None:
    for key in ("eastholt lead", "brightwell supplier", "unassigned manager", "community member"):
        assert signed_in(key).get(address(claims["NT17"])).status_code == 404, key
    page = signed_in("supplier").get(address(claims["NT17"])).content.decode()
    assert "Save the decision" not in page
    answer = signed_in("supplier").post(address(claims["NT17"]), {"verdict": "accept", "version": "1"})
    assert answer.status_code == 403
    for key in ("lead", "auditor", "councillor", "director"):
        assert signed_in(key).get(address(claims["NT17"])).status_code == 200, key


def test_a_question_is_answered_on_the_same_page(signed_in: SignedIn, world: World, claims: dict[str, Claim]) -> None:
    build.no_tie(world, "verifier")
    sent = {"verdict": "ask", "reason": "Which days?", "version": "1"}
    signed_in("verifier").post(address(claims["NT17"]), sent)
    page = signed_in("supplier").get(address(claims["NT17"])).content.decode()
    assert "Which days?" in page
    assert signed_in("supplier").post(address(claims["NT17"], "answer/"), {}).status_code == 422
    assert signed_in("supplier").post(address(claims["NT17"], "answer/"), {"answer": "Saturdays"}).status_code == 303
    assert "Saturdays" in signed_in("verifier").get(address(claims["NT17"])).content.decode()


def test_a_decision_is_corrected_from_the_page(signed_in: SignedIn, world: World, claims: dict[str, Claim]) -> None:
    build.no_tie(world, "verifier")
    client = signed_in("verifier")
    client.post(address(claims["NT10"]), {"verdict": "accept", "version": "1", "reason": ""})
    movement = Decision.objects.get().movements.get()
    page = address(claims["NT10"], f"movements/{movement.pk}/correct/")
    assert "Take it back" in client.get(page).content.decode()
    assert client.post(page, {"amount": "3", "reason": "Of another site", "version": "2"}).status_code == 303
    assert client.get(address(claims["NT1"], f"movements/{movement.pk}/correct/")).status_code == 404


def ask(client: Client, claim: Claim, email: str = "chair@abbeyfieldforum.example") -> str:
    """Ask a beneficiary, and return the path of the link in the mail."""
    answer = client.post(
        address(claim, "ask-a-beneficiary/"), {"beneficiary": "Abbeyfield Youth Forum", "email": email}
    )
    assert answer.status_code == 303, answer.content.decode()
    body = Message.objects.get(key__startswith="confirmation:").body
    return (
        next(line for line in body.splitlines() if "/confirm/" in line)
        .partition("/confirm/")[2]
        .join(["/confirm/", ""])
    )


def test_a_beneficiary_corrects_60_of_75_and_the_part_is_offered(
    signed_in: SignedIn, world: World, claims: dict[str, Claim]
) -> None:
    build.no_tie(world, "verifier")
    link = ask(signed_in("supplier"), claims["NT17"])
    assert Confirmation.objects.get().token_hash not in link
    anybody = Client()
    page = anybody.get(link)
    assert page["Cache-Control"] == "no-store"
    assert "75 hours" in page.content.decode()
    assert "Harbourside Gardens CIC" in page.content.decode()
    assert anybody.post(link, {}).status_code == 422
    assert anybody.post(link, {"answer": "other", "answered_as": "chair"}).status_code == 422
    said = {"answer": "other", "amount": "60", "answered_as": "chair", "comment": "It rained."}
    assert anybody.post(link, said).status_code == 303
    again = anybody.post(link, {"answer": "yes", "answered_as": "somebody else"})
    assert "60 hours of 75" in again.content.decode(), "a link answers once"
    row = Confirmation.objects.get()
    assert (row.state, row.confirmed, row.answered_as) == ("corrected", 60, "chair")
    page = signed_in("verifier").get(address(claims["NT17"])).content.decode()
    assert 'value="60"' in page
    assert "Beneficiary says another figure" in page


def test_a_supplier_cannot_confirm_for_itself(signed_in: SignedIn, claims: dict[str, Claim]) -> None:
    said = {"beneficiary": "Us", "email": "friend@harbourside.example"}
    answer = signed_in("supplier").post(address(claims["NT17"], "ask-a-beneficiary/"), said)
    assert "belongs to the supplier" in answer.content.decode()
    said = {"beneficiary": "Forum", "email": "chair@abbeyfieldforum.example"}
    assert signed_in("councillor").post(address(claims["NT17"], "ask-a-beneficiary/"), said).status_code == 403


def test_unknown_and_expired_links_say_so_and_guessing_is_slowed(signed_in: SignedIn, claims: dict[str, Claim]) -> None:
    cache.clear()
    link = ask(signed_in("supplier"), claims["NT17"])
    Confirmation.objects.update(expires_at="2026-01-01T00:00:00Z")
    assert Client().get(link).status_code == 410
    answers = [Client().get(f"/confirm/guess{n}/").status_code for n in range(31)]
    assert answers == [404] * 30 + [429]
    cache.clear()


def test_the_lead_decides_a_double_claim_and_the_other_body_sees_only_its_own(
    signed_in: SignedIn, world: World, claims: dict[str, Claim]
) -> None:
    library = build.kpi_for(world.contracts["library"], "NT10", world)
    ret = build.make_return(world.contracts["library"], by=world.people["calder supplier"])
    other = build.make_claim(ret, library.ref, "26", by=world.people["calder supplier"])
    pair = ((claims["NT10"], other), (other, claims["NT10"]))
    flags = [DoubleFlag.objects.create(mark="a7" * 32, claim=c, other=o, found_at=ret.received_at) for c, o in pair]
    page = signed_in("lead").get("/doubles/").content.decode()
    assert "NMC-2026-014 NT10" in page
    assert "EBC-2026-003" not in page
    assert signed_in("lead").get(f"/doubles/{flags[1].pk}/").status_code == 404
    page = signed_in("lead").get(f"/doubles/{flags[0].pk}/").content.decode()
    assert "A person in two claims" in page
    assert "a7a7" not in page, "the mark that sides are compared by is never shown"
    assert "Calder" not in page
    assert signed_in("lead").post(f"/doubles/{flags[0].pk}/", {"state": "cleared"}).status_code == 422
    said = {"state": "cleared", "reason": "Two people: the college told us."}
    assert signed_in("lead").post(f"/doubles/{flags[0].pk}/", said).status_code == 303
    flags[1].refresh_from_db()
    assert flags[1].state == "open", "each side decides for itself"
    assert signed_in("manager").get("/doubles/").status_code == 403


def test_a_sample_is_drawn_shown_checked_and_given_as_csv(
    signed_in: SignedIn, world: World, claims: dict[str, Claim]
) -> None:
    build.no_tie(world, "verifier")
    for claim in claims.values():
        signed_in("verifier").post(address(claim), {"verdict": "accept", "version": "1", "reason": ""})
    client = signed_in("auditor")
    assert client.post("/samples/", {}).status_code == 422
    said = {"organisation": world.bodies["nmc"].pk, "title": "July", "size": "2", "number": "20270412"}
    said |= {f"first_{k}": v for k, v in (("day", "1"), ("month", "7"), ("year", "2026"))}
    said |= {f"last_{k}": v for k, v in (("day", "31"), ("month", "7"), ("year", "2026"))}
    answer = client.post("/samples/", said)
    assert answer.status_code == 303, answer.content.decode()
    page = client.get(answer.url).content.decode()
    assert "2 of 6 decisions" in page
    lines = client.get(f"{answer.url}sample.csv").content.decode().splitlines()
    assert len(lines) == 7
    drawn = next(line.split(",")[0] for line in lines[1:] if line.split(",")[1] == "1")
    look = f"{answer.url}{drawn}/"
    assert client.get(look).status_code == 200
    assert client.post(look, {"agrees": "no"}).status_code == 422
    assert client.post(look, {"agrees": "yes", "note": ""}).status_code == 303
    assert "Agrees" in client.get(answer.url).content.decode()
    assert signed_in("eastholt lead").get(answer.url).status_code == 404
    assert signed_in("verifier").get("/samples/").status_code == 403


def test_the_ledger_of_a_kpi_reconciles(signed_in: SignedIn, world: World, claims: dict[str, Claim]) -> None:
    build.no_tie(world, "verifier")
    client, claim = signed_in("verifier"), claims["NT17"]
    client.post(address(claim), {"verdict": "part", "accepted": "60", "version": "1", "reason": ""})
    page = client.get(f"/contracts/{claim.ret.contract_id}/kpis/{claim.kpi_id}/ledger/").content.decode()
    for said in ("April to June 2026", "£1,050.00", "£262.50", "£1,312.50", "Ledger by period (hour)"):
        assert said in page, said
    page = client.get(f"/contracts/{claim.ret.contract_id}/kpis/{claims['NT31'].kpi_id}/ledger/").content.decode()
    assert "nil declared" in page
    elsewhere = signed_in("eastholt lead").get(f"/contracts/{claim.ret.contract_id}/kpis/{claim.kpi_id}/ledger/")
    assert elsewhere.status_code == 404
