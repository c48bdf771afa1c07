"""The rules of accounts. A room of its own for each thing that people do; what other contexts need is here.

Importing this costs other contexts' functions no more than the models: hashing and signing are in the rooms that do it.
"""

from pushcart.accounts.repository import profile_key
from pushcart.accounts.service.roles import grant_roles, user_id_of
from pushcart.accounts.sessions import live_session

__all__ = ["grant_roles", "live_session", "profile_key", "user_id_of"]
