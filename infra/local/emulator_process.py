"""The emulator's process: started with an empty environment on free ports, ended by id with all its workers.

What MiniStack 1.5.33 is like: it hands its own environment to every function, binds all interfaces and further
services unless told not to, takes port 443 when it may, and does not stop on SIGTERM while its workers live.
"""

from __future__ import annotations

import json
import os
import shutil
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from infra.local.certificate import write_certificate
from infra.local.processes import LOOPBACK, command_of, descendants, end, free_port, is_free
from infra.packaging.paths import ROOT

HOST: Final = LOOPBACK
REGION: Final = "us-east-1"
ACCOUNT: Final = "000000000000"
HOME: Final = ROOT / ".state" / "emulator"
_START_SECONDS: Final = 60
_STOP_SECONDS: Final = 10
_APPLICATION: Final = "ministack.app:app"


class EmulatorFailed(RuntimeError):
    """The emulator cannot be started or has gone; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Emulator:
    """A running emulator, as its state file remembers it.

    ``port`` answers HTTP, for clients of the shop's API; ``tls_port`` answers AWS's own APIs, which refuse to work
    without TLS just as they do on AWS.
    """

    pid: int
    port: int
    tls_port: int
    api_url: str = ""

    @property
    def endpoint(self) -> str:
        return f"https://{HOST}:{self.tls_port}"

    def is_alive(self) -> bool:
        """Whether the process with this id is there and is still the emulator, not another that got its id."""
        return _APPLICATION in command_of(self.pid)

    def client_environment(self) -> dict[str, str]:
        """Return the variables with which AWS clients reach the emulator as the account's root."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_CA_BUNDLE": str(_certificate()),
            "NODE_EXTRA_CA_CERTS": str(_certificate()),
            "AWS_EC2_METADATA_DISABLED": "true",
        }


def load() -> Emulator | None:
    """Return the emulator of the state file, alive or not, or ``None`` when there is no such file.

    Raises
    ------
    EmulatorFailed
        When the file is damaged, so that nobody can say which process it was.
    """
    file = _state_file()
    if not file.exists():
        return None
    try:
        return Emulator(**json.loads(file.read_text(encoding="utf-8")))
    except (ValueError, TypeError) as damage:
        raise EmulatorFailed(f"{file} cannot be read: end the emulator's process by hand, remove {HOME}") from damage


def save(emulator: Emulator) -> None:
    """Remember ``emulator`` for the next command."""
    partial = _state_file().with_suffix(".part")
    partial.write_text(json.dumps(asdict(emulator)), encoding="utf-8")
    partial.replace(_state_file())


def start(*, port: int | None = None) -> Emulator:
    """Start MiniStack in strict mode and wait until it answers.

    Parameters
    ----------
    port
        Where the shop's API is to answer; a free one by default.

    Raises
    ------
    EmulatorFailed
        When ``port`` is taken, or when MiniStack ends or stays silent for a minute.
    """
    if port is not None and not is_free(port):
        raise EmulatorFailed(f"port {port} on {HOST} is taken: choose another, or leave --port out for a free one")
    _clean()
    (HOME / "tmp").mkdir(parents=True)
    write_certificate(_certificate(), _private_key(), host=HOST)
    chosen, tls_port = free_port() if port is None else port, free_port()
    log = HOME / "emulator.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            _command(chosen, tls_port),
            env=_server_environment(tls_port),
            cwd=HOME,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    emulator = Emulator(process.pid, chosen, tls_port)
    save(emulator)
    _await_health(emulator, process, log)
    return emulator


def stop(emulator: Emulator) -> None:
    """End the emulator and every worker that it started, each by its id, and remove all that it left behind."""
    if emulator.is_alive():
        for pid in (emulator.pid, *descendants(emulator.pid)):
            end(pid)
        deadline = time.monotonic() + _STOP_SECONDS
        while emulator.is_alive() and time.monotonic() < deadline:
            time.sleep(0.05)
    _clean()


def _command(port: int, tls_port: int) -> list[str]:
    """By hypercorn's own command line: MiniStack's also takes port 443, and cannot answer HTTP beside TLS."""
    binds = ["--bind", f"{HOST}:{tls_port}", "--insecure-bind", f"{HOST}:{port}"]
    tls = ["--certfile", str(_certificate()), "--keyfile", str(_private_key())]
    return [sys.executable, "-m", "hypercorn", _APPLICATION, *binds, *tls, "--keep-alive", "75"]


def _server_environment(tls_port: int) -> dict[str, str]:
    """Nothing of ours: the emulator hands these to every function."""
    return {
        "PATH": os.defpath,
        "TMPDIR": str(HOME / "tmp"),
        "STATE_DIR": str(HOME / "tmp" / "state"),
        "GATEWAY_PORT": str(tls_port),
        "BIND_HOST": HOST,
        "MINISTACK_REGION": REGION,
        "AUTH": "true",
        "USE_SSL": "1",
        "MINISTACK_SSL_CERT": str(_certificate()),
        "MINISTACK_SSL_KEY": str(_private_key()),
        "AWS_CA_BUNDLE": str(_certificate()),
        "SFTP_ENABLED": "0",
        "IOT_MTLS_ENABLED": "0",
        "LAMBDA_STRICT": "0",
        "LOG_LEVEL": "INFO",
    }


def _await_health(emulator: Emulator, process: subprocess.Popen[bytes], log: Path) -> None:
    context = ssl.create_default_context(cafile=str(_certificate()))
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise EmulatorFailed(f"MiniStack ended while starting: {_last_line(log)}")
        try:
            with urllib.request.urlopen(f"{emulator.endpoint}/_ministack/health", timeout=2, context=context):  # noqa: S310
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    stop(emulator)
    raise EmulatorFailed(f"MiniStack did not answer within {_START_SECONDS} s: {_last_line(log)}")


def _last_line(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines() if log.exists() else []
    return lines[-1] if lines else "it wrote nothing"


def _clean() -> None:
    shutil.rmtree(HOME, ignore_errors=True)


def _state_file() -> Path:
    return HOME / "state.json"


def _certificate() -> Path:
    return HOME / "certificate.pem"


def _private_key() -> Path:
    return HOME / "key.pem"
