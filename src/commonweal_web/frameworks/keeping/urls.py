"""Addresses of this part."""

from __future__ import annotations

from django.urls import URLPattern, path

from commonweal_web.frameworks.keeping.views import measures, overview, packs

BODY = "frameworks/<int:organisation_id>/"
PACK = BODY + "packs/<int:pack_id>/"
MEASURES = BODY + "measures/"

urlpatterns: list[URLPattern] = [
    path("frameworks/", overview.keeping, name="keeping"),
    path(BODY, overview.keeping_body, name="keeping_body"),
    path(BODY + "withdrawn/", overview.withdrawals, name="withdrawals"),
    path(BODY + "withdrawn/new/", overview.withdraw, name="withdraw"),
    path(MEASURES, measures.local_measures, name="local_measures"),
    path(MEASURES + "new/", measures.local_measure_new, name="local_measure_new"),
    path(MEASURES + "release/", measures.release_new, name="release_new"),
    path(MEASURES + "<int:local_id>/", measures.local_measure, name="local_measure"),
    path(MEASURES + "<int:local_id>/retire/", measures.retire, name="retire"),
    path(BODY + "import/framework/", packs.import_framework, name="import_framework"),
    path(BODY + "import/values/", packs.import_values, name="import_values"),
    path(BODY + "import/links/", packs.import_links, name="import_links"),
    path(PACK, packs.pack, name="pack"),
    path(PACK + "file/", packs.pack_file, name="pack_file"),
    path(PACK + "propose/", packs.propose, name="propose"),
    path(PACK + "decide/", packs.decide, name="decide"),
    path(PACK + "leave/", packs.leave, name="leave"),
]
