"""Whose account it is that an identity provider vouches for: over the gateway, from the first step to the last."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from pushcart import tables
from pushcart.accounts import mfa_tokens
from pushcart.accounts.models.factors import FactorItem
from pushcart.accounts.models.people import ProfileItem
from pushcart.accounts.service import user_id_of
from Test_py.conftest import Shop
from Test_py.support.accounts import events, items
from Test_py.support.client import Api
from Test_py.support.external_sign_in import (
    EMAIL,
    TOKENS,
    USERINFO,
    change,
    profiles,
    refused,
    sessions,
    ties,
)
from Test_py.support.forge import ABSENT
from Test_py.support.identity_provider import (
    ADA,
    ISSUER,
    FakeProvider,
    begin,
    come_back,
    installed,
    signed_in,
)
from Test_py.support.letters import letters
from Test_py.support.people import customer, log_in, register, staff
from utils.transaction import Transaction


@pytest.fixture
def provider() -> Iterator[FakeProvider]:
    with installed() as found:
        yield found


def test_a_new_account_is_announced_without_anything_personal(api: Api, provider: FakeProvider) -> None:
    signed_in(api, provider)
    user_id = user_id_of(EMAIL)
    found = events("user.email_verified", "user.identity_linked", "user.registered")
    assert sorted((one["sequence"], one["type"]) for one in found) == [
        (1, "user.email_verified"),
        (2, "user.identity_linked"),
    ]
    assert {one["aggregate"] for one in found} == {user_id}
    assert profiles()[0]["sequence"]["N"] == "2"
    assert EMAIL not in json.dumps(items(tables.events))
    assert ADA["sub"] not in json.dumps(items(tables.events))


def test_whoever_comes_again_is_the_same_whatever_their_address_is_by_now(api: Api, provider: FakeProvider) -> None:
    first = signed_in(api, provider)
    again = signed_in(api, provider, email="ada@married.example", email_verified=False, name="Ada King")
    assert (first.status, again.status) == (200, 200)
    (profile,) = profiles()
    assert (profile["email"]["S"], profile["name"]["S"]) == (EMAIL, "Ada Lovelace")
    assert len(events("user.identity_linked")) == 1
    assert len(sessions()) == 2


def test_two_people_of_one_provider_are_two_accounts(api: Api, provider: FakeProvider) -> None:
    signed_in(api, provider)
    signed_in(api, provider, sub="eve-1", email="eve@example.org")
    assert sorted(one["email"]["S"] for one in profiles()) == [EMAIL, "eve@example.org"]
    assert len(ties()) == 2


@pytest.mark.parametrize("sub", ["x", "x" * 255, "auth0|5f7c", "a b#c/d", "~" * 20])
def test_any_name_that_a_provider_may_give_is_kept_apart(api: Api, provider: FakeProvider, sub: str) -> None:
    assert signed_in(api, provider, sub=sub).status == 200
    assert signed_in(api, provider, sub=sub).status == 200
    assert [tie["pk"]["S"] for tie in ties()] == [f"IDP#{ISSUER}#{sub}"]


def test_the_tie_stands_with_the_account_too_so_that_it_is_erased_with_it(api: Api, provider: FakeProvider) -> None:
    signed_in(api, provider)
    (held,) = items(tables.accounts, "USER#", "IDP#")
    assert held["pk"]["S"] == f"USER#{user_id_of(EMAIL)}"
    assert held["sk"]["S"] == ties()[0]["pk"]["S"]


@pytest.mark.parametrize(
    ("claimed", "kept"),
    [
        ({"name": ABSENT}, "ada"),
        ({"name": ""}, "ada"),
        ({"name": "  "}, "ada"),
        ({"name": 7}, "ada"),
        ({"name": "Ada\r\nBcc: all@example.org"}, "AdaBcc: all@example.org"),
        ({"name": "x" * 500}, "x" * 200),
        ({"name": " Ada\x00 "}, "Ada"),
    ],
)
def test_a_name_is_taken_only_as_far_as_it_is_one(
    api: Api, provider: FakeProvider, claimed: dict[str, Any], kept: str
) -> None:
    assert signed_in(api, provider, **claimed).status == 200
    assert profiles()[0]["name"]["S"] == kept


@pytest.mark.parametrize("locale", ["", "english", "de_DE", "de-DE; x", 7, ["de"], "x" * 300])
def test_a_locale_that_is_none_is_not_taken(api: Api, provider: FakeProvider, locale: Any) -> None:
    assert signed_in(api, provider, locale=locale).status == 200
    assert profiles()[0]["locale"]["S"] == "en"


def test_two_browsers_of_one_new_person_at_once_make_one_account(api: Api, provider: FakeProvider) -> None:
    invitations = [begin(api) for _ in range(8)]
    codes_ = [provider.sign_in(invitation) for invitation in invitations]
    with ThreadPoolExecutor(8) as threads:
        replies = list(threads.map(lambda one, code: come_back(api, one, code=code), invitations, codes_))
    assert [reply.status for reply in replies] == [200] * 8
    assert (len(profiles()), len(ties()), len(sessions())) == (1, 1, 8)
    assert len(events("user.identity_linked")) == 1


def test_who_registers_the_address_at_the_same_moment_is_found(
    api: Api, provider: FakeProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pushcart.accounts.repository import identities

    real = identities.add_identity
    raced: list[int] = []

    def add(*arguments: Any, **options: Any) -> None:
        if not raced:
            raced.append(register(api, EMAIL).status)
        real(*arguments, **options)

    monkeypatch.setattr(identities, "add_identity", add)
    assert signed_in(api, provider).status == 200
    assert raced == [202]
    (profile,) = profiles()
    assert profile["email_verified"]["BOOL"] is True
    assert items(tables.accounts, "USER#", "PASSWORD") == []


def test_an_account_with_a_verified_address_is_tied_and_keeps_what_it_has(api: Api, provider: FakeProvider) -> None:
    ada = customer(api, EMAIL)
    change(ada.id, ProfileItem.email_verified.set(True), ProfileItem.phone.set("+442079460123"))
    assert signed_in(api, provider).status == 200
    assert ties()[0]["user_id"]["S"] == ada.id
    assert log_in(api, EMAIL).status == 200
    assert api.post("/api/v1/auth/refresh", json={"refresh_token": ada.refresh_token}).status == 200
    (profile,) = profiles()
    assert profile["phone"]["S"] == "+442079460123"
    (linked,) = events("user.identity_linked")
    assert (linked["sequence"], linked["data"]) == (2, {"user_id": ada.id, "provider": "acme", "made": False})


def test_an_account_that_somebody_made_for_anothers_address_is_taken_out_of_their_hands(
    api: Api, provider: FakeProvider
) -> None:
    """Pre-hijacking: https://www.usenix.org/conference/usenixsecurity22/presentation/sudhodanan"""
    eve = customer(api, EMAIL)
    change(eve.id, ProfileItem.mfa.set(True), ProfileItem.phone.set("+442079460123"))
    tx, key = Transaction(), FactorItem.key_of(eve.id)
    tx.put(
        FactorItem(
            key.pk, key.sk, user_id=eve.id, secret="sealed", confirmed_at=tx.moment, created_at=tx.moment,
            updated_at=tx.moment,
        )
    )  # fmt: skip
    tx.commit()
    reply = signed_in(api, provider)
    assert set(reply.json) == TOKENS, "a stranger's second factor is not asked for"
    assert log_in(api, EMAIL).status == 401
    assert api.post("/api/v1/auth/refresh", json={"refresh_token": eve.refresh_token}).status == 401
    assert api.patch("/api/v1/users/me", json={"name": "Eve"}, token=eve.token).status == 401
    (profile,) = profiles()
    assert (profile["email_verified"]["BOOL"], profile["mfa"]["BOOL"], "phone" in profile) == (True, False, False)
    assert items(tables.accounts, "USER#", "PASSWORD") == items(tables.accounts, "USER#", "MFA") == []
    assert len(sessions()) == 1
    assert api.patch("/api/v1/users/me", json={"name": "Ada"}, token=reply.json["access_token"]).status == 200
    sequences = {one["type"]: one["sequence"] for one in events("user.email_verified", "user.identity_linked")}
    assert sequences == {"user.email_verified": 2, "user.identity_linked": 3}
    (ended,) = events("session.revoked")
    assert ended["data"]["reason"] == "password_reset"


