"""Starting and ending the emulator: clear words for what can go wrong, and nothing left behind."""

from __future__ import annotations

import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from infra.local import emulator, emulator_deploy, emulator_process, processes
from infra.local.certificate import write_certificate
from infra.local.emulator_process import Emulator, EmulatorFailed
from infra.local.emulator_seed import RemoteGateway

SLEEP = "import time; time.sleep(60)"
PARENT = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {SLEEP!r}]); {SLEEP}"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A state folder of the test's own, so that a developer's emulator is left alone; what a test started is ended."""
    folder = tmp_path / "emulator"
    monkeypatch.setattr(emulator_process, "HOME", folder)
    monkeypatch.setattr(emulator_deploy, "HOME", folder)
    yield folder
    if left := emulator_process.load():
        emulator_process.stop(left)


@pytest.fixture
def parent() -> Iterator[subprocess.Popen[bytes]]:
    """A process with a child, whose command line says that it is the emulator."""
    process = subprocess.Popen([sys.executable, "-c", PARENT, "ministack.app:app"], start_new_session=True)
    yield process
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def test_it_is_not_up_at_first(capsys: pytest.CaptureFixture[str]) -> None:
    assert emulator.main(["down"]) == 0
    assert capsys.readouterr().out == "no emulator is up\n"


def test_up_twice_says_so_and_prints_the_address_again(
    home: Path, parent: subprocess.Popen[bytes], capsys: pytest.CaptureFixture[str]
) -> None:
    home.mkdir()
    emulator_process.save(Emulator(parent.pid, 1, 2, "http://127.0.0.1:1/api"))
    assert emulator.main(["up"]) == 0
    said = capsys.readouterr().out
    assert "already up" in said
    assert said.endswith("API_URL=http://127.0.0.1:1/api\n")


