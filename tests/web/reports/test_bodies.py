"""Portfolio and directorate: the pennies of journey 4, the counts of journey 5, and legacy contracts on their line."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from decimal import Decimal

import pytest
from django.db import connection
from django.db.models import Sum
from django.test.utils import CaptureQueriesContext

from commonweal_web.contracts.models import Contract
from commonweal_web.delivery.models import BodyBalance, Return
from commonweal_web.reports import documents
from commonweal_web.reports.figures import figures_of, totals_of
from commonweal_web.reports.selectors.bodies import overview
from tests.web.journey_ten import approved
from tests.web.reports.first_return import first_return, promise_all
from tests.web.world import World, contract

AT = dt.datetime(2026, 7, 31, 12, 0, tzinfo=dt.UTC)
DAY = AT.date()


@pytest.fixture
def moment() -> dt.datetime:
    return AT


def nmc(world: World) -> object:
    return Contract.objects.filter(authority=world.bodies["nmc"])


def test_the_directorate_moves_by_the_verified_pounds_and_by_nothing_else(world: World) -> None:
    promise_all(world)
    before = overview(nmc(world), day=DAY)  # type: ignore[arg-type]
    Contract.objects.get(reference="NMC-2026-014").movements.all()
    first_return_without_promises(world)
    after = overview(nmc(world), day=DAY)  # type: ignore[arg-type]
    assert after.totals.verified_pence - before.totals.verified_pence == 9_730_000
    assert after.totals.pending_pence - before.totals.pending_pence == 26_250
    for same in ("contracts", "kpis", "due_pence", "missing", "with_pounds"):
        assert getattr(after.totals, same) == getattr(before.totals, same), same
    assert after.legacy == before.legacy


def first_return_without_promises(world: World) -> None:
    import tests.web.reports.first_return as made

    kept, made.promise_all = made.promise_all, lambda world: None
    try:
        first_return(world)
    finally:
        made.promise_all = kept


def test_balances_and_the_engine_say_the_same(world: World) -> None:
    first_return(world)
    rows = figures_of([world.contracts["grounds"]], day=DAY)
    totals = totals_of(rows)
    report = documents.whole_report([world.contracts["grounds"]], title="", as_at=DAY)
    for name, pence in (
        ("due", totals.due_pence), ("verified", totals.verified_pence), ("pending", totals.pending_pence),
    ):  # fmt: skip
        assert report.book[f"portfolio/{name}/pounds"].value * 100 == pence, name
    kept = BodyBalance.objects.filter(authority=world.bodies["nmc"], account="verified").aggregate(Sum("pence"))
    assert kept["pence__sum"] == totals.verified_pence == 9_730_000
    standing = documents.standings([world.contracts["grounds"]], as_at=DAY).standings
    engine = {one.kpi.ref: one.stands.rag.value for one in standing if one.stands}
    assert {kpi.ref: kpi.rag for kpi in rows[0].kpis} == engine


def test_what_is_let_go_of_is_not_due_any_more(world: World) -> None:
    from commonweal_web.reports.figures import _standing_due

    held = {"relieved": (Decimal(150), 0), "promised": (Decimal(58), 0)}
    assert _standing_due(held, [Decimal(75)]) == 58
    assert _standing_due({}, [Decimal(75)]) == 75


def test_one_missing_of_48_is_said_and_changes_no_total(world: World, signed_in: object) -> None:
    first_return(world)
    grounds = world.contracts["grounds"]
    verified = overview(nmc(world), day=DAY).totals.verified_pence  # type: ignore[arg-type]
    for number in range(46):
        made = contract(world, f"c{number}", "nmc", "oakline", f"NMC-{number:03}", "Other")
        returned(made, received=True)
    returned(world.contracts["cleaning"], received=False)
    found = overview(nmc(world), day=dt.date(2026, 7, 31))  # type: ignore[arg-type]
    assert found.returns is not None
    assert (found.returns.expected, found.returns.received, found.returns.on_time) == (48, 47, 47)
    assert found.totals.verified_pence == verified
    assert found.totals.missing == 1
    answer = signed_in("lead").get(f"/portfolio/{grounds.authority_id}/")  # type: ignore[operator]
    text = re.sub(r"\s+", " ", answer.content.decode())
    assert "47 of 48 expected returns have come (97.9 %), 1 is overdue" in text
    assert "47 of 48 came on time (97.9 %)" in text
    assert "no return: 1" in text
    assert "£97,300.00" in text


def returned(made: Contract, *, received: bool) -> None:
    came = {"state": "submitted", "received_at": AT, "first_received_at": dt.datetime(2026, 7, 10, tzinfo=dt.UTC)}
    Return.objects.create(
        contract=made, starts=dt.date(2026, 4, 1), ends=dt.date(2026, 6, 30), due=dt.date(2026, 7, 15),
        locks=dt.date(2026, 8, 4), **({**came, "submitted_by": somebody()} if received else {}),
    )  # fmt: skip


def somebody() -> object:
    from commonweal_web.organisations.models import User

    return User.objects.first()


def test_contracts_without_kpis_stand_on_their_own_line(world: World, signed_in: object) -> None:
    answer = signed_in("councillor").get(f"/portfolio/{world.bodies['nmc'].pk}/")  # type: ignore[operator]
    text = re.sub(r"\s+", " ", answer.content.decode())
    assert "1 of 2 running contracts" in text
    assert "neither raise nor lower" in text


def test_each_of_the_numbers_opens_its_working(world: World, signed_in: object) -> None:
    first_return(world)
    client = signed_in("director")  # type: ignore[operator]
    where = f"/directorates/{world.directorates['Neighbourhoods'].pk}/"
    page = client.get(where)
    assert page.status_code == 200
    for line in ("due", "verified", "pending"):
        assert f"working/?line=portfolio/{line}/pounds" in page.content.decode()
        answer = client.get(f"{where}working/", {"line": f"portfolio/{line}/pounds"})
        assert answer.status_code == 200
        assert "the same number" in answer.content.decode()
    assert client.get(f"{where}working/", {"line": "x"}).status_code == 303
    data = client.get(f"{where}working/", {"line": "portfolio/verified/pounds", "form": "json"})
    assert data["Content-Type"] == "application/json" or "json" in data["Content-Disposition"]


@pytest.mark.parametrize("form", ["pdf", "xlsx", "ods", "json", "zip"])
def test_the_whole_report_is_taken_away(world: World, signed_in: object, form: str) -> None:
    first_return(world)
    answer = signed_in("lead").get(f"/portfolio/{world.bodies['nmc'].pk}/report.{form}")  # type: ignore[operator]
    assert answer.status_code == 200
    assert "attachment" in answer["Content-Disposition"]
    if form == "zip":
        names = zipfile.ZipFile(io.BytesIO(answer.content)).namelist()
        assert "workings.csv" in names


def test_an_unknown_format_and_too_many_contracts_are_refused(world: World, signed_in: object) -> None:
    client = signed_in("lead")  # type: ignore[operator]
    where = f"/portfolio/{world.bodies['nmc'].pk}/report"
    assert client.get(f"{where}.exe").status_code == 404
    for number in range(50):
        contract(world, f"c{number}", "nmc", "oakline", f"NMC-{number:03}", "Other")
    answer = client.get(f"{where}.pdf")
    assert answer.status_code == 409
    assert "directorate by directorate" in answer.content.decode()


def test_nobody_sees_the_figures_of_another_body(world: World, signed_in: object) -> None:
    for key in ("eastholt lead", "supplier", "community member"):
        for url in (
            f"/portfolio/{world.bodies['nmc'].pk}/",
            f"/directorates/{world.directorates['Neighbourhoods'].pk}/",
            f"/portfolio/{world.bodies['nmc'].pk}/report.pdf",
        ):
            assert signed_in(key).get(url).status_code in (403, 404), (key, url)  # type: ignore[operator]


def test_a_manager_sees_the_own_contracts_and_is_told_so(world: World, signed_in: object) -> None:
    text = signed_in("manager").get(f"/portfolio/{world.bodies['nmc'].pk}/").content.decode()  # type: ignore[operator]
    assert "not all of the body" in text
    answer = signed_in("manager").get("/portfolio/")  # type: ignore[operator]
    assert answer.status_code == 303
    assert signed_in("supplier").get("/portfolio/").status_code == 200  # type: ignore[operator]


def test_the_number_of_queries_does_not_grow(world: World) -> None:
    first_return(world)

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            overview(nmc(world), day=DAY)  # type: ignore[arg-type]
        return len(seen)

    few = queries()
    for number in range(10):
        contract(world, f"c{number}", "nmc", "oakline", f"NMC-{number:03}", "Other")
    assert queries() == few <= 8


@pytest.mark.parametrize("framework", ["fx-svm-2025", "fx-2025.1"])
@pytest.mark.parametrize("additional", [False, True])
def test_an_agreement_and_its_own_call_off_count_once(
    world: World, signed_in: object, framework: str, additional: bool
) -> None:
    """40 apprentices of the agreement and 3 of a call-off are 40, in people or in weeks; additional they are 43."""
    facts = {"starts": dt.date(2025, 4, 1), "ends": dt.date(2026, 6, 30), "framework_agreement": True}
    own = contract(world, "own", "nmc", "brightwell", "NMC-FA-1", "Agreement", framework="fx-svm-2025", **facts)
    facts = {**facts, "framework_agreement": False, "call_off_of": own, "additional": additional}
    call_off = contract(world, "called", "nmc", "brightwell", "NMC-2026-230", "Call-off", framework=framework, **facts)
    value = {"value_series": "value/test", "value_source": "test"}
    approved(world, own, "SV2", "40", value_per_unit=Decimal(1000), **value)
    if framework == "fx-svm-2025":
        approved(world, call_off, "SV2", "3", value_per_unit=Decimal(1000), **value)
    else:
        weeks = {"weeks_per_apprentice": "78"}
        approved(world, call_off, "NT10", "30", data=weeks, value_per_unit=Decimal(100), **value)
    both = Contract.objects.filter(pk__in=[own.pk, call_off.pk])
    found = overview(both, day=DAY)
    assert found.totals.due_pence == (43 if additional else 40) * 100_000
    assert found.totals.within == (0 if additional else 1)
    assert {row.contract.pk: row.due_pence for row in found.rows} == {own.pk: 4_000_000, call_off.pk: 300_000}
    report = documents.whole_report(both, title="", as_at=DAY)
    assert report.book["portfolio/due/pounds"].value * 100 == found.totals.due_pence
    page = signed_in("lead").get(f"/portfolio/{own.authority_id}/").content.decode()  # type: ignore[operator]
    assert ("Total, each thing once" in page) is not additional
    assert ("1 KPI of call-offs counts within the framework agreement" in " ".join(page.split())) is not additional
    assert overview(both.filter(pk=call_off.pk), day=DAY).totals.due_pence == 300_000
