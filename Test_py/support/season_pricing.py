"""The season's part of pricing: all that its functions ever do."""

from __future__ import annotations

from typing import Any

from Test_py.support.client import Api, Reply
from Test_py.support.people import staff
from Test_py.support.pricing import method_body, post, promotion_body, tax_body

ANY = {"if-match": "*"}


def live(api: Api) -> None:
    """Let staff make two of each kind, look at them, change them and archive them."""
    token = staff(api, "manager").token
    _all_of(api, token, "/promotions", [promotion_body("ONE", max_uses=5), promotion_body("TWO")], {"max_uses": None})
    _all_of(api, token, "/shipping-methods", [method_body(), method_body(countries=["DE"])], {"countries": ["AT"]})
    rates = [tax_body("IE"), tax_body("IE", region="Cork")]
    _all_of(api, token, "/tax-rates", rates, {"basis_points": 2300})


def _all_of(api: Api, token: str, path: str, bodies: list[dict[str, Any]], change: dict[str, Any]) -> None:
    ids = [post(api, path, body, token)["id"] for body in bodies]
    assert api.get(f"/api/v1{path}", query={"limit": 1}, token=token).meta["next_cursor"]
    for one in ids:
        at = f"/api/v1{path}/{one}"
        _done(api.get(at, token=token))
        _done(api.patch(at, json=change, token=token, headers=ANY))
        assert api.delete(at, token=token, headers=ANY).status == 204


def _done(reply: Reply) -> None:
    assert reply.status == 200, reply.body
