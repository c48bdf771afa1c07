"""Access tokens, refresh tokens and keys, below the routes."""

from __future__ import annotations

import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st
from jwcrypto import jwk, jws

from pushcart.accounts import access_tokens, refresh_tokens
from pushcart.accounts.hashes import hashed
from pushcart.accounts.refresh_tokens import Place
from pushcart.accounts.signing_keys import PublicKey
from Test_py.support.forge import Forger
from utils.ids import new_id

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
numbers = st.integers(min_value=1, max_value=ORDER - 1)


@given(numbers, numbers)
def test_a_signature_keeps_its_two_numbers(r: int, s: int) -> None:
    jose = access_tokens.jose_signature(encode_dss_signature(r, s))
    assert jose == r.to_bytes(32, "big") + s.to_bytes(32, "big")


def test_signatures_of_every_length_are_turned() -> None:
    key = generate_private_key(SECP256R1())
    for number in range(50):
        der = key.sign(bytes([number]), ECDSA(SHA256()))
        jose = access_tokens.jose_signature(der)
        assert decode_dss_signature(der) == (int.from_bytes(jose[:32], "big"), int.from_bytes(jose[32:], "big"))


def test_a_public_key_is_read_as_another_library_reads_it() -> None:
    for _ in range(20):
        public = generate_private_key(SECP256R1()).public_key()
        ours = PublicKey.of(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))
        theirs = jwk.JWK.from_pyca(public)
        assert ours.kid == theirs.thumbprint()
        assert {"kty": "EC", "crv": "P-256", "x": ours.x, "y": ours.y}.items() <= theirs.export_public(
            as_dict=True
        ).items()


@pytest.mark.usefixtures("aws")
def test_what_kms_signs_is_what_another_library_reads() -> None:
    user_id, session_id = new_id("usr"), new_id("ses")
    forger = Forger(user_id, session_id)
    token = access_tokens.issue(user_id=user_id, session_id=session_id, scope="account", roles=["customer"])
    read = jws.JWS()
    read.deserialize(token, key=forger.key)
    claims = json.loads(read.payload)
    assert read.jose_header == forger.header
    assert claims == forger.claims | {"iat": claims["iat"], "exp": claims["iat"] + 600}


@pytest.mark.usefixtures("aws")
def test_a_refresh_token_names_its_place_and_the_next_is_always_the_same() -> None:
    place = Place(new_id("usr"), new_id("ses"), 7)
    token = refresh_tokens.issue(place)
    assert refresh_tokens.read(token) == place
    assert refresh_tokens.issue(place.successor) == refresh_tokens.issue(Place(place.user_id, place.session_id, 8))
    assert refresh_tokens.issued_before(place, hashed(token)) == token
    assert refresh_tokens.issued_before(place, hashed("another")) is None


@pytest.mark.usefixtures("aws")
@given(st.text(max_size=200))
def test_no_other_text_is_a_refresh_token(text: str) -> None:
    assert refresh_tokens.read(text) is None
    assert refresh_tokens.read(f"rt_{text}") is None


@pytest.mark.usefixtures("aws")
@given(st.data())
def test_a_refresh_token_with_one_character_changed_is_none(data: st.DataObject) -> None:
    token = refresh_tokens.issue(Place("usr_01J9ZC8Q0V5W2K3M4N5P6Q7R8S", "ses_01J9ZC8Q0V5W2K3M4N5P6Q7R8S", 3))
    at = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.characters().filter(lambda character: character != token[at]))
    assert refresh_tokens.read(token[:at] + other + token[at + 1 :]) is None
