"""Every read and write of the ``accounts`` table and of the sign-in counters: a room for each subject."""
