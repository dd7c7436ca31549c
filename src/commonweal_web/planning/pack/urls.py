"""Addresses of `planning.pack`; their names stand in the namespace `planning`."""

from __future__ import annotations

from django.urls import URLPattern, path

from commonweal_web.planning.pack import views

PLAN = "plans/<int:plan_id>/"
VERSION = f"{PLAN}versions/<int:number>/pack/"
urlpatterns: list[URLPattern] = [
    path(f"{PLAN}pack/", views.pack_list, name="pack_list"),
    path(VERSION, views.pack_version, name="pack_version"),
    path(f"{VERSION}tender/", views.pack_tender, name="pack_tender"),
    path(f"{VERSION}marking/", views.pack_marking, name="pack_marking"),
    path(f"{VERSION}tender-pack.<str:form>", views.pack_tender_file, name="pack_tender_file"),
    path(f"{VERSION}marking-scheme.<str:form>", views.pack_marking_file, name="pack_marking_file"),
    path(f"{VERSION}bid-workbook.<str:form>", views.pack_bid_file, name="pack_bid_file"),
    path(f"{VERSION}return-template.<str:form>", views.pack_return_file, name="pack_return_file"),
]
