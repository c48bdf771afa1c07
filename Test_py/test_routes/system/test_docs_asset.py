"""GET /api/v1/docs/{asset}"""

from __future__ import annotations

import gzip
import re
import sys

import pytest

from pushcart.system.docs import ASSETS
from Test_py.support.client import Api


@pytest.fixture
def names(api: Api) -> dict[str, str]:
    """The names that the page links to, by what they are."""
    found = re.findall(r'"docs/([0-9a-f]{12}-([^"]+))"', api.get("/api/v1/docs").body.decode())
    return {plain: name for name, plain in found}


@pytest.mark.parametrize(("plain", "kind"), ASSETS.items())
def test_each_file_is_handed_out_for_ever(api: Api, names: dict[str, str], plain: str, kind: str) -> None:
    reply = api.get(f"/api/v1/docs/{names[plain]}")
    assert (reply.status, reply.headers["content-type"]) == (200, kind)
    assert reply.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert reply.headers["x-content-type-options"] == "nosniff"


def test_scripts_are_packed_and_pictures_are_not(api: Api, names: dict[str, str]) -> None:
    path, packed = "/api/v1/docs/", {"accept-encoding": "gzip"}
    script = api.get(path + names["swagger-ui-bundle.js"], headers=packed)
    assert script.headers["content-encoding"] == "gzip"
    assert gzip.decompress(script.body) == api.get(path + names["swagger-ui-bundle.js"]).body
    picture = api.get(path + names["favicon-32x32.png"], headers=packed)
    assert "content-encoding" not in picture.headers
    assert picture.body.startswith(b"\x89PNG")


@pytest.mark.parametrize(
    "name",
    [
        "swagger-ui.css",
        "000000000000-swagger-ui.css",
        "000000000000-main.py",
        "000000000000-openapi.json",
        "..%2F..%2Fdocs.py",
        "%2e%2e",
        "x-..%2Fdocs.js",
        "-docs.js",
    ],
)
def test_nothing_but_the_pages_own_files_under_their_present_names(api: Api, name: str) -> None:
    reply = api.get(f"/api/v1/docs/{name}")
    assert (reply.status, reply.codes) == (404, ["NOT_FOUND"])


def test_the_packages_own_code_is_never_imported(api: Api, names: dict[str, str]) -> None:
    api.get(f"/api/v1/docs/{names['swagger-ui.css']}")
    assert "fastapi_swagger" not in sys.modules
