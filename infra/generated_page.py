"""A page that is made of other files: written when it is stale, or only looked at."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import NamedTuple


class GeneratedPage(NamedTuple):
    """The page at ``path``, which is to hold ``text``; people know it by its ``name``."""

    name: str
    path: Path
    text: str

    @property
    def is_current(self) -> bool:
        """Whether it holds what it is to hold."""
        return self.path.is_file() and self.path.read_text(encoding="utf-8") == self.text

    def settle(self, *, check: bool) -> int:
        """Write it where it is stale, or only say so; return 1 when a check finds it stale, and otherwise 0."""
        if self.is_current:
            if not check:
                print(f"{self.name} is current.")
            return 0
        if check:
            print(f"{self.name} is not what it is made of: run `make openapi`", file=sys.stderr)
            return 1
        self.path.write_text(self.text, encoding="utf-8")
        print(f"Wrote {self.name}")
        return 0


def only_checks(arguments: list[str] | None, *, module: str, about: str | None) -> bool:
    """Read the one option that the commands of such pages take."""
    parser = argparse.ArgumentParser(prog=f"python -m {module}", description=about)
    parser.add_argument("--check", action="store_true", help="write nothing, fail when the page is stale")
    return bool(parser.parse_args(arguments).check)
