"""What is stored of secrets that we made: refresh tokens, codes, mailed tokens, keys, clients' secrets.

Each holds 192 bits or more that nobody can guess, so a plain hash will do. Passwords are no such secrets: see
``passwords.py``.
"""

from __future__ import annotations

import hashlib
import hmac


def hashed(secret: str) -> str:
    """Return the hash of a secret, in hexadecimal. Whatever a client sends can be hashed, lone surrogates too."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def is_hash_of(stored: str, secret: str) -> bool:
    """Tell, in constant time, whether ``stored`` is the hash of ``secret``."""
    return hmac.compare_digest(stored, hashed(secret))
