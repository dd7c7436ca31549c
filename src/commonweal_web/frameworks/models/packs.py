"""What a body keeps beside the shipped packs: releases, licensed values, links, and measures of its own."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from commonweal.portfolio import Aggregation
from commonweal.portfolio import Kind as MeasureKind
from commonweal_web.core.versions import Versioned
from commonweal_web.organisations.models import Organisation

USER = settings.AUTH_USER_MODEL


class Pack(Versioned):
    """
    One release of a framework, of values or of links between frameworks, as a file that a body keeps.

    `key` is the id that the file has in the engine: of the framework's release, of the value pack, or "one__other" for
    links. `document` is the file as text, exactly as it was checked; once published the database refuses to change it.
    `shown` says that everybody may see it; licensed values compute and are never shown, whatever it says.
    """

    class Kind(models.TextChoices):
        FRAMEWORK = "framework", "framework"
        VALUES = "values", "values"
        LINKS = "links", "links between frameworks"

    class State(models.TextChoices):
        DRAFT = "draft", "draft"
        PROPOSED = "proposed", "proposed"
        PUBLISHED = "published", "published"
        LEFT = "left", "given up"

    body = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="packs")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    key = models.CharField(max_length=120)
    title = models.CharField(max_length=200)
    file_name = models.CharField(max_length=255)
    document = models.TextField()
    sha256 = models.CharField(max_length=64)
    prices = models.CharField(max_length=80, blank=True, help_text="Release whose measures a value pack prices.")
    replaces = models.CharField(max_length=120, blank=True, help_text="Key of the release before it.")
    licence = models.CharField(max_length=200, blank=True)
    licence_text = models.TextField(blank=True)
    licence_confirmed_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    licence_confirmed_at = models.DateTimeField(null=True, blank=True)
    shown = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    drafted_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()
    proposed_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)
    decision_reason = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["body", "kind", "key", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["key"], condition=Q(state="published"), name="pack_published_once"),
            models.CheckConstraint(
                condition=Q(published_by__isnull=True)
                | (~Q(published_by=F("proposed_by")) & ~Q(published_by=F("drafted_by"))),
                name="pack_not_self_published",
            ),
            models.CheckConstraint(
                condition=~Q(state="published") | Q(published_by__isnull=False, licence_confirmed_by__isnull=False),
                name="pack_has_publisher",
            ),
            models.CheckConstraint(condition=~Q(kind="values", shown=True), name="pack_values_never_shown"),
        ]

    def __str__(self) -> str:
        return self.title or self.key


class LocalMeasure(Versioned):
    """
    A measure of a body's own, as it is being written; a release of the body's framework is made from those in use.

    `review_on` is when its owner looks at it again, `retires_on` from when new contracts cannot take it. Meanings of
    the other fields are those of the engine's `Measure` and `Card`.
    """

    body = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="local_measures")
    code = models.CharField(max_length=40)
    label = models.CharField(max_length=300)
    unit = models.CharField(max_length=60)
    kind = models.CharField(
        max_length=12, choices=[(kind.value, kind.value) for kind in MeasureKind], default=MeasureKind.QUANTITY.value
    )
    over_time = models.CharField(
        max_length=12, choices=[(one.value, one.value) for one in Aggregation], default=Aggregation.SUM.value
    )
    over_contracts = models.CharField(
        max_length=12, choices=[(one.value, one.value) for one in Aggregation], default=Aggregation.SUM.value
    )
    theme = models.CharField(max_length=200, blank=True)
    counts = models.TextField(blank=True)
    does_not_count = models.TextField(blank=True)
    unit_rule = models.TextField(blank=True)
    evidence = models.TextField(blank=True)
    goals = models.JSONField(default=list, blank=True, help_text='[{"code": "8.5", "reason": "..."}, ...]')
    owner = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    review_on = models.DateField()
    retires_on = models.DateField(null=True, blank=True)
    retire_reason = models.CharField(max_length=500, blank=True)
    replaced_by = models.CharField(max_length=120, blank=True)
    created_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["body", "code"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["body", "code"], name="local_measure_code_once"),
            models.CheckConstraint(
                condition=Q(retires_on__isnull=True) | ~Q(retire_reason=""), name="local_measure_retired_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.label}"


class Withdrawal(models.Model):
    """A measure that a body takes for no new contract from a day on; where it runs it stays. Only ever added."""

    body = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="withdrawals")
    measure = models.CharField(max_length=160, help_text="Full id: national-toms/NT1.")
    starts = models.DateField()
    reason = models.CharField(max_length=500)
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["body", "measure"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["body", "measure"], name="withdrawal_once")]

    def __str__(self) -> str:
        return self.measure
