"""Recovery codes."""

from __future__ import annotations

import json

import pytest

from infra.local.clients import client
from pushcart.accounts import recovery_codes
from utils import sealing

pytestmark = pytest.mark.usefixtures("aws")
ADA, BOB = "usr_01HZZZZZZZZZZZZZZZZZZZZZZA", "usr_01HZZZZZZZZZZZZZZZZZZZZZZB"


def test_ten_of_eighty_bits_that_never_come_twice() -> None:
    made = [code for _ in range(100) for code in recovery_codes.new_codes()]
    assert len(made) == len(set(made)) == 1000
    assert {len(code.replace("-", "")) * 5 for code in made} == {80}
    assert len({character for code in made for character in code}) == 33, "all of base32, and the hyphen"


def test_however_it_is_typed_it_is_found_and_only_for_its_owner() -> None:
    code, *others = recovery_codes.new_codes()
    among = {recovery_codes.stored(ADA, one) for one in (code, *others)}
    stored = recovery_codes.stored(ADA, code)
    for typed in (code, code.lower(), code.replace("-", ""), code.replace("-", " "), f" {code} "):
        assert recovery_codes.found(ADA, typed, among) == stored
    assert recovery_codes.found(BOB, code, among) is None
    assert recovery_codes.found(ADA, recovery_codes.new_codes()[0], among) is None


def test_it_outlives_a_rotation_of_the_pepper() -> None:
    code = recovery_codes.new_codes()[0]
    stored = recovery_codes.stored(ADA, code)
    secrets = client("secretsmanager")
    values = json.loads(secrets.get_secret_value(SecretId=sealing.pepper.secret_id)["SecretString"])
    secrets.put_secret_value(
        SecretId=sealing.pepper.secret_id, SecretString=json.dumps(values | {"current": "2", "2": "another"})
    )
    sealing.forget()
    try:
        assert recovery_codes.stored(ADA, code) != stored
        assert recovery_codes.found(ADA, code, {stored}) == stored
    finally:
        sealing.forget()
