"""Functions of the carts context."""
