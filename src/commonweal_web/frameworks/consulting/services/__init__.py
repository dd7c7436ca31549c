"""What happens in a consultation: it is made and changed, people comment and book places, each comment is answered."""

from commonweal_web.frameworks.consulting.services.comments import (
    answer_comment,
    hide_comment,
    refuse_out_of_time,
    send_comment,
    show_comment,
)
from commonweal_web.frameworks.consulting.services.making import (
    add_drop_in,
    create,
    edit,
    extend,
    withdraw,
)
from commonweal_web.frameworks.consulting.services.publishing import list_changes, publish
from commonweal_web.frameworks.consulting.services.seats import book, forget_seats, give_up
from commonweal_web.frameworks.consulting.services.sessions import cancel_drop_in, move_drop_in

__all__ = [
    "add_drop_in",
    "answer_comment",
    "book",
    "cancel_drop_in",
    "create",
    "edit",
    "extend",
    "forget_seats",
    "give_up",
    "hide_comment",
    "list_changes",
    "move_drop_in",
    "publish",
    "refuse_out_of_time",
    "send_comment",
    "show_comment",
    "withdraw",
]
