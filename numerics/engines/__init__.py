"""Arithmetics of a lattice: double precision, mpmath, and python-flint, behind one protocol."""
