"""API keys, as staff make and see them."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from pushcart.access import CLIENT_SCOPES
from utils.schemas import Input, Output


def _given_to_programs(scope: str) -> str:
    if scope not in CLIENT_SCOPES:
        raise PydanticCustomError("unknown_scope", "This is no permission that a program may be given.")
    return scope


def _moment(text: str) -> str:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        raise PydanticCustomError("no_moment", "There is no such date and time.") from None
    return text


ProgramScope = Annotated[
    str,
    StringConstraints(max_length=50),
    AfterValidator(_given_to_programs),
    Field(json_schema_extra={"enum": sorted(CLIENT_SCOPES)}),
]
"""A permission that a program may be given for itself."""

Moment = Annotated[
    str,
    StringConstraints(
        pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})$",
        max_length=32,
    ),
    AfterValidator(_moment),
]
"""A date and time of RFC 3339."""

KeyName = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]+$")
]


class NewApiKey(Input):
    """A key to be made: for what, and what it opens. Without ``expires_at`` it is good for 90 days; a year at most."""

    name: KeyName = Field(examples=["Warehouse scanner"])
    scopes: list[ProgramScope] = Field(
        min_length=1, max_length=len(CLIENT_SCOPES), examples=[["inventory:read", "inventory:write"]]
    )
    expires_at: Moment | None = Field(default=None, examples=[None])


class ApiKey(Output):
    """A key, without its secret. ``prefix`` is how one knows it again where it is used."""

    id: str = Field(max_length=30, examples=["key_01J9ZC8Q0V5W2K3M4N5P6Q7R8S"])
    name: str = Field(max_length=100, examples=["Warehouse scanner"])
    prefix: str = Field(max_length=29, examples=["pk_01J9ZC8Q0V5W2K3M4N5P6Q7R8S"])
    scopes: list[Annotated[str, StringConstraints(max_length=50)]] = Field(
        max_length=50, examples=[["inventory:read", "inventory:write"]]
    )
    created_by: str = Field(max_length=30, examples=["usr_01J9ZC8Q0V5W2K3M4N5P6Q7R8S"])
    expires_at: str = Field(max_length=24, examples=["2026-04-02T03:04:05.000Z"])
    revoked_at: str | None = Field(default=None, max_length=24, examples=[None])
    created_at: str = Field(max_length=24, examples=["2026-01-02T03:04:05.000Z"])
    updated_at: str = Field(max_length=24, examples=["2026-01-02T03:04:05.000Z"])


class MadeApiKey(ApiKey):
    """A key that was made just now, whole: ``key`` is shown this once."""

    key: str = Field(max_length=100, examples=["pk_01J9ZC8Q0V5W2K3M4N5P6Q7R8S_v1.…_d389011b"])
