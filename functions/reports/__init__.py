"""Functions of the reports context."""
