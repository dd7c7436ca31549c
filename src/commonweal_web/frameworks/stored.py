"""What `commonweal verify`, a backup and a restore look at in what bodies keep: published packs are as they were."""

from __future__ import annotations

import hashlib

from commonweal_web.core import verification
from commonweal_web.frameworks.models import Pack


@verification.register("published packs")
def every_document_is_as_published() -> verification.Result:
    """Compare each published document with its hash, which was logged when it was published."""
    problems = []
    count = 0
    rows = Pack.objects.filter(state=Pack.State.PUBLISHED).order_by("pk").values_list("pk", "key", "document", "sha256")
    for pk, key, document, sha256 in rows.iterator(chunk_size=20):
        count += 1
        if hashlib.sha256(document.encode()).hexdigest() != sha256:
            problems.append(f"pack {pk} ({key}) is not what was published: its hash differs")
    return verification.Result(f"{count:,} published packs", problems, {"packs": count})
