"""Column types that every app uses: exact quantities, whole pence."""

from __future__ import annotations

from typing import Any

from django.db import models


class QuantityField(models.DecimalField):
    """An exact amount in a unit, with six decimals."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_digits", 24)
        kwargs.setdefault("decimal_places", 6)
        super().__init__(*args, **kwargs)


class PenceField(models.BigIntegerField):
    """Money in whole pence."""
