"""What one types or picks in the catalogue; everything is sent with GET, so that each page has an address to keep."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from commonweal.catalogue import Catalogue, Framework
from commonweal.catalogue.words import unit_words
from commonweal_web.core.forms import PageForm
from commonweal_web.frameworks.catalogue.addresses import short
from commonweal_web.frameworks.catalogue.outline import KINDS

MOST_LETTERS = 200
Choices = list[tuple[str, str]]


class Narrow(PageForm):
    """A form whose boxes may all be left as they are."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.optional_mark = False  # type: ignore[attr-defined]

    def offer(self, name: str, choices: Choices) -> None:
        """Give a choice its answers; without any the question is not asked."""
        if choices:
            self.fields[name].choices = choices  # type: ignore[attr-defined]
        else:
            del self.fields[name]

    def picked(self, name: str) -> str:
        """Return what was picked; a choice that there is not counts as none."""
        self.is_valid()
        return str(self.cleaned_data.get(name) or "")


class ReleaseFilter(Narrow):
    """What narrows the measures of a release."""

    unit = forms.ChoiceField(required=False, label="Counted in")
    kind = forms.ChoiceField(required=False, label="Kind")
    theme = forms.ChoiceField(required=False, label="Theme")
    trust = forms.ChoiceField(
        required=False, label="Trust", choices=[("", "Any"), ("no", "Only what is not confirmed")]
    )

    def __init__(self, data: Any, *, framework: Framework) -> None:
        super().__init__(data)
        units = sorted({measure.unit for measure in framework.measures}, key=unit_words)
        kinds = {measure.kind.value for measure in framework.measures}
        self.offer("unit", _any([(unit, unit_words(unit).capitalize()) for unit in units]))
        self.offer("kind", _any([(kind, words) for kind, words in KINDS.items() if kind in kinds]))
        self.offer("theme", _any([(theme.code, theme.label) for theme in framework.themes]))


def _any(choices: Choices) -> Choices:
    return [("", "Any"), *choices] if len(choices) > 1 else []


class SearchForm(Narrow):
    """Words to look for, and where."""

    q = forms.CharField(required=False, label="What are you looking for?", max_length=MOST_LETTERS)
    within = forms.ChoiceField(required=False, label="In")

    def __init__(self, data: Any, *, releases: Sequence[Framework]) -> None:
        super().__init__(data)
        self.offer("within", [("", "All frameworks"), *_named(releases)])
        _name_all(self.fields["within"], releases, "What follows is from all of them.")

    def add_prefix(self, field_name: str) -> str:
        return "in" if field_name == "within" else field_name


class CompareForm(Narrow):
    """Two releases to lay side by side."""

    one = forms.ChoiceField(label="First release", required=False)
    other = forms.ChoiceField(label="Second release", required=False)

    def __init__(self, data: Any, *, catalogue: Catalogue) -> None:
        super().__init__(data)
        for name in ("one", "other"):
            self.offer(name, [("", "Choose a release"), *_named(catalogue.frameworks)])
            _name_all(self.fields[name], catalogue.frameworks, "Choose one of them.")

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        for name, noun in (("one", "first"), ("other", "second")):
            if not found.get(name) and name not in self.errors:
                self.add_error(name, f"Choose the {noun} release.")
        if found.get("one") and found.get("one") == found.get("other"):
            self.add_error("other", "Choose another release than the first.")
        return found


def _name_all(field: forms.Field, releases: Sequence[Framework], mend: str) -> None:
    """Let a framework that there is not, as in an old link, be answered with those that there are."""
    there_are = ", ".join(release.id for release in releases)
    field.error_messages["invalid_choice"] = f"There is no framework called “%(value)s”. There are: {there_are}. {mend}"


def _named(releases: Sequence[Framework]) -> Choices:
    return [(release.id, f"{short(release)} ({release.id})") for release in releases]
