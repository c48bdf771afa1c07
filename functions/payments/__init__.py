"""Functions of the payments context."""
