"""Names that other programs have rules for."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from typing import Final

MAX_SHEET_NAME: Final = 31
_FORBIDDEN: Final = re.compile(r"[\[\]:*?/\\]")
_RESERVED: Final = "history"


def sanitize_sheet_name(name: str, taken: Collection[str] = ()) -> str:
    """Return ``name`` as a worksheet may be called, unlike any that is ``taken``.

    Excel takes 1 to 31 characters (UTF-16 units), none of ``[ ] : * ? / \\``, no apostrophe at either end, no control
    characters, not the word ``History``, and no two names that differ in case alone.
    Source: https://support.microsoft.com/office/rename-a-worksheet-3f1f7148-ee83-404d-8ef0-9ff99fbad1f9

    Parameters
    ----------
    taken
        Names of the workbook's other sheets.

    Example
    -------
    >>> sanitize_sheet_name("Sales: 1/2026"), sanitize_sheet_name("Stock", taken=["stock"])
    ('Sales 1 2026', 'Stock (2)')
    """
    shown = "".join(one if unicodedata.category(one)[0] != "C" else " " for one in _FORBIDDEN.sub(" ", name))
    plain = " ".join(shown.split()).strip("' ") or "Sheet"
    others = {one.casefold() for one in taken} | {_RESERVED}
    number, candidate = 1, _cut(plain, MAX_SHEET_NAME)
    while candidate.casefold() in others:
        number += 1
        suffix = f" ({number})"
        candidate = _cut(plain, MAX_SHEET_NAME - len(suffix)) + suffix
    return candidate


def _cut(text: str, units: int) -> str:
    """Return as many characters as go into so many UTF-16 units, by which Excel counts."""
    while len(text.encode("utf-16-le")) // 2 > units:
        text = text[:-1]
    return text.rstrip("' ")
