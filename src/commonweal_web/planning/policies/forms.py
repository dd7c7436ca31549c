"""Forms about a body's policy and its panels."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django import forms
from django.forms.boundfield import BoundField

from commonweal.policy.loader import BOUNDS
from commonweal.policy.rules import Approval, MustHave
from commonweal.policy.writing import QUARTER, PlainPolicy
from commonweal_web.core.forms import DateField, PageForm, PoundsField, VersionedForm
from commonweal_web.organisations.models import Directorate, Organisation, User
from commonweal_web.planning.models import Panel
from commonweal_web.planning.policies.selectors import seatable
from commonweal_web.planning.policies.services import PanelFields

ROWS = (1, 2, 3)
"""So many must-haves and approvals the form takes; a policy with more is uploaded."""
AMOUNTS = {
    "consider": "Social value must be considered from",
    "measure": "Structured measures are used from",
    "weigh": "Social value is weighed from",
    "plan": "A delivery plan is asked for above",
    "approve": "Plan and KPIs are approved from",
}
MOST_BYTES = 4 * BOUNDS.characters


def _percent(label: str, hint: str = "") -> forms.DecimalField:
    field = forms.DecimalField(
        label=label, required=False, min_value=0, max_value=100, max_digits=5, decimal_places=2, help_text=hint
    )
    field.suffix, field.width = "%", 4  # type: ignore[attr-defined]  # shown beside the box
    return field


def _number(label: str, most: int, **more: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=1, max_value=most, **more)


class PolicyForm(VersionedForm):
    """The figures of a policy."""

    label = forms.CharField(max_length=60, label="Name of the version", help_text="Short, like 2027.1")
    starts = DateField(label="Holds from")
    weight = _percent("Least weight of social value", "Of the total score")
    quantitative = _percent("Of that, quantitative")
    qualitative = _percent("Of that, qualitative")
    average = _percent("Average over all procurements", "Leave empty if the policy asks for no average")
    over = forms.CharField(max_length=100, required=False, label="Over what the average is taken", initial=QUARTER)
    at_most = _number("Most measures in a tender", 100, required=False)
    at_least = _number("Fewest measures in a tender", 100, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in AMOUNTS.items():
            self.fields[name] = PoundsField(label=label, required=False)
        for row in ROWS:
            self.fields[f"theme_{row}"] = forms.CharField(
                label=f"Theme {row} that must be there", max_length=100, required=False
            )
            self.fields[f"least_{row}"] = _number(f"Measures of theme {row}, at least", 20, required=False)
            self.fields[f"waived_{row}"] = forms.CharField(
                label=f"Who may set theme {row} aside", max_length=100, required=False
            )
        for row in ROWS:
            self.fields[f"what_{row}"] = forms.CharField(
                label=f"Approval {row}: of what", max_length=60, required=False
            )
            self.fields[f"by_{row}"] = forms.CharField(label=f"Approval {row}: by whom", max_length=100, required=False)
            self.fields[f"delegate_{row}"] = forms.BooleanField(label="A delegate may give it too", required=False)
        for field in self.fields.values():
            field.optional_mark = False  # type: ignore[attr-defined]  # said once, above the form

    def groups(self) -> Iterator[tuple[str, str, list[BoundField]]]:
        """Yield the fields as the page shows them: heading, a sentence, fields."""
        yield "The version", "", self._named("label", "starts")
        yield (
            "From which value",
            "Whole-life values as the body counts them. Leave empty what the policy does not ask. Up to the amount "
            "of the delivery plan, a milestone tracker is asked for.",
            self._named(*AMOUNTS),
        )
        yield "Weight", "", self._named("weight", "quantitative", "qualitative", "average", "over")
        yield "Measures", "", self._named("at_most", "at_least")
        must = [f"{name}_{row}" for row in ROWS for name in ("theme", "least", "waived")]
        yield (
            "Themes that must be there",
            "For example employment and skills, 1, head of procurement.",
            self._named(*must),
        )
        who = [f"{name}_{row}" for row in ROWS for name in ("what", "by", "delegate")]
        yield "Who approves", "For example plan, category panel; KPIs, strategic director.", self._named(*who)

    def _named(self, *names: str) -> list[BoundField]:
        return [self[name] for name in names]

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        if not self.errors and all(answers.get(name) is None for name in AMOUNTS):
            self.add_error("consider", "Enter at least one amount: a policy without any asks nothing.")
        self._in_order(answers)
        if answers.get("weight") is not None and answers.get("weigh") is None and not self.has_error("weigh"):
            self.add_error("weigh", "Enter the amount from which social value is weighed: a weight needs one.")
        if answers.get("average") is not None and answers.get("weigh") is None and not self.has_error("weigh"):
            self.add_error("weigh", "Enter the amount from which social value is weighed: an average needs one.")
        self._split(answers)
        for row in ROWS:
            self._row(answers, f"by_{row}", f"what_{row}", "Say who approves this.")
            self._row(answers, f"what_{row}", f"by_{row}", "Say what they approve.")
            self._row(answers, f"theme_{row}", f"waived_{row}", "Name the theme that may be set aside.")
        return answers

    def _row(self, answers: dict[str, Any], name: str, other: str, words: str) -> None:
        if answers.get(other) and not answers.get(name) and not self.has_error(name):
            self.add_error(name, words)

    def _in_order(self, answers: dict[str, Any]) -> None:
        low, high = answers.get("weigh"), answers.get("plan")
        if low is not None and high is not None and high < low:
            self.add_error(
                "plan", "A delivery plan is asked for above an amount that is not less than that of weighing."
            )
        consider = answers.get("consider")
        if consider is not None and low is not None and low < consider:
            self.add_error("weigh", "Social value is weighed from an amount that is not less than that of considering.")

    def _split(self, answers: dict[str, Any]) -> None:
        parts = [answers.get(name) for name in ("quantitative", "qualitative")]
        given = [part for part in parts if part is not None]
        if given and answers.get("weight") is not None and sum(given) != answers["weight"]:
            self.add_error(
                "qualitative", f"The parts add up to {sum(given)} and not to {answers['weight']}. Correct them."
            )
        elif given and answers.get("weight") is None and not self.has_error("weight"):
            self.add_error("weight", "Enter the weight that the parts divide.")

    def figures(self, body: Organisation, today: dt.date) -> PlainPolicy:
        """Return what was filled in as the figures of a policy."""
        said = self.cleaned_data
        amounts: dict[str, Any] = {name: None if said[name] is None else Decimal(said[name]) / 100 for name in AMOUNTS}
        same = ("weight", "quantitative", "qualitative", "average", "at_most", "at_least")
        return PlainPolicy(
            body=str(body),
            version=said["label"],
            starts=said["starts"],
            written_on=today,
            over=said["over"] or QUARTER,
            must_have=tuple(
                MustHave(_slug(said[f"theme_{row}"]), said[f"least_{row}"] or 1, said[f"waived_{row}"])
                for row in ROWS
                if said[f"theme_{row}"]
            ),
            approvals=tuple(
                Approval(said[f"what_{row}"], said[f"by_{row}"], said[f"delegate_{row}"])
                for row in ROWS
                if said[f"what_{row}"]
            ),
            **(amounts | {name: said[name] for name in same}),
        )

    @staticmethod
    def of(figures: PlainPolicy) -> dict[str, Any]:
        """Return figures as first answers."""
        said: dict[str, Any] = dataclasses.asdict(figures) | {"label": figures.version}
        for name in AMOUNTS:
            said[name] = None if said[name] is None else int(said[name] * 100)
        for row, must in zip(ROWS, figures.must_have, strict=False):
            words = must.theme.replace("-", " ")
            said |= {f"theme_{row}": words, f"least_{row}": must.at_least, f"waived_{row}": must.waived_by}
        for row, one in zip(ROWS, figures.approvals, strict=False):
            said |= {f"what_{row}": one.what, f"by_{row}": one.by, f"delegate_{row}": one.delegate}
        return said


def _slug(words: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", words.casefold()).strip("-")


class UploadForm(VersionedForm):
    """A policy as YAML."""

    file = forms.FileField(label="Policy as YAML", help_text="It names its version, its first day and its sources")

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if not file.name.lower().endswith((".yaml", ".yml")):
            raise forms.ValidationError(f"Choose a file ending in .yaml, not {file.name}.", code="ending")
        if file.size > MOST_BYTES:
            raise forms.ValidationError("The file is larger than any policy. Choose another.", code="large")
        return file

    def text(self) -> tuple[str, str]:
        """
        Return the name and the text of the file.

        :raises ValidationError: if it is no UTF-8 text
        """
        file = self.cleaned_data["file"]
        try:
            return file.name, file.read().decode("utf-8-sig")
        except UnicodeDecodeError:
            raise forms.ValidationError("The file is not UTF-8 text. Save it as UTF-8.", code="encoding") from None


class DecisionForm(VersionedForm):
    """Adopt, or send back; both with a reason."""

    decision = forms.ChoiceField(
        label="What do you decide?",
        choices=[("adopt", "Adopt it: it is in force from its first day, and never changes"), ("back", "Send it back")],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        max_length=2000, label="Why", widget=forms.Textarea(attrs={"rows": 3}),
        help_text="The meeting or decision on which it rests, or what to mend",
    )  # fmt: skip


class PanelForm(PageForm):
    """A category panel."""

    name = forms.CharField(max_length=120, label="Name of the panel")
    categories = forms.CharField(
        max_length=400, required=False, label="Categories",
        help_text="How the CPV codes of its plans begin, with commas: 77, 45. Empty takes every plan.",
    )  # fmt: skip
    directorate = forms.ModelChoiceField(Directorate.objects.none(), required=False, label="Directorate")
    quorum = _number("Votes that a decision needs", 50, initial=2)
    ends = DateField(label="Last day, if it has one", required=False)

    def __init__(self, *args: Any, body: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["directorate"].queryset = body.directorates.all()  # type: ignore[attr-defined]
        self.fields["directorate"].empty_label = "Every directorate"  # type: ignore[attr-defined]

    def values(self) -> PanelFields:
        """Return what was filled in as the service takes it."""
        prefixes = tuple(dict.fromkeys(filter(None, re.split(r"[,;\s]+", self.cleaned_data["categories"]))))
        return PanelFields(**{**self.cleaned_data, "categories": prefixes})

    @staticmethod
    def of(panel: Panel) -> dict[str, Any]:
        """Return a panel as first answers."""
        same = {name: getattr(panel, name) for name in ("name", "quorum", "directorate", "ends")}
        return {**same, "categories": ", ".join(panel.categories)}


class SeatForm(PageForm):
    """A seat on a panel."""

    user = forms.ModelChoiceField(User.objects.none(), label="Who", help_text="People who are panel members by role")
    starts = DateField(label="From")
    chair = forms.BooleanField(label="Chairs the panel", required=False)

    def __init__(self, *args: Any, body: Organisation, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = seatable(body, today)  # type: ignore[attr-defined]


class EndForm(PageForm):
    """The last day of a seat."""

    ends = DateField(label="Last day of the seat")
