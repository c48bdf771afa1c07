"""One-time passwords, held against the tables of their standards."""

from __future__ import annotations

from base64 import b32decode
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pushcart.accounts import totp

SECRET = b"12345678901234567890"


@pytest.mark.parametrize(
    ("counter", "code"),
    list(
        enumerate(["755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"])
    ),
)
def test_the_vectors_of_rfc_4226(counter: int, code: str) -> None:
    """Appendix D."""
    assert totp.code_of(SECRET, counter) == code


@pytest.mark.parametrize(
    ("second", "code"),
    [
        (59, "94287082"),
        (1_111_111_109, "07081804"),
        (1_111_111_111, "14050471"),
        (1_234_567_890, "89005924"),
        (2_000_000_000, "69279037"),
        (20_000_000_000, "65353130"),
    ],
)
def test_the_vectors_of_rfc_6238(second: int, code: str) -> None:
    """Appendix B, whose eight digits end in our six."""
    moment = datetime.fromtimestamp(second, UTC)
    assert totp.code_of(SECRET, totp.step_of(moment)) == code[2:]
    assert totp.matching_step(SECRET, code[2:], moment=moment, after=0) == second // 30


@pytest.mark.parametrize(("steps", "taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_one_step_either_side_is_taken(steps: int, taken: bool) -> None:
    moment = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    step = totp.step_of(moment) + steps
    found = totp.matching_step(SECRET, totp.code_of(SECRET, step), moment=moment, after=0)
    assert found == (step if taken else None)


def test_no_step_is_taken_that_is_not_after_the_last() -> None:
    moment = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    present = totp.step_of(moment)
    for step in range(present - 1, present + 2):
        code = totp.code_of(SECRET, step)
        assert totp.matching_step(SECRET, code, moment=moment, after=step) is None
        assert totp.matching_step(SECRET, code, moment=moment, after=step - 1) == step


@given(st.binary(min_size=20, max_size=20), st.integers(min_value=0, max_value=2**40))
def test_a_code_is_always_six_digits(secret: bytes, step: int) -> None:
    code = totp.code_of(secret, step)
    assert len(code) == 6
    assert code.isdecimal()


def test_secrets_are_160_bits_that_differ_and_are_typed_without_padding() -> None:
    made = {totp.new_secret() for _ in range(100)}
    assert len(made) == 100
    assert {len(secret) for secret in made} == {20}
    assert all(b32decode(totp.as_text(secret)) == secret for secret in made)
    assert not [secret for secret in made if "=" in totp.as_text(secret)]


def test_whatever_an_address_holds_stays_in_its_place() -> None:
    link = totp.uri(SECRET, issuer="shop.example.com", account="a&secret=b?#:/@example.org")
    label, _, query = link.removeprefix("otpauth://totp/").partition("?")
    assert label == "shop.example.com:a%26secret%3Db%3F%23%3A%2F%40example.org"
    assert query.count("secret=") == 1
