"""The items of accounts: where they lie, and that what another version of the code wrote survives a change."""

from __future__ import annotations

from typing import Any

import pytest

from infra.local.clients import client
from pushcart import tables
from pushcart.accounts.models.addresses import AddressBookItem, AddressItem
from pushcart.accounts.models.administrators import AdministratorsItem
from pushcart.accounts.models.api_keys import ApiKeyItem, KeyNameItem
from pushcart.accounts.models.attempts import AttemptsItem
from pushcart.accounts.models.factors import FactorItem
from pushcart.accounts.models.people import EmailItem, PasswordItem, ProfileItem
from pushcart.accounts.models.sessions import SessionItem
from pushcart.accounts.models.signing_keys import RotationItem, SigningKeyItem
from pushcart.accounts.service import grant_roles
from Test_py.support.accounts import items
from Test_py.support.client import Api
from Test_py.support.people import customer


@pytest.mark.parametrize(
    ("key", "pk", "sk", "table"),
    [
        (ProfileItem.key_of("usr_1"), "USER#usr_1", "PROFILE", "accounts"),
        (PasswordItem.key_of("usr_1"), "USER#usr_1", "PASSWORD", "accounts"),
        (SessionItem.key_of("usr_1", "ses_2"), "USER#usr_1", "SESSION#ses_2", "accounts"),
        (FactorItem.key_of("usr_1"), "USER#usr_1", "MFA", "accounts"),
        (AddressItem.key_of("usr_1", "adr_2"), "USER#usr_1", "ADDR#adr_2", "accounts"),
        (AddressBookItem.key_of("usr_1"), "USER#usr_1", "ADDRESSES", "accounts"),
        (AdministratorsItem.the_key(), "ADMINS", "META", "accounts"),
        (EmailItem.key_of("v1.abc"), "EMAIL#v1.abc", "OWNER", "accounts"),
        (ApiKeyItem.key_of("key_1"), "APIKEY#key_1", "META", "accounts"),
        (KeyNameItem.key_of("Scanner"), "KEYNAME#Scanner", "META", "accounts"),
        (SigningKeyItem.key_of("abc"), "KEYS", "KID#abc", "accounts"),
        (RotationItem.key_of(), "KEYS", "ROTATION", "accounts"),
        (AttemptsItem.key_of("v1.abc"), "RATE#sign-in#v1.abc", "META", "ephemeral"),
    ],
)
def test_items_lie_where_the_design_says(key: Any, pk: str, sk: str, table: str) -> None:
    assert (key.pk, key.sk, key.model.table.name) == (pk, sk, table)


def test_users_can_be_listed_in_the_order_in_which_they_came(api: Api) -> None:
    people = [customer(api) for _ in range(3)]
    found = client("dynamodb").query(
        TableName=tables.accounts.physical_name,
        IndexName="by_created",
        KeyConditionExpression="users_shard = :shard",
        ExpressionAttributeValues={":shard": {"S": "USERS#0"}},
    )["Items"]
    assert [one["id"]["S"] for one in found] == [person.id for person in people]
    assert {one["sk"]["S"] for one in found} == {"PROFILE"}, "neither passwords nor sessions are in it"


def test_what_a_newer_version_wrote_survives_a_change(api: Api) -> None:
    ada = customer(api)
    (stored,) = items(tables.accounts, "USER#", "PROFILE")
    stored["birthday"] = {"S": "1815-12-10"}
    client("dynamodb").put_item(TableName=tables.accounts.physical_name, Item=stored)
    grant_roles(ada.id, ["support"])
    assert api.patch("/api/v1/users/me", json={"name": "Ada King"}, token=ada.token).status == 200
    (after,) = items(tables.accounts, "USER#", "PROFILE")
    assert after["birthday"] == {"S": "1815-12-10"}
    assert (after["version"]["N"], after["sequence"]["N"]) == ("3", "3")


def test_an_address_stands_in_the_profile_alone(api: Api) -> None:
    customer(api, "ada@example.org")
    holding = [one["sk"]["S"] for one in items(tables.accounts) if "ada@example.org" in str(one)]
    assert holding == ["PROFILE"]
