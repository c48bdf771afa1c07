"""docs/SECURITY.md: its words, and what is held against OWASP's lists, each row tied to a test or a reason."""
