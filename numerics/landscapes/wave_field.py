"""The stationary field of waves that a source keeps up in a landscape, solved for and not waited for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.linalg import LinearOperator, gmres

from analytics.errors import ConvergenceError, ParameterError, require_kind
from numerics.engines.protocol import Doubles
from numerics.landscapes.landscape import Source, require_part
from numerics.landscapes.linearized import Linearized, Pair, linearized
from numerics.landscapes.rough_resolvent import Inverse, rough_resolvent
from numerics.steady_states.steady_state import SteadyState

OPERATION = "wave field of a source"

TOLERANCE = 1e-12
"""Of the residual, relative to what the source does to the state in a step."""

DIRECTIONS, ROUNDS = 100, 20
"""Dimensions of a Krylov space, and how often it begins anew."""


@dataclass(frozen=True, slots=True, eq=False)
class WaveField:
    """v_n(x) = a(x) e^(i Omega n) + conj(b(x)) e^(-i Omega n): how a weak source changes the steady state, per f.

    In the frame that turns along with the state. direct, conjugate: a and b, complex128, of the lattice's shape.
    residual: of the equation they solve, relative to what the source does in a step; iterations: of GMRES.
    """

    state: SteadyState
    source: Source
    direct: Doubles
    conjugate: Doubles
    residual: float
    iterations: int

    def __repr__(self) -> str:
        return f"<WaveField of {self.source} on {self.state.lattice}, residual {self.residual:.1e}>"

    @property
    def amplitude(self) -> NDArray[np.float64]:
        """|a| + |b|, the largest |v_n(x)| over the steps, at every site."""
        found: NDArray[np.float64] = np.abs(self.direct) + np.abs(self.conjugate)
        return found

    def at(self, n: float) -> Doubles:
        """v_n."""
        spin = np.exp(1j * float(self.source.frequency) * n)
        found: Doubles = self.direct * spin + np.conj(self.conjugate * spin)
        return found


def wave_field(
    state: SteadyState, source: Source, *, at: Linearized | None = None, tolerance: float = TOLERANCE
) -> WaveField:
    """The field that `source` keeps up on a steady state.

    (a, b) is found by GMRES in doubles, preconditioned by `rough_resolvent`. at: the linearized map of the state, where
    it is there already. Raises ParameterError for a source outside, and for one of the kernel's band on a state of
    rest, which damps no wave; ConvergenceError where the residual stays above `tolerance`.
    """
    require_kind(OPERATION, state, SteadyState, "a steady state", "Give steady_state(lattice, landscape).")
    require_kind(OPERATION, source, Source, "a source", "Give Source((12, 40), '1/5').")
    require_part(OPERATION, "tolerance", tolerance, f"Give {TOLERANCE:g}.")
    source.inside(state.lattice.shape)
    if at is None:
        at = linearized(state)
    require_kind(OPERATION, at, Linearized, "a linearized map", "Leave `at` out.")
    _require_damping(at, source)
    frequency = float(source.frequency)
    given = right_side(at, source)
    found, iterations = solve_pair(at, frequency, given, rough_resolvent(at, frequency), tolerance)
    residual = _norm(_difference(given, resolved(at, frequency, found))) / _norm(given)
    if not residual <= 10 * tolerance:
        raise ConvergenceError(
            OPERATION,
            "Choose another frequency, or a stronger input.",
            residual=f"{residual:.2e}",
            tolerance=f"{10 * tolerance:.0e}",
            iterations=iterations,
        )
    return WaveField(state, source, *found, residual, iterations)


RESONANT = 1e-9
"""A frequency nearer than this to one of the kernel's is one of them, in rad/step."""


def _require_damping(at: Linearized, source: Source) -> None:
    """Raise ParameterError for a source in the band of the kernel where there is no activity: its wave builds up
    without end, and Krylov spaces find that out in a minute.

    The band's frequencies on the lattice lie around the circle; the widest gap between two neighbours is beside it.
    """
    if at.state.any():
        return
    turn = np.exp(-1j * (at.frequency + float(source.frequency)))
    phases = np.sort(np.angle(at.symbol.ravel() * turn))  # in -pi to pi, the source at 0
    gaps = np.diff(np.append(phases, phases[0] + 2 * np.pi))
    place = int(np.searchsorted(phases, 0.0)) - 1  # of the gap around 0; -1 is the one around pi too
    if np.abs(phases).min() > RESONANT and gaps[place] == gaps.max():
        return
    raise ParameterError(
        OPERATION,
        "an activity somewhere must damp a wave of the kernel's band",
        f"no input at any site, and the frequency {source.frequency}",
        "Give a landscape that is not 0 everywhere.",
    )


def right_side(at: Linearized, source: Source) -> Pair:
    """What an input of 1 at the site of the source makes of the next state."""
    spot = np.zeros(at.map.lattice.shape, dtype=np.complex128)
    spot[source.site] = 1
    return at.reaction((spot, np.zeros_like(spot)))


def resolved(at: Linearized, frequency: float, pair: Pair) -> Pair:
    """e^(i Omega) (a, b) - step."""
    spin = np.exp(1j * frequency)
    a, b = at.step(pair)
    return spin * pair[0] - a, spin * pair[1] - b


def solve_pair(
    at: Linearized, frequency: float, given: Pair, rough: Inverse, tolerance: float
) -> tuple[Pair, int]:
    """The (a, b) that `resolved` takes to `given`, and the iterations; the caller judges the residual."""
    shape, sites = at.map.lattice.shape, at.map.lattice.sites

    def joined(pair: Pair) -> Doubles:
        whole: Doubles = np.concatenate([part.ravel() for part in pair])
        return whole

    def pair_of(vector: Doubles) -> Pair:
        return vector[:sites].reshape(shape), vector[sites:].reshape(shape)

    def image(vector: Doubles) -> Doubles:
        return joined(resolved(at, frequency, rough(pair_of(vector))))

    count = [0]

    def told(_: object) -> None:
        count[0] += 1

    found, _ = gmres(
        LinearOperator((2 * sites, 2 * sites), matvec=image, dtype=np.complex128),
        joined(given),
        rtol=tolerance,
        atol=0.0,
        restart=DIRECTIONS,
        maxiter=ROUNDS,
        callback=told,
        callback_type="pr_norm",
    )
    return rough(pair_of(found)), count[0]


def _difference(left: Pair, right: Pair) -> Pair:
    return left[0] - right[0], left[1] - right[1]


def _norm(pair: Pair) -> float:
    return float(np.sqrt(sum(np.vdot(part, part).real for part in pair)))
