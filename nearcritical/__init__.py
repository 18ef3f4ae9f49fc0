"""Symbolic-numeric toolkit for convolutional recurrent networks near their critical point."""
