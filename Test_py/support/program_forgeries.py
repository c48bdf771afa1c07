"""Credentials of programs that must be refused, each by its name: keys, tokens of clients, tokens meant for others."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from pushcart.accounts import api_keys, kms_keys
from pushcart.accounts.hashes import hashed
from pushcart.accounts.repository import signing_keys as repository
from pushcart.accounts.service.signing_key_rotation import rotate
from Test_py.support.client import Api
from Test_py.support.clock import Clock
from Test_py.support.forge import ABSENT, Forger, shop_key
from Test_py.support.programs import client_forger, made_key, revoke
from utils import sealing
from utils.clock import now, rfc3339
from utils.ids import new_id
from utils.transaction import Transaction


@dataclass(slots=True)
class Loot:
    """What an attacker may have got hold of: all of it was good once, or is good for something else."""

    user: Forger
    client: Forger
    removed: Forger
    retired: Forger
    unlisted: Forger
    key: str
    other: str
    revoked: str
    lapsed: str
    stored_hash: str


Make = Callable[[Loot], str]


def gather(api: Api, admin: str, clock: Clock, user_id: str, session_id: str) -> Loot:
    """Collect it: keys that ended each in its way, a client that was removed, and a signing key that has retired."""
    from pushcart.accounts.repository import clients

    key, other = (made_key(api, admin)["key"] for _ in range(2))
    revoked = made_key(api, admin)
    assert revoke(api, admin, revoked["id"]).status == 204
    lapsed = made_key(api, admin, expires_at=rfc3339(now() + timedelta(minutes=1)))
    removed, tx = client_forger(), Transaction()
    found = clients.client(tx, removed.user_id)
    assert found is not None
    clients.remove_client(tx, found)
    tx.commit()
    retired, unlisted = _rotated(user_id, session_id, clock)
    user = Forger(user_id, session_id, key=shop_key(_signing()))
    robot = client_forger()
    robot.key = user.key
    removed.key = user.key
    shown = api_keys.read(key)
    assert shown is not None
    return Loot(
        user, robot, removed, retired, unlisted, key, other, revoked["key"], lapsed["key"],
        hashed(shown.secret),
    )  # fmt: skip


def _rotated(user_id: str, session_id: str, clock: Clock) -> tuple[Forger, Forger]:
    """Return the owner of a key that has retired, and of one that a crash left over: both are the shop's own."""
    rotate(at_once=True)
    retired = Forger(user_id, session_id)
    clock.shift(timedelta(minutes=26))
    return retired, Forger(user_id, session_id, key=shop_key(kms_keys.create()))


def _signing() -> str:
    newest = max(repository.generations(), key=lambda one: one.signs_from)
    return str(newest.key_id)


def program_forgeries() -> Iterator[tuple[str, Make]]:
    """Yield every case: what it is, and how it is made."""
    yield from _KEYS.items()
    yield from _CLIENTS.items()
    yield from _SIGNERS.items()
    yield from _OTHERS.items()


def resealed(key: str, *, key_id: str | None = None, secret: str | None = None, head: str = "pk") -> str:
    """Return a key with parts of it exchanged, under a checksum that is right."""
    _, old_id, old_secret, _ = key.split("_")
    front = f"{head}_{key_id or old_id}_{old_secret if secret is None else secret}"
    return f"{front}_{api_keys.checksum(front)}"


def _parts(key: str) -> list[str]:
    return key.split("_")


def _flipped(text: str) -> str:
    return text[:-1] + ("A" if text[-1] != "A" else "B")


