"""The passwords that everybody tries first: as many as ASVS 5.0 (6.2.4) asks for, and made as they are made."""

from __future__ import annotations

import time

import pytest

from pushcart.accounts import common_passwords
from pushcart.accounts.common_passwords import COMMON, is_common
from pushcart.accounts.passwords import LEAST, LEAST_WITH_FACTOR

MOST_TRIED = 3000


def made() -> set[str]:
    """Return what the rule makes of one word and a year, a run of digits or itself: a small part of what it knows."""
    tails = ["", "1", "123", "1234", "12345", "123456", "!", "123!", *map(str, range(1950, 2030))]
    words = common_passwords._FIRST
    return set(COMMON) | {word + tail for word in words for tail in tails} | {word + word for word in words}


def test_more_are_known_than_are_ever_tried_first() -> None:
    known = {one for one in made() if is_common(one)}
    with_factor, without = ({one for one in known if len(one) >= least} for least in (LEAST_WITH_FACTOR, LEAST))
    print(f"known: {len(with_factor)} of 8 characters and more, {len(without)} of 12 and more; asked for: {MOST_TRIED}")
    assert len(with_factor) > MOST_TRIED
    assert len(without) > MOST_TRIED


@pytest.mark.parametrize(
    "password",
    [
        "iloveyou1234", "christopher1", "qwertyuiop12", "michael12345", "password2024!", "!!princess123",
        "p@ssw0rd-2025", "@dministrator", "liverpoolfc123", "jordan23jordan", "angelangelangel", "babygirl babygirl",
        "letmein-letmein", "12sunshine12", "s3cur1ty1234", "monkey_dragon_99", "zxcvbnmzxcvbnm", "spiderman12!",
        "$ummer2026$$", "1q2w3e4r5t6y", "123456789012", "210987654321", "a123456789012", "123123123123123", "16051997",
        "123456654321", "12341234123412ab", "facebook1234", "qq1234567890",
    ],
)  # fmt: skip
def test_what_is_made_as_leaked_ones_are_is_known(password: str) -> None:
    assert is_common(password)


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery", "a quiet evening 7", "monkey dragon flower", "sommerregen um vier", "x7#kpq!mzw2$",
        "пароль из слов", "729 apples of gold", "passwordless since may", "the kingfisher 12", "",
        "492817305562", "4711 und 0815", "31415926535897",
    ],
)  # fmt: skip
def test_what_nobody_tries_first_is_not(password: str) -> None:
    assert not is_common(password)


def test_the_words_are_in_lower_case_and_of_letters_alone() -> None:
    assert all(word.isascii() and word.isalpha() and word == word.lower() for word in common_passwords._FIRST)


@pytest.mark.parametrize(
    "password", ["a" * 1024, "1" * 1024, "a1" * 512, "password" * 128, "@" * 1023 + "a", " " * 1024]
)
def test_no_password_takes_long(password: str) -> None:
    started = time.perf_counter()
    is_common(password)
    assert time.perf_counter() - started < 0.05
