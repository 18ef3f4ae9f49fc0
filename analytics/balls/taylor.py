"""Functions of one real variable as polynomials and a ball for what is beyond, by Taylor's theorem.

    f(t) = t^v (a_0 + a_1 t + ... + a_(N-1) t^(N-1) + a_N(t) t^N)      for every t of a piece

The coefficients are balls. The last one holds a_N(t) for every t, so that nothing is dropped. A piece that starts
at 0 has powers of t drawn out, also negative ones: quotients and roots of functions that vanish there are smooth.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import sympy as sp
from flint import acb, acb_poly, acb_series, arb, fmpq

from analytics.balls.arithmetic import UndecidedError, series_length
from analytics.balls.inverse import EnclosedInverse
from analytics.balls.trees import COMPLEX, Tree

Elementary = Callable[[acb, int], list[acb]]
"""(a, n) -> the first n Taylor coefficients about a, over all of a ball."""


@dataclass(frozen=True, slots=True)
class Piece:
    """low < u <= high with u = t where low is 0, else u = middle + t; reach: a ball around every t.

    degree: N, the power from which on a ball holds the rest.
    """

    low: arb
    high: arb
    degree: int

    @property
    def starts_at_zero(self) -> bool:
        return bool(self.low == 0)

    @property
    def centre(self) -> arb:
        return arb(0) if self.starts_at_zero else ((self.low + self.high) / 2).mid()

    @property
    def ends(self) -> tuple[arb, arb]:
        """The smallest and the largest t."""
        centre = self.centre
        return self.low - centre, self.high - centre

    @property
    def reach(self) -> arb:
        low, high = self.ends
        return low.union(high)

    def halves(self) -> tuple[Piece, Piece]:
        middle = ((self.low + self.high) / 2).mid()
        return Piece(self.low, middle, self.degree), Piece(middle, self.high, self.degree)


@dataclass(frozen=True, slots=True)
class Taylor:
    """A function of t on a piece. terms: a_0 ... a_N; valuation: v, other than 0 only on a piece that starts at 0.

    v is a fraction in parts of a function whose roots are taken one by one.
    """

    piece: Piece
    terms: tuple[acb, ...]
    valuation: Fraction = Fraction(0)

    @staticmethod
    def of(piece: Piece, terms: Sequence[Any], valuation: Fraction = Fraction(0)) -> Taylor:
        """From any number of coefficients: those beyond N are drawn into the last one."""
        drawn_in = _drawn_in([acb(term) for term in terms], piece.degree, piece.reach)
        return Taylor(piece, tuple(drawn_in), valuation)

    @staticmethod
    def variable(piece: Piece) -> Taylor:
        """u itself."""
        return Taylor.of(piece, [0, 1] if piece.starts_at_zero else [piece.centre, 1])

    def __add__(self, other: Any) -> Taylor:
        other = self.like(other)
        start = min(self.valuation, other.valuation)
        if (self.valuation - other.valuation).denominator > 1:
            raise UndecidedError("a root that is not smooth at 0")
        one, two = ([acb(0)] * int(part.valuation - start) + list(part.terms) for part in (self, other))
        one += [acb(0)] * (len(two) - len(one))
        two += [acb(0)] * (len(one) - len(two))
        return Taylor.of(self.piece, [a + b for a, b in zip(one, two, strict=True)], start)

    def __mul__(self, other: Any) -> Taylor:
        if not isinstance(other, Taylor):
            return Taylor(self.piece, tuple(term * other for term in self.terms), self.valuation)
        product = (acb_poly(list(self.terms)) * acb_poly(list(other.terms))).coeffs()
        return Taylor.of(self.piece, product, self.valuation + other.valuation)

    def __neg__(self) -> Taylor:
        return Taylor(self.piece, tuple(-term for term in self.terms), self.valuation)

    def __sub__(self, other: Any) -> Taylor:
        return self.__add__(-other)

    def __rsub__(self, other: Any) -> Taylor:
        return (-self).__add__(other)

    def __truediv__(self, other: Any) -> Taylor:
        return self.__mul__(1 / other)

    def __rtruediv__(self, other: Any) -> Taylor:
        return self.raised(Fraction(-1)).__mul__(other)

    def __pow__(self, exponent: int) -> Taylor:
        power = self.like(1)
        for _ in range(exponent):
            power = power * self
        return power

    __radd__ = __add__
    __rmul__ = __mul__

    def like(self, other: Any) -> Taylor:
        """A constant as a function."""
        return other if isinstance(other, Taylor) else Taylor.of(self.piece, [other])

    def root(self, degree: int) -> Taylor:
        """The root, of a complex function the principal one, for t > 0."""
        return self.raised(Fraction(1, degree))

    def raised(self, exponent: Fraction) -> Taylor:
        """A rational power, for t > 0."""
        inside = self.stripped()
        root = inside.drawn_out(Fraction(0)).composed(_power(exponent))
        return Taylor(self.piece, root.terms, inside.valuation * exponent)

    def stripped(self) -> Taylor:
        """Without leading coefficients that are exactly 0."""
        first = next((n for n, term in enumerate(self.terms) if not term.is_zero()), 0)
        return self.without(first)

    def without(self, count: int) -> Taylor:
        """With so many leading coefficients, known to be 0, drawn out as a power of t."""
        if count and not self.piece.starts_at_zero:
            raise UndecidedError("a function that may be 0 away from 0")
        return Taylor.of(self.piece, self.terms[count:], self.valuation + count)

    def drawn_out(self, power: Fraction) -> Taylor:
        """The function without the power of t before it, times t**power."""
        return Taylor(self.piece, self.terms, power)

    def dense(self) -> Taylor:
        """With valuation 0."""
        inner = self.stripped() if self.valuation < 0 else self
        if inner.valuation < 0 or inner.valuation.denominator > 1:
            raise UndecidedError("a pole or a root at 0")
        return Taylor.of(self.piece, [acb(0)] * int(inner.valuation) + list(inner.terms))

    def composed(self, function: Elementary) -> Taylor:
        """f of this function, by the series of f about a_0, its last coefficient over all values."""
        inner = self.dense()
        start = inner.terms[0]
        away = Taylor(self.piece, (acb(0), *inner.terms[1:]))
        moved = away.range()
        real, imaginary = (
            part if part.is_zero() else arb(0).union(part) for part in (moved.real, moved.imag)
        )
        around = start + acb(real, imaginary)
        below = function(start, self.piece.degree)
        degree, reach, factor = self.piece.degree, self.piece.reach, acb_poly(list(away.terms))
        total = [function(around, degree + 1)[-1]]
        for coefficient in reversed(below):  # Horner
            total = _drawn_in((acb_poly(total) * factor).coeffs(), degree, reach)
            total[0] = total[0] + coefficient
        return Taylor(self.piece, tuple(total))

    def range(self) -> acb:
        """A ball that holds every value on the piece."""
        total, reach = acb(0), self.piece.reach
        for term in reversed(self.dense().terms):
            total = total * reach + term
        return total

    def bounds(self) -> tuple[arb, arb]:
        """Of a real function (low, high): every value lies between them.

        Where the polynomial's slope has a sign its ends are those at the ends of the piece.
        """
        inner = self.dense()
        if not all(term.imag.is_zero() for term in inner.terms):
            raise UndecidedError("a value that may be complex")
        *kept, last = (term.real for term in inner.terms)
        slope, reach = arb(0), self.piece.reach
        for n in range(len(kept) - 1, 0, -1):
            slope = slope * reach + n * kept[n]
        if not (slope > 0 or slope < 0):
            whole = self.range().real
            return whole.lower(), whole.upper()
        first, second = (_horner(kept, end) for end in self.piece.ends)
        beyond = last * _raised(reach, len(kept))
        between = first.union(second) + beyond
        return between.lower(), between.upper()

    def at_ends(self) -> tuple[arb, arb]:
        """The values of a real function at both ends of the piece, in balls."""
        low, high = (_horner([term.real for term in self.dense().terms], end) for end in self.piece.ends)
        return low, high


def _drawn_in(terms: list[acb], degree: int, reach: arb) -> list[acb]:
    """As many coefficients as a degree has: those beyond are drawn into the last one."""
    rest = acb(0)
    for term in reversed(terms[degree:]):
        rest = rest * reach + term
    return [*terms[:degree], *[acb(0)] * (degree - len(terms)), rest]


def _horner(terms: Sequence[arb], place: arb) -> arb:
    total = arb(0)
    for term in reversed(terms):
        total = total * place + term
    return total


# -- the coefficients of elementary functions about a place: closed forms, which stay close over wide balls --


def _power(exponent: Fraction) -> Elementary:
    """x**exponent, the principal value."""
    whole = fmpq(exponent.numerator, exponent.denominator)

    def coefficients(start: acb, count: int) -> list[acb]:
        root = start ** (whole - whole.floor())
        found, binomial = [], fmpq(1)
        for n in range(count):
            found.append(binomial * root * _raised(start, int(whole.floor()) - n))
            binomial = binomial * (whole - n) / (n + 1)
        return found

    return coefficients


def _raised(start: Any, exponent: int) -> Any:
    """By products: of a ball around 0 flint knows no power."""
    if exponent < 0:
        return _raised(1 / start, -exponent)
    power, square = type(start)(1), start
    while exponent:
        if exponent % 2:
            power = power * square
        square, exponent = square * square, exponent // 2
    return power


def _exp(start: acb, count: int) -> list[acb]:
    found = [start.exp()]
    for n in range(1, count):
        found.append(found[-1] / n)
    return found


def _log(start: acb, count: int) -> list[acb]:
    return [start.log(), *((-1) ** (n + 1) * _raised(start, -n) / n for n in range(1, count))]


def _atan(start: acb, count: int) -> list[acb]:
    """1/(1 + x^2) is (1/(x - i) - 1/(x + i)) / 2i."""
    above, below = start - acb(0, 1), start + acb(0, 1)
    slopes = ((_raised(above, -n) - _raised(below, -n)) / acb(0, 2) for n in range(1, count))
    found = [start.atan(), *((-1) ** (n + 1) * value / n for n, value in enumerate(slopes, start=1))]
    return [acb(value.real) for value in found] if start.imag.is_zero() else found


def _wave(shift: int) -> Elementary:
    """sin, or with a shift of 1 cos: each derivative is a quarter of a turn further."""

    def coefficients(start: acb, count: int) -> list[acb]:
        turns = start.sin(), start.cos(), -start.sin(), -start.cos()
        found, factorial = [], 1
        for n in range(count):
            factorial *= max(n, 1)
            found.append(turns[(n + shift) % 4] / factorial)
        return found

    return coefficients


def _erf(start: acb, count: int) -> list[acb]:
    with series_length(count):
        found = acb_series([start, 1], prec=count).erf().coeffs()
    return [*found, *[acb(0)] * (count - len(found))]


def _reverted(start: acb, slopes: Sequence[acb]) -> list[acb]:
    """Of an inverse with the value `start`, from the coefficients of the function there."""
    with series_length(len(slopes)):
        try:
            inverse = acb_series([0, *slopes[1:]], prec=len(slopes)).reversion().coeffs()
        except ValueError as error:
            raise UndecidedError("a slope that may be 0") from error
    return [start, *inverse[1:], *[acb(0)] * (len(slopes) - len(inverse))]


def _erfinv(start: acb, count: int) -> list[acb]:
    found = acb(start.real.erfinv())
    return _reverted(found, _erf(found, count))


def _composed(function: Elementary) -> Callable[[Taylor], Taylor]:
    return lambda inner: inner.composed(function)


def _of_parts(part: Callable[[acb], Any]) -> Callable[[Taylor], Taylor]:
    """The real or the imaginary part, t being real."""
    return lambda inner: Taylor(inner.piece, tuple(acb(part(term)) for term in inner.terms), inner.valuation)


def _size(inner: Taylor) -> Taylor:
    """|f| of a real function that has a sign."""
    low, high = inner.stripped().drawn_out(Fraction(0)).bounds()
    if low > 0:
        return inner
    if high < 0:
        return -inner
    raise UndecidedError("the sign of a function")


def _inverse(profile: sp.Lambda) -> Callable[[Any], Any]:
    """psi, by the series of rho about psi(a_0), reverted."""
    inverse = EnclosedInverse(profile)
    (drive,) = profile.variables

    def coefficients(start: acb, count: int) -> list[acb]:
        found = inverse(start.real)
        place = Piece(found.lower(), found.upper(), count)
        rho = Tree(FUNCTIONS, {drive: Taylor(place, (acb(found), acb(1), *[acb(0)] * (count - 1)))})
        return _reverted(acb(found), rho.value(profile.expr).terms[:count])

    return lambda output: output.composed(coefficients) if isinstance(output, Taylor) else inverse(output)


def _where_it_varies(function: Callable[..., Any], name: str) -> Callable[..., Any]:
    """A function of functions on a piece, of balls where the first argument is one."""
    return lambda inner, *others: (function if isinstance(inner, Taylor) else COMPLEX[name])(inner, *others)


ELEMENTARY = {
    "exp": _exp,
    "log": _log,
    "sin": _wave(0),
    "cos": _wave(1),
    "atan": _atan,
    "erf": _erf,
    "erfinv": _erfinv,
}

FUNCTIONS: dict[str, Callable[..., Any]] = {
    name: _where_it_varies(function, name)
    for name, function in dict[str, Callable[..., Any]](
        {
            **{name: _composed(function) for name, function in ELEMENTARY.items()},
            "sqrt": lambda x: x.root(2),
            "root": lambda x, degree: x.root(degree),
            "tan": lambda x: x.composed(_wave(0)) / x.composed(_wave(1)),
            "sinh": lambda x: (x.composed(_exp) - (-x).composed(_exp)) / 2,
            "cosh": lambda x: (x.composed(_exp) + (-x).composed(_exp)) / 2,
            "tanh": lambda x: 1 - 2 / (1 + (2 * x).composed(_exp)),
            "asin": lambda x: (x / (1 - x * x).root(2)).composed(_atan),
            "acos": lambda x: arb.pi() / 2 - (x / (1 - x * x).root(2)).composed(_atan),
            "asinh": lambda x: (x + (1 + x * x).root(2)).composed(_log),
            "atanh": lambda x: ((1 + x) / (1 - x)).composed(_log) / 2,
            "erfc": lambda x: 1 - x.composed(_erf),
            "Abs": _size,
            "re": _of_parts(lambda term: term.real),
            "im": _of_parts(lambda term: term.imag),
        }
    ).items()
} | {"InverseProfile": _inverse}
"""Functions of functions on a piece."""
