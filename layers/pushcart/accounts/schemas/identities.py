"""What signing in through an identity provider takes. Parameters that are not here are ignored."""

from typing import Literal

from pydantic import Field

from utils.schemas import Query


class BeginSignIn(Query):
    """For which program somebody signs in: nothing for the browser itself; for a first-party OAuth client all but
    ``state``, which is its own business."""

    client_id: str = Field(default_factory=str, max_length=64, examples=["cli_01J9ZC8Q0V5W2K3M4N5P6Q7R8S"])
    redirect_uri: str = Field(default_factory=str, max_length=2048, examples=["https://shop.example.com/signed-in"])
    code_challenge: str = Field(
        default_factory=str,
        max_length=43,
        pattern=r"^[A-Za-z0-9_-]{43}$",
        examples=["E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"],
    )
    code_challenge_method: Literal["S256"] = Field(default="S256", examples=["S256"])
    state: str = Field(default_factory=str, max_length=512, pattern=r"^[ -~]+$", examples=["af0ifjsldkj"])


class ProviderAnswer(Query):
    """What a provider sends the browser back with: a code, or an error; and who it is (RFC 9207)."""

    state: str = Field(default_factory=str, max_length=128, examples=["Zx0aVb1c…"])
    code: str = Field(default_factory=str, max_length=4096, examples=["SplxlOBeZQQYbYS6WxSbIA"])
    error: str = Field(default_factory=str, max_length=200, examples=["access_denied"])
    iss: str = Field(default_factory=str, max_length=255, examples=["https://id.acme.example"])
