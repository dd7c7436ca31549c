"""The pages that tell a contract and a body in other frameworks: what they say, who opens them, what they refuse."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from commonweal.reporting.stored import differences
from commonweal_web.contracts.models import Contract
from commonweal_web.frameworks import kept
from commonweal_web.reports.other_words import balances, frames, overview
from commonweal_web.reports.other_words.facts import STATES, of_contract
from commonweal_web.reports.other_words.telling import tell
from tests.web.journey_ten import NOTHING, approved, journey_ten, returned, verified
from tests.web.reports.first_return import first_return
from tests.web.world import World, contract, quarters

SignedIn = Callable[[str], Client]
AFTER = dt.datetime(2026, 7, 31, 12, 0, tzinfo=dt.UTC)
SVM_2020 = "svm-2020"
TWO_WAYS = "svm-2020/SVM20-8-01"


@pytest.fixture
def moment() -> dt.datetime:
    return AFTER


def text_of(answer: object) -> str:
    html = answer.content.decode()  # type: ignore[attr-defined]
    return " ".join(re.sub(r"<[^>]+>", " ", html.replace("&nbsp;", " ").replace("\xa0", " ")).split())


def words_of(made: Contract, **query: str) -> str:
    return f"/contracts/{made.pk}/other-words/" + (
        f"?{'&'.join(f'{k}={v}' for k, v in query.items())}" if query else ""
    )


def test_the_first_page_shows_what_can_be_reached_with_its_coverage(world: World, signed_in: SignedIn) -> None:
    journey_ten(world)
    text = text_of(signed_in("manager").get(words_of(world.contracts["hubs"])))
    assert "6 of 8 (75.0 %)" in text
    assert "7 of 8 (87.5 %)" in text
    assert "Called off under CBS-FM-2025 Facilities Management Services, Central Buying Service" in text


def test_a_contract_is_told_in_one_framework_with_what_was_converted_and_what_was_not(
    world: World, signed_in: SignedIn
) -> None:
    journey_ten(world)
    text = text_of(signed_in("manager").get(words_of(world.contracts["hubs"], to="fx-2025.1")))
    for words in (
        "6 of 8 KPIs can be converted (75.0 %), 7 of 8 are converted or related (87.5 %), 1 has no counterpart: "
        "Suppliers with the standards for mental health at work.",
        "234 weeks",
        "× 78 (weeks planned for each apprentice)",
        "5 people, broader than CL, not convertible",
        "1 KPI without a counterpart",
    ):
        assert words in text, words


def test_until_the_weeks_are_known_they_stay_people(world: World, signed_in: SignedIn) -> None:
    journey_ten(world, data=NOTHING)
    text = text_of(signed_in("manager").get(words_of(world.contracts["hubs"], to="fx-2025.1")))
    assert "3 people, not convertible to weeks" in text
    assert "weeks planned for each apprentice (week/person)" in text
    assert "234" not in text


def test_the_goals_stand_with_their_reasons_and_each_delivery_once(world: World, signed_in: SignedIn) -> None:
    first_return(world)
    text = text_of(signed_in("manager").get(words_of(world.contracts["grounds"], to="sdg")))
    for words in ("Each KPI once", "97,300", "skills for work", "these rows are not added up"):
        assert words in text, words


def test_a_figure_opens_its_working_down_to_who_verified_it(world: World, signed_in: SignedIn) -> None:
    first_return(world)
    client = signed_in("manager")
    page = client.get(words_of(world.contracts["grounds"], to="coventry-indicators"))
    line = "also/coventry-indicators/verified/total/coventry-indicators/CV-E2-03/quantity"
    assert f"line={line.replace('/', '%2F')}" in page.content.decode()
    working = client.get(words_of(world.contracts["grounds"], to="coventry-indicators", line=line))
    text = text_of(working)
    assert "13 weeks" in text
    assert "Vera Lund" in text
    assert "Worked out again from the facts below just now: the same number." in text
    as_json = client.get(words_of(world.contracts["grounds"], to="coventry-indicators", line=line, form="json"))
    assert line in as_json.content.decode()
    assert client.get(words_of(world.contracts["grounds"], to="sdg", line="none")).status_code == 404


def test_a_newer_release_stands_beside_it_and_in_no_total(world: World, signed_in: SignedIn) -> None:
    first_return(world)
    client, grounds = signed_in("manager"), world.contracts["grounds"]
    for address in (words_of(grounds), words_of(grounds, to="fx-2025.1")):
        text = text_of(client.get(address))
        assert "At fx-2026.1, not reported (£)" in text
        assert "NT10 13 weeks 3,250 3,380" in text
    told = tell(of_contract(grounds, as_at=AFTER.date()), "fx-2025.1")
    report_total = told.facts.book[told.cover["verified"].pounds].value
    assert report_total == Decimal("97300.00")


def svm_contract(world: World) -> Contract:
    made = contract(world, "svm", "nmc", "brightwell", "NMC-2026-220", "Helpdesk", framework=SVM_2020)
    world.people["verdant supplier"] = world.people["brightwell supplier"]
    kpi = approved(world, made, "SVM20-8-01", "400")
    verified(world, returned(world, made, *quarters(made.starts, 1)[0]), kpi, "100")
    return made


def box(target: str) -> str:
    return f"{TWO_WAYS}:national-toms/{target}"


def test_a_measure_with_two_targets_asks_and_does_not_guess(world: World, signed_in: SignedIn) -> None:
    made = svm_contract(world)
    client = signed_in("lead")
    assert "Choose first: 1 measure could go to several of it" in text_of(client.get(words_of(made)))
    page = client.get(words_of(made, to="national-toms"))
    assert page.status_code == 200
    assert "Where should these deliveries count?" in text_of(page)
    assert "How much can be told" not in text_of(page)


@pytest.mark.parametrize(
    ("shares", "found"),
    [
        (("60", "40"), ["60 hours", "40 hours", "60 % of it, as chosen"]),
        (("100", ""), ["100 hours", "all of it, as chosen"]),
        (("0", "100"), ["100 hours"]),
    ],
)
def test_it_is_split_or_goes_to_one(
    world: World, signed_in: SignedIn, shares: tuple[str, str], found: list[str]
) -> None:
    made = svm_contract(world)
    given = {box("NT17"): shares[0], box("NT29"): shares[1]}
    page = signed_in("lead").get(f"/contracts/{made.pk}/other-words/", {"to": "national-toms", **given})
    assert page.status_code == 200
    text = text_of(page)
    for words in found:
        assert words in text, words
    assert "other-words.xlsx?to=national-toms" in page.content.decode()


@pytest.mark.parametrize(("shares", "words"), [
    (("60", "30"), "The shares of SVM20-8-01 make 90 % (60 % + 30 %). Let them make 100 %."),
    (("60", "60"), "make 120 %"),
    (("0", "0"), "make 0 %"),
    (("some", "40"), "must be a number"),
    (("-10", "110"), "0"),
])  # fmt: skip
def test_shares_that_make_no_whole_are_refused_with_their_sum(
    world: World, signed_in: SignedIn, shares: tuple[str, str], words: str
) -> None:
    made = svm_contract(world)
    given = {box("NT17"): shares[0], box("NT29"): shares[1]}
    page = signed_in("lead").get(f"/contracts/{made.pk}/other-words/", {"to": "national-toms", **given})
    assert page.status_code == 422
    assert words in text_of(page)
    file = signed_in("lead").get(f"/contracts/{made.pk}/other-words.json", {"to": "national-toms", **given})
    assert file.status_code == 409


def test_the_files_say_what_the_page_says(world: World, signed_in: SignedIn) -> None:
    journey_ten(world)
    client, made = signed_in("manager"), world.contracts["hubs"]
    for form in ("pdf", "xlsx", "ods", "zip", "json"):
        answer = client.get(f"/contracts/{made.pk}/other-words.{form}", {"to": "fx-2025.1"})
        assert answer.status_code == 200, form
        assert "attachment" in answer["Content-Disposition"]
        if form == "zip":
            with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
                table = next(name for name in archive.namelist() if name.endswith("fx-2025-1-measures.csv"))
                assert "234" in archive.read(table).decode()
    assert client.get(f"/contracts/{made.pk}/other-words.doc", {"to": "sdg"}).status_code == 404
    assert client.get(f"/contracts/{made.pk}/other-words.pdf").status_code == 409
    assert client.get(f"/contracts/{made.pk}/other-words/", {"to": "nothing"}).status_code == 409


def test_who_opens_it_and_who_takes_it_away(world: World, signed_in: SignedIn) -> None:
    journey_ten(world)
    here = f"/contracts/{world.contracts['hubs'].pk}/other-words"
    assert signed_in("verdant supplier").get(f"{here}/").status_code == 200
    for outsider in ("supplier", "eastholt lead", "central lead", "central manager"):
        assert signed_in(outsider).get(f"{here}/").status_code == 404, outsider
        assert signed_in(outsider).get(f"{here}.json", {"to": "sdg"}).status_code == 404, outsider
    director = signed_in("other director").get(f"{here}/", {"to": "fx-2025.1"})
    assert "other-words.pdf" not in director.content.decode()
    assert signed_in("other director").get(f"{here}.json", {"to": "fx-2025.1"}).status_code == 403


def test_a_licensed_value_computes_and_is_nowhere(world: World, signed_in: SignedIn) -> None:
    journey_ten(world)
    hubs, secret = world.contracts["hubs"], "713.377331"
    licensed = {"value_per_unit": Decimal(secret), "value_series": "pack/SV6", "value_licensed": True}
    kpi = approved(world, hubs, "SV6", "10", ref="LIC", **licensed)
    verified(world, hubs.returns.get(), kpi, "4")
    client = signed_in("manager")
    pages = [words_of(hubs), words_of(hubs, to="fx-2025.1"), f"/contracts/{hubs.pk}/agreement/"]
    line = f"{hubs.reference}/LIC/verified/pounds"
    pages += [words_of(hubs, to="fx-2025.1", line=line), words_of(hubs, to="fx-2025.1", line=line, form="json")]
    pages += [f"/contracts/{hubs.pk}/{name}.json?to=fx-2025.1" for name in ("other-words", "agreement")]
    pages.append(f"/portfolio/{hubs.authority_id}/other-words/?to=fx-2025.1&line={line}&form=json")
    for page in pages:
        person = signed_in("lead") if "portfolio" in page else client
        answer = person.get(page)
        assert answer.status_code == 200, page
        assert secret not in answer.content.decode(), page
    told = tell(of_contract(hubs, as_at=AFTER.date()), "fx-2025.1")
    worth = told.facts.book[told.cover["verified"].pounds].value
    assert worth == Decimal("2853.51")


def test_a_body_is_told_in_no_framework_that_another_keeps_to_itself(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine, other = world.bodies["nmc"].pk, world.bodies["ebc"].pk

    def row(pk: int, body: int, *, shown: bool, kind: str = "links") -> kept.Row:
        return kept.Row(pk, kind, f"key-{pk}", "0" * 64, body, shown, "")

    rows = (
        row(1, mine, shown=False), row(2, other, shown=False), row(3, other, shown=True),
        row(4, other, shown=False, kind="framework"), row(5, mine, shown=False, kind="values"),
    )  # fmt: skip
    monkeypatch.setattr(kept, "stamp", lambda: rows)
    assert [one.pk for one in frames.seen_by(mine).rows] == [1, 3]
    assert [one.pk for one in frames.seen_by(other).rows] == [2, 3, 4]


def test_balances_and_the_engine_say_the_same(world: World) -> None:
    """Ratios, averages, sums: what a body's page takes from balances is what the contract's own ledger says."""
    journey_ten(world)
    first_return(world)
    for key in ("grounds", "hubs", "national"):
        quick = balances.of_contracts([world.contracts[key]], as_at=AFTER.date(), body=world.bodies["nmc"].pk)
        whole = of_contract(world.contracts[key], as_at=AFTER.date())
        for state in STATES:
            one = {d.ref: d for d in quick.deliveries[state]}
            other = {d.ref: d for d in whole.deliveries[state]}
            assert one.keys() == other.keys()
            for ref, delivery in one.items():
                assert quick.book[delivery.quantity].value == whole.book[other[ref].quantity].value, ref
                assert bool(delivery.pounds) == bool(other[ref].pounds), ref
                if delivery.pounds:
                    assert quick.book[delivery.pounds].value == whole.book[other[ref].pounds].value, ref
        assert differences(tell(quick, "sdg").facts.book) == []


def test_the_first_page_counts_as_the_others_do(world: World) -> None:
    """It tells one KPI of each sort; what it says is what the page of each framework adds up."""
    journey_ten(world)
    first_return(world)
    grounds = Contract.objects.filter(authority=world.bodies["nmc"])
    facts = balances.of_contracts(grounds, as_at=AFTER.date(), body=world.bodies["nmc"].pk)
    rows = {row[0].href: [cell.text for cell in row[1:]] for row in overview.table(facts, str).rows}
    assert set(rows) == {"coventry-indicators", "fx-2025.1", "fx-2026.1", "fx-svm-2025", "sdg"}
    for release, (converted, reached, unmapped, pounds, whole) in rows.items():
        told = tell(facts, release)
        cover, done, book = told.cover["promised"], told.cover["verified"], told.facts.book
        number = {line: book[line].value for line in (cover.all, cover.converted, cover.related, cover.unmapped)}
        either = number[cover.converted] + number[cover.related]
        assert reached.startswith(f"{either} of {number[cover.all]} (")
        assert unmapped == f"{number[cover.unmapped]} of {number[cover.all]}"
        assert whole == f"{book[done.pounds].value:,.2f}" == "97,300.00"
        if release != "sdg":
            assert converted.startswith(f"{number[cover.converted]} of ")
            assert pounds == f"{book[done.converted_pounds].value:,.2f}"


def test_a_body_is_told_as_a_whole_and_by_directorate(world: World, signed_in: SignedIn) -> None:
    journey_ten(world)
    first_return(world)
    client, nmc = signed_in("lead"), world.bodies["nmc"].pk
    page = client.get(f"/portfolio/{nmc}/")
    assert f"/portfolio/{nmc}/other-words/" in page.content.decode()
    assert "Choose a framework" in text_of(client.get(f"/portfolio/{nmc}/other-words/"))
    told = text_of(client.get(f"/portfolio/{nmc}/other-words/", {"to": "fx-2025.1"}))
    assert "of different frameworks or value packs" in told
    assert "NMC-2026-014 NT17" in told
    assert "NMC-2026-210 SV6" in told
    corporate = world.directorates["Corporate"].pk
    part = text_of(client.get(f"/directorates/{corporate}/other-words/", {"to": "fx-2025.1"}))
    assert "NMC-2026-210 SV6" in part
    assert "NMC-2026-014" not in part
    for address in (f"/portfolio/{nmc}/other-words.json", f"/directorates/{corporate}/other-words.json"):
        assert client.get(address, {"to": "sdg"}).status_code == 200
        assert signed_in("eastholt lead").get(address, {"to": "sdg"}).status_code == 404
    line = "also/fx-2025.1/verified/coverage/all"
    assert "Worked out again" in text_of(
        client.get(f"/portfolio/{nmc}/other-words/", {"to": "fx-2025.1", "line": line})
    )


def test_a_call_off_counts_within_an_agreement_of_the_same_body(world: World) -> None:
    """Even where the two report in different frameworks: weeks of the one are people of the other."""
    own = contract(
        world,
        "own",
        "nmc",
        "brightwell",
        "NMC-FA-1",
        "Own agreement",
        framework="fx-svm-2025",
        framework_agreement=True,
    )
    call_off = contract(
        world, "called", "nmc", "brightwell", "NMC-2026-230", "Called off", framework="fx-2025.1", call_off_of=own
    )
    approved(world, own, "SV2", "40")
    approved(world, call_off, "NT10", "234", data={"weeks_per_apprentice": "78"})
    approved(world, call_off, "NT17", "10", ref="H")

    def apprentices() -> Decimal:
        facts = balances.of_contracts(
            Contract.objects.filter(pk__in=[own.pk, call_off.pk]), as_at=AFTER.date(), body=world.bodies["nmc"].pk
        )
        assert [known.ref for known in facts.apart] == (["NT10"] if not call_off.additional else [])
        told = tell(facts, "fx-svm-2025")
        return facts.book[told.totals["promised"]["fx-svm-2025/SV2"].quantity].value

    assert apprentices() == 40
    Contract.objects.filter(pk=call_off.pk).update(additional=True)
    call_off.additional = True
    assert apprentices() == 43


def test_the_number_of_queries_does_not_grow_with_the_contracts(world: World, signed_in: SignedIn) -> None:
    journey_ten(world)
    first_return(world)

    def queries() -> int:
        rows = Contract.objects.filter(authority=world.bodies["nmc"]).select_related("authority", "call_off_of")
        with kept.holding(), CaptureQueriesContext(connection) as seen:
            balances.of_contracts(rows, as_at=AFTER.date(), body=world.bodies["nmc"].pk)
        return len(seen)

    before = queries()
    for number in range(3):
        made = contract(world, f"more {number}", "nmc", "brightwell", f"NMC-2026-30{number}", "More")
        approved(world, made, "NT17", "10")
    assert queries() == before <= 4
