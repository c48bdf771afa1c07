"""Tests of the routes of catalog."""
