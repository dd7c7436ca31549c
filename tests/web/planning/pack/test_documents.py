"""The documents of a version say what journey 1 and the rules of scoring ask, and compute nothing of their own."""

from __future__ import annotations

from decimal import Decimal

import pytest

from commonweal.figures import Book
from commonweal.reporting.model import Facts, Prose, Report, Table
from commonweal.reporting.render_json import render_json
from commonweal.scoring.result import TOTAL
from commonweal_web.core.errors import Refused
from commonweal_web.planning.models import PlanMeasure, PlanVersion
from commonweal_web.planning.pack import example, files, objects, texts
from commonweal_web.planning.pack.content import asked_of
from commonweal_web.planning.pack.marking import marking_scheme
from commonweal_web.planning.pack.tender import tender_pack
from tests.web.planning import ground
from tests.web.planning.pack import makers
from tests.web.world import World

pytestmark = pytest.mark.django_db


def words(report: Report) -> str:
    """Return all that a document says, as text."""
    said = []
    for section in report.sections:
        said.append(section.title)
        for block in section.blocks:
            if isinstance(block, Prose):
                said += block.paragraphs
            elif isinstance(block, Facts):
                said += [f"{name}: {text}" for name, text in block.items]
            elif isinstance(block, Table):
                said.append(block.caption)
                said += [
                    str(cell.value if cell.value is not None else cell.text) for r in block.rows for cell in r.cells
                ]
    return "\n".join(said)


def test_the_pack_says_rules_scale_place_and_need(world: World) -> None:
    said = words(tender_pack(makers.asked(world, makers.plan_to_lock(world))))
    for text in (
        texts.NUMBER_AND_TEXT, texts.UNSUPPORTED_RULE, texts.TIES, texts.EXPECTED["offer"], "Work for care leavers",
        "12 people", "Local means Coventry (E08000026)", "Resilience in emergencies", "Excellent",
        "Points = mark ÷ 5 × the points of the question.", "Points = offer ÷ best offer × the points of the criterion.",
    ):  # fmt: skip
        assert text in said, text


def test_the_cards_come_from_the_release(world: World) -> None:
    asked = makers.asked(world, makers.plan_to_lock(world))
    card = next(one.card for one in asked.measures if one.ref == "NT10")
    assert card.counts
    assert f"What counts: {card.counts}" in words(tender_pack(asked))


def test_the_example_is_scored_by_the_engine(world: World) -> None:
    book = Book()
    made = example.example_of(makers.asked(world, makers.plan_to_lock(world)), book)
    assert made is not None
    first, last = made.evaluation.calculations
    pounds = {who: book[last.pounds[who]].value for who in made.lot.names}
    base = {ref: Decimal(amount) for ref, amount in makers.EXPECTED.items()}
    value = {ref: Decimal(worth) for ref, _, _, _, worth, _ in ground.MEASURES}
    whole = sum(base[ref] * value[ref] for ref in base)
    assert pounds["Bidder A"] == 3 * whole - base["NT1"] * value["NT1"]  # a third of its first measure is disregarded
    assert pounds["Bidder B"] == 2 * whole
    assert pounds["Bidder C"] == whole - base["CL"] * value["CL"]  # its second measure has no text
    points = {who: book[last.points[who, objects.QUANTITIES]].value for who in made.lot.names}
    assert points["Bidder A"] == 10
    assert points["Bidder B"].quantize(Decimal("1e-9")) == (10 * pounds["Bidder B"] / pounds["Bidder A"]).quantize(
        Decimal("1e-9")
    )
    assert book[last.points["Bidder C", objects.QUALITY]].value == Decimal("2.5") * 19 / 5
    assert book[first.points["Bidder A", TOTAL]].value == book[last.points["Bidder A", TOTAL]].value


def test_every_figure_of_the_pack_has_its_working(world: World) -> None:
    report = tender_pack(makers.asked(world, makers.plan_to_lock(world)))
    shown = {cell.figure for table in report.tables() for row in table.rows for cell in row.cells if cell.figure}
    assert len(shown) > 20
    assert all(line in report.book for line in shown)


