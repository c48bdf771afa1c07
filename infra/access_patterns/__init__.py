"""The table of access patterns in docs/ARCHITECTURE.md: what each function asks of AWS, measured on the demo shop."""
