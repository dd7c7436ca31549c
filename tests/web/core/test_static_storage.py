"""What our scripts import is served: under the name with its hash, since no other is kept."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.test import override_settings

from commonweal_web.core.static_storage import StaticStorage


def test_imports_of_our_scripts_name_files_that_are_kept(tmp_path: Path) -> None:
    from django.contrib.staticfiles.finders import get_finders

    with override_settings(STATIC_ROOT=tmp_path):
        storage = StaticStorage(location=tmp_path)
        found = {path: (held, path) for finder in get_finders() for path, held in finder.list([])}
        if "vendor/govuk-frontend.min.js" not in found:
            pytest.skip("the front-end files are not fetched: run python3 do.py test")
        for path, (held, name) in found.items():
            with held.open(name) as file:
                storage._save(path, file)
        list(storage.post_process(found))
        script = (tmp_path / storage.stored_name("commonweal.js")).read_text()
    imported = re.findall(r'from "\./([^"]+)"', script)
    assert len(imported) >= 2
    assert [path for path in imported if not (tmp_path / path).is_file()] == []
