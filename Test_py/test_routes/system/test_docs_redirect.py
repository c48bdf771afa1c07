"""GET /docs"""

from __future__ import annotations

from urllib.parse import urljoin

import pytest

from Test_py.support.client import Api


@pytest.mark.parametrize("base", ["http://127.0.0.1:8000/", "https://emulator.test/_aws/execute-api/abc/$default/"])
def test_the_short_address_leads_to_the_page_below_any_base_path(api: Api, base: str) -> None:
    reply = api.get("/docs")
    assert (reply.status, reply.body) == (308, b"")
    assert urljoin(f"{base}docs", reply.headers["location"]) == f"{base}api/v1/docs"


def test_there_is_a_page_where_it_leads(api: Api) -> None:
    assert api.get(f"/{api.get('/docs').headers['location']}").status == 200
