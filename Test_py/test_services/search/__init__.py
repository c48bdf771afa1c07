"""Tests of the search's rules and its indexes."""
