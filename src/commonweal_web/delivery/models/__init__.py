"""Returns and their claims, the movements of the ledger with their balances, and what people decided."""

from __future__ import annotations

from commonweal_web.delivery.models.checking import (
    Confirmation,
    Decision,
    DoubleFlag,
    PlaceTest,
    SampleCheck,
    SampleDraw,
)
from commonweal_web.delivery.models.ledger import (
    ACCOUNTS,
    Balance,
    BodyBalance,
    Movement,
)
from commonweal_web.delivery.models.returns import (
    Claim,
    ClaimEvidence,
    ClaimPerson,
    ClaimState,
    Receipt,
    Reopening,
    Return,
    ReturnState,
    SpendLine,
    Typist,
)

__all__ = [
    "ACCOUNTS",
    "Balance",
    "BodyBalance",
    "Claim",
    "ClaimEvidence",
    "ClaimPerson",
    "ClaimState",
    "Confirmation",
    "Decision",
    "DoubleFlag",
    "Movement",
    "PlaceTest",
    "Receipt",
    "Reopening",
    "Return",
    "ReturnState",
    "SampleCheck",
    "SampleDraw",
    "SpendLine",
    "Typist",
]
