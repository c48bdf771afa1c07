"""Second factors: switching one on and off, and proving who one is with it."""

from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, RootModel, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from pushcart.accounts.schemas.sign_in import MAX_PASSWORD, Tokens
from utils.schemas import Input, Output

FactorMethod = Literal["totp", "recovery_code"]

TotpCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$", max_length=6)]
"""What an authenticator app shows."""

RecoveryCode = Annotated[str, StringConstraints(min_length=16, max_length=40, pattern=r"^[A-Za-z2-7 -]+$")]
"""Case, hyphens and spaces do not matter: it is typed from paper."""


class MfaChallenge(Output):
    """What a log-in is answered when the account has a second factor: prove it by one of ``methods``, within 5 minutes
    (POST /api/v1/auth/mfa/verify)."""

    mfa_token: str = Field(max_length=128, examples=["mfa_…"])
    methods: list[FactorMethod] = Field(max_length=2, examples=[["totp", "recovery_code"]])


class TotpEnrolment(Output):
    """A secret for an authenticator app, as text and as a link (or QR code). It is shown this once."""

    secret: str = Field(max_length=32, examples=["JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"])
    otpauth_uri: str = Field(
        max_length=1024,
        examples=["otpauth://totp/shop.example.com:ada%40example.org?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"],
    )


class ConfirmTotp(Input):
    """The first code, which shows that the app has the secret."""

    code: TotpCode = Field(examples=["287082"])


class RecoveryCodes(Output):
    """Ten codes, each of which stands in for the app once. They are shown this once."""

    recovery_codes: list[Annotated[str, StringConstraints(max_length=19)]] = Field(
        max_length=10, examples=[["MFRG-GZDF-MZTW-Q2LK", "NNWG-2ZLP-OBYX-E43U"]]
    )


class Proof(Input):
    """Who one is, proved: with ``mfa_token`` to complete a log-in, without it to step up a session.

    Exactly one of ``code``, ``recovery_code`` and ``password``. The password steps up where no second factor is on.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [{"mfa_token": "mfa_…", "code": "287082"}]})

    mfa_token: str | None = Field(default=None, min_length=1, max_length=128, examples=["mfa_…"])
    code: TotpCode | None = Field(default=None, examples=["287082"])
    recovery_code: RecoveryCode | None = Field(default=None, examples=["MFRG-GZDF-MZTW-Q2LK"])
    password: str | None = Field(
        default=None, min_length=1, max_length=MAX_PASSWORD, examples=["correct horse battery"]
    )

    @model_validator(mode="after")
    def _one_proof(self) -> Self:
        if sum(proof is not None for proof in (self.code, self.recovery_code, self.password)) != 1:
            raise PydanticCustomError("one_proof", "Send exactly one of code, recovery_code and password.")
        if self.mfa_token is not None and self.password is not None:
            raise PydanticCustomError("one_proof", "A log-in is completed by code or recovery_code.")
        return self


class SteppedUp(Output):
    """Until when the session is good for what asks for a fresh proof."""

    stepped_up_until: str = Field(max_length=24, examples=["2026-01-02T03:19:05.000Z"])


class Proved(RootModel[Tokens | SteppedUp]):
    """The tokens of a new session where a log-in was completed; otherwise until when the session is stepped up."""


class LogInAnswer(RootModel[Tokens | MfaChallenge]):
    """The tokens of a new session; or, where the account has a second factor, what it is to be proved by."""
