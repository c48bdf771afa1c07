"""The identity providers that the shop takes the word of: its own settings, and its secret at each."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from pushcart import queues
from utils import aws
from utils.clock import now
from utils.errors import NotFound, Unavailable
from utils.log import logger
from utils.settings import setting

KEPT: Final = timedelta(minutes=1)
"""How long the secrets are held: a new one at a provider works as soon as it stands in Secrets Manager, or so."""


class Provider(NamedTuple):
    """An identity provider. ``issuer`` is kept to the letter; ``client_id`` is who we are there."""

    name: str
    issuer: str
    client_id: str

    @property
    def callback(self) -> str:
        """Where it sends people back to: our own address by our settings, whatever a request says of its host."""
        return f"{setting('TOKEN_ISSUER').rstrip('/')}/api/v1/auth/oidc/{self.name}/callback"


def named(name: str) -> Provider:
    """Return the provider of this name.

    Raises
    ------
    NotFound
        When the stage has none.

    Example
    -------
    >>> named("acme").issuer  # doctest: +SKIP
    'https://id.acme.example'
    """
    for one in json.loads(setting("OIDC_PROVIDERS")):
        if one["name"] == name:
            return Provider(one["name"], one["issuer"], one["client_id"])
    raise NotFound("identity provider")


_held: dict[str, tuple[datetime, dict[str, str]]] = {}


def secret_of(provider: Provider) -> str:
    """Return our client secret at a provider.

    Raises
    ------
    utils.errors.Unavailable
        When nobody has put it into the secret ``oidc-clients`` yet.
    """
    held = _held.get(queues.oidc_clients.name)
    if held is None or held[0] + KEPT < now():
        answer = aws.call("secretsmanager", "GetSecretValue", SecretId=queues.oidc_clients.secret_id)
        held = _held[queues.oidc_clients.name] = (now(), json.loads(answer["SecretString"]))
    secret = held[1].get(provider.name)
    if not secret:
        logger.error("the secret oidc-clients has no entry for a provider", extra={"provider": provider.name})
        raise Unavailable("Signing in with this provider is not set up yet.")
    return secret


def forget() -> None:
    """Ask Secrets Manager again on the next use."""
    _held.clear()
