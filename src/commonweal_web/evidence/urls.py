"""Addresses of the app `evidence`."""

from __future__ import annotations

from django.urls import path

from commonweal_web.evidence.views import adding, files

app_name = "evidence"
urlpatterns = [
    path("contracts/<int:contract_id>/evidence/", files.files, name="list"),
    path("contracts/<int:contract_id>/evidence/add/", adding.add, name="add"),
    path("evidence/<int:item_id>/", files.item_page, name="item"),
    path("evidence/<int:item_id>/file/", files.download, name="download"),
    path("evidence/<int:item_id>/describe/", files.describe, name="describe"),
    path("evidence/<int:item_id>/replace/", files.replace, name="replace"),
    path("evidence/<int:item_id>/withdraw/", files.withdraw, name="withdraw"),
    path("evidence/held/<str:key>/columns/", adding.columns, name="columns"),
    path("evidence/held/<str:key>/keep/", adding.keep, name="keep"),
    path("evidence/held/<str:key>/give-up/", adding.give_up, name="give_up"),
]
