"""Formulas that lose digits near 0, found and replaced.

psi(R) - R, 1 - cos(k), tanh(r)/r: in doubles such expressions of one symbol x cancel, or are 0/0, as x -> 0.
Each is measured against its exact value. Where it fails, it becomes a piece,

    u(x) = x**power * C(x)   for |x| <= bound,      u(x) as written beyond, or the next piece,

with C a Chebyshev sum computed at 40 digits or more, rounded to doubles and measured again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import sympy as sp

from analytics.arrays.conditioning import excess, from_zero, gathered, near_log
from analytics.arrays.edge import from_edge
from analytics.evaluation.contexts import new_context
from analytics.evaluation.numeric import Numeric
from analytics.evaluation.translation import Function
from analytics.expressions.inverse_profile import InverseProfile

LOSS = 4 * 2.0**-52
"""Relative error of a formula above which it is replaced."""

VANISHING = 2.0**-1000
"""A double below this has lost digits to underflow: its error is not relative."""

MOST_TERMS = 64
"""Terms of a Chebyshev sum at most; a formula that needs more is replaced on several shorter intervals."""

SHORTENINGS, SHORTER, LONGER = 40, 0.7, 2.0
"""Intervals tried at most, the factor by which one is shortened, and the ratio of the ends of the later ones."""

OCTAVES = [
    (2.0 ** (octave + 1), [2.0 ** (octave + (index + 0.3141592653589793) / count) for index in range(count)])
    for octaves, count in ((range(-40, -6, 4), 3), (range(-6, 12), 9))
    for octave in octaves
]
"""(top, points in it) from 2**-40 up to 4096, closer together where a run of bad ones may end."""

Fit = tuple[int, bool, float, float, tuple[float, ...]]
"""power, even, low, high and coefficients of a piece."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A function of one variable, `direct` in `variable` and earlier pieces, with its replacement near 0.

    C(x) is the Chebyshev sum of `coefficients` in (2 t - high - low) / (high - low), where t = x**2 if `even`
    else x; it stands for u(x) / x**power where low <= t <= high.
    """

    name: str
    variable: sp.Symbol
    direct: sp.Expr
    power: int
    even: bool
    low: float
    high: float
    coefficients: tuple[float, ...]

    @property
    def node(self) -> Any:
        """The function by which an expression names this piece."""
        return sp.Function(self.name)


@lru_cache(maxsize=256)
def stable(
    expression: sp.Expr, double: Callable[[sp.Symbol, sp.Expr, Mapping[str, Piece]], Function]
) -> tuple[sp.Expr, Mapping[str, Piece]]:
    """`expression`, or each of a Tuple, with its cancelling parts replaced by named pieces, and the pieces.

    double: the function of one symbol in doubles, of arrays, whose errors are measured.
    """
    pieces: dict[str, Piece] = {}
    known: dict[sp.Expr, sp.Expr] = {}

    def walk(node: sp.Expr) -> sp.Expr:
        if not node.args or not node.free_symbols:
            return node
        if isinstance(node, sp.Tuple):
            return sp.Tuple(*map(walk, node))
        if not isinstance(node, sp.Expr):
            return node
        if node not in known:
            known[node] = settle(node)
        return known[node]

    def compared(test: sp.Basic) -> sp.Basic:
        if not isinstance(test, sp.core.relational.Relational):
            return test
        return test.func(*map(walk, test.args), evaluate=False)

    def settle(node: sp.Expr) -> sp.Expr:
        if isinstance(node, InverseProfile):
            return node.func(node.args[0], walk(node.args[1]))
        if isinstance(node, sp.Piecewise):
            return sp.Piecewise(*((walk(value), compared(test)) for value, test in node.args), evaluate=False)
        if len(node.free_symbols) > 1:
            if isinstance(node, sp.sin | sp.cos | sp.exp):
                return node.func(walk(gathered(node.args[0])), evaluate=False)
            if isinstance(node, sp.log) and (beyond_one := excess(node.args[0])) is not None:
                return near_log(walk(node.args[0]), walk(beyond_one))
            if isinstance(node, sp.Add | sp.Mul):
                return node.func(*map(walk, _by_symbol(node)), evaluate=False)
            return node.func(*map(walk, node.args), evaluate=False)
        (symbol,) = node.free_symbols
        product = from_edge(node) if node.is_Add else None
        written = node if product is None else product
        rebuilt = written.func(*map(walk, written.args), evaluate=False)
        for piece in _pieces(node, rebuilt, symbol, len(pieces), double(symbol, rebuilt, pieces)):
            pieces[piece.name] = piece
            rebuilt = piece.node(symbol)
        return rebuilt

    return walk(expression), MappingProxyType(pieces)


def _by_symbol(node: sp.Expr) -> list[sp.Expr]:
    """Arguments of a sum or product, those of one and the same symbol taken together.

    The numbers of a sum belong to the only such symbol: they may cancel with its terms.
    """
    groups: dict[Any, list[sp.Expr]] = {}
    for argument in from_zero(list(node.args)) if node.is_Add else node.args:
        symbols = argument.free_symbols
        groups.setdefault(next(iter(symbols)) if len(symbols) == 1 else argument, []).append(argument)
    single = [key for key in groups if isinstance(key, sp.Symbol)]
    if node.is_Add and len(single) == 1:
        groups[single[0]] += [key for key in list(groups) if key.is_number for _ in groups.pop(key)]
    return [
        node.func(*group, evaluate=len(group) == 1) if len(group) > 1 else group[0]
        for group in groups.values()
    ]


class _Exact:
    """u(x) as it truly is, for exact binary x near 0."""

    def __init__(self, expression: sp.Expr, symbol: sp.Symbol) -> None:
        self.numeric = Numeric(expression, {}, (symbol,))
        self.context = new_context(60)
        self.known: dict[Any, Any] = {}

    def __call__(self, x: Any) -> Any:
        """A real mpmath number, or None."""
        x = self.context.convert(x)
        if x not in self.known:
            self.known[x] = self.computed(x)
        return self.known[x]

    def computed(self, x: Any) -> Any:
        small = max(0, -self.context.mag(x)) if x else 0
        found = self.numeric(60 + 6 * small, x)  # cancellation up to the twentieth power of x
        if found is None or found.imag:
            return None
        return self.context.convert(found.real)


_exact = lru_cache(maxsize=256)(_Exact)


def _pieces(
    expression: sp.Expr, direct: sp.Expr, symbol: sp.Symbol, taken: int, double: Function
) -> list[Piece]:
    """The replacements of a formula, that next to 0 last; each is the direct formula of the next.

    taken: how many pieces there are.
    """
    if expression.is_Pow and expression.base.is_Symbol:
        return []
    exact = _exact(expression, symbol)
    top = _contiguous_top(_bad_octaves(exact, double))
    if top is None and _right_at_zero(exact, double):
        return []
    variable = sp.Symbol("x", **symbol.assumptions0)
    pieces: list[Piece] = []
    beyond = direct.xreplace({symbol: variable})
    for fit in reversed(_fits(exact, 2.0**-4 if top is None else top, is_positive=symbol.is_positive)):
        piece = Piece(f"piece{taken + len(pieces)}", variable, beyond, *fit)
        pieces.append(piece)
        beyond = piece.node(variable)
    return pieces


def _fits(exact: _Exact, top: float, *, is_positive: bool) -> list[Fit]:
    """Sums for neighbouring intervals from 0 up to `top`, or as far as they hold."""
    shape = _shape(exact, top, is_positive=is_positive)
    if shape is None:
        return []
    fits: list[Fit] = []
    low, high = 0.0, top
    for _ in range(SHORTENINGS):
        fit = _fitted(exact, shape, low, high)
        if fit is not None and _holds(fit, exact):
            fits.append(fit)
            if high == top or not shape.even:
                break
            low, high = high, min(top, high * LONGER)
        elif fits and high < low * LONGER:
            break  # the interval has been shortened before
        else:
            high = low + (high - low) * SHORTER
    return fits


def _bad_octaves(exact: _Exact, double: Function) -> Iterator[tuple[float, bool | None]]:
    """For each octave its top, and whether doubles lose digits there; None where there is no value."""
    import numpy as np

    for top, points in OCTAVES:
        truths = [exact(x) for x in points]
        if None in truths:
            yield top, None
            continue
        found = double(np.array(points))
        yield top, any(_error(a, b, exact) > LOSS for a, b in zip(found, truths, strict=True))


def _error(found: Any, truth: Any, exact: _Exact) -> float:
    if found != found or abs(found) == float("inf") or complex(found).imag:
        return float("inf")
    difference = abs(exact.context.mpf(float(found.real)) - truth)
    return float(difference / abs(truth)) if abs(truth) > VANISHING else float(difference)


def _contiguous_top(octaves: Iterator[tuple[float, bool | None]]) -> float | None:
    """Upper end of the run of octaves, from the lowest on, that lose digits, one good octave forgiven."""
    end, good = None, 0
    for top, is_bad in octaves:
        if is_bad:
            end, good = top, 0
        elif is_bad is None or end is None or good == 1:
            break
        else:
            good += 1
    return end


def _right_at_zero(exact: _Exact, double: Function) -> bool:
    import numpy as np

    near = exact(exact.context.mpf(2) ** -1000)
    if near is None or abs(near) > 1e200:
        return True  # a pole, or not defined: nothing to mend
    found = double(np.array([0.0]))[0]
    if near and abs(near) < exact.context.mpf(2) ** -300:
        near = exact.context.zero
    return _error(found, near, exact) <= 4 * LOSS


@dataclass(frozen=True, slots=True)
class _Shape:
    """How u(x) begins at 0: start * x**power; even: u(x) / x**power is; two_sided: u is needed for x < 0 too."""

    power: int
    start: Any
    even: bool
    two_sided: bool


def _shape(exact: _Exact, bound: float, *, is_positive: bool) -> _Shape | None:
    """None where it does not begin with a whole power."""
    context = exact.context
    first, second = exact(_tiny(context)), exact(_tiny(context) / 2)
    if not first or not second or first / second < 0:
        return None
    slope = context.log(first / second, 2)
    power = int(context.nint(slope))
    if abs(slope - power) > 1e-9:
        return None  # a fractional power, or a logarithm
    mirrored = [(exact(x), exact(-x)) for x in (bound / 3, bound / 7)]
    two_sided = all(ahead is not None and behind is not None for ahead, behind in mirrored)
    sign = (-1) ** power
    even = two_sided and all(abs(behind - sign * ahead) < abs(ahead) * 1e-40 for ahead, behind in mirrored)
    return _Shape(power, first / _tiny(context) ** power, even, two_sided and (even or not is_positive))


def _tiny(context: Any) -> Any:
    return context.mpf(2) ** -100


def _fitted(exact: _Exact, shape: _Shape, low: float, high: float) -> Fit | None:
    """The sum for low <= x <= high, on either side of 0 where u is even or low = 0."""
    context = exact.context
    ends = (low * low, high * high) if shape.even else (-high if shape.two_sided else 0.0, high)

    def scaled(t: Any) -> Any:
        x = context.sqrt(t) if shape.even else t
        if abs(x) < _tiny(context):
            return shape.start
        found = exact(x)
        return None if found is None else found / x**shape.power

    for terms in (8, 12, 16, 24, 32, 48, MOST_TERMS):
        coefficients = _chebyshev(scaled, *ends, terms, context)
        if coefficients is None:
            return None
        largest = max(map(abs, coefficients))
        if max(map(abs, coefficients[-3:])) < largest * context.mpf(2) ** -57:
            while len(coefficients) > 1 and abs(coefficients[-1]) < largest * context.mpf(2) ** -58:
                coefficients.pop()
            return shape.power, shape.even, *ends, tuple(map(float, coefficients))
    return None


def _chebyshev(
    function: Callable[[Any], Any], low: float, high: float, terms: int, context: Any
) -> list[Any] | None:
    """Coefficients of the interpolant at the Chebyshev points, the first one halved already."""
    # cos(order * angle) has a period of 4 * terms steps of pi / (2 * terms)
    cosines = [context.cos(context.pi * step / (2 * terms)) for step in range(4 * terms)]
    middle, half = (context.mpf(high) + low) / 2, (context.mpf(high) - low) / 2
    odd = range(1, 2 * terms, 2)
    values = [function(middle + half * cosines[step]) for step in odd]
    if None in values:
        return None
    coefficients = [
        2
        * context.fsum(
            value * cosines[order * step % len(cosines)] for value, step in zip(values, odd, strict=True)
        )
        / terms
        for order in range(terms)
    ]
    coefficients[0] /= 2
    return coefficients


def _holds(fit: Fit, exact: _Exact) -> bool:
    """Does the rounded sum give the function, at points between those it was made from?"""
    import numpy as np

    power, even, low, high, coefficients = fit
    shares = [1e-30, 1e-9, *(np.arange(1, 40) / 40.0), 1.0]
    points = [low + (high - low) * share if low > 0 else high * share for share in shares]
    points = [float(np.sqrt(t)) for t in points] if even else points
    if low < 0:
        points += [-x for x in points]
    x = np.array(points)
    found = x**power * _clenshaw(coefficients, low, high, x * x if even else x)
    truths = [exact(x) for x in points]
    return None not in truths and all(
        _error(a, b, exact) <= 2 * LOSS for a, b in zip(found, truths, strict=True)
    )


def chebyshev_sum(piece: Piece, x: Any) -> Any:
    """C(x); x outside the piece's interval is moved to its ends."""
    import numpy as np

    t = np.clip(x * x if piece.even else x, piece.low, piece.high)
    return _clenshaw(piece.coefficients, piece.low, piece.high, t)


def _clenshaw(coefficients: Sequence[float], low: float, high: float, t: Any) -> Any:
    """The Chebyshev sum on [low, high], by Clenshaw's recurrence."""
    import numpy as np

    twice = (t - (high + low) / 2) * (4 / (high - low))
    ahead, two_ahead = np.zeros_like(t), np.zeros_like(t)
    for coefficient in coefficients[:0:-1]:  # in place: coefficient + twice * ahead - two_ahead, ahead
        two_ahead = np.subtract(twice * ahead, two_ahead, out=two_ahead)
        two_ahead += coefficient
        ahead, two_ahead = two_ahead, ahead
    return coefficients[0] + twice / 2 * ahead - two_ahead
