"""Tests of the jobs context's functions."""
