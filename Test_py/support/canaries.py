"""Notes every secret and everything personal that goes through the shop, as it goes in or out, and finds it again."""

from __future__ import annotations

import json
import re
from base64 import b64decode
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from infra.local.recorder import Call, record
from Test_py.reliability import seam
from utils.declarations import Authorizer, Loaded, Route

SECRET: Final[dict[str, str]] = {
    "access_token": "access token",
    "client_secret": "client secret",
    "code": "code",
    "code_verifier": "PKCE verifier",
    "current_password": "password",
    "id_token": "ID token",
    "mfa_token": "MFA token",
    "new_password": "password",
    "nonce": "nonce",
    "order_token": "order token",
    "otpauth_uri": "TOTP secret",
    "password": "password",
    "recovery_code": "recovery code",
    "recovery_codes": "recovery code",
    "refresh_token": "refresh token",
    "secret": "TOTP secret",
    "state": "state",
    "token": "token",
}
"""Names of fields, in bodies, forms and queries, in and out, and what kind of a secret is in them."""
BY_PATH: Final[dict[tuple[str, str], str]] = {
    ("key", "/api-keys"): "API key",
    ("code", "/oauth/"): "authorization code",
    ("code", "/auth/mfa/"): "TOTP code",
    ("code", "/auth/oidc/"): "provider's code",
    ("token", "/orders"): "payment token",
    ("token", "/carts"): "cart token",
    ("token", "/auth/"): "mailed token",
    ("token", "/oauth/"): "access token",
}
"""What a name means below a path, where it means more than one thing, or elsewhere nothing."""
PERSONAL: Final = {"email": "e-mail address", "name": "name", "phone": "phone number", "line1": "address"}
OF_PEOPLE: Final = re.compile(r"/(users|auth|orders|stock-subscriptions)\b|/carts/[^/]+/addresses")
"""Paths below which a name is a person's."""
OF_PROMOTIONS: Final = re.compile(r"/(promotions|carts|orders)\b")
"""Paths below which a code is a promotion's, which is printed in newspapers."""
OF_THE_SHOP: Final = frozenset({"promotions", "shipping", "shipping_method"})
"""What is below these names is called so by the shop."""
HEADERS: Final = {"x-cart-token": "cart token", "x-order-token": "order token"}
HERE: Final = "127.0.0.1"
SHORTEST: Final = 6
SENDS: Final = frozenset({"SendMessage", "SendMessageBatch", "Publish", "PublishBatch"})


@dataclass(slots=True)
class Harvest:
    """Stands between the gateway or the pumps and the functions, and notes what goes by.

    ``kinds`` holds the secrets, ``people`` what is personal, ``fields`` under which names they went; ``sent`` what was
    said to queues and topics, ``refusals`` the answers of 400 and above.
    """

    kinds: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    people: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    fields: set[str] = field(default_factory=set)
    called: set[str] = field(default_factory=set)
    sent: list[Call] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)

    def __call__(self, loaded: Loaded, event: dict[str, Any]) -> Any:
        self.called.add(loaded.declaration.name)
        if isinstance(loaded.declaration, Route | Authorizer):
            self._request(event)
        with record() as calls:
            try:
                answer = seam.call(loaded, event)
            finally:
                self._made(calls.made)
        # The contract is full of examples.
        if isinstance(loaded.declaration, Route) and loaded.declaration.name != "openapi":
            self._answer(event["rawPath"], answer)
        return answer

    @property
    def secrets(self) -> set[str]:
        return set().union(*self.kinds.values())

    @property
    def planted(self) -> int:
        return len(self.secrets) + len(set().union(*self.people.values()))

    def plant(self, kind: str, text: str) -> str:
        if len(text) >= SHORTEST:
            self.kinds[kind].add(text)
        return text

    def found_in(self, text: str, *, people: bool = True) -> dict[str, list[str]]:
        """Return what is in a text, by its kind."""
        known = self.kinds | self.people if people else self.kinds
        found = {kind: [one for one in sorted(texts) if is_in(one, text)] for kind, texts in known.items()}
        return {kind: texts for kind, texts in found.items() if texts}

    def _made(self, calls: list[Call]) -> None:
        self.sent += [call for call in calls if call.operation in SENDS]
        for call in calls:
            if call.operation == "SendEmail":
                for token in re.findall(r"#token=([\w.~-]+)", str(call.parameters)):
                    self.plant("mailed token", token)

    def _request(self, event: dict[str, Any]) -> None:
        path, address = event["rawPath"], event["requestContext"]["http"]["sourceIp"]
        if address != HERE:
            self.people["network address"].add(address)
        for name, value in (event.get("headers") or {}).items():
            if name == "authorization":
                self._credentials(value)
            elif name in HEADERS:
                self.plant(HEADERS[name], value)
        for cookie in event.get("cookies") or []:
            self.plant("cookie", cookie.partition("=")[2])
        self._note(path, dict(parse_qsl(event.get("rawQueryString") or "")))
        body = event.get("body") or ""
        self._note(path, parsed(b64decode(body).decode() if event.get("isBase64Encoded") else body))

    def _credentials(self, value: str) -> None:
        scheme, _, said = value.partition(" ")
        self.plant("basic credentials" if scheme == "Basic" else "access token", said)

    def _answer(self, path: str, answer: dict[str, Any]) -> None:
        if answer["statusCode"] >= 400:
            self.refusals.append(f"{answer.get('headers')} {answer.get('body')}")
            return
        for cookie in answer.get("cookies") or []:
            self.plant("cookie", cookie.partition(";")[0].partition("=")[2])
        body = parsed(answer.get("body") or "")
        for target in (answer.get("headers", {}).get("location"), *texts_named(body, "redirect_to")):
            self._note(path, dict(parse_qsl(urlsplit(target or "").query)))
        self._note(path, body)

    def _note(self, path: str, value: Any) -> None:
        for name, text in named(value):
            kinds = [kind for (known, part), kind in BY_PATH.items() if known == name and part in path]
            if name == "code" and OF_PROMOTIONS.search(path):
                continue
            if kind := next(iter(kinds), SECRET.get(name)):
                self.fields.add(name)
                self.plant(kind, text)
            elif name in PERSONAL and OF_PEOPLE.search(path) and len(text) >= SHORTEST:
                self.people[PERSONAL[name]].add(text)


def is_in(secret: str, text: str) -> bool:
    """Whether a secret is in a text; one of digits alone only where it is a word, since times have as many."""
    if secret.isdigit():
        return re.search(rf"(?<![\w.]){secret}(?!\w)", text) is not None
    return secret in text or json.dumps(secret)[1:-1] in text


def parsed(text: str) -> Any:
    """Return a body as a value: JSON, or a form, or nothing."""
    try:
        return json.loads(text)
    except ValueError:
        return dict(parse_qsl(text)) if "=" in text and not text.startswith("<") else None


def named(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Yield every text of a value with the name that it stands under; in a list, with the list's."""
    if isinstance(value, str):
        yield name, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            if key not in OF_THE_SHOP:
                yield from named(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from named(inner, name)


def texts_named(value: Any, name: str) -> list[str]:
    return [text for found, text in named(value) if found == name]