@pytest.mark.parametrize("verified", [True, False])
@pytest.mark.parametrize("closed", ["disabled", "deleted_at", "erased_at"])
def test_an_account_that_was_closed_is_opened_by_no_provider(
    api: Api, provider: FakeProvider, closed: str, verified: bool
) -> None:
    ada = customer(api, EMAIL)
    attribute: Any = getattr(ProfileItem, closed)
    change(ada.id, ProfileItem.email_verified.set(verified), attribute.set(closed == "disabled" or "2026-01-01"))
    before = len(sessions(live=False))
    reply = signed_in(api, provider)
    assert (reply.status, reply.codes) == (403, ["FORBIDDEN"])
    assert len(sessions(live=False)) == before
    assert ties() == []


def test_an_account_that_was_tied_and_then_closed_is_refused_too(api: Api, provider: FakeProvider) -> None:
    signed_in(api, provider)
    change(str(user_id_of(EMAIL)), ProfileItem.disabled.set(True))
    reply = signed_in(api, provider)
    assert (reply.status, reply.codes) == (403, ["FORBIDDEN"])
    assert len(sessions()) == 1


@pytest.mark.parametrize(
    "claimed",
    [
        {"email_verified": False},
        {"email_verified": ABSENT},
        {"email_verified": "false"},
        {"email_verified": "True"},
        {"email_verified": 1},
        {"email_verified": None},
        {"email_verified": [True]},
        {"email": ABSENT},
        {"email": ""},
        {"email": "no address"},
        {"email": "ada@example.org\r\nbcc: all@example.org"},
        {"email": ["ada@example.org"]},
        {"email": f"{'x' * 250}@example.org"},
    ],
)
def test_an_address_that_the_provider_did_not_verify_opens_nothing(
    api: Api, provider: FakeProvider, claimed: dict[str, Any]
) -> None:
    provider.about["userinfo_endpoint"] = ABSENT
    register(api, EMAIL)
    reply = signed_in(api, provider, **claimed)
    assert (reply.status, reply.codes) == (403, ["FORBIDDEN"])
    assert "not verified at acme" in reply.json["errors"][0]["message"]
    assert (sessions(), ties(), len(profiles())) == ([], [], 1)


