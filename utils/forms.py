"""Form-encoded bodies and query strings, for the routes whose standard asks for them (RFC 6749, appendix B)."""

from __future__ import annotations

from typing import Final
from urllib.parse import parse_qsl

from utils.errors import UnsupportedMediaType, ValidationFailed

MEDIA_TYPE: Final = "application/x-www-form-urlencoded"
MAX_FIELDS: Final = 50


def read_form(headers: dict[str, str], body: bytes) -> dict[str, str]:
    """Return the fields of a form; those without a value are as if they were not there (RFC 6749, 3.2).

    Raises
    ------
    UnsupportedMediaType
        When the body is declared as anything else.
    ValidationFailed
        When it is no UTF-8, has too many fields, or one twice (RFC 6749, 3.2).

    Example
    -------
    >>> read_form({"content-type": MEDIA_TYPE}, b"grant_type=client_credentials&scope=")
    {'grant_type': 'client_credentials'}
    """
    if headers.get("content-type", "").partition(";")[0].strip().lower() != MEDIA_TYPE:
        raise UnsupportedMediaType(f"Send Content-Type: {MEDIA_TYPE}.")
    try:
        return read_fields(body.decode())
    except UnicodeDecodeError:
        raise ValidationFailed("The form is not UTF-8.") from None


def read_fields(text: str) -> dict[str, str]:
    """Return the fields of a query string, or of a form, by the same rules.

    Raises
    ------
    ValidationFailed
        When a value is no UTF-8, there are too many fields, or one comes twice.
    """
    try:
        pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=MAX_FIELDS)
    except ValueError:
        raise ValidationFailed(f"It is not UTF-8, or has more than {MAX_FIELDS} fields.") from None
    fields: dict[str, str] = {}
    for name, value in pairs:
        if name in fields:
            raise ValidationFailed("This field comes twice.", field=name[:100], detail="repeated")
        fields[name] = value
    return {name: value for name, value in fields.items() if value}
