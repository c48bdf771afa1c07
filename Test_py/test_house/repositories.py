"""Small git repositories that the tests of the gate are played in."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

FUNCTION = "functions/orders/place_order.py"
TEST = "Test_py/test_routes/orders/test_place_order.py"


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository in ``top``; every call is one step of its history."""

    top: Path

    @classmethod
    def make(cls, top: Path) -> Repository:
        top.mkdir(parents=True, exist_ok=True)
        repository = cls(top)
        repository.git("init", "--quiet", "--initial-branch=main")
        repository.commit("README.md")
        return repository

    def write(self, *paths: str, text: str = "") -> None:
        for path in paths:
            file = self.top / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text or f"# {path}\n")

    def commit(self, *paths: str, text: str = "") -> None:
        """Write the files and commit them together."""
        self.write(*paths, text=text)
        self.git("add", "--", *paths)
        self.git("commit", "--quiet", "--message", f"Add {' and '.join(paths)}")

    def git(self, *arguments: str) -> str:
        # Nothing of the machine's own configuration (signing, hooks, default branch) has a say.
        identity = {
            f"GIT_{who}_{what}": "tests@pushcart.example"
            for who in ("AUTHOR", "COMMITTER")
            for what in ("NAME", "EMAIL")
        }
        environment = {**os.environ, **identity, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
        command = ["git", "-C", str(self.top), *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout
