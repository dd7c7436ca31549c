"""The forms about evidence."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest

from commonweal_web.core.forms import PageForm
from commonweal_web.evidence.people_columns import WORDS, Column, Treat
from commonweal_web.evidence.redaction import Look
from commonweal_web.evidence.types import ACCEPT_ATTRIBUTE, ACCEPTED_WORDS

LONGEST_EXAMPLE = 40
TREATMENTS = [
    (Treat.KEEP.value, "Keep"),
    (Treat.INITIALS.value, "Initials only"),
    (Treat.OUTWARD.value, "First half of the postcode only"),
    (Treat.DROP.value, "Leave out"),
]
PEOPLE = [
    ("none", "Nobody can be recognised from it"),
    ("agreed", "People can be recognised in it, and they agreed to that"),
    ("redact", "It is a spreadsheet that lists people: help me take them out"),
    ("needed", "It names people, and the council needs to see the names"),
]
KEEP = [
    ("redacted", "Keep only the redacted copy, and delete the original now"),
    ("both", "Keep the copy and the original: the council needs to see the names"),
    ("named", "Keep only the original: the council needs to see the names"),
    ("nobody", "Keep the file as it is: there are no people in it"),
]


class FilesWidget(forms.ClearableFileInput):
    """A box for one file or several."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """One file or several, as a list."""

    widget = FilesWidget

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        files = list(data) if isinstance(data, list | tuple) else [data]
        return [super(FilesField, self).clean(each, initial) for each in files or [None]]


class AddForm(PageForm):
    """Files for a contract, and whether people can be recognised from them."""

    file = FilesField(label="Files", allow_empty_file=True)
    note = forms.CharField(
        label="What they show",
        max_length=500,
        required=False,
        help_text="For example, “Time sheets of the hours given in June”. Leave out the names of people.",
    )
    people = forms.ChoiceField(label="Are there people in them?", choices=PEOPLE, widget=forms.RadioSelect)
    period = forms.DateField(required=False, widget=forms.HiddenInput)
    next = forms.CharField(required=False, widget=forms.HiddenInput, max_length=300)

    def __init__(self, *args: Any, most_bytes: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        file: Any = self.fields["file"]
        most = f"Up to {most_bytes // 2**20} MB each."
        file.help_text = f"{ACCEPTED_WORDS}. {most} You can choose several at once."
        file.widget.attrs["accept"] = ACCEPT_ATTRIBUTE
        file.error_messages["required"] = "Choose a file."
        self.fields["people"].error_messages["required"] = "Say whether people can be recognised."
        self.fields["people"].choice_hints = {  # type: ignore[attr-defined]
            "agreed": "For example a photo, or somebody's story.",
            "redact": "Names become initials, postcodes their first half; the rest goes. One spreadsheet at a time.",
            "needed": "Each time an officer opens it, they say why.",
        }


class ReplaceForm(AddForm):
    """The one file that takes the place of another."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        file: Any = self.fields["file"]
        file.widget.allow_multiple_selected = False
        file.label = "The file that takes its place"
        file.help_text = file.help_text.removesuffix(" You can choose several at once.")
        del self.fields["period"], self.fields["next"]
        self.fields["people"].choices = [each for each in PEOPLE if each[0] != "redact"]  # type: ignore[attr-defined]


class NoteForm(PageForm):
    """What a file shows, in a line."""

    note = forms.CharField(label="What it shows", max_length=500, required=False)


class WithdrawForm(PageForm):
    """Why a file is withdrawn."""

    reason = forms.CharField(label="Why is it withdrawn?", max_length=300)


class ReasonForm(PageForm):
    """Why an officer needs to see the people in a file."""

    reason = forms.CharField(
        label="Why do you need to see the people in this file?",
        max_length=300,
        help_text="It is written to the log. For example, “Checking two addresses against the boundary”.",
    )


class ColumnsForm(PageForm):
    """What becomes of each column of a spreadsheet of people; one choice a column."""

    def __init__(self, *args: Any, found: Look, chosen: dict[str, str], **kwargs: Any) -> None:
        self.sheets: list[tuple[str, list[str]]] = []
        super().__init__(*args, **kwargs)
        for at, sheet in enumerate(found.sheets):
            if sheet.hidden:
                continue
            names = []
            for column in sheet.columns:
                name = f"c_{at}_{column.index}"
                self.fields[name] = self._field(column, found, at, chosen)
                names.append(name)
            self.sheets.append((sheet.name or "The table", names))

    @staticmethod
    def _field(column: Column, found: Look, at: int, chosen: dict[str, str]) -> forms.ChoiceField:
        field = forms.ChoiceField(
            label=column.heading,
            choices=TREATMENTS,
            initial=chosen.get(f"{at}:{column.index}", column.proposed.value),
            help_text=_hint(column, found, at),
        )
        field.error_messages["required"] = f"Choose what becomes of {column.heading}."
        field.error_messages["invalid_choice"] = f"Choose what becomes of {column.heading} from the list."
        return field

    @property
    def parts(self) -> list[tuple[str, list[forms.BoundField]]]:
        """Each sheet's name with its fields."""
        return [(name, [self[each] for each in names]) for name, names in self.sheets]

    def choices(self) -> dict[tuple[int, int], Treat]:
        """Return what was chosen, by sheet and column."""
        found = {}
        for name, value in self.cleaned_data.items():
            _, sheet, column = name.split("_")
            found[int(sheet), int(column)] = Treat(value)
        return found


def _hint(column: Column, found: Look, at: int) -> str:
    if column.tells:
        return f"Looks like {WORDS[column.tells]}, {column.why}."
    rows = found.workbook.sheets[at].rows[found.sheets[at].heading_row + 1 :]
    first = next((row[column.index] for row in rows if column.index < len(row) and row[column.index].strip()), "")
    text = f"{first[:LONGEST_EXAMPLE]}…" if len(first) > LONGEST_EXAMPLE else first
    return f"For example: {text}" if text else "Empty"


class KeepForm(PageForm):
    """Which of the two files is kept, and what the copy is called."""

    keep = forms.ChoiceField(label="What should be kept?", choices=KEEP, widget=forms.RadioSelect, initial="redacted")
    name = forms.CharField(
        label="What to call the copy",
        max_length=80,
        required=False,
        help_text="Without names of people. The name of the original is not kept.",
    )


def period_of(text: str) -> dt.date | None:
    """Return the first day of a period from an address; None if it is none."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def posted(request: HttpRequest) -> tuple[Any, Any]:
    """Return what a form is made from: what was sent, or nothing for a page that is only looked at."""
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)
