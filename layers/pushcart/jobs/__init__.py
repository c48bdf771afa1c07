"""Work that takes longer than a request may: asked for by a route, done in steps by a worker."""
