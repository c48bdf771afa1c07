"""Bytes as text that fits into URLs, headers and tokens."""

from __future__ import annotations

from base64 import urlsafe_b64encode


def b64url(data: bytes) -> str:
    """Return ``data`` in the URL-safe alphabet, without padding (RFC 7515, 2).

    Example
    -------
    >>> b64url(b"Push?")
    'UHVzaD8'
    """
    return urlsafe_b64encode(data).decode().rstrip("=")
