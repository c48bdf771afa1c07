"""One account's life over HTTP, told to a shop that is only known by its address: on this machine, or an emulator."""

from __future__ import annotations

import json
import re
import time
import urllib.error
import urllib.request
import uuid
from base64 import b32decode
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit

from pushcart.accounts import totp
from Test_py.support.oidc_provider import Browser, RealProvider
from utils.clock import now

API: Final = "/api/v1"
PASSWORD: Final = "a quiet Evening 7"
ANOTHER: Final = "a louder Morning 8"
PATIENCE_SECONDS: Final = 60
GUARDED_WITHIN_SECONDS: Final = 60
SLACK_SECONDS: Final = 10
"""How soon the access tokens of a session that has ended die (security.md)."""


@dataclass(frozen=True, slots=True)
class Told:
    """What came back."""

    status: int
    headers: dict[str, str]
    json: Any
    content: bytes = b""

    @property
    def content_type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0]

    @property
    def data(self) -> Any:
        assert self.status < 400, self.json
        return self.json["data"]


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


@dataclass(slots=True)
class Story:
    """Who tells it. ``mails`` returns the texts of all mails so far, the latest last; ``let_pass`` lets seconds go by,
    by the shop's clock where that can be moved (``moves_clock``)."""

    url: str
    mails: Callable[[], list[str]]
    let_pass: Callable[[float], None] = time.sleep
    moves_clock: bool = False
    ahead: float = 0.0
    email: str = field(default_factory=lambda: f"{uuid.uuid4().hex}@example.org")
    secret: str = ""
    used_step: int = 0

    def call(self, method: str, path: str, body: Any = None, *, token: str = "", **headers: str) -> Told:
        given = {"content-type": "application/json"} if body is not None else {}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        if (method == "POST" and "/auth/" not in path) or path.endswith("/register"):
            given.setdefault("idempotency-key", str(uuid.uuid4()))
        if token:
            given["authorization"] = f"Bearer {token}"
        content = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}{path}", data=content, headers=given, method=method)  # noqa: S310
        opener = urllib.request.build_opener(_Stay())
        try:
            with opener.open(request, timeout=60) as response:
                return _told(response)
        except urllib.error.HTTPError as other:
            return _told(other)

    def mailed(self, page: str) -> str:
        """Return the token of the latest link to a page of the storefront, in a mail that may be on its way."""
        return str(until(lambda: self._tokens(page), bool)[-1])

    def _tokens(self, page: str) -> list[str]:
        pattern = re.compile(rf"/{page}#token=([\w.-]+)")
        return [match[1] for text in self.mails() if self.email in text for match in pattern.finditer(text)]

    def log_in(self, password: str = PASSWORD) -> Told:
        return self.call("POST", f"{API}/auth/login", {"email": self.email, "password": password})

    def refresh(self, refresh_token: str) -> Told:
        return self.call("POST", f"{API}/auth/refresh", {"refresh_token": refresh_token})

    def code(self) -> str:
        """Return the app's code of a step that was not used yet, waiting for one if need be."""
        while totp.step_of(self._now()) + 1 <= self.used_step:
            self.wait(5)
        self.used_step = max(self.used_step + 1, totp.step_of(self._now()))
        return totp.code_of(b32decode(self.secret), self.used_step)

    def wait(self, seconds: float) -> None:
        self.let_pass(seconds)
        self.ahead += seconds if self.moves_clock else 0

    def dies(self, path: str, token: str) -> float:
        """Wait until ``token`` is good for nothing any more; return how many seconds that took."""
        began = self._now()
        while self.call("GET", path, token=token).status != 401:
            took = (self._now() - began).total_seconds()
            assert took <= GUARDED_WITHIN_SECONDS + SLACK_SECONDS, f"still good after {took:.0f} s"
            self.wait(5)
        return (self._now() - began).total_seconds()

    def _now(self) -> datetime:
        return now() + timedelta(seconds=self.ahead)


