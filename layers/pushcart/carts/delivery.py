"""What has to be said before goods can be sent: for the cart, which tells it, and for checkout, which asks for it."""

from __future__ import annotations

import os
from typing import Any, Final, NamedTuple


class Missing(NamedTuple):
    """Something that the shopper has not said yet."""

    code: str
    message: str


METHOD: Final = Missing("shipping_missing", "Choose how it is to be sent.")
ADDRESS: Final = Missing("address_missing", "Say where it is to be sent.")


def is_required() -> bool:
    """Return whether an order needs a way of shipping, from ``SHIPPING_REQUIRED`` (``false`` unless it says ``true``).

    A shop that sends nothing, or leaves the way to itself, takes orders without one.
    """
    return os.environ.get("SHIPPING_REQUIRED") == "true"


def missing_for_delivery(method_id: str | None, address: dict[str, Any] | None) -> list[Missing]:
    """Return what is not said yet of where and how goods are sent.

    Example
    -------
    >>> missing_for_delivery("shp_1", None)
    [Missing(code='address_missing', message='Say where it is to be sent.')]
    """
    found = [METHOD] if is_required() and not method_id else []
    if address is None and (method_id or is_required()):
        found.append(ADDRESS)
    return found
