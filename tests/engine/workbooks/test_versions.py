"""A form's version depends on what it asks for, and on nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonweal import errors
from commonweal.workbooks.versions import Terms, differences, refuse_other, terms_of

words = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1, max_size=8)
facts = st.dictionaries(words, words, max_size=3).map(lambda d: tuple(d.items()))
filled = st.dictionaries(words, words, min_size=1, max_size=3).map(lambda d: tuple(d.items()))
terms = st.builds(Terms, facts, st.dictionaries(words, filled, max_size=3).map(lambda d: tuple(d.items())))


@given(made=terms)
def test_terms_come_back_from_their_rows(made: Terms) -> None:
    assert terms_of([*made.rows(), ["", "", ""], []], name="form") == made


@given(one=terms, other=terms)
def test_versions_differ_exactly_where_something_differs(one: Terms, other: Terms) -> None:
    assert (one.version == other.version) == (one == other) == (differences(one, other) == [])


def test_a_wording_that_comes_or_goes_is_told() -> None:
    old = Terms((("Form", "Return"),), (("NT17", (("unit", "hour"),)),))
    new = Terms((("Form", "Return"),), (("NT17", (("unit", "hour"), ("due", "75"))),))
    assert differences(old, new) == ["NT17: due was “” and is now “75”."]
    with pytest.raises(errors.OtherVersion, match="What changed: NT17: due"):
        refuse_other(old, new, name="form.xlsx")
    refuse_other(old, old, name="form.xlsx")


def test_an_empty_version_sheet_is_refused() -> None:
    with pytest.raises(errors.OtherVersion, match="changed by hand"):
        terms_of([], name="form.xlsx")
