"""Consultations on a draft: comments per row, what became of each, and drop-in sessions with places."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from commonweal_web.core.versions import Versioned
from commonweal_web.frameworks.models.packs import Pack
from commonweal_web.organisations.models import Organisation

USER = settings.AUTH_USER_MODEL


class Consultation(Versioned):
    """
    A draft that is open for comments from `opens` to `closes`, both included, in London days.

    `rows` is the draft as it was when the consultation was made, so that a comment stands beside what it was about:
    [{"key": "NT1", "title": "...", "text": "...", "group": "...", "facts": [["Unit", "hour"], ...]}, ...].
    `changes` lists what became of those rows in the release that followed, as it was when somebody had it listed.
    One that was `withdrawn` takes no comments and says why.
    """

    body = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="consultations")
    pack = models.ForeignKey(Pack, on_delete=models.PROTECT, related_name="consultations")
    title = models.CharField(max_length=200)
    introduction = models.TextField()
    opens = models.DateField()
    closes = models.DateField()
    rows = models.JSONField(default=list)
    created_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    summary = models.TextField(blank=True, help_text="What was heard, in words; published with the answers.")
    summary_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    summary_at = models.DateTimeField(null=True, blank=True)
    changes = models.JSONField(default=dict, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering: ClassVar = ["-opens", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(closes__gte=F("opens")), name="consultation_dates"),
            models.CheckConstraint(
                condition=Q(summary_at__isnull=True) | Q(summary_by__isnull=False), name="consultation_summary_by"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Comment(Versioned):
    """
    What somebody said of one row, or of the whole where `row` is empty; words and sender are never changed.

    `outcome` and `answer` say what became of it. A comment that is `hidden` (abuse, personal data) keeps its reason.
    """

    class Kind(models.TextChoices):
        SMALL_FIRM = "sme", "small or medium-sized firm"
        LARGE_FIRM = "large_firm", "large firm"
        VCSE = "vcse", "charity, community group or social enterprise"
        COUNCIL = "council", "council or other local body"
        DEPARTMENT = "department", "government department or agency"
        RESIDENT = "resident", "resident"
        OTHER = "other", "other"
        NOT_SAID = "", "not said"

    class Outcome(models.TextChoices):
        ACCEPTED = "accepted", "accepted"
        PARTLY = "partly", "accepted in part"
        DECLINED = "declined", "not accepted"
        NOTED = "noted", "noted"

    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="comments")
    row = models.CharField(max_length=160, blank=True)
    text = models.TextField()
    name = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=12, choices=Kind.choices, blank=True, default="")
    received_at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    hidden_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering: ClassVar = ["consultation", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(outcome="") | (~Q(answer="") & Q(answered_by__isnull=False)), name="comment_answered_by"
            )
        ]

    def __str__(self) -> str:
        return f"comment {self.pk}"


class DropIn(Versioned):
    """
    A session at which people can ask; `seats` places, then a waiting list.

    One that was moved keeps when and where it was told first, one that was cancelled why; both stay on the public page.
    """

    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="drop_ins")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    where = models.CharField(max_length=300)
    seats = models.PositiveSmallIntegerField()
    moved_at = models.DateTimeField(null=True, blank=True)
    moved_reason = models.CharField(max_length=500, blank=True)
    moved_from = models.CharField(max_length=400, blank=True, help_text="Time and place before the last move.")
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering: ClassVar = ["starts_at"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="drop_in_times"),
            models.CheckConstraint(condition=Q(seats__gte=1), name="drop_in_seats"),
            models.CheckConstraint(
                condition=Q(cancelled_at__isnull=True) | ~Q(cancelled_reason=""), name="drop_in_cancelled_why"
            ),
            models.CheckConstraint(
                condition=Q(moved_at__isnull=True) | (~Q(moved_reason="") & ~Q(moved_from="")),
                name="drop_in_moved_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.where}, {self.starts_at:%Y-%m-%d %H:%M}"


class Seat(models.Model):
    """
    Somebody's place at a session, or their turn on the waiting list; the e-mail is removed after the session.

    The link to give it up holds a secret; only its hash is kept.
    """

    class State(models.TextChoices):
        PLACE = "place", "has a place"
        WAITING = "waiting", "on the waiting list"
        GIVEN_UP = "given_up", "given up"

    drop_in = models.ForeignKey(DropIn, on_delete=models.PROTECT, related_name="people")
    name = models.CharField(max_length=200)
    email = models.EmailField(blank=True)
    email_key = models.CharField(max_length=64, help_text="Keyed hash, so that nobody books twice.")
    token_hash = models.CharField(max_length=64, unique=True)
    state = models.CharField(max_length=10, choices=State.choices)
    booked_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["booked_at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["drop_in", "email_key"], condition=~Q(state="given_up"), name="seat_once_each"
            )
        ]

    def __str__(self) -> str:
        return f"seat {self.pk}"
