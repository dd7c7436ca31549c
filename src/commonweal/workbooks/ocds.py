"""
Open Contracting Data Standard releases and records as a register: contracts, or awards where there are no contracts.

The JSON is limited in size and depth, and no address in it is ever fetched. Releases of one process are read in the
order of their dates, the later one deciding. A process that has reached neither award nor contract is listed in the
problems and becomes no contract.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from commonweal import errors
from commonweal.checks.problem import Origin, Problem, Severity
from commonweal.portfolio import Contract, Portfolio, Source, Supplier
from commonweal.workbooks import ocds_metrics, readings
from commonweal.workbooks.limits import DEFAULT_LIMITS, MIB, Limits

DEEPEST = 64
NO_KPIS = "The notices publish no KPIs for this contract."
ONLY_AWARD = "The source publishes an award, not a contract, and no KPIs."
RESIDUE = re.compile(r"[a-z.,;:)]rn[A-Z0-9•*-]|[a-z]rnrn")
ACTIVE = ("active", "complete", "terminated", "pending", "")
SHEET = "release"


@dataclass(slots=True)
class Reading:
    """One package while it is read: the place and the portfolio that is filled."""

    name: str
    portfolio: Portfolio
    row: int = 0
    ocid: str = ""
    parties: dict[str, dict[str, Any]] = field(default_factory=dict)

    def origin(self, path: str = "") -> Origin:
        """The place: the release's number counted from 1, and the path inside it."""
        return Origin(self.name, SHEET, self.row, path)

    def problem(self, code: str, severity: Severity, path: str, found: str, mend: str) -> None:
        """Note a problem at a path of the current release."""
        self.portfolio.problems.append(Problem(code, severity, self.origin(path), found, mend, self.ocid))


def load_json(data: bytes, name: str, *, limits: Limits = DEFAULT_LIMITS) -> Any:
    """
    Return parsed JSON with numbers as Decimal.

    :raises BadFile: if it is no JSON, larger than the limit, or nested too deeply
    """
    if len(data) > limits.file_bytes:
        raise errors.BadFile(f"{name} is larger than {limits.file_bytes // MIB} MiB, the most that is read. Split it.")
    if _depth(data) > DEEPEST:
        raise errors.BadFile(f"{name} is nested more than {DEEPEST} levels deep, which no release is.")
    try:
        return json.loads(data.decode("utf-8-sig"), parse_float=Decimal, parse_constant=_refuse_constant)
    except (ValueError, UnicodeDecodeError, RecursionError):
        raise errors.BadFile(
            f"{name} is no JSON that can be read: it is damaged, cut short, or not in UTF-8. Download it again."
        ) from None


def _refuse_constant(word: str) -> None:
    raise ValueError(word)


def _depth(data: bytes) -> int:
    """The deepest nesting of brackets outside texts."""
    deepest = depth = 0
    for mark in re.finditer(rb'"(?:[^"\\]|\\.)*"|[\[{]|[\]}]', data):
        first = mark[0][0]
        if first in b"[{":
            depth += 1
            deepest = max(deepest, depth)
        elif first in b"]}":
            depth -= 1
    return deepest


def read_ocds(data: bytes, *, source: Source, limits: Limits = DEFAULT_LIMITS) -> Portfolio:
    """
    Return the register of a release package, a record package, or a single release.

    Releases in = contracts out + problems with the code `no_contract_yet` or `superseded`, always, where each release
    has at most one award; a release with several contracts gives several.

    :raises BadFile: if it is no OCDS package
    """
    package = load_json(data, source.name, limits=limits)
    reading = Reading(source.name, Portfolio(title=source.name, sources=[source]))
    releases = list(_releases(package, source.name))
    _note_package(package, reading)
    found: dict[str, Contract] = {}
    for row, release in sorted(enumerate(releases, 1), key=lambda pair: (str(pair[1].get("date", "")), pair[0])):
        reading.row, reading.ocid = row, str(release.get("ocid", ""))
        _take(reading, release, found)
    reading.portfolio.contracts = list(found.values())
    ocds_metrics.finish(reading.portfolio)
    return reading.portfolio


def _releases(package: Any, name: str) -> Iterator[dict[str, Any]]:
    if isinstance(package, dict):
        if isinstance(package.get("releases"), list):
            yield from (release for release in package["releases"] if isinstance(release, dict))
            return
        if isinstance(package.get("records"), list):
            for record in package["records"]:
                yield from _record(record)
            return
        if "ocid" in package:
            yield package
            return
    raise errors.BadFile(
        f"{name} is JSON, but no OCDS package: it has neither releases nor records. "
        f"Give a release package, a record package, or one release."
    )


