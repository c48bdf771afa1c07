"""``python -m infra.access_page``: writes docs/ACCESS.md, or says that it is stale (``--check``)."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from infra.access_page.page import render
from infra.generated_page import GeneratedPage, only_checks
from utils.discovery import discover

NAME: Final = "docs/ACCESS.md"
PAGE: Final = Path(__file__).resolve().parents[2] / NAME


def main(arguments: list[str] | None = None, path: Path = PAGE) -> int:
    """Write or check; return 0 when all is well, 1 when the page is stale."""
    check = only_checks(arguments, module="infra.access_page", about=__doc__)
    return GeneratedPage(NAME, path, render(discover())).settle(check=check)


if __name__ == "__main__":
    sys.exit(main())
