"""People sign in from here and there, look at their sessions, and end some."""

from __future__ import annotations

from Test_py.support import people, sessions
from Test_py.support.client import Api

ELSEWHERE = {"source_ip": "203.0.113.77"}


def live(api: Api) -> None:
    """Sign in, be guessed at, sign in from a new device, and end that session again."""
    owner = people.customer(api)
    sessions.weaken_hash(owner.id)
    assert people.log_in(api, owner.email).status == 200
    for _ in range(11):
        people.log_in(api, owner.email, "not the password", source_ip="198.51.100.77")
    other = people.customer(api)
    assert people.log_in(api, other.email, **ELSEWHERE).status == 200, "from a new device: its owner is told"
    listed = api.get(sessions.PATH, token=other.token, query={"limit": 1})
    assert listed.meta["next_cursor"]
    ended = api.delete(f"{sessions.PATH}/{listed.data[0]['id']}", token=other.token)
    assert ended.status == 204
