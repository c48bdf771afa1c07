"""The pages that mailed links lead to, so that they work in a browser on this machine. A real shop's storefront has its
own; STOREFRONT_URL says where (docs/DEPLOYMENT.md).

A token stands in the fragment: it reaches the page's script and no server, log or referrer.
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from typing import Final, NamedTuple

from infra.local.payload import HttpResponse

PATH: Final = "/storefront"

_COMMON: Final = """
const token = new URLSearchParams(location.hash.slice(1)).get("token") || "";
history.replaceState(null, "", location.pathname);
const said = document.getElementById("said");
async function post(path, body, done) {
  said.textContent = "…";
  const headers = {"content-type": "application/json", "idempotency-key": crypto.randomUUID()};
  const answer = await fetch("/api/v1/auth/" + path, {method: "POST", headers, body: JSON.stringify(body)});
  const told = answer.ok ? {errors: []} : await answer.json();
  said.textContent = answer.ok ? done : told.errors.map((error) => error.message).join(" ");
}
"""
_VERIFY: Final = 'post("verify-email", {token}, "Your address is confirmed.");'
_ON_SUBMIT: Final = """
document.querySelector("form").addEventListener("submit", (event) => {
  event.preventDefault();
  %s
});
"""
_RESET: Final = _ON_SUBMIT % (
    'post("password/reset", {token, password: document.getElementById("password").value}, '
    '"Your password is set. Sign in with it.");'
)
_FORGOT: Final = _ON_SUBMIT % (
    'post("password/forgot", {email: document.getElementById("email").value}, '
    '"If there is an account with this address, a mail is on its way.");'
)


class _Page(NamedTuple):
    title: str
    content: str
    script: str


_PAGES: Final[dict[str, _Page]] = {
    "/verify-email": _Page("Confirm your address", "", _VERIFY),
    "/reset-password": _Page(
        "Set a new password",
        '<form><input id="password" type="password" autocomplete="new-password" aria-label="New password" required>'
        " <button>Set it</button></form>",
        _RESET,
    ),
    "/forgot-password": _Page(
        "Ask for a new password",
        '<form><input id="email" type="email" autocomplete="email" aria-label="Email address" required>'
        " <button>Send a link</button></form>",
        _FORGOT,
    ),
}
PATHS: Final = tuple(f"{PATH}{path}" for path in _PAGES)
"""Below the console's prefix."""


def page(path: str, *, style: str) -> HttpResponse:
    """Return the page at one of :data:`PATHS`. Nothing of a request is in it, and no script but its own runs.

    Raises
    ------
    KeyError
        For any other path.
    """
    found = _PAGES[path.removeprefix(PATH)]
    script = f"{_COMMON}{found.script}"
    digest = b64encode(hashlib.sha256(script.encode()).digest()).decode()
    html = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{found.title}</title>'
        f"<style>{style}</style></head><body><h1>{found.title}</h1>{found.content}"
        f'<p id="said" role="status"></p><script>{script}</script></body></html>'
    )
    policy = (
        f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; connect-src 'self'; "
        "form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
    )
    headers = {
        "content-type": "text/html; charset=utf-8",
        "content-security-policy": policy,
        "cache-control": "no-store",
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
    }
    return HttpResponse(200, headers, html.encode())
