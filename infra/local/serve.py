"""``make serve``: the whole shop on this machine.

``python -m infra.local.serve [--port 8000] [--seed demo|none] [--state DIR] [--endpoint URL]``
"""

from __future__ import annotations

import argparse
import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from infra.local.server import Server

SAVE_SECONDS = 5
OFFSET = "clock_offset_seconds"
ENDPOINT_ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "local",
    "AWS_SECRET_ACCESS_KEY": "local",
    "AWS_DEFAULT_REGION": "eu-central-1",
    "AWS_ACCOUNT_ID_ENDPOINT_MODE": "disabled",
}


class CannotServe(RuntimeError):
    """What is in the way, and what to do about it, in one line."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until Ctrl-C or SIGTERM; return the exit status."""
    options = _options(arguments)
    _log_for_people()
    # A module that is changed twice within a second, at one size, would be read from its stale bytecode.
    sys.dont_write_bytecode = True
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: _first_or_last(stop))
    try:
        _serve(options, stop)
    except CannotServe as trouble:
        print(trouble, file=sys.stderr)
        return 1
    print("Stopped.")
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make serve", description="Run the whole shop on this machine.")
    parser.add_argument("--port", type=_port, default=8000, help="0 takes a free one")
    parser.add_argument("--seed", choices=("demo", "none"), default="demo", help="a small shop, or an empty one")
    parser.add_argument("--state", type=Path, help="a directory that keeps the data between runs")
    parser.add_argument("--endpoint", default=os.environ.get("AWS_ENDPOINT_URL"), help="another AWS backend")
    options = parser.parse_args(arguments)
    if options.state and options.endpoint:
        parser.error("--state keeps the data of the built-in AWS; an endpoint keeps its own")
    return options


def _port(text: str) -> int:
    if not text.isdigit() or int(text) > 65_535:
        raise argparse.ArgumentTypeError(f"{text} is no port")
    return int(text)


def _first_or_last(stop: threading.Event) -> None:
    if stop.is_set():
        os._exit(130)
    stop.set()


def _log_for_people() -> None:
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    logging.basicConfig(format="%(asctime)s %(message)s", datefmt="%H:%M:%S", stream=sys.stdout)
    logging.getLogger("local").setLevel(logging.INFO)
    os.environ.setdefault("LOG_LEVEL", "WARNING")


def _serve(options: argparse.Namespace, stop: threading.Event) -> None:
    app: Any = None

    def answer(*request: Any) -> Any:
        return app(*request)

    server = _listening(answer, options.port)
    os.environ.setdefault("TOKEN_ISSUER", server.url)
    os.environ.setdefault("STOREFRONT_URL", f"{server.url}/_console/storefront")
    os.environ.setdefault("MEDIA_URL", f"{server.url}/_media")
    _choose_backend(options.endpoint)
    if not options.endpoint:
        os.environ["UPLOAD_URL"] = f"{server.url}/_uploads"
    with ExitStack() as stack:
        state, notes = _state(options.state, stack) if options.state else (None, {})
        from botocore.exceptions import BotoCoreError, ClientError

        from infra.local.app import App
        from infra.local.clock import Clock

        clock = Clock()
        clock.shift(timedelta(seconds=float(notes.get(OFFSET, 0))))
        try:
            app = App(clock=clock, checkpoints=notes)
        except (BotoCoreError, ClientError) as trouble:
            where = options.endpoint or "hand"
            raise CannotServe(f"The AWS at {where} does not give what the shop needs: {trouble}") from trouble
        _seed(options.seed, app)
        if not app.is_ready():
            raise CannotServe("The shop started, but /api/v1/health/ready does not answer 200: see the log above")
        stack.enter_context(_saving(state, notes, clock))
        app.start()
        server.start()
        _greet(server.url, options)
        stop.wait()
        print("Stopping …")
        server.stop()
        app.stop()


def _listening(answer: Callable[..., Any], port: int) -> Server:
    from infra.local import server

    try:
        return server.Server(answer, port)
    except server.PortOccupied as occupied:
        raise CannotServe(
            f"Port {occupied} is in use: stop what listens there, or choose another: make serve PORT={port + 1}"
        ) from occupied


def _choose_backend(endpoint: str | None) -> None:
    """Settle where AWS is, before anything makes a client."""
    if not endpoint:
        os.environ.pop("AWS_ENDPOINT_URL", None)
        from infra.local import moto_backend

        moto_backend.start()
        return
    _reach(endpoint)
    os.environ["AWS_ENDPOINT_URL"] = endpoint
    for name, value in ENDPOINT_ENVIRONMENT.items():
        os.environ.setdefault(name, value)


def _reach(endpoint: str) -> None:
    parts = urlsplit(endpoint)
    try:
        port = parts.port or {"http": 80, "https": 443}[parts.scheme]
        socket.create_connection((parts.hostname or "", port), timeout=2).close()
    except (OSError, KeyError, ValueError) as error:
        raise CannotServe(f"No AWS answers at {endpoint}: start it, or serve without --endpoint ({error})") from error


def _state(directory: Path, stack: ExitStack) -> tuple[Any, dict[str, str]]:
    """Take the directory until ``stack`` ends, and load what an earlier run left."""
    from infra.local.state import State, StateInUse, StateUnreadable

    try:
        state = stack.enter_context(State(directory).held())
        return state, state.load() or {}
    except StateInUse as trouble:
        raise CannotServe(f"{trouble}: stop it, or choose another: make serve STATE={directory}-2") from trouble
    except StateUnreadable as trouble:
        raise CannotServe(f"{trouble}: move it away, or choose another directory") from trouble
    except OSError as trouble:
        raise CannotServe(f"The state cannot be kept in {directory}: {trouble.strerror}") from trouble


def _seed(kind: str, app: Any) -> None:
    if kind == "none":
        return
    from infra.local.seed import seed
    from infra.local.shop_api import SeedFailed

    try:
        if seed(app.cloud):
            print("Seeded the demo shop.")
    except SeedFailed as trouble:
        raise CannotServe(f"The demo shop cannot be made: {trouble}. An empty one: make serve SEED=none") from trouble


@contextmanager
def _saving(state: Any, notes: dict[str, str], clock: Any) -> Iterator[None]:
    """Save every few seconds and once more at the end."""

    def save() -> None:
        notes[OFFSET] = str(clock.offset.total_seconds())
        try:
            state.save(notes)
        except OSError as trouble:
            print(f"The state could not be saved: {trouble.strerror}. The last save is kept.")

    if state is None:
        yield
        return
    ended = threading.Event()

    def keep() -> None:
        while not ended.wait(SAVE_SECONDS):
            save()

    keeper = threading.Thread(target=keep, name="state", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        ended.set()
        keeper.join(2)
        save()


def _greet(url: str, options: argparse.Namespace) -> None:
    lines = [f"Pushcart answers at {url}", f"  API pages  {url}/api/v1/docs", f"  mailbox    {url}/_console/mail"]
    if options.seed == "demo":
        lines.append("  sign in    customer@demo.test or admin@demo.test, password demo-Password-1")
    if options.state:
        lines.append(f"  data       {options.state}")
    print("\n".join([*lines, "Ctrl-C stops it."]), flush=True)


if __name__ == "__main__":
    exit_status = main()
    sys.stdout.flush()
    # Everything is stopped and saved; taking the interpreter apart takes longer than all that.
    os._exit(exit_status)
