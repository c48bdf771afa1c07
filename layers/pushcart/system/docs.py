"""The contract and the interactive page about it: files that are made at build time and only handed out here.

They come in the layer ``docs_assets`` (Swagger UI's static files from its PyPI package, our starter script and
``openapi.json``); outside of Lambda they are found in the repository and in site-packages. Nothing comes from
another host, and no script is inline, so the page's policy can be strict.
"""

from __future__ import annotations

import gzip
import sys
from base64 import b64encode
from dataclasses import dataclass, replace
from functools import cache
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from utils.envelope import Answer
from utils.errors import NotFound, Unavailable

CONTRACT: Final = "openapi.json"
LAYER: Final = "docs_assets"
CACHE_SECONDS: Final = 300
IMMUTABLE: Final = "public, max-age=31536000, immutable"
"""For names that hold the hash of their content (RFC 8246)."""

ASSETS: Final[dict[str, str]] = {
    "swagger-ui.css": "text/css; charset=utf-8",
    "swagger-ui-bundle.js": "text/javascript; charset=utf-8",
    "docs.js": "text/javascript; charset=utf-8",
    "favicon-32x32.png": "image/png",
}
"""What may be asked for, and nothing else: a name is looked up here, never joined to a path."""

PAGE_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""The page calls the API that it is served by, and nothing else. ``data:`` images are icons inside the style sheet."""

_PAGE: Final = """\
<!doctype html>
<html lang="en" data-contract="{contract}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Pushcart API</title>
<link rel="icon" href="docs/{favicon-32x32.png}">
<link rel="stylesheet" href="docs/{swagger-ui.css}">
<script src="docs/{swagger-ui-bundle.js}" defer></script>
<script src="docs/{docs.js}" defer></script>
</head>
<body><div id="page"></div><noscript>The contract itself: <a href="{contract}">{contract}</a></noscript></body>
</html>
"""


@dataclass(frozen=True, slots=True)
class File:
    """A file as it is handed out; ``name`` holds the hash of its content."""

    name: str
    kind: str
    content: bytes

    def answer(self, accepted: str, headers: dict[str, str]) -> Answer:
        """Return it, packed when the caller can unpack (RFC 9110, 12.5.3)."""
        headers = {"content-type": self.kind, "vary": "accept-encoding", **headers}
        if self.kind.startswith("image/"):
            return Answer(200, b64encode(self.content).decode(), headers, base64=True)
        if "gzip" in accepted:
            packed = b64encode(_packed(self.content)).decode()
            return Answer(200, packed, {**headers, "content-encoding": "gzip"}, base64=True)
        return Answer(200, self.content.decode(), headers)


def contract(accepted: str) -> Answer:
    """Answer the OpenAPI document, with a strong ETag."""
    file = _file(CONTRACT, "application/json")
    answer = file.answer(accepted, {"cache-control": f"public, max-age={CACHE_SECONDS}"})
    # A strong tag names one representation, and packed is another one (RFC 9110, 8.8.3).
    tag = f'"{file.name.partition("-")[0]}{"-gzip" if answer.base64 else ""}"'
    return replace(answer, headers={**answer.headers, "etag": tag})


def page() -> Answer:
    """Answer the interactive page; its links are relative, so it works below any base path."""
    text = _PAGE.replace("{contract}", CONTRACT)
    for name in ASSETS:
        text = text.replace(f"{{{name}}}", asset_name(name))
    headers = {
        "content-type": "text/html; charset=utf-8",
        "content-security-policy": PAGE_POLICY,
        "cache-control": f"public, max-age={CACHE_SECONDS}",
    }
    return Answer(200, text, headers)


def asset_name(name: str) -> str:
    """Return the name that the page links to one of :data:`ASSETS` by, with the hash of its content.

    Example
    -------
    >>> asset_name("docs.js")  # doctest: +SKIP
    '3f2a9c81d0b7-docs.js'
    """
    return _file(name, ASSETS[name]).name


def asset(name: str, accepted: str) -> Answer:
    """Answer one of the page's files by the name that the page links to.

    Raises
    ------
    NotFound
        When there is no such file, or its content is another now.
    """
    _, _, plain = name.partition("-")
    kind = ASSETS.get(plain)
    if kind is None or _file(plain, kind).name != name:
        raise NotFound("file")
    return _file(plain, kind).answer(accepted, {"cache-control": IMMUTABLE})


@cache
def _file(name: str, kind: str) -> File:
    content = _find(name).read_bytes()
    return File(f"{sha256(content).hexdigest()[:12]}-{name}", kind, content)


@cache
def _packed(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)


def _find(name: str) -> Path:
    for folder in _folders():
        if (folder / name).is_file():
            return folder / name
    raise Unavailable(f"The file {name} was not built.")


def _folders() -> list[Path]:
    """Where the files can be: beside a layer's ``python`` folder, in the repository, in Swagger UI's package."""
    folders: list[Path] = []
    for entry in map(Path, sys.path):
        folders += [entry.parent / LAYER, entry / LAYER / "static"]
    package = find_spec("fastapi_swagger")
    places = (package.submodule_search_locations if package else None) or ()
    return folders + [Path(place) / "resources" for place in places]
