"""Reading and writing OAuth clients."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pushcart import tables
from pushcart.accounts.models.clients import CLIENTS_SHARD, ClientItem
from utils.errors import StaleVersion, Unavailable
from utils.models import Key
from utils.queries import Page, query
from utils.transaction import Transaction


def client_key(client_id: str) -> Key:
    """Return where an OAuth client stands."""
    return ClientItem.key_of(client_id)


def client(tx: Transaction, client_id: str) -> ClientItem | None:
    """Return an OAuth client as it is stored, removed or not."""
    found: ClientItem | None = tx.read_one(client_key(client_id))
    return found


def clients(*, limit: int, start: dict[str, Any] | None) -> Page[ClientItem]:
    """Return a page of the clients that were not removed, the youngest first."""
    index = tables.accounts["keys_by_created"]
    return query(ClientItem, CLIENTS_SHARD, index=index, descending=True, limit=limit, start=start)


def add_client(
    tx: Transaction,
    client_id: str,
    *,
    name: str,
    kind: str,
    secret_hash: str | None,
    grants: Iterable[str],
    redirect_uris: Iterable[str],
    scopes: Iterable[str],
    first_party: bool,
) -> ClientItem:
    """Append a new client."""
    key, moment = client_key(client_id), tx.moment
    made = ClientItem(
        key.pk,
        key.sk,
        id=client_id,
        name=name,
        kind=kind,
        secret_hash=secret_hash,
        grants=set(grants),
        redirect_uris=list(redirect_uris),
        scopes=set(scopes),
        first_party=first_party,
        keys_shard=CLIENTS_SHARD,
        sequence=1,
        created_at=moment,
        updated_at=moment,
    )
    tx.create(made, taken=Unavailable())
    return made


def remove_client(tx: Transaction, found: ClientItem) -> None:
    """Append the end of a client: it leaves the list, and neither its secret nor its tokens are taken any more."""
    tx.change(
        found,
        ClientItem.deleted_at.set(tx.moment),
        ClientItem.keys_shard.remove(),
        ClientItem.secret_hash.remove(),
        ClientItem.sequence.set(found.sequence + 1),
        refused=StaleVersion(),
    )
