"""Money: attempts to pay, the provider behind a port, and the one queue that writes what became of them."""
