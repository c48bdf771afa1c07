"""The command line of ``make serve``, in this process: what it says, and what it says when something is in the way."""

from __future__ import annotations

import errno
import os
import re
import signal
import socket
import threading
import time
import urllib.request
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from botocore.exceptions import EndpointConnectionError

from infra.local import app, seed, serve, shop_api
from infra.local.app import App
from infra.local.state import State

pytestmark = pytest.mark.usefixtures("process", "aws")
NO_AWS = "http://127.0.0.1:9"


def test_serving_from_start_to_ctrl_c(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    statuses: list[int] = []

    def use(server: Any) -> None:
        with urllib.request.urlopen(f"{server}/api/v1/health/ready", timeout=5) as answer:  # noqa: S310 - our own
            statuses.append(answer.status)
        os.kill(os.getpid(), signal.SIGINT)

    greet = serve._greet

    def greet_and_use(url: str, options: Any) -> None:
        greet(url, options)
        threading.Thread(target=use, args=(url,)).start()

    with patch.object(serve, "_greet", greet_and_use):
        assert serve.main(["--port", "0", "--seed", "none", "--state", str(tmp_path)]) == 0
    said = capsys.readouterr().out
    assert statuses == [200]
    assert "Pushcart answers at http://127.0.0.1:" in said
    assert f"data       {tmp_path}" in said
    assert said.endswith("Stopping …\nStopped.\n")
    assert (tmp_path / "state.bin").exists()


def test_a_state_belongs_to_the_built_in_aws(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        serve.main(["--state", "x", "--endpoint", "http://127.0.0.1:9"])
    assert "an endpoint keeps its own" in capsys.readouterr().err


def test_a_demo_shop_is_made_and_its_accounts_are_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def end(url: str, options: Any) -> None:
        greet(url, options)
        os.kill(os.getpid(), signal.SIGTERM)

    greet = serve._greet
    monkeypatch.setattr(serve, "_greet", end)
    monkeypatch.setattr(seed, "seed", lambda _cloud: True)
    assert serve.main(["--port", "0"]) == 0
    said = capsys.readouterr().out
    assert "Seeded the demo shop." in said
    assert "customer@demo.test or admin@demo.test, password demo-Password-1" in said


def refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    """Return the one line that is said when it cannot serve."""
    capsys.readouterr()
    assert serve.main(["--seed", "none", *arguments]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    (line,) = said.err.splitlines()
    return line


def test_an_occupied_port(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert re.search(
            rf"Port {port} is in use: .*make serve PORT={port + 1}$", refused(["--port", str(port)], capsys)
        )


@pytest.mark.parametrize("endpoint", [NO_AWS, "somewhere", "http://", "http://127.0.0.1:many", "ftp://127.0.0.1"])
def test_an_endpoint_that_nobody_answers_at(endpoint: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert f"No AWS answers at {endpoint}" in refused(["--port", "0", "--endpoint", endpoint], capsys)


def test_the_environment_may_name_the_endpoint(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", NO_AWS)
    assert f"No AWS answers at {NO_AWS}" in refused(["--port", "0"], capsys)


def test_an_endpoint_that_answers_is_used_with_credentials_worth_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        serve._choose_backend(url)
    assert (os.environ["AWS_ENDPOINT_URL"], os.environ["AWS_ACCESS_KEY_ID"]) == (url, "local")


def test_a_state_that_cannot_be_kept_or_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").touch()
    in_the_way = refused(["--port", "0", "--state", str(tmp_path / "file")], capsys)
    assert "The state cannot be kept in" in in_the_way
    (tmp_path / "state.bin").write_text("no state")
    assert "state.bin is damaged" in refused(["--port", "0", "--state", str(tmp_path)], capsys)
    with State(tmp_path / "taken").held():
        said = refused(["--port", "0", "--state", str(tmp_path / "taken")], capsys)
    assert f"is in use by process {os.getpid()}" in said


def test_a_shop_that_is_not_ready(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(App, "is_ready", lambda _self: False)
    assert "/api/v1/health/ready does not answer 200" in refused(["--port", "0"], capsys)


def test_something_that_answers_but_is_no_aws(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise EndpointConnectionError(endpoint_url="http://127.0.0.1:1")

    monkeypatch.setattr(app, "App", fail)
    assert "does not give what the shop needs: Could not connect" in refused(["--port", "0"], capsys)


def test_a_demo_shop_that_cannot_be_made(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def fail(_cloud: Any) -> bool:
        raise shop_api.SeedFailed("POST /products: 500")

    monkeypatch.setattr(seed, "seed", fail)
    said = refused(["--port", "0", "--seed", "demo"], capsys)
    assert "The demo shop cannot be made: POST /products: 500. An empty one: make serve SEED=none" in said


def test_a_full_disk_is_told_and_does_not_end_the_shop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def end_later(_url: str, _options: Any) -> None:
        def end() -> None:
            deadline = time.monotonic() + 5
            while not saved and time.monotonic() < deadline:
                time.sleep(0.01)
            os.kill(os.getpid(), signal.SIGINT)

        threading.Thread(target=end).start()

    def save(self: State, notes: dict[str, str]) -> bool:
        saved.append(True)
        return original(self, notes)

    saved: list[bool] = []
    original = State.save
    monkeypatch.setattr(os, "fsync", full)
    monkeypatch.setattr(State, "save", save)
    monkeypatch.setattr(serve, "SAVE_SECONDS", 0.05)
    monkeypatch.setattr(serve, "_greet", end_later)
    assert serve.main(["--port", "0", "--seed", "none", "--state", str(tmp_path)]) == 0
    assert "The state could not be saved: No space left on device. The last save is kept." in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [("--port", "many"), ("--port", "70000"), ("--seed", "much"), ("--what",)])
def test_wrong_arguments_are_told(arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        serve.main(list(arguments))
    assert ended.value.code == 2
    assert "make serve: error" in capsys.readouterr().err


def test_a_second_ctrl_c_does_not_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    left: list[int] = []
    monkeypatch.setattr(os, "_exit", left.append)
    stop = threading.Event()
    serve._first_or_last(stop)
    assert (stop.is_set(), left) == (True, [])
    serve._first_or_last(stop)
    assert left == [130]
