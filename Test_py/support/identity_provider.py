"""An identity provider inside the process: it signs with jwcrypto, another library than the one that verifies.

It does what OpenID Connect asks of a provider, and whatever else a test tells it to.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from jwcrypto import jwk, jws

from pushcart.accounts.oidc import key_sets, metadata, providers, web
from pushcart.accounts.oidc.web import WebAnswer
from Test_py.support.client import Api, Reply
from Test_py.support.forge import ABSENT, b64
from utils.clock import now

NAME: Final = "acme"
ISSUER: Final = "https://id.acme.example"
CLIENT_ID: Final = "pushcart"
SECRET: Final = "a provider's secret: with, signs & spaces"
PROVIDERS: Final = json.dumps([{"name": NAME, "issuer": ISSUER, "client_id": CLIENT_ID}])
SECRETS: Final = json.dumps({NAME: SECRET})
START: Final = f"/api/v1/auth/oidc/{NAME}/start"
CALLBACK: Final = f"/api/v1/auth/oidc/{NAME}/callback"
ADA: Final[dict[str, Any]] = {
    "sub": "ada-1",
    "email": "ada@example.org",
    "email_verified": True,
    "name": "Ada Lovelace",
}

Twist = Callable[["IdTokens"], str]
_codes = count(1)


def provider_key(kind: str = "RSA", number: int = 1) -> jwk.JWK:
    """Return one of the provider's private keys; made once, since making one takes a while."""
    return _made(kind, number)


@cache
def _made(kind: str, number: int) -> jwk.JWK:
    about: dict[str, Any] = {"kty": "EC", "crv": "P-256"} if kind == "EC" else {"kty": "RSA", "size": 2048}
    return jwk.JWK.generate(**about, kid=f"{kind}-{number}", use="sig")


@dataclass(slots=True)
class IdTokens:
    """Makes ID tokens that are right but for what is asked for."""

    claims: dict[str, Any]
    header: dict[str, Any] = field(default_factory=lambda: {"alg": "RS256", "kid": "RSA-1", "typ": "JWT"})
    key: jwk.JWK = field(default_factory=provider_key)

    def token(self, *, header: dict[str, Any] | None = None, key: jwk.JWK | None = None, **claims: Any) -> str:
        """Return a signed token, with these claims and headers changed, or left out where they are ``ABSENT``."""
        protected = _present(self.header | (header or {}))
        signed = jws.JWS(json.dumps(_present(self.claims | claims)))
        signed.allowed_algs = [protected["alg"]]
        signed.add_signature(key or self.key, alg=protected["alg"], protected=json.dumps(protected))
        return str(signed.serialize(compact=True))

    def unsigned(self, *, header: dict[str, Any], signature: str = "", **claims: Any) -> str:
        """Return a token whose signature is whatever is given."""
        head, body = json.dumps(_present(self.header | header)), json.dumps(_present(self.claims | claims))
        return f"{b64(head)}.{b64(body)}.{signature}"


@dataclass(frozen=True, slots=True)
class Invitation:
    """What a browser was sent to the provider with."""

    query: dict[str, str]
    cookie: str

    @property
    def state(self) -> str:
        return self.query["state"]


