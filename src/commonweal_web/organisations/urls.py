"""Addresses of the app `organisations`."""

from __future__ import annotations

from django.urls import URLPattern, path

from commonweal_web.organisations.views import (
    account,
    bodies,
    delegations,
    emergency,
    joining,
    people,
    permissions,
    requests,
)

BODY = "organisations/<int:organisation_id>/"

app_name = "organisations"
urlpatterns: list[URLPattern] = [
    path("account/", account.account, name="account"),
    path("account/second-factor/", account.set_up_second_factor, name="second_factor"),
    path("account/signup/", account.how_to_join, name="how_to_join"),
    path("account/email/", account.address_is_fixed, name="email"),
    path("account/3rdparty/", account.address_is_fixed, name="providers"),
    path("account/3rdparty/signup/", account.how_to_join, name="provider_sign_up"),
    path("permissions/", permissions.permissions, name="permissions"),
    path("permissions.csv", permissions.permissions_csv, name="permissions_csv"),
    path("register/", joining.register, name="register"),
    path("invitations/<str:token>/", joining.invitation, name="invitation"),
    path("organisations/", bodies.bodies, name="bodies"),
    path(BODY, bodies.body, name="body"),
    path(BODY + "edit/", bodies.edit, name="edit"),
    path(BODY + "numbers/add/", bodies.add_identifier, name="add_identifier"),
    path(BODY + "numbers/<int:identifier_id>/remove/", bodies.remove_identifier, name="remove_identifier"),
    path(BODY + "directorates/add/", bodies.add_directorate, name="add_directorate"),
    path(BODY + "directorates/<int:directorate_id>/", bodies.edit_directorate, name="edit_directorate"),
    path(BODY + "services/add/", bodies.add_service, name="add_service"),
    path(BODY + "services/<int:acting_id>/end/", bodies.end_service, name="end_service"),
    path(BODY + "people/", people.people, name="people"),
    path(BODY + "people/invite/", people.invite, name="invite"),
    path(BODY + "people/<int:person_id>/", people.person, name="person"),
    path(BODY + "people/<int:person_id>/give-role/", people.give_role, name="give_role"),
    path(BODY + "people/<int:person_id>/leave/", people.leave, name="leave"),
    path(BODY + "people/<int:person_id>/reset-second-factor/", people.ask_reset, name="ask_reset"),
    path(BODY + "roles/<int:membership_id>/end/", people.end_role, name="end_role"),
    path(BODY + "sign-ins/", people.sign_ins, name="sign_ins"),
    path("delegations/", delegations.delegations, name="delegations"),
    path("delegations/<int:organisation_id>/give/", delegations.give, name="give_delegation"),
    path("delegations/<int:delegation_id>/revoke/", delegations.revoke, name="revoke_delegation"),
    path("emergency/", emergency.accesses, name="emergency"),
    path("emergency/end/", emergency.end, name="emergency_end"),
    path(BODY + "emergency/", emergency.of_body, name="emergency_log"),
    path("requests/", requests.requests, name="requests"),
    path("requests/new-organisation/", requests.ask_organisation, name="ask_organisation"),
    path("requests/new-administrator/", requests.ask_administrator, name="ask_administrator"),
    path("requests/end-administrator/", requests.ask_administrator_end, name="ask_administrator_end"),
    path("requests/reset/", requests.ask_reset, name="ask_reset_by_address"),
    path("requests/<int:request_id>/", requests.request_page, name="request"),
    path("requests/<int:request_id>/withdraw/", requests.withdraw, name="withdraw_request"),
]
