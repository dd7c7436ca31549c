"""
The canonical text of a return as it was sent: what the receipt's hash is made of.

JSON with sorted keys and no blanks, amounts as plain decimals, moments in UTC. Anybody who holds the downloaded text
works out the same SHA-256.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable
from typing import Any

from commonweal.quantities import plain
from commonweal_web.delivery.models import Claim, Return


def canonical_text(*, ret: Return, claims: Iterable[Claim], number: int, received_at: dt.datetime) -> str:
    """Return the text of submission `number` of a return."""
    document = {
        "return": reference(ret),
        "contract": ret.contract.reference,
        "first_day": ret.starts.isoformat(),
        "last_day": ret.ends.isoformat(),
        "submission": number,
        "received_at": received_at.astimezone(dt.UTC).isoformat(),
        "declared": {
            "only_this_contract_and_period": ret.only_this_contract,
            "only_what_the_contract_promises": ret.only_contracted,
        },
        "account": ret.account,
        "claims": [_claim(claim) for claim in claims],
    }
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def sha256_of(text: str) -> str:
    """Return the SHA-256 of a canonical text, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def reference(ret: Return) -> str:
    """Return the reference that a supplier quotes: NMC-2026-014/2026-04."""
    return f"{ret.contract.reference}/{ret.starts:%Y-%m}"


def _claim(claim: Claim) -> dict[str, Any]:
    return {
        "kpi": claim.kpi.ref,
        "kpi_version": claim.kpi_version.number if claim.kpi_version else None,
        "revision": claim.revision,
        "amount": plain(claim.amount) if claim.amount is not None else None,
        "denominator": plain(claim.denominator) if claim.denominator is not None else None,
        "unit": claim.kpi_version.unit if claim.kpi_version else "",
        "nil": claim.nil,
        "reason": claim.nil_reason,
        "account": claim.account,
        "place": claim.place,
        "cohort": claim.cohort,
        "valid_until": claim.valid_until.isoformat() if claim.valid_until else None,
        "working": claim.working,
        "warnings_answered": claim.warnings_answered,
        "evidence": sorted(link.item.file.sha256 for link in claim.evidence_links.select_related("item__file")),
    }
