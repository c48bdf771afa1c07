"""Access tokens: JWTs by ES256, signed inside KMS (RFC 7519, RFC 9068)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Final

from pushcart import queues, tables
from pushcart.accounts import key_ring
from pushcart.accounts.signing_keys import COORDINATE_BYTES
from utils import aws
from utils.base64url import b64url
from utils.clock import now
from utils.settings import setting

LIFE: Final = timedelta(minutes=10)
FORMAT: Final = 1
"""What ``ver`` says: the meaning of the claims, so that it can change without a token being misread."""

TYPE: Final = "at+jwt"
ALGORITHM: Final = "ES256"

SIGNING: Final = (queues.token_signing.sign, queues.token_signing.public_key, tables.accounts.query)
"""What a route needs in its ``uses`` to sign: the key, and the list that tells which one it is."""


def issue(*, user_id: str, session_id: str, scope: str, roles: Iterable[str], client_id: str | None = None) -> str:
    """Return a signed access token.

    ``client_id`` is the OAuth client that it is given to (RFC 9068, 2.2); what people sign in to themselves has none.

    Example
    -------
    >>> issue(user_id="usr_…", session_id="ses_…", scope="account", roles=["customer"])  # doctest: +SKIP
    'eyJhbGciOiJFUzI1NiIs…'
    """
    issued = int(now().timestamp())
    claims = {
        "iss": setting("TOKEN_ISSUER"),
        "aud": setting("TOKEN_AUDIENCE"),
        "sub": user_id,
        "sid": session_id,
        "scope": scope,
        "roles": sorted(roles),
        "ver": FORMAT,
        "iat": issued,
        "exp": issued + int(LIFE.total_seconds()),
    }
    return signed(claims | ({"client_id": client_id} if client_id else {}), typ=TYPE)


def signed(claims: dict[str, Any], *, typ: str) -> str:
    """Return ``claims`` as a JWT under the key that signs now; ``typ`` tells one kind of token from another (RFC 8725).

    KMS is asked to sign the message rather than its digest: both are the same to KMS, and an emulator's digest mode
    signs something else.
    """
    key_id, kid = key_ring.RING.signing()
    header = {"alg": ALGORITHM, "typ": typ, "kid": kid}
    message = f"{_part(header)}.{_part(claims)}"
    answer = aws.call(
        "kms",
        "Sign",
        KeyId=key_id,
        Message=message.encode(),
        MessageType="RAW",
        SigningAlgorithm="ECDSA_SHA_256",
    )
    return f"{message}.{b64url(jose_signature(answer['Signature']))}"


def jose_signature(der: bytes) -> bytes:
    """Turn an ECDSA signature from DER, as KMS gives it, into JOSE's form: r and s, 32 bytes each.

    Source: RFC 3279, 2.2.3 (``SEQUENCE { r INTEGER, s INTEGER }``); RFC 7518, 3.4.

    Example
    -------
    >>> jose_signature(bytes.fromhex("3006020101020102"))[31::32]
    b'\\x01\\x02'
    """
    halves, position = [], 2
    for _ in range(2):
        length = der[position + 1]
        number = der[position + 2 : position + 2 + length]
        halves.append(int.from_bytes(number, "big").to_bytes(COORDINATE_BYTES, "big"))
        position += 2 + length
    return b"".join(halves)


def _part(value: dict[str, Any]) -> str:
    return b64url(json.dumps(value, separators=(",", ":")).encode())
