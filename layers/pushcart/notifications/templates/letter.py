"""Mails of a few paragraphs and perhaps a link, in both forms from one text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from string import Template
from typing import Final, Literal, NamedTuple

from pushcart.notifications.templates.filling import escaped, one_lined

Purpose = Literal["verify", "reset", "invite"]

_PAGE: Final = Template("""\
<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>$subject</title></head>
<body style="font-family: sans-serif; color: #1a1a1a; max-width: 40em">
<h1 style="font-size: 1.3em">$subject</h1>
$parts
</body>
</html>
""")


class Link(NamedTuple):
    """A link into the storefront: what it says, and its path. A token stands in the fragment, which no browser sends
    to a server or hands on as a referrer."""

    label: str
    path: str


@dataclass(frozen=True, slots=True)
class Letter:
    """The words of a mail. ``purpose`` is what its link's token is for; without one no token is made.

    Nothing that a stranger typed belongs in a letter: who registers somebody else's address with a text for a name
    would have the shop send it.
    """

    subject: str
    parts: tuple[str | Link, ...]
    purpose: Purpose | None = None

    def render(self, values: Mapping[str, str], *, storefront: str) -> tuple[str, str, str]:
        """Return subject, text and HTML.

        Parameters
        ----------
        values
            What the words name with a dollar; each becomes one line, and no markup.
        storefront
            The URL that links begin with, from the settings: never from a request, whose ``Host`` anybody can forge.

        Raises
        ------
        KeyError
            When the words name something that no value is given for.
        """
        plain = one_lined(values)
        subject = Template(self.subject).substitute(plain)
        text = "\n\n".join(_text(part, plain, storefront) for part in self.parts) + "\n"
        html = "\n".join(_html(part, escaped(plain), escape(storefront)) for part in self.parts)
        return subject, text, _PAGE.substitute(subject=escape(subject), parts=html)


def _text(part: str | Link, values: Mapping[str, str], storefront: str) -> str:
    if isinstance(part, Link):
        return f"{part.label}:\n{storefront}{Template(part.path).substitute(values)}"
    return Template(part).substitute(values)


def _html(part: str | Link, values: Mapping[str, str], storefront: str) -> str:
    if isinstance(part, Link):
        return f'<p><a href="{storefront}{Template(escape(part.path)).substitute(values)}">{escape(part.label)}</a></p>'
    return f"<p>{Template(escape(part)).substitute(values)}</p>"
