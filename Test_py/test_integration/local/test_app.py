"""The application behind the front: gateway, console, and code that changes under it."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from infra.local import reload
from infra.local.app import App
from infra.local.clock import Clock

pytestmark = pytest.mark.usefixtures("process")
LOCAL = [("host", "127.0.0.1:8000"), ("accept", "application/json")]


@pytest.fixture
def app(aws: None) -> Iterator[App]:
    made = App(clock=Clock())
    yield made
    made.stop()


def get(app: App, path: str) -> Any:
    return app("GET", path, "", LOCAL, b"", "127.0.0.1")


def test_gateway_and_console_share_one_door(app: App, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "local.requests")
    assert app.is_ready()
    assert get(app, "/api/v1/health").json()["data"]["status"] == "ok"
    assert get(app, "/_console/mail").json() == []
    assert get(app, "/_consoles").json()["errors"][0]["code"] == "NOT_FOUND", "no prefix but the console's own"
    assert "GET /api/v1/health 200" in caplog.text


def test_a_write_wakes_the_pumps_and_a_read_does_not(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    woken: list[str] = []
    monkeypatch.setattr(type(app.cloud.pumps), "wake", lambda _self: woken.append("woken"))
    get(app, "/api/v1/health")
    assert woken == []
    app("POST", "/api/v1/nothing", "", LOCAL, b"", "127.0.0.1")
    assert woken == ["woken"]


def test_a_reload_waits_for_requests_and_requests_for_the_reload(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    steps: list[str] = []
    inside, leave, rebuilding, finish = (threading.Event() for _ in range(4))

    def slow(*_: Any, **__: Any) -> Any:
        inside.set()
        assert leave.wait(5)
        steps.append("first request ends")
        return old(*_, **__)

    def rebuild(build: Callable[[], Any]) -> Any:
        steps.append("reload")
        rebuilding.set()
        assert finish.wait(5)
        return build()

    old = app.cloud.gateway.handle
    monkeypatch.setattr(app.cloud.gateway, "handle", slow)
    monkeypatch.setattr(reload, "rebuild", rebuild)
    first = threading.Thread(target=get, args=(app, "/api/v1/health"))
    first.start()
    assert inside.wait(5)
    reloading = threading.Thread(target=app.reload, args=(["functions/a.py"],))
    reloading.start()
    time.sleep(0.05)
    assert steps == []
    leave.set()
    assert rebuilding.wait(5)
    second = threading.Thread(target=lambda: steps.append(f"second request {get(app, '/api/v1/health').status}"))
    second.start()
    time.sleep(0.05)
    finish.set()
    for thread in (first, reloading, second):
        thread.join(5)
    assert steps == ["first request ends", "reload", "second request 200"]


def test_code_that_cannot_be_taken_in_is_shown_and_the_old_goes_on(
    app: App, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def rebuild(_build: Callable[[], Any]) -> Any:
        raise SyntaxError("invalid syntax", ("functions/a.py", 3, 5, "def def", 3, 8))

    cloud = app.cloud
    monkeypatch.setattr(reload, "rebuild", rebuild)
    assert not app.reload(["functions/a.py"])
    assert "SyntaxError: invalid syntax" in caplog.text
    assert app.cloud is cloud
    assert app.is_ready()


def test_a_change_is_noticed(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    reloaded: list[list[str]] = []
    done = threading.Event()
    monkeypatch.setattr(reload, "snapshot", lambda: {"functions/a.py": (1, 1)})

    def note(files: list[str]) -> None:
        reloaded.append(files)
        done.set()

    monkeypatch.setattr(app, "reload", note)
    app.start()
    assert done.wait(5)
    assert "functions/a.py" in reloaded[0]
