"""What a handler is given: the validated input, who calls, and the transaction to work in."""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as NotBase64
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar
from urllib.parse import parse_qsl

from pydantic import BaseModel

from utils import sealing
from utils.access import Principal
from utils.cursors import CursorScope
from utils.errors import ErrorEntry, MalformedJson, PayloadTooLarge, UnsupportedMediaType, ValidationFailed
from utils.schemas import MAX_BODY_BYTES
from utils.transaction import Transaction

MAX_PARAMETERS = 50
T = TypeVar("T", bound=BaseModel)


@dataclass(slots=True, eq=False, repr=False)
class Request(Generic[T]):
    """A request that was found good.

    Attributes
    ----------
    input
        The body, or the query string of a GET or DELETE, as the declared model.
    principal
        Who calls; :meth:`~utils.access.Principal.may` tells what the matched rule grants.
    tx
        The transaction that ``@route`` commits after the handler has answered.
    if_match
        The version that the caller last saw, from ``If-Match``; ``None`` when not sent.
    correlation_id
        Joins the log lines, events and messages that this request sets off.
    body
        The raw bytes, for routes that verify a signature over them.
    raw_query
        The query string as it came, for routes outside the envelope, which ignore what they do not know
        (:func:`utils.forms.read_fields`).
    cookies
        What the browser sent, by name.
    """

    input: T
    principal: Principal
    tx: Transaction
    headers: dict[str, str]
    path: str
    source_ip: str
    request_id: str
    correlation_id: str
    cursors: CursorScope
    if_match: int | None = None
    body: bytes = b""
    raw_query: str = ""
    cookies: dict[str, str] = field(default_factory=dict)
    secrets: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def start(self) -> dict[str, Any] | None:
        """Where the asked-for page begins: the opened cursor of a list's query."""
        return self.cursors.open(getattr(self.input, "cursor", None))

    def issue_token(self, purpose: str, subject: str) -> str:
        """Return the token of ``subject``: derived, never stored, so that a replayed answer shows the same one."""
        token = sealing.mac(purpose, subject)
        self.secrets.append((token, purpose, subject))
        return token


def raw_body(event: dict[str, Any]) -> bytes:
    """Return the body's bytes.

    Raises
    ------
    PayloadTooLarge
        Over 256 KB.
    MalformedJson
        When the gateway says base64 and it is not.
    """
    body = event.get("body") or ""
    if event.get("isBase64Encoded"):
        try:
            data = b64decode(body, validate=True)
        except (NotBase64, ValueError):
            raise MalformedJson("The body is not valid JSON.") from None
    else:
        data = body.encode("utf-8", "surrogatepass")
    if len(data) > MAX_BODY_BYTES:
        raise PayloadTooLarge(f"The body has {len(data)} bytes; {MAX_BODY_BYTES} are taken at most.")
    return data


def cookies_of(event: dict[str, Any]) -> dict[str, str]:
    """Return the cookies of a request; of two with one name the first, which has the narrower path (RFC 6265, 5.4).

    The gateway gives them in a list of their own, an emulator leaves them in the header.
    """
    headers = event.get("headers") or {}
    found: dict[str, str] = {}
    for pair in event.get("cookies") or str(headers.get("cookie", "")).split(";"):
        name, equals, value = pair.strip().partition("=")
        if equals:
            found.setdefault(name, value)
    return found


def refuse_media_type(headers: dict[str, str]) -> None:
    """Raise unless the body is declared as JSON in UTF-8 (RFC 9110, 15.5.16)."""
    media_type, _, parameters = headers.get("content-type", "").partition(";")
    charset = parameters.replace(" ", "").replace('"', "").lower()
    if media_type.strip().lower() != "application/json" or (charset and charset != "charset=utf-8"):
        raise UnsupportedMediaType("Send Content-Type: application/json.")


def query_values(event: dict[str, Any]) -> dict[str, str]:
    """Return the query string's parameters; one that comes twice is refused, since none of ours is a list."""
    values: dict[str, str] = {}
    try:
        pairs = parse_qsl(event.get("rawQueryString") or "", keep_blank_values=True, max_num_fields=MAX_PARAMETERS)
    except ValueError:
        raise ValidationFailed(f"The query string has more than {MAX_PARAMETERS} parameters.") from None
    for name, value in pairs:
        if name in values:
            raise ValidationFailed.of([ErrorEntry("VALIDATION_ERROR", "This parameter comes twice.", name, "repeated")])
        values[name] = value
    return values
