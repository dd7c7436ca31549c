"""Where the data package lies."""

from __future__ import annotations

from functools import cache
from importlib import resources
from pathlib import Path


@cache
def data_root() -> Path:
    """Return the folder of the data package."""
    return Path(str(resources.files("commonweal_data")))
