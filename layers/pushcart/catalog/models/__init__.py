"""The items of the ``catalog`` table: a room for each subject."""
