"""
A whole register under its rules: which contracts need what, and which cannot be told and why.

Nothing is guessed of a register. What it holds is used as far as it goes: a procurement commenced at the latest on the
day of its award, its start or its deadline; a value may be with or without VAT; CPV codes tell works from goods and
services. What is missing is named, contract by contract.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from commonweal.policy import decide
from commonweal.policy.facts import Between, Fact, Facts, between, one_of, value_facts
from commonweal.policy.models import together
from commonweal.policy.rules import Answer, PolicyPack, Result
from commonweal.portfolio import Contract

QUESTIONS: Mapping[str, str] = {
    "consider": "Consideration",
    "measures": "Measures",
    "plan": "Delivery plan",
    "kpis": "KPIs",
}
"""What is asked of each contract, by the topic of the rules that answer it."""

LATEST = {
    "deadline_date": "deadline for tenders",
    "awarded_date": "award",
    "published_date": "notice published",
    "published": "notice published",
    "date signed": "contract signed",
}
"""Days of a register before which, or on which, the procurement must have commenced."""

NOT_BEGUN = ("PreProcurement", "Pipeline")
PLACEHOLDER = Decimal(1)
GOODS = frozenset(range(3, 45)) | {48}
WORKS = 45
CPV = re.compile(r"(?<!\d)\d{8}(?!\d)")


@dataclass(frozen=True, slots=True)
class Need:
    """The answer to one question: the rules behind it, and the missing facts where it cannot be told."""

    answer: Answer
    rules: tuple[str, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One contract of the register: what was known of it, and what it needs by question."""

    contract: Contract
    facts: Facts
    needs: Mapping[str, Need]


@dataclass(frozen=True, slots=True)
class Coverage:
    """A register under some packs."""

    packs: tuple[PolicyPack, ...]
    lines: tuple[Line, ...]

    def counts(self, question: str) -> dict[Answer, int]:
        """Return how many contracts have each answer to a question; together they are all contracts."""
        found = Counter(line.needs[question].answer for line in self.lines)
        return {answer: found[answer] for answer in Answer}

    def missing(self, question: str) -> dict[str, int]:
        """Return, for what cannot be told, how many contracts lack each fact, most first; one may lack several."""
        found = Counter(name for line in self.lines for name in line.needs[question].missing)
        return dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))


def cover(
    contracts: Iterable[Contract],
    packs: Sequence[PolicyPack],
    *,
    given: Facts,
    vat: str = "unknown",
    proposals: bool = False,
) -> Coverage:
    """
    Return what each contract needs under `packs`.

    `given` are facts that hold for the whole register, such as the type of buyer; a day or limits given for the
    commencement hold beside what the register says. `vat` says whether the values of the register include it.
    """
    lines = []
    for contract in contracts:
        facts = contract_facts(contract, given=given, vat=vat)
        results = decide(packs, facts, proposals=proposals, topics=QUESTIONS)
        lines.append(Line(contract, facts, {question: _need(results, question) for question in QUESTIONS}))
    return Coverage(tuple(packs), tuple(lines))


def contract_facts(contract: Contract, *, given: Facts, vat: str = "unknown") -> Facts:
    """Return what a contract of a register says of itself, together with the facts given for all of them."""
    own = [*_values(contract, vat), *_commenced(contract, given), *_subject(contract), *_arrangement(contract)]
    return Facts({**{one.field: one for one in own}, **_without_day(given)}, given.behind, given.doubtful)


def _need(results: Sequence[Result], question: str) -> Need:
    asked = [result for result in results if result.rule.topic == question]
    answer, missing = together(asked)
    rules = tuple(result.rule.id for result in asked if result.answer is answer is not Answer.DOES_NOT_APPLY)
    return Need(answer, rules, missing)


def _without_day(given: Facts) -> dict[str, Fact]:
    return {name: fact for name, fact in given.known.items() if name != "commenced"}


def _values(contract: Contract, vat: str) -> list[Fact]:
    if contract.value is not None and contract.value > PLACEHOLDER:
        return value_facts(contract.value, vat=vat, source="value in the register")
    extra = dict(contract.extra)
    low, high = (_amount(extra.get(name, "")) for name in ("value_low", "value_high"))
    if contract.value is not None or low is None or high is None or high < low:
        return []
    least, most = (value_facts(one, vat=vat, source="estimate in the register") for one in (low, high))
    joined = []
    for one, other in zip(least, most, strict=True):
        assert isinstance(one.value, Between)  # values are amounts
        assert isinstance(other.value, Between)  # values are amounts
        joined.append(between(one.field, one.value.low, other.value.high, one.source))
    return joined


def _amount(text: str) -> Decimal | None:
    try:
        amount = Decimal(text)
    except InvalidOperation:
        return None
    return amount if amount > PLACEHOLDER else None


def _commenced(contract: Contract, given: Facts) -> list[Fact]:
    asked, known = given.get("commenced"), _latest(contract)
    if asked is None or not isinstance(asked.value, Between):
        return [] if known is None else [between("commenced", None, known[0], known[1])]
    low, high = asked.value.low, asked.value.high
    if known is None or low == high or (isinstance(high, dt.date) and high <= known[0]):
        return [asked]
    if isinstance(low, dt.date) and low > known[0]:
        return [between("commenced", None, known[0], known[1])]
    return [between("commenced", low, known[0], f"{known[1]}; {asked.source}")]


def _latest(contract: Contract) -> tuple[dt.date, str] | None:
    """The earliest day on which the procurement must have commenced already, and what happened on it."""
    extra = dict(contract.extra)
    if extra.get("notice_type") in NOT_BEGUN:
        return None
    days = [(_day(extra.get(name, "")), words) for name, words in LATEST.items()]
    days.append((contract.start, "start of the contract"))
    return min(((day, words) for day, words in days if day is not None), default=None)


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text[:10])
    except ValueError:
        return None


def _subject(contract: Contract) -> list[Fact]:
    """Works, goods or services by the division of the CPV codes: 45; 03 to 44 and 48; the others. All must agree."""
    extra = dict(contract.extra)
    return subject_facts(extra.get("cpv_codes") or extra.get("cpv_uri", ""))


def subject_facts(codes: str) -> list[Fact]:
    """Return what CPV codes of eight digits in a text say of the main subject; nothing where there are none."""
    divisions = {int(code[:2]) for code in CPV.findall(codes)}
    found = {"works" if one == WORKS else "goods" if one in GOODS else "services" for one in divisions}
    return [one_of("subject", found, f"CPV {codes}")] if found else []


def _arrangement(contract: Contract) -> list[Fact]:
    """Framework agreement or call-off, where the register says so; that it says nothing is no answer."""
    if contract.framework_agreement:
        return [one_of("arrangement", ("framework-agreement",), "the register calls it one")]
    if contract.call_off_of:
        return [one_of("arrangement", ("call-off",), f"called off under {contract.call_off_of}")]
    return []
