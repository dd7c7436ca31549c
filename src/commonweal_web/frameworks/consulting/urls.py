"""Addresses of this part: below /consultations/ for everybody, below /frameworks/consultations/ for officers."""

from __future__ import annotations

from django.urls import URLPattern, path

from commonweal_web.frameworks.consulting.views import meetings, officers, public, sessions

OPEN = "consultations/<int:consultation_id>/"
OFFICE = "frameworks/consultations/<int:consultation_id>/"
COMMENT = f"{OFFICE}comments/<int:comment_id>/"
SESSION = f"{OPEN}sessions/<int:drop_in_id>/"

urlpatterns: list[URLPattern] = [
    path("consultations/", public.consultations, name="consultations"),
    path("consultations/places/<str:token>/", sessions.seat, name="seat"),
    path(OPEN, public.consultation, name="consultation"),
    path(f"{OPEN}rows/<str:row_key>/", public.row, name="consultation_row"),
    path(f"{OPEN}comment/", public.whole, name="consultation_whole"),
    path(f"{OPEN}received/<str:token>/", public.received, name="comment_received"),
    path(f"{OPEN}results/", public.results, name="consultation_results"),
    path(f"{OPEN}comments.<str:form>", public.comments_file, name="consultation_file"),
    path(f"{SESSION}book/", sessions.book, name="drop_in_book"),
    path(f"{SESSION}asked/", sessions.asked, name="drop_in_asked"),
    path("frameworks/consultations/", officers.consulting, name="consulting"),
    path("frameworks/consultations/new/", officers.new, name="consulting_new"),
    path(OFFICE, officers.one, name="consulting_one"),
    path(f"{OFFICE}edit/", officers.edit, name="consulting_edit"),
    path(f"{OFFICE}withdraw/", officers.withdraw, name="consulting_withdraw"),
    path(f"{OFFICE}sessions/add/", meetings.add, name="consulting_session"),
    path(f"{OFFICE}sessions/<int:drop_in_id>/move/", meetings.move, name="consulting_move"),
    path(f"{OFFICE}sessions/<int:drop_in_id>/cancel/", meetings.cancel, name="consulting_cancel"),
    path(f"{OFFICE}publish/", officers.publish, name="consulting_publish"),
    path(f"{OFFICE}changes/", officers.changes, name="consulting_changes"),
    path(f"{OFFICE}comments.<str:form>", officers.office_file, name="consulting_file"),
    path(COMMENT, officers.comment, name="consulting_comment"),
    path(f"{COMMENT}hide/", officers.hide, name="consulting_hide"),
]
