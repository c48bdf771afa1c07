"""Where people are sent back to: what a client may register, and what it may then ask for."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit

MAX_URI: Final = 2000
_CHARACTERS: Final = re.compile(r"[!$-;=?-\[\]_a-z~]+")
"""Those of RFC 3986 but ``#``: no fragment (RFC 6749, 3.1.2), no space, and no backslash, which browsers turn."""
_LOOPBACK: Final = re.compile(r"http://(127\.0\.0\.1|\[::1\])(?::(\d{1,5}))?([/?].*)?")
_RESERVED: Final = frozenset({"code", "state", "iss", "error", "error_description", "error_uri"})


def fault_of(uri: str) -> str | None:
    """Return what is wrong with a redirect URI that is to be registered, ``None`` when nothing is.

    It is an https address, or for programs on one's own machine http on a loopback address, by number: the name
    ``localhost`` may lead elsewhere. Source: RFC 8252, 7.3 and 8.3; RFC 9700, 2.1.

    Example
    -------
    >>> fault_of("https://app.example.com/callback") is None
    True
    >>> fault_of("http://app.example.com/callback")
    'It is https, or http on 127.0.0.1 or [::1].'
    """
    if len(uri) > MAX_URI or not _CHARACTERS.fullmatch(uri):
        return "It holds characters that have no place there (a fragment, a space, a backslash), or is too long."
    try:
        parts = urlsplit(uri)
        host = parts.hostname
        _ = parts.port
    except ValueError:
        return "It is no absolute address."
    if not _LOOPBACK.fullmatch(uri) and (not uri.startswith("https://") or not host):
        return "It is https, or http on 127.0.0.1 or [::1]."
    if "@" in parts.netloc or "*" in parts.netloc or "%" in parts.netloc:
        return "Its host is written plainly: no user, no wildcard, nothing encoded."
    if _RESERVED & {name for name, _ in parse_qsl(parts.query, keep_blank_values=True)}:
        return "Its query has a name that the answer uses: code, state, iss, error."
    return None


def is_registered(asked: str, registered: list[str]) -> bool:
    """Tell whether ``asked`` is one of those that the client registered, character by character.

    On a loopback address any port will do: a program there takes one that is free (RFC 8252, 7.3).

    Example
    -------
    >>> is_registered("http://127.0.0.1:50123/done", ["http://127.0.0.1/done"])
    True
    >>> is_registered("https://app.example.com/cb/", ["https://app.example.com/cb"])
    False
    """
    if asked in registered:
        return True
    place = _without_port(asked)
    return place is not None and any(_without_port(one) == place for one in registered)


def with_answer(uri: str, answer: dict[str, str]) -> str:
    """Return ``uri`` with the answer's fields added to its query (RFC 6749, 4.1.2).

    Example
    -------
    >>> with_answer("https://app.example.com/cb?tenant=1", {"code": "x", "state": "a b"})
    'https://app.example.com/cb?tenant=1&code=x&state=a+b'
    """
    joint = "&" if "?" in uri else "?"
    return f"{uri}{joint}{urlencode(answer)}"


def _without_port(uri: str) -> tuple[str, str] | None:
    match = _LOOPBACK.fullmatch(uri) if _CHARACTERS.fullmatch(uri) else None
    if match is None or int(match[2] or 80) > 65_535:
        return None
    return match[1], match[3] or ""
