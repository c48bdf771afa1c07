"""Whether a request costs as much in a large shop as in a small one: ``make growth``."""