def _record(record: Any) -> Iterator[dict[str, Any]]:
    if not isinstance(record, dict):
        return
    if isinstance(record.get("compiledRelease"), dict):
        yield record["compiledRelease"]
    else:
        yield from (
            release for release in record.get("releases") or [] if isinstance(release, dict) and len(release) > 4
        )


def _note_package(package: dict[str, Any], reading: Reading) -> None:
    extensions = package.get("extensions")
    if isinstance(extensions, list) and extensions:
        found = f"The package names {len(extensions)} extensions by their addresses."
        reading.problem("not_fetched", Severity.NOTE, "extensions", found, "Nothing: no address is ever fetched.")


def _take(reading: Reading, release: dict[str, Any], found: dict[str, Contract]) -> None:
    reading.parties = {str(party.get("id", "")): party for party in _dicts(release.get("parties"))}
    _note_texts(reading, release)
    contracts, awards = _dicts(release.get("contracts")), _dicts(release.get("awards"))
    if contracts:
        for contract in contracts:
            award = next((a for a in awards if a.get("id") == contract.get("awardID")), {})
            made = _contract(reading, release, contract, award)
            _keep(reading, found, made)
            ocds_metrics.take(reading.portfolio, made.ref, contract, reading)
    elif awards:
        for award in awards:
            _keep(reading, found, _award(reading, release, award))
    else:
        tags = ", ".join(str(tag) for tag in release.get("tag") or ["no stage"])
        what = f"The release ({tags}) has neither an award nor a contract yet."
        reading.problem("no_contract_yet", Severity.NOTE, "tag", what, "Nothing: it becomes a contract once awarded.")


def _keep(reading: Reading, found: dict[str, Contract], contract: Contract) -> None:
    if contract.ref in found:
        earlier = found[contract.ref].origin.row
        what = f"{contract.ref} was published before, as release {earlier} of this file."
        reading.problem("superseded", Severity.NOTE, "ocid", what, "The later release is used.")
    found[contract.ref] = contract


def _contract(reading: Reading, release: dict[str, Any], contract: dict[str, Any], award: dict[str, Any]) -> Contract:
    several = len(_dicts(release.get("contracts"))) > 1
    parties = contract.get("suppliers") or award.get("suppliers")
    period = contract.get("period") or award.get("contractPeriod")
    reason = "" if contract.get("agreedMetrics") else NO_KPIS
    return _make(reading, release, contract, several, parties, period, reason)


def _award(reading: Reading, release: dict[str, Any], award: dict[str, Any]) -> Contract:
    several = len(_dicts(release.get("awards"))) > 1
    period = award.get("contractPeriod") or _dict(release.get("tender")).get("contractPeriod")
    return _make(reading, release, award, several, award.get("suppliers"), period, ONLY_AWARD)


def _make(
    reading: Reading,
    release: dict[str, Any],
    block: dict[str, Any],
    several: bool,
    parties: Any,
    period: Any,
    reason: str,
) -> Contract:
    tender = _dict(release.get("tender"))
    title = str(block.get("title") or tender.get("title") or release.get("title") or "")
    start, end = _dates(reading, _dict(period))
    ref = f"{reading.ocid}-{block.get('id', '')}" if several else reading.ocid
    return Contract(
        ref=ref,
        title=readings.text(title)[0] or ref,
        body=readings.text(str(_dict(release.get("buyer")).get("name", "")))[0],
        suppliers=_suppliers(reading, parties),
        category=str(
            _dict(tender.get("classification")).get("description") or tender.get("mainProcurementCategory") or ""
        ),
        value=_value(reading, block),
        start=start,
        end=end,
        place=_place(tender),
        status=str(block.get("status", "")),
        no_kpi_reason=reason,
        extra=_extra(reading, release, block),
        origin=reading.origin(),
    )


def _value(reading: Reading, block: dict[str, Any]) -> Decimal | None:
    value = _dict(block.get("value"))
    amount, currency = value.get("amount"), value.get("currency", "GBP")
    if amount is None or isinstance(amount, bool) or not isinstance(amount, int | Decimal):
        what = "The value is missing." if amount is None else f"The value “{amount}” is no number."
        reading.problem("no_value", Severity.WARNING, "value", what, "Ask the buyer for the value.")
        return None
    if currency != "GBP":
        what = f"The value is in {currency}, not in pounds."
        reading.problem("other_currency", Severity.ERROR, "value", what, "Give the value in pounds.")
        return None
    if amount <= 1:
        what = f"The value is £{amount}, which looks like a placeholder."
        reading.problem("odd_value", Severity.WARNING, "value", what, "Ask the buyer for the value.")
    return Decimal(amount)


