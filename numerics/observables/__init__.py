"""Experiments on the simulated lattice, one per file."""
