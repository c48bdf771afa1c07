"""Keeps the shop's data between runs, in a directory that a person names: ``make serve STATE=dir``.

One file holds all that the AWS in this process knows (tables, queues with what is in flight, key material, secrets,
mail, the newest version of each object) and the places in the streams. It is written whole and swapped in, so that a
crash leaves the last good one. The operating system holds the lock, and gives it up with the process: a lock file that
is left behind is stale.
"""

from __future__ import annotations

import fcntl
import io
import os
import pickle
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any, cast

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from moto.core.base_backend import BackendDict
from moto.dynamodb.models import dynamodb_backends
from moto.kms.models import kms_backends
from moto.s3.models import s3_backends
from moto.secretsmanager.models import secretsmanager_backends
from moto.ses.models import ses_backends
from moto.sesv2.models import sesv2_backends
from moto.sns.models import sns_backends
from moto.sqs.models import sqs_backends

from infra.local import moto_backend

ACCOUNT = "123456789012"
S3_PLACE = "aws"
"""moto keeps buckets by partition, as their names are, and all else by region."""
BACKENDS: dict[str, BackendDict[Any]] = {
    "dynamodb": dynamodb_backends,
    "kms": kms_backends,
    "s3": s3_backends,
    "secretsmanager": secretsmanager_backends,
    "ses": ses_backends,
    "sesv2": sesv2_backends,
    "sns": sns_backends,
    "sqs": sqs_backends,
}
_SAFE = {
    ("builtins", "dict"),
    ("builtins", "list"),
    ("builtins", "set"),
    ("builtins", "frozenset"),
    ("builtins", "bytearray"),
    ("builtins", "object"),
    ("collections", "OrderedDict"),
    ("collections", "defaultdict"),
    ("copyreg", "_reconstructor"),
    ("datetime", "datetime"),
    ("datetime", "timezone"),
    ("datetime", "timedelta"),
    ("decimal", "Decimal"),
    ("threading", "Condition"),
    (__name__, "read_key"),
}


class StateInUse(RuntimeError):
    """Another process keeps its state there."""


class StateUnreadable(RuntimeError):
    """The file is of another version, or damaged."""


class State:
    """One state directory.

    Example
    -------
    >>> with State(Path("dir")).held() as state:  # doctest: +SKIP
    ...     checkpoints = state.load() or {}
    ...     state.save(checkpoints)
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._file, self._lock_file = directory / "state.bin", directory / "lock"
        self._last = b""
        self._saving = threading.Lock()

    @contextmanager
    def held(self) -> Iterator[State]:
        """Take the directory for this process; it is made when it is not there.

        Raises
        ------
        StateInUse
            When a living process has it.
        """
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._lock_file.open("a+", encoding="ascii") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                lock.seek(0)
                raise StateInUse(f"{self._directory} is in use by process {lock.read().strip()}") from error
            lock.seek(0)
            if stale := lock.read().strip():
                print(f"State in {self._directory}: process {stale} did not stop cleanly; its last save is used.")
            lock.truncate(0)
            lock.write(str(os.getpid()))
            lock.flush()
            yield self
            lock.truncate(0)

    def load(self) -> dict[str, str] | None:
        """Fill moto with what was saved and return the places in the streams; ``None`` when nothing was saved.

        Raises
        ------
        StateUnreadable
            When it cannot be read by this version; the file is left as it is.
        """
        if not self._file.exists():
            return None
        try:
            saved = _Reader(io.BytesIO(self._file.read_bytes())).load()
            if saved["moto"] != version("moto"):
                raise StateUnreadable(f"{self._file} was written with moto {saved['moto']}, this is {version('moto')}")
            backends = {name: saved["backends"][name] for name in BACKENDS if name in saved["backends"]}
            checkpoints = cast("dict[str, str]", saved["checkpoints"])
        except StateUnreadable:
            raise
        except Exception as error:
            raise StateUnreadable(f"{self._file} is damaged: {error}") from error
        with moto_backend.lock:
            for name, backend in backends.items():
                BACKENDS[name][ACCOUNT][_place(name)] = backend
            # Whose bucket is which stands beside the accounts, for all of them together.
            names = s3_backends[ACCOUNT][S3_PLACE].buckets
            s3_backends.bucket_accounts = dict.fromkeys(names, (S3_PLACE, ACCOUNT))
        return checkpoints

    def save(self, checkpoints: dict[str, str]) -> bool:
        """Write all data as it is between two AWS calls; return whether there was anything new."""
        with self._saving:
            with moto_backend.lock:
                backends = {name: backend[ACCOUNT][_place(name)] for name, backend in BACKENDS.items()}
                content = io.BytesIO()
                saved = {"moto": version("moto"), "backends": backends, "checkpoints": dict(checkpoints)}
                _Writer(content, protocol=5).dump(saved)
            if content.getvalue() == self._last:
                return False
            self._last = content.getvalue()
            fresh = self._file.with_suffix(".new")
            with fresh.open("wb") as file:
                os.fchmod(file.fileno(), 0o600)
                file.write(self._last)
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(self._file)
            return True


class _Writer(pickle.Pickler):
    """Writes what pickle cannot: locks (new ones will do) and private keys (as PKCS 8)."""

    def reducer_override(self, value: Any) -> Any:
        if isinstance(value, threading.Condition):
            return threading.Condition, ()
        if isinstance(value, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
            der = value.private_bytes(
                serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
            return read_key, (der,)
        return NotImplemented


class _Reader(pickle.Unpickler):
    """Reads data classes only, so that a file from somewhere else cannot run anything."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in _SAFE:
            return super().find_class(module, name)
        found = super().find_class(module, name) if module.startswith("moto.") and "." not in name else None
        if not isinstance(found, type) or found.__module__ != module:
            raise pickle.UnpicklingError(f"{module}.{name} does not belong into a state file")
        return found


def _place(service: str) -> str:
    return S3_PLACE if service == "s3" else moto_backend.REGION


def read_key(der: bytes) -> Any:
    """Return a private key from its PKCS 8 form."""
    return serialization.load_der_private_key(der, password=None)
