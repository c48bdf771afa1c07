"""Recovery codes: what lets somebody in who has lost their authenticator app. Only codes of them are stored."""

from __future__ import annotations

import secrets
from base64 import b32encode
from typing import Final

from utils import sealing

HOW_MANY: Final = 10
CODE_BYTES: Final = 10
"""80 bits: sixteen characters of base32, which nobody guesses and anybody can type."""
GROUP: Final = 4
PURPOSE: Final = "recovery-code"


def new_codes() -> list[str]:
    """Return ten new codes, as they are shown.

    Example
    -------
    >>> new_codes()[0]  # doctest: +SKIP
    'MFRG-GZDF-MZTW-Q2LK'
    """
    return [_shown(b32encode(secrets.token_bytes(CODE_BYTES)).decode()) for _ in range(HOW_MANY)]


def stored(user_id: str, code: str) -> str:
    """Return what is stored of a code: its own code under the pepper."""
    return sealing.mac(PURPOSE, user_id, _bare(code))


def found(user_id: str, code: str, among: set[str]) -> str | None:
    """Return a code as it is stored, if it is one of these; the pepper may have been rotated since."""
    return next((one for one in sealing.macs(PURPOSE, user_id, _bare(code)) if one in among), None)


def _shown(code: str) -> str:
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def _bare(code: str) -> str:
    return code.replace("-", "").replace(" ", "").upper()
