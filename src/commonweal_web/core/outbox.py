"""
Mail that goes out once the act it tells of is safe: a row in the same transaction, sent later by `drain`.

A mail server that is down stops no step and loses no mail: the row stays until it was sent. A worker takes a message
for a while before it sends it, so two workers never send the same one. When a worker is killed between the sending
and the note of it, the message goes out a second time after that while: twice is possible then, lost is not. Both
copies carry the same Message-ID, by which most mail programs show one.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import smtplib
from dataclasses import dataclass
from typing import Any

import structlog
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage, get_connection
from django.core.validators import validate_email
from django.db import models, transaction
from django.db.models import Q, QuerySet

from commonweal_web.core.errors import Refused

log = structlog.get_logger(__name__)

LEASE = dt.timedelta(minutes=10)
"""How long a worker keeps a message for itself; far more than one sending may take (`EMAIL_TIMEOUT`)."""
LONGEST_WAIT = dt.timedelta(hours=6)
_UNPRINTABLE = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029]+")


class Message(models.Model):
    """
    One mail to one address. `key` says which act and rule it comes from, so the same mail is queued once.

    Its words may hold a signed link, so they go once it was sent; their hash, the address, subject and time stay.
    """

    key = models.CharField(max_length=255, unique=True)
    to_address = models.EmailField(max_length=254)
    to_user_id = models.BigIntegerField(null=True)
    organisation_id = models.BigIntegerField(default=0)
    subject = models.CharField(max_length=300)
    body = models.TextField(blank=True)
    body_hash = models.CharField(max_length=64, blank=True, help_text="SHA-256 of what was sent.")
    created_at = models.DateTimeField()
    send_after = models.DateTimeField()
    taken_until = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    last_error = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes = (models.Index(fields=["send_after"], name="core_message_due", condition=Q(sent_at=None)),)

    def __str__(self) -> str:
        return self.subject


@dataclass(frozen=True, slots=True)
class Drained:
    """What one round sent and what it could not send yet."""

    sent: int = 0
    failed: int = 0
    server_down: bool = False


@transaction.atomic
def queue(
    *,
    key: str,
    to: str,
    subject: str,
    body: str,
    now: dt.datetime,
    organisation_id: int = 0,
    to_user_id: int | None = None,
    send_after: dt.datetime | None = None,
) -> Message:
    """
    Keep a mail to be sent once the caller's transaction is committed; the same key again changes nothing.

    Build the key from what makes the mail unique, such as contract, rule and due date.

    :raises Refused: if the address is not one
    """
    message, _ = Message.objects.get_or_create(
        key=key,
        defaults={
            "to_address": _address(to),
            "to_user_id": to_user_id,
            "organisation_id": organisation_id,
            "subject": one_line(subject)[:300],
            "body": body.replace("\0", ""),
            "created_at": now,
            "send_after": send_after or now,
        },
    )
    return message


def drain(now: dt.datetime, connection: Any = None) -> Drained:
    """Send every message that is due; stop early when the mail server cannot be reached, and try again later."""
    connection = connection or get_connection()
    first = _due(now).first()
    if first is None:
        return Drained()
    try:
        connection.open()
    except (OSError, smtplib.SMTPException) as error:
        log.warning("mail_server_unreachable", error=str(error))
        return Drained(server_down=True)
    try:
        return _drain(now, connection)
    finally:
        connection.close()


def waiting(now: dt.datetime) -> QuerySet[Message]:
    """Return the messages that were due more than a day ago and are not sent: somebody should look at them."""
    return Message.objects.filter(sent_at=None, created_at__lte=now - dt.timedelta(days=1)).order_by("created_at")


def one_line(text: str) -> str:
    """Return the text without line ends and control characters, so that it can never begin a header of its own."""
    return _UNPRINTABLE.sub(" ", text).strip()


def _drain(now: dt.datetime, connection: Any) -> Drained:
    sent = failed = 0
    while (message := _take(now)) is not None:
        try:
            connection.send_messages([_mail(message)])
        except (OSError, smtplib.SMTPException, ValueError) as error:
            _note_failure(message, error, now)
            failed += 1
            if isinstance(error, (OSError, smtplib.SMTPServerDisconnected)) and not _of_message(error):
                return Drained(sent, failed, server_down=True)
        else:
            _note_sent(message, now)
            sent += 1
    return Drained(sent, failed)


def _due(now: dt.datetime) -> QuerySet[Message]:
    free = Q(taken_until=None) | Q(taken_until__lte=now)
    return Message.objects.filter(free, sent_at=None, send_after__lte=now).order_by("send_after", "pk")


@transaction.atomic
def _take(now: dt.datetime) -> Message | None:
    """Take one due message for this worker, in a transaction that ends before the sending begins."""
    message = _due(now).select_for_update(skip_locked=True).first()
    if message is not None:
        message.taken_until = now + LEASE
        message.attempts += 1
        message.save(update_fields=["taken_until", "attempts"])
    return message


def _of_message(error: Exception) -> bool:
    """Say whether the server refused this one message, so that the next may still be sent."""
    return isinstance(error, smtplib.SMTPException) and not isinstance(error, smtplib.SMTPServerDisconnected)


def _note_sent(message: Message, now: dt.datetime) -> None:
    """Keep that it was sent and forget its words; a demo shows its invented mail and keeps them."""
    row = Message.objects.filter(pk=message.pk)
    row.update(
        sent_at=now, taken_until=None, last_error="", body_hash=hashlib.sha256(message.body.encode()).hexdigest()
    )
    if not settings.DEMO:
        row.update(body="")


def _note_failure(message: Message, error: Exception, now: dt.datetime) -> None:
    wait = min(dt.timedelta(minutes=2 ** min(message.attempts - 1, 10)), LONGEST_WAIT)
    said = one_line(f"{type(error).__name__}: {error}")[:500]
    Message.objects.filter(pk=message.pk).update(taken_until=None, send_after=now + wait, last_error=said)
    log.warning("mail_not_sent", message=message.pk, attempts=message.attempts, error=said)


def _mail(message: Message) -> EmailMessage:
    name = hashlib.sha256(f"{settings.SECRET_KEY}:{message.key}".encode()).hexdigest()[:32]
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ") or "localhost"
    headers = {"Auto-Submitted": "auto-generated", "Message-ID": f"<{name}@{domain}>"}
    return EmailMessage(
        one_line(message.subject), message.body, settings.DEFAULT_FROM_EMAIL, [message.to_address], headers=headers
    )


def _address(to: str) -> str:
    try:
        validate_email(to)
    except ValidationError:
        raise Refused("Enter an e-mail address like name@example.org", code="address", field="email") from None
    return to
