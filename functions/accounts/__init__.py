"""Functions of the accounts context."""
