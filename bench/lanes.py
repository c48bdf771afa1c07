"""Starts the stub and the contestants, each pinned to a processor of its own, and takes their times in turn."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final

from bench.trees import FOLDER, MODULES, Contestant

RUNNER: Final = Path(__file__).parent / "runner.py"
STUB: Final = Path(__file__).parent / "stub.py"
DATA: Final = FOLDER / "data"
ROUTES: Final = ("get", "post")
SUCCESS: Final = {"get": 200, "post": 201}
WARM_UP: Final = 200
NOT_THE_WORK: Final = "GetSecretValue"
"""Ours alone: fingerprints need the pepper. Floor and peer have no idempotency."""

Sample = dict[str, Any]
Samples = dict[tuple[str, str], list[Sample]]
"""Route and contestant; one sample a round."""


class NotTheSameWork(RuntimeError):
    """A contestant answers otherwise than it should, or makes other calls than the rest."""


def prepare() -> dict[str, str]:
    """Make the shop that the stub answers from; return the environment of the handlers."""
    DATA.mkdir(parents=True, exist_ok=True)
    done = subprocess.run([sys.executable, "-m", "bench.seed", str(DATA)], capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"bench: the demo shop cannot be made:\n{done.stderr[-2000:]}")
    environment: dict[str, str] = json.loads((DATA / "seed.json").read_text())["environment"]
    return environment


@contextmanager
def stub() -> Iterator[str]:
    """Run the stub; gives its address."""
    command = [sys.executable, str(STUB), str(DATA / "seed.json")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, preexec_fn=lambda: _pin(-1)) as process:  # noqa: PLW1509 - no threads here
        assert process.stdout is not None  # noqa: S101 - narrows the type: it was asked for
        try:
            yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        finally:
            process.terminate()


@contextmanager
def runner(contestant: Contestant, route: str, environment: dict[str, str]) -> Iterator[Lane]:
    """Run a contestant in a fresh interpreter; its first answer is taken when this begins."""
    command = [sys.executable, "-I", "-S", str(RUNNER), MODULES[route], str(DATA / f"{route}.json")]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    command += map(str, contestant.folders)
    with subprocess.Popen(command, **pipes, text=True, env=environment, preexec_fn=lambda: _pin(0)) as process:  # noqa: PLW1509 - no threads here
        lane = Lane(process, f"{contestant.name} {route}", SUCCESS[route])
        try:
            yield lane
        finally:
            process.stdin.close()  # type: ignore[union-attr]


class Lane:
    """A running contestant."""

    def __init__(self, process: subprocess.Popen[str], name: str, success: int) -> None:
        self._process, self._name, self._success = process, name, success
        self.first = self._read()

    def run(self, times: int) -> Sample:
        """Answer ``times`` more; return what one of them cost."""
        stdin = self._process.stdin
        assert stdin is not None  # noqa: S101 - narrows the type: it was asked for
        stdin.write(f"{times}\n")
        stdin.flush()
        return self._read()

    def _read(self) -> Sample:
        line = self._process.stdout.readline()  # type: ignore[union-attr]
        if not line:
            raise NotTheSameWork(f"{self._name} died:\n{self._process.stderr.read()[-2000:]}")  # type: ignore[union-attr]
        sample: Sample = json.loads(line)
        if sample["status"] != self._success:
            raise NotTheSameWork(f"{self._name} answers {sample}")
        return sample


def cold(contestants: list[Contestant], environment: dict[str, str], rounds: int) -> Samples:
    """Take first answers, in turn."""
    samples: Samples = {}
    for _ in range(rounds):
        for route in ROUTES:
            made: set[tuple[str, ...]] = set()
            for contestant in contestants:
                with runner(contestant, route, environment) as lane:
                    samples.setdefault((route, contestant.name), []).append(lane.first)
                made.add(_calls(environment["AWS_ENDPOINT_URL"]))
            if len(made) != 1:
                raise NotTheSameWork(f"{route}: the contestants' calls differ: {made}")
    return samples


def warm(contestants: list[Contestant], environment: dict[str, str], rounds: int, times: int) -> Samples:
    """Take later answers, in turn, each of an interpreter that lives for all rounds."""
    samples: Samples = {}
    with ExitStack() as stack:
        lanes = {
            (route, contestant.name): stack.enter_context(runner(contestant, route, environment))
            for route in ROUTES
            for contestant in contestants
        }
        for lane in lanes.values():
            lane.run(WARM_UP)
        for _ in range(rounds):
            for name, lane in lanes.items():
                samples.setdefault(name, []).append(lane.run(times))
    return samples


def _calls(endpoint: str) -> tuple[str, ...]:
    """Return the operations that the stub answered since it was asked last."""
    with urllib.request.urlopen(f"{endpoint}/counts") as answer:  # noqa: S310 - our own stub
        counts: dict[str, int] = json.loads(answer.read())
    return tuple(sorted(name for name, times in counts.items() for _ in range(times) if name != NOT_THE_WORK))


def _pin(processor: int) -> None:
    if hasattr(os, "sched_setaffinity"):
        available = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, {available[processor]})
