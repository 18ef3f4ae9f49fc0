"""States of the lattice that its input holds in place."""
