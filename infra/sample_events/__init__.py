"""One sample event for each function, made from its declaration and the examples of its models (events/README.md)."""
