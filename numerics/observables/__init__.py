"""Experiments on the simulated lattice, one per file."""

from numerics.observables.discovery import observable_named, observables
from numerics.observables.record import Observable, Reading, Request, Setting

__all__ = ["Observable", "Reading", "Request", "Setting", "observable_named", "observables"]
