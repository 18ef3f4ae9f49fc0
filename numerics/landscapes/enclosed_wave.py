"""The wave of a source, proved: every site's amplitude in a ball, about a certified steady state.

**Theorem.** Let Z* be the steady state that a certificate proves, D the derivative of a step there, complexified to the
pairs (a, b) of `linearized`, and L < 1 a bound of the gains g_t and g_r at every site. The equation

    e^(i Omega) v - D v = g

has exactly one solution v*, and for any v, with r = g - (e^(i Omega) v - D v), |v - v*| <= |r|/(1 - L).

*Proof.* U and its mirror image are unitary, and at every site [[A, B], [conj B, A]] is Hermitian with the eigenvalues
g_t and g_r, so |D| <= L. The operator is e^(i Omega) (1 - e^(-i Omega) D), whose inverse is a Neumann series of norm
at most 1/(1 - L); it takes r to v* - v.

**Its hypotheses** here. The certificate bounds 1 - L over a ball about Z that contains Z*. A and B are evaluated in
balls that hold their values at all w within the certified distance of w(Z), so that r is enclosed for Z* and not for
Z alone. v is found in doubles and corrected by what is left over, enclosed, until |r|/(1 - L) is small. In a region
without damping 1 - L is as small as the square of the activity that leaks there: a proof takes that many digits of
the state.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from flint import acb, arb

from analytics.balls.arithmetic import flint_precision
from analytics.errors import CertificationError, ParameterError
from analytics.evaluation.decimals import fraction
from analytics.evaluation.mpmath_types import Number
from numerics.certificates.certificate import Certificate, short
from numerics.certificates.certify import certify
from numerics.certificates.enclosed_step import EnclosedStep, norm
from numerics.engines.axes import flat_index
from numerics.engines.enclosure import Diagonal, EnclosureEngine
from numerics.engines.numbers import real_out
from numerics.landscapes.landscape import Source
from numerics.landscapes.linearized import Pair, linearized
from numerics.landscapes.rough_resolvent import rough_resolvent
from numerics.landscapes.wave_field import solve_pair
from numerics.lattice.map import LatticeMap
from numerics.steady_states.steady_state import SteadyState

OPERATION = "enclosing a wave"

GAIN = 1e-10
"""Of the error by a correction in doubles."""

MOST_CORRECTIONS = 40

Balls = tuple[list[acb], list[acb]]


@dataclass(frozen=True, slots=True, eq=False)
class EnclosedWave:
    """Proved: at every site the amplitude |a| + |b| of the source's wave lies within `radius` of `amplitude`.

    amplitude: `mpmath.mp.mpf`, row-major. radius: sqrt(2) |v - v*| is at most this. residual: |r| is at most this.
    margin: 1 - L is at least this. certificate: of the steady state. corrections: how many in doubles it took.
    """

    certificate: Certificate
    source: Source
    amplitude: tuple[Number, ...]
    radius: Number
    residual: Number
    margin: Number
    corrections: int

    def __repr__(self) -> str:
        return f"<EnclosedWave of {self.source}, within {float(self.radius):.1e} at every site>"

    def bounds(self, site: tuple[int, ...]) -> tuple[float, float]:
        """Proved bounds of the amplitude at a site, rounded outwards."""
        shape = self.certificate.state.lattice.shape
        middle = fraction(self.amplitude[flat_index(Source(site, 0).inside(shape).site, shape)])
        around = fraction(self.radius)
        low, high = float(middle - around), float(middle + around)
        return max(0.0, float(np.nextafter(low, -np.inf))), float(np.nextafter(high, np.inf))

    def ratio(self, site: tuple[int, ...], other: tuple[int, ...]) -> tuple[float, float]:
        """Proved bounds of the amplitude at a site over that at another."""
        (low, high), (least, most) = self.bounds(site), self.bounds(other)
        above = float(np.nextafter(high / least, np.inf)) if least > 0 else np.inf
        return float(np.nextafter(low / most, -np.inf)), above


def enclosed_wave(state: SteadyState, source: Source, *, digits: int = 12) -> EnclosedWave:
    """The wave of `source` on the steady state that `certify(state)` proves.

    digits: of the largest amplitude. Raises CertificationError where the state is not proved by the contraction of the
    map itself, or has too few digits for a wave that is hardly damped; ParameterError for a source outside.
    """
    source.inside(state.lattice.shape)
    if digits < 1:
        raise ParameterError(OPERATION, "1 digit or more", digits, "Ask for 12.")
    certificate = certify(state)
    if certificate.method != "map":
        raise CertificationError(
            OPERATION,
            "the map itself must contract about the state",
            f"a state proved by the method {certificate.method!r}",
            "Choose a state without nodes whose gains are below 1.",
        )
    with flint_precision(certificate.bits):
        return _Enclosing(certificate, source).solved(digits)


class _Enclosing:
    """The equation in balls, and its approximate solution in doubles."""

    def __init__(self, certificate: Certificate, source: Source) -> None:
        self.certificate, self.source = certificate, source
        state = certificate.state
        self.shape, self.sites = state.lattice.shape, state.lattice.sites
        step = EnclosedStep(state, certificate.bits)
        engine = EnclosureEngine(self.shape)
        convolve = LatticeMap(state.lattice, engine).convolve
        assert isinstance(convolve, Diagonal) and step.phase is not None
        self.convolve = convolve
        self.turn: acb = step.phase
        reach = arb(step.kernel) * arb(certificate.radius)
        around = acb(arb(0, reach), arb(0, reach))
        self.gains = [step.gains.linear_and_conjugating(w + around) for w in step.preactivation]
        self.spin = (acb(0, 1) * acb(engine.ball(source.frequency))).exp()
        self.margin = arb(certificate.margin)
        self.doubles = linearized(state)
        self.frequency = float(source.frequency)
        self.rough = rough_resolvent(self.doubles, self.frequency)

    def reaction(self, pair: Balls) -> Balls:
        """The linearized activation of (a, b)."""
        back = self.turn.conjugate()
        a = [self.turn * (A * x + B * y) for (A, B), x, y in zip(self.gains, *pair, strict=True)]
        b = [back * (A * y + B.conjugate() * x) for (A, B), x, y in zip(self.gains, *pair, strict=True)]
        return a, b

    def given(self) -> Balls:
        """What the source makes of the next state."""
        spot = [acb(0)] * self.sites
        spot[flat_index(self.source.site, self.shape)] = acb(1)
        return self.reaction((spot, [acb(0)] * self.sites))

    def rest(self, given: Balls, pair: Balls) -> Balls:
        """r = g - (e^(i Omega) v - D v)."""
        mirrored = self.convolve.times([value.conjugate() for value in pair[1]])
        image = self.reaction((self.convolve.times(pair[0]), [value.conjugate() for value in mirrored]))
        a, b = (
            [g - self.spin * v + d for g, v, d in zip(*parts, strict=True)]
            for parts in zip(given, pair, image, strict=True)
        )
        return a, b

    def solved(self, digits: int) -> EnclosedWave:
        given = self.given()
        pair: Balls = ([acb(0)] * self.sites, [acb(0)] * self.sites)
        left = self.rest(given, pair)
        before = None
        for corrections in range(MOST_CORRECTIONS):
            residual = norm([*left[0], *left[1]])
            radius = (arb(2).sqrt() * residual / self.margin).upper()
            amplitude = [abs(a.mid()) + abs(b.mid()) for a, b in zip(*pair, strict=True)]
            largest = max(value.lower() for value in amplitude)
            if corrections and radius <= largest * arb(10) ** -digits:
                return EnclosedWave(
                    certificate=self.certificate,
                    source=self.source,
                    amplitude=tuple(real_out(value.mid()) for value in amplitude),
                    radius=real_out((radius + max(value.rad() for value in amplitude)).upper()),
                    residual=real_out(residual),
                    margin=self.certificate.margin,
                    corrections=corrections,
                )
            if before is not None and not residual < before:
                break
            before = residual
            pair = self.corrected(pair, left, residual)
            left = self.rest(given, pair)
        raise CertificationError(
            OPERATION,
            f"|r|/(1 - L) must fall below 1e-{digits} of the largest amplitude",
            f"{short(radius)} with 1 - L above {short(self.margin)}",
            "Find the state to more digits.",
        )

    def corrected(self, pair: Balls, left: Balls, residual: arb) -> Balls:
        """The pair plus what doubles make of the rest, as exact numbers."""
        scale = residual.mid()
        small: Pair = tuple(  # type: ignore[assignment]
            np.array([complex((value / scale).mid()) for value in part]).reshape(self.shape) for part in left
        )
        change, _ = solve_pair(self.doubles, self.frequency, small, self.rough, GAIN)
        a, b = (
            [
                (value + scale * acb(c.real, c.imag)).mid()
                for value, c in zip(part, moved.ravel().tolist(), strict=True)
            ]
            for part, moved in zip(pair, change, strict=True)
        )
        return a, b
