"""
Case 17: whether the time of an answer tells if an account is there.

A known and an unknown address are typed into the sign-in and into the page that sends a link, 20 times a round, with
the service's own hash. Each is measured against the other, so that neither may be the slower one by a fifth.
"""

from __future__ import annotations

from functools import cache

from bench import service
from bench.harness import Bar, Candidate, Case

TRIES, MOST = 20, 1.2
KNOWN, UNKNOWN = "known@bench.example", "nobody@bench.example"
PAGES = {"sign-in": ("/account/login/", "login"), "link for a new password": ("/account/password/reset/", "email")}


@cache
def _known_address() -> None:
    from allauth.account.models import EmailAddress

    from commonweal_web.organisations.models import User

    user, _ = User.objects.get_or_create(email=KNOWN, defaults={"name": "Known"})
    user.set_password("a long test password")
    user.save(update_fields=["password"])
    EmailAddress.objects.get_or_create(user=user, email=KNOWN, defaults={"primary": True, "verified": True})


def ask(page: str, address: str) -> tuple[int, ...]:
    """Send the form many times, and forget each failure, so that nothing is slowed down on purpose."""
    from django.core.cache import cache as limits
    from django.test import Client

    from commonweal_web.organisations.models import SignInFailure

    _known_address()
    place, field = PAGES[page]
    answers = []
    for _ in range(TRIES):
        SignInFailure.objects.all().delete()
        limits.clear()
        form = {field: address, "password": "wrong"}
        answers.append(Client(headers={"host": "localhost"}).post(place, form).status_code)
    return tuple(answers)


def cases() -> list[Case]:
    kind = service.set_up()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    both = (("unknown address", UNKNOWN), ("known address", KNOWN))
    return [
        Case(
            number="17",
            title=f"{page}: {mine[0]} against {other[0]} on {kind}",
            items=TRIES,
            unit="try",
            product=Candidate(mine[0], lambda page=page, mine=mine: ask(page, mine[1])),
            peers=(Candidate(other[0], lambda page=page, other=other: ask(page, other[1])),),
            bars=(Bar(other[0], MOST),),
            rounds=3,
            on_the_wall=True,
            note="Time that differs would tell who has an account.",
        )
        for page in PAGES
        for mine, other in (both, both[::-1])
    ]
