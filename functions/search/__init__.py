"""Functions of the search context."""
