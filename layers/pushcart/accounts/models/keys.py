"""Where an account's items stand: all that is about one person has one partition key, and is read and erased by it."""

from __future__ import annotations


def of_user(user_id: str) -> str:
    """Return the partition key of everything about one account."""
    return f"USER#{user_id}"
