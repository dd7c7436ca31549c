"""
Form fields in our words: dates in three boxes, pounds, quantities; and `PageForm`, whose messages say how to mend.

A message names the question as the page does: a field labelled "Start date" says "Enter the start date",
"Start date must include a month". A field may carry `noun` ("the start date") where its label is no noun.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from commonweal_web.core.errors import Invalid, Refused

BOXES = ("day", "month", "year")
MONTHS = {name.lower(): i for i, name in enumerate(calendar.month_name) if i}
MONTHS |= {name.lower(): i for i, name in enumerate(calendar.month_abbr) if i}
NUMBER = re.compile(r"[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)")
MOST_TYPED = 26
OWN_ARTICLE = frozenset(
    {"a", "an", "the", "your", "their", "its", "this", "when", "where", "why", "how", "what", "who"}
)
Boxes = tuple[str, str, str]
CHOICES = (forms.ChoiceField, forms.ModelChoiceField, forms.BooleanField)


class DateWidget(forms.Widget):
    """Three boxes: day, month, year. What was typed comes back as it was typed."""

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Boxes:
        day, month, year = (str(data.get(f"{name}_{box}") or "").strip() for box in BOXES)
        return day, month, year

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return not any(f"{name}_{box}" in data for box in BOXES)

    def id_for_label(self, id_: str) -> str:
        return f"{id_}_day" if id_ else id_

    @staticmethod
    def boxes(value: object) -> Boxes:
        """What stands in the three boxes for a date, for what was typed, or for nothing."""
        if isinstance(value, dt.date):
            return str(value.day), str(value.month), str(value.year)
        if isinstance(value, tuple | list) and len(value) == 3:
            day, month, year = (str(part or "") for part in value)
            return day, month, year
        return "", "", ""


class DateField(forms.Field):
    """A day of the calendar, in three boxes; `earliest` and `latest` are allowed themselves."""

    widget = DateWidget

    def __init__(self, *, earliest: dt.date | None = None, latest: dt.date | None = None, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", "For example, 27 3 2026")
        super().__init__(**kwargs)
        self.earliest, self.latest = earliest, latest

    def to_python(self, value: object) -> dt.date | None:
        if value is None or isinstance(value, dt.date):
            return value
        boxes = DateWidget.boxes(value)
        if not any(boxes):
            return None
        missing = [box for box, text in zip(BOXES, boxes, strict=True) if not text]
        if missing:
            raise ValidationError(f"{self._name} must include a {' and a '.join(missing)}.", code="incomplete")
        return self._real(boxes)

    def _real(self, boxes: Boxes) -> dt.date:
        day, month, year = boxes
        number = MONTHS.get(month.lower()) or _whole(month)
        if not re.fullmatch(r"[0-9]{4}", year):
            raise ValidationError(f"{self._name} must have a year of 4 digits, like 2026.", code="year")
        try:
            return dt.date(int(year), number, _whole(day))
        except (ValueError, OverflowError):
            raise ValidationError(f"{self._name} must be a real date, like 27 3 2026.", code="unreal") from None

    def validate(self, value: dt.date | None) -> None:
        super().validate(value)
        if value and self.earliest and value < self.earliest:
            raise ValidationError(f"{self._name} must be on or after {said(self.earliest)}.", code="early")
        if value and self.latest and value > self.latest:
            raise ValidationError(f"{self._name} must be on or before {said(self.latest)}.", code="late")

    def has_changed(self, initial: Any, data: Any) -> bool:
        return DateWidget.boxes(initial) != DateWidget.boxes(data)

    def wrong_boxes(self, boxes: Boxes) -> tuple[str, ...]:
        """The boxes to mark when there is an error: the empty ones, or all three."""
        empty = tuple(box for box, text in zip(BOXES, boxes, strict=True) if not text)
        return empty if 0 < len(empty) < 3 else BOXES

    @property
    def _name(self) -> str:
        return name_of(self)


class QuantityField(forms.DecimalField):
    """An exact amount; commas and spaces between thousands are taken, the unit is shown after the box."""

    def __init__(self, *, unit: str = "", **kwargs: Any) -> None:
        kwargs.setdefault("max_digits", 24)
        kwargs.setdefault("decimal_places", 6)
        kwargs.setdefault("min_value", Decimal(0))
        super().__init__(**kwargs)
        self.suffix = unit

    def to_python(self, value: object) -> Any:
        text = _ungrouped(value)
        if not text:
            return None
        number = _decimal(text)
        if number is None:
            raise ValidationError(f"{name_of(self)} must be a number, like 12.5.", code="number")
        return number


class PoundsField(forms.Field):
    """Pounds and pence as somebody types them (£1,234.50), cleaned to whole pence; a value is given in pence too."""

    widget = forms.TextInput
    prefix = "£"
    width = 10

    def __init__(self, *, least: int = 0, most: int = 10**15, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.least, self.most = least, most
        self.widget.attrs.setdefault("inputmode", "decimal")

    def prepare_value(self, value: object) -> object:
        if isinstance(value, int):
            return f"{Decimal(value) / 100:,.2f}".removesuffix(".00")
        return value

    def to_python(self, value: object) -> int | None:
        text = _ungrouped(value).lstrip("£")
        if not text:
            return None
        number = _decimal(text)
        if number is None:
            raise ValidationError(f"{name_of(self)} must be an amount of money, like 1,234.50.", code="number")
        pence = number * 100
        if pence != pence.to_integral_value():
            raise ValidationError(f"{name_of(self)} must have no more than 2 decimal places.", code="pence")
        return self._bounded(int(pence))

    def _bounded(self, pence: int) -> int:
        if pence < self.least:
            raise ValidationError(f"{name_of(self)} must be £{Decimal(self.least) / 100:,} or more.", code="least")
        if pence > self.most:
            raise ValidationError(f"{name_of(self)} must be £{Decimal(self.most) / 100:,} or less.", code="most")
        return pence

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.to_python(data) != initial)
        except ValidationError:
            return True


class PageForm(forms.Form):
    """A form whose every message says what to do, and which takes on what a service refused."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            speak(name, field)

    def refuse(self, refused: Refused) -> None:
        """Show what a service refused beside its field, or above the form."""
        problems = refused.problems if isinstance(refused, Invalid) else {refused.field: [refused.message]}
        for field, messages in problems.items():
            known = field if field in self.fields else None
            for message in messages:
                self.add_error(known, message)


