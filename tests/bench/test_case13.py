"""Case 13 asks three ways for the same pennies; the way through LibreOffice only where that is installed."""

from __future__ import annotations

import shutil

import pytest

from bench import case13_recalculated_workbook as case
from bench.harness import CannotRun

SIZE = 200


def test_lines_from_the_workbook_give_the_pennies_of_the_lines_themselves() -> None:
    found = case.engine(SIZE)
    assert case.engine_from_file(SIZE) == found
    assert found[-1] == sum(found[:-1])


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_works_out_the_same_pennies_from_the_formulas() -> None:
    assert case.libreoffice(SIZE) == case.engine(SIZE)


def test_without_libreoffice_the_case_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(case.shutil, "which", lambda _: None)
    with pytest.raises(CannotRun, match="libreoffice-calc"):
        case.cases()
