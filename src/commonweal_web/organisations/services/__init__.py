"""Acts on bodies and people. Each is one transaction, checks the permission itself and writes one row in the log."""

from commonweal_web.organisations.services.bodies import (
    add_identifier,
    begin_acting,
    edit_organisation,
    end_acting,
    remove_identifier,
    set_directorate,
)
from commonweal_web.organisations.services.delegations import give_delegation, revoke_delegation
from commonweal_web.organisations.services.emergency import end_emergency_access, open_emergency_access
from commonweal_web.organisations.services.invitations import accept_invitation, accepted_for, invite
from commonweal_web.organisations.services.people import end_role, give_role, leave
from commonweal_web.organisations.services.registration import register_supplier
from commonweal_web.organisations.services.requests import (
    ask_organisation,
    ask_platform_administrator,
    ask_platform_administrator_end,
    ask_reset_by_address,
    ask_second_factor_reset,
    decide_request,
    withdraw_request,
)
from commonweal_web.organisations.services.sessions import end_sessions, sign_in_without_password

__all__ = [
    "accept_invitation",
    "accepted_for",
    "add_identifier",
    "ask_organisation",
    "ask_platform_administrator",
    "ask_platform_administrator_end",
    "ask_reset_by_address",
    "ask_second_factor_reset",
    "begin_acting",
    "decide_request",
    "edit_organisation",
    "end_acting",
    "end_emergency_access",
    "end_role",
    "end_sessions",
    "give_delegation",
    "give_role",
    "invite",
    "leave",
    "open_emergency_access",
    "register_supplier",
    "remove_identifier",
    "revoke_delegation",
    "set_directorate",
    "sign_in_without_password",
    "withdraw_request",
]
