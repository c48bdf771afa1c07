"""The bases of what comes in and goes out, and how what is wrong with it is told.

Input refuses unknown fields and does not guess types (requirement S7): a body is strict JSON, a query string is text
that is read as what the field says.
"""

import re
from typing import Annotated, Any, Final, TypeVar
from unicodedata import normalize

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from pydantic_core import PydanticCustomError

from utils.errors import ErrorEntry, MalformedJson, Problem, ValidationFailed
from utils.startup import IN_LAMBDA

MAX_DEPTH: Final = 32
MAX_BODY_BYTES: Final = 256 * 1024
MAX_ERRORS: Final = 50

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
LongText = Annotated[str, StringConstraints(strip_whitespace=True, max_length=10_000)]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=100)]
Identifier = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$", max_length=64)]
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]


_NO_DOMAIN: Final = re.compile(r"[<>\"'(),:;\\\[\]@\s]")


def _deliverable(address: str) -> str:
    """Refuse what cannot be seen, since an address stands in a mail's head, and what Amazon SES does not take.

    It takes ASCII before the @; after it any script that has a form in ASCII (RFC 5890).
    Source: https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_Destination.html
    """
    if not address.isprintable():
        raise PydanticCustomError("unprintable", "An address has no control or invisible characters.")
    local, _, domain = address.rpartition("@")
    known = _one_spelling(domain)
    if known is None or not local.isascii() or _NO_DOMAIN.search(known):
        raise PydanticCustomError("undeliverable", "No mail can be sent to this address.")
    return f"{local}@{known}"


def _one_spelling(domain: str) -> str | None:
    """Return the one spelling of a domain under which a mailbox is known here.

    ``None`` for one that the way to ASCII turns into another (full-width letters, soft hyphens, a comma or an @ in
    disguise, ``ß``): mail would reach somebody else than whoever typed it, and a mailbox would have many accounts.
    Source: RFC 3490, 4; RFC 5892, A; https://www.unicode.org/reports/tr46/#Deviations
    """
    if domain.isascii() and "xn--" not in domain:
        return domain
    try:
        shown = domain.encode("idna").decode("idna")
    except UnicodeError:
        # What is in ASCII already goes where it says, even where IDNA 2003 does not know the name.
        return domain if domain.isascii() else None
    return shown if domain.isascii() or normalize("NFC", domain) == shown else None


Email = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True,
        to_lower=True,
        min_length=3,
        max_length=254,
        pattern=r"^[^@\s<>\"(),:;]+@[^@\s.]+(\.[^@\s.]+)+$",
    ),
    AfterValidator(_deliverable),
]
"""An address that SMTP can carry (RFC 5321, 4.5.3.1: at most 254 characters). Whether it is anybody's, a mail tells."""


class Input(BaseModel):
    """The body of a request: strict, frozen, unknown fields refused."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, defer_build=IN_LAMBDA)


class Query(BaseModel):
    """The query string of a request: unknown parameters refused, text read as the field's type."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=IN_LAMBDA)


class PageQuery(Query):
    """What every list takes. ``cursor`` is opaque and comes from ``meta.next_cursor``."""

    limit: int = Field(default=20, ge=1, le=100)
    cursor: str | None = Field(default=None, max_length=2048)


class Empty(Input):
    """A body that may be left out and holds nothing."""


class Output(BaseModel):
    """What is answered. Times are RFC 3339 strings as stored."""

    model_config = ConfigDict(extra="forbid", defer_build=IN_LAMBDA)


M = TypeVar("M", bound=BaseModel)
_OUTSIDE_STRINGS = re.compile(rb'"(?:[^"\\]++|\\.)*+"?|([\[{])|([\]}])', re.DOTALL)
"""Possessive, and an unclosed string runs to the end: one pass, whatever is sent."""


def read_json(model: type[M], body: bytes) -> M:
    """Validate a JSON body in one pass.

    Raises
    ------
    MalformedJson
        When it is not JSON, or nested deeper than 32.
    ValidationFailed
        With one entry for each bad field.
    """
    refuse_depth(body)
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        raise _problem_of(error) from None


def read_values(model: type[M], values: dict[str, Any]) -> M:
    """Validate a query string's values."""
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise _problem_of(error) from None


def refuse_depth(body: bytes) -> None:
    """Raise :class:`MalformedJson` when brackets nest deeper than 32. Most bodies have fewer in all: no scan then."""
    if body.count(b"[") + body.count(b"{") <= MAX_DEPTH:
        return
    depth = 0
    for match in _OUTSIDE_STRINGS.finditer(body):
        if match[1]:
            depth += 1
            if depth > MAX_DEPTH:
                raise MalformedJson(f"The body is nested deeper than {MAX_DEPTH}.")
        elif match[2]:
            depth -= 1


def _problem_of(error: ValidationError) -> Problem:
    faults = error.errors(include_url=False, include_context=False, include_input=False)
    if faults[0]["type"] == "json_invalid":
        return MalformedJson("The body is not valid JSON.", detail=faults[0]["msg"])
    return ValidationFailed.of(
        [
            ErrorEntry("VALIDATION_ERROR", fault["msg"], ".".join(map(str, fault["loc"])) or None, fault["type"])
            for fault in faults[:MAX_ERRORS]
        ]
    )
