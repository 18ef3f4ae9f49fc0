"""The residual of a steady response in one arithmetic, and one corrected step towards its zero.

G(Z) = B phi(U (*) Z + I_0) - Z,    B = e^(-i omega) for an input that turns

For an input that moves along the lattice B moves a state back by one of its steps.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, sqrt

import numpy as np

from analytics.errors import ParameterError
from numerics.engines.krylov import norm, solve
from numerics.engines.protocol import Linear, Scalar, Vector
from numerics.lattice.inputs import Drive, Input
from numerics.lattice.map import Lattice, LatticeMap

LARGEST_KRYLOV = 200
"""Dimensions of a Krylov space; a response of one modulus on all sites needs two."""

LONGEST_SEARCH = 20_000
"""A correction is halved at most this often."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A state with its pre-activation w = U (*) Z + I_0, its residual G and the norms |Z| and |G|."""

    state: Vector
    preactivation: Vector
    residual: Vector
    size: Scalar
    defect: Scalar


@dataclass(frozen=True, slots=True)
class Correction:
    """A Newton step that was taken.

    amplification: |full step| / |G|, the local size of dG^(-1). relative: |full step| / |Z| before it.
    whole: it did not have to be shortened.
    """

    evaluation: Evaluation
    amplification: Scalar
    relative: Scalar
    whole: bool


def steady_drive(drive: Input, lattice_map: LatticeMap) -> Drive:
    """The input on that map. Raises ParameterError for one that does more than turn, or move along the lattice."""
    steady = drive.drive(lattice_map)
    if steady.frequency is None and steady.back is None:
        raise ParameterError(
            "steady state",
            "the input must be constant up to a turning phase or a steady motion",
            "samples that change from step to step",
            "Use simulate.",
        )
    return steady


class FixedPoint:
    """G and its linearization, carrying `digits` digits in the arithmetic of `engine`.

    Raises ParameterError for an input that does more than turn.
    """

    def __init__(self, lattice: Lattice, drive: Input, engine: str, digits: int) -> None:
        self.map = lattice.map(engine, digits)
        self.engine = self.map.engine
        context = self.engine.context
        turning = steady_drive(drive, self.map)
        self.frequency = context.zero if turning.frequency is None else turning.frequency
        self.input = turning.at(0)
        self.back = turning.back
        self.is_wave = turning.kept is not None
        self.kept: Linear = turning.kept or (lambda vector: vector)
        self.backward = context.expj(-self.frequency)
        self.rounding = context.mpf(10) ** -self.engine.digits
        self.largest = sqrt(lattice.sites) * self.engine.number(lattice.network.activation.saturation)

    def evaluate(self, state: Vector) -> Evaluation:
        """The state with its residual: one step of the map."""
        w = self.map.preactivation(state, self.input)
        residual = self._against(self.map.activation.value(w), state)
        return Evaluation(state, w, residual, norm(self.engine, state), norm(self.engine, residual))

    def plain_step(self, at: Evaluation) -> Evaluation:
        """The map itself, in the frame that turns along: Z + G(Z)."""
        return self.evaluate(self.engine.combine([1, 1], [at.state, at.residual]))

    def linearized(self, preactivation: Vector) -> Linear:
        """v -> dG[v] = B dphi(w)[U (*) v] - v."""
        tangent = self.map.tangent(preactivation)
        return lambda v: self._against(tangent(v), v)

    def even(self, preactivation: Vector) -> Linear:
        """v -> a B U (*) v - v, the linearization at an activity that is the same everywhere, in doubles.

        dphi(w)[v] = a v + b e^(2i arg w) conj v; here a is its mean over the sites, and b, which the phases of w
        average out, is left away.
        """
        ones = self.engine.vector(np.ones(self.map.lattice.sites))
        tangent = self.map.activation.tangent(preactivation)
        turned = self.engine.combine([1j], [ones])
        image = self.engine.combine([1, -1j], [tangent(ones), tangent(turned)])  # twice a at every site
        mean = self.engine.inner(ones, image) / (2 * self.map.lattice.sites)
        return lambda v: self._against(self.engine.combine([mean], [self.map.convolve(v)]), v)

    def corrected(
        self, at: Evaluation, believed_digits: float, rough: FixedPoint | None = None
    ) -> Correction | None:
        """Newton's step from a state that is right to about `believed_digits` digits; None where |G| would not fall.

        The linear equation is solved to the digits that quadratic convergence can use, and not beyond rounding. The
        residual is first projected on the states of the input's symmetry: near the critical point the step would
        amplify the rounding errors of all other waves.

        rough: the same problem in doubles, whose linearization is a preconditioner; without it the Krylov space of
        an input that is no wave grows large.
        """
        mpf = self.engine.context.mpf
        floor = 10 * self.rounding * at.size / at.defect
        tolerance = min(mpf(0.1), max(mpf(10) ** -(int(believed_digits) + 4), floor))
        change = solve(
            self.engine,
            self.linearized(at.preactivation),
            self.kept(self.engine.combine([-1], [at.residual])),
            relative_tolerance=tolerance,
            largest_dimension=min(2 * self.map.lattice.sites, LARGEST_KRYLOV),
            rough_inverse=self._rough_inverse(at.preactivation, rough) if rough else None,
        )
        length = norm(self.engine, change)
        found = self._search(at, change, length)
        if found is None:
            return None
        evaluation, fraction = found
        relative = length / at.size if at.size else self.engine.context.mpf(inf)
        return Correction(evaluation, length / at.defect, relative, fraction == 1)

    def _rough_inverse(self, preactivation: Vector, rough: FixedPoint) -> Linear | None:
        """About dG^(-1), by the linearization of the `rough` problem at the same w; None where that overflows."""
        from numerics.engines.rough_inverse import rough_inverse  # loads scipy

        w = Vector(self.engine.doubles(preactivation))
        return rough_inverse(self.engine, rough.linearized(w), rough.even(w))

    def _against(self, image: Vector, state: Vector) -> Vector:
        """B image - state."""
        if self.back is not None:
            return self.engine.combine([1, -1], [self.back(image), state])
        return self.engine.combine([self.backward, -1], [image, state])

    def _search(self, at: Evaluation, step: Vector, length: Scalar) -> tuple[Evaluation, Scalar] | None:
        """The state at + t step, t = 1, 1/2, 1/4, ..., with the first minimum of |G| below the present one.

        |Z| cannot exceed the norm of a saturated lattice, so that a step is at most twice that long. A whole step
        whose |G| is at the level of rounding is taken as it is.
        """
        one = self.engine.context.mpf(1)
        fraction = min(one, 2 * self.largest / length) if length else one
        negligible = 1000 * self.rounding * at.size
        best: tuple[Evaluation, Scalar] | None = None
        for _ in range(LONGEST_SEARCH):
            trial = self.evaluate(self.kept(self.engine.combine([1, fraction], [at.state, step])))
            if best is not None and trial.defect >= best[0].defect:
                return best
            if trial.defect <= max(at.defect / 2, negligible):
                return trial, fraction
            if trial.defect < at.defect:
                best = trial, fraction
            fraction /= 2
        return best
