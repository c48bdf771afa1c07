"""Proof Key for Code Exchange (RFC 7636): who began a sign-in shows it where a code is redeemed. S256 alone."""

from __future__ import annotations

import hashlib
import hmac
import re
from typing import Final

from utils.base64url import b64url

CHALLENGE: Final = re.compile(r"[A-Za-z0-9_-]{43}")
"""A SHA-256 hash, as base64url writes it (RFC 7636, 4.2)."""
_VERIFIER: Final = re.compile(r"[A-Za-z0-9._~-]{43,128}")
"""RFC 7636, 4.1."""


def challenge_of(verifier: str) -> str:
    """Return the challenge that a verifier is the secret of.

    Example
    -------
    >>> challenge_of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
    'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'
    """
    return b64url(hashlib.sha256(verifier.encode()).digest())


def is_proved(challenge: str, verifier: str) -> bool:
    """Tell, in constant time, whether a verifier is well formed and the one of ``challenge``."""
    if not _VERIFIER.fullmatch(verifier):
        return False
    return hmac.compare_digest(challenge_of(verifier).encode(), challenge.encode())
