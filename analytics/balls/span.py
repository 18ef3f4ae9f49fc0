"""Intervals of the real line that know their ends: which are 0 or infinite exactly, and which are attained.

Balls lose both: [0, w] in a ball reaches below 0, and no ball reaches a pole. Here a range that ends at a pole
has an infinite end, and (0, w] is told from [0, w], so that a sign on an open interval can be proved.
Every operation rounds outwards at the precision in force (`flint.ctx.prec`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flint import arb

from analytics.errors import LawError, PrecisionError

INFINITE = arb.pos_inf()

FARTHEST = 2**40
"""Arguments of sin and cos beyond this one are not looked at for crests: the range is [-1, 1]."""


@dataclass(frozen=True, slots=True)
class Span:
    """All values of a quantity lie in low <= x <= high, without the end itself where that is open.

    low, high: exact `arb` numbers or infinities.
    smooth: is the quantity known to be differentiable all over the open interval it was computed on?
    """

    low: arb
    high: arb
    low_open: bool = False
    high_open: bool = False
    smooth: bool = True

    @property
    def is_positive(self) -> bool:
        """Is every value known to be above 0?"""
        return bool(self.low > 0 or (self.low == 0 and self.low_open))

    @property
    def is_negative(self) -> bool:
        return bool(self.high < 0 or (self.high == 0 and self.high_open))

    @property
    def has_a_sign(self) -> bool:
        """Is 0 left out?"""
        return self.is_positive or self.is_negative

    @property
    def is_zero(self) -> bool:
        return bool(self.low == 0) and bool(self.high == 0)

    @property
    def rises(self) -> bool:
        """As a derivative: nowhere below 0."""
        return bool(self.low >= 0)

    @property
    def falls(self) -> bool:
        return bool(self.high <= 0)

    @property
    def is_bounded(self) -> bool:
        return bool(self.low.is_finite() and self.high.is_finite())

    @property
    def is_infinite(self) -> bool:
        """Is it a limit at infinity?"""
        return bool(self.low == self.high) and not self.low.is_finite()

    @property
    def ball(self) -> arb:
        """The ball around it, of a bounded one."""
        return self.low.union(self.high)

    def __neg__(self) -> Span:
        return Span(-self.high, -self.low, self.high_open, self.low_open, self.smooth)

    def __add__(self, other: Span) -> Span:
        return Span(
            _down(self.low + other.low),
            _up(self.high + other.high),
            self.low_open or other.low_open,
            self.high_open or other.high_open,
            self.smooth and other.smooth,
        )

    def __mul__(self, other: Span) -> Span:
        if self.is_infinite or other.is_infinite:
            finite = other if self.is_infinite else self
            if finite.low <= 0 <= finite.high:
                return whole()  # a limit 0 times oo
        products: list[tuple[arb, arb, bool]] = []
        for one, one_open in ((self.low, self.low_open), (self.high, self.high_open)):
            for two, two_open in ((other.low, other.low_open), (other.high, other.high_open)):
                if one == 0 or two == 0:  # 0 times what grows without bound is still 0
                    attained = (one == 0 and not one_open) or (two == 0 and not two_open)
                    products.append((arb(0), arb(0), not attained))
                else:
                    product = one * two
                    products.append((_down(product), _up(product), one_open or two_open))
        low, high = min(down for down, _, _ in products), max(up for _, up, _ in products)
        return Span(
            low,
            high,
            all(opened for down, _, opened in products if down == low),
            all(opened for _, up, opened in products if up == high),
            self.smooth and other.smooth,
        )

    def inverse(self) -> Span:
        """1/x; up to infinity where x comes down to 0, everything where its sign is unknown."""
        if self.low < 0 < self.high or self.is_zero:
            return whole()
        below = -INFINITE if self.high == 0 else _down(1 / self.high)
        above = INFINITE if self.low == 0 else _up(1 / self.low)
        below_open, above_open = self.high_open or self.high == 0, self.low_open or self.low == 0
        return Span(
            below,
            above,
            below_open or not self.high.is_finite(),
            above_open or not self.low.is_finite(),
            self.smooth and self.has_a_sign,
        )

    def power(self, exponent: int) -> Span:
        """x**exponent for a whole exponent."""
        if exponent < 0:
            return self.power(-exponent).inverse()
        if exponent == 0:
            return point(arb(1))
        if exponent % 2 == 0 and self.low < 0:
            if self.high <= 0:
                return (-self).power(exponent)
            largest = self.high if self.high >= -self.low else -self.low
            return Span(arb(0), _up(_raised(largest, exponent)), smooth=self.smooth)
        return Span(
            _down(_raised(self.low, exponent)),
            _up(_raised(self.high, exponent)),
            self.low_open,
            self.high_open,
            self.smooth,
        )

    def root(self, degree: int) -> Span:
        """The root of a quantity that is not negative; what rounding left below 0 is cut off."""
        low = _down(self.low.root(degree)) if self.low > 0 and self.low.is_finite() else arb(0)
        if self.low == INFINITE:
            low = INFINITE
        high = INFINITE if self.high == INFINITE else _up(self.high.max(arb(0)).root(degree))
        return Span(
            low,
            high,
            self.low_open and self.low >= 0,
            self.high_open,
            self.smooth and self.is_positive,
        )

    def meet(self, other: Span) -> Span:
        """What is in both, the same quantity bounded twice; PrecisionError where the bounds exclude each other."""
        low, low_open, high, high_open = self.low, self.low_open, self.high, self.high_open
        if other.low >= low:
            low_open = other.low_open or (low_open and other.low == low)
            low = other.low
        if other.high <= high:
            high_open = other.high_open or (high_open and other.high == high)
            high = other.high
        if low > high:
            raise PrecisionError(
                "enclosing a range",
                "two bounds of one quantity must have a number in common",
                f"none between {low.str(8)} and {high.str(8)}",
                "Evaluate without enclosure: nothing is proved.",
            )
        return Span(low, high, low_open, high_open, self.smooth)

    def size(self) -> Span:
        """|x|."""
        if self.low >= 0:
            return self
        if self.high <= 0:
            return -self
        larger = self.power(2).root(2)
        return Span(larger.low, larger.high, False, larger.high_open, smooth=False)


def point(value: arb) -> Span:
    """A number known to lie in a ball."""
    return Span(value.lower(), value.upper()) if value.is_finite() else whole()


def whole() -> Span:
    """Any real number, of a quantity that may have a pole."""
    return Span(-INFINITE, INFINITE, low_open=True, high_open=True, smooth=False)


def rising(value: Span, function: Callable[[arb], arb], domain: Rising) -> Span:
    """f(x) for an increasing f with known limits at the ends of its domain."""
    inside = value.low >= domain.start and value.high <= domain.end
    # differentiable inside; at an end that is attained f or its slope may be infinite
    away = (value.low > domain.start or value.low_open) and (value.high < domain.end or value.high_open)

    def at(end: arb) -> Span:
        if end <= domain.start:
            return point(domain.least()) if domain.least else Span(-INFINITE, -INFINITE)
        if end >= domain.end:
            return point(domain.most()) if domain.most else Span(INFINITE, INFINITE)
        return point(function(end))

    low, high = at(value.low), at(value.high)
    return Span(
        low.low,
        high.high,
        value.low_open or not low.low.is_finite(),
        value.high_open or not high.high.is_finite(),
        value.smooth and inside and away,
    )


@dataclass(frozen=True, slots=True)
class Rising:
    """Domain and limits of an increasing function; None is infinite."""

    start: arb
    end: arb
    least: Callable[[], arb] | None = None
    most: Callable[[], arb] | None = None


LIMITLESS = Rising(-INFINITE, INFINITE)
FLATTENING = Rising(-INFINITE, INFINITE, lambda: arb(-1), lambda: arb(1))

RISING = {
    "exp": Rising(-INFINITE, INFINITE, least=lambda: arb(0)),
    "log": Rising(arb(0), INFINITE),
    "sinh": LIMITLESS,
    "asinh": LIMITLESS,
    "tanh": FLATTENING,
    "erf": FLATTENING,
    "atan": Rising(-INFINITE, INFINITE, lambda: -arb.pi() / 2, lambda: arb.pi() / 2),
    "asin": Rising(arb(-1), arb(1), lambda: -arb.pi() / 2, lambda: arb.pi() / 2),
    "atanh": Rising(arb(-1), arb(1)),
    "erfinv": Rising(arb(-1), arb(1)),
}
"""Increasing functions of one variable."""


def function(name: str, value: Span) -> Span:
    """An elementary function, by its name in SymPy. Raises LawError for one that is not known here."""
    if name in RISING:
        return rising(value, lambda x: getattr(x, name)(), RISING[name])
    if name == "Abs":
        return value.size()
    if name == "sign":
        sign = 1 if value.is_positive else -1 if value.is_negative else 0
        return point(arb(sign)) if sign else Span(arb(-1), arb(1), smooth=False)
    if name == "erfc":  # -erf rises as erfc falls
        return rising(
            -value, lambda x: (-x).erfc(), Rising(-INFINITE, INFINITE, lambda: arb(0), lambda: arb(2))
        )
    if name == "acos":
        return point(arb.pi() / 2) + -function("asin", value)
    if name == "cosh":
        return (function("exp", value) + function("exp", -value)) * point(arb(0.5))
    if name == "coth":
        return function("tanh", value).inverse()
    if name in ("sin", "cos"):
        return _wave(name, value)
    if name == "tan":
        quarter = arb.pi() / 2
        if value.low > -quarter and value.high < quarter:
            return rising(value, lambda x: x.tan(), LIMITLESS)
        return whole()
    if name == "cot":
        if value.low >= 0 and value.high < arb.pi():
            return -rising(value, lambda x: -x.cot(), Rising(arb(0), INFINITE))
        if value.high <= 0 and value.low > -arb.pi():
            return -function("cot", -value)
        return whole()
    raise LawError(
        "enclosing a range",
        "every function must be known to interval arithmetic",
        name,
        f"Known are powers, {', '.join(RISING)}, erfc, acos, cosh, coth, sin, cos, tan, cot, Abs, sign.",
    )


def _wave(name: str, value: Span) -> Span:
    """sin x or cos x: the values at both ends, and 1 and -1 at the crests that may lie between."""
    if not (value.is_bounded and value.high - value.low < 6 and value.size().high < FARTHEST):
        return Span(arb(-1), arb(1), smooth=value.smooth)
    first, last = getattr(value.low, name)(), getattr(value.high, name)()
    low, high = first.min(last).lower(), first.max(last).upper()
    halves = value.ball / arb.pi() - (arb(1) / 2 if name == "sin" else 0)
    for crest in range(int(float(halves.lower())) - 1, int(float(halves.upper())) + 2):
        if halves.contains(crest):
            low, high = (arb(-1), high) if crest % 2 else (low, arb(1))
    return Span(low, high, smooth=value.smooth)


def _raised(number: arb, exponent: int) -> arb:
    """number**exponent, infinities included."""
    if number.is_finite():
        return number**exponent
    return INFINITE if number > 0 or exponent % 2 == 0 else -INFINITE


def _down(number: arb) -> arb:
    return -INFINITE if number.is_nan() else number.lower() if number.is_finite() else number


def _up(number: arb) -> arb:
    return INFINITE if number.is_nan() else number.upper() if number.is_finite() else number
