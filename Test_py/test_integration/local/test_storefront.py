"""The pages that mailed links lead to on this machine."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
from base64 import b64encode
from collections.abc import Iterator
from typing import Any

import pytest

from infra.local import storefront
from infra.local.clock import Clock
from infra.local.console import Console
from infra.local.gateway import Gateway
from infra.local.payload import HttpRequest, HttpResponse
from infra.local.pumps import Pumps
from pushcart.notifications.templates import links
from Test_py.conftest import Shop
from Test_py.support import environment, people
from Test_py.support.client import Api, Reply
from Test_py.support.letters import link_in

LETTERS = (links.VERIFY_EMAIL, links.RESET_PASSWORD, links.FIRST_PASSWORD, links.FORGOT_PASSWORD)
BROWSER = """
const page = JSON.parse(require("fs").readFileSync(0, "utf8"));
const elements = {};
const element = (name) => elements[name] ??= {
  value: page.typed[name] ?? "", textContent: "", addEventListener: (_, act) => { page.submit = act; }};
globalThis.document = {getElementById: element, querySelector: element};
globalThis.location = {hash: page.hash, pathname: page.pathname};
globalThis.history = {replaceState: (_, __, shown) => { page.shown = shown; }};
globalThis.fetch = async (path, options) => {
  page.sent = {path, ...options};
  return {ok: page.ok, json: async () => ({errors: [{message: "No."}, {message: "Never."}]})};
};
eval(page.script);
(page.submit ?? (() => {}))({preventDefault: () => {}});
setTimeout(() => console.log(JSON.stringify({sent: page.sent, shown: page.shown, said: elements.said.textContent})), 5);
"""


@pytest.fixture
def aws(environment_variables: None) -> None:
    """The whole shop's resources, where this folder's other tests have made-up ones."""
    environment.restore()


@pytest.fixture
def console(aws: None) -> Iterator[Console]:
    clock = Clock()
    yield Console(Pumps([]), clock, Gateway([]))
    clock.stop()


def get(console: Console, path: str, host: str = "127.0.0.1:8000") -> HttpResponse:
    return console.handle(HttpRequest("GET", path, "", (("host", host), ("accept", "text/html")), b"", "127.0.0.1"))


def browsed(page: HttpResponse, hash_: str, *, ok: bool = True, **typed: Any) -> Any:
    """Run the page's script as a browser would, as far as it asks for one; return what was sent and said."""
    script = re.search(r"<script>(.*)</script>", page.body.decode(), re.DOTALL)
    assert script
    given = {"script": script[1], "hash": hash_, "pathname": "/page", "typed": typed, "ok": ok}
    done = subprocess.run(
        ["node", "-e", BROWSER], input=json.dumps(given), capture_output=True, text=True, check=True, timeout=30
    )
    return json.loads(done.stdout)


def test_every_link_of_a_mail_leads_to_a_page(console: Console) -> None:
    for link in LETTERS:
        path = link.path.partition("#")[0]
        page = get(console, f"/_console/storefront{path}")
        assert (page.status, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
        assert page.headers["cache-control"] == "no-store"
        assert page.headers["referrer-policy"] == "no-referrer"
    assert get(console, "/_console/storefront/other").status == 404


def test_only_the_pages_own_script_runs(console: Console) -> None:
    for path in storefront.PATHS:
        page = get(console, f"/_console{path}")
        (script,) = re.findall(r"<script>(.*?)</script>", page.body.decode(), re.DOTALL)
        digest = b64encode(hashlib.sha256(script.encode()).digest()).decode()
        policy = page.headers["content-security-policy"]
        assert f"script-src 'sha256-{digest}';" in policy
        assert "default-src 'none'" in policy
        assert "connect-src 'self'" in policy
        assert "innerHTML" not in script


def test_another_name_for_this_machine_gets_none(console: Console) -> None:
    assert get(console, "/_console/storefront/reset-password", host="evil.example").status == 403


def test_the_mailed_links_work_and_leave_no_token_behind(console: Console, cloud: Shop) -> None:
    api = Api(cloud.gateway)
    ada = people.customer(api)
    cloud.pumps.drain()
    sent = follow(console, link_in("/verify-email", ada.email))
    assert post(api, sent).data["email_verified"] is True
    cloud.pumps.drain()
    sent = follow(console, link_in("/forgot-password", ada.email), email=ada.email)
    assert post(api, sent).status == 202
    cloud.pumps.drain()
    sent = follow(console, link_in("/reset-password", ada.email), password="another quiet Evening 8")
    assert post(api, sent).status == 204
    assert people.log_in(api, ada.email, "another quiet Evening 8").status == 200


def follow(console: Console, link: str, **typed: Any) -> Any:
    path, _, fragment = link.removeprefix("http://127.0.0.1:8000").partition("#")
    done = browsed(get(console, path), f"#{fragment}", **typed)
    assert done["shown"] == "/page", "the token is taken out of the address bar"
    assert done["said"]
    return done["sent"]


def post(api: Api, sent: Any) -> Reply:
    return api.request(sent["method"], sent["path"], body=sent["body"], headers=sent["headers"])


def test_what_is_refused_is_said_in_the_apis_words(console: Console) -> None:
    page = get(console, "/_console/storefront/verify-email")
    assert browsed(page, "#token=x", ok=False)["said"] == "No. Never."
    assert json.loads(browsed(page, "")["sent"]["body"]) == {"token": ""}


def test_the_mailbox_links_to_the_storefront_and_nowhere_else(
    console: Console, cloud: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STOREFRONT_URL", "http://127.0.0.1:8123/_console/storefront")
    ada = people.customer(Api(cloud.gateway))
    cloud.pumps.drain()
    link = link_in("/verify-email", ada.email)
    assert link.startswith("http://127.0.0.1:8123/_console/storefront/verify-email#token=tkt_")
    page = get(console, "/_console/mail").body.decode()
    assert f'<a href="{link}">{link}</a>' in page
    assert re.findall(r'<a href="(?!http://127\.0\.0\.1:8123|/_console")', page) == []
