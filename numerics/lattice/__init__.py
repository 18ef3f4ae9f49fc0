"""The lattice, its map, its inputs and its simulation."""
