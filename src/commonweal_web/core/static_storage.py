"""Static files under names that hold their hash, so that a browser keeps each for ever and never an old one."""

from __future__ import annotations

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticStorage(CompressedManifestStaticFilesStorage):
    """Also rewrites what our scripts import: a module is served under its hashed name alone."""

    support_js_module_import_aggregation = True
