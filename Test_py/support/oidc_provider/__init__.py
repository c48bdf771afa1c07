"""A real OpenID provider, the npm package ``oidc-provider``, and a browser that signs in there."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any, Final
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin
from urllib.request import HTTPCookieProcessor, HTTPRedirectHandler, OpenerDirector, Request, build_opener

SERVER: Final = Path(__file__).parent / "server.mjs"
CLIENT_ID: Final = "pushcart"
SECRET: Final = "what only the provider and the shop know: 1"
WAIT_SECONDS: Final = 30
MOST_STEPS: Final = 20
_PROMPT: Final = re.compile(r'name="prompt" value="(\w+)"')


@dataclass(frozen=True, slots=True)
class RealProvider:
    """A provider that listens, and how the shop knows it."""

    issuer: str
    name: str = "real"

    @property
    def settings(self) -> str:
        """``OIDC_PROVIDERS`` for it."""
        return json.dumps([{"name": self.name, "issuer": self.issuer, "client_id": CLIENT_ID}])

    @property
    def secrets(self) -> str:
        """What the secret ``oidc-clients`` holds for it."""
        return json.dumps({self.name: SECRET})


@contextmanager
def running(*redirect_uris: str, port: int = 0) -> Iterator[RealProvider]:
    """Start the provider for a client with these redirect URIs, on a free port unless told which, and end it."""
    node = shutil.which("node")
    assert node, "Node.js is needed: https://nodejs.org"
    settings = {"clientId": CLIENT_ID, "clientSecret": SECRET, "redirectUris": redirect_uris, "port": port}
    process = subprocess.Popen(
        [node, SERVER, json.dumps(settings)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True,
    )  # fmt: skip
    try:
        yield RealProvider(_issuer(process))
    finally:
        process.communicate(timeout=WAIT_SECONDS)


def _issuer(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    for line in process.stdout:
        if line.startswith("{"):
            return str(json.loads(line)["issuer"])
    _, error = process.communicate(timeout=WAIT_SECONDS)
    raise RuntimeError(f"the provider did not start (was `npm ci` run?):\n{error}")


class _Stay(HTTPRedirectHandler):
    """Gives redirects back instead of following them."""

    def redirect_request(self, *_: Any) -> None:
        return None


@dataclass(slots=True)
class Browser:
    """Somebody at a browser: keeps cookies, follows the provider's redirects, and fills in its forms as ``login``.

    ``declines``: leaves where the provider asks for a log-in.
    """

    login: str
    declines: bool = False
    opener: OpenerDirector = field(default_factory=lambda: build_opener(HTTPCookieProcessor(CookieJar()), _Stay()))

    def go(self, url: str, *, until: str) -> str:
        """Go to ``url`` and on, until a redirect leads to an address that begins with ``until``; return that."""
        at, form = url, None
        for _ in range(MOST_STEPS):
            status, location, page = self.open(at, form)
            if location is not None:
                at, form = urljoin(at, location), None
                if at.startswith(until):
                    return at
                continue
            assert status == 200, page
            at, form = self._answer(at, page)
        raise AssertionError(f"{MOST_STEPS} steps, and still at {at}")

    def _answer(self, at: str, page: str) -> tuple[str, dict[str, str] | None]:
        prompt = _PROMPT.search(page)
        assert prompt, page
        if self.declines:
            return f"{at}/abort", None
        form = {"prompt": prompt[1]}
        return at, form | ({"login": self.login, "password": "any"} if prompt[1] == "login" else {})

    def open(self, url: str, form: dict[str, str] | None = None) -> tuple[int, str | None, str]:
        """Ask for one address, and return status, where it leads, and the page."""
        assert url.startswith("http://127.0.0.1:")
        data = urlencode(form).encode() if form is not None else None
        try:
            answer = self.opener.open(Request(url, data), timeout=WAIT_SECONDS)  # noqa: S310 - checked above
        except HTTPError as other:
            answer = other
        with answer:
            return answer.status, answer.headers.get("location"), answer.read().decode()
