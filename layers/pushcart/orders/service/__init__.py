"""The rules of orders, a room for each thing that happens to one: ``checkout``, ``moves``, ``expiry``, ``cancelling``,
``reading``. What a mail about an order asks is at the door.
"""

from typing import TYPE_CHECKING

from utils.lazy import lazily

if TYPE_CHECKING:
    from pushcart.orders.service.reading import confirmation_keys, confirmation_of

__all__ = ["confirmation_keys", "confirmation_of"]

__getattr__ = lazily(__name__, {"reading": ("confirmation_keys", "confirmation_of")})
