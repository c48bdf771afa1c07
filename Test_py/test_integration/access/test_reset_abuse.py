"""What can be done with forgotten passwords by who forgot none (security.md, reset abuse)."""

from __future__ import annotations

import hashlib
import json
from base64 import urlsafe_b64decode
from datetime import timedelta
from typing import Any, Final

import pytest

from infra.local.facts import ticket_token
from infra.local.recorder import record
from pushcart import tables
from Test_py.conftest import Shop
from Test_py.support import people
from Test_py.support.accounts import dump, events, items
from Test_py.support.client import Api, Reply
from Test_py.support.clock import Clock
from Test_py.support.letters import letters, link_in, token_in
from Test_py.support.people import Person
from utils.settings import setting

AUTH: Final = "/api/v1/auth"
ADA: Final = "ada@example.org"
NEXT: Final = "another quiet Evening 8"
FORGED: Final[tuple[dict[str, str], ...]] = (
    {"host": "evil.example"},
    {"x-forwarded-host": "evil.example"},
    {"x-forwarded-host": "evil.example", "x-forwarded-proto": "http", "x-forwarded-port": "81"},
    {"forwarded": "host=evil.example;proto=http"},
    {"x-host": "evil.example", "x-original-url": "https://evil.example/", "x-rewrite-url": "/evil.example"},
    {"origin": "https://evil.example", "referer": "https://evil.example/reset"},
    {"host": "evil.example:443@shop.example"},
)


def forgot(api: Api, email: str = ADA, **options: Any) -> Reply:
    return api.post(f"{AUTH}/password/forgot", json={"email": email}, **options)


def reset(api: Api, token: str, password: str = NEXT) -> int:
    return api.post(f"{AUTH}/password/reset", json={"token": token, "password": password}).status


@pytest.fixture
def ada(cloud: Shop) -> Person:
    """Somebody whose address is verified by the mailed link, signed in."""
    api = Api(cloud.gateway)
    person = people.customer(api, ADA)
    cloud.pumps.drain()
    assert api.post(f"{AUTH}/verify-email", json={"token": token_in("/verify-email", ADA)}).status == 200
    cloud.pumps.drain()
    return person


def test_a_token_cannot_be_guessed_and_only_its_hash_is_stored(ada: Person) -> None:
    tokens = [ticket_token("reset", ada.id) for _ in range(100)]
    codes = [urlsafe_b64decode(token.rpartition(".")[2]) for token in tokens]
    numbers = [int.from_bytes(code, "big") for code in codes]
    length = 8 * len(codes[0])
    moving = sum(0 < sum(number >> bit & 1 for number in numbers) < len(numbers) for bit in range(length))
    assert len(set(codes)) == len(tokens)
    assert moving == length >= 128, "every bit of a code is another's in some token"
    stored = dump()
    kept = {item["pk"]["S"] for item in items(tables.accounts, "TOKEN#")}
    for token in tokens:
        assert token not in stored
        assert token.rpartition(".")[2] not in stored
        assert f"TOKEN#{hashlib.sha256(token.encode()).hexdigest()}" in kept
    print(f"reset abuse: {moving} bits in a token that cannot be guessed; {len(tokens)} tokens, none stored")


def test_a_token_works_once_and_for_fifteen_minutes(cloud: Shop, ada: Person, clock: Clock) -> None:
    api = Api(cloud.gateway)
    forgot(api)
    cloud.pumps.drain()
    token = token_in("/reset-password", ADA)
    statuses = [reset(api, token, f"a new quiet Evening {n}") for n in range(50)]
    assert statuses == [204] + [400] * 49
    assert people.log_in(api, ADA, "a new quiet Evening 0").status == 200
    lived = 0
    for seconds in (0, 60, 840, 899, 900, 901, 3600):
        late = ticket_token("reset", ada.id)
        clock.shift(timedelta(seconds=seconds))
        if reset(api, late) == 204:
            lived = seconds
    assert 840 <= lived < 900
    print(f"reset abuse: 1 of {len(statuses)} uses of a token set a password; at {lived} s it still did, at 900 s not")


def test_three_mails_an_hour_whoever_asks_from_wherever(cloud: Shop, ada: Person, clock: Clock) -> None:
    api = Api(cloud.gateway)
    before = len(letters(ADA))
    replies = [forgot(api, source_ip=f"203.0.113.{n}") for n in range(100)]
    cloud.pumps.drain()
    sent = len(letters(ADA)) - before
    assert {reply.status for reply in replies} == {202}
    assert sent == 3
    clock.shift(timedelta(minutes=59))
    forgot(api)
    cloud.pumps.drain()
    assert len(letters(ADA)) - before == 3
    clock.shift(timedelta(minutes=2))
    forgot(api)
    cloud.pumps.drain()
    assert len(letters(ADA)) - before == 4
    print(f"reset abuse: {sent} mails for {len(replies)} requests in an hour, from {len(replies)} addresses")


def test_answer_and_work_tell_nobody_who_has_an_account(cloud: Shop, ada: Person) -> None:
    api = Api(cloud.gateway)
    people.register(api, "unverified@example.org")
    seen = {}
    for email in (ADA, "unverified@example.org", "nobody@example.org"):
        with record() as calls:
            reply = forgot(api, email)
        body = json.loads(reply.body)
        assert body.pop("meta")
        told = json.dumps(body).replace(email, "<email>")
        seen[email] = (reply.status, told, tuple((call.operation, pieces(call.parameters)) for call in calls))
    assert len(set(seen.values())) == 1, seen
    work = next(iter(seen.values()))[2]
    print(f"reset abuse: one answer and {len(work)} calls of {work} for an account, an unverified one and none")


def pieces(parameters: dict[str, Any]) -> int:
    reads = sum(len(asked["Keys"]) for asked in parameters.get("RequestItems", {}).values())
    return reads + len(parameters.get("TransactItems", ()))


def test_a_reset_ends_every_session(cloud: Shop, ada: Person) -> None:
    api = Api(cloud.gateway)
    thieves = [ada, *(people.logged_in(api, ada) for _ in range(44))]
    assert reset(api, ticket_token("reset", ada.id)) == 204
    alive = [
        one
        for one in thieves
        if api.post(f"{AUTH}/refresh", json={"refresh_token": one.refresh_token}).status != 401
        or api.patch("/api/v1/users/me", json={"name": "Eve"}, token=one.token).status != 401
    ]
    assert alive == []
    assert len(events("session.revoked")) == len(thieves)
    assert people.log_in(api, ADA, people.PASSWORD).status == 401
    print(f"reset abuse: {len(thieves)} sessions, {len(alive)} of them alive after a reset")


def test_links_are_never_made_of_what_a_request_says(cloud: Shop, ada: Person, clock: Clock) -> None:
    api = Api(cloud.gateway)
    for headers in FORGED:
        assert forgot(api, headers=headers).status == 202
        people_of = f"eve-{len(letters(ADA))}@example.org"
        body = {"email": people_of, "password": people.PASSWORD, "name": "Eve"}
        assert api.post(f"{AUTH}/register", json=body, key=people_of, headers=headers).status == 202
        cloud.pumps.drain()
        links = (link_in("/reset-password", ADA), link_in("/verify-email", people_of))
        assert all(link.startswith(setting("STOREFRONT_URL") + "/") for link in links)
        for mail in letters(ADA) + letters(people_of):
            assert "evil" not in f"{mail.subject}{mail.text}{mail.html}"
        clock.shift(timedelta(minutes=21))
    print(f"reset abuse: {len(FORGED)} forged hosts, none in a link")
