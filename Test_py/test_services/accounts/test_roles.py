"""Granting roles, and finding accounts, as the operator does."""

from __future__ import annotations

import json

import pytest

from infra.local.clients import client
from pushcart import tables
from pushcart.accounts.models.administrators import AdministratorsItem
from pushcart.accounts.service import grant_roles, profile_key, user_id_of
from Test_py.support.accounts import events, items
from Test_py.support.client import Api
from Test_py.support.people import customer, register, staff
from Test_py.support.users import admins, profile
from utils import sealing
from utils.errors import InvalidState, NotFound
from utils.transaction import Transaction


def test_an_account_gets_exactly_these_roles_and_its_address_is_vouched_for(api: Api) -> None:
    ada = customer(api)
    grant_roles(ada.id, ["support", "manager"])
    profile = Transaction().read_one(profile_key(ada.id))
    assert (profile.roles, profile.email_verified) == ({"support", "manager"}, True)
    (told,) = events("user.changed")
    assert (told["sequence"], told["data"]) == (2, {"user_id": ada.id, "fields": ["roles", "email_verified"]})


@pytest.mark.parametrize("roles", [[], ["owner"], ["admin", "root"]])
def test_what_is_no_role_is_refused(api: Api, roles: list[str]) -> None:
    ada = customer(api)
    with pytest.raises(ValueError, match="roles are one or more of"):
        grant_roles(ada.id, roles)
    assert events("user.changed") == []


@pytest.mark.usefixtures("aws")
def test_nobody_gets_no_roles() -> None:
    with pytest.raises(NotFound):
        grant_roles("usr_00000000000000000000000000", ["admin"])


def test_the_list_of_admins_follows_what_the_operator_says(api: Api) -> None:
    ada, eve = customer(api), customer(api)
    assert admins() == set()
    for who in (ada, eve, ada):
        grant_roles(who.id, ["admin", "support"])
    assert admins() == {ada.id, eve.id}
    grant_roles(ada.id, ["support"])
    assert admins() == {eve.id}


def test_not_even_the_operator_takes_the_last_admin_away(api: Api) -> None:
    ada = staff(api, "admin")
    with pytest.raises(InvalidState, match="last admin"):
        grant_roles(ada.id, ["customer"])
    assert profile(ada.id).roles == {"admin"}
    grant_roles(ada.id, ["admin", "manager"])
    assert admins() == {ada.id}


def test_an_admin_from_before_there_was_a_list_is_put_on_it(api: Api) -> None:
    ada = staff(api, "admin")
    key = AdministratorsItem.the_key()
    client("dynamodb").delete_item(TableName=tables.accounts.physical_name, Key=key.raw)
    grant_roles(ada.id, ["admin"])
    assert admins() == {ada.id}


def test_staff_are_let_in_by_their_roles(api: Api) -> None:
    assert api.get("/api/v1/users/me", token=staff(api, "manager").token).data["roles"] == ["manager"]


def test_an_account_is_found_by_its_address_in_any_case(api: Api) -> None:
    ada = customer(api, "ada@example.org")
    assert user_id_of(" ADA@example.org ") == ada.id
    assert user_id_of("nobody@example.org") is None


def test_checkout_can_read_whom_to_write_to(api: Api) -> None:
    ada = customer(api, "ada@example.org")
    profile = Transaction().read_one(profile_key(ada.id))
    assert (profile.email, profile.name, profile.locale) == ("ada@example.org", "Ada Lovelace", "en")
    assert not hasattr(profile, "hash"), "a profile holds no password"


def test_an_address_from_before_the_pepper_was_rotated_is_still_taken(api: Api) -> None:
    register(api, "ada@example.org")
    before = client("secretsmanager").get_secret_value(SecretId=sealing.pepper.secret_id)["SecretString"]
    rotated = json.loads(before) | {"current": "2", "2": "another pepper"}
    client("secretsmanager").put_secret_value(SecretId=sealing.pepper.secret_id, SecretString=json.dumps(rotated))
    sealing.forget()
    try:
        assert register(api, "ada@example.org").status == 202
        assert register(api, "eve@example.org").status == 202
        assert len(items(tables.accounts, "USER#", "PROFILE")) == 2
        assert sorted(owner["pk"]["S"][:9] for owner in items(tables.accounts, "EMAIL#")) == ["EMAIL#v1.", "EMAIL#v2."]
    finally:
        sealing.forget()
