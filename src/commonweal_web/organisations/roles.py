"""The seventeen roles, by the side of the table they sit on."""

from __future__ import annotations

from django.db import models


class Role(models.TextChoices):
    """Who somebody is at one organisation; a person may hold several."""

    PA = "PA", "platform administrator"
    BA = "BA", "buyer administrator"
    SVL = "SVL", "social value lead"
    COM = "COM", "commissioner"
    PRO = "PRO", "procurement officer"
    EVA = "EVA", "evaluator"
    MOD = "MOD", "moderator"
    APP = "APP", "strategic director"
    CAT = "CAT", "category panel member"
    CM = "CM", "contract manager"
    SCR = "SCR", "scrutiny councillor"
    SA = "SA", "supplier administrator"
    SBW = "SBW", "bid writer"
    SDL = "SDL", "delivery lead"
    VCS = "VCS", "community organisation member"
    AUD = "AUD", "auditor"
    PUB = "PUB", "member of the public"


SUPPLIER_ROLES = frozenset({Role.SA, Role.SBW, Role.SDL})
"""Roles that act for the supplier's side of a contract."""
BUYER_ROLES = frozenset(
    {Role.BA, Role.SVL, Role.COM, Role.PRO, Role.EVA, Role.MOD, Role.APP, Role.CAT, Role.CM, Role.SCR, Role.AUD}
)
"""Roles that act for the authority's side of a contract, at the authority or at a shared service acting for it."""
STRONG_SIGN_IN_ROLES = frozenset({Role.PA, Role.BA, Role.APP, Role.CM, Role.SVL, Role.PRO, Role.AUD, Role.SA})
"""Approvers, verifiers and administrators: a second factor is compulsory."""
DIRECTORATE_ROLES = frozenset({Role.APP, Role.CAT})
"""Roles to which every contract of the membership's directorate counts as assigned."""
