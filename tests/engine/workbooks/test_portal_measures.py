"""A list of measures in the twelve columns of a portal: each measure once, every doubt with its cell."""

from __future__ import annotations

from decimal import Decimal

import pytest

from commonweal import errors
from commonweal.catalogue import units
from commonweal.workbooks.portal_measures import Listed, read_measures, refuse_too_many, without_value
from commonweal.workbooks.raw import read_workbook

HEADINGS = (
    "Measure code,Description,Unit,Proxy value,Target quantity,Target value,Delivered quantity,Delivered value,"
    "Project,Industry,Postcode district,Contract value\n"
)


def listed(*rows: str, headings: str = HEADINGS) -> tuple[list[Listed], list[str]]:
    text = headings + "\n".join(rows)
    found, problems = read_measures(read_workbook(text.encode(), name="list.csv"), units=units())
    assert all(one.where.file == "list.csv" for one in problems)
    return found, [f"{one.where.column}{one.where.row} {one.code}" for one in problems]


def test_each_measure_is_taken_once() -> None:
    found, problems = listed(
        'A1,Jobs,FTEs,"£30,000",1,30000,not sent,,Park,x,CV1,1',
        "A1,Jobs,FTE,30000,2,60000,,,School,x,CV2,1",
        "A2,,hrs,,5,,,,School,x,CV2,1",
    )
    assert problems == []
    assert [(one.code, one.wording, one.unit, one.proxy) for one in found] == [
        ("A1", "Jobs", "FTE", Decimal(30000)),
        ("A2", "A2", "hour", None),
    ]
    assert without_value(found) == ["A2"]


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (",Jobs,FTE,1,,,,,P,,,", "A3 no_code"),
        ("A2,=cmd,FTE,1,,,,,P,,,", "B3 live_text"),
        ("A2,Jobs,hrz,1,,,,,P,,,", "C3 unknown_unit"),
        ("A2,Jobs,qqqqqqqq,1,,,,,P,,,", "C3 unknown_unit"),
        ("A2,Jobs,,1,,,,,P,,,", "C3 unknown_unit"),
        ("A1,Jobs,FTE,2,,,,,P,,,", "A3 duplicate_code"),
        ("A2,Jobs,FTE,#VALUE!,,,,,P,,,", "D3 error_value"),
    ],
)
def test_a_doubt_has_its_cell(row: str, problem: str) -> None:
    _, problems = listed("A1,Jobs,FTE,1,1,,,,P,,,", row)
    assert [one.split()[0] for one in problems] == [problem.split()[0]]
    if problem.split()[1] != "error_value":
        assert problems == [problem]


def test_a_shorter_list_is_enough() -> None:
    found, problems = listed("A1,hour,5", headings="Measure code,Unit,Target\n")
    assert (problems, found[0].wording, found[0].proxy) == ([], "A1", None)


def test_another_table_is_no_list() -> None:
    with pytest.raises(errors.BadFile, match="no list of measures"):
        listed("1,2", headings="Name,Colour\n")


def test_measures_are_counted_before_they_are_read() -> None:
    """A measure counts once, however many rows and sheets it has; the line is that of the first one too many."""
    rows = "A1,,qqqq\nA2,,qqqq\n A1 ,,qqqq\nMeasure code,Description,Unit\n\nA3\nA4,,qqqq\n"
    book = read_workbook(("Our list\nMeasure code,Description,Unit\n" + rows).encode(), name="list.csv")
    refuse_too_many(book, most=5)
    with pytest.raises(errors.BadFile) as refused:
        refuse_too_many(book, most=2)
    assert str(refused.value).startswith("list.csv line 6: 5 measures; at most 2 are taken. ")
