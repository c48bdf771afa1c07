"""Who calls: the authorizer's word, checked again, or a guest's tokens.

The authorizer says who calls and never denies (security.md); the enveloped 401 is made here of what it says. A cached
answer of the authorizer outlives its token, so ``exp`` is checked again.
"""

from __future__ import annotations

import hashlib
from socket import AF_INET6, inet_ntop, inet_pton
from typing import Any

from utils.access import Access, Principal
from utils.clock import now
from utils.errors import Forbidden, Problem, TokenExpired, Unauthenticated, Unavailable

CART_TOKEN = "x-cart-token"  # noqa: S105 - a header's name
ORDER_TOKEN = "x-order-token"  # noqa: S105 - a header's name


def admitted(event: dict[str, Any], headers: dict[str, str], access: Access) -> Principal:
    """Return the caller, with what the route's matching rules grant.

    Raises
    ------
    Unauthenticated, TokenExpired
        When credentials are missing where they are needed, or bad.
    Forbidden
        When the caller is known and no rule admits them.
    """
    principal = _principal(event, headers, access)
    permissions = access.permissions_for(principal)
    if permissions is None:
        raise Forbidden("Your account may not do this.")
    return principal._replace(permissions=permissions)


def _principal(event: dict[str, Any], headers: dict[str, str], access: Access) -> Principal:
    source_ip = network_of(event["requestContext"]["http"].get("sourceIp", "-"))
    if access.authorizer == "none":
        return Principal("anyone", f"ip:{source_ip}")
    context: dict[str, Any] = event["requestContext"].get("authorizer", {}).get("lambda") or {}
    if subject := context.get("sub"):
        return _known(str(subject), context)
    if access.authorizer == "required" or headers.get("authorization"):
        raise _refusal(context.get("auth_error"))
    cart_token, order_token = headers.get(CART_TOKEN), headers.get(ORDER_TOKEN)
    return Principal(
        "guest", _guest_id(cart_token or order_token, source_ip), cart_token=cart_token, order_token=order_token
    )


def network_of(address: str) -> str:
    """Return whose an address is, as far as can be told: of IPv6 the first 64 bits, since one customer has them all.

    Source: RFC 6177, 2; BCP 157.

    Example
    -------
    >>> network_of("2001:db8:1:2:3:4:5:6")
    '2001:db8:1:2::/64'
    """
    if ":" not in address:
        return address
    if (mapped := address.lower().rpartition("::ffff:")[2]) != address.lower() and "." in mapped:
        return mapped
    try:
        packed = inet_pton(AF_INET6, address.partition("%")[0])
    except OSError:
        return address
    return f"{inet_ntop(AF_INET6, packed[:8] + bytes(8))}/64"


def _known(subject: str, context: dict[str, Any]) -> Principal:
    """Return whoever the authorizer knew. It says ``client`` of a program that acts for itself."""
    if int(context.get("exp", 0)) <= now().timestamp():
        raise _refusal("TOKEN_EXPIRED")
    return Principal(
        "client" if context.get("kind") == "client" else "user",
        subject,
        roles=frozenset(str(context.get("roles", "")).split()),
        scopes=frozenset(str(context.get("scope", "")).split()),
        session_id=context.get("sid"),
    )


def _guest_id(token: str | None, source_ip: str) -> str:
    """Tell guests apart by their token (only its digest is kept), or else by address."""
    if token is None:
        return f"ip:{source_ip}"
    return f"guest:{hashlib.sha256(token.encode('utf-8', 'replace')).hexdigest()[:32]}"


def _refusal(error: str | None) -> Problem:
    if error == "UNAVAILABLE":
        return Unavailable("Tokens cannot be checked right now. Try again shortly.")
    if error == "TOKEN_EXPIRED":
        return TokenExpired("The access token has expired. Refresh it.")
    return Unauthenticated("Send a valid access token: Authorization: Bearer …")
