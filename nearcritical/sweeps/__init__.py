"""Sweeps: a law evaluated, or an observable measured, at every point of a grid, kept in a file that is continued."""
