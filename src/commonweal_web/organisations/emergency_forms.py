"""The form that opens an emergency access."""

from __future__ import annotations

from typing import Any

from django import forms

from commonweal_web.core.forms import PageForm
from commonweal_web.organisations.emergency_models import HOURS
from commonweal_web.organisations.forms import reason
from commonweal_web.organisations.models import Organisation

WORDS = [(hours, "1 hour" if hours == 1 else f"{hours} hours") for hours in HOURS]


class EmergencyForm(PageForm):
    organisation = forms.ModelChoiceField(Organisation.objects.none(), label="Authority", empty_label="Choose")
    reason = reason(
        "Why you need to read it",
        help_text="Its auditors get these words by e-mail. Name the fault or the request, and nobody's personal facts.",
    )
    hours = forms.TypedChoiceField(label="For how long", choices=WORDS, coerce=int, widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        bodies = Organisation.objects.filter(is_authority=True)
        self.fields["organisation"].queryset = bodies  # type: ignore[attr-defined] # of a model choice
