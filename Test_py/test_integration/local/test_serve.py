"""``make serve`` as a process: it starts, takes changed code in, keeps data, and stops without a word too many."""

from __future__ import annotations

import json
import os
import queue
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

import pytest

ROOT = Path(__file__).resolve().parents[3]
HEALTH = "functions/system/health.py"
SECONDS = 20
SET_HERE = ("AWS_", "BUCKET_", "MEDIA_", "TABLE_", "QUEUE_", "STOREFRONT_", "TOKEN_")
"""What `serve` sets by itself, so that the tests' own values must not reach it."""


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the code that the server runs, so that a test may change it."""
    copy = tmp_path_factory.mktemp("checkout")
    for folder in ("functions", "layers/pushcart", "utils", "infra/local", "config"):
        shutil.copytree(ROOT / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__"))
    (copy / "infra" / "__init__.py").touch()
    return copy


class Process:
    """A running ``serve``."""

    def __init__(self, checkout: Path, *arguments: str, **environment: str) -> None:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(SET_HERE)}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "infra.local.serve", "--seed", "none", *arguments],
            cwd=checkout,
            env={**kept, "PYTHONPATH": f"{checkout}{os.pathsep}{checkout / 'layers'}", **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.lines: list[str] = []
        self._new: queue.Queue[str] = queue.Queue()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()
        self.url = ""

    def _read(self) -> None:
        assert self._process.stdout
        for line in self._process.stdout:
            self.lines.append(line.rstrip())
            self._new.put(line)

    def wait_for(self, pattern: str) -> re.Match[str]:
        """Return the match in the next line that has one."""
        end = time.monotonic() + SECONDS
        while (left := end - time.monotonic()) > 0:
            try:
                line = self._new.get(timeout=left)
            except queue.Empty:
                break
            if match := re.search(pattern, line):
                return match
        raise AssertionError(f"no line with {pattern!r} in:\n" + "\n".join(self.lines))

    def ready(self) -> Process:
        self.url = self.wait_for(r"answers at (http://127\.0\.0\.1:\d+)")[1]
        return self

    def get(self, path: str, body: Any = None) -> tuple[int, Any]:
        data = None if body is None else json.dumps(body).encode()
        headers = {"content-type": "application/json", "accept": "application/json"}
        request = urllib.request.Request(self.url + path, data, headers)  # noqa: S310 - the server's own address
        try:
            with urllib.request.urlopen(request, timeout=10) as response:  # noqa: S310 - as above
                return response.status, json.load(response)
        except HTTPError as refusal:
            return refusal.code, json.load(refusal)

    def signal(self, number: int) -> None:
        self._process.send_signal(number)

    def end(self) -> int:
        """Wait for its end and return the status."""
        try:
            return self._process.wait(SECONDS)
        finally:
            self._process.kill()
            self._reader.join()
            assert self._process.stdout
            self._process.stdout.close()


Serve = Callable[..., Process]


@pytest.fixture
def serve(checkout: Path) -> Iterator[Serve]:
    running: list[Process] = []

    def start(*arguments: str, **environment: str) -> Process:
        running.append(Process(checkout, *arguments, **environment))
        return running[-1]

    yield start
    for process in running:
        process.signal(signal.SIGKILL)
        process.end()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_is_ready_when_it_says_so_and_stops_without_a_traceback(serve: Serve, number: int) -> None:
    process = serve("--port", "0").ready()
    status, answer = process.get("/api/v1/health/ready")
    assert (status, answer["success"]) == (200, True)
    assert process.get("/nowhere")[1]["errors"][0]["code"] == "NOT_FOUND"
    process.wait_for("Ctrl-C stops it")
    started = time.monotonic()
    process.signal(number)
    assert process.end() == 0
    assert time.monotonic() - started < 3
    assert process.lines[-2:] == ["Stopping …", "Stopped."]
    assert "Traceback" not in "\n".join(process.lines)


def test_mailed_links_lead_to_the_port_that_it_serves_on(serve: Serve) -> None:
    process = serve("--port", "0", "--seed", "demo").ready()
    assert process.get("/_console/mail")[1] == [], "nobody is asked to verify what the seed vouches for"
    assert process.get("/api/v1/auth/password/forgot", {"email": "customer@demo.test"})[0] == 202
    mails: list[Any] = []
    end = time.monotonic() + SECONDS
    while not mails and time.monotonic() < end:
        mails = process.get("/_console/mail")[1]
    assert f"{process.url}/_console/storefront/reset-password#token=tkt_" in mails[0]["text"]


def test_changed_code_is_taken_in_and_data_stays(serve: Serve, checkout: Path) -> None:
    process = serve("--port", "0").ready()
    handler = checkout / HEALTH
    original = handler.read_text()
    process.get("/_console/clock", {"advance_seconds": 60})
    try:
        handler.write_text(original.replace('status="ok"', 'status="changed"'))
        took = int(process.wait_for(r"Reloaded in (\d+) ms: functions/system/health.py")[1])
        assert process.get("/api/v1/health")[1]["data"]["status"] == "changed"
        assert took < 5000
        handler.write_text(original.replace("def handler", "def def handler"))
        process.wait_for("SyntaxError")
        assert process.get("/api/v1/health")[1]["data"]["status"] == "changed", "the old code goes on"
        handler.write_text(original)
        process.wait_for("Reloaded in")
        assert process.get("/api/v1/health")[1]["data"]["status"] == "ok"
        assert process.get("/_console/clock")[1]["offset_seconds"] == 60
        assert process.get("/api/v1/health/ready")[0] == 200
    finally:
        handler.write_text(original)


def test_state_is_kept_and_a_killed_run_is_recovered(serve: Serve, tmp_path: Path) -> None:
    directory = tmp_path / "shop"
    first = serve("--port", "0", "--state", str(directory)).ready()
    first.get("/_console/clock", {"advance_seconds": 3600})
    twin = serve("--port", "0", "--state", str(directory))
    assert twin.end() == 1
    assert len(twin.lines) == 1
    assert "is in use by process" in twin.lines[0]
    first.signal(signal.SIGINT)
    assert first.end() == 0
    second = serve("--port", "0", "--state", str(directory)).ready()
    assert second.get("/_console/clock")[1]["offset_seconds"] == 3600
    second.signal(signal.SIGKILL)
    second.end()
    third = serve("--port", "0", "--state", str(directory)).ready()
    assert any("did not stop cleanly" in line for line in third.lines)
    assert third.get("/api/v1/health/ready")[0] == 200
