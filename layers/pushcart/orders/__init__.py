"""Orders: what was bought, by whom and for how much, and how it moves along its three axes."""
