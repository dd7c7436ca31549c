"""What can be done with evidence: add, replace and withdraw a file, redact a spreadsheet, read, scan and check."""

from commonweal_web.evidence.services.discarding import stored_discard
from commonweal_web.evidence.services.held import (
    held_as_it_is,
    held_choose,
    held_drop,
    held_finish,
    held_look,
    held_redact,
)
from commonweal_web.evidence.services.intake import Received, VirusFound, file_receive
from commonweal_web.evidence.services.items import file_keep, item_add, item_note, item_withdraw
from commonweal_web.evidence.services.reading import item_open
from commonweal_web.evidence.services.receiving import Added, files_add, item_replace
from commonweal_web.evidence.services.upkeep import Checked, files_check, files_scan, files_sweep, spoilt_note

__all__ = [
    "Added",
    "Checked",
    "Received",
    "VirusFound",
    "file_keep",
    "file_receive",
    "files_add",
    "files_check",
    "files_scan",
    "files_sweep",
    "held_as_it_is",
    "held_choose",
    "held_drop",
    "held_finish",
    "held_look",
    "held_redact",
    "item_add",
    "item_note",
    "item_open",
    "item_replace",
    "item_withdraw",
    "spoilt_note",
    "stored_discard",
]
