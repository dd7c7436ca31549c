"""The forms of a review meeting: when, who, what was said, and up to three actions at a time."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms

from commonweal_web.core.forms import DateField, PageForm, VersionedForm
from commonweal_web.performance.services import NewAction

ROWS = 3


class ReviewForm(PageForm):
    """A meeting and its actions; rows of actions that are left empty are passed over."""

    on = DateField(label="Day of the meeting")
    present = forms.CharField(label="Who was there", max_length=500, help_text="Names or roles, on both sides.")
    notes = forms.CharField(
        label="What was said and agreed",
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="Both sides can read this. Leave out names of people who benefit.",
    )

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].latest = today  # type: ignore[attr-defined]
        for number in range(1, ROWS + 1):
            self._add_row(number)

    def _add_row(self, number: int) -> None:
        what = forms.CharField(label=f"Action {number}: what will be done", max_length=500, required=False)
        who = forms.CharField(label=f"Action {number}: who does it", max_length=120, required=False)
        when = DateField(label=f"Action {number}: by when", required=False)
        fields: tuple[tuple[str, forms.Field], ...] = (("text", what), ("owner", who), ("due", when))
        for name, field in fields:
            field.optional_mark = False  # type: ignore[attr-defined]
            field.error_messages.setdefault("required", "")
            self.fields[f"{name}_{number}"] = field

    @property
    def rows(self) -> list[list[forms.BoundField]]:
        """The boxes of each action."""
        return [[self[f"{name}_{number}"] for name in ("text", "owner", "due")] for number in range(1, ROWS + 1)]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for number in range(1, ROWS + 1):
            given = {name: cleaned.get(f"{name}_{number}") for name in ("text", "owner", "due")}
            if any(given.values()):
                self._insist(number, given)
        return cleaned

    def _insist(self, number: int, given: dict[str, Any]) -> None:
        words = {"text": "what will be done", "owner": "who does it", "due": "by when it is done"}
        for name, value in given.items():
            if not value and f"{name}_{number}" not in self.errors:
                self.add_error(f"{name}_{number}", f"Enter {words[name]} for action {number}.")

    def actions(self) -> list[NewAction]:
        """Return the actions that were filled in."""
        found = self.cleaned_data
        return [
            NewAction(found[f"text_{number}"], found[f"owner_{number}"], found[f"due_{number}"])
            for number in range(1, ROWS + 1)
            if found.get(f"text_{number}")
        ]


class DoneForm(VersionedForm):
    """When an action was done, and what came of it."""

    on = DateField(label="Day on which it was done")
    note = forms.CharField(
        label="What came of it", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].latest = today  # type: ignore[attr-defined]
