"""What registers call an organisation: schemes, and warnings by the engine's checks. A number is kept as typed."""

from __future__ import annotations

import functools

from commonweal.checks import codes
from commonweal.checks.context import Context, Scheme
from commonweal.checks.shipped import shipped_context
from commonweal.portfolio import Contract, Portfolio, Supplier
from commonweal_web.organisations.models import Identifier

FIRST = ("GB-COH", "GB-CHC", "GB-SC", "GB-NIC", "GB-PPON", "GB-UKPRN", "GB-MPR", "GB-NHS", "GB-LAE")
"""The registers that a form offers first, in this order."""
ABOUT_NUMBERS = (codes.unknown_identifier_scheme, codes.identifier_lost_zeros, codes.identifier_does_not_fit)


@functools.cache
def schemes() -> dict[str, Scheme]:
    """Return the registers by code, the usual ones first."""
    known = dict(shipped_context().schemes)
    ordered = [code for code in FIRST if code in known] + sorted(known.keys() - set(FIRST))
    return {code: known[code] for code in ordered}


def choices() -> list[tuple[str, str]]:
    """Return the registers for a form: code and name with an example."""
    return [
        (code, f"{one.register} ({code}{f', like {one.example}' if one.example else ''})")
        for code, one in schemes().items()
    ]


def register_of(scheme: str) -> str:
    """Return the name of the register, or its code where it is not known."""
    known = schemes().get(scheme)
    return known.register if known else scheme


def tidy(scheme: str, value: str) -> str:
    """Return the number without spaces around or inside and in capitals; nothing else is changed."""
    return "".join(value.split()).upper() if scheme != "GB-SRS" else value.strip()


def warnings(name: str, scheme: str, value: str) -> list[str]:
    """Return what looks wrong with a number, each with how to mend it. Nothing is refused for it."""
    portfolio = Portfolio(contracts=[Contract(ref="", title="", suppliers=(Supplier(name, scheme, value),))])
    context = Context(schemes=schemes())
    return [f"{one.found} {one.mend}" for check in ABOUT_NUMBERS for one in check(portfolio, context)]


def in_use(scheme: str, value: str) -> bool:
    """Say whether an organisation here has this number, with or without the zeros at its front."""
    length = codes.PADDED.get(scheme, 0)
    alike = {value, value.zfill(length), value.lstrip("0")} - {""}
    return Identifier.objects.filter(scheme=scheme, value__in=alike).exists()
