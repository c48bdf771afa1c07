"""Stripe's adapter against servers that speak as Stripe does."""
