"""Zips that are equal, byte for byte, when their contents are, and the hashes that name them."""

from __future__ import annotations

import hashlib
import os
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Final

_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_READABLE: Final = 0o100644 << 16
_COMPRESSION_LEVEL: Final = 9


def files_below(folder: Path) -> list[Path]:
    """Every file below ``folder``, in an order that does not depend on the file system."""
    return sorted(path for path in folder.rglob("*") if path.is_file())


def write_zip(folder: Path, target: Path) -> Path:
    """Zip ``folder`` into ``target``: sorted names, one fixed time, one fixed mode.

    The zip appears whole or not at all, so that neither an interrupted build nor one beside it leaves half of one.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.name}.{os.getpid()}.part")
    with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED, compresslevel=_COMPRESSION_LEVEL) as archive:
        for path in files_below(folder):
            entry = zipfile.ZipInfo(path.relative_to(folder).as_posix(), _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = _READABLE
            archive.writestr(entry, path.read_bytes())
    return partial.replace(target)


def fingerprint(*, parts: Iterable[str] = (), files: Iterable[Path] = (), base: Path) -> str:
    """Return a short hash over ``parts`` and over the names (below ``base``) and contents of ``files``."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(f"{len(part)}:{part}".encode())
    for path in files:
        digest.update(path.relative_to(base).as_posix().encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]
