"""Functions of the webhooks context."""
