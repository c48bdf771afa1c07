"""The season's part of OAuth: all that its functions ever do."""

from __future__ import annotations

from Test_py.support import oauth, people
from Test_py.support.client import Api
from Test_py.support.oauth import Program, refused
from Test_py.support.shopkeeping import session


def live(api: Api) -> None:
    """Let staff register programs, people let them in, and programs come, go and be removed."""
    for path in ("oauth-authorization-server", "openid-configuration"):
        assert api.get(f"/.well-known/{path}").status == 200
    ada, tracker, script = people.customer(api), oauth.registered(api), oauth.machine(api)
    admin = session("admin")
    assert api.get(f"{oauth.API}/clients", token=admin, query={"limit": 1}).meta["next_cursor"]
    assert tracker.ask(ada.token).status == 200
    _come_and_go(tracker, ada.token)
    token = script.own_token().json["access_token"]
    assert script.introspect(token)["active"]
    refused(Program(api, script.client_id, "v1.guess").post("introspect", {"token": token}), "invalid_client", 401)
    oauth.removed(api, script)


def _come_and_go(tracker: Program, person: str) -> None:
    code = tracker.code(person)
    told = tracker.exchange(code).json
    assert tracker.refresh(told["refresh_token"]).status == 200
    assert tracker.introspect(told["access_token"])["active"]
    # Shown a second time: what the code opened ends, and it is announced.
    refused(tracker.exchange(code), "invalid_grant")
    assert tracker.revoke(tracker.tokens(person)["access_token"]).status == 200
