"""Forty secrets go through the shop, and none is found where it has no business (security.md, logs).

Where that is: every log line, every event, whatever is sent to a topic or a queue, every dead letter, and every answer
that refuses. What must be given back (a password to nobody, a token to its owner once) is not stored either.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra.local.facts import ticket_token
from infra.local.recorder import Call, record
from pushcart import queues, tables
from pushcart.accounts import service
from pushcart.payments import sandbox
from Test_py.conftest import Shop
from Test_py.reliability import seam
from Test_py.reliability.flows import PAST_VISIBILITY
from Test_py.reliability.seam import Proceed, standing
from Test_py.support import oauth, people, shopping
from Test_py.support.accounts import dump, items
from Test_py.support.client import Api, Reply
from Test_py.support.clock import Clock
from Test_py.support.outbox import messages
from utils.declarations import Loaded

API = "/api/v1"
PLANTED = 40
SENDS = {"SendMessage", "SendMessageBatch", "Publish", "PublishBatch"}


@dataclass(slots=True)
class Plantation:
    """The secrets by kind, what the functions sent, and what the refusals said."""

    api: Api
    secrets: dict[str, list[str]] = field(default_factory=dict)
    sent: list[Call] = field(default_factory=list)
    refusals: list[bytes] = field(default_factory=list)
    clear: list[str] = field(default_factory=list)

    def plant(self, kind: str, text: str, *, kept: bool = False) -> str:
        """Note a secret and return it. ``kept``: the shop has to keep it, in its one place."""
        self.secrets.setdefault(kind, []).append(text)
        if not kept:
            self.clear.append(text)
        return text

    @property
    def all(self) -> list[str]:
        return [text for texts in self.secrets.values() for text in texts]

    def refused(self, reply: Reply, *statuses: int) -> None:
        assert reply.status in statuses, reply.body
        self.refusals.append(reply.body)

    def call(self, loaded: Loaded, event: dict[str, Any]) -> Any:
        with record() as calls:
            try:
                return seam.call(loaded, event)
            finally:
                self.sent += [call for call in calls.made if call.operation in SENDS]


def found_in(text: str, secrets: list[str]) -> list[str]:
    return [secret for secret in secrets if secret in text]


def plant_accounts(garden: Plantation) -> None:
    """Passwords, addresses, names, numbers and tokens, in requests that are good and in such that are refused."""
    api = garden.api
    for number in range(3):
        email = garden.plant("email", f"canary-{number}@nest.example", kept=True)
        password = garden.plant("password", f"Canary sings {number} times!")
        assert people.register(api, email, password=password).status == 202
        tokens = people.log_in(api, email, password).data
        access = garden.plant("access token", tokens["access_token"])
        refresh = garden.plant("refresh token", tokens["refresh_token"])
        phone = garden.plant("phone", f"+4917012345{number:02}", kept=True)
        name = garden.plant("name", f"Serinus Canaria the {number}th", kept=True)
        assert api.patch(f"{API}/users/me", json={"name": name, "phone": phone}, token=access).status == 200
        successor = api.post(f"{API}/auth/refresh", json={"refresh_token": refresh}).data
        garden.plant("access token", successor["access_token"])
        garden.plant("refresh token", successor["refresh_token"])
        wrong = garden.plant("password", f"wrong Canary {number} here")
        garden.refused(people.log_in(api, email, wrong), 401)
        garden.refused(
            people.log_in(api, email, password, headers={"authorization": f"Basic {wrong}"}, query={"p": wrong}), 400
        )
    plant_resets(garden)
    plant_grants(garden)
    plant_in_what_is_refused(garden)


def plant_grants(garden: Plantation) -> None:
    """What an OAuth client holds: secret, code, verifier and tokens; in what is good, refused and replayed."""
    api, person = garden.api, garden.secrets["access token"][-1]
    tracker = oauth.registered(api)
    garden.plant("client secret", str(tracker.secret))
    verifier = garden.plant("verifier", "canary-verifier-canary-verifier-canary-verifier")
    code = garden.plant("code", tracker.code(person, code_challenge=oauth.challenge_of(verifier), state="canary-state"))
    told = tracker.exchange(code, code_verifier=verifier).json
    for name in ("access_token", "refresh_token", "id_token"):
        garden.plant(name.replace("_", " "), told[name])
    assert tracker.introspect(told["refresh_token"])["active"]
    garden.refused(tracker.exchange(code, code_verifier=verifier), 400)
    garden.refused(tracker.refresh(told["refresh_token"]), 400)
    guess = garden.plant("client secret", "v1.CanaryGuessesAtTheSecretOfAClient")
    garden.refused(oauth.Program(api, tracker.client_id, guess).revoke(told["access_token"]), 401)


def plant_resets(garden: Plantation) -> None:
    """Tokens of mailed links, used and unused, and the passwords that are set by them and after."""
    api, email = garden.api, garden.secrets["email"][0]
    user_id = str(service.user_id_of(email))
    service.grant_roles(user_id, ["customer"])
    assert api.post(f"{API}/auth/password/forgot", json={"email": email}).status == 202
    used, unused = (garden.plant("reset token", ticket_token("reset", user_id)) for _ in range(2))
    first, next_ = (garden.plant("password", f"Canary moults {number} feathers") for number in range(2))
    assert api.post(f"{API}/auth/password/reset", json={"token": used, "password": first}, key="k-2").status == 204
    garden.refused(api.post(f"{API}/auth/password/reset", json={"token": used, "password": next_}), 400)
    garden.refused(api.post(f"{API}/auth/verify-email", json={"token": unused}), 400)
    access = garden.plant("access token", people.log_in(api, email, first).data["access_token"])
    change = {"current_password": first, "new_password": next_}
    assert api.put(f"{API}/users/me/password", json=change, token=access).status == 204


def plant_in_what_is_refused(garden: Plantation) -> None:
    api = garden.api
    secret = garden.plant("password", "Canary in a field of no name")
    email = garden.plant("email", "refused@nest.example")
    body = {"email": email, "password": secret, "name": "A", secret: 1}
    # A field's name is told back to whoever sent it, as what is wrong, and goes nowhere else.
    told = api.post(f"{API}/auth/register", json={**body, "passwort": secret}, key="k-1")
    assert told.status == 400
    short = garden.plant("password", "Tweet-8")
    garden.refused(people.register(api, email, password=short), 400)
    garden.refused(
        api.post(
            f"{API}/auth/login", body=f'{{"password": "{secret}"'.encode(), headers={"content-type": "application/json"}
        ),
        400,
    )
    garden.refused(api.post(f"{API}/auth/login", json=[secret, email]), 400)
    bearer = garden.plant("access token", "eyJhbGciOiJub25lIn0.Y2FuYXJ5.c29uZw")
    garden.refused(api.get(f"{API}/users/me", token=bearer), 401)
    unknown = garden.plant("refresh token", "rt_canary.0.AAAAAAAAAAAAAAAAAAAAAAAA")
    garden.refused(api.post(f"{API}/auth/refresh", json={"refresh_token": unknown}), 401)
    cart = garden.plant("cart token", "v1.CanaryCanaryCanaryCanaryCanary")
    garden.refused(api.get(f"{API}/carts/crt_none", cart_token=cart), 404)


def plant_purchases(garden: Plantation) -> list[shopping.Placed]:
    """Tokens of carts, orders and payments, the buyers' addresses, and a provider's signature."""
    api, orders = garden.api, []
    for number in range(4):
        basket = shopping.fill_cart(api, "MUG-1")
        garden.plant("cart token", str(basket.cart_token))
        street = garden.plant("address", f"{number} Canary Wharf Lane", kept=True)
        address = shopping.ADDRESS | {"line1": street}
        path = f"{API}/carts/{basket.id}/addresses"
        assert api.put(path, json={"shipping_address": address}, **basket.credentials).status == 200
        paid = garden.plant("payment token", f"tok_canary_{number}", kept=True) if number else "tok_success"
        email = garden.plant("email", f"guest-{number}@nest.example", kept=True)
        body = shopping.order_body(basket, paid) | {"email": email}
        reply = api.post(shopping.ORDERS, json=body, key=f"canary-{number}", **basket.credentials)
        order = shopping.placed(reply)
        garden.plant("order token", order.credentials["order_token"])
        orders.append(order)
    webhook = sandbox.settle(orders[0].charge_key) if shopping.charge(orders[0]) else sandbox.webhook({"key": "x:1"})
    signature = garden.plant("signature", webhook.headers[sandbox.SIGNATURE])
    garden.refused(api.post(webhook.path, body=webhook.body + b" ", headers=webhook.headers), 401)
    assert signature
    return orders


def failing_mail() -> Callable[..., Any]:
    """Stand at the seam as an SES that refuses every mail, and says in so many words whose it was."""

    def fault(operation: str, parameters: dict[str, Any], proceed: Proceed) -> Any:
        if operation != "SendEmail":
            return proceed()
        to = parameters["Destination"]["ToAddresses"][0]
        raise ClientError(
            {"Error": {"Code": "MessageRejected", "Message": f"Address is not verified: {to}"}}, operation
        )

    return fault


def failing_write(garden: Plantation) -> Callable[..., Any]:
    """Stand at the seam as a fault that has secrets in its words."""
    email, password = garden.all[0], garden.secrets["password"][0].replace(" ", "-")
    garden.plant("password", password)

    def fault(operation: str, parameters: dict[str, Any], proceed: Proceed) -> Any:
        if operation in {"TransactWriteItems", "PutItem"}:
            raise RuntimeError(f"cannot write {email} with password={password}, token {garden.clear[1]}")
        return proceed()

    return fault


def test_no_secret_is_found_where_it_has_no_business(
    cloud: Shop, clock: Clock, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    shopping.shelve("MUG-1", units=50)
    garden = Plantation(Api(cloud.gateway))
    shop = cloud.connect(garden.call)
    garden.api = Api(shop.gateway)
    plant_accounts(garden)
    orders = plant_purchases(garden)
    with standing(failing_mail()):
        for _ in range(queues.mail.max_receives + 1):
            shop.pumps.drain()
            clock.shift(PAST_VISIBILITY)
    with standing(failing_write(garden)):
        broken = people.register(garden.api, garden.all[0])
        garden.refused(broken, 500)
    assert len(set(garden.all)) >= PLANTED
    assert {shopping.look(garden.api, order)["payment_status"] for order in orders} == {"captured", "failed"}

    log = capsys.readouterr()
    lines = log.out + log.err + caplog.text
    assert lines.count('"route"') > PLANTED
    assert "Address is not verified: [redacted]" in lines
    assert not found_in(lines, garden.all), "in the logs"

    announced = json.dumps(items(tables.events))
    assert "order.placed" in announced
    assert "payment.failed" in announced
    assert not found_in(announced, garden.all), "in events"

    sent = json.dumps([call.parameters for call in garden.sent])
    assert "order.confirmed" in sent
    assert not found_in(sent, garden.all), "in messages"

    dead = json.dumps(messages(queues.mail, dead=True))
    assert orders[0].id in dead
    assert not found_in(dead, garden.all), "in dead letters"

    assert not found_in(b"".join(garden.refusals).decode(), garden.all), "in refusals"
    with capsys.disabled():
        told = ", ".join(f"{kind} {len(set(texts))}" for kind, texts in sorted(garden.secrets.items()))
        print(f"\n{len(set(garden.all))} planted, none found ({told})")


def test_what_opens_doors_is_not_stored(cloud: Shop) -> None:
    shopping.shelve("MUG-1", units=50)
    garden = Plantation(Api(cloud.gateway))
    plant_accounts(garden)
    plant_purchases(garden)
    cloud.pumps.drain()
    stored = dump()
    assert "canary-0@nest.example" in stored
    assert not found_in(stored, garden.clear)
