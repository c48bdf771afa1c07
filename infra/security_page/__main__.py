"""``python -m infra.security_page``: writes docs/SECURITY.md; ``--check`` only says when it is stale."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from infra.generated_page import GeneratedPage, only_checks
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
    check = only_checks(arguments, module="infra.security_page", about=__doc__)
    return GeneratedPage(PAGE, root / PAGE, generated(root)).settle(check=check)


if __name__ == "__main__":
    sys.exit(main())
