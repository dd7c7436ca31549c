from __future__ import annotations

from pathlib import Path

import pytest

from commonweal.checks.registry import CHECKS
from tests.engine.checks.cases import found
from tests.engine.checks.examples import EXAMPLES

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "reference" / "checks.md").read_text(encoding="utf-8")
SECTIONS = {part.partition("\n")[0]: part.partition("\n")[2] for part in PAGE.split("\n## ")[1:]}


@pytest.mark.parametrize("code", CHECKS)
def test_every_check_has_a_heading_with_what_it_says(code):
    section = " ".join(SECTIONS.get(code, "").split())
    problem = found(code, EXAMPLES[code])[0]
    assert CHECKS[code].purpose in section
    assert f"> {problem.found}" in section, "the page shows another finding"
    assert problem.mend in section, "the page shows another way to mend it"


def test_the_page_has_no_heading_of_a_check_that_is_gone():
    assert set(SECTIONS) == set(CHECKS)
