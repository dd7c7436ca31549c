"""What pages and files of a consultation read: lists by phase, counts by row and kind, comments for the public."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from commonweal_web.frameworks.consulting import guard
from commonweal_web.frameworks.consulting.phases import Phase, phase_of
from commonweal_web.frameworks.consulting.wording import wording_of
from commonweal_web.frameworks.models import Comment, Consultation, DropIn, Pack, Seat
from commonweal_web.organisations import selectors as organisations
from commonweal_web.organisations.models import Organisation
from commonweal_web.organisations.policies import Permission, roles_with

Outcome = Comment.Outcome


@dataclass(frozen=True, slots=True)
class Tally:
    """How many comments there are of one kind or on one row, and what became of them."""

    label: str
    total: int
    outcomes: dict[str, int]
    key: str = ""

    @property
    def unanswered(self) -> int:
        return self.outcomes.get("", 0)


def for_the_public() -> QuerySet[Consultation]:
    """Return every consultation; all of them are public from the day on which they are made."""
    return Consultation.objects.select_related("body", "pack")


def by_phase(day: dt.date) -> dict[Phase, list[Consultation]]:
    """Return the consultations in each phase: those that close first stand first, the answered ones newest first."""
    found: dict[Phase, list[Consultation]] = {phase: [] for phase in Phase}
    for one in for_the_public().defer("rows", "changes").order_by("closes", "pk"):
        found[phase_of(one, day)].append(one)
    found[Phase.ANSWERED].reverse()
    return found


def kept_by(user: Any) -> QuerySet[Consultation]:
    """Return the consultations of the bodies at which `user` drafts measures."""
    return for_the_public().filter(body__in=bodies_of(user))


def bodies_of(user: Any) -> QuerySet[Organisation]:
    """Return the bodies at which `user` drafts measures."""
    roles = organisations.memberships(user).filter(role__in=roles_with(Permission.MEASURE_DRAFT))
    return Organisation.objects.filter(pk__in=roles.values("organisation"))


def drafts_of(user: Any) -> QuerySet[Pack]:
    """Return the drafts that `user` can put to comment."""
    states = [Pack.State.DRAFT, Pack.State.PROPOSED]
    kinds = [Pack.Kind.FRAMEWORK, Pack.Kind.LINKS]
    found = Pack.objects.filter(body__in=bodies_of(user), state__in=states, kind__in=kinds)
    return found.select_related("body").order_by("body", "title", "pk")


def shown(consultation: Consultation) -> QuerySet[Comment]:
    """Return the comments that are not hidden, in the order in which they came."""
    return consultation.comments.filter(hidden_reason="").order_by("pk")


def published(consultation: Consultation) -> QuerySet[Comment]:
    """Return what the public reads once it is answered: all but the likely robots' comments, hidden ones as reasons."""
    if consultation.summary_at is None:
        return Comment.objects.none()
    return consultation.comments.exclude(hidden_reason=guard.TRAPPED).order_by("pk")


def counts(consultation: Consultation) -> dict[str, int]:
    """Return how many comments each row has; those on the whole stand under the empty key."""
    found = shown(consultation).order_by().values_list("row").annotate(Count("pk"))
    return dict(found)


def hidden_counts(consultation: Consultation) -> tuple[int, int]:
    """Return how many comments officers hid, and how many were kept out as likely robots'."""
    hidden = consultation.comments.exclude(hidden_reason="")
    trapped = hidden.filter(hidden_reason=guard.TRAPPED).count()
    return hidden.count() - trapped, trapped


def by_kind(consultation: Consultation) -> list[Tally]:
    """Return the comments by kind of respondent, in the order of the form; kinds without any are left out."""
    return _tallies(consultation, "kind", [(kind.value, str(kind.label)) for kind in Comment.Kind])


def by_row(consultation: Consultation) -> list[Tally]:
    """Return the comments by row in the order of the draft, those on the whole first."""
    rows = [("", wording_of(consultation).whole), *((row["key"], row["name"]) for row in consultation.rows)]
    return _tallies(consultation, "row", rows)


def whole(tallies: Iterable[Tally]) -> Tally:
    """Return the sum of tallies."""
    outcomes: Counter[str] = Counter()
    total = 0
    for one in tallies:
        outcomes.update(one.outcomes)
        total += one.total
    return Tally("All comments", total, dict(outcomes))


def for_officers(consultation: Consultation, *, show: str = "", row: str | None = None) -> QuerySet[Comment]:
    """Return comments for the body: all that are shown, `open` ones without an answer, `answered`, or `hidden`."""
    found = consultation.comments.select_related("answered_by").order_by("pk")
    if row is not None:
        found = found.filter(row=row)
    if show == "hidden":
        return found.exclude(hidden_reason="")
    found = found.filter(hidden_reason="")
    if show == "open":
        return found.filter(outcome="")
    return found.exclude(outcome="") if show == "answered" else found


def places(consultation: Consultation) -> list[DropIn]:
    """Return the sessions, each with `taken` and `waiting`."""
    taken = Count("people", filter=Q(people__state=Seat.State.PLACE))
    waiting = Count("people", filter=Q(people__state=Seat.State.WAITING))
    return list(consultation.drop_ins.annotate(taken=taken, waiting=waiting).order_by("starts_at", "pk"))


def _tallies(consultation: Consultation, field: str, labels: Iterable[tuple[str, str]]) -> list[Tally]:
    found: dict[str, Counter[str]] = {}
    grouped = shown(consultation).order_by().values_list(field, "outcome").annotate(Count("pk"))
    for value, outcome, count in grouped:
        found.setdefault(value, Counter())[outcome] += count
    return [Tally(label, found[key].total(), dict(found[key]), key) for key, label in labels if key in found]
