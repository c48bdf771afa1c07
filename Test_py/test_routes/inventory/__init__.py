"""Tests of the routes of inventory."""
