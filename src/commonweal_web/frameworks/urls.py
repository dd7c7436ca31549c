"""Addresses of the app `frameworks`."""

from __future__ import annotations

from commonweal_web.frameworks.catalogue.urls import urlpatterns as catalogue
from commonweal_web.frameworks.consulting.urls import urlpatterns as consulting
from commonweal_web.frameworks.keeping.urls import urlpatterns as keeping

app_name = "frameworks"
urlpatterns = [*catalogue, *consulting, *keeping]
