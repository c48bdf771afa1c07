"""The season's part of keys: those that programs call with, and those that sign."""

from __future__ import annotations

from datetime import timedelta

from pushcart.accounts import kms_keys
from pushcart.accounts.repository import signing_keys
from Test_py.conftest import Shop
from Test_py.support.client import Api
from Test_py.support.clock import Clock
from Test_py.support.programs import KEYS, ask_for_key, made_key, revoke
from Test_py.support.shopkeeping import session
from utils.clock import now
from utils.errors import Conflict


def live(api: Api) -> None:
    """Let an admin make keys for a program, look at them, and revoke one."""
    admin = session("admin")
    first, second = (made_key(api, admin, name="Scanner") for _ in range(2))
    assert ask_for_key(api, admin, name="Scanner").status == 409
    assert api.get(KEYS, token=admin, query={"limit": 1}).meta["next_cursor"]
    assert api.get("/api/v1/inventory", token=first["key"]).status == 200
    assert revoke(api, admin, second["id"]).status == 204
    assert ask_for_key(api, admin, name="Scanner").status == 201


def rotate(shop: Shop, clock: Clock) -> None:
    """Let the signing key grow old twice, and one rotation crash with a key in its hands."""
    shop.pumps.run_schedules(due_only=False)
    signing_keys.begin_rotation(until=now() - timedelta(seconds=1), refused=Conflict("busy"))
    kms_keys.create()
    kms_keys.create()
    for wait in (timedelta(days=91), timedelta(days=91), timedelta(minutes=26)):
        clock.shift(wait)
        shop.pumps.run_schedules(due_only=False)
