"""OAuth clients, as their authors would write them: registered by staff, sent through the gateway."""

from __future__ import annotations

import hashlib
from base64 import b64encode, urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from Test_py.support.client import Api, Reply
from Test_py.support.shopkeeping import session

API = "/api/v1/oauth"
CALLBACK = "https://tracker.example.com/callback"
LOOPBACK = "http://127.0.0.1/done"
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
FORM = {"content-type": "application/x-www-form-urlencoded"}
SCOPES = ["openid", "profile:read", "purchases:read"]


def challenge_of(verifier: str) -> str:
    return urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


def form(fields: dict[str, Any]) -> str:
    return urlencode({name: value for name, value in fields.items() if value is not None})


def registration(**fields: Any) -> dict[str, Any]:
    """Return the body that registers a confidential client which may ask people."""
    return {
        "name": "Parcel tracker",
        "kind": "confidential",
        "grants": ["authorization_code", "refresh_token"],
        "redirect_uris": [CALLBACK, LOOPBACK],
        "scopes": SCOPES,
    } | fields


@dataclass(slots=True)
class Program:
    """A registered client, and what it does."""

    api: Api
    client_id: str
    secret: str | None
    data: dict[str, Any] = field(default_factory=dict)

    @property
    def basic(self) -> dict[str, str]:
        """Who it is, as HTTP Basic says it; nothing for one without a secret."""
        if self.secret is None:
            return {}
        pair = f"{quote(self.client_id)}:{quote(self.secret)}"
        return {"authorization": f"Basic {b64encode(pair.encode()).decode()}"}

    def post(
        self, what: str, fields: dict[str, Any], *, headers: dict[str, str] | None = None, **options: Any
    ) -> Reply:
        """Send a form to ``token``, ``revoke`` or ``introspect`` as this client."""
        known = {"client_id": self.client_id} if self.secret is None else {}
        sent = FORM | (self.basic if headers is None else headers)
        return self.api.post(f"{API}/{what}", body=form(known | fields), headers=sent, **options)

    def request(self, **fields: Any) -> dict[str, Any]:
        """Return the parameters of a good authorization request, changed where asked for; ``None`` leaves one out."""
        asked = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": CALLBACK,
            "scope": "openid purchases:read",
            "state": "xyz-1",
            "code_challenge": challenge_of(VERIFIER),
            "code_challenge_method": "S256",
        } | fields
        return {name: value for name, value in asked.items() if value is not None}

    def ask(self, token: str, **fields: Any) -> Reply:
        return self.api.get(f"{API}/authorize", query=self.request(**fields), token=token)

    def approve(self, token: str, **fields: Any) -> Reply:
        body = form(self.request(**({"decision": "approve"} | fields)))
        return self.api.post(f"{API}/authorize", body=body, headers=FORM, token=token)

    def code(self, token: str, **fields: Any) -> str:
        """Return a code that somebody approved."""
        return answer_of(self.approve(token, **fields))["code"]

    def exchange(self, code: str, **fields: Any) -> Reply:
        grant = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK, "code_verifier": VERIFIER}
        return self.post("token", grant | fields)

    def tokens(self, token: str, **fields: Any) -> dict[str, Any]:
        """Return what the client gets once somebody approved."""
        reply = self.exchange(self.code(token, **fields))
        assert reply.status == 200, reply.body
        return dict(reply.json)

    def refresh(self, refresh_token: str, **fields: Any) -> Reply:
        return self.post("token", {"grant_type": "refresh_token", "refresh_token": refresh_token} | fields)

    def own_token(self, **fields: Any) -> Reply:
        return self.post("token", {"grant_type": "client_credentials"} | fields)

    def introspect(self, token: str, **fields: Any) -> Any:
        reply = self.post("introspect", {"token": token} | fields)
        assert reply.status == 200, reply.body
        return reply.json

    def revoke(self, token: str, **fields: Any) -> Reply:
        return self.post("revoke", {"token": token} | fields)


def registered(api: Api, **fields: Any) -> Program:
    """Return a client that an admin registered just now."""
    reply = api.post(f"{API}/clients", json=registration(**fields), token=session("admin"))
    assert reply.status == 201, reply.body
    return Program(api, reply.data["id"], reply.data["client_secret"], reply.data)


def public(api: Api, **fields: Any) -> Program:
    return registered(api, kind="public", **fields)


def machine(api: Api, *scopes: str, **fields: Any) -> Program:
    """Return a client that acts for itself."""
    wanted = {"grants": ["client_credentials"], "redirect_uris": [], "scopes": list(scopes or ["inventory:read"])}
    return registered(api, **(wanted | fields))


def removed(api: Api, program: Program) -> None:
    path = f"{API}/clients/{program.client_id}"
    reply = api.delete(path, token=session("admin"), headers={"if-match": "*"})
    assert reply.status == 204, reply.body


def answer_of(reply: Reply) -> dict[str, str]:
    """Return what a redirect carries back."""
    assert "redirect_to" in reply.json, reply.body
    return {name: values[0] for name, values in parse_qs(urlsplit(reply.json["redirect_to"]).query).items()}


def refused(reply: Reply, error: str, status: int = 400) -> Reply:
    """Hold a refusal against RFC 6749, 5.2; returns it."""
    assert (reply.status, reply.json and reply.json.get("error")) == (status, error), reply.body
    assert set(reply.json) <= {"error", "error_description", "redirect_to"}
    assert reply.json["error_description"].isascii()
    return reply
