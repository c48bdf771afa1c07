"""Tests of the rules of inventory."""
