"""The map itself, as a judge of laws: mpmath alone, and none of the toolkit's code.

    Z_{n+1} = phi(U (*) Z_n + I_n),        phi(z) = rho(|z|) z / |z|,        U e^(i k.x) = e^(i omega(k)) e^(i k.x)

A wave F e^(i(k.x + omega n)) is answered by R e^(i(k.x + omega n + theta)). With the modulus P of the pre-activation
R = rho(P), and one step reads P e^(i(omega + theta)) = R e^(i(omega(k) + theta)) + F. Beside the wave phi multiplies a
small change along P by rho'(P), and one across by rho(P)/P.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, product
from typing import Any

import mpmath

Real = Any
"""A number of the mpmath context at hand."""

Vector = Sequence[Any]

PER_DECADE = 40
"""Places of P at which the sign of an excess is looked at where a profile may bend."""

GRID = 48
"""Wavenumbers per axis between which the extrema of a frequency are looked for."""


def context(digits: int) -> Any:
    """An mpmath context of its own."""
    found = mpmath.mp.clone()
    found.dps = digits
    return found


@dataclass(frozen=True, slots=True)
class Mechanism:
    """A network as functions of an mpmath context and numbers.

    rho, slope: the profile and its derivative, each in a form that keeps its digits; terms: the parts of which
    omega(k) is the sum; scale: the radius at which rho bends; bends: may there be several steady states?
    nudges: relative changes of the profile's scale, of P and of each term, in this order: what rounding does.
    """

    rho: Callable[[Any, Real], Real]
    slope: Callable[[Any, Real], Real]
    terms: tuple[Callable[[Any, Vector], Real], ...]
    dimension: int
    scale: float
    bends: bool
    nudges: tuple[Real, ...] = ()


@dataclass(frozen=True, slots=True)
class State:
    """The modulus P of the pre-activation, the amplitude R, and the gains along and across."""

    P: Real
    R: Real
    along: Real
    across: Real


@dataclass(frozen=True, slots=True)
class Judge:
    """A mechanism in one mpmath context."""

    mp: Any
    mechanism: Mechanism

    def nudged(self, place: int, change: Real) -> Judge:
        """The same with one of the nudges."""
        count = 2 + len(self.mechanism.terms)
        nudges = tuple(change if index == place else self.mp.zero for index in range(count))
        return replace(self, mechanism=replace(self.mechanism, nudges=nudges))

    def _nudge(self, place: int) -> Real:
        nudges = self.mechanism.nudges
        return 1 + nudges[place] if nudges else self.mp.one

    # the profile and the frequency

    def rho(self, r: Real) -> Real:
        return self._nudge(0) * self.mechanism.rho(self.mp, r / self._nudge(0))

    def slope(self, r: Real) -> Real:
        return self.mechanism.slope(self.mp, r / self._nudge(0)) if r else self.mp.one

    def omega(self, k: Vector) -> Real:
        found = self.mp.zero
        for place, term in enumerate(self.mechanism.terms):
            found += self._nudge(2 + place) * term(self.mp, k)
        return found

    def even_and_odd(self, k: Vector, q: Vector) -> tuple[Real, Real]:
        """Half the sum and half the difference of omega(k + q) and omega(k - q)."""
        ahead, behind = (self.omega([x + s * y for x, y in zip(k, q, strict=True)]) for s in (1, -1))
        return (ahead + behind) / 2, (ahead - behind) / 2

    # steady states

    def states(self, strength: Real, detuning: Real) -> list[State]:
        """All P with |P e^(i delta) - rho(P)| = F, in increasing order."""
        if strength == 0:
            return [self.state(self.mp.zero)]
        half = self.mp.sin(detuning / 2) ** 2

        def excess(P: Real) -> Real:
            R = self.rho(P)
            return (P - R) ** 2 + 4 * P * R * half - strength**2

        def turning(P: Real) -> Real:
            R, g = self.rho(P), self.slope(P)
            return (P - R) * (1 - g) + 2 * half * (R + P * g)

        return [self.state(P * self._nudge(1)) for P in self.crossings(excess, strength / 2, turning)]

    def state(self, P: Real) -> State:
        R = self.rho(P)
        return State(P, R, self.slope(P), R / P if P else self.mp.one)

    def crossings(
        self, excess: Callable[[Real], Real], low: Real, turning: Callable[[Real], Real] | None
    ) -> list[Real]:
        """Where an excess that is negative at `low` > 0 changes sign, between the places where it turns."""
        if not self.mechanism.bends or turning is None:
            high = low
            while excess(high := high * 4) < 0:
                low = high
            return [self.zero(excess, low, high)]
        scale = self.mp.mpf(self.mechanism.scale)
        top = 4 * (2 * low + self.rho(scale * self.mp.mpf(10) ** 12))
        knots = [low]
        step = self.mp.mpf(10) ** (self.mp.one / PER_DECADE)
        x = max(low, scale / 10**4) * step
        while x < top:
            knots.append(x)
            x *= step
        knots.append(top)
        turns = [self.zero(turning, a, b) for a, b in pairwise(knots) if (turning(a) < 0) != (turning(b) < 0)]
        ends = [low, *turns, top]
        return [self.zero(excess, a, b) for a, b in pairwise(ends) if (excess(a) < 0) != (excess(b) < 0)]

    def zero(self, function: Callable[[Real], Real], low: Real, high: Real) -> Real:
        """Where a function changes sign between positive ends: bisection of the logarithm, then the Illinois method."""
        mp = self.mp
        left, right = function(low), function(high)
        if left == 0 or right == 0:
            return low if left == 0 else high
        for _ in range(12):
            middle = mp.sqrt(low * high)
            value = function(middle)
            if (value < 0) == (left < 0):
                low, left = middle, value
            else:
                high, right = middle, value
        side = 0
        for _ in range(4 * mp.dps):
            middle = (low * right - high * left) / (right - left)
            if not low < middle < high or high - low <= abs(high) * 8 * mp.eps:
                break
            value = function(middle)
            if value == 0:
                return middle
            if (value < 0) == (left < 0):
                low, left = middle, value
                right = right / 2 if side < 0 else right
                side = -1
            else:
                high, right = middle, value
                left = left / 2 if side > 0 else left
                side = 1
        return middle if low <= middle <= high else (low + high) / 2

    def turns(self, detuning: Real) -> list[Real]:
        """The forcings at which steady states appear and vanish."""
        half = self.mp.sin(detuning / 2) ** 2
        scale = self.mp.mpf(self.mechanism.scale)

        def turning(P: Real) -> Real:
            R, g = self.rho(P), self.slope(P)
            return (P - R) * (1 - g) + 2 * half * (R + P * g)

        knots = [scale * self.mp.mpf(10) ** (self.mp.mpf(n) / PER_DECADE) for n in range(-80, 120)]
        places = [
            self.zero(turning, a, b) for a, b in pairwise(knots) if (turning(a) < 0) != (turning(b) < 0)
        ]
        return [abs(P * self.mp.expj(detuning) - self.rho(P)) for P in places]

    # perturbations: M = [[a u, b u'], [b u, a u']], u = e^(i ahead), u' = e^(-i behind)

    def matrix(self, at: State, ahead: Real, behind: Real) -> list[Real]:
        a, b = (at.along + at.across) / 2, (at.along - at.across) / 2
        u, mirrored = self.mp.expj(ahead), self.mp.expj(-behind)
        return [a * u, b * mirrored, b * u, a * mirrored]

    def eigenvalues(self, at: State, ahead: Real, behind: Real) -> list[Real]:
        m11, _, _, m22 = self.matrix(at, ahead, behind)
        middle, product = (m11 + m22) / 2, at.along * at.across * self.mp.expj(ahead - behind)
        root = self.mp.sqrt(middle**2 - product)
        larger = max((middle + root, middle - root), key=abs)
        return [larger, product / larger]

    def response(self, at: State, ahead: Real, behind: Real, frequency: Real) -> list[Real]:
        """(e^(i Omega) - M)^(-1) D with D = [[a, b], [b, a]], row by row."""
        m11, m12, m21, m22 = self.matrix(at, ahead, behind)
        a, b = (at.along + at.across) / 2, (at.along - at.across) / 2
        turn = self.mp.expj(frequency)
        below = (turn - m11) * (turn - m22) - m12 * m21
        return [
            ((turn - m22) * a + m12 * b) / below,
            ((turn - m22) * b + m12 * a) / below,
            (m21 * a + (turn - m11) * b) / below,
            (m21 * b + (turn - m11) * a) / below,
        ]

    def span(self, k: Vector) -> tuple[Real, Real]:
        """The smallest and the largest omega_+(q) about a carrier: over a grid, the ends by Newton's method."""
        axes = range(self.mechanism.dimension)
        points = [i * self.mp.pi * 2 / GRID for i in range(GRID if len(axes) < 3 else GRID // 3)]

        def even(*q: Real) -> Real:
            return self.even_and_odd(k, q)[0]

        def slopes(*q: Real) -> list[Real]:
            return [self.mp.diff(even, q, tuple(int(a == axis) for a in axes)) for axis in axes]

        corners = list(product((self.mp.zero, self.mp.pi), repeat=len(axes)))
        found = [even(*corner) for corner in corners]
        grid = sorted(product(points, repeat=len(axes)), key=lambda q: even(*q))
        for start in (grid[0], grid[-1]):
            found.append(even(*start))
            try:
                end = self.mp.findroot(slopes if len(axes) > 1 else lambda q: slopes(q)[0], start)
            except (ValueError, ZeroDivisionError):
                continue
            found.append(even(*(list(end) if len(axes) > 1 else [end])))
        return min(found), max(found)

    def smallest_sine_angle(self, k: Vector, frequency: Real) -> Real:
        """The omega_+(q) - omega nearest to a multiple of pi, as its distance from it."""
        low, high = (end - frequency for end in self.span(k))
        if self.mp.floor(high / self.mp.pi) > self.mp.floor(low / self.mp.pi):
            return self.mp.zero
        return min(abs(end - self.mp.pi * self.mp.nint(end / self.mp.pi)) for end in (low, high))

    # waves that a probe sends along the first axis

    def mismatch(self, at: State, k: Vector, frequency: Real, probe: Real) -> Callable[[Real], Real]:
        """det(e^(i Omega) - M(q)) as a function of a complex q."""

        def function(q: Real) -> Real:
            turned = [q, *[self.mp.zero] * (len(k) - 1)]
            ahead = self.omega([x + y for x, y in zip(k, turned, strict=True)]) - frequency
            behind = self.omega([x - y for x, y in zip(k, turned, strict=True)]) - frequency
            m11, m12, m21, m22 = self.matrix(at, ahead, behind)
            turn = self.mp.expj(probe)
            return (turn - m11) * (turn - m22) - m12 * m21

        return function
