"""Functions of the inventory context."""
