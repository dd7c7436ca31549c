"""Addresses of the app `delivery`."""

from __future__ import annotations

from django.urls import URLPattern

from commonweal_web.delivery.returns.urls import urlpatterns as of_returns
from commonweal_web.delivery.verification.urls import urlpatterns as of_checking

app_name = "delivery"
urlpatterns: list[URLPattern] = [*of_returns, *of_checking]
