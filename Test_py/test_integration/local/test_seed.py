"""The demo shop, and handlers that are invoked against it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from infra.local import invoke, moto_backend
from infra.local.cloud import Cloud
from infra.local.facts import facts
from infra.local.invoke import CannotInvoke, invoke_file, render
from infra.local.seed import ADMIN, CUSTOMER, GOODS, seed
from infra.local.shop_api import PASSWORD
from infra.local.state import State
from Test_py.support.accounts import forget_what_is_kept

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> State:
    """A demo shop, made once and kept as ``make serve STATE=…`` keeps it."""
    state = State(tmp_path_factory.mktemp("shop"))
    with patch.dict(os.environ):
        moto_backend.start()
        moto_backend.reset()
        forget_what_is_kept()
        assert seed(Cloud.start())
        state.save({})
        moto_backend.reset()
    return state


@pytest.fixture
def shop(seeded: State, aws: dict[str, str]) -> Cloud:
    seeded.load()
    return Cloud.start()


def call(shop: Cloud, method: str, path: str, body: Any = None, token: str = "") -> Any:
    headers = {"content-type": "application/json", "authorization": f"Bearer {token}"}
    answer = shop.gateway.handle(method, f"/api/v1{path}", "", headers, json.dumps(body) if body else b"")
    return answer.json()


def sign_in(shop: Cloud, email: str) -> str:
    token: str = call(shop, "POST", "/auth/login", {"email": email, "password": PASSWORD})["data"]["access_token"]
    return token


def test_both_accounts_can_sign_in_with_their_roles(shop: Cloud) -> None:
    for email, roles in ((ADMIN, ["admin"]), (CUSTOMER, ["customer"])):
        me = call(shop, "GET", "/users/me", token=sign_in(shop, email))["data"]
        assert (me["email"], me["roles"]) == (email, roles)


def test_products_lie_in_their_categories(shop: Cloud) -> None:
    categories = {one["id"]: one["slug"] for one in call(shop, "GET", "/categories")["data"]}
    assert list(categories.values()) == ["bags", "kitchen", "pantry", "home", "garden", "clothing"]
    products = call(shop, "GET", "/products")["data"]
    assert [categories[one["category_id"]] for one in products] == [one["tags"][0] for one in products]


def test_a_dozen_products_can_be_bought(shop: Cloud) -> None:
    products = call(shop, "GET", "/products?limit=100")["data"]
    assert {product["slug"] for product in products} == {good.slug for good in GOODS}
    assert {product["status"] for product in products} == {"active"}
    mug = next(good for good in GOODS if good.title == "Enamel Mug")
    shown = next(product for product in products if product["slug"] == mug.slug)
    variants = call(shop, "GET", f"/products/{shown['id']}")["data"]["variants"]
    assert {variant["sku"]: variant["prices"] for variant in variants} == {
        mug.sku(name): [{"amount": cents, "currency": "EUR"}] for name, (cents, _) in mug.variants.items()
    }
    stock = call(shop, "GET", f"/inventory/{mug.sku('White')}", token=sign_in(shop, ADMIN))["data"]
    entry = stock[0] if isinstance(stock, list) else stock
    assert (entry["on_hand"], entry["available"]) == (120, 120)


def test_a_second_seed_does_nothing(shop: Cloud) -> None:
    assert not seed(shop)
    assert len(call(shop, "GET", "/products?limit=100")["data"]) == len(GOODS)


def test_samples_may_name_what_the_readme_says(shop: Cloud) -> None:
    known = facts(shop)
    readme = (ROOT / "events" / "README.md").read_text()
    assert {name for name in known if f"${{{name}}}" not in readme} == set()
    assert readme.count("${") - 1 == len(known)
    assert all(known.values())
    token = known["customer_token"]
    for path in (f"/carts/{known['cart_id']}", f"/orders/{known['order_id']}", f"/products/{known['product_id']}"):
        assert call(shop, "GET", path, token=token)["success"], path


def test_a_handler_is_invoked_with_its_log_and_its_calls(aws: dict[str, str], tmp_path: Path) -> None:
    event = tmp_path / "event.json"
    event.write_text(json.dumps({"headers": {"authorization": "Bearer ${customer_token}"}}))
    outcome = invoke_file(ROOT / "functions/accounts/get_me.py", event)
    assert outcome.error is None
    assert json.loads(outcome.answer["body"])["data"]["email"] == CUSTOMER
    text = render(outcome)
    assert f'"email": "{CUSTOMER}"' in text
    assert '"message":"request"' in text
    assert f"AWS calls: {len(outcome.calls)}" in text
    assert "dynamodb:" in text
    assert "table/pushcart-local-accounts-1" in text


def test_what_cannot_be_invoked_is_said_in_one_line(
    aws: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    event = tmp_path / "event.json"
    event.write_text("{}")
    assert invoke.main(["functions/nothing/here.py", str(event)]) == 1
    assert "declares no function" in capsys.readouterr().err
    for content, said in ((None, "cannot be read"), ("{", "is no JSON"), ("[]", "no JSON object")):
        event.unlink(missing_ok=True)
        if content is not None:
            event.write_text(content)
        with pytest.raises(CannotInvoke, match=said):
            invoke_file(ROOT / "functions/system/health.py", event)


def test_a_handler_that_raises_is_shown_as_such(aws: dict[str, str]) -> None:
    loaded = next(one for one in Cloud.start().functions if one.declaration.name == "health")
    outcome = invoke.run(loaded, {})
    assert isinstance(outcome.error, KeyError)
    assert "KeyError" in render(outcome)