def tell(story: Story, *, provider: RealProvider, issuer: str, admin: tuple[str, str]) -> list[str]:
    """Live through an account's life, and return the chapters, each a line.

    Parameters
    ----------
    provider
        A real identity provider, which has the shop's callback among its redirect URIs.
    issuer
        The shop's own name for its address (``TOKEN_ISSUER``), which the provider sends browsers back to.
    admin
        Address and password of somebody who may make API keys.
    """
    chapters = [_registers(story), _verifies(story)]
    tokens = story.log_in().data
    codes = _enrols(story, tokens["access_token"])
    chapters.append("logs in, and enables a second factor with ten recovery codes")
    chapters.append(_logs_in_with_it(story))
    chapter, revoked = _makes_a_key(story, admin)
    chapters.append(chapter)
    chapters.append(_loses_a_family(story, codes))
    # The two wait for the same minute.
    story.dies(f"{API}/inventory", revoked)
    chapters.append(_lists_and_revokes(story, codes))
    chapters.append(_resets(story, codes))
    chapters.append(_comes_through_a_provider(story, provider, issuer))
    return chapters


def _registers(story: Story) -> str:
    body = {"email": story.email, "password": PASSWORD, "name": "Ada Lovelace"}
    told = story.call("POST", f"{API}/auth/register", body)
    assert (told.status, told.data) == (202, {"email": story.email})
    return "registers"


def _verifies(story: Story) -> str:
    token = story.mailed("verify-email")
    assert story.call("POST", f"{API}/auth/verify-email", {"token": token}).status == 200
    access_token = story.log_in().data["access_token"]
    assert story.call("GET", f"{API}/users/me", token=access_token).data["email_verified"] is True
    return "verifies the address by the mailed link"


def _enrols(story: Story, access_token: str) -> list[str]:
    story.secret = story.call("POST", f"{API}/auth/mfa/totp", {}, token=access_token).data["secret"]
    confirmed = story.call("POST", f"{API}/auth/mfa/totp/confirm", {"code": story.code()}, token=access_token)
    codes: list[str] = confirmed.data["recovery_codes"]
    assert len(set(codes)) == 10
    return codes


def _second_step(story: Story, password: str, **proof: str) -> Any:
    challenge = story.log_in(password).data
    assert set(challenge) == {"mfa_token", "methods"}, challenge
    told = story.call("POST", f"{API}/auth/mfa/verify", {"mfa_token": challenge["mfa_token"], **proof})
    return told.data


def _logs_in_with_it(story: Story) -> str:
    challenge = story.log_in().data
    wrong = story.call("POST", f"{API}/auth/mfa/verify", {"mfa_token": challenge["mfa_token"], "code": "000000"})
    code = story.code()
    assert wrong.status == 401 or code == "000000"
    told = story.call("POST", f"{API}/auth/mfa/verify", {"mfa_token": challenge["mfa_token"], "code": code})
    assert told.data["token_type"] == "Bearer"
    return "logs in with it, and not with a wrong code"


def _loses_a_family(story: Story, codes: list[str]) -> str:
    tokens = _second_step(story, PASSWORD, recovery_code=codes[0])
    first = tokens["refresh_token"]
    second = story.refresh(first).data["refresh_token"]
    third = story.refresh(second).data
    assert story.refresh(first).status == 401, "a used token is no good"
    assert story.refresh(third["refresh_token"]).status == 401, "and takes its whole family along"
    seconds = story.dies(f"{API}/users/me", third["access_token"])
    return f"refreshes twice, replays the old token and sees the family die (access token dead within {seconds:.0f} s)"


