"""A whole season in the life of the shop, at level DEBUG and traced: every secret that goes through any route is noted,
and none is found where it has no business; what is personal is only in the places that are declared here.
"""

from __future__ import annotations

import json
import logging
import os
import re
from collections.abc import Iterator
from typing import Any, Final

import pytest

from pushcart import queues, tables
from Test_py.conftest import Shop
from Test_py.support import people, shopping
from Test_py.support.accounts import items
from Test_py.support.canaries import BY_PATH, PERSONAL, SECRET, Harvest
from Test_py.support.client import Api
from Test_py.support.clock import Clock
from Test_py.support.forge import b64
from Test_py.support.identity_provider import SECRET as PROVIDERS_SECRET
from Test_py.support.identity_provider import FakeProvider
from Test_py.support.outbox import messages
from Test_py.support.season import live_through
from Test_py.support.tracing import sampled
from Test_py.test_integration.access.test_mass_assignment import fields_of
from utils.declarations import Loaded, Route
from utils.log import logger

API: Final = "/api/v1"
PLANTED: Final = 40
SUSPICIOUS: Final = re.compile(r"password|secret|token|code|key|nonce|verifier|cookie|otp|pin$")
HARMLESS: Final = frozenset(
    {
        "code_challenge", "code_challenge_method", "codes", "failure_code", "postal_code", "promotion_code",
        "token_type",
    }
)  # fmt: skip
"""Names that sound like secrets: the hash of one, what a payment failed by, where somebody lives, what saves money."""

OF_AN_ACCOUNT: Final = {"e-mail address": "email", "name": "name", "phone number": "phone"}
OF_AN_ADDRESS: Final = ("address", "name", "phone number")
ORDER: Final = ("orders", "ORDER")
DECLARED: Final = {
    *((kind, "accounts", "USER", name) for kind, name in OF_AN_ACCOUNT.items()),
    *((kind, table, key, "shipping_address") for kind in OF_AN_ADDRESS for table, key in (("carts", "CART"), ORDER)),
    *((kind, *ORDER, name) for kind, name in {"e-mail address": "email", "name": "name"}.items()),
    *((kind, "ephemeral", "IDEM", "body") for kind in ("e-mail address", *OF_AN_ADDRESS)),
    ("e-mail address", "inventory", "SUB", "email"),
    ("network address", "ephemeral", "RATE", "pk"),
    ("idempotency key", "ephemeral", "IDEM", "pk"),
    ("payment token", *ORDER, "token"),
}
"""Where tables hold what is personal, or what a provider needs: kind, table, beginning of the key, attribute."""


