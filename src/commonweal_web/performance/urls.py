"""Addresses of the app `performance`."""

from __future__ import annotations

from django.urls import URLPattern, path

from commonweal_web.performance import views

app_name = "performance"
REVIEWS = "contracts/<int:contract_id>/reviews/"
urlpatterns: list[URLPattern] = [
    path(REVIEWS, views.reviews, name="reviews"),
    path(f"{REVIEWS}record/", views.review_record, name="review_record"),
    path("contracts/<int:contract_id>/actions/<int:action_id>/done/", views.action_done, name="action_done"),
]
