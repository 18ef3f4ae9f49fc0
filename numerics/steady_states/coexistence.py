"""Several steady states of one input: a start near each of them, and whether the map comes to it.

Where phi expands somewhere, rho' > 1, one input can have several steady responses. Newton's method finds the
response next to its start, stable or not. Whether it is stable is seen by iterating the map itself from that start.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import sympy as sp

from analytics.evaluation.mpmath_types import Number
from numerics.engines.precision import FIXED_DIGITS
from numerics.engines.protocol import Array, Vector
from numerics.lattice.inputs import Input
from numerics.lattice.map import Lattice
from numerics.steady_states.fixed_point import FixedPoint

PHASES = 64
"""Phases of the start that are tried."""

DISTURBANCE = 1e-3
"""Of the start, added site by site at random: perturbations of every wavenumber of the lattice."""

LONGEST = 5_000
"""Steps after which it is left open whether the map stays."""

NEARER, FARTHER = 1e-3, 10.0
"""The map stays, or leaves, once its distance from the state is this many times that of the start."""


def wave_near(lattice: Lattice, drive: Input, wavevector: Sequence[sp.Expr], modulus: sp.Expr) -> Array:
    """The travelling wave of that modulus which one step of the map changes least, of `PHASES` phases.

    One complex number per site, row-major, in double precision: a start and no more.
    """
    problem = FixedPoint(lattice, drive, "double", FIXED_DIGITS)
    wave = float(modulus) * _sites(problem, problem.engine.plane_wave(lattice.indices(wavevector)))
    starts = [np.exp(2j * np.pi * turn / PHASES) * wave for turn in range(PHASES)]
    return min(starts, key=lambda start: float(problem.evaluate(problem.engine.vector(start)).defect))


def stays(lattice: Lattice, drive: Input, start: Array, state: Sequence[Number]) -> bool | None:
    """Does the map, iterated in double precision from a disturbed `start`, come to `state`?

    None where `LONGEST` steps do not tell.

    The start is disturbed on every site, so that perturbations of all wavenumbers of the lattice may grow.
    """
    problem = FixedPoint(lattice, drive, "double", FIXED_DIGITS)
    goal = _sites(problem, problem.engine.vector(state))
    random = np.random.default_rng(0)
    parts = random.standard_normal((2, len(goal)))
    disturbed = start * (1 + DISTURBANCE * (parts[0] + 1j * parts[1]))
    at = problem.evaluate(problem.engine.vector(disturbed))
    begun = float(np.linalg.norm(disturbed - goal))
    for _ in range(LONGEST):
        at = problem.plain_step(at)
        distance = float(np.linalg.norm(_sites(problem, at.state) - goal)) / begun
        if distance < NEARER:
            return True
        if distance > FARTHER:
            return False
    return None


def _sites(problem: FixedPoint, vector: Vector) -> Array:
    """The values of a vector, one per site, row-major."""
    return problem.engine.array(vector).ravel()
