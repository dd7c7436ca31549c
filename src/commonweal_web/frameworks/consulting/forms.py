"""Forms of consultations: what anybody fills in, and what officers do."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from commonweal_web.core.clock import LONDON
from commonweal_web.core.forms import DateField, PageForm, VersionedForm
from commonweal_web.frameworks.consulting import guard
from commonweal_web.frameworks.models import Comment, Pack

MOST_TEXT = 2_000
TIME = re.compile(r"([01]?[0-9]|2[0-3])[:.]([0-5][0-9])")
KINDS = [("", "Not said"), *((kind.value, str(kind.label).capitalize()) for kind in Comment.Kind if kind.value)]


class LongText(forms.CharField):
    """A text of several lines; a line end counts once, as it does for whoever types it."""

    def __init__(self, *, rows: int = 8, **kwargs: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": rows}), **kwargs)

    def to_python(self, value: Any) -> Any:
        return super().to_python(value.replace("\r\n", "\n") if isinstance(value, str) else value)


class TimeField(forms.CharField):
    """A time of day as somebody types it: 9:30 or 14.00."""

    width = 5

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        found = TIME.fullmatch(text)
        if found is None:
            raise ValidationError(f"{self.label} must be a time of day, like 14:30.", code="time")
        return dt.time(int(found[1]), int(found[2]))


class GuardedForm(PageForm):
    """A form that anybody may send; `leave_empty` is for robots and is drawn by the template where nobody sees it."""

    @property
    def trapped(self) -> bool:
        return bool(self.data.get(guard.TRAP, ""))


class CommentForm(GuardedForm):
    text = LongText(label="Your comment", max_length=MOST_TEXT)
    name = forms.CharField(
        label="Your name",
        max_length=200,
        required=False,
        help_text="Shown beside your comment when the answers are published. Leave it empty to stay unnamed.",
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    kind = forms.ChoiceField(label="Who do you speak for?", choices=KINDS, required=False, widget=forms.RadioSelect)

    def clean_text(self) -> str:
        text = str(self.cleaned_data["text"])
        if guard.links_in(text) > guard.MOST_LINKS:
            raise ValidationError(
                f"Your comment can hold {guard.MOST_LINKS} links at most. Take some out and name the pages instead.",
                code="links",
            )
        return text


class BookingForm(GuardedForm):
    name = forms.CharField(label="Your name", max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    email = forms.EmailField(
        label="Your e-mail address",
        help_text="We write to it about this session only, and forget it after the session.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


class GiveUpForm(PageForm):
    """Nothing to fill in: the link says it all."""


class PackChoice(forms.ModelChoiceField):
    """Chooses a draft, by its title and body."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj} ({obj.get_kind_display()}, {obj.body})"


class WordsForm(VersionedForm):
    title = forms.CharField(label="Title", max_length=200)
    introduction = LongText(
        label="Introduction",
        max_length=5_000,
        help_text="What the draft is for, and what you want to know. An empty line begins a new paragraph.",
    )
    opens = DateField(label="First day")
    closes = DateField(label="Last day", help_text="Comments are taken to the end of this day.")


class NewForm(WordsForm):
    pack = PackChoice(queryset=Pack.objects.none(), label="Draft", empty_label="Choose")
    may_be_shown = forms.BooleanField(label="Everybody may see this draft: its licence allows it")
    field_order = ("pack", "title", "introduction", "opens", "closes", "may_be_shown")

    def __init__(self, *args: Any, packs: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["pack"].queryset = packs  # type: ignore[attr-defined] # of a model choice


class ExtendForm(VersionedForm):
    closes = DateField(label="New last day", help_text="Later than the last day that people were told.")


class ReasonForm(VersionedForm):
    reason = LongText(label="Why", max_length=500, rows=3)


class TimesForm(PageForm):
    """When and where a session is."""

    day = DateField(label="Day")
    starts = TimeField(label="Start", max_length=5, help_text="London time, like 14:30")
    ends = TimeField(label="End", max_length=5, help_text="London time, like 16:00")
    where = forms.CharField(label="Where", max_length=300, help_text="A place, or how to join online.")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if all(cleaned.get(name) is not None for name in ("day", "starts", "ends")):
            for name in ("starts", "ends"):
                cleaned[f"{name}_at"] = dt.datetime.combine(cleaned["day"], cleaned[name], tzinfo=LONDON)
        return cleaned


class DropInForm(TimesForm):
    seats = forms.IntegerField(label="Places", min_value=1, max_value=1_000)


class MoveForm(TimesForm, VersionedForm):
    reason = LongText(
        label="Why", max_length=500, rows=3, help_text="It stands on the public page, and in the mail to who booked."
    )


class AnswerForm(VersionedForm):
    outcome = forms.ChoiceField(
        label="What becomes of it?",
        choices=[(one.value, str(one.label).capitalize()) for one in Comment.Outcome],
        widget=forms.RadioSelect,
    )
    answer = LongText(
        label="Answer",
        max_length=MOST_TEXT,
        rows=5,
        help_text="Say what changes, or why nothing does. It is published beside the comment.",
    )


class PublishForm(VersionedForm):
    summary = LongText(
        label="What was heard, and what follows from it",
        max_length=10_000,
        rows=12,
        help_text="An empty line begins a new paragraph. Numbers, answers and changes are added by themselves.",
    )
