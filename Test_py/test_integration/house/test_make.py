"""The Makefile: what it lists, and what it says when a tool is missing."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

HOUSE = Path(__file__).resolve().parents[3]
TARGETS = [
    "serve",
    "test",
    "lint",
    "synth",
    "deploy",
    "deploy-local",
    "destroy-local",
    "invoke",
    "openapi",
    "bench",
    "format",
    "clean",
    "lock",
    "torture",
    "help",
    "venv",
    "unit",
    "red",
]


def make(folder: Path, *arguments: str, path: str | None = None, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": path or os.environ["PATH"], "HOME": str(folder), **variables}
    command = [shutil.which("make") or "make", "--no-print-directory", *arguments]
    return subprocess.run(
        command, cwd=folder, env=environment, check=False, capture_output=True, text=True, stdin=subprocess.DEVNULL
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A tree with the Makefile and empty locks: what it makes there costs nothing."""
    shutil.copy(HOUSE / "Makefile", tmp_path)
    for lock in ("requirements/local.txt", "requirements/dev.txt", "package-lock.json"):
        (tmp_path / lock).parent.mkdir(exist_ok=True)
        (tmp_path / lock).touch()
    return tmp_path


def bin_with(folder: Path, *tools: str, **scripts: str) -> str:
    """Make a PATH that holds these tools of the machine, and these scripts, and nothing else."""
    made = folder / "bin"
    made.mkdir()
    for tool in tools:
        (made / tool).symlink_to(shutil.which(tool) or f"/bin/{tool}")
    for name, script in scripts.items():
        (made / name).write_text(f"#!/bin/sh\n{script}\n")
        (made / name).chmod(0o755)
    return str(made)


def test_help_is_the_default_and_lists_every_target_with_a_line() -> None:
    said = make(HOUSE)
    assert said.returncode == 0
    listed = {line.split()[0]: line.split(maxsplit=1)[1] for line in said.stdout.splitlines() if line.startswith("  ")}
    assert sorted(set(TARGETS) - listed.keys()) == []
    assert all(listed.values())


def test_help_needs_no_tool_but_make(folder: Path) -> None:
    path = bin_with(folder, "grep", "sort", "awk")
    assert make(folder, "help", path=path).returncode == 0


def test_a_missing_python_is_named_in_one_line(folder: Path) -> None:
    said = make(folder, "serve", path=bin_with(folder, "rm"))
    assert said.returncode != 0
    assert "Python 3.11 to 3.14 is needed and was not found" in said.stderr.splitlines()[0]
    assert "python.org" in said.stderr.splitlines()[0]


def test_an_old_python_is_not_taken(folder: Path) -> None:
    said = make(folder, "serve", path=bin_with(folder, "rm", python3="exit 1"))
    assert "Python 3.11 to 3.14 is needed" in said.stderr


@pytest.mark.parametrize(
    ("tools", "named"),
    [
        ({}, "Node.js 20 or newer"),
        ({"node": "exit 0"}, "npm is needed"),
        ({"node": "echo v18.0.0; exit 1", "npm": ""}, "v18.0.0"),
    ],
)
def test_a_missing_node_is_named_in_one_line(folder: Path, tools: dict[str, str], named: str) -> None:
    said = make(folder, "node_modules/.stamp", path=bin_with(folder, "sh", **tools))
    assert said.returncode != 0
    assert named in said.stderr.splitlines()[0]
    assert "nodejs.org" in said.stderr.splitlines()[0]


def test_a_virtual_environment_that_lost_its_python_is_made_again(folder: Path) -> None:
    dead = folder / ".venv" / "bin" / "python"
    dead.parent.mkdir(parents=True)
    dead.symlink_to("/nowhere/python3")
    (folder / ".venv" / ".made").touch()
    said = make(folder, ".venv/.made")
    assert said.returncode == 0, said.stderr
    assert "making it again" in said.stdout
    assert dead.resolve().exists()


def test_a_virtual_environment_is_made_once_and_knows_the_tree(folder: Path) -> None:
    assert "Making the virtual environment" in make(folder, ".venv/.made").stdout
    assert make(folder, ".venv/.made").stdout == ""
    (folder / "layers" / "shopkeeper").mkdir(parents=True)
    (folder / "layers" / "shopkeeper" / "__init__.py").touch()
    python = folder / ".venv" / "bin" / "python"
    assert subprocess.run([python, "-c", "import shopkeeper"], cwd="/", check=False).returncode == 0


@pytest.mark.parametrize("stage", ["", "production", "dev; true"])
def test_an_unknown_stage_is_not_deployed(stage: str) -> None:
    said = make(HOUSE, "deploy", f"STAGE={stage}", "--old-file=.venv/.dev", "--old-file=node_modules/.stamp")
    assert said.returncode != 0
    assert "STAGE is dev, staging or prod" in said.stderr


def test_prod_is_not_deployed_without_a_yes(folder: Path) -> None:
    (folder / ".venv").mkdir()
    path = bin_with(folder, "sh", "bash", npx="echo deployed")
    arguments = ("--old-file=.venv/.dev", "--old-file=node_modules/.stamp", "SHELL=bash", "STAGE=prod")
    said = subprocess.run(
        ["setsid", shutil.which("make") or "make", "deploy", *arguments],
        cwd=folder, env={"PATH": f"{path}:{os.environ['PATH']}"}, check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert said.returncode != 0
    assert "nothing was deployed" in said.stderr
    assert "deployed" not in said.stdout


def test_what_is_chosen_in_dot_env_reaches_the_commands(folder: Path) -> None:
    (folder / ".env").write_text("# comment\nSHOP_CURRENCY=JPY    # yen\nAWS_PROFILE=\nLOG_LEVEL=DEBUG\nBad line\n")
    show = 'include Makefile\nshow:\n\t@echo "$$SHOP_CURRENCY $$LOG_LEVEL $${AWS_PROFILE-unset}"\n'
    (folder / "show.mk").write_text(show)
    assert make(folder, "-f", "show.mk", "show").stdout.strip() == "JPY DEBUG unset"


@pytest.mark.parametrize("target", ["invoke", "red"])
def test_a_target_that_needs_names_says_so(target: str) -> None:
    said = make(HOUSE, target, "--old-file=.venv/.dev", "--old-file=.venv/.local")
    assert said.returncode != 0
    assert f"Usage: make {target}" in said.stderr
