"""The application behind the HTTP front: the gateway, the console, and code that is taken in while it runs."""

from __future__ import annotations

import importlib
import logging
import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from infra.local import reload
from infra.local.clock import Clock

logger = logging.getLogger("local.requests")
LOOK_SECONDS = 0.25
STORED = ("/_uploads/", "/_media/")
"""What a browser asks of S3 and of the distribution, and not of the shop."""
OWN = ("/_console/", *STORED)
READY_PATH = "/api/v1/health/ready"


@dataclass(slots=True)
class Running:
    """What one generation of the code made."""

    cloud: Any
    console: Any
    uploads: Any
    payload: Any


class App:
    """Serves requests with the latest code that could be imported.

    Example
    -------
    >>> app = App(clock=Clock())  # doctest: +SKIP
    >>> app.start()  # doctest: +SKIP
    >>> app("GET", "/api/v1/health", "", [], b"", "127.0.0.1").status  # doctest: +SKIP
    200
    """

    def __init__(self, *, clock: Clock, checkpoints: dict[str, str] | None = None) -> None:
        self.clock = clock
        self.checkpoints = {} if checkpoints is None else checkpoints
        self._running = self._build()
        self._gate = _Gate()
        self._stopping = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="reload", daemon=True)
        self._files = reload.snapshot()

    @property
    def cloud(self) -> Any:
        """The present :class:`infra.local.cloud.Cloud`."""
        return self._running.cloud

    def __call__(
        self, method: str, path: str, query: str, headers: list[tuple[str, str]], body: bytes, source_ip: str
    ) -> Any:
        """Answer one request; code is never swapped in the middle of it."""
        started = time.perf_counter()
        with self._gate.passing():
            running = self._running
            if path == "/_console" or path.startswith(OWN):
                payload = running.payload
                request = payload.HttpRequest(method, path, query, payload.lower(headers), body, source_ip)
                answer = (running.uploads if path.startswith(STORED) else running.console).handle(request)
            else:
                answer = running.cloud.gateway.handle(method, path, query, headers, body, source_ip)
            if method not in ("GET", "HEAD", "OPTIONS"):
                running.cloud.pumps.wake()
        logger.info("%s %s %d %.0f ms", method, path, answer.status, (time.perf_counter() - started) * 1000)
        return answer

    def is_ready(self) -> bool:
        """Whether the shop says that it is."""
        return bool(self._running.cloud.gateway.handle("GET", READY_PATH).status == 200)

    def start(self) -> None:
        """Run the pumps and watch the code."""
        self._running.cloud.pumps.start()
        self._watcher.start()

    def stop(self) -> None:
        """End the pumps and the watch; what is in their hands is finished."""
        self._stopping.set()
        if self._watcher.is_alive():
            self._watcher.join(2)
        self._running.cloud.pumps.stop()

    def reload(self, files: list[str]) -> bool:
        """Take changed code in; on an error print it and go on with the old. Return whether it was taken."""
        started = time.perf_counter()
        with self._gate.closed():
            self._running.cloud.pumps.stop()
            try:
                self._running = reload.rebuild(self._build)
            except Exception:  # noqa: BLE001 - the file is being edited: anything may be wrong with it
                logger.error("The old code goes on:\n%s", _own_lines(traceback.format_exc()))  # noqa: TRY400
                taken = False
            else:
                milliseconds = (time.perf_counter() - started) * 1000
                names = ", ".join(file.removeprefix(f"{reload.ROOT}/") for file in files[:3])
                logger.info("Reloaded in %.0f ms: %s", milliseconds, names + (" …" if len(files) > 3 else ""))
                taken = True
            self._running.cloud.pumps.start()
        return taken

    def _build(self) -> Running:
        cloud, console, cors, payload, uploads = (
            importlib.import_module(f"infra.local.{name}")
            for name in ("cloud", "console", "cors", "payload", "uploads")
        )
        # Any origin may call: a storefront in the making is served from a port of its own.
        made = cloud.Cloud.start(cors=cors.Cors(), checkpoints=self.checkpoints)
        return Running(made, console.Console(made.pumps, self.clock, made.gateway), uploads, payload)

    def _watch(self) -> None:
        while not self._stopping.wait(LOOK_SECONDS):
            files = reload.snapshot()
            if changes := reload.changed(self._files, files):
                self._files = files
                self.reload(changes)


class _Gate:
    """Lets many requests pass, and a reload only when none is inside."""

    def __init__(self) -> None:
        self._inside, self._shut = 0, False
        self._turn = threading.Condition()

    @contextmanager
    def passing(self) -> Iterator[None]:
        with self._turn:
            while self._shut:
                self._turn.wait()
            self._inside += 1
        try:
            yield
        finally:
            with self._turn:
                self._inside -= 1
                self._turn.notify_all()

    @contextmanager
    def closed(self) -> Iterator[None]:
        with self._turn:
            self._shut = True
            while self._inside:
                self._turn.wait()
        try:
            yield
        finally:
            with self._turn:
                self._shut = False
                self._turn.notify_all()


def _own_lines(text: str) -> str:
    """Cut the frames of the import machinery, which say nothing about the mistake."""
    lines = text.splitlines()
    cut = [place for place, line in enumerate(lines) if "<frozen importlib" in line or "/importlib/" in line]
    return "\n".join(lines[cut[-1] + 1 :] if cut else lines)
