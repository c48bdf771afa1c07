"""``python -m infra.openapi``: writes docs/openapi.json and docs/API.md, or says what is stale or would break.

``--check`` writes nothing and fails when a document is not what the code says. ``--against REVISION`` compares with
the contract that a Git revision holds (the last release, say) instead of the one in the working tree.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

from infra.openapi import document, page
from infra.openapi.contract import breaks
from utils.discovery import discover

ROOT: Final = Path(__file__).resolve().parents[2]
CONTRACT: Final = "docs/openapi.json"
PAGE: Final = "docs/API.md"


def generated() -> dict[str, str]:
    """Return both documents as the code says them, by their path."""
    contract = document.build(discover())
    return {CONTRACT: document.render(contract), PAGE: page.render(contract)}


def stale(documents: dict[str, str], root: Path = ROOT) -> list[str]:
    """Return the paths of the documents that are missing or differ from what the code says."""
    return [
        path
        for path, text in documents.items()
        if not (root / path).is_file() or (root / path).read_text(encoding="utf-8") != text
    ]


def committed(revision: str | None, root: Path = ROOT) -> dict[str, Any] | None:
    """Return the contract of a revision, or of the working tree; ``None`` where there is none yet.

    Raises
    ------
    SystemExit
        When Git knows no such revision.
    """
    if revision is None:
        path = root / CONTRACT
        text = path.read_text(encoding="utf-8") if path.is_file() else ""
    else:
        git = ["git", "-C", str(root), "show", f"{revision}:{CONTRACT}"]
        shown = subprocess.run(git, capture_output=True, text=True, check=False)
        if shown.returncode:
            raise SystemExit(f"{revision} holds no {CONTRACT}: {shown.stderr.strip()}")
        text = shown.stdout
    return json.loads(text) if text else None


def main(arguments: list[str] | None = None, root: Path = ROOT) -> int:
    """Write or check; return 0 when all is well, 1 when something is stale or would break a client."""
    parser = argparse.ArgumentParser(prog="python -m infra.openapi", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, fail when a document is stale")
    parser.add_argument("--against", metavar="REVISION", help="compare with the contract of this Git revision")
    options = parser.parse_args(arguments)
    documents = generated()
    before = committed(options.against, root)
    broken = breaks(before, json.loads(documents[CONTRACT])) if before else []
    if broken:
        print("This breaks clients of the committed contract:", *broken, sep="\n  ", file=sys.stderr)
        print("Keep it, or count API_VERSION in utils/envelope.py up.", file=sys.stderr)
        return 1
    outdated = stale(documents, root)
    if options.check:
        for path in outdated:
            print(f"{path} is not what the code says: run `make openapi`", file=sys.stderr)
        return 1 if outdated else 0
    for path in outdated:
        (root / path).write_text(documents[path], encoding="utf-8")
        print(f"Wrote {path}")
    if not outdated:
        print("The documents are current.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
