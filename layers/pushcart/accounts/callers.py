"""Who calls, by the ``Authorization`` header: an access token or an API key, and whether it still stands."""

from __future__ import annotations

import re
from typing import Any, Final

from pushcart.accounts import api_keys
from pushcart.accounts.api_keys import ShownKey
from pushcart.accounts.liveness import RECENT
from pushcart.accounts.models.api_keys import ApiKeyItem
from pushcart.accounts.programs import is_live_program, program_key
from pushcart.accounts.repository.sessions import session_key
from pushcart.accounts.sessions import is_live
from pushcart.accounts.verification import MAX_TOKEN_CHARACTERS, UNAUTHENTICATED, verified
from utils.clock import parse
from utils.errors import Unavailable
from utils.log import logger

_BEARER: Final = re.compile(r"(?i:bearer) +([A-Za-z0-9_.-]+)")
MAX_HEADER_CHARACTERS: Final = MAX_TOKEN_CHARACTERS + len("Bearer ")


def identify(authorization: str | None, *, afresh: bool) -> dict[str, Any]:
    """Say who calls.

    Parameters
    ----------
    afresh
        Look now whether what the token stands on still lives, since somebody else will remember the answer; otherwise
        this process remembers it for a minute.

    Returns
    -------
    dict
        As :func:`pushcart.accounts.verification.verified`; an API key is a ``client`` by its id. Empty without a
        header.

    Raises
    ------
    utils.errors.Unavailable
        When the keys cannot be read, or an API key cannot. Nothing that a caller sends makes this raise.

    Example
    -------
    >>> identify("Bearer abc", afresh=True)
    {'auth_error': 'UNAUTHENTICATED'}
    """
    if not authorization:
        return {}
    match = _BEARER.fullmatch(authorization) if len(authorization) <= MAX_HEADER_CHARACTERS else None
    if match is None:
        return UNAUTHENTICATED
    if shown := api_keys.read(match[1]):
        return _holder(shown, afresh=afresh)
    said = verified(match[1])
    return said if "sub" not in said or _stands(said, afresh=afresh) else UNAUTHENTICATED


def _holder(shown: ShownKey, *, afresh: bool) -> dict[str, Any]:
    """Return the program of an API key. The secret is compared first: who has none learns nothing about the key."""
    item = RECENT.item(program_key(shown.key_id), afresh=afresh)
    if not isinstance(item, ApiKeyItem) or not shown.matches(item.secret_hash) or not item.is_live:
        return UNAUTHENTICATED
    return {
        "sub": item.id,
        "kind": "client",
        "roles": "",
        "scope": " ".join(sorted(item.scopes)),
        "sid": item.id,
        "exp": int(parse(item.expires_at).timestamp()),
    }


def _stands(said: dict[str, Any], *, afresh: bool) -> bool:
    """Whether the session of a good token still lives, and the client that it was given to.

    While the table cannot be read it is taken to: the token itself ends in ten minutes, and routes where that is too
    long read the session themselves.
    """
    is_program = said.get("kind") == "client"
    client_id = said["sub"] if is_program else said.get("client_id")
    try:
        if client_id and not is_live_program(RECENT.item(program_key(client_id), afresh=afresh)):
            return False
        return is_program or is_live(RECENT.item(session_key(said["sub"], said["sid"]), afresh=afresh))
    except Unavailable:
        logger.warning("the session of a good token could not be read: taken as live", extra={"subject": said["sub"]})
        return True
