"""Functions of the system context."""
