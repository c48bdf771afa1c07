"""Cells of text that leaves for a spreadsheet, and comes back as it was."""

from __future__ import annotations

from typing import Final

LIVE: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What a spreadsheet program takes for the beginning of a formula
(https://owasp.org/www-community/attacks/CSV_Injection)."""
_QUOTE: Final = "'"


def inert_cell(text: str) -> str:
    """Return ``text`` so that no spreadsheet program runs it; :func:`revived_cell` gives it back.

    An apostrophe ahead of a cell means "this is text". One that begins with an apostrophe gets another, so that the way
    back is certain.

    Example
    -------
    >>> inert_cell("=1+1"), inert_cell("Mug"), revived_cell(inert_cell("'tis"))
    ("'=1+1", 'Mug', "'tis")
    """
    return _QUOTE + text if text.startswith((*LIVE, _QUOTE)) else text


def revived_cell(cell: str) -> str:
    """Return the text that :func:`inert_cell` made ``cell`` of."""
    return cell.removeprefix(_QUOTE)
