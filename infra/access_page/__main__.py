"""``python -m infra.access_page``: writes docs/ACCESS.md, or says that it is stale (``--check``)."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Final

from infra.access_page.page import render
from utils.discovery import discover

PAGE: Final = Path(__file__).resolve().parents[2] / "docs" / "ACCESS.md"


def is_current(text: str, path: Path = PAGE) -> bool:
    """Whether the page at ``path`` is what the code says."""
    return path.is_file() and path.read_text(encoding="utf-8") == text


def main(arguments: list[str] | None = None, path: Path = PAGE) -> int:
    """Write or check; return 0 when all is well, 1 when the page is stale."""
    parser = argparse.ArgumentParser(prog="python -m infra.access_page", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, fail when the page is stale")
    options = parser.parse_args(arguments)
    text = render(discover())
    if is_current(text, path):
        print("The page of access is current.")
        return 0
    if options.check:
        print(f"{path} is not what the code says: run `make openapi`", file=sys.stderr)
        return 1
    path.write_text(text, encoding="utf-8")
    print(f"Wrote {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
