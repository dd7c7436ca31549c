"""A sheet on screen: filled by region, told in other words, reported by region and for the goals, taken away."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from commonweal.catalogue import Measure
from commonweal_web.audit.models import Event
from commonweal_web.core import logs
from commonweal_web.frameworks import selectors as frameworks
from commonweal_web.mapping.models import Entry, Sheet
from commonweal_web.mapping.sheets import opened, services
from tests.web.mapping.sheet_makers import STARTS, SV2, SV4, frozen_of, sheet_of, two_ways, with_starts

pytestmark = pytest.mark.django_db
DOWNLOADS = {
    "pdf": b"%PDF",
    "xlsx": b"PK",
    "ods": b"PK",
    "csv": b"\xef\xbb\xbf",
    "json": b"{",
}


def url(name: str, *arguments: object) -> str:
    return reverse(f"mapping:{name}", args=arguments)


def page(client: Client, name: str, *arguments: object) -> str:
    answer = client.get(url(name, *arguments))
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()).replace("\xa0", " "))


def kpi_form(sheet: Sheet, **values: str) -> dict[str, str]:
    return {"version": str(sheet.version), **values}


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    cache.clear()


@pytest.fixture
def made() -> tuple[Sheet, str]:
    return sheet_of()


def test_a_sheet_is_made_from_the_summary_and_only_its_hash_is_kept(client: Client) -> None:
    answer = client.post(url("sheet_make", frozen_of().digest))
    assert answer.status_code == 303
    token = answer["Location"].split("/")[3]
    sheet = Sheet.objects.get()
    assert (len(sheet.token_hash), sheet.owner) == (64, None)
    assert token not in json.dumps(list(Sheet.objects.values()), default=str)
    event = Event.objects.latest("pk")
    assert (event.verb, event.actor_id, event.role) == ("sheet.made", None, "visitor")
    assert token not in json.dumps(event.payload(), default=str)
    assert logs.address(answer["Location"]) == "/mapping/sheet/[token]/"
    assert client.get(url("sheet_make", frozen_of().digest)).status_code == 405
    assert client.post(url("sheet_make", "nothing")).status_code == 404


def test_every_token_looks_like_a_secret_to_the_log() -> None:
    assert all(logs.address(f"/mapping/sheet/{services.new_token()}/report/").count("[token]") == 1 for _ in range(200))


def test_one_address_makes_thirty_sheets_an_hour(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opened, "MADE", 2)
    statuses = [client.post(url("sheet_make", frozen_of().digest)).status_code for _ in range(3)]
    assert statuses == [303, 303, 409]
    assert Sheet.objects.count() == 2


def test_strangers_at_one_address_take_sixty_pdfs_an_hour(
    client: Client, made: tuple[Sheet, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opened, "PDFS", 1)
    assert [client.get(url("sheet_file", made[1], "pdf")).status_code for _ in range(2)] == [200, 409]
    assert client.get(url("sheet_file", made[1], "csv")).status_code == 200


def test_criteria_count_nothing_so_there_is_nothing_to_fill_in(client: Client) -> None:
    answer = client.post(url("sheet_make", frozen_of("svm-2026", ("svm-2025",)).digest))
    assert answer.status_code == 409
    assert "Nothing in this summary is counted" in answer.content.decode()


def test_a_secret_page_is_not_stored_nor_told_to_other_sites(client: Client, made: tuple[Sheet, str]) -> None:
    answer = client.get(url("sheet", made[1]))
    assert answer["Cache-Control"] == "no-store"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["X-Robots-Tag"] == "noindex"


@pytest.mark.parametrize("name", ["sheet", "sheet_report", "sheet_take_away", "sheet_upload"])
def test_a_wrong_link_is_not_there(client: Client, made: tuple[Sheet, str], name: str) -> None:
    assert client.get(url(name, made[1][:-1] + "x")).status_code == 404


def test_starts_are_filled_in_by_region_and_reconcile(client: Client, made: tuple[Sheet, str]) -> None:
    sheet, token = made
    values = {f"delivered_{region}": amount for region, amount in STARTS.items()} | {"target_": "40"}
    answer = client.post(url("sheet_kpi", token, 2), kpi_form(sheet, **values))
    assert answer["Location"] == url("sheet_kpi", token, 3)
    assert Entry.objects.filter(row=SV2).count() == 5, "a blank box makes no entry"
    assert Entry.objects.get(row=SV2, region="TLG").target is None
    said = page(client, "sheet", token)
    assert "40 people" in said
    assert "31 people" in said
    assert "31 people, not convertible to weeks" in said
    assert "1 of 8 KPIs filled in" in said
    report = page(client, "sheet_report", token)
    assert "North West – 7 Yorkshire and The Humber – 5 East Midlands – 6 West Midlands – 9 Not placed 40 4" in report
    assert "All regions 40 31" in report
    assert "CSV of all regions" in report


def test_weeks_need_their_datum_and_then_are_234(client: Client, made: tuple[Sheet, str]) -> None:
    sheet, token = made
    client.post(url("sheet_kpi", token, 2), kpi_form(sheet, target_TLG="3"))
    assert "3 people, not convertible to weeks" in page(client, "sheet", token)
    assert "50.0 %" in page(client, "sheet", token)
    sheet.refresh_from_db()
    client.post(url("sheet_kpi", token, 2), kpi_form(sheet, target_TLG="3", datum_0="78"))
    assert "target 234 weeks" in page(client, "sheet", token)
    assert "58,500" in page(client, "sheet_report", token)
    sheet.refresh_from_db()
    assert sheet.data == {SV2: {"weeks_per_apprentice": "78"}}
    client.post(url("sheet_kpi", token, 1), kpi_form(sheet, target_TLG="2", datum_0="2"))
    said = page(client, "sheet", token)
    assert "6 of 8 KPIs can be converted with what is known (75.0 %), 7 of 8 are related or converted (87.5 %)" in said
    assert "Without a counterpart: SV5" in said


def test_one_delivery_serves_two_goals_and_counts_once(client: Client, made: tuple[Sheet, str]) -> None:
    with_starts(made[0], targets={"": "40"})
    said = page(client, "sheet_report", made[1])
    assert "4 Quality education SV2 4.4 40 people 31 people" in said
    assert "8 Decent work and economic growth SV2 8.6 40 people 31 people" in said
    assert "All Each KPI once SV2 – 40 people 31 people" in said
    assert "62 people" not in said


def test_a_percentage_of_all_regions_comes_from_the_sums(client: Client, made: tuple[Sheet, str]) -> None:
    asked = client.get(url("sheet_kpi", made[1], 4)).content.decode()
    assert "Give how many, and out of how many" in asked
    assert "Delivered, West Midlands: out of how many" in asked
    typed = {"delivered_TLG": "24", "delivered_of_TLG": "25", "delivered_TLI": "0", "delivered_of_TLI": "4"}
    assert client.post(url("sheet_kpi", made[1], 4), kpi_form(made[0], **typed)).status_code == 303
    assert Entry.objects.filter(row=SV4).count() == 2
    assert "82.76" in page(client, "sheet", made[1])
    said = page(client, "sheet_report", made[1])
    assert "West Midlands – 96.00 – 24 of 25" in said
    assert "All regions – 82.76 – 24 of 29" in said
    assert "48.00" not in said, "no average of 96 and 0"
    again = client.get(url("sheet_kpi", made[1], 4)).content.decode()
    assert 'name="delivered_of_TLG" type="text" value="25"' in re.sub(
        r'\s(spellcheck|id|autocomplete)="[^"]*"', "", again
    )


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"target_TLG": "95"}, "out of how many, or clear both boxes"),
        ({"target_of_TLG": "95"}, "how many, or clear both boxes"),
        ({"target_TLG": "0", "target_of_TLG": "0"}, "must be more than 0"),
    ],
)
def test_a_percentage_needs_part_and_whole(
    client: Client, made: tuple[Sheet, str], typed: dict[str, str], says: str
) -> None:
    answer = client.post(url("sheet_kpi", made[1], 4), kpi_form(made[0], **typed))
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert not Entry.objects.exists()


def test_the_database_keeps_no_whole_without_its_part(made: tuple[Sheet, str]) -> None:
    for wrong in ({"target_of": 5}, {"target": 1, "target_of": 0}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Entry.objects.create(sheet=made[0], row=SV4, region="TLG", **wrong)


def test_percentages_that_were_given_as_such_are_no_sum(client: Client, made: tuple[Sheet, str]) -> None:
    for region, percent in (("TLG", 95), ("TLI", 97)):
        Entry.objects.create(sheet=made[0], row=SV4, region=region, target=percent)
    assert "not added up" in page(client, "sheet", made[1])
    assert "192" not in page(client, "sheet_report", made[1])
    assert "All regions not added up" in page(client, "sheet_report", made[1])
    assert "percentages without their wholes make no percentage of all" in page(client, "sheet_report", made[1])


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("12,5", "must be written with a point, like 12.5, not 12,5."),
        ("-1", "must be 0 or more."),
        ("1000000000000000000000000000000", "must be 1,000,000,000,000 or less."),
        ("1e30", "must be a number, like 12.5."),
        ("1000000000001", "must be 1,000,000,000,000 or less."),
        ("NaN", "must be a number, like 12.5."),
        ("lots", "must be a number, like 12.5."),
        ("0.1234567", "must have 6 decimal places at most."),
    ],
)
def test_a_bad_number_says_how_to_write_it_and_saves_nothing(
    client: Client, made: tuple[Sheet, str], typed: str, says: str
) -> None:
    answer = client.post(url("sheet_kpi", made[1], 2), kpi_form(made[0], target_TLG=typed, target_TLF="1"))
    assert answer.status_code == 422
    assert f"Target, West Midlands {says}" in answer.content.decode()
    assert typed in answer.content.decode()
    assert not Entry.objects.exists()


@pytest.mark.parametrize(("typed", "stored"), [("1,200", 1200), (" 1 200 ", 1200), ("£5", 5), ("0", 0)])
def test_thousands_pounds_and_nought_are_taken(
    client: Client, made: tuple[Sheet, str], typed: str, stored: int
) -> None:
    client.post(url("sheet_kpi", made[1], 2), kpi_form(made[0], target_TLG=typed))
    assert Entry.objects.get().target == stored


def test_a_datum_must_be_above_zero(client: Client, made: tuple[Sheet, str]) -> None:
    answer = client.post(url("sheet_kpi", made[1], 2), kpi_form(made[0], datum_0="0"))
    assert "must be more than 0. Leave it blank if it is not known." in answer.content.decode()


def test_two_people_at_once_do_not_overwrite_each_other(client: Client, made: tuple[Sheet, str]) -> None:
    form = kpi_form(made[0], target_TLG="1")
    assert client.post(url("sheet_kpi", made[1], 2), form).status_code == 303
    second = client.post(url("sheet_kpi", made[1], 3), {**form, "target_TLG": "9"})
    assert second.status_code == 409
    assert "Somebody changed this while you had it open" in second.content.decode()
    assert [entry.row for entry in Entry.objects.all()] == [SV2]


def test_what_was_typed_into_a_stale_tab_stays_beside_what_the_sheet_says_now(
    client: Client, made: tuple[Sheet, str]
) -> None:
    assert (
        client.post(url("sheet_kpi", made[1], 2), kpi_form(made[0], target_TLG="1", target_TLI="5")).status_code == 303
    )
    address = url("sheet_kpi", made[1], 2)
    second = client.post(address, kpi_form(made[0], target_TLG="7.50", target_TLI="5.0", datum_0="78"))
    assert second.status_code == 409
    shown = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", second.content.decode()))
    assert "Target, West Midlands 7.5 1 " in shown
    assert "Weeks planned for each apprentice 78 – " in shown
    assert "Target, London" not in shown.partition("What it says now")[2].partition("What else must be known")[0]
    boxes = dict(re.findall(r'name="([\w-]+)"[^>]*value="([^"]*)"', second.content.decode()))
    assert (boxes["target_TLG"], boxes["datum_0"]) == ("7.50", "78")
    made[0].refresh_from_db()
    assert boxes["version"] == str(made[0].version), "sending it again is a choice made with both in sight"
    again = client.post(address, boxes)
    assert again.status_code == 303
    assert Entry.objects.get(region="TLG").target == Decimal("7.5")


def test_what_could_be_two_things_is_chosen_or_shared(client: Client) -> None:
    sheet, token = sheet_of(summary=two_ways())
    values = {"target_TLG": "100", "share_fx-2025.1/NT17": "50", "share_fx-2025.1/NT17b": "40"}
    assert "Choose how it is shared" in page(client, "sheet", token)
    answer = client.post(url("sheet_kpi", token, 6), kpi_form(sheet, **values))
    assert answer.status_code == 422
    assert "The shares in FX-2025.1 make 90 per cent. Let them make 100." in answer.content.decode()
    assert not Entry.objects.exists()
    client.post(url("sheet_kpi", token, 6), kpi_form(sheet, **{**values, "share_fx-2025.1/NT17b": "50"}))
    assert "target 50 hours; target 50 hours" in page(client, "sheet", token)
    sheet.refresh_from_db()
    client.post(
        url("sheet_kpi", token, 6),
        kpi_form(sheet, **{**values, "share_fx-2025.1/NT17": "100", "share_fx-2025.1/NT17b": ""}),
    )
    assert "target 100 hours" in page(client, "sheet", token)


def test_a_kpi_that_is_not_there(client: Client, made: tuple[Sheet, str]) -> None:
    assert client.get(url("sheet_kpi", made[1], 9)).status_code == 404
    assert client.get(url("sheet_kpi", made[1], 0)).status_code == 404


@pytest.mark.parametrize("form", DOWNLOADS)
def test_the_report_is_taken_away(client: Client, made: tuple[Sheet, str], form: str) -> None:
    with_starts(made[0])
    answer = client.get(url("sheet_file", made[1], form))
    assert answer.content.startswith(DOWNLOADS[form])
    assert answer["Content-Disposition"] == f'attachment; filename="mapping-report-fx-svm-2025-2026-07-08.{form}"'
    assert answer["Cache-Control"] == "no-store"
    if form == "pdf":
        assert b"/MarkInfo" in answer.content or b"/StructTreeRoot" in answer.content, "tagged"
    if form == "csv":
        rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
        assert sum(int(row["Delivered"]) for row in rows) == 31
        assert {row["As at"] for row in rows} == {"2026-07-08"}
        assert all("(fx-svm-2025)" in row["Framework release"] for row in rows)
        assert all("Invented test data" in row["Source and licence"] for row in rows)
    if form == "ods":
        assert b"SV2" in zipfile.ZipFile(io.BytesIO(answer.content)).read("content.xml")


@pytest.mark.parametrize("name", ["sheet", "sheet_report", "sheet_take_away"])
def test_the_step_back_to_select_has_what_is_chosen(client: Client, name: str) -> None:
    _, token = sheet_of(codes=("SV2", "SV6"))
    body = client.get(url(name, token)).content.decode()
    assert 'href="/mapping/select/?from=fx-svm-2025&amp;code=SV2&amp;code=SV6&amp;to=fx-2025.1">1. Select' in body


def test_one_row_for_each_kpi_stacks_on_a_phone_and_the_regions_do_not(client: Client, made: tuple[Sheet, str]) -> None:
    with_starts(made[0])
    for name in ("sheet", "sheet_report"):
        body = client.get(url(name, made[1])).content.decode()
        (stacked,) = re.findall(r'<table class="govuk-table[^"]*cw-table--stacks"[^>]*>\s*<caption[^>]*>([^<]*)<', body)
        assert stacked == "Each KPI over all regions"
        assert body.count("<table") > 1


def test_the_pages_name_every_download_and_the_permanent_link(client: Client, made: tuple[Sheet, str]) -> None:
    body = client.get(url("sheet_take_away", made[1])).content.decode()
    for form in DOWNLOADS:
        assert url("sheet_file", made[1], form) in body
    assert reverse("mapping:link", args=[made[0].frozen.digest]) in body
    assert "8 August 2027" in body
    assert "Sign in to keep it" in body


def test_no_licensed_value_is_shown(client: Client, made: tuple[Sheet, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """What a body's licensed pack says is never asked for here: only what everybody may see is."""
    asked: list[str] = []

    def nothing(measure: Measure) -> None:
        asked.append(measure.id)

    with_starts(made[0], weeks="78")
    monkeypatch.setattr(frameworks, "shown_series", nothing)
    body = client.get(url("sheet_report", made[1])).content.decode()
    assert "fx-2025.1/NT10" in asked
    assert "604,500" not in body
    assert "£" not in body.split("<main")[1].replace("Spend", "")
