"""Tests of the routes of pricing."""
