"""``python -m infra.security_page``: writes docs/SECURITY.md; ``--check`` only says when it is stale."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Final

from infra.security_page.evidence import ROOT
from infra.security_page.page import render
from infra.security_page.rows import attacks, chapter, chapters

PAGE: Final = "docs/SECURITY.md"
FOLDER: Final = "docs/security"
FRAME: Final = "frame.md.in"


def generated(root: Path = ROOT) -> str:
    """Return the page as what is in docs/security makes it."""
    folder = root / FOLDER
    return render(
        (folder / FRAME).read_text(encoding="utf-8"),
        asvs=chapters(folder / "asvs"),
        top_ten=chapter(folder / "api-top-10.yaml"),
        attacks=attacks(folder / "attacks.yaml"),
    )


def main(arguments: list[str] | None = None, root: Path = ROOT) -> int:
    """Write or check; return 1 when a check finds the page stale."""
    parser = argparse.ArgumentParser(prog="python -m infra.security_page", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, fail when the page is stale")
    options = parser.parse_args(arguments)
    path, text = root / PAGE, generated(root)
    if path.is_file() and path.read_text(encoding="utf-8") == text:
        if not options.check:
            print(f"{PAGE} is current.")
        return 0
    if options.check:
        print(f"{PAGE} is not what {FOLDER} says: run `make openapi`", file=sys.stderr)
        return 1
    path.write_text(text, encoding="utf-8")
    print(f"Wrote {PAGE}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