@dataclass(slots=True)
class FakeProvider:
    """A provider behind the port. ``asked`` notes every request; ``answers`` replaces what one of its addresses says.

    ``lenient``: codes are good more than once.
    """

    keys: list[jwk.JWK] = field(default_factory=lambda: [provider_key(), provider_key("EC")])
    about: dict[str, Any] = field(default_factory=dict)
    answers: dict[str, WebAnswer | Exception] = field(default_factory=dict)
    userinfo: dict[str, Any] | None = None
    in_id_token: tuple[str, ...] = ("email", "email_verified", "name", "locale")
    twist: Twist | None = None
    lenient: bool = False
    asked: list[str] = field(default_factory=list)
    sent: dict[str, tuple[dict[str, str], dict[str, Any]]] = field(default_factory=dict)

    def get(self, url: str, *, bearer: str | None = None) -> WebAnswer:
        self.asked.append(f"GET {url}")
        if url in self.answers:
            return _given(self.answers[url])
        if url == f"{ISSUER}/userinfo":
            return _json(self.userinfo or {}) if bearer == "an-access-token" else WebAnswer(401, b"{}")
        known: dict[str, Any] = {
            f"{ISSUER}/.well-known/openid-configuration": self.metadata,
            f"{ISSUER}/jwks": {"keys": [json.loads(key.export_public()) for key in self.keys]},
        }
        return _json(known[url])

    def post(self, url: str, fields: Mapping[str, str], *, basic: tuple[str, str]) -> WebAnswer:
        self.asked.append(f"POST {url}")
        if url in self.answers:
            return _given(self.answers[url])
        assert url == f"{ISSUER}/token"
        if basic != (CLIENT_ID, SECRET):
            return _json({"error": "invalid_client"}, 401)
        asked, claims = self.sent.get(fields["code"], ({}, {}))
        challenge = b64(hashlib.sha256(fields["code_verifier"].encode()).digest())
        right = (challenge, fields["redirect_uri"]) == (asked.get("code_challenge"), asked.get("redirect_uri"))
        if not right or fields["grant_type"] != "authorization_code":
            return _json({"error": "invalid_grant"}, 400)
        if not self.lenient:
            del self.sent[fields["code"]]
        return _json(
            {"access_token": "an-access-token", "token_type": "Bearer", "id_token": self._token(asked, claims)}
        )

    @property
    def metadata(self) -> dict[str, Any]:
        said = {
            "issuer": ISSUER,
            "authorization_endpoint": f"{ISSUER}/authorize?tenant=1",
            "token_endpoint": f"{ISSUER}/token",
            "jwks_uri": f"{ISSUER}/jwks",
            "userinfo_endpoint": f"{ISSUER}/userinfo",
        }
        return _present(said | self.about)

    def sign_in(self, invitation: Invitation, **claims: Any) -> str:
        """Let somebody sign in at the provider, and return the code that the browser is sent back with."""
        asked = invitation.query
        assert (asked["response_type"], asked["client_id"], asked["tenant"]) == ("code", CLIENT_ID, "1")
        assert asked["code_challenge_method"] == "S256"
        assert "openid" in asked["scope"].split()
        code = f"code-{next(_codes)}"
        self.sent[code] = asked, ADA | claims
        return code

    def _token(self, asked: dict[str, str], claims: dict[str, Any]) -> str:
        moment = int(now().timestamp())
        shown = {name: value for name, value in claims.items() if name == "sub" or name in self.in_id_token}
        required = {"iss": ISSUER, "aud": CLIENT_ID, "iat": moment, "exp": moment + 300, "nonce": asked["nonce"]}
        tokens = IdTokens(required | _present(shown))
        return self.twist(tokens) if self.twist else tokens.token()


def begin(api: Api, query: Mapping[str, str] | None = None, **options: Any) -> Invitation:
    """Let a browser begin to sign in, and return what it is sent to the provider with."""
    reply = api.get(START, query=query, **options)
    assert reply.status == 303, reply.body
    cookie = reply.headers["set-cookie"].partition(";")[0]
    parts = urlsplit(reply.headers["location"])
    assert f"{parts.scheme}://{parts.netloc}" == ISSUER
    return Invitation(dict(parse_qsl(parts.query)), cookie)


def come_back(
    api: Api, invitation: Invitation, *, cookie: str | None = None, source_ip: str = "127.0.0.1", **query: str
) -> Reply:
    """Send a browser back to us; without a cookie of its own when ``cookie`` is empty."""
    shown = invitation.cookie if cookie is None else cookie
    headers = {"cookie": shown} if shown else {}
    return api.get(CALLBACK, query={"state": invitation.state, **query}, headers=headers, source_ip=source_ip)


def signed_in(api: Api, provider: FakeProvider, query: Mapping[str, str] | None = None, **claims: Any) -> Reply:
    """Go all the way, and return our answer."""
    invitation = begin(api, query)
    return come_back(api, invitation, code=provider.sign_in(invitation, **claims))


def forget() -> None:
    """Make this process as fresh as a new one: it asks for secrets, metadata and keys again."""
    for module in (providers, metadata, key_sets):
        module.forget()


@contextmanager
def installed(provider: FakeProvider | None = None) -> Iterator[FakeProvider]:
    """Put a provider behind the port, for a while."""
    found = provider or FakeProvider()
    before = web.use(found)
    forget()
    try:
        yield found
    finally:
        web.put_back(before)
        forget()


def _present(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not ABSENT}


def _given(answer: WebAnswer | Exception) -> WebAnswer:
    if isinstance(answer, Exception):
        raise answer
    return answer


def _json(value: Any, status: int = 200) -> WebAnswer:
    return WebAnswer(status, json.dumps(value).encode())
