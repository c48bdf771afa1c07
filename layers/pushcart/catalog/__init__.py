"""What the shop sells: products, their variants and prices."""
