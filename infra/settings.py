"""Reads ``config/settings.yaml``: what differs between stages, checked before anything is built."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlsplit

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

from infra.packaging.paths import ROOT

SETTINGS_FILE: Final = ROOT / "config" / "settings.yaml"

LOCAL: Final = "local"
"""The stage on this machine: the emulator's."""

LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR"]
RetentionDays = Literal[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731]
MemoryMb = Annotated[int, Field(ge=128, le=10240)]
Share = Annotated[float, Field(ge=0, le=1)]


class UnknownStage(LookupError):
    """The stage that was asked for is not in the settings."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Throttle(_Strict):
    """Requests a second, and how many may come at once."""

    rate: int = Field(ge=1, le=10_000)
    burst: int = Field(ge=1, le=5_000)


class Features(_Strict):
    """Parts of the templates that an emulator cannot make; on AWS they are all on."""

    alarms: bool
    dashboard: bool
    budget: bool
    topic_encryption: bool
    sender_identities: bool
    key_kinds: bool
    media_delivery: bool


class OidcProvider(_Strict):
    """An identity provider whose word is taken for who somebody is (OpenID Connect).

    ``issuer`` is kept to the letter: ``iss`` of the provider's tokens must equal it (OpenID Connect Core, 3.1.3.7).
    """

    name: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=32)
    issuer: str = Field(max_length=255)
    client_id: str = Field(min_length=1, max_length=255)


class StageSettings(_Strict):
    """Everything that a stage decides. ``config/settings.yaml`` explains each key."""

    stage: str
    log_level: LogLevel
    log_retention_days: RetentionDays
    trace_sample_rate: Share
    xray: bool
    reservation_seconds: int = Field(ge=30, le=900)
    shop_currency: str = Field(pattern=r"^[A-Z]{3}$")
    payment_providers: tuple[str, ...]
    shipping_required: bool
    payment_capture: Literal["automatic", "manual"]
    stripe_api_base: str | None
    search_endpoint: str | None
    search_domain: str | None = Field(pattern=r"^arn:aws[a-z-]*:es:[a-z0-9-]+:[0-9]{12}:domain/[a-z][a-z0-9-]{2,27}$")
    token_audience: str = Field(min_length=1)
    token_issuer: str | None
    storefront_url: str
    media_url: str | None
    oidc_providers: tuple[OidcProvider, ...]
    writes_per_minute: int = Field(ge=1)
    sign_in_failures_overall: int = Field(ge=10)
    signing_key_days: int = Field(ge=1)
    return_days: int = Field(ge=0, le=3650)
    shop_name: str = Field(min_length=1, max_length=200)
    shop_address: str = Field(min_length=1, max_length=500)
    shop_tax_id: str = Field(max_length=50)
    viewer_location: Literal["none", "cloudfront"]
    mail_from: dict[str, str]
    cors_origins: tuple[str, ...]
    throttle: Throttle
    route_throttles: dict[str, Throttle]
    memory_mb: dict[str, MemoryMb]
    table_generations: dict[str, Annotated[int, Field(ge=1)]]
    protect: bool
    recovery: bool
    alarm_email: str | None
    monthly_budget_usd: int | None = Field(gt=0)
    features: Features

    @property
    def emulated(self) -> bool:
        """Whether this is the emulator's stage, which runs on this machine's own processor."""
        return self.stage == LOCAL

    @property
    def oidc_providers_text(self) -> str:
        """The identity providers as a function reads them: compact JSON."""
        return json.dumps([provider.model_dump() for provider in self.oidc_providers], separators=(",", ":"))

    def generation(self, table: str) -> int:
        """Return the generation that is part of a table's physical name."""
        return self.table_generations.get(table, 1)

    @model_validator(mode="after")
    def _no_open_doors(self) -> StageSettings:
        if "*" in self.cors_origins:
            raise ValueError("cors_origins: name the origins; '*' would let any page call the shop")
        if self.monthly_budget_usd and not self.alarm_email:
            raise ValueError("monthly_budget_usd needs alarm_email, or nobody hears of it")
        return self

    @model_validator(mode="after")
    def _only_safe_addresses(self) -> StageSettings:
        _require_address("storefront_url", self.storefront_url, emulated=self.emulated)
        if self.media_url is not None:
            _require_address("media_url", self.media_url, emulated=self.emulated)
        elif not self.features.media_delivery:
            raise ValueError("media_url: without media_delivery nothing but this says where pictures are")
        for key in ("storefront_url", "media_url"):
            if (getattr(self, key) or "").endswith("/"):
                raise ValueError(f"{key}: leave out the slash at its end; links begin with one")
        if (self.search_endpoint is None) != (self.search_domain is None):
            raise ValueError("search_endpoint and search_domain: an endpoint, and the ARN of the domain behind it")
        if self.search_endpoint is not None:
            _require_address("search_endpoint", self.search_endpoint, emulated=self.emulated)
        if self.stripe_api_base is not None:
            _require_stand_in("stripe_api_base", self.stripe_api_base, emulated=self.emulated)
        for provider in self.oidc_providers:
            _require_address(f"oidc_providers: the issuer of {provider.name}", provider.issuer, emulated=self.emulated)
        names = [provider.name for provider in self.oidc_providers]
        if len(set(names)) != len(names):
            raise ValueError("oidc_providers: each needs a name of its own")
        return self


