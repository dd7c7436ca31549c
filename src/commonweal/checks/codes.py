"""Are the codes known? Frameworks, measures, places, CPV, units, and the numbers of companies and charities."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from commonweal import errors
from commonweal.catalogue.units import units
from commonweal.checks.common import about, subject
from commonweal.checks.context import Context, Scheme, unit_id
from commonweal.checks.nearest import nearest
from commonweal.checks.problem import Origin
from commonweal.checks.registry import Finding, warning
from commonweal.checks.wording import either
from commonweal.places import Gazetteer
from commonweal.portfolio import Contract, Portfolio, Supplier

MOST_GUESSES = 200
"""A file with more unknown codes than this has another list altogether; looking for likenesses would cost minutes."""

PADDED = {"GB-COH": 8, "GB-SC": 8, "GB-NIC": 6}
"""Schemes whose numbers have leading zeros, and the number of characters they are written with."""

LIKE_A_NAME = 0.85
"""Of 1. Below it, a ward named Harbour would be taken for Harborough."""

_GSS = re.compile(r"[EKNSW]\d{8}")
_CPV = re.compile(r"(?P<code>\d{7,8})(?:-(?P<check>\d))?")
_POSTCODE = re.compile(r"[A-Z]{1,2}\d[A-Z\d]?(?: ?\d[A-Z]{2})?", re.IGNORECASE)
_NUMBER = re.compile(r"(?P<letters>[A-Z]{0,2})(?P<digits>\d+)(?:\.0)?", re.IGNORECASE)


class _Guesses:
    """Nearest known codes, each unknown code looked up once, and only the first `MOST_GUESSES` of them."""

    def __init__(self) -> None:
        self._found: dict[str, list[str]] = {}

    def __call__(self, code: str, known: Iterable[str]) -> str:
        """Return the question whether one of the nearest was meant, or "" where nothing is near."""
        if code not in self._found:
            few = len(self._found) < MOST_GUESSES
            self._found[code] = nearest(code, known) if few else []
        found = self._found[code]
        return f" Did you mean {either(found)}?" if found else ""


@warning("unknown_framework", "A contract names a framework release that is not loaded.")
def unknown_framework(portfolio: Portfolio, context: Context) -> Iterator[Finding]:
    guess = _Guesses()
    for contract in portfolio.contracts:
        name = contract.framework.strip()
        if name and context.frameworks and context.release(name) is None:
            found = f"No framework release is called {name}.{guess(name, context.frameworks)}"
            yield Finding(
                contract.origin, found, "Correct the id, or give the framework's file beside it.", contract.ref
            )


@warning("unknown_measure", "A KPI names a measure that its framework release does not have.")
def unknown_measure(portfolio: Portfolio, context: Context) -> Iterator[Finding]:
    guesses: dict[str, _Guesses] = {}
    for kpi in portfolio.kpis:
        contract = context.index.contracts.get(kpi.contract)
        release = context.release(contract.framework) if contract else None
        if contract and release and kpi.measure.strip() and kpi.measure not in release:
            guess = guesses.setdefault(contract.framework, _Guesses())
            found = f"{contract.framework} has no measure {kpi.measure}.{guess(kpi.measure, release)}"
            mend = "Correct the code; a measure of your own is kept, but its definition is not checked."
            yield Finding(kpi.origin, found, mend, subject(kpi))


@warning("unknown_place", "A place is no known code, or looks like a known name but is none.")
def unknown_place(portfolio: Portfolio, context: Context) -> Iterator[Finding]:
    """Names that look like no authority are left alone: wards, sites and streets are places too."""
    if context.gazetteer is None:
        return
    asked = _Asked(context.gazetteer)
    for where, place, name in _places(portfolio):
        problem = asked(place.strip())
        if problem:
            mend = "Give the code or name of an authority or region, or the first half of a postcode."
            yield Finding(where, problem, mend, name)


class _Asked:
    """What is wrong with a place, or "" if nothing is. Searching costs; it stops after `MOST_GUESSES` places."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer
        self._names = [place.name for place in gazetteer]
        self._known = {place.code for place in gazetteer}
        self._answers: dict[str, str] = {}

    def __call__(self, wanted: str) -> str:
        if not wanted or wanted in self._known or _POSTCODE.fullmatch(wanted):
            return ""
        if wanted not in self._answers:
            self._answers[wanted] = self._search(wanted) if len(self._answers) < MOST_GUESSES else ""
        return self._answers[wanted]

    def _search(self, wanted: str) -> str:
        try:
            self._gazetteer.place(wanted)
        except errors.UnknownCode as unknown:
            if any(_GSS.fullmatch(code) for code in unknown.nearest):
                return unknown.message
            close = nearest(wanted, self._names, likeness=LIKE_A_NAME)
            if close or _GSS.fullmatch(wanted.upper()):
                return f"No place is called {wanted}.{f' Did you mean {either(close)}?' if close else ''}"
        return ""


