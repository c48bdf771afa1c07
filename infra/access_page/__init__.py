"""docs/ACCESS.md: who may do what, written from the rules of access and the declarations alone."""
