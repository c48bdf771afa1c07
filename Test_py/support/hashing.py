"""Hashes that cost next to nothing, for all the tests that need an account and not its password's strength.

The real figures stand in ``passwords.py``; the tests that are about them ask for the fixture ``real_hashes``.
"""

from __future__ import annotations

from typing import Any, Final

REAL: Final = ("PASSES", "MEMORY_KIB", "DECOY")
"""The names of what is made cheap, and put back."""


def make_cheap() -> dict[str, Any]:
    """Let argon2id take 8 KiB and one pass from now on; return the real figures."""
    from pushcart.accounts import passwords

    real = {name: getattr(passwords, name) for name in REAL}
    cheap = {"PASSES": 1, "MEMORY_KIB": 8}
    decoy = real["DECOY"].replace(f"m={real['MEMORY_KIB']},t={real['PASSES']}", "m=8,t=1")
    assert decoy != real["DECOY"]
    for name, value in (cheap | {"DECOY": decoy}).items():
        setattr(passwords, name, value)
    passwords._hashers.clear()
    return real
