"""Every address of the service."""

from __future__ import annotations

from django.conf import settings
from django.urls import include, path

APPS = (
    "reports",
    "planning",
    "performance",
    "delivery",
    "evidence",
    "contracts",
    "mapping",
    "frameworks",
    "organisations",
    "core",
)

urlpatterns = [path("", include(f"commonweal_web.{app}.urls")) for app in APPS]
if settings.DEMO:
    urlpatterns += [path("", include("commonweal_web.demo.urls"))]
urlpatterns += [path("account/", include("allauth.urls"))]  # last: a page of ours stands in for one of the library's

handler400 = "commonweal_web.core.views.bad_request"
handler403 = "commonweal_web.core.views.forbidden"
handler404 = "commonweal_web.core.views.not_found"
handler500 = "commonweal_web.core.views.server_error"
