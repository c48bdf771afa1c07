"""Tests of the functions of the search."""
