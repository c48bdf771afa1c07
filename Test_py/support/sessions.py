"""Sessions of people, and the hashes that they signed in with."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode

from argon2 import PasswordHasher
from infra.local.clients import client
from pushcart import tables
from Test_py.support.client import Api
from Test_py.support.people import PASSWORD, Person, logged_in

PATH = "/api/v1/auth/sessions"


def session_of(who: Person) -> str:
    """Return the session of somebody's access token."""
    payload = who.token.split(".")[1]
    return str(json.loads(urlsafe_b64decode(payload + "=="))["sid"])


def open_another(api: Api, who: Person) -> str:
    """Let somebody sign in once more, and return the session that this opens."""
    return session_of(logged_in(api, who))


def weaken_hash(user_id: str) -> None:
    """Hash somebody's password as it was done when computers were slower."""
    dynamodb, table = client("dynamodb"), tables.accounts.physical_name
    key = {"pk": {"S": f"USER#{user_id}"}, "sk": {"S": "PASSWORD"}}
    stored = dynamodb.get_item(TableName=table, Key=key)["Item"]
    stored["hash"] = {"S": PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)}
    dynamodb.put_item(TableName=table, Item=stored)
