"""The forms of the demo's own pages."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms

from commonweal_web.core.forms import DateField, PageForm
from commonweal_web.core.templatetags.worth import day as in_words
from commonweal_web.demo.days import Day

OTHER = "other"


class DayForm(PageForm):
    """To which day the demo's clock goes."""

    day = forms.ChoiceField(label="Which day shall it be?", widget=forms.RadioSelect)
    other = DateField(label="Day", required=False)

    def __init__(self, *args: Any, ahead: list[Day], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["day"]
        named = [(one.day.isoformat(), in_words(one.day)) for one in ahead]
        field.choices = [*named, (OTHER, "Another day")]  # type: ignore[attr-defined]
        field.choice_hints = {one.day.isoformat(): one.why for one in ahead}  # type: ignore[attr-defined]
        field.reveals = {OTHER: ["other"]}  # type: ignore[attr-defined]
        self.fields["other"].optional_mark = False  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("day") == OTHER and not values.get("other") and "other" not in self.errors:
            self.add_error("other", "Enter the day.")
        return values

    def chosen(self) -> dt.date:
        day: dt.date = (
            self.cleaned_data["other"]
            if self.cleaned_data["day"] == OTHER
            else dt.date.fromisoformat(self.cleaned_data["day"])
        )
        return day
