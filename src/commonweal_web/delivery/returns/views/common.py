"""What the pages of returns share: addresses, the caption above the heading, and the words for a conflict."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from commonweal_web.contracts.models import Kpi
from commonweal_web.delivery.models import Claim, Return
from commonweal_web.delivery.returns.dates import period_of


def url(name: str, ret: Return, *more: int) -> str:
    """Return the address of a page of a return."""
    return reverse(f"delivery:{name}", args=[ret.contract_id, ret.pk, *more])


def context_of(ret: Return, title: str, **more: Any) -> dict[str, Any]:
    """Return what every page of a return shows: its heading, where one is, and the way back."""
    label = period_of(ret).label
    return {
        "ret": ret,
        "contract": ret.contract,
        "period": label,
        "title": title,
        "caption": f"Return for {label}, {ret.contract.reference}",
        "back": url("return", ret),
        **more,
    }


def kpi_context(ret: Return, kpi: Kpi, title: str, **more: Any) -> dict[str, Any]:
    """Return what the pages of one KPI show."""
    return {**context_of(ret, title, **more), "kpi": kpi, "version": kpi.current}


def shown_version(claim: Claim | None) -> int:
    """Return the version that a page of a claim carries; 0 where there is no claim yet."""
    return claim.version if claim else 0


def is_autosave(request: HttpRequest) -> bool:
    """Tell whether a script saves while somebody types."""
    return request.headers.get("X-Autosave") == "1"
