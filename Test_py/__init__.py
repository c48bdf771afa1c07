"""The tests, mirroring the tree, and the gate that they are judged by."""
