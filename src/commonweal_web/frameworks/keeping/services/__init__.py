"""Acts on what a body keeps. Each is one transaction, checks the permission itself and writes one row in the log."""

from commonweal_web.frameworks.keeping.services.measures import (
    LocalFields,
    measure_add,
    measure_edit,
    measure_retire,
    measure_withdraw,
)
from commonweal_web.frameworks.keeping.services.packs import (
    Proposal,
    pack_draft,
    pack_leave,
    pack_propose,
    pack_publish,
    pack_send_back,
)
from commonweal_web.frameworks.keeping.services.releases import release_draft

__all__ = [
    "LocalFields",
    "Proposal",
    "measure_add",
    "measure_edit",
    "measure_retire",
    "measure_withdraw",
    "pack_draft",
    "pack_leave",
    "pack_propose",
    "pack_publish",
    "pack_send_back",
    "release_draft",
]
