"""
A program that does small durable acts and notes each one that was acknowledged: a mail in the outbox and its log row.

    python tests/web/platform/writer.py ACKS NAME COUNT [PRAGMA]

Each act is one transaction of two business tables; its name is added to the file ACKS only after the commit. An act
that the database refuses is counted, not noted. It ends with a line of JSON: how many were done and how many refused.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import sys

import django


def main(acks: str, name: str, count: int, pragma: str = "") -> None:
    django.setup()
    from django.db import DatabaseError, connection

    if pragma:
        with connection.cursor() as cursor:
            cursor.execute(pragma)
    noted = os.open(acks, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    done = refused = 0
    for number in range(count):
        try:
            act(f"{name}-{number}")
        except DatabaseError:
            refused += 1
            connection.close()
        else:
            done += 1
            os.write(noted, f"{name}-{number}\n".encode())
    print(json.dumps({"done": done, "refused": refused}), flush=True)


def act(key: str) -> None:
    """Queue a mail and write its log row, in one transaction."""
    from django.db import transaction

    from commonweal_web.audit import services as audit
    from commonweal_web.core import outbox

    now = dt.datetime(2026, 10, 15, 12, tzinfo=dt.UTC)
    with transaction.atomic():
        mail = outbox.queue(key=key, to="lead@northmere.example", subject="A return is due", body="x" * 500, now=now)
        audit.record(organisation_id=0, by=None, role="", verb="mail_queued", record=mail, now=now, new={"key": key})


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), *sys.argv[4:])
