"""Functions of the jobs context."""
