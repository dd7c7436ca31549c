"""
The facts that rules ask for: what each is called, what it may be, and what is known of it.

A fact may be known in part: a date "not after 30 June 2024", a value between two amounts, one of two sorts of
contract. What is not known is left out; no fact has a value of its own accord.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_DOWN, ROUND_UP, Decimal
from enum import StrEnum

from commonweal import errors
from commonweal.quantities import PENNY

FULL_VAT = Decimal("1.2")
"""With the standard rate of 20 % (Value Added Tax Act 1994, section 2): no contract bears more."""


class Sort(StrEnum):
    """What a fact is: pounds, a day, one of several words, or yes or no."""

    MONEY = "money"
    DATE = "date"
    CHOICE = "choice"
    YES_NO = "yes_no"


@dataclass(frozen=True, slots=True)
class Field:
    """A fact that rules may ask for. `label` is how messages call it; `choices` are the words of a choice."""

    id: str
    label: str
    sort: Sort
    choices: tuple[str, ...] = ()


YES_NO = ("yes", "no")
MODELS = ("svm-2020", "svm-2025", "svm-2026")
BUYERS = (
    "central-government",
    "local-authority",
    "nhs",
    "other-public-body",
    "private-utility",
    "welsh-authority",
    "scottish-authority",
    "northern-ireland-authority",
)

_FIELDS = (
    Field("buyer", "the type of buyer", Sort.CHOICE, BUYERS),
    Field("commenced", "the day on which the procurement commenced", Sort.DATE),
    Field("value_including_vat", "the estimated value including VAT", Sort.MONEY),
    Field("value_excluding_vat", "the estimated value without VAT", Sort.MONEY),
    Field("contract_value", "the contract value as the body counts it", Sort.MONEY),
    Field("subject", "the main subject (goods, services or works)", Sort.CHOICE, ("goods", "services", "works")),
    Field("arrangement", "the form of contract", Sort.CHOICE, ("contract", "call-off", "framework-agreement")),
    Field("light_touch", "whether it is a light touch contract", Sort.YES_NO, YES_NO),
    Field("concession", "whether it is a concession contract", Sort.YES_NO, YES_NO),
    Field("defence_security", "whether it is a defence and security contract", Sort.YES_NO, YES_NO),
    Field("utilities", "whether it is a utilities contract", Sort.YES_NO, YES_NO),
    Field("outsourcing", "whether it outsources a public service", Sort.YES_NO, YES_NO),
    Field("user_choice", "whether it is a direct award by user choice", Sort.YES_NO, YES_NO),
    Field("urgent", "whether urgency makes it impractical", Sort.YES_NO, YES_NO),
    Field("kpis_not_appropriate", "whether KPIs could not appropriately measure it", Sort.YES_NO, YES_NO),
    Field("reason_published", "whether the reason is published", Sort.YES_NO, YES_NO),
    Field("reserved_arrangement", "whether it is under a reserved arrangement", Sort.YES_NO, YES_NO),
    Field("devolved_arrangement", "whether it is under a devolved arrangement", Sort.YES_NO, YES_NO),
    Field("named_model", "the model that the tender documents name", Sort.CHOICE, (*MODELS, "none")),
    Field("entered_into", "the day on which the contract was entered into", Sort.DATE),
    Field("above_threshold", "whether it reaches the procurement threshold", Sort.YES_NO, YES_NO),
    Field("regulated_spend", "the regulated spend of the buyer in the year", Sort.MONEY),
)
FIELDS: Mapping[str, Field] = {one.id: one for one in _FIELDS}
"""Every fact that a rule may ask for, by the name that packs use."""

_ORDINARY = {"light_touch": "no", "concession": "no", "defence_security": "no", "utilities": "no"}

KINDS: Mapping[str, Mapping[str, str]] = {
    "contract": {"arrangement": "contract", **_ORDINARY},
    "call-off": {"arrangement": "call-off", **_ORDINARY},
    "framework-agreement": {"arrangement": "framework-agreement"},
    "concession": {"concession": "yes"},
    "light-touch": {"light_touch": "yes"},
    "goods": {"subject": "goods"},
    "services": {"subject": "services"},
    "works": {"subject": "works"},
    "defence": {"defence_security": "yes"},
    "utilities": {"utilities": "yes"},
    "outsourcing": {"outsourcing": "yes", "subject": "services"},
}
"""What each word for a kind of contract says; `contract` and `call-off` mean an ordinary one."""


@dataclass(frozen=True, slots=True)
class Between:
    """An amount of pounds or a day from `low` to `high`, both included; None for an end that is not known."""

    low: Decimal | dt.date | None
    high: Decimal | dt.date | None


@dataclass(frozen=True, slots=True)
class Fact:
    """What is known of one field, and where it came from. A set holds the words that are still possible."""

    field: str
    value: Between | frozenset[str]
    source: str


@dataclass(frozen=True, slots=True)
class Facts:
    """
    Facts by field. `behind` names, for a fact that is worked out from others, those that were missing for it.

    `doubtful` holds facts worked out from figures of a pack that could not be confirmed.
    """

    known: Mapping[str, Fact] = field(default_factory=dict)
    behind: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    doubtful: frozenset[str] = frozenset()

    def get(self, name: str) -> Fact | None:
        """Return what is known of a field, or None."""
        return self.known.get(name)

    def plus(self, others: Iterable[Fact]) -> Facts:
        """Return these facts with others; a new fact replaces an old one of the same field."""
        return Facts({**self.known, **{one.field: one for one in others}}, self.behind, self.doubtful)


def facts_of(facts: Iterable[Fact]) -> Facts:
    """Return facts as a set of facts."""
    return Facts().plus(facts)


def exactly(name: str, value: Decimal | dt.date, source: str) -> Fact:
    """
    Return an amount of pounds or a day that is known exactly.

    :raises UnknownCode: if no field is called `name`
    """
    return between(name, value, value, source)


def between(name: str, low: Decimal | dt.date | None, high: Decimal | dt.date | None, source: str) -> Fact:
    """
    Return an amount or a day that is known within limits, both included.

    :raises UnknownCode: if no field is called `name`
    """
    return Fact(_known(name).id, Between(low, high), source)


def one_of(name: str, words: Iterable[str], source: str) -> Fact:
    """
    Return a choice of which these words are still possible; one word is certainty.

    :raises UnknownCode: for a field or a word that is not known
    """
    given, known = frozenset(words), _known(name)
    for word in sorted(given - set(known.choices)):
        raise errors.UnknownCode(
            f"{word!r} does not say {known.label}. Choose from {', '.join(known.choices)}.", known.choices
        )
    return Fact(name, given, source)


def yes_no(name: str, answer: bool, source: str) -> Fact:
    """Return an answer of yes or no. Raises as `one_of`."""
    return one_of(name, ("yes" if answer else "no",), source)


def value_facts(pounds: Decimal, *, vat: str, source: str) -> list[Fact]:
    """
    Return what a contract value in pounds says of the value with VAT, without it, and as a body counts it.

    `vat` is "included", "excluded" or "unknown". Where it is not known, VAT may be anything from none to the standard
    rate: £4,500,000.00 is from that to £5,400,000.00 with VAT, and from £3,750,000.00 without.
    """
    most = (pounds * FULL_VAT).quantize(PENNY, ROUND_UP) if vat != "included" else pounds
    least = (pounds / FULL_VAT).quantize(PENNY, ROUND_DOWN) if vat != "excluded" else pounds
    words = {"included": "with VAT", "excluded": "without VAT", "unknown": "VAT not stated"}[vat]
    return [
        between("value_including_vat", pounds, most, f"{source}, {words}"),
        between("value_excluding_vat", least, pounds, f"{source}, {words}"),
        exactly("contract_value", pounds, source),
    ]


def kind_facts(words: Iterable[str], source: str) -> list[Fact]:
    """
    Return what words for the kind of contract say, such as services and call-off.

    :raises UnknownCode: for a word that is not known
    :raises RefusedInput: if two words contradict each other
    """
    said: dict[str, str] = {}
    # The plain words come first, so that "call-off, light-touch" is a call-off under the light touch regime.
    for word in sorted(words, key=lambda word: word not in ("contract", "call-off")):
        if word not in KINDS:
            raise errors.UnknownCode(f"{word!r} is no kind of contract. Choose from {', '.join(KINDS)}.", tuple(KINDS))
        for name, value in KINDS[word].items():
            if name in ("arrangement", "subject") and said.get(name, value) != value:
                raise errors.RefusedInput(f"A contract is not both {said[name]} and {value}. Name one of them.", ())
            said[name] = value
    return [one_of(name, (value,), f"{source}: {value}") for name, value in said.items()]


def shown(fact: Fact) -> str:
    """Return what is known of a field in words: "£8,000,000", "not after 30 June 2024", "goods or services"."""
    if isinstance(fact.value, frozenset):
        return " or ".join(literal(word) for word in sorted(fact.value))
    low, high = fact.value.low, fact.value.high
    if low is not None and high is not None:
        return literal(low) if low == high else f"from {literal(low)} to {literal(high)}"
    if low is not None:
        return f"not less than {literal(low)}" if isinstance(low, Decimal) else f"not before {literal(low)}"
    if high is not None:
        return f"not more than {literal(high)}" if isinstance(high, Decimal) else f"not after {literal(high)}"
    return "not known"


def literal(value: Decimal | dt.date | str) -> str:
    """Return an amount, a day or a word as people write it."""
    if isinstance(value, Decimal):
        places = 0 if value == value.to_integral_value() else 2
        return f"£{value:,.{places}f}"
    if isinstance(value, dt.date):
        return f"{value.day} {value:%B %Y}"
    return value if value == "call-off" else value.replace("-", " ")


def _known(name: str) -> Field:
    if name not in FIELDS:
        raise errors.UnknownCode(f"There is no fact called {name!r}. Choose from {', '.join(FIELDS)}.", tuple(FIELDS))
    return FIELDS[name]
