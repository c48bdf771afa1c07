"""OAuth clients, as staff register and see them."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from pushcart.accounts.redirect_uris import MAX_URI
from pushcart.accounts.schemas.people import PersonName
from utils.schemas import Input, Output

ClientKind = Literal["confidential", "public"]
"""Whether it can keep a secret: a server can, an app on somebody's device cannot (RFC 6749, 2.1)."""

GrantType = Literal["authorization_code", "refresh_token", "client_credentials"]

ScopeName = Annotated[str, StringConstraints(pattern=r"^[a-z]+(:[a-z]+)?$", max_length=50)]
RedirectUri = Annotated[str, StringConstraints(min_length=1, max_length=MAX_URI)]


class RegisterOAuthClient(Input):
    """A client to be registered. ``first_party`` says that it is the shop's own, and may be given a whole account."""

    name: PersonName = Field(examples=["Parcel tracker"])
    kind: ClientKind = Field(examples=["confidential"])
    grants: list[GrantType] = Field(min_length=1, max_length=3, examples=[["authorization_code", "refresh_token"]])
    redirect_uris: list[RedirectUri] = Field(
        default_factory=list, max_length=10, examples=[["https://tracker.example.com/callback"]]
    )
    scopes: list[ScopeName] = Field(min_length=1, max_length=50, examples=[["openid", "purchases:read"]])
    first_party: bool = Field(default=False, examples=[False])


class OAuthClient(Output):
    """A registered client. Its ``id`` is the ``client_id`` that it shows."""

    id: str = Field(max_length=30, examples=["cli_01J9ZC8Q0V5W2K3M4N5P6Q7R8S"])
    name: str = Field(max_length=200, examples=["Parcel tracker"])
    kind: ClientKind = Field(examples=["confidential"])
    grants: list[GrantType] = Field(max_length=3, examples=[["authorization_code", "refresh_token"]])
    redirect_uris: list[RedirectUri] = Field(max_length=10, examples=[["https://tracker.example.com/callback"]])
    scopes: list[ScopeName] = Field(max_length=50, examples=[["openid", "purchases:read"]])
    first_party: bool = Field(examples=[False])
    created_at: str = Field(max_length=24, examples=["2026-01-02T03:04:05.000Z"])
    updated_at: str = Field(max_length=24, examples=["2026-01-02T03:04:05.000Z"])
    version: int = Field(examples=[1])


class RegisteredOAuthClient(OAuthClient):
    """A client that was registered just now. Its secret is shown this once; a public client has none."""

    client_secret: str | None = Field(default=None, max_length=100, examples=["v1.J3uGb9yZW0gaXBzdW0gZG9sb3Igc2l0"])
