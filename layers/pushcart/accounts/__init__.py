"""Who people are: accounts, passwords, sessions and the tokens that show them."""
