"""Registering OAuth clients, listing them and taking them away."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from pushcart.accounts import events, oauth_scopes, redirect_uris
from pushcart.accounts.hashes import hashed
from pushcart.accounts.models.clients import ClientItem
from pushcart.accounts.repository import clients
from pushcart.accounts.schemas.clients import OAuthClient, RegisteredOAuthClient, RegisterOAuthClient
from pushcart.outbox.service import announce
from utils.errors import ErrorEntry, NotFound, StaleVersion, ValidationFailed
from utils.ids import new_id
from utils.queries import Page
from utils.transaction import Transaction

SECRET: Final = "oauth-client"  # noqa: S105 - a purpose
"""The purpose that a client's secret is derived for."""
CODE, REFRESH, ITSELF = "authorization_code", "refresh_token", "client_credentials"


def register_client(
    tx: Transaction, wanted: RegisterOAuthClient, *, by: str, issue_secret: Callable[[str, str], str]
) -> RegisteredOAuthClient:
    """Make a client, and show its secret this once.

    Parameters
    ----------
    by
        Who registers it.
    issue_secret
        Derives the secret from purpose and id, so that a replayed answer shows it again though it is not stored
        (:meth:`utils.request.Request.issue_token`).

    Raises
    ------
    ValidationFailed
        With one entry for each thing that does not go together.
    """
    if faults := [*_faults_of_grants(wanted), *_faults_of_uris(wanted), *_faults_of_scopes(wanted)]:
        raise ValidationFailed.of(faults)
    client_id = new_id("cli")
    secret = issue_secret(SECRET, client_id) if wanted.kind == "confidential" else None
    made = clients.add_client(
        tx,
        client_id,
        name=wanted.name,
        kind=wanted.kind,
        secret_hash=hashed(secret) if secret else None,
        grants=wanted.grants,
        redirect_uris=dict.fromkeys(wanted.redirect_uris),
        scopes=wanted.scopes,
        first_party=wanted.first_party,
    )
    event = events.client_made(client_id, by)
    announce(tx, aggregate=client_id, sequence=1, type=event.type, data=event.data)
    return RegisteredOAuthClient(**_shown(made).model_dump(), client_secret=secret)


def list_clients(*, limit: int, start: dict[str, Any] | None) -> Page[OAuthClient]:
    """Return a page of the clients, the youngest first."""
    page = clients.clients(limit=limit, start=start)
    return Page([_shown(found) for found in page.items], page.last_key)


def remove_client(tx: Transaction, client_id: str, *, by: str, if_match: int | None) -> None:
    """Take a client away: its secret, codes, sessions and tokens are refused from now on.

    Access tokens that are out are refused as soon as the authorizer's cache has forgotten them, in 60 s.

    Raises
    ------
    NotFound
        When there is none, or no more.
    StaleVersion
        When ``if_match`` is not its version.
    """
    found = clients.client(tx, client_id)
    if found is None or not found.is_live:
        raise NotFound("client")
    if if_match is not None and if_match != found.version:
        raise StaleVersion
    clients.remove_client(tx, found)
    event = events.client_removed(client_id, by)
    announce(tx, aggregate=client_id, sequence=int(found.sequence) + 1, type=event.type, data=event.data)


def _faults_of_grants(wanted: RegisterOAuthClient) -> list[ErrorEntry]:
    faults = []
    if len(set(wanted.grants)) != len(wanted.grants):
        faults.append(_fault("grants", "Name each grant once."))
    if REFRESH in wanted.grants and CODE not in wanted.grants:
        faults.append(_fault("grants", "refresh_token goes with authorization_code."))
    if ITSELF in wanted.grants and wanted.kind == "public":
        faults.append(_fault("grants", "client_credentials are for confidential clients: the others have none."))
    return faults


def _faults_of_uris(wanted: RegisterOAuthClient) -> list[ErrorEntry]:
    if (CODE in wanted.grants) != bool(wanted.redirect_uris):
        return [_fault("redirect_uris", "authorization_code needs one at least, and nothing else has any.")]
    told = ((number, redirect_uris.fault_of(uri)) for number, uri in enumerate(wanted.redirect_uris))
    return [_fault(f"redirect_uris.{number}", fault) for number, fault in told if fault]


def _faults_of_scopes(wanted: RegisterOAuthClient) -> list[ErrorEntry]:
    known: frozenset[str] = frozenset()
    if CODE in wanted.grants:
        known |= oauth_scopes.for_people(wanted.scopes, first_party=wanted.first_party)
    if ITSELF in wanted.grants:
        known |= oauth_scopes.for_itself(wanted.scopes)
    faults = [
        _fault(f"scopes.{number}", "None that a client with these grants may have.")
        for number, scope in enumerate(wanted.scopes)
        if scope not in known
    ]
    return faults or [_fault("scopes", "Name each scope once.")][: len(set(wanted.scopes)) != len(wanted.scopes)]


def _fault(field: str, message: str) -> ErrorEntry:
    return ErrorEntry("VALIDATION_ERROR", message, field, "value_error")


def _shown(found: ClientItem) -> OAuthClient:
    return OAuthClient.model_validate(
        {
            "id": found.id,
            "name": found.name,
            "kind": found.kind,
            "grants": sorted(found.grants),
            "redirect_uris": list(found.redirect_uris),
            "scopes": sorted(found.scopes),
            "first_party": found.first_party,
            "created_at": found.created_at,
            "updated_at": found.updated_at,
            "version": int(found.version),
        }
    )
