"""Message authentication codes under the pepper, a versioned key that lives in Secrets Manager.

One key serves each purpose apart (cart tokens, order tokens, cursors, fingerprints): the purpose is part of what is
authenticated, so that a code made for one is no good for another. A code starts with the version of its key
(``v1.…``), so that a key can be rotated while older codes still hold.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from utils import aws
from utils.base64url import b64url
from utils.clock import now
from utils.errors import Unavailable
from utils.resources import Secret

pepper: Final = Secret("pepper")
REFRESH_AFTER: Final = timedelta(minutes=15)
UNKNOWN_AFTER: Final = timedelta(minutes=1)
"""How old what was read must be before a version that is not in it has the secret read again: others may have read it
since a rotation, and anybody can make up versions."""
CODE_BYTES: Final = 24
"""192 bits: cannot be guessed, and short enough for a header."""


class _Keyring(NamedTuple):
    current: str
    keys: dict[str, bytes]
    read_at: datetime


_keyrings: dict[str, _Keyring] = {}


def mac(purpose: str, *parts: str | bytes, version: str | None = None) -> str:
    """Return the code of ``parts`` for ``purpose``, such as ``v1.J3uG…``; under the current key unless told otherwise.

    Example
    -------
    >>> mac("order", "ord_01J9…")  # doctest: +SKIP
    'v1.bG9yZW0gaXBzdW0gZG9sb3Igc2l0IGFt'
    """
    keyring = _keyring(version)
    version = version or keyring.current
    digest = hmac.new(keyring.keys[version], digestmod=hashlib.sha256)
    for part in (purpose, *parts):
        data = part.encode() if isinstance(part, str) else part
        digest.update(len(data).to_bytes(8, "big") + data)
    return f"v{version}.{b64url(digest.digest()[:CODE_BYTES])}"


def macs(purpose: str, *parts: str | bytes) -> list[str]:
    """Return the code under each key that is held, the current one first: where to look for what a code is the key of.

    Example
    -------
    >>> macs("email", "ada@example.org")  # doctest: +SKIP
    ['v2.YWJj…', 'v1.ZGVm…']
    """
    keyring = _keyring()
    older = sorted(version for version in keyring.keys if version != keyring.current)
    return [mac(purpose, *parts, version=version) for version in (keyring.current, *older)]


def verify(code: str, purpose: str, *parts: str | bytes) -> bool:
    """Tell, in constant time, whether ``code`` is the code of ``parts`` under a key that is still held."""
    version, dot, _ = code.partition(".")
    if not dot or not version.startswith("v") or not code.isascii() or version[1:] not in _keyring(version[1:]).keys:
        return False
    return hmac.compare_digest(code, mac(purpose, *parts, version=version[1:]))


def forget() -> None:
    """Drop what was read, so that the next use reads the secret again (for rotation, and between tests)."""
    _keyrings.clear()


def _keyring(version: str | None = None) -> _Keyring:
    """Return the keys; read again when they are old, or do not hold ``version`` and may have been outdated."""
    held = _keyrings.get(pepper.name)
    if (
        held is None
        or held.read_at + (UNKNOWN_AFTER if version and version not in held.keys else REFRESH_AFTER) < now()
    ):
        held = _keyrings[pepper.name] = _read(held)
    return held


def _read(held: _Keyring | None) -> _Keyring:
    """Read the secret; while that fails, what is held serves on."""
    try:
        answer = aws.call("secretsmanager", "GetSecretValue", SecretId=pepper.secret_id)
    except Unavailable:
        if held is None:
            raise
        return held._replace(read_at=now())
    values: dict[str, str] = json.loads(answer["SecretString"])
    current = values.pop("current")
    return _Keyring(current, {version: value.encode() for version, value in values.items()}, now())
