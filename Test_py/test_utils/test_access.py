"""Who is let in: default deny, and the enveloped 401 and 403."""

from __future__ import annotations

import pytest

from pushcart.access import staff
from Test_py.support.client import Api
from utils.access import Access, Principal, Rule


def test_without_credentials_the_gateway_itself_refuses(lab: Api) -> None:
    reply = lab.get("/lab/jars")
    assert (reply.status, reply.json) == (401, {"message": "Unauthorized"})


@pytest.mark.parametrize(("token", "code"), [("nonsense", "UNAUTHENTICATED"), ("stale", "TOKEN_EXPIRED")])
def test_bad_credentials_are_an_enveloped_401(lab: Api, token: str, code: str) -> None:
    reply = lab.get("/lab/jars", token=token)
    assert (reply.status, reply.codes) == (401, [code])
    assert reply.headers["www-authenticate"].startswith("Bearer")


def test_an_authorizer_in_trouble_is_503_and_never_lets_in(lab: Api) -> None:
    reply = lab.get("/lab/jars", token="crash")
    assert (reply.status, reply.codes) == (503, ["UNAVAILABLE"])
    assert reply.headers["retry-after"] == "1"


def test_bad_credentials_do_not_make_a_guest(lab: Api) -> None:
    reply = lab.post("/lab/jars", json={"id": "jam", "content": 3}, key="k", token="nonsense")
    assert (reply.status, reply.codes) == (401, ["UNAUTHENTICATED"])


def test_a_known_caller_without_the_role_is_403(lab: Api) -> None:
    reply = lab.delete("/lab/jars/jam", token="usr_1 customer support")
    assert (reply.status, reply.codes) == (403, ["FORBIDDEN"])


def test_an_undeclared_permission_does_not_build() -> None:
    with pytest.raises(KeyError):
        staff("catalog:wirte")


def test_no_rule_admits_nobody() -> None:
    assert Access(()).permissions_for(Principal("user", "usr_1", roles=frozenset({"admin"}))) is None


def test_a_guest_is_no_user_and_a_user_no_guest() -> None:
    guest, user = Access((Rule("guest"),)), Access((Rule("user"),))
    assert user.permissions_for(Principal("guest", "ip:1")) is None
    assert guest.permissions_for(Principal("user", "usr_1")) is None


def test_permissions_come_from_the_matched_rules_only() -> None:
    access = Access((Rule("user"), Rule("user", "a", frozenset({"x"})), Rule("user", "b", frozenset({"y"}))))
    assert access.permissions_for(
        Principal("user", "usr_1", roles=frozenset({"y"}), scopes=frozenset({"account"}))
    ) == frozenset({"b"})
