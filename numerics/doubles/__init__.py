"""One step of a large lattice in doubles, a piece at a time, while the piece is in the cache."""
