"""The business: one package per bounded context."""
