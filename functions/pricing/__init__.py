"""Functions of the pricing context."""
