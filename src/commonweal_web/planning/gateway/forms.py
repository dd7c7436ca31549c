"""Forms of the panel and the director."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet

from commonweal_web.core.forms import DateField, PageForm, VersionedForm, said
from commonweal_web.planning.models import Document, Meeting, Sitting

CLOSE, RETURN = "close", "return"
WORDS = 5000


def _words(label: str, *, rows: int = 4, required: bool = True, **more: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(max_length=WORDS, label=label, required=required, widget=widget, **more)


class MeetingForm(PageForm):
    """A day on which a panel meets."""

    on = DateField(label="Day of the meeting")
    place = forms.CharField(
        max_length=200, required=False, label="Where it meets (optional)", help_text="A room, or online"
    )


class PutForm(VersionedForm):
    """The meeting before which a plan is put."""

    meeting = forms.ModelChoiceField(Meeting.objects.none(), label="Which meeting", widget=forms.RadioSelect)

    def __init__(self, *args: Any, meetings: Sequence[Meeting], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["meeting"]
        field.queryset = Meeting.objects.filter(pk__in=[one.pk for one in meetings]).select_related("panel")
        field.label_from_instance = lambda one: f"{one.panel}, {said(one.on)}"
        field.empty_label = None


class VoteForm(PageForm):
    """How a member votes; a reason or conditions belong to two of the answers."""

    vote = forms.ChoiceField(
        label="How you vote",
        widget=forms.RadioSelect,
        choices=(
            (Sitting.Decision.APPROVE.value, "Approve"),
            (Sitting.Decision.CONDITIONS.value, "Approve with conditions"),
            (Sitting.Decision.SEND_BACK.value, "Send back"),
        ),
    )
    conditions = _words(
        "Conditions",
        required=False,
        help_text="One on each line, like: raise care-leaver measure. The plan is held until each is met",
    )
    reason = _words("Why it is sent back", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["vote"].reveals = {  # type: ignore[attr-defined]
            Sitting.Decision.CONDITIONS.value: ["conditions"],
            Sitting.Decision.SEND_BACK.value: ["reason"],
        }

    @property
    def words(self) -> str:
        """What belongs to the answer that was chosen."""
        name = "conditions" if self.cleaned_data["vote"] == Sitting.Decision.CONDITIONS else "reason"
        return "" if self.cleaned_data["vote"] == Sitting.Decision.APPROVE else str(self.cleaned_data[name])


class InterestForm(PageForm):
    """What ties somebody to a plan."""

    words = _words(
        "What ties you to this plan",
        rows=3,
        help_text="For example: my brother works for a firm that will bid. Others of the panel can read it",
    )


class AnswerForm(VersionedForm):
    """How a condition was met."""

    answer = _words("How the condition was met")
    document = forms.ModelChoiceField(
        Document.objects.none(),
        required=False,
        label="Document that shows it (optional)",
        empty_label="No document",
        help_text="One of the plan's documents. Add a new one to a stage of the plan first",
    )

    def __init__(self, *args: Any, documents: QuerySet[Document], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["document"].queryset = documents  # type: ignore[attr-defined]


class CloseForm(VersionedForm):
    """Whether an answer meets the condition; it carries the hash of the plan as the page showed it."""

    verdict = forms.ChoiceField(
        label="Is the condition met?",
        widget=forms.RadioSelect,
        choices=((CLOSE, "Yes, close it"), (RETURN, "Not yet")),
    )
    reason = _words("What is still missing", rows=3, required=False)
    content = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["verdict"].reveals = {RETURN: ["reason"]}  # type: ignore[attr-defined]


class ReasonForm(VersionedForm):
    """An act that needs a reason."""

    reason = _words("Why", rows=3)


class ConfirmForm(VersionedForm):
    """An act that needs no answers."""
