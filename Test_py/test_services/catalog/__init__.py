"""Tests of the rules of catalog."""
