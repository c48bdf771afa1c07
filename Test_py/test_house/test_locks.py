"""The locks: hashed, without an index's name, consistent with each other, and fit for the Lambda layers."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

HOUSE = Path(__file__).resolve().parents[2]
LAYERS = sorted((HOUSE / "layers").glob("*/requirements.txt"))
LOCKS = [HOUSE / "requirements" / "dev.txt", HOUSE / "requirements" / "local.txt", *LAYERS]
PINNED = re.compile(r"^(?P<name>[a-z0-9._-]+)==(?P<version>[^ \\;]+)(?P<marker> ;[^\\]*)?(?P<rest> \\)?$", re.MULTILINE)


def pins(lock: Path) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for match in PINNED.finditer(lock.read_text()):
        found.setdefault(match["name"], set()).add(match["version"])
    return found


def names(requirements: list[str]) -> set[str]:
    return {re.split(r"[\[~=<>! ]", requirement)[0].lower() for requirement in requirements}


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: f"{lock.parent.name}/{lock.name}")
def test_every_pin_has_hashes(lock: Path) -> None:
    blocks = re.split(r"\n(?=[a-z0-9])", lock.read_text().partition("make lock\n")[2])
    assert blocks
    assert [block.splitlines()[0] for block in blocks if "--hash=sha256:" not in block] == []


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: f"{lock.parent.name}/{lock.name}")
def test_no_lock_names_an_index_or_a_path(lock: Path) -> None:
    assert re.findall(r"https?://|file:|--index|--find-links|/tmp/|/home/", lock.read_text()) == []


@pytest.mark.parametrize("lock", LOCKS[1:], ids=lambda lock: f"{lock.parent.name}/{lock.name}")
def test_what_is_served_and_deployed_is_what_is_tested(lock: Path) -> None:
    tested = pins(LOCKS[0])
    assert pins(lock)
    assert {name: found for name, found in pins(lock).items() if not found <= tested.get(name, set())} == {}


@pytest.mark.parametrize("lock", LAYERS, ids=lambda lock: lock.parent.name)
def test_a_layers_lock_has_no_markers(lock: Path) -> None:
    """pip would judge them by the interpreter that runs it, and not by the target."""
    assert [match[0] for match in PINNED.finditer(lock.read_text()) if match["marker"]] == []


def test_the_layer_of_dependencies_holds_the_runtime_and_no_boto3() -> None:
    runtime = names(tomllib.loads((HOUSE / "pyproject.toml").read_text())["project"]["dependencies"])
    layer = pins(HOUSE / "layers" / "dependencies" / "requirements.txt").keys()
    assert runtime <= layer
    assert not {"boto3", "cryptography", "argon2-cffi", "aws-xray-sdk"} & layer


def test_every_dependency_is_locked() -> None:
    project = tomllib.loads((HOUSE / "pyproject.toml").read_text())["project"]
    asked = names(
        [*project["dependencies"], *(one for extra in project["optional-dependencies"].values() for one in extra)]
    )
    assert asked - pins(LOCKS[0]).keys() == set()


def test_every_layer_that_a_function_names_has_a_lock() -> None:
    from utils.discovery import discover

    named = {package.name for loaded in discover() for package in loaded.declaration.packages}
    assert named - {lock.parent.name for lock in LAYERS} == set()
