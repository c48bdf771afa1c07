"""What is stored of secrets that we made."""

from __future__ import annotations

from pushcart.accounts.hashes import hashed, is_hash_of


def test_it_is_the_sha_256_hash_in_hexadecimal() -> None:
    assert hashed("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", "FIPS 180-2, B.1"


def test_a_secret_is_told_from_all_others() -> None:
    assert is_hash_of(hashed("rt_1"), "rt_1")
    assert not is_hash_of(hashed("rt_1"), "rt_2")
    assert not is_hash_of(hashed("rt_1"), hashed("rt_1")), "whoever reads the table holds nothing that opens"


def test_what_no_client_of_ours_sends_is_hashed_too() -> None:
    assert not is_hash_of(hashed("rt_1"), "\ud800")
