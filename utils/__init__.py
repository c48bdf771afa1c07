"""The utilities layer: technical helpers that know no commerce."""