@pytest.fixture
def loud(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """Log as Lambda does in dev: the root logger and ours at DEBUG. What stands for AWS here is quiet."""
    level = logger.log_level
    logger.setLevel("DEBUG")
    logging.getLogger("moto").setLevel(logging.WARNING)
    with caplog.at_level(logging.DEBUG):
        yield caplog
    logger.setLevel(level)


@pytest.fixture
def harvest(monkeypatch: pytest.MonkeyPatch) -> Harvest:
    """Note what goes to and from identity providers, too."""
    found = Harvest()
    found.plant("OIDC client secret", PROVIDERS_SECRET)
    post, token = FakeProvider.post, FakeProvider._token

    def noting_post(self: FakeProvider, url: str, fields: Any, **options: Any) -> Any:
        found.plant("PKCE verifier", fields["code_verifier"])
        return post(self, url, fields, **options)

    def noting_token(self: FakeProvider, asked: Any, claims: Any) -> str:
        return found.plant("ID token", token(self, asked, claims))

    monkeypatch.setattr(FakeProvider, "post", noting_post)
    monkeypatch.setattr(FakeProvider, "_token", noting_token)
    return found


def kept(harvest: Harvest) -> set[tuple[str, str, str, str]]:
    """Return where the tables hold what was noted: kind, table, beginning of the partition key, attribute."""
    found = set()
    for table in tables.TABLES:
        for item in items(table):
            begins = item["pk"]["S"].partition("#")[0]
            for attribute, value in item.items():
                kinds = harvest.found_in(json.dumps(value))
                found |= {(kind, table.name, begins, attribute) for kind in kinds}
    return found


def test_nothing_of_a_season_is_found_where_it_has_no_business(
    cloud: Shop,
    clock: Clock,
    harvest: Harvest,
    loud: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with sampled(monkeypatch) as datagrams:
        shop = cloud.connect(harvest)
        live_through(shop, clock, monkeypatch)
        _say_more(shop, harvest)
    log = capsys.readouterr()
    _held_to_the_declarations(cloud.functions, harvest)
    lines = log.out + log.err + loud.text
    assert lines.count('"route"') > 200
    assert '"level":"DEBUG"' in lines
    assert not harvest.found_in(lines), "in the logs"
    assert datagrams.text.count("dynamodb.") > 200
    assert not harvest.found_in(datagrams.text), "in traces"
    assert not harvest.found_in("\n".join(harvest.refusals), people=False), "in refusals"
    assert not harvest.found_in(json.dumps([call.parameters for call in harvest.sent])), "in messages"
    assert not harvest.found_in(json.dumps(items(tables.events))), "in events"
    assert not harvest.found_in(json.dumps([messages(queue, dead=True) for queue in queues.QUEUES])), "in dead letters"
    assert not harvest.found_in(json.dumps(dict(os.environ))), "in the environment"
    assert kept(harvest) == DECLARED
    with capsys.disabled():
        told = ", ".join(f"{kind} {len(texts)}" for kind, texts in sorted((harvest.kinds | harvest.people).items()))
        print(f"\n{harvest.planted} planted through {len(harvest.called)} functions, none found ({told})")


def _say_more(shop: Shop, harvest: Harvest) -> None:
    """Say what nobody says in a season: telephone numbers, a card's number as a token, a password as a key."""
    api = Api(shop.gateway)
    ada = people.customer(api)
    me, key = f"{API}/users/me", harvest.plant("idempotency key", "my key is my Password 9")
    assert api.patch(me, json={"phone": "+4917012345678"}, token=ada.token, key=key).status == 200
    basket = shopping.fill_cart(api, shopping.shelve("CANARY-1"))
    address = shopping.ADDRESS | {"line1": "7 Canary Wharf Lane", "phone": "+44 20 7946 0958"}
    path = f"{API}/carts/{basket.id}/addresses"
    assert api.put(path, json={"shipping_address": address}, **basket.credentials).status == 200
    shopping.placed(shopping.place(api, basket, "tok_4242424242424242", key=key))
    shop.pumps.drain()
    assert people.log_in(api, ada.email, "no Password of mine 1").status == 401
    forged = ".".join([b64('{"alg":"none"}'), ada.token.partition(".")[2]])
    assert api.get(me, token=forged).status == 401
    assert people.register(api, ada.email, password="taken Address here 1").status == 202
    body = {"email": "spoilt@nest.example", "password": "spoilt Request here 1", "name": ["Nora Noname"]}
    assert api.post(f"{API}/auth/register", json=body, key=key).status == 400


def _held_to_the_declarations(functions: list[Loaded], harvest: Harvest) -> None:
    """Every route was asked, every field that sounds like a secret is known, and each of them went by."""
    assert {one.declaration.name for one in functions} <= harvest.called
    names = {name for one in functions if isinstance(one.declaration, Route) for name in _names(one.declaration)}
    known = SECRET.keys() | {name for name, _ in BY_PATH}
    assert {name for name in names if SUSPICIOUS.search(name)} - HARMLESS <= known
    assert names & known <= harvest.fields
    assert harvest.kinds.keys() >= {*SECRET.values(), *BY_PATH.values()} - {"code", "token"}
    assert harvest.people.keys() == {*PERSONAL.values(), "network address"}
    assert harvest.planted >= PLANTED


def _names(route: Route) -> set[str]:
    return fields_of(route.input) | fields_of(route.output)
