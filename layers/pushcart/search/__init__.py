"""Search over what is sold: words, filters, facets. A port, with an index of our own and OpenSearch behind it."""