_KEYS: dict[str, Make] = {
    "a key with a typo": lambda loot: loot.key[:-12] + _flipped(loot.key[-12]) + loot.key[-11:],
    "a key with a wrong checksum": lambda loot: _flipped(loot.key),
    "a key with another's checksum": lambda loot: loot.key[:-8] + loot.other[-8:],
    "a key without its checksum": lambda loot: loot.key.rsplit("_", 1)[0],
    "a key that lacks its last character": lambda loot: loot.key[:-1],
    "a key that lacks its first": lambda loot: loot.key[1:],
    "half a key": lambda loot: loot.key[: len(loot.key) // 2],
    "its prefix alone": lambda loot: "_".join(_parts(loot.key)[:2]),
    "its secret alone": lambda loot: _parts(loot.key)[2],
    "another's secret under a good checksum": lambda loot: resealed(loot.key, secret=_parts(loot.other)[2]),
    "its secret under another's id": lambda loot: resealed(loot.key, key_id=_parts(loot.other)[1]),
    "an id that nobody has": lambda loot: resealed(loot.key, key_id=new_id("key")[4:]),
    "a secret with one character changed": lambda loot: resealed(loot.key, secret=_flipped(_parts(loot.key)[2])),
    "a secret in capitals": lambda loot: resealed(loot.key, secret=_parts(loot.key)[2].upper()),
    "a secret cut short": lambda loot: resealed(loot.key, secret=_parts(loot.key)[2][:-1]),
    "a secret made longer": lambda loot: resealed(loot.key, secret=_parts(loot.key)[2] + "A"),
    "no secret": lambda loot: resealed(loot.key, secret=""),
    "another version's secret": lambda loot: resealed(loot.key, secret="v2" + _parts(loot.key)[2][2:]),
    "a secret of zeros": lambda loot: resealed(loot.key, secret="v1." + "0" * 32),
    "the stored hash for a secret": lambda loot: resealed(loot.key, secret=loot.stored_hash),
    "part of the stored hash for a secret": lambda loot: resealed(loot.key, secret="v1." + loot.stored_hash[:32]),
    "an id in small letters": lambda loot: resealed(loot.key, key_id=_parts(loot.key)[1].lower()),
    "an id with its prefix": lambda loot: resealed(loot.key, key_id="key_" + _parts(loot.key)[1]),
    "a client's id": lambda loot: resealed(loot.key, key_id=loot.client.user_id[4:]),
    "a user's id": lambda loot: resealed(loot.key, key_id=loot.user.user_id[4:]),
    "an id with a path": lambda loot: resealed(loot.key, key_id="../../META".ljust(26, "0")),
    "a prefix of another kind": lambda loot: resealed(loot.key, head="sk"),
    "a prefix in capitals": lambda loot: resealed(loot.key, head="PK"),
    "a key twice": lambda loot: loot.key + loot.key,
    "two keys": lambda loot: f"{loot.key} {loot.other}",
    "a key with a line's end": lambda loot: loot.key + "\n",
    "a key with a null": lambda loot: loot.key + "\0",
    "a key with padding": lambda loot: loot.key + "==",
    "a key in quotes": lambda loot: f'"{loot.key}"',
    "a key behind a point": lambda loot: "." + loot.key,
    "a key with digits of another script": lambda loot: loot.key[:-8] + "\u0660" * 8,
    "a key as a JWT": lambda loot: f"{loot.key}.{loot.key}.{'A' * 86}",
    "a megabyte of a key": lambda loot: loot.key + "A" * 1_000_000,
    "a megabyte of underscores": lambda loot: "pk_" + "_" * 1_000_000,
    "a revoked key": lambda loot: loot.revoked,
    "a key that has lapsed": lambda loot: loot.lapsed,
    "a key derived of its id alone": lambda loot: api_keys.written(
        f"key_{_parts(loot.key)[1]}", sealing.mac("another-purpose", f"key_{_parts(loot.key)[1]}")
    ),
}  # fmt: skip


def _robot(**claims: Any) -> Make:
    return lambda loot: loot.client.token(**claims)


def _as_client(**claims: Any) -> Make:
    """The claims of a client under the id of a session, or half so."""
    return lambda loot: loot.user.token(**{"roles": [], "scope": "inventory:read"} | claims)


_CLIENTS: dict[str, Make] = {
    "a client with a role": _robot(roles=["admin"]),
    "a client with the least role": _robot(roles=["customer"]),
    "a client in a session": _robot(sid="ses_01J9ZC8Q0V5W2K3M4N5P6Q7R8S"),
    "a client in another client": _robot(sid="cli_01J9ZC8Q0V5W2K3M4N5P6Q7R8S"),
    "a client without a session": _robot(sid=ABSENT),
    "a client given to another client": _robot(client_id="cli_01J9ZC8Q0V5W2K3M4N5P6Q7R8S"),
    "a client given to a user": _robot(client_id="usr_01J9ZC8Q0V5W2K3M4N5P6Q7R8S"),
    "a client given to nobody": _robot(client_id=None),
    "a client given to a list": _robot(client_id=["cli_01J9ZC8Q0V5W2K3M4N5P6Q7R8S"]),
    "a client without a scope": _robot(scope=""),
    "a client that nobody registered": lambda loot: client_like(loot, "cli_01J9ZC8Q0V5W2K3M4N5P6Q7R8S"),
    "a client that was removed": lambda loot: loot.removed.token(),
    "a client in small letters": lambda loot: client_like(loot, loot.client.user_id.lower()),
    "a client with a line's end": lambda loot: client_like(loot, loot.client.user_id + "\n"),
    "a client that is a path": lambda loot: client_like(loot, "cli_../../x"),
    "an API key as a client": lambda loot: client_like(loot, f"key_{_parts(loot.key)[1]}"),
    "a user as a client": lambda loot: client_like(loot, loot.user.user_id),
    "a session as a client": lambda loot: client_like(loot, loot.user.session_id),
    "a user in a client": lambda loot: loot.user.token(sid=loot.client.user_id),
    "a user in a client's place": lambda loot: loot.client.token(sub=loot.user.user_id),
    "a user's token given to a user": _as_client(client_id="usr_01J9ZC8Q0V5W2K3M4N5P6Q7R8S"),
    "a user's token given to nothing": _as_client(client_id=""),
    "a user in somebody else's session": lambda loot: loot.user.token(sub="usr_01J9ZC8Q0V5W2K3M4N5P6Q7R8T"),
    "a user in a session that never was": lambda loot: loot.user.token(sid="ses_01J9ZC8Q0V5W2K3M4N5P6Q7R8T"),
    "a client of more than ten minutes": lambda loot: loot.client.token(exp=loot.client.claims["iat"] + 601),
    "a client without a signature": lambda loot: loot.client.unsigned(header={"alg": "none"}),
    "a client that kind was asked for": _robot(kind="user"),
}  # fmt: skip


def client_like(loot: Loot, name: str) -> str:
    """Return a token in which ``name`` is both subject and session, as a client's is."""
    return loot.client.token(sub=name, sid=name)


_SIGNERS: dict[str, Make] = {
    "under a key that has retired": lambda loot: loot.retired.token(),
    "under a retired key by the name of today's": lambda loot: loot.retired.token(header={"kid": loot.user.kid}),
    "under today's key by the name of a retired one": lambda loot: loot.user.token(header={"kid": loot.retired.kid}),
    "under a key that was made and never listed": lambda loot: loot.unlisted.token(),
    "under a key that was never listed by the name of today's": lambda loot: loot.unlisted.token(
        header={"kid": loot.user.kid}
    ),
    "a client's under a key that has retired": lambda loot: loot.client.token(
        header={"kid": loot.retired.kid}, key=loot.retired.key
    ),
    "under the name of the key in KMS": lambda loot: loot.user.token(header={"kid": _signing()}),
    "under the sort key of its item": lambda loot: loot.user.token(header={"kid": f"KID#{loot.user.kid}"}),
    "under the leave of a rotation": lambda loot: loot.user.token(header={"kid": "ROTATION"}),
}


def _id_token(loot: Loot, *, header: dict[str, Any] | None = None, **claims: Any) -> str:
    """An id token as OpenID Connect has it: who signed in, for the client, and never for us."""
    told = {
        "aud": loot.client.user_id, "nonce": "n-0S6_WzA2Mj", "auth_time": loot.user.claims["iat"],
        "sid": ABSENT, "scope": ABSENT, "roles": ABSENT, "ver": ABSENT,
    }  # fmt: skip
    return loot.user.token(header={"typ": "JWT", **(header or {})}, **told | claims)


_OTHERS: dict[str, Make] = {
    "an id token": _id_token,
    "an id token without a type": lambda loot: _id_token(loot, header={"typ": ABSENT}),
    "an id token that says it is for us": lambda loot: _id_token(loot, aud="pushcart"),
    "an id token for two": lambda loot: _id_token(loot, aud=[loot.client.user_id, "pushcart"]),
    "an id token of an access token's type": lambda loot: _id_token(loot, header={"typ": "at+jwt"}),
    "an id token of that type and for us": lambda loot: _id_token(loot, header={"typ": "at+jwt"}, aud="pushcart"),
    "an id token with all that an access token has": lambda loot: loot.user.token(header={"typ": "JWT"}),
    "an access token with a nonce": lambda loot: loot.user.token(nonce="n-0S6_WzA2Mj"),
    "an access token for the client": lambda loot: loot.user.token(aud=loot.client.user_id),
    "a code under the pepper": lambda loot: sealing.mac("order", "ord_01J9ZC8Q0V5W2K3M4N5P6Q7R8S"),
    "an authorization code": lambda loot: "ac_" + sealing.mac("code", "x"),
    "a client's id and secret": lambda loot: f"{loot.client.user_id}.{'s' * 40}",
}
