"""What `commonweal verify`, a backup and a restore look at in the evidence: a sound file for every row."""

from __future__ import annotations

from commonweal_web.core import verification
from commonweal_web.evidence import config
from commonweal_web.evidence.models import StoredFile


@verification.register("evidence rows")
def every_row_has_its_file() -> verification.Result:
    """Compare the bytes of each stored file with its row."""
    store = config.store()
    rows = StoredFile.objects.filter(discarded_at__isnull=True).order_by("pk").values_list("sha256", "size")
    problems = []
    count = 0
    for sha256, size in rows.iterator(chunk_size=500):
        count += 1
        if reason := store.check(sha256, size):
            problems.append(f"the file {sha256}: {reason}")
    return verification.Result(f"{count:,} files of evidence", problems, {"files": count})
