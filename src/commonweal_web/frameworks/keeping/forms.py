"""Forms about a body's own measures, the packs that it brings, and what is decided about them."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django import forms

from commonweal.portfolio import Aggregation, Kind
from commonweal_web.core.forms import DateField, PageForm, VersionedForm
from commonweal_web.frameworks import kept
from commonweal_web.frameworks import selectors as frameworks
from commonweal_web.frameworks.keeping.checking import ENDINGS, wrong_ending
from commonweal_web.frameworks.keeping.services import LocalFields
from commonweal_web.frameworks.keeping.services.measures import people_of
from commonweal_web.frameworks.models import LocalMeasure, Pack
from commonweal_web.organisations.models import Organisation, User

KINDS = [
    (Kind.QUANTITY.value, "A quantity, such as hours or people"),
    (Kind.MONEY.value, "An amount of money"),
    (Kind.RATIO.value, "A percentage"),
    (Kind.YES_NO.value, "Yes or no"),
    (Kind.NARRATIVE.value, "Told in words"),
]
ADDING = [
    (Aggregation.SUM.value, "Added up"),
    (Aggregation.AVERAGE.value, "Averaged"),
    (Aggregation.LAST.value, "The last one counts"),
    (Aggregation.DISTINCT.value, "Each person counts once"),
    (Aggregation.RECOMPUTE.value, "Worked out again from its parts"),
    (Aggregation.NONE.value, "Not at all"),
]
KEY = re.compile(r"[a-z0-9][a-z0-9.-]{1,79}")
KEY_HINT = "Small letters, digits, dots and hyphens, like northmere-local-2027.1. It never changes."


def _area(rows: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class MeasureForm(VersionedForm):
    """A measure of a body's own."""

    code = forms.CharField(max_length=40, help_text="Short and lasting, like NMC-12. It cannot be changed later.")
    label = forms.CharField(max_length=300, label="What is measured")
    unit = forms.CharField(max_length=60, label="Unit", help_text="What is counted: person, hour, week, tCO2e, GBP")
    kind = forms.ChoiceField(choices=KINDS, label="What sort of measure it is")
    over_time = forms.ChoiceField(choices=ADDING, label="How it adds up over time")
    over_contracts = forms.ChoiceField(choices=ADDING, label="How it adds up over contracts")
    theme = forms.CharField(max_length=200, required=False, label="Outcome that it serves")
    counts = forms.CharField(required=False, max_length=2000, label="What counts", widget=_area())
    does_not_count = forms.CharField(required=False, max_length=2000, label="What does not count", widget=_area())
    unit_rule = forms.CharField(required=False, max_length=2000, label="How the unit is counted", widget=_area(2))
    evidence = forms.CharField(required=False, max_length=2000, label="Evidence to ask for", widget=_area(2))
    goals = forms.CharField(
        required=False, max_length=200, label="Global goals", help_text="Goals or targets, like 8.5, 13 (with commas)"
    )
    owner = forms.ModelChoiceField(User.objects.none(), label="Owner", help_text="Who looks after its definition")
    review_on = DateField(label="Next review")

    def __init__(self, *args: Any, body: Organisation, today: dt.date, known: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = people_of(body, today)  # type: ignore[attr-defined]
        if known:
            del self.fields["code"]

    def values(self, code: str = "") -> LocalFields:
        """Return what was filled in as the service takes it."""
        said = {name: value for name, value in self.cleaned_data.items() if name not in ("version", "goals")}
        goals = tuple(dict.fromkeys(filter(None, re.split(r"[,;\s]+", self.cleaned_data["goals"]))))
        return LocalFields(**({"code": code} | said), goals=goals)

    @staticmethod
    def of(measure: LocalMeasure) -> dict[str, Any]:
        """Return a measure as first answers."""
        names = [name for name in LocalFields.__dataclass_fields__ if name not in ("goals", "code")]
        said = {name: getattr(measure, name) for name in names}
        return said | {"goals": ", ".join(one["code"] for one in measure.goals), "version": measure.version}


class RetireForm(VersionedForm):
    """From when, why, and what replaces it."""

    retires_on = DateField(label="Not for new contracts from")
    reason = forms.CharField(max_length=500, widget=_area())
    replaced_by = forms.CharField(
        max_length=120, required=False, help_text="A code of your own measures, or release and code: national-toms/NT1"
    )


class WithdrawForm(PageForm):
    """A measure of any release that the body takes for no new contract."""

    measure = forms.CharField(max_length=160, help_text="Release and code, like national-toms/NT1")
    starts = DateField(label="Not for new contracts from")
    reason = forms.CharField(max_length=500, widget=_area())


class ReleaseForm(PageForm):
    """A release of the measures in use."""

    key = forms.CharField(max_length=80, label="Key of the release", help_text=KEY_HINT)
    title = forms.CharField(max_length=200, label="Name of the release")
    licence = forms.CharField(max_length=200, label="Licence", help_text="For example: Open Government Licence v3.0")
    applies_from = DateField(label="For contracts from")


class ImportForm(PageForm):
    """A file that becomes a pack, and what a table cannot say itself."""

    kind = ""
    file = forms.FileField(label="File")

    def __init__(self, *args: Any, body: Organisation, **kwargs: Any) -> None:
        self.body = body
        super().__init__(*args, **kwargs)
        self.fields["file"].widget.attrs["accept"] = ",".join(ENDINGS[self.kind])
        for field in self.fields.values():
            field.optional_mark = False  # type: ignore[attr-defined]  # the words say for which file it is needed

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        wrong = wrong_ending(self.kind, file.name)
        if wrong:
            raise forms.ValidationError(wrong, code="ending")
        return file

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        file = answers.get("file")
        if file is not None and not kept.is_yaml(file.name):
            for name, words in self.needed_of_a_table().items():
                if not answers.get(name) and not self.has_error(name):
                    self.add_error(name, words)
        if answers.get("key") and not KEY.fullmatch(answers["key"]):
            self.add_error(
                "key", "The key must be small letters, digits, dots and hyphens, like northmere-local-2027.1."
            )
        return answers

    def needed_of_a_table(self) -> dict[str, str]:
        """Return the fields that a table needs, with what to say where one is missing."""
        return {}

    def head(self, today: dt.date) -> dict[str, str]:
        """Return what the reader is told beside the file."""
        said = self.cleaned_data
        starts = said.get("starts")
        return {
            "key": said.get("key") or "",
            "title": said.get("title") or "",
            "licence": said.get("licence") or "not stated",
            "prices": said.get("prices") or "",
            "source": said.get("source") or "",
            "starts": starts.isoformat() if starts else "",
            "today": today.isoformat(),
            "publisher": str(self.body),
            "family": re.sub(r"-[0-9][0-9.]*$", "", said.get("key") or ""),
        }


class FrameworkImport(ImportForm):
    """A framework, as YAML or as a list of measures."""

    kind = Pack.Kind.FRAMEWORK
    replaces = forms.ChoiceField(required=False, label="Which release does it replace?")
    key = forms.CharField(max_length=80, required=False, label="Key, for a list only", help_text=KEY_HINT)
    title = forms.CharField(max_length=200, required=False, label="Name, for a list only")
    licence = forms.CharField(max_length=200, required=False, label="Licence, for a list only")
    source = forms.CharField(max_length=300, required=False, label="Where the list comes from, for a list only")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        releases = [(one.id, one.name) for one in frameworks.frameworks(examples=False, body=self.body.pk)]
        self.fields["replaces"].choices = [("", "None, or the one that the file names"), *releases]  # type: ignore[attr-defined]

    def needed_of_a_table(self) -> dict[str, str]:
        return {
            "key": "Enter a key: a list of measures does not say what the release is called.",
            "title": "Enter a name: a list of measures does not say what the release is called.",
            "licence": "Enter the licence: a list of measures does not name it.",
            "source": "Say where the list comes from.",
        }


class ValuesImport(ImportForm):
    """Values in pounds, as CSV, spreadsheet or YAML."""

    kind = Pack.Kind.VALUES
    prices = forms.ChoiceField(required=False, label="Release whose measures it prices, for a table")
    key = forms.CharField(max_length=80, required=False, label="Key, for a table", help_text=KEY_HINT)
    title = forms.CharField(max_length=200, required=False, label="Name, for a table")
    licence = forms.CharField(
        max_length=200,
        required=False,
        label="Licence, for a table",
        help_text="Its name and number; its text comes next",
    )
    starts = DateField(label="Values hold from, for a portal's list", required=False)
    source = forms.CharField(
        max_length=300, required=False, label="Source of the values, for a portal's list",
        help_text="For example: Licence 2026/117, list of June 2026",
    )  # fmt: skip
    replaces = forms.ChoiceField(required=False, label="Which pack does it replace?")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        releases = [(one.id, one.name) for one in frameworks.frameworks(body=self.body.pk)]
        self.fields["prices"].choices = [("", "Choose one, or let the YAML file say"), *releases]  # type: ignore[attr-defined]
        packs = [(one.id, one.title) for one in kept.now().values(self.body.pk)]
        self.fields["replaces"].choices = [("", "None"), *packs]  # type: ignore[attr-defined]

    def needed_of_a_table(self) -> dict[str, str]:
        return {
            "prices": "Choose the release whose measures the values price: a table does not name it.",
            "key": "Enter a key: a table does not say what the pack is called.",
            "title": "Enter a name: a table does not say what the pack is called.",
            "licence": "Enter the licence: a table does not name it.",
        }


class LinksImport(ImportForm):
    """Links between two releases, as YAML."""

    kind = Pack.Kind.LINKS


class ProposeForm(VersionedForm):
    """The licence, that the body holds it, and who may see the pack."""

    licence_text = forms.CharField(
        max_length=20_000, label="Licence in words", widget=_area(6),
        help_text="The text of the licence, or for measures of your own the terms under which others may use them",
    )  # fmt: skip
    confirmed = forms.BooleanField(label="We hold these under this licence and may use them")
    shown = forms.TypedChoiceField(
        label="Who may see it",
        choices=[
            ("no", "Only people who use it on a contract of ours"),
            ("yes", "Everybody: it stands in the public catalogue and in the mapping tool"),
        ],
        coerce=lambda word: word == "yes",
        widget=forms.RadioSelect,
        initial="no",
    )

    def __init__(self, *args: Any, values: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if values:
            del self.fields["shown"]


class DecisionForm(VersionedForm):
    """Publish, or send back with a reason."""

    decision = forms.ChoiceField(
        label="What do you decide?",
        choices=[("publish", "Publish it: it can be used from now on, and never changes"), ("back", "Send it back")],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        max_length=2000, required=False, label="Why it goes back, and what to mend", widget=_area()
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["decision"].reveals = {"back": ["reason"]}  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        if answers.get("decision") == "back" and not (answers.get("reason") or "").strip():
            self.add_error("reason", "Say why it goes back, so that the drafter can mend it.")
        return answers
