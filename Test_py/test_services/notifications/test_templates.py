"""The words of a mail: filled in, on one line each, and never markup."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

from pushcart.notifications.templates.order_confirmed import ORDER_CONFIRMED
from pushcart.notifications.templates.order_shipped import (
    ORDER_SHIPPED,
    ORDER_SHIPPED_LINKED,
    ORDER_SHIPPED_TRACKED,
)
from pushcart.notifications.templates.rows import MailTemplate

TOTALS = {name: f"{name} EUR" for name in ("subtotal", "discount", "shipping", "tax", "total")}
ROW = {"sku": "TEE-M", "title": "T-shirt", "quantity": "2", "unit_price": "10.00 EUR", "total": "20.00 EUR"}
NASTY = '<script>alert(1)</script>" onload=x\r\nBcc: everyone@example.org'


class Tags(HTMLParser):
    """Collects the tags and attributes of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}


def test_each_line_and_each_total_is_there_in_both_forms() -> None:
    rows = [ROW, {**ROW, "sku": "MUG", "title": "Mug", "total": "7.00 EUR"}]
    subject, text, html = ORDER_CONFIRMED.render({"number": "ABC123", **TOTALS}, rows)
    assert subject == "Your order ABC123 is confirmed"
    for form in (text, html):
        for said in ("ABC123", "T-shirt", "Mug", "20.00 EUR", "7.00 EUR", *TOTALS.values()):
            assert said in form


def test_what_is_filled_in_is_never_markup_nor_a_line_of_its_own() -> None:
    row = dict.fromkeys(ROW, NASTY)
    plain = Tags(ORDER_CONFIRMED.render({"number": "1", **TOTALS}, [ROW])[2])
    subject, text, html = ORDER_CONFIRMED.render({"number": NASTY, **TOTALS}, [row])
    page = Tags(html)
    assert (page.tags, page.attributes) == (plain.tags, plain.attributes)
    assert "\n" not in subject
    assert not any(line.startswith("Bcc:") for line in text.splitlines())


def test_a_dollar_in_a_value_stays_a_dollar() -> None:
    _, text, html = ORDER_CONFIRMED.render({"number": "1", **TOTALS}, [{**ROW, "title": "$number $${x}"}])
    assert "$number $${x}" in text
    assert "$number $${x}" in html


def test_words_that_name_what_is_not_given_are_an_error() -> None:
    with pytest.raises(KeyError, match="name"):
        MailTemplate(subject="$name", text="", text_row="", html="", html_row="").render({}, [])


@pytest.mark.parametrize("template", [ORDER_SHIPPED, ORDER_SHIPPED_TRACKED, ORDER_SHIPPED_LINKED])
def test_a_parcel_s_words_are_never_markup(template: MailTemplate) -> None:
    tracked = {"carrier": "Royal Mail", "tracking_number": "RM1", "tracking_url": "https://track.example.com/RM1"}
    row = {"sku": "MUG", "title": "Mug", "quantity": "2"}
    plain = Tags(template.render({"number": "ABC123", **tracked}, [row])[2])
    nasty = dict.fromkeys(("number", "carrier", "tracking_number"), NASTY)
    subject, text, html = template.render(tracked | nasty, [dict.fromkeys(row, NASTY)])
    page = Tags(html)
    assert (page.tags, page.attributes) == (plain.tags, plain.attributes)
    assert "\n" not in subject
    assert not any(line.startswith("Bcc:") for line in text.splitlines())


def test_a_parcel_is_followed_by_link_or_number_or_not_at_all() -> None:
    tracked = {
        "number": "ABC123",
        "carrier": "Royal Mail",
        "tracking_number": "RM1",
        "tracking_url": "https://t.example",
    }
    said = [[word in form for word in ("Royal Mail", "RM1", "https://t.example")] for form in _forms(tracked)]
    assert said == [[False] * 3] * 2 + [[True, True, False]] * 2 + [[True] * 3] * 2


def _forms(values: dict[str, str]) -> list[str]:
    templates = (ORDER_SHIPPED, ORDER_SHIPPED_TRACKED, ORDER_SHIPPED_LINKED)
    return [form for template in templates for form in template.render(values, [])[1:]]