def _require_address(key: str, url: str, *, emulated: bool) -> None:
    """Raise unless ``url`` is plain and encrypted; only the emulator's stage, on this machine, may do without TLS."""
    parts = urlsplit(url)
    schemes = ("https", "http") if emulated else ("https",)
    if parts.scheme not in schemes or not parts.hostname:
        raise ValueError(f"{key} must be an address that begins with {' or '.join(f'{one}://' for one in schemes)}")
    if parts.username or parts.password or "?" in url or "#" in url or any(sign.isspace() for sign in url):
        raise ValueError(f"{key} must be a plain address: without a user, a query or a fragment")


def _require_stand_in(key: str, url: str, *, emulated: bool) -> None:
    """Raise unless ``url`` is on this machine, for the emulator's stage: no other sends our key to a stand-in."""
    _require_address(key, url, emulated=emulated)
    if not emulated or urlsplit(url).hostname not in ("127.0.0.1", "localhost", "::1"):
        raise ValueError(f"{key} is for a stand-in on this machine, in the stage {LOCAL} alone")


def load_settings(stage: str, *, file: Path = SETTINGS_FILE) -> StageSettings:
    """Return the settings of ``stage``: the defaults, overridden key by key.

    Raises
    ------
    UnknownStage
        With the stages that there are.
    pydantic.ValidationError
        When the file holds an unknown key or a value out of its range.

    Example
    -------
    >>> load_settings("dev").log_retention_days
    7
    """
    content: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    stages: dict[str, Any] = content["stages"]
    if stage not in stages:
        raise UnknownStage(f"{file.name} has no stage {stage!r}: choose one of {', '.join(stages)}")
    chosen = _chosen_here() if stage == LOCAL else {}
    return StageSettings.model_validate({"stage": stage, **content["defaults"], **(stages[stage] or {}), **chosen})


def _chosen_here() -> dict[str, Any]:
    """Return what a person chose for this machine, by the variables of ``.env.example``."""
    chosen: dict[str, Any] = {}
    if providers := os.environ.get("OIDC_PROVIDERS"):
        chosen["oidc_providers"] = json.loads(providers)
    if providers := os.environ.get("PAYMENT_PROVIDERS"):
        chosen["payment_providers"] = [name.strip() for name in providers.split(",") if name.strip()]
    if base := os.environ.get("STRIPE_API_BASE"):
        chosen["stripe_api_base"] = base
    return chosen


def stage_names(*, file: Path = SETTINGS_FILE) -> tuple[str, ...]:
    """Return the names of all stages, in the order of the file."""
    return tuple(yaml.safe_load(file.read_text(encoding="utf-8"))["stages"])
