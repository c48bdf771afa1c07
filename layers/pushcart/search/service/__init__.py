"""The rules of the search: ``finding`` (a question), ``following`` (events) and ``refreshing`` (everything again)."""