class VersionedForm(PageForm):
    """A form that carries the version of the record it was made from; services compare it under a lock."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=2**31)


def speak(name: str, field: forms.Field) -> None:
    """Give `field` a label and our messages where it has none of its own."""
    if field.label is None:
        field.label = name.replace("_", " ").capitalize()
    messages = _messages(field)
    defaults = _default_messages(type(field))
    for code, message in messages.items():
        if str(field.error_messages.get(code, "")) == defaults.get(code, ""):
            field.error_messages[code] = message
    _speak_validators(field)


def _messages(field: forms.Field) -> dict[str, str]:
    name, noun = name_of(field), noun_of(field)
    verb = (
        "Choose"
        if isinstance(field, CHOICES)
        else "Choose a file for"
        if isinstance(field, forms.FileField)
        else "Enter"
    )
    messages = {"required": f"{verb} {noun}.", "invalid": f"{name} cannot be read. Check it and type it again."}
    if isinstance(field, forms.DecimalField | forms.FloatField):
        messages["invalid"] = f"{name} must be a number, like 12.5."
    elif isinstance(field, forms.IntegerField):
        messages["invalid"] = f"{name} must be a whole number, like 12."
    elif isinstance(field, forms.FileField):
        messages["empty"] = f"The file for {noun} is empty. Choose another."
        messages["missing"] = messages["required"]
    elif isinstance(field, forms.BooleanField):
        messages["required"] = f"Tick “{field.label}” to go on."
    if isinstance(field, forms.ChoiceField | forms.ModelChoiceField):
        messages["invalid_choice"] = f"Choose {noun} from the list."
    return messages


def _default_messages(kind: type[forms.Field]) -> dict[str, str]:
    found: dict[str, str] = {}
    for parent in reversed(kind.__mro__):
        found.update({code: str(text) for code, text in getattr(parent, "default_error_messages", {}).items()})
    return found


def _speak_validators(field: forms.Field) -> None:
    name = name_of(field)
    say = {
        "max_length": f"{name} must be %(limit_value)d characters or fewer. It has %(show_value)d.",
        "min_length": f"{name} must be %(limit_value)d characters or more.",
        "min_value": f"{name} must be %(limit_value)s or more.",
        "max_value": f"{name} must be %(limit_value)s or less.",
        "invalid": f"{name} must be in the right form, like name@example.org."
        if isinstance(field, forms.EmailField)
        else f"{name} cannot be read. Check it and type it again.",
        "null_characters_not_allowed": f"{name} holds a character that cannot be stored. Type it again.",
    }
    for validator in field.validators:
        code = getattr(validator, "code", None)
        if code in say and (code not in field.error_messages or isinstance(field, forms.EmailField)):
            field.error_messages[code] = say[code]
    if isinstance(field, forms.DecimalField):
        field.error_messages.setdefault("max_decimal_places", f"{name} must have %(max)s decimal places at most.")
        field.error_messages.setdefault("max_digits", f"{name} must have no more than %(max)s digits.")
        field.error_messages.setdefault("max_whole_digits", f"{name} must have no more than %(max)s digits.")


def name_of(field: forms.Field) -> str:
    """The question as the start of a sentence: 'Start date'."""
    text = str(getattr(field, "noun", "") or field.label or "This").strip()
    if text.endswith("?"):
        return "The answer"
    text = text.rstrip(":")
    text = text.removeprefix("the ").removeprefix("your ")
    return text[:1].upper() + text[1:]


def noun_of(field: forms.Field) -> str:
    """The question inside a sentence: 'the start date'; an abbreviation keeps its capitals."""
    noun = str(getattr(field, "noun", ""))
    if noun:
        return noun
    text = str(field.label or "this").strip()
    if text.endswith("?"):
        return "an answer"
    first = text.split(" ")[0]
    if first.isupper() and len(first) > 1:
        return text
    text = text[:1].lower() + text[1:].rstrip(":")
    return text if first.lower() in OWN_ARTICLE else f"the {text}"


def said(day: dt.date) -> str:
    return f"{day.day} {day:%B %Y}"


def _whole(text: str) -> int:
    return int(text) if re.fullmatch(r"[0-9]{1,4}", text) else 0


def _ungrouped(value: object) -> str:
    return re.sub(r"[,\s\u00a0]", "", str(value)) if value is not None else ""


def _decimal(text: str) -> Decimal | None:
    """The number, or None; no exponents, so that nothing grows beyond what somebody typed."""
    text = text.replace("\u2212", "-")
    return Decimal(text) if len(text) <= MOST_TYPED and NUMBER.fullmatch(text) else None


def fields_named(form: forms.BaseForm, names: Sequence[str]) -> list[forms.BoundField]:
    """The bound fields of those names that the form has, in that order."""
    return [form[name] for name in names if name in form.fields]
