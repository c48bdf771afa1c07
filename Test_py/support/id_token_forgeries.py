"""ID tokens that look right and prove nothing: by name, each a way to twist one that is right."""

from __future__ import annotations

import json
from typing import Any, Final

from jwcrypto import jwk

from Test_py.support.forge import ABSENT, b64
from Test_py.support.identity_provider import CLIENT_ID, ISSUER, SECRET, IdTokens, Twist, provider_key
from utils.clock import now

OTHERS: Final = "someone-elses-client"
STRANGER: Final = jwk.JWK.generate(kty="RSA", size=2048, kid="RSA-1")
SHORT: Final = jwk.JWK.generate(kty="RSA", size=1024, kid="short")
"""A key that the provider has published, and that anybody can break."""


def claims(**changed: Any) -> Twist:
    """Twist claims only; the signature is the provider's own."""
    return lambda tokens: tokens.token(**changed)


def header(**changed: Any) -> Twist:
    """Twist the header only; the signature is the provider's own, over the twisted header."""
    return lambda tokens: tokens.token(header=changed)


def _public_pem() -> bytes:
    return bytes(provider_key().export_to_pem())


def _confused(secret: bytes) -> Twist:
    """Sign by HMAC with what everybody knows of the provider: RFC 8725, 2.1."""
    key = jwk.JWK(kty="oct", k=b64(secret), kid="RSA-1")
    return lambda tokens: tokens.token(header={"alg": "HS256"}, key=key)


def _own_key(**said: Any) -> Twist:
    """Sign by a key of one's own, and say in the header where it can be found."""
    return lambda tokens: tokens.token(header=said, key=STRANGER)


def _damaged(tokens: IdTokens) -> str:
    head, body, signature = tokens.token().split(".")
    return f"{head}.{body}.{'A' if signature[0] != 'A' else 'B'}{signature[1:]}"


def _other_body(tokens: IdTokens) -> str:
    head, _, signature = tokens.token().split(".")
    return f"{head}.{b64(json.dumps(tokens.claims | {'sub': 'eve'}))}.{signature}"


def _seconds(offset: float) -> int:
    return int(now().timestamp() + offset)


def _late(name: str, offset: float) -> Twist:
    def twist(tokens: IdTokens) -> str:
        changed: dict[str, Any] = {name: _seconds(offset)}
        return tokens.token(**changed)

    return twist


TWISTED: Final[dict[str, Twist]] = {
    "alg none": lambda tokens: tokens.unsigned(header={"alg": "none"}),
    "alg NONE": lambda tokens: tokens.unsigned(header={"alg": "NONE"}, signature="AAAA"),
    "alg none with a signature": lambda tokens: tokens.unsigned(header={"alg": "none"}, signature="AAAA"),
    "no alg": lambda tokens: tokens.unsigned(header={"alg": ABSENT}, signature="AAAA"),
    "alg that is a list": lambda tokens: tokens.unsigned(header={"alg": ["RS256"]}, signature="AAAA"),
    "HS256 with the public key": _confused(_public_pem()),
    "HS256 with our own secret at the provider": _confused(SECRET.encode()),
    "RS512, which is not on the list": header(alg="RS512"),
    "RS256 under the id of an EC key": header(kid="EC-1"),
    "an unknown kid": header(kid="RSA-9"),
    "a kid that is no text": header(kid=1),
    "a path as kid": header(kid="../../dev/null"),
    "no kid where there is a choice": lambda tokens: tokens.token(header={"kid": ABSENT}),
    "a key that is too short": lambda tokens: tokens.token(header={"kid": "short"}, key=SHORT),
    "a stranger's key": _own_key(),
    "a stranger's key as jwk": _own_key(jwk=json.loads(STRANGER.export_public())),
    "a stranger's key by jku": _own_key(jku="https://evil.example/jwks"),
    "a stranger's key by x5u": _own_key(x5u="https://evil.example/cert"),
    "a stranger's key as x5c": _own_key(x5c=["MIIB"]),
    "a critical extension": lambda tokens: tokens.unsigned(header={"crit": ["exp"], "exp": 1}, signature="AAAA"),
    "b64 false": lambda tokens: tokens.unsigned(header={"b64": False, "crit": ["b64"]}, signature="AAAA"),
    "an access token's typ": header(typ="at+jwt"),
    "a logout token's typ": header(typ="logout+jwt"),
    "a damaged signature": _damaged,
    "another body": _other_body,
    "an empty signature": lambda tokens: tokens.unsigned(header={}, signature=""),
    "no dots": lambda tokens: "token",
    "five parts": lambda tokens: f"{tokens.token()}.AAAA.AAAA",
    "padding": lambda tokens: f"{tokens.token()}=",
    "a line break": lambda tokens: f"{tokens.token()}\n",
    "a header that is no JSON": lambda tokens: f"{b64('{')}.{b64('{}')}.AAAA",
    "a body that is a list": lambda tokens: f"{tokens.token().split('.')[0]}.{b64('[]')}.AAAA",
    "far too long": claims(padding="x" * 20_000),
    "another issuer": claims(iss="https://evil.example"),
    "the issuer with a slash": claims(iss=f"{ISSUER}/"),
    "the issuer in capitals": claims(iss=ISSUER.upper()),
    "issuers in a list": claims(iss=[ISSUER]),
    "no issuer": claims(iss=ABSENT),
    "for another client": claims(aud=OTHERS),
    "for us and another": claims(aud=[CLIENT_ID, OTHERS]),
    "for nobody": claims(aud=ABSENT),
    "for an empty list": claims(aud=[]),
    "for us in a list in a list": claims(aud=[[CLIENT_ID]]),
    "made for another party": claims(azp=OTHERS),
    "made for another party, us in a list": claims(aud=[CLIENT_ID], azp=OTHERS),
    "another nonce": claims(nonce="A" * 43),
    "no nonce": claims(nonce=ABSENT),
    "an empty nonce": claims(nonce=""),
    "a nonce that is no text": claims(nonce=["x"]),
    "lapsed": _late("exp", -61),
    "lapsed long ago": claims(exp=1),
    "no end": claims(exp=ABSENT),
    "an end that is text": claims(exp="9999999999"),
    "an end that is true": claims(exp=True),
    "no beginning": claims(iat=ABSENT),
    "issued in the future": _late("iat", 120),
    "issued before this sign-in could begin": _late("iat", -661),
    "not valid yet": _late("nbf", 120),
    "a beginning that is text": claims(nbf="soon"),
    "about nobody": claims(sub=ABSENT),
    "about an empty name": claims(sub=""),
    "about a number": claims(sub=7),
    "about too long a name": claims(sub="x" * 256),
    "about a name with a line break": claims(sub="ada\n1"),
    "beside another access token": claims(at_hash=b64(b"x" * 16)),
    "beside a number": claims(at_hash=1),
}
