"""What OAuth's routes take and answer: forms in, bare JSON out, and refusals in the words of RFC 6749."""

from __future__ import annotations

from typing import Any, Final

from infra.openapi.raw_body import RawBody

Fields = dict[str, tuple[str, Any, str]]
"""By name: the JSON type, an example, and what it is; a name that ends in ``?`` may be left out."""

FORM: Final = "application/x-www-form-urlencoded"
JSON: Final = "application/json"
_CLIENT: Final = "cli_01JZ8Q3V5W2K3M4N5P6Q7R8S9T"
_USER: Final = "usr_01JZ8Q3V5W2K3M4N5P6Q7R8S9T"
_CALLBACK: Final = "https://tracker.example.com/callback"
_ISSUER: Final = "https://api.example.com"
_PROOF: Final[Fields] = {
    "client_id?": ("string", _CLIENT, "Which client; not with HTTP Basic."),
    "client_secret?": ("string", "v1.J3uGb9yZW0gaXBzdW0gZG9sb3Igc2l0", "Its secret; not with HTTP Basic."),
}
_REQUEST: Final[Fields] = {
    "response_type": ("string", "code", "`code`."),
    "client_id": ("string", _CLIENT, "Which client asks."),
    "redirect_uri": ("string", _CALLBACK, "Where to answer, exactly as registered (any port on a loopback address)."),
    "scope": ("string", "openid purchases:read", "What it asks for, joined by spaces."),
    "code_challenge": ("string", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", "RFC 7636, 4.2."),
    "code_challenge_method": ("string", "S256", "`S256`."),
    "state?": ("string", "af0ifjsldkj", "Given back as it is."),
    "nonce?": ("string", "n-0S6_WzA2Mj", "Given back in the ID token."),
    "max_age?": ("string", "3600", "Seconds that may have passed since the person proved who they are."),
}
_TOKEN: Final[Fields] = {
    "grant_type": ("string", "authorization_code", "`authorization_code`, `refresh_token` or `client_credentials`."),
    "code?": ("string", "nLfyzP0m", "The code, good once and for 60 s."),
    "redirect_uri?": ("string", _CALLBACK, "The one that the code came to."),
    "code_verifier?": ("string", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "RFC 7636, 4.1."),
    "refresh_token?": ("string", "rt_…", "The youngest refresh token of a session of this client."),
    "scope?": ("string", "purchases:read", "Less than was granted, or of the client's own scopes."),
}
_SHOWN: Final[Fields] = {
    "token": ("string", "rt_…", "An access token or a refresh token."),
    "token_type_hint?": ("string", "refresh_token", "Not needed: we know ours."),
}
_TOKENS: Final[Fields] = {
    "access_token": ("string", "eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCJ9…", "RFC 9068."),
    "token_type": ("string", "Bearer", "`Bearer`."),
    "expires_in": ("integer", 600, "Seconds."),
    "scope": ("string", "openid purchases:read", "What it may do."),
    "refresh_token?": ("string", "rt_…", "Where the client was registered with that grant."),
    "id_token?": ("string", "eyJhbGciOiJFUzI1NiIsInR5cCI6IkpXVCJ9…", "Where `openid` was asked for."),
}
_INTROSPECTED: Final[Fields] = {
    "active": ("boolean", True, "When it is false, nothing else is told."),
    "iss?": ("string", _ISSUER, "Who issued it."),
    "sub?": ("string", _USER, "Whom it acts for: a user, or the client itself."),
    "client_id?": ("string", _CLIENT, "Which client got it."),
    "scope?": ("string", "openid purchases:read", "What it may do."),
    "exp?": ("integer", 1_767_323_645, "When it ends, in epoch seconds."),
    "aud?": ("string", "pushcart", "Of an access token."),
    "token_type?": ("string", "Bearer", "Of an access token."),
}
_METADATA: Final[Fields] = {
    "issuer": ("string", _ISSUER, "Who we are: `iss` of every token and of every answer."),
    "authorization_endpoint": ("string", f"{_ISSUER}/api/v1/oauth/authorize", ""),
    "token_endpoint": ("string", f"{_ISSUER}/api/v1/oauth/token", ""),
    "revocation_endpoint": ("string", f"{_ISSUER}/api/v1/oauth/revoke", "RFC 7009."),
    "introspection_endpoint": ("string", f"{_ISSUER}/api/v1/oauth/introspect", "RFC 7662."),
    "jwks_uri": ("string", f"{_ISSUER}/.well-known/jwks.json", ""),
}


def _object(fields: Fields) -> dict[str, Any]:
    required = [name for name in fields if not name.endswith("?")]
    properties = {
        name.removesuffix("?"): {"type": kind, **({"description": about} if about else {})}
        for name, (kind, _, about) in fields.items()
    }
    return {"type": "object", "required": required, "properties": properties}


def _body(fields: Fields, media_type: str = JSON, *, shown: tuple[str, ...] = ()) -> RawBody:
    """Return a body of these fields; its example has those that are needed, and ``shown``."""
    names = {name.removesuffix("?"): (name, example) for name, (_, example, _) in fields.items()}
    example = {
        plain: value for plain, (name, value) in names.items() if not name.endswith("?") or not shown or plain in shown
    }
    return RawBody(media_type, _object(fields), example)


_ASKED: Final[Fields] = {
    "client_id": ("string", _CLIENT, ""),
    "client_name": ("string", "Parcel tracker", ""),
    "scopes": ("array", [{"scope": "purchases:read", "description": "See your orders and their payments"}], ""),
    "redirect_uri": ("string", _CALLBACK, ""),
    "first_party": ("boolean", False, "Whether it is the shop's own."),
    "expires_in": ("integer", 2_592_000, "How many seconds the leave lasts at most."),
}
_BACK: Final[Fields] = {
    "redirect_to": ("string", f"{_CALLBACK}?code=nLfyzP0m&state=af0ifjsldkj&iss={_ISSUER}", "Where to send the person.")
}
_DECISION: Final[Fields] = _REQUEST | {"decision": ("string", "approve", "`approve` or `deny`.")}
_EXCHANGE: Final = ("code", "redirect_uri", "code_verifier", "client_id", "client_secret")

_CHALLENGE: Final[Fields] = {
    "mfa_token": ("string", "mfa_…", "Send it with a proof to POST /api/v1/auth/mfa/verify, within 5 minutes."),
    "methods": ("array", ["totp", "recovery_code"], "What the proof may be."),
}
_OURS: Final[Fields] = {name.removesuffix("?"): about for name, about in _TOKENS.items() if name != "id_token?"}
_SIGNED_IN: Final = RawBody(
    JSON,
    {"oneOf": [_object(_OURS), _object(_CHALLENGE)]},
    {name: shown for name, (_, shown, _) in _OURS.items()} | {"scope": "account"},
)
SENT_BACK: Final[dict[str, str]] = {
    "OpenID Connect Core 1.0, 3.1.2.5": (
        "To the client that began it, with `code` or `error`, its `state` and our `iss`; "
        "with `error=mfa_required`, `mfa_token` and `methods` are behind the `#`."
    )
}
"""Standards whose answer is a redirect where a client began it."""

ANSWERS: Final[dict[str, RawBody]] = {
    "RFC 6749, 4.1.1": _body(_ASKED),
    "RFC 6749, 4.1.2": _body(_BACK),
    "RFC 6749, 5.1": _body(_TOKENS),
    "RFC 7662": _body(_INTROSPECTED),
    "RFC 8414": _body(_METADATA),
    "OpenID Connect Discovery 1.0": _body(_METADATA),
    "OpenID Connect Core 1.0, 3.1.2.5": _SIGNED_IN,
}
"""What is answered, by the ``raw`` of the declaration. RFC 7009 is answered with an empty body."""

BODIES: Final[dict[str, tuple[RawBody, ...]]] = {
    "RFC 6749, 4.1.2": (
        _body(_DECISION, FORM, shown=("state",)),
        _body(_DECISION, JSON, shown=("state",)),
    ),
    "RFC 6749, 5.1": (_body(_TOKEN | _PROOF, FORM, shown=_EXCHANGE),),
    "RFC 7009": (_body(_SHOWN | _PROOF, FORM, shown=("client_id", "client_secret")),),
    "RFC 7662": (_body(_SHOWN | _PROOF, FORM, shown=("client_id", "client_secret")),),
}
"""What is taken. Parameters that are not here are ignored, one that comes twice is refused."""

QUERIES: Final[dict[str, Fields]] = {"RFC 6749, 4.1.1": _REQUEST}

_PROTOCOL: Final = ("RFC 6749, 4.1.1", "RFC 6749, 4.1.2", "RFC 6749, 5.1", "RFC 7009", "RFC 7662")
_BY_CLIENTS: Final = _PROTOCOL[2:]


def refusals_of(standard: str) -> dict[int, RawBody]:
    """Return what a route of this standard refuses by status, in place of the envelope; nothing for other standards."""
    if standard not in _PROTOCOL:
        return {}
    refusals = {400: _refusal("invalid_request"), 503: _refusal("temporarily_unavailable")}
    if standard in _BY_CLIENTS:
        refusals |= {401: _refusal("invalid_client"), 429: _refusal("temporarily_unavailable")}
    return refusals


def parameters_of(standard: str) -> list[dict[str, Any]]:
    """Return the parameters of a query that the standard, not a model, describes."""
    return [
        {
            "name": name.removesuffix("?"),
            "in": "query",
            "required": not name.endswith("?"),
            "description": about,
            "schema": {"type": kind},
            "example": example,
        }
        for name, (kind, example, about) in QUERIES.get(standard, {}).items()
    ]


def _refusal(error: str) -> RawBody:
    fields: Fields = {
        "error": ("string", error, "A code of RFC 6749, 5.2 or 4.1.2.1, RFC 7009, 2.2.1, or OpenID Connect."),
        "error_description": ("string", "What went wrong, for whoever writes the client.", ""),
        "redirect_to?": ("string", f"{_CALLBACK}?error={error}", "Where to send the person, once that is certain."),
    }
    return RawBody(JSON, _object(fields), {"error": error, "error_description": fields["error_description"][1]})
