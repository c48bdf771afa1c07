"""What is filled into the words of a mail: each value on one line, and in HTML no markup."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from utils.string_formatters import one_line


def one_lined(values: Mapping[str, str]) -> dict[str, str]:
    """Return each value on one line, so that nobody's product title adds a header or a paragraph."""
    return {name: one_line(value) for name, value in values.items()}


def escaped(values: Mapping[str, str]) -> dict[str, str]:
    """Return each value as text of HTML, also within quotes."""
    return {name: escape(value) for name, value in values.items()}
