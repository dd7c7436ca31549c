"""`{% form_key %}`: the hidden key by which a form that is sent twice is dealt with once (`core.idempotency`)."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from commonweal_web.core import idempotency

register = template.Library()


@register.simple_tag(takes_context=True)
def form_key(context: template.Context) -> SafeString:
    """Return the hidden field; a form shown again with its errors keeps the key that it came with."""
    request: Any = context.get("request")
    sent = request.POST.get(idempotency.FIELD, "") if request is not None else ""
    return format_html('<input type="hidden" name="{}" value="{}">', idempotency.FIELD, sent or idempotency.new_key())
