"""The rules of orders, a file for each thing that happens to one: see ``checkout``, ``moves``, ``expiry``, ``reading``.

What other contexts ask most, an order for its mail, is here; a function imports only the file that it needs.
"""

from pushcart.orders.service.reading import confirmation_keys, confirmation_of

__all__ = ["confirmation_keys", "confirmation_of"]
