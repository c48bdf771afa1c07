"""Tests of the rules of carts."""
