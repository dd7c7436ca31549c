"""
The process that reads one pack from outside: limits itself first, then reads, then writes one line of JSON and ends.

It is started by `checking.check` with nothing of the service in its surroundings: no settings, no keys, no database.
What it is told comes from the service itself; what it says back is JSON, and is read as words and numbers alone.
"""

from __future__ import annotations

import contextlib
import json
import pickle
import sys

CPU_SECONDS = 9
MEMORY = 512 * 1024 * 1024


def limit_self() -> None:
    """Give this process little time and memory, and no right to write a file."""
    try:
        import resource
    except ImportError:  # no limits on this system; the parent's clock still ends the process
        return
    for what, most in (
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 64),
    ):
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(what, (most, most))


def main() -> int:
    """Read the job from standard input, and the pack that it names."""
    limit_self()
    job = pickle.load(sys.stdin.buffer)  # written by the parent, never by whoever uploads
    try:
        from commonweal_web.frameworks.keeping.reading import read

        answer = read(**job)
    except (MemoryError, RecursionError):
        return 3
    sys.stdout.write(json.dumps(answer))
    return 0


if __name__ == "__main__":
    sys.exit(main())
