"""Bodies, the people in them, their roles with dates, and delegations of approval."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.utils.crypto import salted_hmac

from commonweal_web.core.fields import PenceField
from commonweal_web.core.versions import Versioned
from commonweal_web.organisations.emergency_models import EmergencyAccess as EmergencyAccess  # a table of this app
from commonweal_web.organisations.roles import Role


class Organisation(Versioned):
    """A body, authority or supplier; one organisation can be several of these."""

    name = models.CharField(max_length=200)
    short_name = models.CharField(max_length=60, blank=True)
    is_authority = models.BooleanField(default=False)
    is_shared_service = models.BooleanField(default=False)
    is_supplier = models.BooleanField(default=False)
    is_vcse = models.BooleanField(default=False)
    is_platform = models.BooleanField(default=False)
    size = models.CharField(max_length=10, blank=True)
    place = models.CharField(
        max_length=80, blank=True, help_text="The place in the engine's list that means local here."
    )
    email_domain = models.CharField(max_length=100, blank=True)
    token_sharing = models.BooleanField(
        default=True, help_text="Person tokens are compared across bodies that share, to find one person claimed twice."
    )
    created_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class Identifier(models.Model):
    """What a register calls an organisation: GB-COH 01234567, GB-CHC ..., as text with its leading zeros."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="identifiers")
    scheme = models.CharField(max_length=20)
    value = models.CharField(max_length=40)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["scheme", "value"], name="identifier_once")]

    def __str__(self) -> str:
        return f"{self.scheme} {self.value}"


class ActingFor(models.Model):
    """A shared service that acts for a partner authority between two days."""

    service = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="partners")
    partner = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="services")
    starts = models.DateField()
    ends = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["service", "partner", "starts"], name="acting_for_once"),
            models.CheckConstraint(condition=~Q(service=F("partner")), name="acting_for_another"),
        ]


class Directorate(models.Model):
    """A part of an authority; `head` is the head of service to whom the last reminder goes."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="directorates")
    name = models.CharField(max_length=120)
    head = models.ForeignKey("organisations.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["organisation", "name"], name="directorate_once")]

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    """Makes accounts by e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Return a new account; without `password` it can only be entered by a link or an identity provider."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """A person with an account; what they may do comes from their memberships alone."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(null=True, blank=True)
    last_seen_moved = models.DateTimeField(null=True, blank=True)
    sign_in_epoch = models.PositiveIntegerField(
        default=0, help_text="Raised to end every session of the person at once, in the act's own transaction."
    )

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar = ["name"]
    is_staff = False
    is_superuser = False
    objects: ClassVar[UserManager] = UserManager()

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name

    def _get_session_auth_hash(self, secret: Any = None) -> str:
        """A session stands while this stays the same: it ends with a new password and with a raised epoch."""
        return salted_hmac(
            "commonweal_web.organisations.session",
            f"{self.password}:{self.sign_in_epoch}",
            secret=secret,
            algorithm="sha256",
        ).hexdigest()


def in_force(day: dt.date, prefix: str = "") -> Q:
    """Return the condition that a row with `starts` and `ends` is in force on `day`, both days included."""
    return Q(**{f"{prefix}starts__lte": day}) & (
        Q(**{f"{prefix}ends__isnull": True}) | Q(**{f"{prefix}ends__gte": day})
    )


