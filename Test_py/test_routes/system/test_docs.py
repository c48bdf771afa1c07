"""GET /api/v1/docs"""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from Test_py.support.client import Api


class Links(HTMLParser):
    """Collects what a page loads, and whether it holds any script or style itself."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.inline: list[str] = []
        self._open = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._open = tag
        if tag in {"script", "link"}:
            self.loaded.append(given.get("src") or given.get("href") or "")
        self.inline += [name for name in given if name.startswith("on") or name == "style"]

    def handle_data(self, data: str) -> None:
        if self._open in {"script", "style"} and data.strip():
            self.inline.append(data)


@pytest.fixture
def links(api: Api) -> Links:
    return Links(api.get("/api/v1/docs").body.decode())


def test_the_page_is_html_under_a_strict_policy(api: Api) -> None:
    reply = api.get("/api/v1/docs")
    assert (reply.status, reply.headers["content-type"]) == (200, "text/html; charset=utf-8")
    policy = dict(part.strip().split(" ", 1) for part in reply.headers["content-security-policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == policy["form-action"] == "'none'"
    assert "unsafe" not in reply.headers["content-security-policy"]


def test_all_that_it_loads_is_its_own_and_there(api: Api, links: Links) -> None:
    assert len(links.loaded) == 4
    for link in links.loaded:
        assert re.fullmatch(r"docs/[0-9a-f]{12}-[a-z0-9.-]+", link), "relative, so that it works below any base path"
        assert api.get(f"/api/v1/{link}").status == 200
    assert links.inline == []


def test_it_shows_the_contract_that_is_served_beside_it(api: Api) -> None:
    page = api.get("/api/v1/docs").body.decode()
    (contract,) = re.findall(r'data-contract="([^"]+)"', page)
    assert api.get(f"/api/v1/{contract}").json["openapi"] == "3.1.0"
