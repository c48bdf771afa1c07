"""Programs that call: API keys made through the gateway, and access tokens of OAuth clients."""

from __future__ import annotations

from itertools import count
from typing import Any

from pushcart.accounts.repository import clients
from Test_py.support.client import Api, Reply
from Test_py.support.forge import Forger
from utils.ids import new_id
from utils.transaction import Transaction

KEYS = "/api/v1/api-keys"
SCOPES = ["inventory:read", "inventory:write"]
_numbers = count(1)


def key_body(**fields: Any) -> dict[str, Any]:
    """Return a body for POST /api-keys, under a name of its own unless one is given."""
    return {"name": f"Scanner {next(_numbers)}", "scopes": SCOPES} | fields


def ask_for_key(api: Api, admin: str, *, key: str | None = None, **fields: Any) -> Reply:
    return api.post(KEYS, json=key_body(**fields), token=admin, key=key)


def made_key(api: Api, admin: str, **fields: Any) -> Any:
    """Return a key as its maker is shown it."""
    reply = ask_for_key(api, admin, **fields)
    assert reply.status == 201, reply.body
    return reply.data


def revoke(api: Api, admin: str, key_id: str) -> Reply:
    return api.delete(f"{KEYS}/{key_id}", token=admin)


def registered_client(*scopes: str) -> str:
    """Return the id of an OAuth client that may act for itself."""
    client_id, tx = new_id("cli"), Transaction()
    clients.add_client(
        tx, client_id, name="Robot", kind="confidential", secret_hash="-", grants=["client_credentials"],
        redirect_uris=[], scopes=scopes or SCOPES, first_party=False,
    )  # fmt: skip
    tx.commit()
    return client_id


def client_forger(client_id: str | None = None) -> Forger:
    """Return what forges tokens of a client, well signed as they come."""
    known = client_id or registered_client()
    return Forger(known, known, defaults={"roles": [], "scope": " ".join(SCOPES)})
