"""Simulation, measurement and verification."""
