"""
Puts the front-end files into the wheel, so that a user of the wheel needs no Node.

Does nothing for the editable install: there `do.py` makes the files. Where npm and the packages are absent but the
files are there already (a wheel made from the source archive), they are taken as they are.
"""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class FrontEndHook(BuildHookInterface):  # type: ignore[type-arg] # hatchling leaves its own parameter open
    """Runs before each build of a wheel or a source archive."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        root = Path(self.root)
        vendor = _vendor(root)
        target = root / vendor.TARGET
        npm = shutil.which("npm")
        if not (root / "node_modules").is_dir() and npm:
            subprocess.run([npm, "ci", "--ignore-scripts", "--omit=dev"], cwd=root, check=True)
        try:
            vendor.vendor(root)
        except vendor.Missing as problem:
            if not target.is_dir():
                raise SystemExit(f"The wheel needs the front-end files. {problem}") from None
        build_data["artifacts"].append(f"/{vendor.TARGET.as_posix()}/**")


def _vendor(root: Path) -> Any:
    spec = importlib.util.spec_from_file_location("vendor", root / "scripts" / "vendor.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
