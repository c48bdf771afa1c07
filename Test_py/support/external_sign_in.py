"""What the tests of external sign-ins look at: whom one made, what it opened, and what the client was told."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from pushcart import tables
from pushcart.accounts.models.people import ProfileItem
from pushcart.accounts.repository import clients, people
from Test_py.support.accounts import items
from Test_py.support.client import Reply
from Test_py.support.forge import ABSENT
from Test_py.support.identity_provider import ADA, ISSUER
from utils.ids import new_id
from utils.transaction import Transaction

EMAIL: Final = str(ADA["email"])
TOKEN, JWKS, USERINFO = f"{ISSUER}/token", f"{ISSUER}/jwks", f"{ISSUER}/userinfo"
TOKENS: Final = {"access_token", "token_type", "expires_in", "refresh_token", "scope"}
CLIENT_URI: Final = "https://shop.example.com/signed-in?from=acme"
CHALLENGE: Final = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def profiles() -> list[dict[str, Any]]:
    return items(tables.accounts, "USER#", "PROFILE")


def ties() -> list[dict[str, Any]]:
    return items(tables.accounts, "IDP#")


def sessions(*, live: bool = True) -> list[dict[str, Any]]:
    found = items(tables.accounts, "USER#", "SESSION#")
    return [one for one in found if "revoked_at" not in one] if live else found


def told(reply: Reply) -> dict[str, str]:
    """Return what the client is told at its redirect URI."""
    assert reply.status == 303, reply.body
    location = reply.headers["location"]
    assert location.startswith(f"{CLIENT_URI}&")
    query = parse_qs(urlsplit(location).query)
    assert query.pop("from") == ["acme"]
    assert all(len(values) == 1 for values in query.values())
    return {name: values[0] for name, values in query.items()}


def refused(reply: Reply, status: int, code: str) -> None:
    """Hold a refusal: it is told as ours, opens nothing, and makes nobody."""
    assert (reply.status, reply.codes) == (status, [code]), reply.body
    assert reply.json["success"] is False
    assert (sessions(), ties(), profiles()) == ([], [], [])


def change(user_id: str, *actions: Any) -> None:
    """Change a profile."""
    tx = Transaction()
    found = people.profile(tx, user_id)
    assert isinstance(found, ProfileItem)
    tx.change(found, *actions)
    tx.commit()


def make_client(*, first_party: bool = True, removed: bool = False) -> str:
    """Return the id of an OAuth client of the shop's own."""
    tx, client_id = Transaction(), new_id("cli")
    made = clients.add_client(
        tx, client_id, name="Storefront", kind="public", secret_hash=None, grants=["authorization_code"],
        redirect_uris=[CLIENT_URI], scopes=["profile:read"], first_party=first_party,
    )  # fmt: skip
    tx.commit()
    if removed:
        clients.remove_client(tx, made)
        tx.commit()
    return client_id


def for_client(known: str, /, **changed: Any) -> dict[str, str]:
    """Return the query with which a client begins a sign-in, with what is ``ABSENT`` left out."""
    asked = {"client_id": known, "redirect_uri": CLIENT_URI, "code_challenge": CHALLENGE, "state": "s p&ce"}
    return {name: value for name, value in (asked | changed).items() if value is not ABSENT}
