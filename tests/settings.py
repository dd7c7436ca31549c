"""The settings of the service for tests: its mode `test`, whatever the environment says, and a folder of their own."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

os.environ["COMMONWEAL_MODE"] = "test"
if "COMMONWEAL_HOME" not in os.environ:  # a folder for each run: two at once would sweep each other's files
    os.environ["COMMONWEAL_HOME"] = tempfile.mkdtemp(prefix="commonweal-tests-")
    atexit.register(shutil.rmtree, os.environ["COMMONWEAL_HOME"], ignore_errors=True)

from commonweal_web.settings import *  # noqa: F403 settings are all its names

STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # noqa: F405 whitenoise warns of a folder that is not there

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
"""Quick, since a world has thirty people; the tests of equal times use the service's own again."""

if os.environ.get("COMMONWEAL_TEST_SQLITE_FILE"):  # threads of a hammer share a file, never a database in memory
    DATABASES["default"]["TEST"] = {"NAME": os.environ["COMMONWEAL_TEST_SQLITE_FILE"]}  # noqa: F405
