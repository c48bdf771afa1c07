"""A paid order is confirmed."""

from __future__ import annotations

from typing import Final

from pushcart.notifications.templates.rows import MailTemplate

ORDER_CONFIRMED: Final = MailTemplate(
    subject="Your order $number is confirmed",
    text="""\
Thank you for your order.

Order $number is confirmed and paid.

$rows
Subtotal  $subtotal
Discount  $discount
Shipping  $shipping
Tax       $tax
Total     $total

Please keep this number for any question about the order: $number
""",
    text_row="$quantity x $title ($sku), $unit_price each: $total\n",
    html="""\
<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Your order $number is confirmed</title></head>
<body style="font-family: sans-serif; color: #1a1a1a; max-width: 40em">
<h1 style="font-size: 1.3em">Thank you for your order</h1>
<p>Order <strong>$number</strong> is confirmed and paid.</p>
<table style="border-collapse: collapse; width: 100%" cellpadding="6">
<thead><tr><th align="left">Item</th><th align="right">Quantity</th>
<th align="right">Price</th><th align="right">Total</th></tr></thead>
<tbody>
$rows</tbody>
<tfoot>
<tr><td colspan="3" align="right">Subtotal</td><td align="right">$subtotal</td></tr>
<tr><td colspan="3" align="right">Discount</td><td align="right">$discount</td></tr>
<tr><td colspan="3" align="right">Shipping</td><td align="right">$shipping</td></tr>
<tr><td colspan="3" align="right">Tax</td><td align="right">$tax</td></tr>
<tr><td colspan="3" align="right"><strong>Total</strong></td><td align="right"><strong>$total</strong></td></tr>
</tfoot>
</table>
<p>Please keep the number for any question about the order.</p>
</body>
</html>
""",
    html_row=(
        '<tr><td>$title<br><small>$sku</small></td><td align="right">$quantity</td>'
        '<td align="right">$unit_price</td><td align="right">$total</td></tr>\n'
    ),
)
