"""Letters: two forms from one text, and links that nobody can bend."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

from pushcart.notifications.templates import LETTERS, links
from pushcart.notifications.templates.letter import Letter, Link

SHOP = "https://shop.example/?a=1&b"
NASTY = '"><script>alert(1)</script>\r\nBcc: everyone@example.org'


class Tags(HTMLParser):
    """Collects the tags of a page, and where it leads."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str | None] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value for name, value in attrs if name == "href"]


LETTER = Letter("About $thing", ("It's $thing.", Link("Look & see", "/look#token=$token"), "Done."))


def test_both_forms_are_made_of_one_text() -> None:
    subject, text, html = LETTER.render({"thing": "tea", "token": "t-1"}, storefront=SHOP)
    assert subject == "About tea"
    assert text == f"It's tea.\n\nLook & see:\n{SHOP}/look#token=t-1\n\nDone.\n"
    assert Tags(html).links == [f"{SHOP}/look#token=t-1"]
    assert "<p>It&#x27;s tea.</p>" in html
    assert "Look &amp; see" in html


def test_what_is_filled_in_is_never_markup_nor_a_line_of_its_own() -> None:
    plain = LETTER.render({"thing": "tea", "token": "t"}, storefront=SHOP)
    subject, text, html = LETTER.render({"thing": NASTY, "token": NASTY}, storefront=SHOP)
    assert Tags(html).tags == Tags(plain[2]).tags
    assert len(text.splitlines()) == len(plain[1].splitlines())
    assert "\n" not in subject


def test_words_that_name_what_is_not_given_are_an_error() -> None:
    with pytest.raises(KeyError, match="token"):
        LETTER.render({"thing": "tea"}, storefront=SHOP)


def test_a_letter_with_a_token_says_what_it_is_for_and_no_other_does() -> None:
    for kind, letter in LETTERS.items():
        bears = any("$token" in part.path for part in letter.parts if isinstance(part, Link))
        assert bears == (letter.purpose is not None), kind


def test_tokens_stand_in_fragments_alone() -> None:
    for link in (links.VERIFY_EMAIL, links.RESET_PASSWORD, links.FIRST_PASSWORD):
        path, _, fragment = link.path.partition("#")
        assert fragment == "token=$token"
        assert "$" not in path + "?"
