"""OpenSearch behind the port to search indexes, over HTTPS and signed by this function's role.

The same words, the same weights and the same places as in the index of our own: fields hold words that are folded
already, and each field that a word stands in counts a constant.
"""
