"""What is taken off, what delivery costs, and what tax there is."""
