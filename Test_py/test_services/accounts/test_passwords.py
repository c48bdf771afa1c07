"""Which passwords are good enough, and what a hash is."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest
from argon2.low_level import Type

from argon2 import extract_parameters
from pushcart.accounts import passwords
from pushcart.accounts.common_passwords import COMMON
from utils.errors import ValidationFailed

ADA: dict[str, Any] = {"email": "ada.lovelace@example.org", "name": "Ada Lovelace"}


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("passwordpassword", "common"),
        ("PASSWORD1234", "common"),
        ("1q2w3e4r5t6y", "common"),
        ("correct horse battery staple", "common"),
        ("abababababab", "monotonous"),
        ("111111111111111111", "monotonous"),
        ("ada.lovelace@example.org", "personal"),
        ("ADA.LOVELACE", "personal"),
        ("adalovelace12", "personal"),
        ("1Ada Lovelace!", "personal"),
    ],
)
def test_what_is_guessed_first_is_refused(password: str, reason: str) -> None:
    with pytest.raises(ValidationFailed) as refused:
        passwords.refuse_weak(password, **ADA)
    (entry,) = refused.value.entries
    assert (entry.field, entry.detail) == ("password", reason)
    assert password not in entry.message


@pytest.mark.parametrize(
    "password",
    [
        "demo-Password-1",
        "correct horse battery",
        "adalovelace in 1843",
        "пароль из слов",
        "🎹🎻🎺🥁🎷🎸🪕🎤🎧🎼🎵🎶",
        "x7#kPq!mZw2$",
    ],
)  # fmt: skip
def test_what_is_hard_to_guess_is_taken_whatever_it_is_made_of(password: str) -> None:
    passwords.refuse_weak(password, **ADA)


def test_short_names_are_not_held_against_a_password() -> None:
    passwords.refuse_weak("li likes long walks", email="li@example.org", name="Li")


def test_the_list_holds_only_what_the_least_length_lets_through() -> None:
    assert len(COMMON) > 300
    assert min(map(len, COMMON)) >= passwords.LEAST_WITH_FACTOR
    assert all(one == one.casefold() for one in COMMON)


@pytest.mark.usefixtures("real_hashes")
def test_hashes_and_the_decoy_are_argon2id_at_one_price() -> None:
    real, decoy = extract_parameters(passwords.hash_password("a quiet Evening 7")), extract_parameters(passwords.DECOY)
    for found in (real, decoy):
        assert (found.type, found.memory_cost, found.time_cost, found.parallelism) == (Type.ID, 19_456, 2, 1)
    assert (real.salt_len, real.hash_len) == (decoy.salt_len, decoy.hash_len)


def test_two_hashes_of_one_password_differ_and_both_hold() -> None:
    one, other = (passwords.hash_password("a quiet Evening 7") for _ in range(2))
    assert one != other
    assert passwords.verify_password(one, "a quiet Evening 7")
    assert passwords.verify_password(other, "a quiet Evening 7")
    assert not passwords.verify_password(one, "a quiet evening 7")


def test_nothing_is_right_without_a_hash() -> None:
    assert not passwords.verify_password(None, "a quiet Evening 7")


def _imported_by(module: str) -> set[str]:
    """Return which heavy packages a fresh interpreter has after importing ``module``."""
    heavy = "[name for name in ('argon2', 'jwt', 'cryptography') if name in sys.modules]"
    script = f"import json, sys, {module}; print(json.dumps({heavy}))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout))


@pytest.mark.parametrize(
    "module",
    [
        "functions.accounts.register",
        "functions.accounts.login",
        "functions.accounts.refresh_tokens",
        "functions.accounts.update_me",
        "functions.accounts.jwks",
        "functions.system.authorizer",
        "pushcart.accounts.service",
    ],
)
def test_heavy_packages_are_not_imported_before_they_are_used(module: str) -> None:
    assert _imported_by(module) == set()
