"""Proof Key for Code Exchange, by the example of RFC 7636, appendix B."""

from __future__ import annotations

import pytest

from pushcart.accounts.pkce import challenge_of, is_proved

VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_a_verifier_proves_its_own_challenge() -> None:
    assert challenge_of(VERIFIER) == CHALLENGE
    assert is_proved(CHALLENGE, VERIFIER)


@pytest.mark.parametrize("verifier", ["", VERIFIER[:-1], VERIFIER[:-1] + "l", VERIFIER + "\n", "é" * 43, CHALLENGE])
def test_nothing_else_does(verifier: str) -> None:
    assert not is_proved(CHALLENGE, verifier)


@pytest.mark.parametrize("verifier", ["a" * 42, "a" * 129, "é" * 43])
def test_a_verifier_that_is_not_well_formed_proves_not_even_its_own(verifier: str) -> None:
    assert not is_proved(challenge_of(verifier), verifier)


def test_a_challenge_of_other_characters_is_no_error() -> None:
    assert not is_proved("é" * 43, VERIFIER)