def test_a_licensed_value_is_in_no_document(world: World) -> None:
    plan = makers.plan_to_lock(world)
    makers.change(plan, "NT1", value_licensed=True, value_per_unit=Decimal("713.377331"))
    asked = makers.asked(world, plan)
    for report in (tender_pack(asked), marking_scheme(asked)):
        assert b"713.37" not in render_json(report)
    assert "NT1" in "".join(words(tender_pack(asked)))
    assert texts.LICENSED in words(tender_pack(asked))
    for kind in files.WORKBOOKS:
        assert b"713.37" not in files.file_of(asked, kind, "ods")
    assert dict(objects.said_of(asked.measures[0]))["value per unit"] == texts.LICENSED
    assert "Not in the example, because no open value goes with it: NT1." in words(tender_pack(asked))


def test_where_all_values_are_licensed_the_example_invents_one(world: World) -> None:
    plan = makers.plan_to_lock(world)
    PlanMeasure.objects.filter(plan=plan).update(value_licensed=True)
    said = words(tender_pack(makers.asked(world, plan)))
    assert "the example uses an invented measure of £10 per unit" in said


def test_without_pounds_each_quantity_is_scored_alone(world: World) -> None:
    plan = makers.plan_to_lock(world)
    PlanMeasure.objects.filter(plan=plan).update(value_per_unit=None, value_series="", value_source="")
    makers.change(plan, "NT31", kind="narrative", target=None)
    makers.change(plan, "NT17", kind="ratio")
    asked = makers.asked(world, plan)
    lot = objects.lot_of(asked, asked.measures)
    assert [one.measure for one in lot.criteria if one.measure] == ["NT1", "CL", "NT10", "NT17", "NT18"]
    assert sum(one.weight for one in lot.criteria if one.parent == objects.QUANTITIES) == 10
    said = words(tender_pack(asked))
    assert "worth" not in said
    assert "Pounds per unit" not in {column.heading for t in tender_pack(asked).tables() for column in t.columns}
    assert "Not scored as a quantity: NT31." in said


def test_a_weight_for_what_cannot_be_counted_is_said(world: World) -> None:
    plan = makers.plan_to_lock(world)
    PlanMeasure.objects.filter(plan=plan).update(value_per_unit=None, kind="narrative", target=None)
    asked = makers.asked(world, plan)
    assert objects.lot_of(asked, asked.measures).weight == 10
    assert "cannot be scored" in words(tender_pack(asked))
    marking_scheme(asked)


def test_without_a_weight_nothing_is_scored(world: World) -> None:
    asked = makers.asked(world, makers.plan_to_lock(world, weight=None, quantitative=None, qualitative=None))
    assert "nothing is scored" in words(tender_pack(asked))
    assert "Q1" not in words(marking_scheme(asked))
    assert objects.bid_terms_of(asked).about[-1] == ("Weight of social value", "not scored")


def test_quality_alone_needs_no_quantities(world: World) -> None:
    plan = makers.plan_to_lock(world, weight=Decimal(10), quantitative=None, qualitative=Decimal(10))
    asked = makers.asked(world, plan)
    assert (asked.quantitative, asked.qualitative) == (0, 10)
    assert "What the invented bidders offer" not in words(tender_pack(asked))


def test_a_core_requirement_is_called_one(world: World) -> None:
    asked = makers.asked(world, makers.plan_to_lock(world, requirement="core", place=""))
    assert texts.EXPECTED["core"] in words(tender_pack(asked))
    assert "The plan names no place" in words(tender_pack(asked))


def test_an_indicator_of_ones_own_needs_no_release(world: World) -> None:
    plan = makers.plan_to_lock(world, framework="")
    makers.change(plan, "CL", measure="", deliverable="No. of care leavers offered interviews", value_per_unit=None)
    asked = makers.asked(world, plan)
    found = next(one for one in asked.measures if one.ref == "CL")
    assert found.as_measure.code == "CL"
    assert texts.NO_POUNDS in words(tender_pack(asked))
    assert objects.return_terms_of(asked).kpis[1].measure == "CL"


def test_an_empty_version_is_refused_in_words(world: World) -> None:
    plan = makers.plan_to_lock(world)
    empty = PlanVersion(plan=plan, number=3, content={}, sha256="0", approved_at=makers.APPROVED)
    with pytest.raises(Refused, match="holds no plan"):
        asked_of(empty)


def test_files_have_the_name_of_plan_and_version(world: World) -> None:
    asked = makers.asked(world, makers.plan_to_lock(world, reference="NMC/2026 é"))
    assert files.name_of(asked, "tender-pack", "pdf") == "NMC-2026---v1-tender-pack.pdf"
    with pytest.raises(KeyError):
        files.file_of(asked, "bid-workbook", "pdf")
    with pytest.raises(KeyError):
        files.file_of(asked, "no-such-kind", "pdf")
