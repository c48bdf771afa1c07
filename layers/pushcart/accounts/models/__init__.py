"""The items of the ``accounts`` table, and the counters of failed sign-ins: a room for each subject."""
