"""Mails with a part that repeats, such as the lines of an order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from string import Template

from pushcart.notifications.templates.filling import escaped, one_lined

Values = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class MailTemplate:
    """A mail with a part that repeats: ``$rows`` in ``text`` and ``html`` is what the rows render to."""

    subject: str
    text: str
    text_row: str
    html: str
    html_row: str

    def render(self, values: Values, rows: Sequence[Values]) -> tuple[str, str, str]:
        """Return subject, text and HTML.

        Each value becomes one line, so that nobody's product title adds a header or a paragraph; in HTML it is
        escaped on top.

        Raises
        ------
        KeyError
            When the words name something that no value is given for.
        """
        plain = one_lined(values)
        lines = [one_lined(row) for row in rows]
        text_rows = "".join(Template(self.text_row).substitute(line) for line in lines)
        html_rows = "".join(Template(self.html_row).substitute(escaped(line)) for line in lines)
        return (
            Template(self.subject).substitute(plain),
            Template(self.text).substitute(plain, rows=text_rows),
            Template(self.html).substitute(escaped(plain), rows=html_rows),
        )
