"""Functions of the catalog context."""
