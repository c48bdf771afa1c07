"""The house, where it needs tools of the machine."""
