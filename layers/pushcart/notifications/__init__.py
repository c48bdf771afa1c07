"""What the shop tells people: today the confirmation of an order, by mail."""
