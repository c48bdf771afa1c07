"""Tests of the routes of carts."""