def test_an_address_is_the_same_in_capitals_and_verified_may_be_text(api: Api, provider: FakeProvider) -> None:
    assert signed_in(api, provider, email="Ada@Example.ORG", email_verified="true").status == 200
    assert user_id_of(EMAIL)


def test_a_second_factor_is_still_asked_for(api: Api, provider: FakeProvider) -> None:
    signed_in(api, provider)
    user_id = str(user_id_of(EMAIL))
    change(user_id, ProfileItem.mfa.set(True))
    before = len(sessions())
    reply = signed_in(api, provider)
    assert (reply.status, set(reply.json)) == (200, {"mfa_token", "methods"})
    assert reply.json["methods"] == ["totp"]
    assert mfa_tokens.read(reply.json["mfa_token"]) == user_id
    assert len(sessions()) == before


def test_a_provider_that_tells_addresses_apart_is_asked_for_them(api: Api, provider: FakeProvider) -> None:
    provider.in_id_token = ()
    provider.userinfo = dict(ADA)
    assert signed_in(api, provider).status == 200
    assert provider.asked[-1] == f"GET {USERINFO}"
    assert profiles()[0]["name"]["S"] == "Ada Lovelace"


def test_what_it_tells_of_somebody_else_is_not_taken(api: Api, provider: FakeProvider) -> None:
    provider.in_id_token = ()
    provider.userinfo = ADA | {"sub": "eve-1"}
    refused(signed_in(api, provider), 401, "UNAUTHENTICATED")


# -- who is told


def test_a_new_person_is_welcomed_once_and_an_owner_is_told_of_another_way_in(
    api: Api, cloud: Shop, provider: FakeProvider
) -> None:
    signed_in(api, provider)
    cloud.pumps.drain()
    (welcome,) = letters(EMAIL)
    bea = customer(api, "bea@example.org")
    change(bea.id, ProfileItem.email_verified.set(True))
    cloud.pumps.drain()
    before = [letter.subject for letter in letters(bea.email)]
    signed_in(api, provider, sub="bea-1", email=bea.email)
    cloud.pumps.drain()
    after = [letter.subject for letter in letters(bea.email)]
    assert sorted(after) == sorted([*before, "Another way to sign in"])
    assert welcome.subject not in after


# -- who goes


def test_whoever_was_erased_is_nobody_at_their_provider_and_may_come_again(
    api: Api, cloud: Shop, provider: FakeProvider
) -> None:
    signed_in(api, provider)
    before, admin = str(user_id_of(EMAIL)), staff(api)
    reply = api.post(f"/api/v1/users/{before}/erase", token=admin.token, key="k-1")
    assert reply.status == 202, reply.body
    refusal = signed_in(api, provider)
    assert (refusal.status, refusal.codes) == (403, ["FORBIDDEN"]), "until it is done"
    cloud.pumps.drain()
    assert (ties(), items(tables.accounts, "USER#", "IDP#")) == ([], [])
    assert signed_in(api, provider).status == 200
    assert user_id_of(EMAIL) not in (None, before)