def _lists_and_revokes(story: Story, codes: list[str]) -> str:
    here, there = (_second_step(story, PASSWORD, recovery_code=code) for code in codes[1:3])
    listed = story.call("GET", f"{API}/auth/sessions?limit=100", token=here["access_token"]).data
    (own,) = [one for one in listed if one["current"]]
    others = [one for one in listed if not one["current"]]
    assert others
    for one in others:
        gone = story.call("DELETE", f"{API}/auth/sessions/{one['id']}", token=here["access_token"])
        assert gone.status == 204
    assert story.refresh(there["refresh_token"]).status == 401
    left = story.call("GET", f"{API}/auth/sessions", token=here["access_token"]).data
    assert [one["id"] for one in left] == [own["id"]]
    return f"lists {len(listed)} sessions and revokes all but this one"


def _resets(story: Story, codes: list[str]) -> str:
    before = _second_step(story, PASSWORD, recovery_code=codes[3])
    assert story.call("POST", f"{API}/auth/password/forgot", {"email": story.email}).status == 202
    token = story.mailed("reset-password")
    body = {"token": token, "password": ANOTHER}
    assert story.call("POST", f"{API}/auth/password/reset", body).status in {200, 204}
    assert story.call("POST", f"{API}/auth/password/reset", body).status == 400
    assert story.refresh(before["refresh_token"]).status == 401
    assert story.log_in(PASSWORD).status == 401
    assert _second_step(story, ANOTHER, recovery_code=codes[4])["access_token"]
    return "resets the password by the mailed link, once; every session ends"


def _makes_a_key(story: Story, admin: tuple[str, str]) -> tuple[str, str]:
    """Make a key, use it, be refused, and revoke it; return the chapter, and the key that is to die."""
    email, password = admin
    token = story.call("POST", f"{API}/auth/login", {"email": email, "password": password}).data["access_token"]
    body = {"name": f"stock sync {uuid.uuid4().hex[:8]}", "scopes": ["inventory:read"]}
    made = story.call("POST", f"{API}/api-keys", body, token=token).data
    assert story.call("GET", f"{API}/inventory", token=made["key"]).status == 200
    assert story.call("GET", f"{API}/users", token=made["key"]).status == 403
    assert story.call("GET", f"{API}/orders", token=made["key"]).status == 403
    assert story.call("DELETE", f"{API}/api-keys/{made['id']}", token=token).status == 204
    return "makes an API key with one scope, which is refused outside it, and revokes it", str(made["key"])


def _comes_through_a_provider(story: Story, provider: RealProvider, issuer: str) -> str:
    callback = f"{issuer}{API}/auth/oidc/{provider.name}/callback"
    begun = story.call("GET", f"{API}/auth/oidc/{provider.name}/start")
    assert begun.status in {302, 303}, begun.json
    cookie = begun.headers["set-cookie"].partition(";")[0]
    back = Browser(f"ada-{uuid.uuid4().hex[:8]}").go(begun.headers["location"], until=callback)
    told = story.call("GET", f"{API}/auth/oidc/{provider.name}/callback?{urlsplit(back).query}", cookie=cookie)
    assert told.status == 200, told.json
    me = story.call("GET", f"{API}/users/me", token=told.json["access_token"]).data
    assert me["email_verified"] is True
    again = story.call("GET", f"{API}/auth/oidc/{provider.name}/callback?{urlsplit(back).query}", cookie=cookie)
    assert again.status >= 400
    return "signs in through the external provider, whose answer is good once"


def until(look: Callable[[], Any], reached: Callable[[Any], bool], seconds: float = PATIENCE_SECONDS) -> Any:
    """Return what ``look`` returns once it has ``reached`` what is waited for."""
    deadline = time.monotonic() + seconds
    while not reached(seen := look()) and time.monotonic() < deadline:
        time.sleep(0.5)
    assert reached(seen), seen
    return seen


def _told(response: Any) -> Told:
    content = response.read()
    headers = {name.lower(): value for name, value in response.headers.items()}
    parsed = json.loads(content) if content[:1] in (b"{", b"[") else None
    return Told(response.status, headers, parsed, content)
