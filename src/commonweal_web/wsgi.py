"""What a WSGI server runs. It refuses to start unsafe, whichever server starts it."""

from __future__ import annotations

import os

from django.core.checks import ERROR, run_checks
from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "commonweal_web.settings")
application = get_wsgi_application()
if unsafe := [str(problem) for problem in run_checks(databases=["default"]) if problem.level >= ERROR]:
    raise ImproperlyConfigured("\n".join(["The service does not start like this:", *unsafe]))