class Membership(models.Model):
    """A role that a person holds at an organisation between two days. It is ended, never deleted."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=3, choices=Role.choices)
    directorate = models.ForeignKey(Directorate, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    starts = models.DateField()
    ends = models.DateField(null=True, blank=True)
    at_once = models.BooleanField(default=False, help_text="It was ended in the middle of a day, so `ends` is before.")
    given_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    handed_to = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends__isnull=True) | Q(ends__gte=F("starts")) | Q(at_once=True), name="membership_dates"
            ),
            models.CheckConstraint(
                condition=Q(given_by__isnull=True) | ~Q(given_by=F("user")), name="membership_not_to_oneself"
            ),
            models.UniqueConstraint(
                fields=["user", "organisation", "role", "directorate", "starts"], name="membership_once_a_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} at {self.organisation}"


class Delegation(models.Model):
    """An approver's authority to approve, given to another between two days up to a contract value."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="delegations")
    directorate = models.ForeignKey(Directorate, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    approver = models.ForeignKey(User, on_delete=models.PROTECT, related_name="delegations_given")
    delegate = models.ForeignKey(User, on_delete=models.PROTECT, related_name="delegations_held")
    limit_pence = PenceField(null=True, blank=True)
    starts = models.DateField()
    ends = models.DateField()
    reason = models.CharField(max_length=500)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_reason = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(approver=F("delegate")), name="delegation_to_another"),
            models.CheckConstraint(condition=Q(ends__gte=F("starts")), name="delegation_dates"),
        ]

    def __str__(self) -> str:
        return f"delegation at {self.organisation} until {self.ends:%Y-%m-%d}"


class Invitation(models.Model):
    """A link by mail that gives a role at an organisation, and for a supplier the way to a contract."""

    organisation = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    directorate = models.ForeignKey(Directorate, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    email = models.EmailField()
    name = models.CharField(max_length=120, blank=True)
    role = models.CharField(max_length=3, choices=Role.choices)
    contract_id = models.BigIntegerField(null=True, blank=True)
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"invitation to {self.organisation}"


class TwoPersonRequest(models.Model):
    """An act that two different people decide: one asks with a reason, another one carries it out or refuses it."""

    class Kind(models.TextChoices):
        ORGANISATION = "organisation", "create an organisation and its first administrator"
        SECOND_FACTOR = "second_factor", "reset a second factor"
        PLATFORM_ADMIN = "platform_admin", "make another platform administrator"
        PLATFORM_END = "platform_end", "end a platform administrator"

    class State(models.TextChoices):
        WAITING = "waiting", "waiting for a second person"
        DONE = "done", "done"
        REFUSED = "refused", "refused"
        WITHDRAWN = "withdrawn", "withdrawn"

    kind = models.CharField(max_length=20, choices=Kind.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    organisation = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    facts = models.JSONField(default=dict, blank=True)
    reason = models.CharField(max_length=500)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering: ClassVar = ["-asked_at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(state__in=["done", "refused"])
                | (Q(decided_by__isnull=False) & ~Q(decided_by=F("asked_by"))),
                name="request_decided_by_another",
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=True) | ~Q(person=F("asked_by")), name="request_not_about_oneself"
            ),
        ]

    def __str__(self) -> str:
        return f"request {self.pk}: {self.get_kind_display()}"


SIGN_INS_KEPT = dt.timedelta(days=366)
"""How long it is known who signed in when and from where."""


class SignInEvent(models.Model):
    """What happened at the door: who came in or did not, how and from where. Kept a year; never a password."""

    class Kind(models.TextChoices):
        SIGNED_IN = "signed_in", "signed in"
        FAILED = "failed", "did not get in"
        SLOWED = "slowed", "had to wait after failures"
        SIGNED_OUT = "signed_out", "signed out"
        ENDED = "ended", "sessions ended by the service"
        PASSWORD = "password", "changed the password"
        PASSWORD_RESET = "password_reset", "reset the password by mail"
        FACTOR_ADDED = "factor_added", "added a second factor"
        FACTOR_REMOVED = "factor_removed", "removed a second factor"
        FACTOR_RESET = "factor_reset", "had the second factor reset"

    at = models.DateTimeField()
    kind = models.CharField(max_length=20, choices=Kind.choices)
    user = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    how = models.CharField(max_length=60, blank=True)
    address = models.GenericIPAddressField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-at", "-pk"]
        indexes: ClassVar = [models.Index(fields=["user", "at"], name="sign_in_event_user")]


class SignInFailure(models.Model):
    """
    One failed try, by a keyed digest of what was typed or of the address it came from, so that tries slow down.

    The digest is the same for an account that exists and for one that does not, and tells nobody which it was.
    """

    key = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["key", "at"], name="sign_in_failure_key")]
