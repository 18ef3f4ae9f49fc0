"""The steady response while its input is raised and lowered again in small steps, the map being iterated all along.

Where one input has several stable responses the way up and the way down differ between two folds: hysteresis.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import sqrt

import numpy as np
import sympy as sp

from analytics.network.network import Network
from numerics.engines.precision import FIXED_DIGITS
from numerics.lattice.inputs import Oscillation
from numerics.lattice.map import Lattice, smallest_shape
from numerics.steady_states.fixed_point import FixedPoint

SETTLED = 1e-12
"""Relative change of the state in a step below which the next input is set."""

LONGEST = 20_000
"""Steps at one input at most; close to a fold, and on weak inputs, the state is then still on its way."""

DECADES, PER_DECADE = (-3, 2), 12
"""Where loops are looked for."""

APART = 1e-3
"""Amplitudes that differ by a larger share are two states."""


@dataclass(frozen=True, slots=True)
class Ramp:
    """Amplitudes at each of the increasing `forcings`, on the way up from rest and on the way down."""

    forcings: tuple[sp.Rational, ...]
    up: tuple[float, ...]
    down: tuple[float, ...]

    @property
    def loop(self) -> tuple[sp.Rational, ...]:
        """The forcings at which both differ."""
        pairs = zip(self.forcings, self.up, self.down, strict=True)
        return tuple(F for F, one, other in pairs if abs(one - other) > APART * max(one, other))


def ramp(
    network: Network, forcings: Sequence[object], *, detuning: object = 0, longest: int = LONGEST
) -> Ramp:
    """The response to an oscillation of k = 0 that grows through `forcings` and falls again, in double precision.

    forcings: exact and increasing. At each the map is iterated until it rests, at most `longest` steps.
    """
    lattice, still = Lattice(network, smallest_shape(network)), (sp.S.Zero,) * network.dimension
    inputs = [Oscillation(F, still, detuning=detuning) for F in forcings]
    problems = [FixedPoint(lattice, drive, "double", FIXED_DIGITS) for drive in inputs]
    state = problems[0].map.zero()
    ways: list[list[float]] = []
    for way in (problems, problems[::-1]):
        amplitudes = []
        for problem in way:
            at = problem.evaluate(state)
            for _ in range(longest):
                if at.defect <= SETTLED * at.size:
                    break
                at = problem.plain_step(at)
            state = at.state
            amplitudes.append(float(at.size) / sqrt(lattice.sites))
        ways.append(amplitudes)
    up, down = ways
    return Ramp(tuple(sp.Rational(drive.amplitude) for drive in inputs), tuple(up), tuple(down[::-1]))


@lru_cache(maxsize=64)
def bistable_forcing(network: Network) -> sp.Rational | None:
    """A resonant forcing, of two digits, with two stable responses; None where a ramp over five decades shows none."""
    if network.activation.contracts:
        return None
    low, high = DECADES
    powers = np.arange(low * PER_DECADE, high * PER_DECADE + 1) / PER_DECADE
    loop = ramp(network, [sp.Rational(f"{10**power:.3g}") for power in powers], longest=400).loop
    return sp.Rational(f"{float(loop[len(loop) // 2]):.2g}") if loop else None
