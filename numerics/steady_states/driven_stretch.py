"""A ring of which one stretch is driven, and the profile of what leaks out of it.

**Even kernel.** Activity leaks out on both sides, alike. Were all other sites without input, the two profiles would
meet on the far side of the ring, and what happens there would be felt all the way back. So the one site farthest from
the stretch is driven too, just so much that the profile goes on beyond it as the power of the distance that it has
been. The power that touches the profile half of the way is continued to the far side, and what is missing there to make
that a steady state is the input of the site, until it stays the same. Nothing but the profile itself enters. The input
found has eight decimal digits; with it the ring is an experiment like any other, right to any number of digits.

**Odd kernel.** Activity leaks out downstream. A sharp end upstream would send out the wave of wavenumber pi, which
stands too and goes upstream, around the ring. So the input sets in gradually, as 1/(1 + e^(-n/16)), which excites that
wave to 1e-22 or so. The sharp end downstream sends it into the stretch, where activity damps it, slowly if the input is
weak: how fast is seen on a first ring, and the stretch is made so long that nothing of it comes through.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from analytics.errors import ConvergenceError, ParameterError
from analytics.evaluation.contexts import kept_context
from analytics.evaluation.mpmath_types import Context, Number
from analytics.network.network import Network
from numerics.engines.precision import FIXED_DIGITS
from numerics.lattice.inputs import Samples
from numerics.lattice.map import Lattice
from numerics.steady_states.fixed_point import FixedPoint
from numerics.steady_states.steady_state import SteadyState, steady_state
from numerics.steady_states.touching_power import touching_power

HALF_WIDTH = 24
"""Sites of the driven stretch on each side of its middle, at least: beyond some ten its ends do not know each other."""

ONSET, FAINTEST = 16, sp.Rational(1, 10**25)
"""Sites over which a gradual input grows by the factor e where it is weak, and its weakest share that is given."""

LONGEST = 4096
"""Sites at most over which the input of an odd kernel's stretch is full."""

INNER, OUTER = 12, 4
"""Sites from its sharp end between which the damping of the short wave is seen."""

DIFFERENCE, NOISE = 8, 1e-12
"""Order of the differences that show it: of an input that falls off over ONSET sites they leave less than rounding
does, which is below that part of the largest value."""

COARSE, FAR_DIGITS, NEARLY, SETTLED, MOST_ROUNDS = 4, 8, 1e-3, 1e-6, 60
"""Digits of a state in doubles, and of the input of the far site; its relative change in the last round with a profile
that is continued from a quarter, and from half of the way; rounds for each at most."""

Doubles = NDArray[np.complex128]

SHORTEST = 128
"""Sites of the gap of a ring whose state is found from rest, at least."""

AROUND = 24
"""Sites on each side of the far one over which what is missing there is summed up: it falls off as e^(-3n)."""

FACTORS = (2, 3, 5, 7, 11)
"""Prime factors of a length of which a Fourier transform is quick."""


@dataclass(frozen=True, slots=True)
class Profile:
    """The steady state, and its values outward from the last driven site; outside[0] is the next one.

    far_input: that of the one site on the far side, 0 with an odd kernel.
    """

    state: SteadyState
    outside: tuple[Number, ...]
    far_input: sp.Expr


@lru_cache(maxsize=8)
def leaking_profile(network: Network, strength: sp.Expr, gap: int, digits: int, engine: str) -> Profile:
    """What leaks out of a stretch of a ring that is driven by the uniform input `strength`, over `gap` sites.

    Raises ParameterError for another lattice than a ring, and a kernel that is neither even nor odd; ConvergenceError.
    """
    kernel = network.kernel
    if kernel.dimension != 1:
        raise ParameterError(
            "stretch of a ring", "a kernel of one dimension is needed", kernel.dimension, "Use a ring."
        )
    is_even = kernel.odd_part(kernel.wavenumbers) == 0
    if not (is_even or kernel.even_part(kernel.wavenumbers) == 0):
        raise ParameterError(
            "stretch of a ring",
            "activity leaks out of it the same on both sides, or downstream alone, where omega is even or odd",
            kernel.frequency(kernel.wavenumbers),
            "Use an even or an odd kernel.",
        )
    found = _both_sides if is_even else _downstream
    return found(network, strength, gap, digits, engine)


def _both_sides(network: Network, strength: sp.Expr, gap: int, digits: int, engine: str) -> Profile:
    ring, far, values = _tuned(network, strength, gap)
    found = _rounded(far)
    drive = ring.drive(found)
    rough = steady_state(ring.lattice, drive, digits=COARSE, engine="double", initial=values)
    state = steady_state(ring.lattice, drive, digits=digits, engine=engine, start=rough)
    return Profile(state, state.state[ring.width : ring.half + 1], found)


