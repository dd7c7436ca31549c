"""The jobs of evidence: scan what waits, check every file at night, and sweep away what nobody needs."""

from __future__ import annotations

import datetime as dt

from commonweal_web.core import jobs
from commonweal_web.evidence import services


@jobs.every(minutes=2)
def scan_waiting_files(now: dt.datetime) -> int:
    """Ask the scanner about the files that wait for it."""
    return services.files_scan(now=now)


@jobs.daily(hour=2)
def check_files(now: dt.datetime) -> services.Checked:
    """Compare every stored file with its hash."""
    return services.files_check(now=now)


@jobs.daily(hour=3)
def sweep_files(now: dt.datetime) -> int:
    """Delete held spreadsheets after a day, and what was discarded."""
    return services.files_sweep(now=now)
