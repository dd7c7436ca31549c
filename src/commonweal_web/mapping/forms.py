"""The form of step 1: what of a framework, and in which others it is to be seen."""

from __future__ import annotations

from typing import Any

from django import forms

from commonweal_web.core.forms import PageForm


class TargetsForm(PageForm):
    """The frameworks to see a choice in."""

    to = forms.MultipleChoiceField(
        label="Which frameworks do you want to see it in?",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one framework to see it in."},
    )

    def __init__(self, *args: Any, choices: list[tuple[str, str]], hints: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["to"]
        field.choices = choices
        field.choice_hints = hints


class SourceForm(PageForm):
    """The framework to start from."""

    def __init__(self, *args: Any, choices: list[tuple[str, str]], hints: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = forms.ChoiceField(
            label="Which framework do you start from?",
            widget=forms.RadioSelect,
            choices=choices,
            error_messages={"required": "Choose the framework you start from."},
        )
        field.choice_hints = hints
        self.fields["from"] = field