class _Ring:
    """A ring of 2 half sites, of which 1 - width, ..., width - 1 are driven, and the one at half, the far one."""

    def __init__(self, network: Network, strength: sp.Expr, gap: int) -> None:
        self.strength, self.gap = strength, gap
        self.half = gap + HALF_WIDTH
        while not _is_quick(self.half):
            self.half += 1
        self.width = self.half - gap
        self.lattice = Lattice(network, (2 * self.half,))

    def drive(self, far: sp.Expr) -> Samples:
        """The input, exact."""
        values = np.full(2 * self.half, sp.S.Zero)
        values[: self.width], values[1 - self.width :], values[self.half] = self.strength, self.strength, far
        return Samples(values)

    def rough_drive(self, far: complex) -> Samples:
        """The input, in doubles."""
        values = np.zeros(2 * self.half, dtype=np.complex128)
        values[: self.width], values[1 - self.width :] = (complex(self.strength),) * 2
        values[self.half] = far
        return Samples(values)

    def rough_state(self, far: complex, initial: Doubles | None) -> Doubles:
        """The steady state in doubles, from another one or from rest."""
        state = steady_state(
            self.lattice, self.rough_drive(far), digits=COARSE, engine="double", initial=initial
        )
        return np.array([complex(value) for value in state.state])

    def continued(self, values: Doubles, distance: int) -> Doubles:
        """`values` as far as the site at that distance from the stretch, beyond it the power touching them there."""
        start, step, context = self.width - 1 + distance, distance // 4, kept_context(FIXED_DIGITS)
        touching = touching_power(
            context, [context.convert(complex(values[start + n])) for n in (-step, 0, step)], step
        )
        origin, power = float(touching.distance), complex(-touching.exponent, touching.turning)
        beyond = np.arange(start, self.half + 1)
        found = values.copy()
        found[beyond] = values[start] * ((beyond - start + origin) / origin) ** power
        found[-beyond[:-1]] = found[beyond[:-1]]
        return found

    def begun_from(self, shorter: _Ring, values: Doubles) -> Doubles:
        """A state to begin with: that of a ring with a smaller gap, continued."""
        sites = np.arange(self.half + 1)
        inner = np.clip(sites - self.width + shorter.width, 0, shorter.half)
        found = np.zeros(2 * self.half, dtype=np.complex128)
        found[sites] = found[-sites] = values[inner]
        return self.continued(found, shorter.gap // 2)


@lru_cache(maxsize=32)
def _tuned(network: Network, strength: sp.Expr, gap: int) -> tuple[_Ring, complex, Doubles]:
    """The ring, the input of its far site with which the profile goes on beyond it, and the state, in doubles.

    It is found first on a ring with a quarter of the gap, from which Newton's method has less far to go, unless that
    is too short for the profile to show.
    """
    ring = _Ring(network, strength, gap)
    quiet = FixedPoint(ring.lattice, ring.rough_drive(0j), "double", FIXED_DIGITS)
    far, values = 0j, None
    if gap >= 4 * SHORTEST:
        with suppress(ConvergenceError, ParameterError):
            shorter, _, there = _tuned(network, strength, gap // 4)
            values = ring.begun_from(shorter, there)
            far = _missing(quiet, values, ring.half)
    if values is None:
        values = ring.rough_state(0j, None)

    def asked(far: complex, distance: int) -> complex:
        """The input that the far site should have, as the profile is with this one."""
        nonlocal values
        values = ring.rough_state(far, values)
        return _missing(quiet, ring.continued(values, distance), ring.half)

    far = _settled(lambda far: asked(far, gap // 4), far, NEARLY, accelerated=False)
    far = _settled(lambda far: asked(far, gap // 2), far, SETTLED, accelerated=True)
    return ring, far, values


def _settled(
    asked: Callable[[complex], complex], far: complex, allowed: float, *, accelerated: bool
) -> complex:
    """The number that is asked for again where it is given. accelerated: from time to time jump ahead.

    Close to it the deviations are multiplied from round to round by a matrix, of the real and the imaginary part; three
    successive changes tell that, and where it leads to. Raises ConvergenceError.
    """
    row = [far]
    for _ in range(MOST_ROUNDS):
        row.append(asked(row[-1]))
        change = abs(row[-1] - row[-2]) / abs(row[-1])
        if change < allowed:
            return row[-1]
        if accelerated and len(row) == 4:
            changes = np.array([[d.real, d.imag] for d in np.diff(row)]).T
            carried = changes[:, 1:] @ np.linalg.inv(changes[:, :2])
            row = [row[-2] + complex(*np.linalg.solve(np.eye(2) - carried, changes[:, 2]))]
    raise ConvergenceError(
        "far side of a ring",
        "Use a shorter or a longer gap.",
        residual=change,
        tolerance=allowed,
        iterations=MOST_ROUNDS,
    )


def _missing(quiet: FixedPoint, continued: Doubles, far: int) -> complex:
    """The input that the far site lacks for a profile that is continued to it to be a steady state there."""
    residual = quiet.engine.doubles(quiet.evaluate(quiet.engine.vector(continued)).residual)
    return -complex(residual[far - AROUND : far + AROUND + 1].sum())


def _rounded(value: complex) -> sp.Expr:
    real, imaginary = (sp.Rational(f"{part:.{FAR_DIGITS - 1}e}") for part in (value.real, value.imag))
    return real + sp.I * imaginary


def _downstream(network: Network, strength: sp.Expr, gap: int, digits: int, engine: str) -> Profile:
    coarse = _gradual(network, strength, gap, 8 * ONSET)
    damping, needed = _damping(coarse, strength), math.log(FAINTEST.q)
    if damping * LONGEST < needed:
        raise ParameterError(
            "driven stretch of a ring",
            f"the short wave that its end sends upstream must die out within {LONGEST} sites",
            f"{strength}, whose activity damps that wave by {damping:.2g} a site",
            "Use a stronger input.",
        )
    if damping * 8 * ONSET < needed:
        coarse = _gradual(network, strength, gap, math.ceil(needed / damping))
    state = steady_state(coarse.lattice, coarse.drive, digits=digits, engine=engine, start=coarse)
    return Profile(state, tuple(_from_the_end(state)[1 : gap + 1]), sp.S.Zero)


def _gradual(network: Network, strength: sp.Expr, gap: int, full: int) -> SteadyState:
    """The state in doubles where the input sets in gradually, is full over so many sites and ends at site 0."""
    context = kept_context(2 * FIXED_DIGITS)
    faint = -int(context.log(context.mpf(int(FAINTEST.q))) * ONSET)
    shares = [_share(n, context) for n in range(faint, full)]
    sites = gap + len(shares)
    while not _is_quick(sites):
        sites += 1
    lattice = Lattice(network, (sites,))
    values = [sp.S.Zero] * sites
    for n, share in enumerate(reversed(shares)):
        values[-_direction(lattice) * n] = strength * share
    return steady_state(lattice, Samples(values), digits=COARSE, engine="double")


def _direction(lattice: Lattice) -> int:
    """1 where a wave of a long wavelength, e^(i (k x + omega n)), moves to higher x, so where omega k < 0; or -1."""
    return -1 if lattice.map("double", FIXED_DIGITS).frequency((1,)) > 0 else 1


def _from_the_end(state: SteadyState) -> list[Number]:
    """The values downstream from site 0; the last ones are those upstream of it."""
    sites, direction = len(state.state), _direction(state.lattice)
    return [state.state[direction * n % sites] for n in range(sites)]


def _damping(state: SteadyState, strength: sp.Expr) -> float:
    """By how much a site damps the short wave upstream of the sharp end: high differences there are made of it alone.

    Where it is gone within some sites, it is damped so much over these; where it is not even there, the activity is
    saturated, if the input is above it, and no change of the input makes a wave.
    """
    values = [complex(value) for value in _from_the_end(state)[-INNER - DIFFERENCE :]][::-1]
    weights = [(-1) ** n * math.comb(DIFFERENCE, n) for n in range(DIFFERENCE + 1)]
    largest = max(map(abs, values))
    short = [
        abs(sum(weight * value for weight, value in zip(weights, values[site:], strict=False)))
        for site in range(INNER)
    ]
    gone = next((site for site, size in enumerate(short) if size < NOISE * largest), None)
    if gone is None:
        return math.log(short[OUTER - 1] / short[-1]) / (INNER - OUTER)
    if gone == 0:
        return math.inf if complex(strength).real > 2 * largest else 0.0
    return math.log(short[0] / (NOISE * largest)) / gone


def _share(n: int, context: Context) -> sp.Rational:
    """1/(1 + e^(-n/ONSET)), to 30 digits."""
    return sp.Rational(context.nstr(1 / (1 + context.exp(context.mpf(-n) / ONSET)), 30))


def _is_quick(length: int) -> bool:
    for factor in FACTORS:
        while length % factor == 0:
            length //= factor
    return length == 1
