"""The limit on wrong codes of second factors."""

from __future__ import annotations

from typing import Final

from pushcart.accounts.repository.attempts import attempts_key
from pushcart.accounts.throttle import Limit

MOST: Final = 5
"""With three codes good at a time, five guesses hit once in 66,000 times; who may guess knows the password."""


def of_account(user_id: str) -> Limit:
    """At most 5 wrong codes in 15 minutes for one account, from wherever they come."""
    return Limit(attempts_key("factor", user_id), MOST)
