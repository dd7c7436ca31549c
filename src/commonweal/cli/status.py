"""Exit statuses: what each command tells the shell, in one table."""

from __future__ import annotations

from enum import IntEnum


class Status(IntEnum):
    """The statuses that a command may end with."""

    FINE = 0
    LOOK = 1
    USAGE = 2
    REFUSED = 3
    NOT_WRITTEN = 4
    FAULT = 70
    STOPPED = 130


MEANING: dict[Status, str] = {
    Status.FINE: "Done, and nothing needs to be mended.",
    Status.LOOK: "Done, but look: rows with errors were left out, a figure differs, or nothing was found.",
    Status.USAGE: "The command cannot be understood as it stands; the message says which word.",
    Status.REFUSED: "Refused: a file cannot be read, or a code, unit, date or place is not known. Nothing was written.",
    Status.NOT_WRITTEN: "The result could not be written; a report that is half written has no report.json.",
    Status.FAULT: "A fault of Commonweal. Report it with the lines that were shown.",
    Status.STOPPED: "Stopped by you.",
}
