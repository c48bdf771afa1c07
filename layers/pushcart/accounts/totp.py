"""Time-based one-time passwords, as authenticator apps make them (RFC 6238, over RFC 4226).

SHA-1, six digits and 30 seconds are what every app can do; HMAC does not rest on what SHA-1 has lost.
"""

from __future__ import annotations

import hmac
import secrets
from base64 import b32encode
from datetime import datetime
from typing import Final
from urllib.parse import quote, urlencode

SECRET_BYTES: Final = 20
"""160 bits, as RFC 4226, 4 (R6), recommends."""
STEP_SECONDS: Final = 30
DIGITS: Final = 6
DRIFT: Final = 1
"""Steps either side of now that are taken too: clocks differ, and people type slowly (RFC 6238, 5.2)."""


def new_secret() -> bytes:
    """Return a secret of 160 bits (RFC 4226, 4, R6)."""
    return secrets.token_bytes(SECRET_BYTES)


def as_text(secret: bytes) -> str:
    """Return a secret as it is typed into an app: base32, without padding, since 20 bytes need none."""
    return b32encode(secret).decode()


def uri(secret: bytes, *, issuer: str, account: str) -> str:
    """Return the link that an app takes, usually as a QR code.

    Source: https://github.com/google/google-authenticator/wiki/Key-Uri-Format

    Example
    -------
    >>> uri(bytes(20), issuer="shop.example.com", account="ada@example.org")[:53]
    'otpauth://totp/shop.example.com:ada%40example.org?sec'
    """
    label = f"{quote(issuer, safe='')}:{quote(account, safe='')}"
    values = {
        "secret": as_text(secret),
        "issuer": issuer,
        "algorithm": "SHA1",
        "digits": DIGITS,
        "period": STEP_SECONDS,
    }
    return f"otpauth://totp/{label}?{urlencode(values, quote_via=quote)}"


def step_of(moment: datetime) -> int:
    """Return the time step that ``moment`` is in."""
    return int(moment.timestamp()) // STEP_SECONDS


def code_of(secret: bytes, step: int) -> str:
    """Return the code of one time step.

    Example
    -------
    >>> code_of(b"12345678901234567890", 1)
    '287082'
    """
    digest = hmac.digest(secret, step.to_bytes(8, "big"), "sha1")
    offset = digest[-1] & 0xF
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFF_FFFF
    return str(number % 10**DIGITS).zfill(DIGITS)


def matching_step(secret: bytes, code: str, *, moment: datetime, after: int) -> int | None:
    """Return the time step around ``moment`` that ``code`` is the code of, if it comes after step ``after``.

    Every step is compared, in constant time, whichever matches.

    Example
    -------
    >>> from datetime import UTC
    >>> matching_step(b"12345678901234567890", "287082", moment=datetime.fromtimestamp(59, UTC), after=0)
    1
    """
    present = step_of(moment)
    steps = range(present - DRIFT, present + DRIFT + 1)
    matching = [step for step in steps if hmac.compare_digest(code_of(secret, step), code)]
    return next((step for step in matching if step > after), None)