def test_a_damaged_record_is_said_to_be_one(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home.mkdir()
    record = home / "state.json"
    record.write_text('{"pid": 1')
    assert emulator.main(["down"]) == 1
    assert f"{record} cannot be read" in capsys.readouterr().err
    record.unlink()


def test_up_starts_deploys_seeds_and_ends_with_the_address(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    done: list[object] = []

    def start(*, port: int | None) -> Emulator:
        home.mkdir()
        done.append(("start", port))
        return Emulator(999_999_999, 1, 2)

    def deploy(started: Emulator) -> Emulator:
        done.append("deploy")
        return replace(started, api_url="http://x/1")

    monkeypatch.setattr(emulator, "require_tools", lambda: done.append("tools"))
    monkeypatch.setattr(emulator_process, "start", start)
    monkeypatch.setattr(emulator, "deploy", deploy)
    monkeypatch.setattr(emulator, "seed", lambda one: done.append(("seed", one.api_url)))
    assert emulator.main(["up", "--port", "4570"]) == 0
    assert done == ["tools", ("start", 4570), "deploy", ("seed", "http://x/1")]
    assert capsys.readouterr().out.splitlines()[-1] == "API_URL=http://x/1"
    assert json.loads((home / "state.json").read_text())["api_url"] == "http://x/1"


def test_a_half_made_one_is_made_again(
    home: Path, monkeypatch: pytest.MonkeyPatch, parent: subprocess.Popen[bytes]
) -> None:
    home.mkdir()
    emulator_process.save(Emulator(parent.pid, 1, 2))
    monkeypatch.setattr(emulator, "require_tools", lambda: None)
    threading.Thread(target=parent.wait).start()

    def start(*, port: int | None) -> Emulator:
        raise EmulatorFailed("started anew")

    monkeypatch.setattr(emulator_process, "start", start)
    assert emulator.main(["up", "--seed", "none"]) == 1
    assert parent.wait(timeout=10) == -signal.SIGKILL


def test_a_refused_seed_is_one_line(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    refusal = subprocess.CompletedProcess([], 1, stdout="", stderr="Traceback\nPOST /auth/register: 500")
    monkeypatch.setattr("subprocess.run", lambda *arguments, **options: refusal)
    with pytest.raises(EmulatorFailed, match="POST /auth/register: 500"):
        emulator_deploy.seed(Emulator(1, 2, 3, "http://x"))


def test_ctrl_c_says_what_is_left(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(emulator, "require_tools", interrupted)
    assert emulator.main(["up"]) == 130
    assert "make destroy-local" in capsys.readouterr().err


class TestRemoteGateway:
    def test_it_answers_as_the_gateway_in_the_process_does(self, answering: Callable[[list[int]], str]) -> None:
        gateway = RemoteGateway(answering([200]))
        answer = gateway.handle("POST", "/api/v1/x", "a=1", {"content-type": "application/json"}, b"{}")
        assert (answer.status, answer.json()) == (200, {"path": "/api/v1/x?a=1", "method": "POST"})

    def test_a_refusal_is_an_answer(self, answering: Callable[[list[int]], str]) -> None:
        assert RemoteGateway(answering([409])).handle("GET", "/", "", {}, b"").status == 409

    def test_what_is_not_ready_yet_is_asked_again(
        self, answering: Callable[[list[int]], str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        waits: list[float] = []
        monkeypatch.setattr("time.sleep", waits.append)
        assert RemoteGateway(answering([503, 503, 201])).handle("GET", "/", "", {}, b"").status == 201
        assert waits == [1, 1]

    def test_and_not_for_ever(self, answering: Callable[[list[int]], str], monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("time.sleep", lambda seconds: None)
        assert RemoteGateway(answering([503] * 9)).handle("GET", "/", "", {}, b"").status == 503


@pytest.fixture
def answering() -> Iterator[Callable[[list[int]], str]]:
    """Start a server that answers with the given statuses in turn; return its address."""
    servers: list[HTTPServer] = []

    def start(statuses: list[int]) -> str:
        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                self.rfile.read(int(self.headers.get("content-length", 0)))
                self.send_response(statuses.pop(0))
                self.end_headers()
                self.wfile.write(json.dumps({"path": self.path, "method": self.command}).encode())

            do_GET = do_POST = answer  # noqa: N815

            def log_message(self, *arguments: object) -> None:
                """Say nothing."""

        server = HTTPServer(("127.0.0.1", 0), Handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def test_deploy_needs_a_running_one(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(emulator, "require_tools", lambda: None)
    assert emulator.main(["deploy"]) == 1
    assert capsys.readouterr().err == "no emulator is up: `make deploy-local` starts one\n"


def test_a_missing_node_is_named_with_the_way_to_get_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert emulator.main(["up"]) == 1
    said = capsys.readouterr().err
    assert "https://nodejs.org" in said
    assert said.count("\n") == 1


def test_a_missing_cdk_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("shutil.which", lambda name: f"/bin/{name}")
    monkeypatch.setattr(emulator_deploy, "_CDK", tmp_path / "cdk")
    with pytest.raises(EmulatorFailed, match="npm ci"):
        emulator_deploy.require_tools()


def test_a_taken_port_is_refused_before_anything_starts(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    monkeypatch.setattr(emulator, "require_tools", lambda: None)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert emulator.main(["up", "--port", str(port)]) == 1
    assert f"port {port} on 127.0.0.1 is taken" in capsys.readouterr().err
    assert not home.exists()


def test_a_dead_one_counts_as_gone(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home.mkdir()
    emulator_process.save(Emulator(999_999_999, 1, 2, "http://127.0.0.1:1/api"))
    assert emulator.main(["down"]) == 0
    assert not home.exists()


def test_another_process_with_its_id_is_left_alone(home: Path) -> None:
    home.mkdir()
    emulator_process.stop(Emulator(os.getpid(), 1, 2))
    assert not home.exists()


def test_down_ends_it_and_its_workers_by_id(home: Path, parent: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 10
    while not (workers := processes.descendants(parent.pid)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert len(workers) == 1
    home.mkdir()
    (home / "tmp").mkdir()
    threading.Thread(target=parent.wait).start()
    emulator_process.stop(Emulator(parent.pid, 1, 2))
    assert parent.wait(timeout=10) == -signal.SIGKILL
    while processes.command_of(workers[0]) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert processes.command_of(workers[0]) == ""
    assert not home.exists()


def test_one_that_ends_at_once_is_reported_with_its_last_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        emulator_process, "_command", lambda port, tls_port: [sys.executable, "-c", "raise SystemExit('no luck')"]
    )
    with pytest.raises(EmulatorFailed, match="MiniStack ended while starting: no luck"):
        emulator_process.start()


def test_the_server_gets_nothing_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_PASSWORD", "swordfish")
    given = emulator_process._server_environment(4566)
    assert "MY_PASSWORD" not in given
    assert (given["AUTH"], given["USE_SSL"], given["BIND_HOST"]) == ("true", "1", "127.0.0.1")
    assert (given["SFTP_ENABLED"], given["IOT_MTLS_ENABLED"]) == ("0", "0")


def test_no_profile_of_ours_reaches_the_deployment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "prod")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "real")
    given = {**emulator_deploy._inherited(), **Emulator(1, 2, 3).client_environment()}
    assert not {"AWS_PROFILE", "AWS_SESSION_TOKEN"} & set(given)
    assert given["AWS_ENDPOINT_URL"] == "https://127.0.0.1:3"


def test_a_failed_deployment_shows_what_cdk_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    cdk = tmp_path / "cdk"
    cdk.write_text("#!/bin/sh\necho '❌ stack failed: no such role'\nexit 1\n")
    cdk.chmod(0o755)
    monkeypatch.setattr(emulator_deploy, "_CDK", cdk)
    with pytest.raises(EmulatorFailed, match="no such role"):
        emulator_deploy.deploy(Emulator(1, 2, 3))


def test_the_address_is_the_apis_root(home: Path) -> None:
    outputs = home / "outputs.json"
    home.mkdir()
    outputs.write_text(json.dumps({"pushcart-local-api": {"ExportApiId": "abc123"}}))
    assert emulator_deploy._api_url(Emulator(1, 8080, 3), outputs) == "http://127.0.0.1:8080/_aws/execute-api/abc123"


def test_a_client_trusts_the_certificate_and_only_the_owner_reads_its_key(tmp_path: Path) -> None:
    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    write_certificate(certificate, key, host="127.0.0.1")
    assert key.stat().st_mode & 0o777 == 0o600
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(certificate, key)
    client = ssl.create_default_context(cafile=str(certificate))
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()

        def answer() -> None:
            connection, _ = listener.accept()
            with server.wrap_socket(connection, server_side=True) as secure:
                secure.sendall(b"hello")

        thread = threading.Thread(target=answer)
        thread.start()
        with (
            socket.create_connection(listener.getsockname()) as plain,
            client.wrap_socket(plain, server_hostname="127.0.0.1") as secure,
        ):
            assert secure.recv(5) == b"hello"
        thread.join()
