"""The system itself: whether it is ready."""
