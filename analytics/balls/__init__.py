"""Proofs by ball arithmetic: values, roots and steady states with a guaranteed radius."""
