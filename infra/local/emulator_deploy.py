"""Deploys the very same app onto the emulator, by the CDK command line, and finds the API's address."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from botocore.session import get_session

from infra.local.emulator_process import ACCOUNT, HOME, HOST, REGION, Emulator, EmulatorFailed
from infra.names import Names
from infra.operator import operator_environment
from infra.packaging.paths import LAYERS, ROOT
from infra.settings import load_settings

STAGE: Final = "local"
_PYTHONPATH: Final = f"{ROOT}:{LAYERS}"
_CDK: Final = ROOT / "node_modules" / ".bin" / "cdk"
_SHOWN_LINES_OF_A_FAILURE: Final = 15


def require_tools() -> None:
    """Raise :class:`EmulatorFailed`, with the way to get it, for the first tool that is missing."""
    if not shutil.which("node"):
        raise EmulatorFailed("Node.js 20 or newer is needed and was not found: install it from https://nodejs.org")
    if not _CDK.exists():
        raise EmulatorFailed("the CDK command line is not installed: run `npm ci` (or `make deploy-local`, which does)")


def deploy(emulator: Emulator) -> Emulator:
    """Bootstrap the emulator's account, deploy every stack, and return the emulator with its ``api_url``.

    Raises
    ------
    EmulatorFailed
        With the last lines that CDK wrote.
    """
    output = HOME / "cdk.out"
    app = f"{sys.executable} -m infra.app"
    _cdk(emulator, "synthesising", "synth", "--quiet", "--app", app, "--context", f"stage={STAGE}", output=output)
    _cdk(emulator, "bootstrapping", "bootstrap", f"aws://{ACCOUNT}/{REGION}", output=output)
    results = HOME / "outputs.json"
    options = ["--all", "--method=direct", "--require-approval=never", "--concurrency=4", "--progress=events"]
    _cdk(emulator, "deploying", "deploy", *options, f"--outputs-file={results}", output=output)
    _verify_senders(emulator)
    return replace(emulator, api_url=_api_url(emulator, results))


def _verify_senders(emulator: Emulator) -> None:
    """Do what the operator of a real stage does by hand: verify the addresses that mail is sent from."""
    variables = emulator.client_environment()
    ses: Any = get_session().create_client(
        "sesv2",
        region_name=REGION,
        endpoint_url=emulator.endpoint,
        verify=variables["AWS_CA_BUNDLE"],
        aws_access_key_id=variables["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=variables["AWS_SECRET_ACCESS_KEY"],
    )
    for address in load_settings(STAGE).mail_from.values():
        with suppress(ses.exceptions.AlreadyExistsException):
            ses.create_email_identity(EmailIdentity=address)


def seed(emulator: Emulator) -> None:
    """Make the demo shop on the emulator, unless it is there.

    Raises
    ------
    EmulatorFailed
        With what the API answered.
    """
    print("seeding the demo shop …", flush=True)
    environment = {**_inherited(), **emulator.client_environment(), **operator_environment(STAGE)}
    outcome = subprocess.run(
        [sys.executable, "-m", "infra.local.emulator_seed", emulator.api_url],
        cwd=ROOT,
        env={**environment, "PYTHONPATH": _PYTHONPATH},
        capture_output=True,
        text=True,
        check=False,
    )
    if outcome.returncode != 0:
        last = (outcome.stderr.strip().splitlines() or ["it wrote nothing"])[-1]
        raise EmulatorFailed(f"the demo shop could not be made (the emulator's log is {HOME / 'emulator.log'}): {last}")


def _cdk(emulator: Emulator, doing: str, *arguments: str, output: Path) -> None:
    """Run one CDK command and show its progress, line by line, as it comes."""
    print(f"{doing} …", flush=True)
    source = ["--output", str(output)] if "--app" in arguments else ["--app", str(output)]
    command = [str(_CDK), *arguments, *source, "--ci", "--no-color", "--no-notices"]
    environment = {**_inherited(), **emulator.client_environment(), "PYTHONPATH": _PYTHONPATH}
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    lines: list[str] = []
    for line in process.stdout or ():
        lines.append(line.rstrip())
        if _tells_progress(line):
            print(f"  {line.strip()}", flush=True)
    if process.wait() != 0:
        shown = "\n".join(lines[-_SHOWN_LINES_OF_A_FAILURE:])
        raise EmulatorFailed(f"cdk {arguments[0]} failed (the emulator's log is {HOME / 'emulator.log'}):\n{shown}")


def _tells_progress(line: str) -> bool:
    return any(mark in line for mark in ("✅", "❌", "building layer", "Environment", "deploying...", "deployed"))


def _inherited() -> dict[str, str]:
    """What Node and Python need of this shell; its AWS profile and region must not reach the emulator's clients."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "CDK_"))}
    return {**kept, **_QUIET_NODE, "CDK_DISABLE_CLI_TELEMETRY": "true"}


_QUIET_NODE: Final = {
    "JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION": "1",
    "JSII_SILENCE_WARNING_DEPRECATED_NODE_VERSION": "1",
    "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": "20",
}
"""The pinned CDK runs on Node 20 too; whoever is to move is told by `make`, and not six times in a deployment."""


def _api_url(emulator: Emulator, outputs: Path) -> str:
    """Return the API's address here: the emulator serves the ``$default`` stage at the root of this path."""
    stack = Names(load_settings(STAGE)).stack("api")
    values: dict[str, str] = json.loads(outputs.read_text(encoding="utf-8"))[stack]
    return f"http://{HOST}:{emulator.port}/_aws/execute-api/{values['ExportApiId']}"
