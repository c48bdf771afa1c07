"""POST /orders/lookup: number and address bring a mailed link, and tell nothing."""

from __future__ import annotations

from typing import Any

import pytest

from infra.local.recorder import granted, record
from pushcart.orders.repository import contact_key
from Test_py.conftest import Shop
from Test_py.support import people, shopping
from Test_py.support.accounts import dump
from Test_py.support.client import Api
from Test_py.support.clock import Clock
from Test_py.support.drafts import look_up, mailed_token
from Test_py.support.letters import letters
from Test_py.support.shopkeeping import refused
from Test_py.support.shopping import EMAIL
from utils.declarations import Function, Loaded
from utils.transaction import Transaction

NUMBER = "7Q2M4KX9R"


def links(email: str = EMAIL) -> int:
    """Return how many mails with a link to an order somebody got."""
    return sum("/order#id=" in str(mail.text) for mail in letters(email))


def test_the_mailed_link_shows_the_order(api: Api, cloud: Shop) -> None:
    shopping.shelve("MUG-1", units=5)
    order = shopping.buy(api, "MUG-1")
    reply = look_up(api, order.data["number"].lower(), EMAIL.upper())
    assert (reply.status, reply.data) == (202, {"number": order.data["number"], "email": EMAIL})
    cloud.pumps.drain()
    assert links() == 1
    token = mailed_token(EMAIL)
    assert token == order.credentials["order_token"]
    assert api.get(order.path, order_token=token).data["id"] == order.id


def test_a_customer_s_order_is_found_too(api: Api, cloud: Shop) -> None:
    shopping.shelve("MUG-1", units=5)
    customer = people.customer(api)
    order = shopping.buy(api, "MUG-1", token=customer.token)
    assert look_up(api, order.data["number"], customer.email).status == 202
    cloud.pumps.drain()
    assert links(customer.email) == 1


def test_nothing_tells_whether_they_match(api: Api, cloud: Shop, functions: list[Loaded]) -> None:
    shopping.shelve("MUG-1", units=5)
    order = shopping.buy(api, "MUG-1")
    number = order.data["number"]
    seen = []
    for asked, email in ((number, EMAIL), (number, "eve@example.org"), (NUMBER, EMAIL), (NUMBER, "eve@example.org")):
        with record() as calls:
            reply = look_up(api, asked, email)
        body = reply.json
        body["meta"] = body["data"] = None
        made = [(call.operation, tuple(sorted(call.touches, key=str))) for call in calls]
        seen.append((reply.status, body, sorted(set(reply.headers) - {"x-request-id"}), made))
    assert all(one == seen[0] for one in seen), seen
    assert [operation for operation, _ in seen[0][3]] == ["BatchGetItem", "BatchGetItem", "TransactWriteItems"]
    declaration = next(one.declaration for one in functions if one.declaration.name == "look_up_order")
    assert isinstance(declaration, Function)
    assert calls.touches == {one for one in granted(declaration) if not one.action.startswith("secretsmanager:")}
    cloud.pumps.drain()
    assert (links(), links("eve@example.org")) == (1, 0)


def test_at_most_three_an_hour_to_one_address_and_for_one_order(api: Api, cloud: Shop, clock: Clock) -> None:
    shopping.shelve("MUG-1", units=9)
    first, second = (shopping.buy(api, "MUG-1") for _ in range(2))
    for order in (first, first, second, second, first):
        assert look_up(api, order.data["number"], EMAIL).status == 202
    cloud.pumps.drain()
    assert links() == 3
    clock.shift(3700)
    assert look_up(api, first.data["number"], EMAIL).status == 202
    cloud.pumps.drain()
    assert links() == 4


def test_who_asks_for_an_order_with_wrong_addresses_stops_at_three(api: Api, cloud: Shop) -> None:
    shopping.shelve("MUG-1", units=9)
    order = shopping.buy(api, "MUG-1")
    for number in range(3):
        assert look_up(api, order.data["number"], f"eve-{number}@example.org").status == 202
    # Whoever guesses addresses of an order is at their end; the owner's link waits an hour for it.
    assert look_up(api, order.data["number"], EMAIL).status == 202
    cloud.pumps.drain()
    assert links() == 0


def test_one_address_on_the_network_may_ask_thirty_times_an_hour(api: Api, cloud: Shop) -> None:
    replies = [look_up(api, NUMBER, f"a{number}@example.org", source_ip="203.0.113.7") for number in range(31)]
    assert [reply.status for reply in replies] == [202] * 30 + [429]
    refused(replies[-1], 429, "RATE_LIMITED")
    assert int(replies[-1].headers["retry-after"]) > 0
    assert look_up(api, NUMBER, EMAIL, source_ip="203.0.114.8").status == 202


def test_an_erased_buyer_is_not_written_to(api: Api, cloud: Shop) -> None:
    shopping.shelve("MUG-1", units=5)
    order = shopping.buy(api, "MUG-1")
    tx = Transaction()
    tx.remove(contact_key(order.id))
    tx.commit()
    assert look_up(api, order.data["number"], EMAIL).status == 202
    cloud.pumps.drain()
    assert links() == 0


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"email": EMAIL}, "number"),
        ({"number": NUMBER}, "email"),
        ({"number": None, "email": EMAIL}, "number"),
        ({"number": 123456789, "email": EMAIL}, "number"),
        ({"number": "7Q2M4KX9", "email": EMAIL}, "number"),
        ({"number": "7Q2M4KX9RR", "email": EMAIL}, "number"),
        ({"number": "7Q2M4KX9#", "email": EMAIL}, "number"),
        ({"number": NUMBER, "email": "ada"}, "email"),
        ({"number": NUMBER, "email": ["ada@example.org"]}, "email"),
        ({"number": NUMBER, "email": f"{'a' * 250}@example.org"}, "email"),
        ({"number": NUMBER, "email": "ada@example.org\nbcc: eve@example.org"}, "email"),
        ({"number": NUMBER, "email": EMAIL, "order_id": "x"}, "order_id"),
    ],
)
def test_what_is_wrong_is_refused(api: Api, cloud: Shop, body: dict[str, Any], field: str) -> None:
    refused(api.post("/api/v1/orders/lookup", json=body), 400, "VALIDATION_ERROR", field)


def test_no_token_and_no_address_is_in_what_is_stored_of_it(api: Api, cloud: Shop) -> None:
    shopping.shelve("MUG-1", units=5)
    order = shopping.buy(api, "MUG-1")
    look_up(api, order.data["number"], "somebody.else@example.org")
    look_up(api, order.data["number"], EMAIL)
    cloud.pumps.drain()
    everything = dump()
    assert order.credentials["order_token"] not in everything
    assert "somebody.else" not in everything
