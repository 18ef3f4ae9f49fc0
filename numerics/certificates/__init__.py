"""Proofs that a steady state or a kernel is what it is said to be."""
