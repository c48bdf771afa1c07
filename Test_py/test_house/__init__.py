"""The house itself: the gate, the locks, the fixtures and the rules of the tree."""
