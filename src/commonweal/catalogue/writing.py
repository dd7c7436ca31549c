"""Writes the release of a framework, and other packs, as the files that the loaders read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml

_DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


class _Plain(_DUMPER):  # type: ignore[misc, valid-type]  # one of two classes of the library
    """Writes everything out: the loader takes no aliases."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def framework_text(file: Mapping[str, Any]) -> str:
    """
    Return the text of a framework file with these properties, in their order; what is empty is left out.

    Texts that YAML would read as something else are put in quotes, so that code 8.10 stays 8.10.
    """
    return yaml_text(file)


def yaml_text(file: Mapping[str, Any]) -> str:
    """Return plain data as YAML that the strict reader takes; what is empty is left out."""
    text: str = yaml.dump(_kept(file), Dumper=_Plain, sort_keys=False, allow_unicode=True, width=110)
    return text


def _kept(data: Any) -> Any:
    if isinstance(data, Mapping):
        return {key: _kept(value) for key, value in data.items() if value not in ("", None, (), [], {})}
    if isinstance(data, list | tuple):
        return [_kept(value) for value in data]
    return data
