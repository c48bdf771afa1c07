"""MFA tokens: that a password was right, for as long as it takes to show the second factor.

Derived rather than stored. By itself a token opens nothing, so it need not be used up: what is shown beside it (a
time step, a recovery code) can be used once.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from utils import sealing
from utils.clock import now, parse

LIFE: Final = timedelta(minutes=5)
PREFIX: Final = "mfa_"
PURPOSE: Final = "mfa"
USER: Final = "usr_"
MAX_TOKEN: Final = 128
MAX_DIGITS: Final = 15


def issue(user_id: str) -> str:
    """Return a token with which the owner's second factor completes a log-in, for 5 minutes.

    Example
    -------
    >>> issue("usr_01J9…")  # doctest: +SKIP
    'mfa_01J9….1767323045000.v1.J3uG…'
    """
    name = f"{user_id.removeprefix(USER)}.{_milliseconds()}"
    return f"{PREFIX}{name}.{sealing.mac(PURPOSE, name)}"


def read(token: str) -> str | None:
    """Return whose token it is; ``None`` when it is none of ours, or too old."""
    user, issued, code = [*token.removeprefix(PREFIX).split(".", 2), "", ""][:3]
    whole = token.startswith(PREFIX) and issued.isdecimal() and len(issued) <= MAX_DIGITS
    if not (whole and token.isascii() and sealing.verify(code, PURPOSE, f"{user}.{issued}")):
        return None
    return USER + user if _milliseconds() - int(issued) < LIFE.total_seconds() * 1000 else None


def issued_before(token: str, moment: str | None) -> bool:
    """Whether a token that was read is older than ``moment`` (RFC 3339): ``ProfileItem.sessions_from``, say."""
    return moment is not None and int(token.split(".")[1]) < parse(moment).timestamp() * 1000


def _milliseconds() -> int:
    return int(now().timestamp() * 1000)
