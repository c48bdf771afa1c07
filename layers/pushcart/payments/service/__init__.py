"""The rules of payments, a file for each: ``attempts``, ``commands``, ``worker``, ``webhooks``, ``reconciliation``."""
