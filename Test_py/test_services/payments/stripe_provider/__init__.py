"""The parts of Stripe's adapter, each by itself."""
