"""Passwords: which are good enough, and the port behind which they are hashed.

argon2 is a layer of its own, so it is imported only when something is hashed, in the functions that name
:data:`ARGON2`.
"""

from __future__ import annotations

from typing import Any, Final, Protocol

from pushcart.accounts.common_passwords import is_common
from utils.declarations import Package
from utils.errors import ValidationFailed

ARGON2: Final = Package("argon2", ("argon2",))

MEMORY_KIB, PASSES, LANES = 19_456, 2, 1
"""OWASP's first choice for argon2id.
https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html#argon2id"""

DECOY: Final = f"$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p={LANES}${'A' * 22}${'A' * 43}"
"""A hash of nothing that anybody knows. Verifying against it takes as long as against a real one."""

LEAST: Final = 12
LEAST_WITH_FACTOR: Final = 8
"""Characters (NIST SP 800-63B-4, 3.1.1.2: 8 where the password is not all that is asked for)."""

LEAST_DIFFERENT: Final = 4
LEAST_TELLING: Final = 4
"""Shorter names and parts of addresses are too common to be held against a password."""


class Hasher(Protocol):
    """Hashes a password, and verifies one against a hash."""

    def hash(self, password: str) -> str: ...

    def verify(self, stored: str, password: str) -> bool: ...

    def is_outdated(self, stored: str) -> bool: ...


class Argon2id:
    """The real one. Its hashes name their own parameters, so that these can be raised later."""

    def __init__(self) -> None:
        from argon2.exceptions import VerifyMismatchError

        from argon2 import PasswordHasher

        self._argon2: Any = PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=LANES)
        self._mismatch = VerifyMismatchError

    def hash(self, password: str) -> str:
        return str(self._argon2.hash(password))

    def verify(self, stored: str, password: str) -> bool:
        try:
            return bool(self._argon2.verify(stored, password))
        except self._mismatch:
            return False

    def is_outdated(self, stored: str) -> bool:
        return bool(self._argon2.check_needs_rehash(stored))


_hashers: list[Hasher] = []


def hasher() -> Hasher:
    """Return the process's hasher."""
    if not _hashers:
        _hashers.append(Argon2id())
    return _hashers[0]


def hash_password(password: str) -> str:
    """Return the hash of ``password``: all of it, as it was typed (ASVS 5.0, 6.2.8)."""
    return hasher().hash(password)


def verify_password(stored: str | None, password: str) -> bool:
    """Tell whether ``password`` is the one of ``stored``. Without one the work is the same, and the answer is no."""
    return hasher().verify(stored or DECOY, password) and stored is not None


def is_outdated(stored: str) -> bool:
    """Tell whether a hash was made with other parameters than today's; a log-in, which has the password, renews it."""
    return hasher().is_outdated(stored)


def refuse_weak(password: str, *, email: str, name: str, second_factor: bool = False, field: str = "password") -> None:
    """Raise when ``password`` is too short, or would be among the first that anybody tries.

    Commonness and context are asked for rather than kinds of characters (NIST SP 800-63B-4, 3.1.1.2).

    Parameters
    ----------
    second_factor
        Whether the account asks for one, too: 8 characters will do then, in place of 12.
    field
        What the request calls the password.

    Raises
    ------
    ValidationFailed
        On ``field``, with ``too_short``, ``common``, ``monotonous`` or ``personal`` as its detail.

    Example
    -------
    >>> refuse_weak("Password1234", email="ada@example.org", name="Ada")
    Traceback (most recent call last):
    utils.errors.ValidationFailed: This password is too easy to guess. Choose another.
    """
    least = LEAST_WITH_FACTOR if second_factor else LEAST
    if len(password) < least:
        raise ValidationFailed(f"A password has at least {least} characters.", field=field, detail="too_short")
    if reason := _weakness(password.casefold(), email.casefold(), name.casefold()):
        raise ValidationFailed("This password is too easy to guess. Choose another.", field=field, detail=reason)


def _weakness(password: str, email: str, name: str) -> str | None:
    if len(set(password)) < LEAST_DIFFERENT:
        return "monotonous"
    if is_common(password):
        return "common"
    told = [email, email.partition("@")[0], name, name.replace(" ", "")]
    rests = [password.replace(text, "") for text in told if len(text) >= LEAST_TELLING]
    return "personal" if any(len(rest) < LEAST_TELLING for rest in rests) else None
