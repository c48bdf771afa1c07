"""Builds what Lambda runs: the layers and each function's one file, without Docker."""
