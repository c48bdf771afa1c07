"""The utilities layer: technical helpers that know no commerce. One noun a module."""

from utils import startup

startup.begin()
