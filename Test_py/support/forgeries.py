"""Access tokens that must be refused, each by its name: forged ones, and twisted ones under a good signature."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

from jwcrypto import jwk

from Test_py.support.forge import ABSENT, Forger, b64

TEN_YEARS = 10 * 365 * 86_400
Make = Callable[[Forger], str]


def forgeries() -> Iterator[tuple[str, Make]]:
    """Yield every case: what it is, and how it is made."""
    yield from _UNSIGNED.items()
    yield from _CONFUSED.items()
    yield from _HEADERS.items()
    yield from _KEY_IDS.items()
    for claim, values in _CLAIMS.items():
        for name, value in values.items():
            yield f"{claim} {name}", _claim(claim, value)
    yield from _TIMES.items()
    yield from _SHAPES.items()


def _claim(name: str, value: Any) -> Make:
    return lambda forger: forger.token(**{name: value})


def _other_key(**options: Any) -> jwk.JWK:
    return jwk.JWK.generate(**({"kty": "EC", "crv": "P-256"} | options))


def _hmac_of(forger: Forger, secret: bytes, alg: str = "HS256") -> str:
    key = jwk.JWK(kty="oct", k=b64(secret))
    return forger.token(header={"alg": alg}, key=key)


def _embedded(forger: Forger) -> str:
    key = _other_key()
    return forger.token(header={"jwk": json.loads(key.export_public())}, key=key)


def _spliced(forger: Forger) -> str:
    """The payload of an admin under the signature of a customer."""
    header, _, signature = forger.token().split(".")
    return f"{header}.{forger.payload(roles=['admin'])}.{signature}"


def _other_tail(forger: Forger) -> str:
    """The same signature in another spelling: the last character has four bits that mean nothing."""
    token, alphabet = forger.token(), "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return token[:-1] + alphabet[alphabet.index(token[-1]) ^ 1]


_UNSIGNED: dict[str, Make] = {
    f"alg {alg!r} with {name}": lambda forger, alg=alg, signature=signature: forger.unsigned(
        header={"alg": alg}, signature=signature
    )
    for alg in ("none", "None", "NONE", "nOnE", "")
    for name, signature in (("no signature", ""), ("a signature of zeros", b64(bytes(64))))
} | {
    "ES256 without a signature": lambda forger: forger.unsigned(header={}),
    "ES256 with r and s of zero": lambda forger: forger.unsigned(header={}, signature=b64(bytes(64))),
    "ES256 with r and s of the order": lambda forger: forger.unsigned(
        header={}, signature=b64(bytes.fromhex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551" * 2))
    ),
    "no alg": lambda forger: forger.unsigned(header={"alg": ABSENT}, signature=b64(bytes(64))),
    "alg as a list": lambda forger: forger.unsigned(header={"alg": ["ES256"]}, signature=b64(bytes(64))),
    "alg null": lambda forger: forger.unsigned(header={"alg": None}, signature=b64(bytes(64))),
}

_CONFUSED: dict[str, Make] = {
    "HS256 under the public key in PEM": lambda forger: _hmac_of(forger, forger.public_pem()),
    "HS256 under the public key as a JWK": lambda forger: _hmac_of(forger, forger.key.export_public().encode()),
    "HS256 under the kid": lambda forger: _hmac_of(forger, forger.kid.encode()),
    "HS512 under the public key in PEM": lambda forger: _hmac_of(forger, forger.public_pem(), "HS512"),
    "HS256 under a key of zeros": lambda forger: _hmac_of(forger, bytes(32)),
    "another key under our kid": lambda forger: forger.token(key=_other_key()),
    "RS256 under our kid": lambda forger: forger.token(
        header={"alg": "RS256"}, key=jwk.JWK.generate(kty="RSA", size=2048)
    ),
    "ES384 under our kid": lambda forger: forger.token(header={"alg": "ES384"}, key=_other_key(crv="P-384")),
    "EdDSA under our kid": lambda forger: forger.token(
        header={"alg": "EdDSA"}, key=jwk.JWK.generate(kty="OKP", crv="Ed25519")
    ),
    "a key of the token's own": _embedded,
    "a customer's signature under an admin's claims": _spliced,
    "the signature spelt otherwise": _other_tail,
}

_HEADERS: dict[str, Make] = {
    f"typ {typ!r}": lambda forger, typ=typ: forger.token(header={"typ": typ})
    for typ in ("JWT", "jwt", "AT+JWT", "at+JWT", "application/at+jwt", "at+jwt ", "", "id+jwt", 1, None, ["at+jwt"])
} | {
    "no typ": lambda forger: forger.token(header={"typ": ABSENT}),
    "jku": lambda forger: forger.token(header={"jku": "https://evil.example/jwks.json"}),
    "x5u": lambda forger: forger.token(header={"x5u": "https://evil.example/key.pem"}),
    "x5c": lambda forger: forger.token(header={"x5c": ["AAAA"]}),
    "cty": lambda forger: forger.token(header={"cty": "JWT"}),
    "crit": lambda forger: forger.unsigned(
        header={"crit": ["exp"], "exp": 1}, signature=forger.token().rsplit(".", 1)[-1]
    ),
}

_KEY_IDS: dict[str, Make] = {
    f"kid {kid!r}": lambda forger, kid=kid: forger.token(header={"kid": kid})
    for kid in (
        "", "unknown", "../../../../dev/null", "/etc/passwd", "' OR '1'='1", "token-signing", "0", "https://evil.example/k",
        "a" * 2000, 0, None, ["x"], {"kid": "x"},
    )
} | {
    "no kid": lambda forger: forger.token(header={"kid": ABSENT}),
    "kid with a line's end": lambda forger: forger.token(header={"kid": forger.kid + "\n"}),
    "another key's kid": lambda forger: (key := _other_key()) and forger.token(
        header={"kid": key.thumbprint()}, key=key
    ),
}  # fmt: skip

_CLAIMS: dict[str, dict[str, Any]] = {
    "iss": {
        "absent": ABSENT, "another": "https://evil.example", "a slash more": "http://127.0.0.1:8000/",
        "a list": ["http://127.0.0.1:8000"], "null": None, "a number": 1,
    },
    "aud": {
        "absent": ABSENT, "another": "another", "a list of ours": ["pushcart"], "a list with ours": ["x", "pushcart"],
        "in capitals": "PUSHCART", "null": None, "empty": "", "an object": {"pushcart": 1},
    },
    "sub": {
        "absent": ABSENT, "null": None, "a number": 1, "empty": "", "a list": ["usr_00000000000000000000000000"],
        "a session's": "ses_00000000000000000000000000", "two words": "usr_0000 admin", "a path": "usr_../../x",
        "a line's end": "usr_00000000000000000000000000\n",
    },
    "sid": {
        "absent": ABSENT, "null": None, "empty": "", "a number": 7, "a user's": "usr_00000000000000000000000000",
    },
    "roles": {
        "absent": ABSENT, "null": None, "a text": "admin", "with two in one": ["customer admin"], "with a number": [1],
        "with nothing": [""], "an object": {"admin": True},
    },
    "scope": {
        "absent": ABSENT, "null": None, "empty": "", "a list": ["account"], "with a line's end": "account\nadmin",
    },
    "ver": {"absent": ABSENT, "of tomorrow": 2, "a text": "1", "true": True, "a fraction": 1.0},
    "client_id": {"null": None, "empty": "", "a list": ["cli_00000000000000000000000000"],
                  "a user's": "usr_00000000000000000000000000", "a number": 1},
    "nbf": {"unasked": 0},
    "admin": {"unasked": True},
}  # fmt: skip


def _timed(born: int, life: Any) -> Make:
    def make(forger: Forger) -> str:
        issued = forger.claims["iat"] + born
        return forger.token(iat=issued, exp=issued + life if isinstance(life, int) else life)

    return make


_TIMES: dict[str, Make] = {
    "ten years long": _timed(0, TEN_YEARS),
    "a second too long": _timed(0, 601),
    "born tomorrow": _timed(86_400, 600),
    "born in a minute": _timed(60, 600),
    "dead before it was born": _timed(0, -1),
    "of no length": _timed(0, 0),
    "without an end": _timed(0, ABSENT),
    "end null": _timed(0, None),
    "end as text": lambda forger: forger.token(exp=str(forger.claims["exp"])),
    "end as a fraction": lambda forger: forger.token(exp=forger.claims["exp"] - 0.5),
    "end beyond numbers": lambda forger: forger.signed(json.dumps(forger.claims).replace("}", ',"exp":1e999}')),
    "end not a number": lambda forger: forger.signed(json.dumps(forger.claims).replace("}", ',"exp":NaN}')),
    "without a beginning": lambda forger: forger.token(iat=ABSENT),
    "beginning true": lambda forger: forger.token(iat=True),
    "beginning far in the past": lambda forger: forger.token(iat=1),
}


def _swapped(forger: Forger) -> Iterator[str]:
    parts = forger.token().split(".")
    for one, other in pairwise(parts):
        yield f"{other}.{one}.{parts[2]}"


_SHAPES: dict[str, Make] = {
    "one part": lambda forger: forger.token().replace(".", ""),
    "two parts": lambda forger: forger.token().rsplit(".", 1)[0],
    "four parts": lambda forger: forger.token() + "." + forger.token().rsplit(".", 1)[-1],
    "five parts": lambda forger: "e30.e30.e30.e30.e30",
    "only dots": lambda forger: "..",
    "parts swapped": lambda forger: next(_swapped(forger)),
    "padded": lambda forger: forger.token() + "==",
    "a space inside": lambda forger: forger.token().replace(".", ". ", 1),
    "a null inside": lambda forger: forger.token().replace(".", "\0.", 1),
    "a plus and a slash": lambda forger: forger.token()[:-2] + "+/",
    "no JSON in the header": lambda forger: "e30x." + forger.token().split(".", 1)[1],
    "a payload of null": lambda forger: forger.signed("null"),
    "a payload of a list": lambda forger: forger.signed("[]"),
    "a payload of a text": lambda forger: forger.signed('"usr_"'),
    "a payload of nothing": lambda forger: forger.signed("{}"),
    "a payload nested deeply": lambda forger: forger.signed("[" * 2500),
    "a payload that is no text": lambda forger: forger.signed(
        "\udcff".encode("utf-8", "surrogatepass").decode("latin1")
    ),
    "a refresh token": lambda forger: "rt_01J9.01J9.1.v1." + "A" * 32,
    "an API key": lambda forger: "pk_01J9_secret_crc",
    "two of them": lambda forger: f"{forger.token()},{forger.token()}",
    "9 KB of roles": lambda forger: forger.token(roles=["customer"] * 600),
    "a megabyte": lambda forger: forger.token(scope="a" * 1_000_000),
    "a megabyte of dots": lambda forger: "." * 1_000_000,
}
