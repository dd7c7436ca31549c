"""Forms of listening: what officers ask, what residents and community groups answer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from commonweal.catalogue.units import units
from commonweal.quantities import plain
from commonweal_web.core.forms import DateField, PageForm, QuantityField, VersionedForm
from commonweal_web.frameworks.consulting import guard
from commonweal_web.frameworks.consulting.forms import GuardedForm, LongText
from commonweal_web.organisations.models import Organisation
from commonweal_web.planning.listening.services.needs import PostedFields
from commonweal_web.planning.listening.services.priorities import PriorityFields
from commonweal_web.planning.models import PlanMeasure, Priority

NO_WARD = "-"
"""What stands for no ward in the form: somebody chose to say none."""
EACH_LINE = "One on each line"


def ordinal(number: int) -> str:
    """Return 1st, 2nd, 3rd, 4th, 11th, 21st."""
    if number % 100 in (11, 12, 13):
        return f"{number}th"
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th') }"


class QuestionsForm(VersionedForm):
    """The questions of a sounding."""

    questions = LongText(label="Questions", max_length=20_000, rows=8, help_text=EACH_LINE)

    @property
    def lines(self) -> list[str]:
        return str(self.cleaned_data["questions"]).split("\n")


class SoundingForm(QuestionsForm):
    """Questions to the market about a plan."""

    title = forms.CharField(label="Title", max_length=200)
    introduction = LongText(
        label="Introduction",
        max_length=5_000,
        help_text="What you mean to buy and what you want to know. An empty line begins a new paragraph.",
    )
    opens = DateField(label="First day")
    closes = DateField(label="Last day", help_text="Comments are taken to the end of this day.")
    field_order = ("title", "introduction", "questions", "opens", "closes")


class PriorityForm(VersionedForm):
    """A form in which residents put options in order."""

    title = forms.CharField(label="Title", max_length=200)
    introduction = LongText(
        label="Introduction", max_length=5_000, rows=5, help_text="What residents decide on, in plain words."
    )
    needs = forms.MultipleChoiceField(
        required=False, label="Options from the needs of the plan", widget=forms.CheckboxSelectMultiple
    )
    options = LongText(label="Options", max_length=3_000, rows=5, required=False, help_text=EACH_LINE)
    wards = LongText(
        label="Wards",
        max_length=9_000,
        rows=5,
        required=False,
        help_text=f"{EACH_LINE}. Residents choose theirs; leave it empty to ask for none.",
    )
    opens = DateField(label="First day")
    closes = DateField(label="Last day", help_text="Answers are taken to the end of this day.")

    def __init__(self, *args: Any, needs: Iterable[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        titles = list(dict.fromkeys(needs))
        if titles:
            self.fields["needs"].choices = [(one, one) for one in titles]  # type: ignore[attr-defined]
            self.fields["options"].label = "Other options"
        else:
            del self.fields["needs"]

    def values(self) -> PriorityFields:
        """Return the answers as the service takes them."""
        said = self.cleaned_data
        return PriorityFields(
            title=said["title"],
            introduction=said["introduction"],
            options=(*said.get("needs", ()), *said["options"].split("\n")),
            wards=tuple(said["wards"].split("\n")),
            opens=said["opens"],
            closes=said["closes"],
        )

    @staticmethod
    def of(row: Priority) -> dict[str, Any]:
        """Return a form on priorities as first answers."""
        names = ("title", "introduction", "opens", "closes", "version")
        found = {name: getattr(row, name) for name in names}
        return found | {"options": "\n".join(one["title"] for one in row.options), "wards": "\n".join(row.wards)}


class ExtendForm(VersionedForm):
    closes = DateField(label="New last day", help_text="Later than the last day that people were told.")


class SummaryForm(VersionedForm):
    summary = LongText(
        label="What was heard, and what follows from it",
        max_length=10_000,
        rows=10,
        help_text="An empty line begins a new paragraph. Numbers are added by themselves.",
    )


class ReasonForm(VersionedForm):
    reason = LongText(label="Why", max_length=500, rows=3)


class RankForm(GuardedForm):
    """The options with a place for each; every place is given once. Nobody is asked who they are."""

    def __init__(self, *args: Any, priority: Priority, **kwargs: Any) -> None:
        self.priority = priority
        super().__init__(*args, **kwargs)
        number = len(priority.options)
        places = [("", "Choose a place"), *((str(one), ordinal(one)) for one in range(1, number + 1))]
        for one in priority.options:
            self.fields[f"place_{one['key']}"] = forms.ChoiceField(
                label=one["title"],
                choices=places,
                error_messages={"required": f"Choose a place for “{one['title']}”."},
            )
        if priority.wards:
            none = (NO_WARD, "None of these, or I would rather not say")
            self.fields["ward"] = forms.ChoiceField(
                label="Which ward do you live in?",
                choices=[("", "Choose"), *((one, one) for one in priority.wards), none],
                error_messages={"required": "Choose your ward, or the last line of the list."},
            )
        self.fields["text"] = LongText(
            label="Is there anything you want to add?",
            max_length=2_000,
            rows=4,
            required=False,
            help_text="It is read, and not published. Do not write about people in a way that tells who they are.",
        )

    @property
    def places(self) -> list[Any]:
        return [self[f"place_{one['key']}"] for one in self.priority.options]

    @property
    def rest(self) -> list[Any]:
        return [self[name] for name in ("ward", "text") if name in self.fields]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        held: dict[str, list[dict[str, str]]] = {}
        for one in self.priority.options:
            place = cleaned.get(f"place_{one['key']}")
            if place:
                held.setdefault(place, []).append(one)
        for place, several in sorted(held.items(), key=lambda pair: int(pair[0])):
            if len(several) > 1:
                names = " and ".join(f"“{one['title']}”" for one in several)
                words = f"You gave {ordinal(int(place))} place to {names}. Give each place once."
                self.add_error(f"place_{several[-1]['key']}", ValidationError(words, code="double"))
        return cleaned

    def clean_text(self) -> str:
        text = str(self.cleaned_data["text"])
        if guard.links_in(text) > guard.MOST_LINKS:
            raise ValidationError(f"Your words can hold {guard.MOST_LINKS} links at most.", code="links")
        return text

    @property
    def ranking(self) -> list[str]:
        """Return the keys of the options, most important first."""
        keys = [one["key"] for one in self.priority.options]
        return sorted(keys, key=lambda key: int(self.cleaned_data[f"place_{key}"]))

    @property
    def ward(self) -> str:
        chosen = str(self.cleaned_data.get("ward", ""))
        return "" if chosen == NO_WARD else chosen


class PostForm(GuardedForm):
    """What a community group needs; its e-mail address is for the council alone."""

    body = forms.ModelChoiceField(queryset=Organisation.objects.none(), label="Council", empty_label="Choose")
    group = forms.CharField(label="Name of your group", max_length=200, help_text="Shown on the public list.")
    email = forms.EmailField(
        label="E-mail address of your group",
        help_text="The council writes to it about this need. It is never shown to anybody else.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    place = forms.CharField(label="Ward or place", max_length=120)
    title = forms.CharField(label="What do you need?", max_length=200, help_text="For example, volunteers for a pantry")
    text = LongText(label="More about it", max_length=2_000, rows=4, required=False)
    quantity = QuantityField(label="How much of it?", required=False)
    unit = forms.ChoiceField(label="Counted in", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        councils = Organisation.objects.filter(is_authority=True).order_by("name")
        self.fields["body"].queryset = councils  # type: ignore[attr-defined]
        choices = [(one.id, one.plural) for one in sorted(units(), key=lambda one: one.plural)]
        self.fields["unit"].choices = [("", "Choose"), *choices]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("quantity") and not cleaned.get("unit"):
            self.add_error("unit", ValidationError("Choose what it is counted in.", code="unit"))
        if cleaned.get("unit") and not cleaned.get("quantity") and "quantity" not in self.errors:
            self.add_error("quantity", ValidationError("Enter how much of it you need.", code="quantity"))
        words = " ".join(str(cleaned.get(name, "")) for name in ("group", "place", "title", "text"))
        if guard.links_in(words) > guard.MOST_LINKS:
            self.add_error("text", ValidationError(f"Give {guard.MOST_LINKS} links at most.", code="links"))
        return cleaned

    def values(self) -> PostedFields:
        """Return the answers as the service takes them."""
        said = {name: value for name, value in self.cleaned_data.items() if name != "body"}
        return PostedFields(**said)


class MeasureChoice(forms.ModelChoiceField):
    """Chooses a measure of a plan."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.plan.reference}: {obj}"


class OfferForm(PageForm):
    """How much of a need is filled, by what."""

    quantity = QuantityField(label="How much is offered")
    measure = MeasureChoice(
        queryset=PlanMeasure.objects.none(), required=False, label="Measure of a plan that fills it", empty_label="None"
    )
    note = forms.CharField(
        max_length=300, required=False, label="Who fills it, in words", help_text="Needed where no measure is chosen."
    )

    def __init__(self, *args: Any, measures: Any, unit: str, left: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["measure"].queryset = measures  # type: ignore[attr-defined]
        self.fields["quantity"].suffix = unit  # type: ignore[attr-defined]
        if left is not None:
            self.fields["quantity"].help_text = f"{plain(left)} left to fill"
