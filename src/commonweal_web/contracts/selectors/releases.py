"""By which releases a body's contracts are measured."""

from __future__ import annotations

from django.db.models import Count

from commonweal_web.contracts.models import Contract, Status


def releases_in_use(body: int) -> dict[str, int]:
    """Return release id -> number of contracts of a body that have not ended; none of those without a framework."""
    rows = Contract.objects.filter(authority_id=body).exclude(framework="").exclude(status=Status.ENDED)
    return dict(rows.values("framework").annotate(n=Count("pk")).values_list("framework", "n"))
