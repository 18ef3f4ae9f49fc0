"""What is right at a point: of an exact law what the map says, of one with a remainder its own formula, once that is
seen to come as near to the map as it says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import mpmath
import sympy as sp

from analytics.exclusive import KeptProperty
from analytics.expressions.notation import R
from analytics.law.law import Law
from numerics.judging.comparison import NUDGE
from numerics.judging.drawn_networks import Constant, DrawnNetwork
from numerics.judging.drawn_points import double
from numerics.judging.judge import Judge, Real, context
from numerics.judging.judged_laws import (
    TRUTHS,
    WAVES,
    Order,
    inverse_at,
    order_of,
    turns_around,
    wave_mismatches,
)

SPARE = 60
"""Digits of the judge beyond those that cancel."""

SHRINK = 64
SHRINKS = 7
"""Steps by a factor in which a law with a remainder is followed to its limit, and how many."""

FORMULA = 40
"""Digits of the formula of a law with a remainder."""


@dataclass(frozen=True, slots=True)
class Place:
    """A point of a version of a law of a drawn network. function: its name in exported source."""

    drawn: DrawnNetwork
    law: Law
    function: str
    point: Mapping[str, Constant]

    @property
    def texts(self) -> dict[str, str]:
        return {name: value.text for name, value in self.point.items()}

    @property
    def doubles(self) -> tuple[float, ...]:
        return tuple(float(value.value(mpmath.fp)) for value in self.point.values())

    @property
    def in_doubles(self) -> Place:
        rounded = zip(self.point, self.doubles, strict=True)
        return replace(self, point={name: double(x) for name, x in rounded})

    def __str__(self) -> str:
        return ", ".join(f"{name} = {_shown(value)}" for name, value in self.point.items())


def _shown(value: Constant) -> str:
    """A double by its shortest digits, which are read back as it."""
    x = float(value.value(mpmath.fp))
    return repr(x) if double(x).text == value.text else value.text


class Truth:
    """The right values at a place, computed as far as they are asked for."""

    def __init__(self, place: Place) -> None:
        self.place = place
        decades = (max(0.0, -float(mpmath.log10(abs(x)))) for x in place.doubles if x)
        self.mp = context(SPARE + int(8 * sum(decades)) + (0 if place.law.is_exact else 150))
        self.judge = Judge(self.mp, place.drawn.mechanism)
        self._counts: dict[tuple[float, float], int] = {}
        self.order = Order.IN_TURN if not place.law.is_exact else order_of(place.law.name)

    @property
    def is_known(self) -> bool:
        """Does the judge know the law?"""
        return self.place.law.name in (TRUTHS if self.place.law.count is not None else WAVES)

    @KeptProperty
    def groups(self) -> list[list[Real]]:
        """The values on each steady state, as many of each as the law has."""
        if not self.place.law.is_exact:
            return [list(map(self.mp.mpmathify, self._formula(self.place.law)))]
        return self.of(self.judge, self.numbers())

    @property
    def values(self) -> list[Real]:
        """All of them."""
        return [value for group in self.groups for value in group]

    def of(self, judge: Judge, point: Mapping[str, Real]) -> list[list[Real]]:
        return TRUTHS[self.place.law.name](judge, point)

    def numbers(self) -> dict[str, Real]:
        return {name: value.value(self.mp) for name, value in self.place.point.items()}

    # rounding

    def nudged(self) -> Iterator[list[Real]]:
        """The values on the first state with one argument after the other changed by 10**-NUDGE of itself."""
        change = self.mp.mpf(10) ** -NUDGE
        if not self.place.law.is_exact:
            factor = 1 + sp.Rational(1, 10**NUDGE)
            for symbol in sorted(_free(self.place.law), key=str):
                nudged = _scaled(self.place.law, symbol, factor)
                yield list(map(self.mp.mpmathify, self._formula(nudged)))
            return
        given = self.numbers()
        for name, value in given.items():
            if value and name != "n":
                yield self._first(self.judge, {**given, name: value * (1 + change)})
        for place in range(2 + len(self.place.drawn.band.terms)):
            yield self._first(self.judge.nudged(place, change), given)

    def _first(self, judge: Judge, point: Mapping[str, Real]) -> list[Real]:
        groups = self.of(judge, point)
        return groups[0] if groups else []

    # laws with a remainder

    def _formula(self, law: Law) -> Sequence[Any]:
        return law.branches(self.place.texts, FORMULA)

    @KeptProperty
    def comes_near(self) -> bool:
        """Does the formula of a law with a remainder approach the map with the order that it states?

        Followed towards the limit until the miss of the formula shrinks as it should, or is none to FORMULA digits.
        """
        law = self.place.law
        assert law.remainder is not None and law.limit is not None
        symbol, target = law.limit
        together = {str(one) for one in (symbol, *law.companions)}
        step = sp.Integer(SHRINK) if target == 0 else sp.Rational(1, 2)
        point = {name: sp.Rational(*_ratio(value)) for name, value in self.place.point.items()}
        before: Real | None = None
        shrinks = SHRINKS if target == 0 else 4
        for _ in range(shrinks + 1):
            misses = self._misses(law, point)
            if misses is None:
                return True
            if before is not None:
                expected = self._expected(law, together, step)
                if all(a <= 8 * b * expected for a, b in zip(misses, before, strict=True)):
                    return True
            before = misses
            point = {name: x / step if name in together else x for name, x in point.items()}
        return False

    def _expected(self, law: Law, together: set[str], step: sp.Expr) -> Real:
        """By how much the remainder shrinks in a step: of one in the subject the miss is divided by it already."""
        assert law.remainder is not None
        if law.remainder_variable == law.subject:
            return self.mp.one
        return self._power(step, law.remainder_order)

    def _power(self, step: sp.Expr, order: Any) -> Real:
        base = self.mp.mpf(int(sp.numer(step))) / int(sp.denom(step))
        return base ** -(self.mp.mpf(int(sp.numer(order))) / int(sp.denom(order)))

    def _misses(self, law: Law, point: Mapping[str, sp.Expr]) -> list[Real] | None:
        """Of each value the formula less the map; in powers of the subject, per remainder. None where all are 0."""
        found = [self.mp.mpmathify(value) for value in law.branches(point, FORMULA)]
        numbers = {name: self.mp.mpf(int(sp.numer(x))) / int(sp.denom(x)) for name, x in point.items()}
        wanted = self.of(self.judge, numbers)[0][: len(found)]
        found, wanted = _sorted(found), _sorted(wanted)
        misses = [abs(a - b) for a, b in zip(found, wanted, strict=True)]
        if all(
            miss <= abs(b) * self.mp.mpf(10) ** (2 - FORMULA) for miss, b in zip(misses, wanted, strict=True)
        ):
            return None
        if law.remainder_variable == law.subject == R:
            missed = self._forcing_missed(found[0], numbers)
            return [missed / self.mp.power(found[0], int(law.remainder_order or 0))]
        return misses

    def _forcing_missed(self, amplitude: Real, point: Mapping[str, Real]) -> Real:
        """How far F^2 is from that which has the answer `amplitude`."""
        P = inverse_at(self.judge, amplitude)
        return abs(abs(P * self.mp.expj(point.get("delta", self.mp.zero)) - amplitude) ** 2 - point["F"] ** 2)

    # waves

    def wrong_waves(self, found: Sequence[Any], errors: Sequence[Real]) -> str:
        """What is wrong with roots q of a law that has as many as there are, each off by an error; or nothing."""
        roots = [self.mp.mpmathify(value) for value in found]
        height = float(self.place.law.codomain.args[0].args[1].sup)
        functions = wave_mismatches(self.place.law.name, self.judge, self.numbers())
        for root, error in zip(roots, errors, strict=True):
            if not -error <= root.imag <= height + error:
                return "a root outside the strip"
            if min(abs(step(self.mp, function, root)) for function in functions) > 2 * error:
                return "no root"
        if any(root.imag <= error for root, error in zip(roots, errors, strict=True)):
            raise ArithmeticError("a wave is damped by less than the digits of its wavenumber")
        low = float(min((root.imag for root in roots), default=self.mp.mpf("1e-3")) / 2)
        if (low, height) not in self._counts:
            self._counts[low, height] = self._count(low, height)
        counted = self._counts[low, height]
        return "" if counted == len(roots) else f"{counted} roots are there"

    def _count(self, low: float, high: float) -> int:
        """How many roots lie in the strip, for an argument that turns once for each."""
        mp = context(20 + self.mp.dps // 6)
        judge = Judge(mp, self.place.drawn.mechanism)
        numbers = {name: value.value(mp) for name, value in self.place.point.items()}
        left = -3.1293
        corners = (complex(left, low), complex(left + 2 * float(mp.pi), high))
        functions = wave_mismatches(self.place.law.name, judge, numbers)
        return sum(turns_around(function, corners, mp) for function in functions)


def step(mp: Any, function: Callable[[Real], Real], at: Real) -> Real:
    """Newton's step from a place."""
    slope = mp.diff(function, at)
    return function(at) / slope if slope else function(at)


def _sorted(values: Sequence[Real]) -> list[Real]:
    return sorted(values, key=lambda value: (value.real, value.imag))


def _ratio(value: Constant) -> tuple[int, int]:
    numerator, _, denominator = value.text.strip("()").partition("/")
    return int(numerator), int(denominator)


def _free(law: Law) -> set[sp.Symbol]:
    own: set[sp.Symbol] = law.equation.free_symbols & {*law.symbols, *law.network.constants}
    return own.union(*(_free(other) for other in law.where))


def _scaled(law: Law, symbol: sp.Symbol, factor: sp.Expr) -> Law:
    """`law` with a parameter or constant multiplied wherever it stands."""
    return replace(
        law,
        equation=law.equation.xreplace({symbol: factor * symbol}),
        where=tuple(_scaled(other, symbol, factor) for other in law.where),
        alternatives=(),
    )
