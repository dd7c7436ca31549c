"""A KPI's blanks are filled from its framework; what the input states stays, and contradictions are told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from commonweal.catalogue import load_catalogue, units
from commonweal.checks.problem import Severity
from commonweal.packs import load_series
from commonweal.portfolio import Aggregation, Contract, Kind, Kpi, Portfolio
from commonweal.series import Entry, ValueSeries
from commonweal.workbooks.complete import complete, series_lookup

START = dt.date(2026, 4, 1)
CONTRACT = Contract("C1", "Grounds", start=START, framework="fx-2025.1")
BLANK = Kpi("C1", "NT17", "NT17", "", "")


def series(pack: str, value: str, *, unit: str = "GBP/hour", place: str = "", measure: str = "NT17") -> ValueSeries:
    entry = Entry(dt.date(2025, 1, 1), Decimal(value), "own", place)
    return ValueSeries(
        f"value/{pack}", pack, unit, "nominal", (entry,), pack=pack, framework="fx-2025.1", measure=measure
    )


def completed(
    kpi: Kpi, contract: Contract = CONTRACT, imported: Iterable[ValueSeries] = ()
) -> tuple[Kpi, list[tuple[str, Severity]]]:
    result = complete(
        Portfolio(contracts=[contract], kpis=[kpi]),
        catalogue=load_catalogue(),
        series=series_lookup(load=load_series, imported=imported),
        units=units(),
    )
    return result.kpis[0], [(p.code, p.severity) for p in result.problems]


def test_blanks_are_filled_and_the_value_is_frozen_with_its_source() -> None:
    kpi, problems = completed(BLANK)
    assert problems == []
    assert (kpi.unit, kpi.kind, kpi.deliverable) == ("hour", Kind.QUANTITY, "Hours given to community groups")
    assert (kpi.theme, kpi.outcome) == ("Local economy and community", "Stronger community groups")
    assert kpi.evidence_rule == "The group's confirmation"
    assert (kpi.value_per_unit, kpi.value_on) == (Decimal("17.50"), START)
    assert kpi.value_series == "value/fx-2025.1-nt17"
    assert kpi.value_source == "Invented for this project; no published source"


def test_a_ratio_and_a_sensitive_measure_bring_their_rules() -> None:
    ratio, _ = completed(replace(BLANK, ref="RLW", measure="RLW"))
    assert (ratio.kind, ratio.over_time, ratio.value_per_unit) == (Kind.RATIO, Aggregation.RECOMPUTE, None)
    leavers, _ = completed(replace(BLANK, ref="CL", measure="cl"))
    assert (leavers.sensitive, leavers.cohort, leavers.over_contracts) == (True, "care_leaver", Aggregation.DISTINCT)


def test_what_the_input_states_stays() -> None:
    stated = replace(BLANK, deliverable="Ours", value_per_unit=Decimal(20), theme="T", outcome="O", unit="hrs")
    kpi, problems = completed(stated)
    assert problems == []
    assert (kpi.deliverable, kpi.value_per_unit, kpi.theme, kpi.outcome) == ("Ours", 20, "T", "O")
    assert (kpi.unit, kpi.value_series) == ("hour", "")


def test_a_later_day_and_a_named_source_are_kept() -> None:
    on = dt.date(2027, 1, 1)
    kpi, _ = completed(replace(BLANK, value_on=on, value_source="Schedule 4"))
    assert (kpi.value_on, kpi.value_source) == (on, "Schedule 4")


def test_no_pounds_can_be_asked_for() -> None:
    kpi, problems = completed(BLANK, replace(CONTRACT, value_pack="None"))
    assert (kpi.value_per_unit, problems) == (None, [])


def test_a_unit_that_the_measure_does_not_count_is_an_error_and_brings_no_pounds() -> None:
    kpi, problems = completed(replace(BLANK, unit="weeks"))
    assert problems == [("unit_not_counted", Severity.ERROR)]
    assert (kpi.unit, kpi.value_per_unit) == ("week", None)


def test_a_rule_that_differs_from_the_framework_is_a_warning() -> None:
    kpi, problems = completed(replace(BLANK, over_time=Aggregation.LAST, kind=Kind.LEVEL, better="down"))
    assert problems == [("differs_from_measure", Severity.WARNING)] * 2
    assert (kpi.over_time, kpi.kind, kpi.better) == (Aggregation.LAST, Kind.LEVEL, "down")


def test_unknown_names_come_with_the_nearest() -> None:
    two = Portfolio(
        contracts=[replace(CONTRACT, framework="fx-2025")], kpis=[BLANK, replace(BLANK, ref="B", unit="hour")]
    )
    result = complete(two, catalogue=load_catalogue(), series=series_lookup(load=load_series), units=units())
    assert [p.code for p in result.problems] == ["unknown_framework", "missing_unit"]
    assert "fx-2025.1" in result.problems[0].found
    kpi, problems = completed(replace(BLANK, measure="NT171", unit="hour"))
    assert problems == [("unknown_measure", Severity.ERROR)]
    assert kpi.value_per_unit is None


def test_a_local_kpi_needs_a_unit_only() -> None:
    assert completed(replace(BLANK, measure="", unit="offers"))[1] == []
    assert completed(replace(BLANK, measure=""))[1] == [("missing_unit", Severity.ERROR)]
    assert completed(replace(BLANK, unit="hour"), replace(CONTRACT, framework=""))[1] == []


def test_a_value_that_is_missing_on_its_day_is_an_error_and_never_zero() -> None:
    kpi, problems = completed(replace(BLANK, value_on=dt.date(2020, 1, 1)))
    assert (kpi.value_per_unit, problems) == (None, [("no_value_for_date", Severity.ERROR)])
    kpi, problems = completed(BLANK, replace(CONTRACT, start=None))
    assert (kpi.value_per_unit, problems) == (None, [("no_value_date", Severity.ERROR)])


def test_a_named_pack_answers_and_a_pack_without_the_measure_is_told() -> None:
    own = replace(CONTRACT, value_pack="Ours")
    assert completed(BLANK, own, [series("ours", "19")])[0].value_per_unit == 19
    assert completed(BLANK, replace(own, value_pack="example"))[0].value_per_unit == Decimal("17.50")
    kpi, problems = completed(BLANK, own)
    assert (kpi.value_per_unit, problems) == (None, [("no_value_in_pack", Severity.WARNING)])
    ratio = replace(BLANK, measure="RLW")
    assert completed(ratio, own)[1] == []


def test_the_only_imported_value_is_used_where_the_framework_ships_none() -> None:
    ratio = replace(BLANK, ref="RLW", measure="RLW")
    mine = series("ours", "3", unit="GBP/percent", measure="RLW")
    kpi, _ = completed(ratio, CONTRACT, [mine])
    assert (kpi.value_per_unit, kpi.value_source) == (3, "own")
    assert completed(ratio, CONTRACT, [mine, series("other", "4", measure="RLW")])[0].value_per_unit is None


def test_a_value_of_another_unit_or_place_is_refused() -> None:
    own = replace(CONTRACT, value_pack="ours", place="E06000008")
    kpi, problems = completed(BLANK, own, [series("ours", "19", unit="GBP/day")])
    assert (kpi.value_per_unit, problems) == (None, [("value_of_other_unit", Severity.ERROR)])
    placed = series("ours", "19", place="E06000008")
    assert completed(BLANK, own, [placed])[1] == [("no_value_for_place", Severity.ERROR)]
    result = complete(
        Portfolio(contracts=[own], kpis=[BLANK]),
        catalogue=load_catalogue(),
        series=series_lookup(load=load_series, imported=[placed]),
        units=units(),
        places=lambda place: [("district", place)],
    )
    assert result.kpis[0].value_per_unit == 19


def test_a_measure_may_name_a_theme_only_or_neither() -> None:
    themed = load_catalogue().measure("CV-E1-01", framework="coventry-indicators")
    for measure in (themed, load_catalogue().measure("ECC1", framework="essex-ecc")):
        contract = replace(CONTRACT, framework=measure.framework, value_pack="none")
        kpi, problems = completed(replace(BLANK, measure=measure.code), contract)
        assert problems == []
        assert (bool(kpi.theme), bool(kpi.outcome)) == (bool(measure.theme), bool(measure.outcome))
