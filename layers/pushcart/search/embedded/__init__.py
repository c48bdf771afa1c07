"""The index of our own: one SQLite file (FTS5) for each generation, kept in a bucket and copied by whoever asks it.

SQLite is part of Python's standard library; it is imported by this package's modules alone, when they are first used.
"""
