"""API keys as programs show them: ``pk_<id>_<secret>_<crc>``.

The checksum lets a typo be told from a wrong key without asking the table, and lets a scanner of repositories know a
real key at sight. The secret is derived under the pepper when the key is made, so that a replayed answer shows it
again; what is kept of it is a hash, and whether it is right has nothing to do with the pepper any more.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple
from zlib import crc32

from pushcart.accounts.hashes import is_hash_of
from utils import sealing
from utils.ids import new_id

PURPOSE: Final = "api-key"
ID: Final = "key_"
_PREFIX: Final = "pk_"
_KEY: Final = re.compile(r"(pk_([0-9A-HJKMNP-TV-Z]{26})_(v[0-9A-Za-z]{1,20}\.[0-9A-Za-z_-]{32}))_([0-9a-f]{8})")
_PLAIN: Final = re.compile(r"[0-9A-Za-z.]*")
MAX_CHARACTERS: Final = 100


class ShownKey(NamedTuple):
    """What a key that was shown says: which one it is, and the proof of it."""

    key_id: str
    secret: str

    def matches(self, secret_hash: str) -> bool:
        """Whether this is the secret of which a hash is kept, told in constant time."""
        return is_hash_of(secret_hash, self.secret)


def new_key_id() -> str:
    """Return the id of a new key.

    It is drawn again until its secret is of letters and digits alone: then ``_`` stands between the four parts and
    nowhere else. That costs the secret a bit and a half of its 192.
    """
    while True:
        key_id = new_id("key")
        if _PLAIN.fullmatch(sealing.mac(PURPOSE, key_id)):
            return key_id


def shown_prefix(key_id: str) -> str:
    """Return what people know a key by: all of it that is no secret.

    Example
    -------
    >>> shown_prefix("key_01J9ZC8Q0V5W2K3M4N5P6Q7R8S")
    'pk_01J9ZC8Q0V5W2K3M4N5P6Q7R8S'
    """
    return _PREFIX + key_id.removeprefix(ID)


def written(key_id: str, secret: str) -> str:
    """Return the whole key.

    Example
    -------
    >>> written("key_01J9ZC8Q0V5W2K3M4N5P6Q7R8S", "v1." + "A" * 32)
    'pk_01J9ZC8Q0V5W2K3M4N5P6Q7R8S_v1.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA_d389011b'
    """
    head = f"{shown_prefix(key_id)}_{secret}"
    return f"{head}_{checksum(head)}"


def read(text: str) -> ShownKey | None:
    """Return what a key says, ``None`` for anything that is none: no table is asked about a typo."""
    match = _KEY.fullmatch(text) if len(text) <= MAX_CHARACTERS else None
    if match is None or checksum(match[1]) != match[4]:
        return None
    return ShownKey(ID + match[2], match[3])


def checksum(head: str) -> str:
    """Return the CRC-32 (that of zlib and PNG) of all before it, as eight hexadecimal digits."""
    return f"{crc32(head.encode()):08x}"
