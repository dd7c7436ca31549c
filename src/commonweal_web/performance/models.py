"""Review meetings of a contract and the actions that came of them."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from commonweal.periods import day_in_words
from commonweal_web.contracts.models import Contract
from commonweal_web.core.versions import Versioned

USER = settings.AUTH_USER_MODEL


class Review(models.Model):
    """A meeting about a contract's social value; what was on the page that day is kept by the day."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="reviews")
    on = models.DateField()
    present = models.CharField(max_length=500)
    notes = models.TextField(blank=True)
    recorded_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-on", "-pk"]

    def __str__(self) -> str:
        return f"Review meeting of {day_in_words(self.on)}"


class Action(Versioned):
    """Something that somebody will do by a day."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="actions")
    review = models.ForeignKey(Review, null=True, blank=True, on_delete=models.PROTECT, related_name="actions")
    text = models.CharField(max_length=500)
    owner = models.CharField(max_length=120)
    due = models.DateField()
    done_on = models.DateField(null=True, blank=True)
    done_note = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering: ClassVar = ["due", "pk"]

    def __str__(self) -> str:
        return self.text
