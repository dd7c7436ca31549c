"""The filter of the log, and the anchor file that it is compared with."""

from __future__ import annotations

from typing import Any

from django import forms

from commonweal_web.audit.selectors import Search
from commonweal_web.core.errors import Invalid
from commonweal_web.core.forms import DateField, PageForm
from commonweal_web.reports import verbs

MOST_ANCHOR_BYTES = 2 * 1024 * 1024


class LogFilter(PageForm):
    """What an auditor looks for; what is left empty does not narrow the log."""

    words = forms.CharField(label="Words of the record, name or reason", required=False, max_length=200)
    record = forms.ChoiceField(label="Kind of record", required=False)
    number = forms.IntegerField(label="Number of the record", required=False, min_value=1, max_value=2**62)
    person = forms.ChoiceField(label="Person", required=False)
    verb = forms.ChoiceField(label="Act", required=False)
    first_day = DateField(label="First day", required=False, help_text="")
    last_day = DateField(label="Last day", required=False, help_text="")
    body = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, kinds: list[str], people: list[tuple[int, str]], acts: list[str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.optional_mark = False  # type: ignore[attr-defined]
        every = [("", "All")]
        choices = {
            "record": [(kind, verbs.kind_in_words(kind)) for kind in kinds],
            "person": [(str(pk), name or f"Person {pk}") for pk, name in people],
            "verb": [(act, verbs.in_words(act)) for act in acts],
        }
        for name, known in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = every + known

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("first_day"), cleaned.get("last_day")
        if first and last and last < first:
            self.refuse(Invalid({"last_day": ["The last day must not be before the first day."]}))
        return cleaned

    def search(self) -> Search:
        """Return what to look for; nothing narrows where the form was not filled in well."""
        found = self.cleaned_data if self.is_bound and self.is_valid() else {}
        return Search(
            words=found.get("words", ""),
            record_type=found.get("record", ""),
            record_id=found.get("number"),
            actor_id=int(found["person"]) if found.get("person") else None,
            verbs=(found["verb"],) if found.get("verb") else (),
            first_day=found.get("first_day"),
            last_day=found.get("last_day"),
        )


class AnchorForm(PageForm):
    """An anchor file that was kept outside; without one the log is compared with itself."""

    anchor = forms.FileField(
        label="Anchor file",
        required=False,
        help_text="Named like log-anchor-2026-11-22.json. Take one that was kept on another machine or came by mail.",
    )

    def clean_anchor(self) -> Any:
        file = self.cleaned_data.get("anchor")
        if file is not None and file.size > MOST_ANCHOR_BYTES:
            raise forms.ValidationError("This file is too large to be an anchor. Choose one named log-anchor-….json.")
        return file
