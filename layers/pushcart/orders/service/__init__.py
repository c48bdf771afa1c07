"""The rules of orders, a room for each thing that happens to one: ``checkout``, ``moves``, ``expiry``, ``cancelling``,
``reading``, ``privacy``. What a mail about an order asks, and what an account may have of its orders, is at the door.
"""

from typing import TYPE_CHECKING

from utils.lazy import lazily

if TYPE_CHECKING:
    from pushcart.orders.service.privacy import erase_contacts, exported
    from pushcart.orders.service.reading import confirmation_keys, confirmation_of

__all__ = ["confirmation_keys", "confirmation_of", "erase_contacts", "exported"]

__getattr__ = lazily(
    __name__,
    {"privacy": ("erase_contacts", "exported"), "reading": ("confirmation_keys", "confirmation_of")},
)
