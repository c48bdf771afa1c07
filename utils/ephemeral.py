"""The table of what may be forgotten: idempotency records, inboxes, counters. It has no backup and no stream."""

from utils.tables import Table

ephemeral = Table("ephemeral", ttl=True, recovery=False)
