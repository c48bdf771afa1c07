"""Faults at every point, and the checker after each."""
