"""The laptop cloud: the same declarations that CDK reads, served by one process on 127.0.0.1."""
