"""Every read and write of the ``catalog`` table: a room for each subject."""
