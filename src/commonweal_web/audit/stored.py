"""What `commonweal verify`, a backup and a restore look at in the log."""

from __future__ import annotations

from django.db import connection

from commonweal_web.audit import append_only
from commonweal_web.audit.models import ChainHead
from commonweal_web.audit.services import anchoring, verify
from commonweal_web.core import verification


@verification.register("the log")
def log_holds() -> verification.Result:
    """Compute every chain again, and see that the triggers which protect the log stand."""
    heads = list(ChainHead.objects.filter(seq__gt=0).order_by("chain"))
    problems = [str(finding) for finding in verify()]
    problems += [
        f"the trigger {name} is gone or switched off; run migrate." for name in append_only.missing(connection)
    ]
    said = f"{sum(head.seq for head in heads):,} events in {len(heads):,} chains"
    return verification.Result(said, problems, {f"head:{head.chain}": f"{head.seq}:{head.hash}" for head in heads})


def log_against(anchor: bytes) -> verification.Result:
    """
    Compare the log with an anchor file that was kept outside.

    :raises Refused: if it is no anchor file
    """
    known = anchoring.read(anchor)
    said = f"{len(known['heads']):,} chains as anchored on {known['at'][:10]}"
    return verification.Result(said, [str(finding) for finding in verify(known)])
