"""Tests of the rules of pricing."""