def _dates(reading: Reading, period: dict[str, Any]) -> tuple[Any, Any]:
    days = []
    for name in ("startDate", "endDate"):
        day, doubt = readings.date(str(period.get(name) or ""))
        if doubt is not None:
            reading.portfolio.problems.append(doubt.at(reading.origin(name), reading.ocid))
        if day is None and doubt is None:
            what = f"The contract period has no {name}."
            reading.problem("no_date", Severity.WARNING, name, what, "Ask the buyer for the dates.")
        days.append(day)
    start, end = days
    if start and end and end < start:
        what = f"The contract ends on {end}, before it starts on {start}."
        reading.problem("impossible_period", Severity.ERROR, "endDate", what, "Both dates are left out; correct them.")
        return None, None
    return start, end


def _suppliers(reading: Reading, parties: Any) -> tuple[Supplier, ...]:
    suppliers = []
    for party in _dicts(parties):
        known = reading.parties.get(str(party.get("id", "")), {})
        identifier = _dict(known.get("identifier"))
        scheme, number = str(identifier.get("scheme", "")), str(identifier.get("id", ""))
        name = readings.text(str(party.get("name") or known.get("name") or ""))[0]
        if not number:
            what = f"The supplier {name or 'without a name'} has no identifier of a public register."
            reading.problem("no_identifier", Severity.WARNING, "suppliers", what, "Look its number up and add it.")
            scheme = ""
        elif scheme == "GB-COH":
            number, doubt = readings.company_number(number)
            if doubt is not None:
                reading.portfolio.problems.append(doubt.at(reading.origin("suppliers"), reading.ocid))
        suppliers.append(Supplier(name, scheme, number))
    if not suppliers:
        reading.problem("no_supplier", Severity.WARNING, "suppliers", "No supplier is named.", "Ask the buyer.")
    return tuple(suppliers)


def _place(tender: dict[str, Any]) -> str:
    addresses = [a for item in _dicts(tender.get("items")) for a in _dicts(item.get("deliveryAddresses"))]
    codes = [str(address["postalCode"]) for address in addresses if address.get("postalCode")]
    return codes[0] if codes else next((str(a["region"]) for a in addresses if a.get("region")), "")


def _extra(reading: Reading, release: dict[str, Any], block: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    gross = _dict(block.get("value")).get("amountGross")
    facts = {
        "release": release.get("id"),
        "published": release.get("date"),
        "tags": ", ".join(str(tag) for tag in release.get("tag") or []),
        "value including VAT": gross,
        "date signed": block.get("dateSigned"),
        "latest end": _dict(block.get("period")).get("maxExtentDate"),
        "notice": _notice(reading, block),
    }
    return tuple((name, str(fact)) for name, fact in facts.items() if fact not in (None, ""))


def _notice(reading: Reading, block: dict[str, Any]) -> str:
    """The first document's address, as text: addresses are kept and never followed."""
    first = ""
    for document in _dicts(block.get("documents")):
        url = str(document.get("url") or "")
        if url and not _is_address(url):
            what = f"“{url}” is no valid web address."
            reading.problem("bad_address", Severity.WARNING, "documents", what, "Correct it at the source.")
        first = first or url
    return first


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and "." in parts.netloc and not re.search(r"[\s<>\"{}|^`\\]", url)


def _note_texts(reading: Reading, release: dict[str, Any]) -> None:
    tender = _dict(release.get("tender"))
    texts = [
        str(block.get(key) or "")
        for block in (tender, *_dicts(release.get("awards")))
        for key in ("title", "description")
    ]
    found = sum(len(RESIDUE.findall(text)) for text in texts)
    if found:
        what = f"The texts hold “rn” in {found} places where line breaks were lost."
        reading.problem("line_breaks_lost", Severity.NOTE, "description", what, "The text is kept as it is.")
    for key, party in reading.parties.items():
        url = str(_dict(party.get("details")).get("url") or "")
        if url and not _is_address(url):
            what = f"The address “{url}” of {party.get('name') or key} is no valid web address."
            reading.problem("bad_address", Severity.WARNING, "parties", what, "Correct it at the source.")


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
