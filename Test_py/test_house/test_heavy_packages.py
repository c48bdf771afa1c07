"""argon2, PyJWT, cryptography, Stripe, Pillow and fpdf2 weigh on those functions alone that declare them.

How heavy they are is told in performance.md.

Each handler is imported by itself: a fresh interpreter loads what all have in common, and forks once for each of them,
so that none sees what another loaded.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any, Final

import pytest

from infra.packaging.paths import ROOT
from utils.discovery import discover

HEAVY: Final = ("PIL", "argon2", "cryptography", "fpdf", "jwt", "stripe")
BRINGS: Final = {"fpdf": {"PIL", "cryptography"}}
"""What a package loads itself. fpdf2 signs with cryptography where that is installed: here, and not in its layer."""
IMPORT_EACH: Final = """
import importlib, json, os, sys
heavy, sys.path[:0] = sys.argv[1].split(), sys.argv[2].split()
names = sys.stdin.read().split()
import utils.route, utils.queue, utils.schedule, utils.stream, utils.authorizer
assert not [one for one in heavy if one in sys.modules], "what every function loads"
from utils import aws
aws.client = lambda service: None
found = {}
for name in names:
    reading, writing = os.pipe()
    if os.fork() == 0:
        importlib.import_module(name)
        os.write(writing, " ".join(one for one in heavy if one in sys.modules).encode() + b".")
        os._exit(0)
    os.close(writing)
    told = os.read(reading, 1000).decode()
    os.close(reading)
    found[name] = told[:-1].split() if told else ["not imported"]
print(json.dumps(found))
"""
"""Without AWS clients, which a test of what is loaded for them makes (test_performance_rules), and which take long."""


@pytest.fixture(scope="module")
def loaded() -> dict[str, list[str]]:
    """Return which of the heavy packages each function has loaded once it is initialised."""
    modules = [one.module for one in discover()]
    environment = {"AWS_LAMBDA_FUNCTION_NAME": "fn", "AWS_DEFAULT_REGION": "eu-central-1", "PATH": ""}
    roots = f"{ROOT} {ROOT / 'layers'}"
    done = subprocess.run(
        [sys.executable, "-c", IMPORT_EACH, " ".join(HEAVY), roots],
        env=environment, cwd=ROOT, input=" ".join(modules), capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found: dict[str, list[str]] = json.loads(done.stdout)
    return {name.rpartition(".")[2]: packages for name, packages in found.items()}


def declared(declaration: Any) -> set[str]:
    """Return the heavy packages that a declaration names."""
    named = {module.partition(".")[0] for package in declaration.packages for module in package.modules} & set(HEAVY)
    return named.union(*(BRINGS.get(one, set()) for one in named))


def test_a_heavy_package_is_loaded_where_it_is_declared_and_nowhere_else(loaded: dict[str, list[str]]) -> None:
    declarations = {one.declaration.name: one.declaration for one in discover()}
    assert loaded.keys() == declarations.keys()
    wanted = {name: declared(declaration) for name, declaration in declarations.items()}
    assert {name: set(packages) for name, packages in loaded.items()} == wanted
    told = ", ".join(f"{one} in {sum(one in found for found in loaded.values())}" for one in HEAVY)
    print(f"{len(loaded)} functions, each imported by itself: {told}")


def test_each_is_declared_somewhere(loaded: dict[str, list[str]]) -> None:
    assert {package for packages in loaded.values() for package in packages} == set(HEAVY)
    assert {"argon2"} == set(loaded["login"]) == set(loaded["register"]) == set(loaded["verify_mfa"])
    assert {"cryptography", "jwt"} <= set(loaded["authorizer"])
    assert not loaded["get_product"]
    assert not loaded["place_order"]
    assert {name for name, found in loaded.items() if "stripe" in found} == {
        "match_payments",
        "on_payment_command",
        "receive_payment_webhook",
    }
