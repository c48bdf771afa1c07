"""The rules of accounts. A room of its own for each thing that people do; what other contexts need is here.

Importing this costs another context's function the models and no more: what an operator does is loaded when asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pushcart.accounts.models.people import ProfileItem
from pushcart.accounts.sessions import live_session

if TYPE_CHECKING:
    from pushcart.accounts.service.roles import grant_roles, user_id_of

__all__ = ["grant_roles", "live_session", "profile_key", "user_id_of"]

profile_key = ProfileItem.key_of


def __getattr__(name: str) -> Any:
    """Load the operator's functions on their first use (PEP 562)."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from pushcart.accounts.service import roles

    return getattr(roles, name)
