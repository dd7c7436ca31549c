"""Addresses of the demo; they exist in demo mode only."""

from __future__ import annotations

from django.urls import URLPattern, path

from commonweal_web.demo import views

app_name = "demo"
urlpatterns: list[URLPattern] = [
    path("demo/", views.tour, name="tour"),
    path("demo/sign-in/", views.sign_in, name="sign_in"),
    path("demo/people/", views.people, name="people"),
    path("demo/day/", views.day, name="day"),
    path("demo/mail/", views.mail, name="mail"),
    path("demo/mail/<int:message_id>/", views.letter, name="letter"),
]