@warning("unknown_cpv", "A CPV code does not exist.")
def unknown_cpv(portfolio: Portfolio, context: Context) -> Iterator[Finding]:
    guess = _Guesses()
    for contract in portfolio.contracts:
        match = _CPV.fullmatch(contract.category.strip())
        if match is None or not context.cpv or match["code"] in context.cpv:
            continue
        whole = match["code"].zfill(8)
        if whole in context.cpv:
            found = f"{match['code']} has lost its leading zero: {whole} is {context.cpv[whole]}."
        else:
            same_start = [code for code in context.cpv if code[:3] == whole[:3]]
            found = f"No CPV code is {match['code']}.{guess(whole, same_start)}"
        mend = "Give the eight digits of the code, as text."
        yield Finding(contract.origin, found, mend, contract.ref)


@warning("unknown_unit", "A KPI counts in a unit that is not known.")
def unknown_unit(portfolio: Portfolio, context: Context) -> Iterator[Finding]:
    guess = _Guesses()
    known = [name for unit in units() for name in (unit.id, unit.plural)]
    for kpi in portfolio.kpis:
        written = kpi.unit.strip()
        if written and not unit_id(written):
            found = f"The unit {written} is not known.{guess(written, known)}"
            mend = "Give a known unit, so that amounts of the same thing can be added up."
            yield Finding(kpi.origin, found, mend, subject(kpi))


@warning("identifier_lost_zeros", "A company or charity number has lost its leading zeros.")
def identifier_lost_zeros(portfolio: Portfolio, context: Context) -> Iterator[Finding]:
    for contract, supplier, scheme in _identified(portfolio, context.schemes):
        whole = _padded(supplier.identifier.strip(), scheme)
        if whole:
            found = (
                f"{supplier.identifier.strip()} of {supplier.name} is too short for {scheme.register}: it is {whole}."
            )
            mend = f"Write it as {whole}, in a column of text so that the zeros stay."
            yield Finding(contract.origin, found, mend, contract.ref)


@warning("identifier_does_not_fit", "An identifier does not look like those of its register.")
def identifier_does_not_fit(portfolio: Portfolio, context: Context) -> Iterator[Finding]:
    for contract, supplier, scheme in _identified(portfolio, context.schemes):
        number = supplier.identifier.strip()
        if scheme.pattern and not re.fullmatch(scheme.pattern, number) and not _padded(number, scheme):
            like = f", which look like {scheme.example}" if scheme.example else ""
            found = f"{number} of {supplier.name} does not fit the numbers of {scheme.register}{like}."
            yield Finding(
                contract.origin, found, "Check the number and its register; it is kept as it is.", contract.ref
            )


@warning("unknown_identifier_scheme", "An identifier belongs to a register that is not known.")
def unknown_identifier_scheme(portfolio: Portfolio, context: Context) -> Iterator[Finding]:
    guess = _Guesses()
    for contract in portfolio.contracts:
        for supplier in contract.suppliers:
            name = supplier.scheme.strip()
            if context.schemes and name and name.upper() not in context.schemes:
                found = f"No register is called {name}.{guess(name, context.schemes)}"
                yield Finding(contract.origin, found, "Give the register's code, such as GB-COH.", contract.ref)


def _identified(portfolio: Portfolio, schemes: Mapping[str, Scheme]) -> Iterator[tuple[Contract, Supplier, Scheme]]:
    for contract in portfolio.contracts:
        for supplier in contract.suppliers:
            scheme = schemes.get(supplier.scheme.strip().upper())
            if scheme is not None and supplier.identifier.strip():
                yield contract, supplier, scheme


def _padded(number: str, scheme: Scheme) -> str:
    """Return the number with the zeros it lost, or "" if that does not make it fit, or it fits as it is."""
    match = _NUMBER.fullmatch(number)
    length = PADDED.get(scheme.code)
    if match is None or length is None or re.fullmatch(scheme.pattern, number):
        return ""
    letters = match["letters"].upper()
    whole = letters + match["digits"].zfill(length - len(letters))
    return whole if re.fullmatch(scheme.pattern, whole) else ""


def _places(portfolio: Portfolio) -> Iterator[tuple[Origin, str, str]]:
    for contract in portfolio.contracts:
        yield contract.origin, contract.place, contract.ref
    for kpi in portfolio.kpis:
        yield kpi.origin, kpi.place, subject(kpi)
    for claim in portfolio.claims:
        yield claim.origin, claim.place, about(claim)
