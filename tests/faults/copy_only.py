"""A plugin for the tests of a faulty copy: it ends the run if the packages under test are not those of the copy."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


def pytest_configure() -> None:
    """Look where the packages came from, once Django is set up."""
    import commonweal
    import commonweal_web

    copy = Path(os.environ["FAULTY_COPY"]).resolve()
    for package in (commonweal, commonweal_web):
        if copy not in Path(str(package.__file__)).resolve().parents:
            pytest.exit(f"{package.__name__} is not that of the copy, but {package.__file__}", returncode=99)
