"""Listening: market soundings (consultations about a plan), residents' priorities, and offers on posted needs."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from commonweal_web.core.fields import QuantityField
from commonweal_web.core.versions import Versioned
from commonweal_web.frameworks.models import Consultation
from commonweal_web.organisations.models import Organisation
from commonweal_web.planning.models.measures import Need, PlanMeasure
from commonweal_web.planning.models.plans import Plan

USER = settings.AUTH_USER_MODEL


class Sounding(models.Model):
    """
    A consultation of the market (or of anybody) about a plan: comments, answers, sessions are those of a consultation.

    Each disposition here says whether something changed because of a comment: an accepted one changed the plan.
    With `in_tender` its published summary goes into the tender pack.
    """

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="soundings")
    consultation = models.OneToOneField(Consultation, on_delete=models.PROTECT, related_name="sounding")
    in_tender = models.BooleanField(default=False, help_text="Its summary is published with the tender.")


class Priority(Versioned):
    """
    A public form in which residents put `options` in order, open from `opens` to `closes`, both included.

    `options`: [{"key": "care-leavers", "title": "Jobs for care leavers"}, ...], as they were when it was opened.
    `published_at` puts the results on the public page.
    """

    body = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="priorities")
    plan = models.ForeignKey(Plan, null=True, blank=True, on_delete=models.PROTECT, related_name="priorities")
    title = models.CharField(max_length=200)
    introduction = models.TextField()
    options = models.JSONField(default=list)
    wards = models.JSONField(default=list, blank=True)
    opens = models.DateField()
    closes = models.DateField()
    made_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    published_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)
    summary = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["-opens", "-pk"]
        constraints: ClassVar = [models.CheckConstraint(condition=Q(closes__gte=F("opens")), name="priority_dates")]

    def __str__(self) -> str:
        return self.title


class PriorityAnswer(models.Model):
    """One resident's order of the options, most important first; no name is asked. Only added."""

    priority = models.ForeignKey(Priority, on_delete=models.PROTECT, related_name="answers")
    ward = models.CharField(max_length=120, blank=True)
    ranking = models.JSONField()
    text = models.TextField(blank=True)
    received_at = models.DateTimeField()
    hidden_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering: ClassVar = ["priority", "pk"]


class NeedOffer(models.Model):
    """How much of a posted need is filled by a measure of a plan or by words; what is left is the need less these."""

    need = models.ForeignKey(Need, on_delete=models.PROTECT, related_name="offers")
    measure = models.ForeignKey(PlanMeasure, null=True, blank=True, on_delete=models.PROTECT, related_name="offers")
    quantity = QuantityField()
    note = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=Q(quantity__gt=0), name="need_offer_quantity")]
