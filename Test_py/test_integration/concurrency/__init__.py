"""Many at once, many times, in any order: what must hold all the same."""
