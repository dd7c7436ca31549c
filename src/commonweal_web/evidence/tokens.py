"""
Tell people apart without knowing who they are: keyed hashes of identifiers that are then dropped.

Two tokens come out of one identifier. The token of the body is shown and stored with a claim; its key belongs to one
body, so two bodies cannot compare lists. The matching token has a key of the service; it is never shown, and only says
inside the service that one person was claimed twice, across contracts of different bodies too.

An identifier is never stored, logged or repeated in a message. The rules for writing one the same way every time
stand in `RULES`; two kinds of identifier of one person give two tokens, so a contract agrees on one kind.
"""

from __future__ import annotations

import datetime as dt
import enum
import hashlib
import hmac
import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from commonweal_web.core.errors import Refused

DERIVATION = b"commonweal person tokens 1"
SHORT = 2
_NI = re.compile(r"([A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z][0-9]{6})[A-D]?")
_NI_NOT_ISSUED = ("BG", "GB", "KN", "NK", "NT", "TN", "ZZ")
_DAY_FIRST = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})")
_YEAR_FIRST = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(?::00)?)?")


class Identifier(enum.StrEnum):
    """The identifiers that parties may agree on."""

    NI = "ni"
    ULN = "uln"
    PAYROLL = "payroll"


LABELS: Mapping[Identifier, str] = MappingProxyType(
    {
        Identifier.NI: "National Insurance number",
        Identifier.ULN: "Unique learner number",
        Identifier.PAYROLL: "Payroll reference, date of birth and employer",
    }
)


class BadIdentifier(Refused):
    """An identifier that is not of its kind. The message never repeats it."""


@dataclass(frozen=True, slots=True)
class Token:
    """`shown` is for the claim and its readers; `matching` only for comparing inside the service. Hexadecimal."""

    shown: str
    matching: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of a list, each person once, and what could not be read, by line; lines count from 1."""

    tokens: tuple[Token, ...]
    problems: tuple[tuple[int, str], ...]
    repeated: tuple[int, ...]


def token_for(*, kind: Identifier, value: str, master: str, body: str, born: str = "", employer: str = "") -> Token:
    """
    Return the tokens of one person.

    :param master: the service's secret, `settings.TOKEN_KEY`
    :param body: what names the body for ever, such as its primary key
    :param born: date of birth, for `payroll` only
    :param employer: the employer's identifier, such as GB-COH-01234567, for `payroll` only
    :raises BadIdentifier: if `value` is not of its kind
    """
    if not master:
        raise ValueError("person tokens need COMMONWEAL_TOKEN_KEY")
    written = normalised(kind=kind, value=value, born=born, employer=employer)
    message = f"{kind.value}|{written}".encode()
    return Token(
        shown=_keyed(derived_key(master, f"body:{body}"), message),
        matching=_keyed(derived_key(master, "matching"), message),
    )


def tokens_for(
    *, kind: Identifier, lines: Iterable[str], master: str, body: str, born: Iterable[str] = (), employer: str = ""
) -> Tokens:
    """Return the tokens of a list with one person a line; blank lines are passed over, a repeated person is said."""
    dates = list(born)
    found: dict[str, Token] = {}
    problems: list[tuple[int, str]] = []
    repeated: list[int] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        day = dates[number - 1] if number <= len(dates) else ""
        try:
            token = token_for(kind=kind, value=line, master=master, body=body, born=day, employer=employer)
        except BadIdentifier as bad:
            problems.append((number, bad.message))
            continue
        if token.shown in found:
            repeated.append(number)
        found.setdefault(token.shown, token)
    return Tokens(tuple(found.values()), tuple(problems), tuple(repeated))


def short(token: str, among: Collection[str] = ()) -> str:
    """Return a token's start with an ellipsis, such as a7…: two characters, or as many as tell it from `among`."""
    others = [other for other in among if other != token]
    for length in range(SHORT, len(token)):
        if not any(other.startswith(token[:length]) for other in others):
            return f"{token[:length]}…"
    return token


def normalised(*, kind: Identifier, value: str, born: str = "", employer: str = "") -> str:
    """
    Return an identifier written the one way that is hashed. Keep the result no longer than the hashing takes.

    :raises BadIdentifier: if it is not of its kind
    """
    if kind is Identifier.PAYROLL:
        return f"{_compact(employer, 'employer')}|{_payroll(value)}|{_born(born)}"
    return RULES[kind](value)


def _ni(value: str) -> str:
    match = _NI.fullmatch(_letters_and_digits(value))
    if not match or match[1].startswith(_NI_NOT_ISSUED):
        raise BadIdentifier(
            "This is not a National Insurance number. It has two letters, six digits and a last letter from A to D. "
            "Temporary numbers are not taken: use another identifier for this person.",
            code="bad_identifier",
            field="identifier",
        )
    return match[1]  # the last letter says nothing about the person and is often left out


def _uln(value: str) -> str:
    digits = _letters_and_digits(value)
    if re.fullmatch(r"[1-9][0-9]{9}", digits):
        rest = sum(int(digit) * weight for digit, weight in zip(digits[:9], range(10, 1, -1), strict=True)) % 11
        if rest and 10 - rest == int(digits[9]):
            return digits
    raise BadIdentifier(
        "This is not a unique learner number. It has ten digits, and the last one checks the others: "
        "look for two digits that changed places.",
        code="bad_identifier",
        field="identifier",
    )


def _payroll(value: str) -> str:
    return _compact(value, "payroll reference").lstrip("0") or "0"  # spreadsheets drop leading zeros


def _compact(value: str, what: str) -> str:
    text = _letters_and_digits(value)
    if not text:
        raise BadIdentifier(f"The {what} is missing. Give it, or use another identifier.", code="bad_identifier")
    return text


def _born(value: str) -> str:
    text = value.strip()
    try:
        if parts := _YEAR_FIRST.fullmatch(text):
            return dt.date(int(parts[1]), int(parts[2]), int(parts[3])).isoformat()
        if parts := _DAY_FIRST.fullmatch(text):
            return dt.date(int(parts[3]), int(parts[2]), int(parts[1])).isoformat()
    except ValueError:
        pass
    raise BadIdentifier(
        "The date of birth cannot be read. Write the day, the month and the year with four digits, like 27/3/2001.",
        code="bad_identifier",
        field="born",
    )


def _letters_and_digits(value: str) -> str:
    plain = unicodedata.normalize("NFKC", value).upper()
    return "".join(character for character in plain if character.isascii() and character.isalnum())


RULES: Mapping[Identifier, Callable[[str], str]] = MappingProxyType({Identifier.NI: _ni, Identifier.ULN: _uln})
"""How each kind is written before it is hashed; `payroll` is made of three parts and stands in `normalised`."""


def derived_key(master: str, purpose: str) -> bytes:
    """Return the key for one purpose: HKDF (RFC 5869) with SHA-256, so that no key tells of another."""
    return hkdf(master.encode(), salt=DERIVATION, info=purpose.encode(), length=32)


def hkdf(material: bytes, *, salt: bytes, info: bytes, length: int) -> bytes:
    """Return `length` bytes derived from `material` by HKDF (RFC 5869) with SHA-256."""
    pseudo = hmac.digest(salt or bytes(32), material, "sha256")
    block, out = b"", b""
    for number in range(1, -(-length // 32) + 1):
        block = hmac.digest(pseudo, block + info + bytes([number]), "sha256")
        out += block
    return out[:length]


def _keyed(key: bytes, message: bytes) -> str:
    return hmac.new(key, message, hashlib.sha256).hexdigest()
