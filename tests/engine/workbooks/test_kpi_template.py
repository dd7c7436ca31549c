"""A KPI workbook goes out with its rules and comes back as exactly what was typed."""

from __future__ import annotations

import datetime as dt
import tempfile
import zipfile
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from commonweal import errors
from commonweal.catalogue import load_catalogue
from commonweal.portfolio import Kpi, Profile
from commonweal.workbooks.kpi_template import LAYOUT, KpisRead, KpiTerms, read_kpi_workbook, write_kpi_template
from tests.engine.workbooks.filling import fill
from tests.engine.workbooks.portfolio_strategies import amounts, needed, shares, text

MEASURES = tuple(load_catalogue().measure(code, framework="fx-2025.1") for code in ("NT1", "NT10", "NT17", "RLW"))
ASKED = KpiTerms("fx-2025.1", MEASURES, "NMC-2026-014", dt.date(2026, 4, 1), dt.date(2030, 3, 31), at_most=3)
ROWS = {measure.code: row for row, measure in enumerate(MEASURES, start=11)}


def returned(tmp_path: Path, answers: list[dict[str, object]], asked: KpiTerms = ASKED) -> KpisRead:
    path = tmp_path / "kpis.xlsx"
    write_kpi_template(ASKED, path)
    fill(path, LAYOUT, answers, {})
    return read_kpi_workbook(path, asked)


def test_promises_come_back_as_kpis(tmp_path: Path) -> None:
    read = returned(
        tmp_path,
        [
            {"measure": "NT10", "target": "208", "people": 2, "owner": "Delivery lead"},
            {"measure": "NT17", "target": 1200, "deliverable": "Hours", "profile": "s curve", "scalable": "yes"},
            {"measure": "NT1", "target": "32", "adjustments": "attribution 50%; deadweight 10%"},
        ],
    )
    assert read.problems == []
    assert read.people == {"NT10": 2}
    first, second, third = read.kpis
    assert (first.ref, first.target, first.unit, first.adjustments[1][1]) == ("NT1", 32, "FTE-year", Decimal("0.9"))
    assert (second.ref, second.owner, second.deliverable) == ("NT10", "Delivery lead", "Apprenticeship weeks")
    assert (third.profile, third.scalable, third.contract) == (Profile.S_CURVE, True, "NMC-2026-014")


def test_weeks_cannot_be_more_than_people_times_contract_weeks(tmp_path: Path) -> None:
    # 1 April 2026 to 31 March 2030 is 1461 days, the 209th week of which has begun: two people have 418 weeks.
    assert ASKED.weeks == 209
    assert returned(tmp_path, [{"measure": "NT10", "target": 418, "people": 2}]).problems == []
    read = returned(tmp_path, [{"measure": "NT10", "target": 419, "people": 2}])
    assert [str(p.where) for p in read.problems] == ["kpis.xlsx, KPIs, D12"]
    assert "weeks cannot be more than people × contract weeks, here 418" in read.problems[0].mend
    assert read.kpis == []
    undated = replace(ASKED, start=None)
    write_kpi_template(undated, tmp_path / "undated.xlsx")
    fill(tmp_path / "undated.xlsx", LAYOUT, [{"measure": "NT10", "target": 419, "people": 2}], {})
    assert read_kpi_workbook(tmp_path / "undated.xlsx", undated).kpis[0].target == 419


@pytest.mark.parametrize(
    ("answer", "code", "cell"),
    [
        ({"measure": "NT17", "owner": "somebody"}, "missing_value", "D13"),
        ({"measure": "RLW", "target": 101}, "out_of_range", "D14"),
        ({"measure": "NT71", "target": 1}, "unknown_measure", "A15"),
        ({"measure": "NT17", "target": "£2"}, None, ""),
        ({"measure": "NT17", "target": "two"}, "wrong_type", "D13"),
        ({"measure": "NT10", "target": 1, "people": 0}, "out_of_range", "E12"),
        ({"measure": "NT17", "target": 1, "adjustments": "luck 5%"}, "wrong_type", "H13"),
    ],
)
def test_each_wrong_cell_is_named(tmp_path: Path, answer: dict[str, object], code: str | None, cell: str) -> None:
    read = returned(tmp_path, [answer])
    assert [(p.code, str(p.where)) for p in read.problems] == ([(code, f"kpis.xlsx, KPIs, {cell}")] if code else [])
    assert len(read.kpis) == (0 if code else 1)


def test_a_measure_twice_and_too_many_kpis_are_refused(tmp_path: Path) -> None:
    read = returned(tmp_path, [{"measure": "NT17", "target": 1}, {"measure": "NT17", "target": 2}])
    assert [p.code for p in read.problems] == ["duplicate"]
    read = returned(tmp_path, [{"measure": code, "target": 1} for code in ROWS])
    assert [p.code for p in read.problems] == ["too_many_kpis"]


def test_another_version_is_refused_with_every_difference(tmp_path: Path) -> None:
    changed = replace(MEASURES[2], unit="day", card=replace(MEASURES[2].card, does_not_count=""))
    now = replace(ASKED, measures=(MEASURES[0], MEASURES[1], changed), at_most=0)
    with pytest.raises(errors.OtherVersion) as refused:
        returned(tmp_path, [], asked=now)
    assert refused.value.differences == (
        "Most KPIs was “3” and is now “no limit”.",
        "RLW was taken out.",
        "NT17: unit was “hour” and is now “day”.",
        "NT17: what does not count was “Unpaid hours in free time” and is now “”.",
    )


def test_the_xlsx_carries_its_rules(tmp_path: Path) -> None:
    write_kpi_template(ASKED, tmp_path / "kpis.xlsx")
    with zipfile.ZipFile(tmp_path / "kpis.xlsx") as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
    assert "sheetProtection" in sheet
    assert '"even,stepped,s curve,milestones"' in sheet
    assert "<formula2>100</formula2>" in sheet


kpis = st.lists(
    st.builds(
        Kpi,
        contract=st.just(ASKED.contract),
        ref=st.just(""),
        measure=st.sampled_from(list(ROWS)),
        deliverable=needed,
        unit=st.just(""),
        target=amounts.filter(lambda a: a <= 100),
        profile=st.sampled_from(Profile),
        adjustments=st.lists(st.tuples(st.just("attribution"), shares), max_size=1).map(tuple),
        place=text,
        cohort=text,
        scalable=st.booleans(),
        owner=text,
    ),
    unique_by=lambda kpi: kpi.measure,
    max_size=3,
)
TYPED = ("measure", "deliverable", "target", "profile", "adjustments", "place", "cohort", "scalable", "owner")


@pytest.mark.parametrize("ending", [".xlsx", ".ods"])
@given(typed=kpis)
@settings(
    max_examples=10, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate]
)
def test_exactly_what_was_typed_comes_back(ending: str, typed: list[Kpi]) -> None:
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / f"kpis{ending}"
        write_kpi_template(ASKED, path, kpis=typed)
        read = read_kpi_workbook(path, ASKED)
    assert read.problems == []
    ordered = sorted(typed, key=lambda kpi: ROWS[kpi.measure])
    assert [[getattr(k, n) for n in TYPED] for k in read.kpis] == [[getattr(k, n) for n in TYPED] for k in ordered]
