"""What the declarations promise about who may call and what is refused, held against every route."""
