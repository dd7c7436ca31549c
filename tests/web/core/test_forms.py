"""Fields say what is wrong and how to mend it, and keep what was typed."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import Any

import pytest
from django import forms
from django.template import engines

from commonweal.errors import BadQuantity
from commonweal_web.core.errors import Invalid, NotPermitted, Refused, StaleVersion
from commonweal_web.core.form_parts import error_list
from commonweal_web.core.forms import DateField, PageForm, PoundsField, QuantityField
from commonweal_web.core.http import status_of, with_form_errors
from tests.web.core.gallery import GalleryForm


class Days(PageForm):
    starts = DateField(label="Start date", earliest=dt.date(2026, 4, 1), latest=dt.date(2026, 12, 31))


class Numbers(PageForm):
    hours = QuantityField(unit="hours")
    worth = PoundsField(label="Contract value", most=100_000_00)


def day(text: str) -> Days:
    parts = ([*text.split("-"), "", "", ""])[:3]
    return Days({f"starts_{box}": part for box, part in zip(("day", "month", "year"), parts, strict=True)})


@pytest.mark.parametrize("text", ["3-5-2026", "03-05-2026", "3-May-2026", "3-may-2026", " 3 - 5 - 2026 "])
def test_a_day_is_read_as_people_write_it(text: str) -> None:
    form = day(text)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["starts"] == dt.date(2026, 5, 3)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "Enter the start date."),
        ("3--2026", "Start date must include a month."),
        ("--2026", "Start date must include a day and a month."),
        ("31-2-2026", "Start date must be a real date, like 27 3 2026."),
        ("3-5-26", "Start date must have a year of 4 digits, like 2026."),
        ("a-b-2026", "Start date must be a real date, like 27 3 2026."),
        ("1-1-0000", "Start date must be a real date, like 27 3 2026."),
        ("٣-5-2026", "Start date must be a real date, like 27 3 2026."),
        ("31-3-2026", "Start date must be on or after 1 April 2026."),
        ("1-1-2027", "Start date must be on or before 31 December 2026."),
    ],
)
def test_a_day_that_is_none_says_why(text: str, message: str) -> None:
    assert day(text).errors["starts"] == [message]


def test_the_summary_leads_to_the_box_that_is_empty() -> None:
    assert error_list(day("3--2026")) == [{"text": "Start date must include a month.", "href": "#id_starts_month"}]


@pytest.mark.parametrize(
    ("typed", "pence"), [("1,234.50", 123450), ("£ 12", 1200), ("0", 0), (".5", 50), ("100 000", 100_000_00)]
)
def test_pounds_become_pence(typed: str, pence: int) -> None:
    form = Numbers({"hours": "1", "worth": typed})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["worth"] == pence


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("", "Enter the contract value."),
        ("abc", "Contract value must be an amount of money, like 1,234.50."),
        ("1e999999", "Contract value must be an amount of money, like 1,234.50."),
        ("NaN", "Contract value must be an amount of money, like 1,234.50."),
        ("12.345", "Contract value must have no more than 2 decimal places."),
        ("-1", "Contract value must be £0 or more."),
        ("100000.01", "Contract value must be £100,000 or less."),
    ],
)
def test_pounds_that_are_none_say_why(typed: str, message: str) -> None:
    assert Numbers({"hours": "1", "worth": typed}).errors["worth"] == [message]


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("", "Enter the hours."),
        ("many", "Hours must be a number, like 12.5."),
        ("1e5", "Hours must be a number, like 12.5."),
        ("Infinity", "Hours must be a number, like 12.5."),
        ("-1", "Hours must be 0 or more."),
        ("1.1234567", "Hours must have 6 decimal places at most."),
    ],
)
def test_a_quantity_that_is_none_says_why(typed: str, message: str) -> None:
    assert Numbers({"hours": typed, "worth": "1"}).errors["hours"] == [message]


def test_a_quantity_stays_exact() -> None:
    form = Numbers({"hours": "1,234.100000", "worth": "1"})
    assert form.is_valid()
    assert form.cleaned_data["hours"] == Decimal("1234.1")


def test_no_message_of_any_field_uses_words_that_we_do_not_use() -> None:
    wrong = {"supplier": "x" * 50, "email": "x", "apprentices": "-1", "decision": "q", "directorate": "q", "asks": "q"}
    for data in ({}, wrong, {"supplier": "a\x00b", "apprentices": "1.5"}):
        words = " ".join(one["text"] for one in error_list(GalleryForm(data)))
        assert words
        assert not re.search(r"\b(please|invalid|valid|this field)\b", words, re.IGNORECASE), words


def shown(form: forms.Form, tag: str) -> str:
    return str(engines["django"].from_string("{% load govuk %}" + tag).render({"form": form}))


def test_what_was_typed_comes_back_escaped() -> None:
    form = GalleryForm({"supplier": '"><script>', "starts_day": "<b>", "value": "£x"})
    page = shown(form, "{% field form.supplier %}{% field form.starts %}{% field form.value %}{% error_summary form %}")
    assert "<script>" not in page
    assert "<b>" not in page
    assert 'value="£x"' in page


@pytest.mark.parametrize("name", list(GalleryForm.base_fields))
def test_every_kind_of_field_has_a_label_and_its_error_is_tied_to_it(name: str) -> None:
    form = GalleryForm({"decision": "q", "supplier": ""})
    page = shown(form, f"{{% field form.{name} %}}")
    if name == "version":
        assert 'type="hidden"' in page
        return
    assert "<label" in page or "<legend" in page
    if form[name].errors:
        assert f'id="id_{name}-error"' in page
        assert re.search(rf'aria-describedby="[^"]*id_{name}-error', page)


def test_a_revealed_field_stands_under_its_choice_and_nowhere_else() -> None:
    page = shown(GalleryForm(), "{% for one in form|outer_fields %}{% field one %}{% endfor %}")
    assert page.count('name="quantity"') == 1
    assert "Hours accepted (optional)" not in page


def test_the_version_is_a_hidden_field() -> None:
    page = shown(GalleryForm(initial={"version": 3}), "{% hidden_fields form %}")
    assert page.startswith("<input")
    assert 'value="3"' in page


@pytest.mark.parametrize(
    ("error", "found"),
    [
        (Refused("Too late.", field="hours"), {"hours": ["Too late."]}),
        (Refused("Too late.", field="unknown"), {"__all__": ["Too late."]}),
        (Invalid({"hours": ["A.", "B."], "": ["C."]}), {"hours": ["A.", "B."], "__all__": ["C."]}),
        (BadQuantity("No half people."), {"__all__": ["No half people."]}),
    ],
)
def test_what_a_service_refuses_stands_on_the_form(error: Exception, found: dict[str, Any]) -> None:
    form = Numbers({"hours": "1", "worth": "1"})
    assert form.is_valid()
    with with_form_errors(form):
        raise error
    assert form.errors == found
    assert status_of(form) == 422


@pytest.mark.parametrize("error", [NotPermitted("No."), StaleVersion("Changed.")])
def test_what_is_no_matter_of_the_form_goes_on(error: Exception) -> None:
    with pytest.raises(type(error)), with_form_errors(Numbers({})):
        raise error
