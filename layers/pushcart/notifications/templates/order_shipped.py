"""A parcel is on its way, with a link to where it can be followed, with its number alone, or with neither."""

from __future__ import annotations

from typing import Final

from pushcart.notifications.templates.rows import MailTemplate

_TEXT: Final = """\
A parcel of your order $number has left our house.

$rows
{tracking}
Please keep this number for any question about the order: $number
"""
_HTML: Final = """\
<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Your order $number is on its way</title></head>
<body style="font-family: sans-serif; color: #1a1a1a; max-width: 40em">
<h1 style="font-size: 1.3em">Your order is on its way</h1>
<p>A parcel of order <strong>$number</strong> has left our house.</p>
<table style="border-collapse: collapse; width: 100%" cellpadding="6">
<thead><tr><th align="left">Item</th><th align="right">Quantity</th></tr></thead>
<tbody>
$rows</tbody>
</table>
{tracking}<p>Please keep the number for any question about the order.</p>
</body>
</html>
"""


def _shipped(text: str = "", html: str = "") -> MailTemplate:
    return MailTemplate(
        subject="Your order $number is on its way",
        text=_TEXT.format(tracking=text),
        text_row="$quantity x $title ($sku)\n",
        html=_HTML.format(tracking=html),
        html_row='<tr><td>$title<br><small>$sku</small></td><td align="right">$quantity</td></tr>\n',
    )


ORDER_SHIPPED: Final = _shipped()
ORDER_SHIPPED_TRACKED: Final = _shipped(
    "It travels with $carrier under the number $tracking_number.\n",
    "<p>It travels with $carrier under the number $tracking_number.</p>\n",
)
ORDER_SHIPPED_LINKED: Final = _shipped(
    "It travels with $carrier under the number $tracking_number:\n$tracking_url\n",
    '<p>It travels with $carrier under the number <a href="$tracking_url">$tracking_number</a>.</p>\n',
)
