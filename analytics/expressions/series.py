"""Power series as tuples of exact coefficients: Taylor, reversion, Puiseux.

A series of one real positive variable x is the tuple (a_0, a_1, ..., a_N) of SymPy numbers or
expressions and stands for a_0 + a_1 x + ... + a_N x^N + O(x^(N+1)).

Everything here works in a real positive variable or in independent symbols. SymPy's own expansion of
phi(z) in a complex z is silently wrong (it merges z conj(z) into z^2) and is never used.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import sympy as sp

from analytics.errors import DerivationError
from analytics.exclusive import in_turn
from analytics.expressions.intervals import sign, vanishes
from analytics.expressions.inverse_profile import InverseProfile
from analytics.expressions.notation import Constant, is_positive

Series = tuple[sp.Expr, ...]


@lru_cache(maxsize=1024)
@in_turn
def taylor(expression: sp.Expr, variable: sp.Symbol, order: int) -> Series:
    """Coefficients a_0 ... a_order of `expression` about `variable` = 0.

    By the arithmetic of series: SymPy 1.14 is slow at it, and loses powers of quotients by erfinv without a word.
    Raises DerivationError where the expansion has other than non-negative integer powers, or a part is
    not analytic where it is expanded.
    """
    found = _by_arithmetic(expression, variable, order)
    if found is not None:
        return found
    raise DerivationError(
        f"Taylor expansion in {variable}",
        "only the powers 0, 1, 2, ... may occur, of functions that are analytic where they are expanded",
        expression,
        "Write it with functions that are.",
    )


class NotSmoothError(DerivationError):
    """An expansion with other than the powers 0, 1, 2, ..."""


@lru_cache(maxsize=1024)
def _inverse_taylor(profile: sp.Lambda, order: int) -> Series:
    """The series of psi by reversion of that of rho."""
    return reversion(taylor(profile.expr, profile.variables[0], order))


def multiply(left: Sequence[sp.Expr], right: Sequence[sp.Expr]) -> Series:
    """Product of two series, to the order of the shorter one."""
    length = min(len(left), len(right))
    left, right = left[:length], right[:length]
    numbers = _numbers((*left, *right))
    if numbers is not None:
        return numbers.written(numbers.product(numbers.read(left), numbers.read(right)))
    factors = [i for i in range(length) if left[i] != 0]  # a profile of order p has few terms
    return tuple(tidy(sp.Add(*(left[i] * right[n - i] for i in factors if i <= n))) for n in range(length))


@lru_cache(maxsize=1024)
def power(series: Series, exponent: sp.Expr) -> Series:
    """`series` ** `exponent` for a_0 = 1 and any exact exponent.

    By J. C. P. Miller's recurrence: b = a**e gives n b_n = sum_j (e j - (n - j)) a_j b_(n-j), j = 1..n.
    """
    if series[0] != 1:
        raise DerivationError("power of a series", "it must begin with 1", series[0], "Factor out a_0.")
    numbers = _numbers(series) if exponent.is_Rational else None
    if numbers is not None:
        return numbers.written(numbers.power(numbers.read(series), exponent))
    result: list[sp.Expr] = [sp.S.One]
    terms = [j for j in range(1, len(series)) if series[j] != 0]
    for n in range(1, len(series)):
        total = sp.Add(
            *((exponent * j - (n - j)) * series[j] * result[n - j] for j in terms if j <= n and result[n - j])
        )
        result.append(tidy(total / n))
    return tuple(result)


@dataclass(frozen=True, slots=True)
class _Numbers:
    """The field of some coefficients, in which sums and products are quick, and how one of it is written."""

    field: Any
    write: Callable[[sp.Expr], sp.Expr]

    def read(self, series: Sequence[sp.Expr]) -> list[Any]:
        return [self.field.from_sympy(value) for value in series]

    def written(self, series: Sequence[Any]) -> Series:
        return tuple(self.write(self.field.to_sympy(value)) for value in series)

    def product(self, left: Sequence[Any], right: Sequence[Any]) -> list[Any]:
        there = [i for i, value in enumerate(left) if value]
        zero = self.field.zero
        return [sum((left[i] * right[n - i] for i in there if i <= n), zero) for n in range(len(left))]

    def power(self, series: Sequence[Any], exponent: sp.Rational) -> list[Any]:
        e, result = self.field.from_sympy(exponent), [self.field.one]
        terms = [j for j in range(1, len(series)) if series[j]]
        for n in range(1, len(series)):
            parts = ((e * j - (n - j)) * series[j] * result[n - j] for j in terms if j <= n)
            result.append(sum(parts, self.field.zero) / n)
        return result


def _numbers(coefficients: Sequence[sp.Expr]) -> _Numbers | None:
    """The rational numbers, or rational functions of symbols; None for what else there is.

    Sums of fractions are brought over one denominator there, which SymPy's expressions take minutes for: so they are
    written where a constant occurs. Elsewhere sums of powers are, which `tidy` writes.
    """
    if all(value.is_Rational for value in coefficients):
        return _Numbers(sp.QQ, lambda value: value)
    symbols = {symbol for value in coefficients for symbol in value.free_symbols}
    is_constant = any(isinstance(symbol, Constant) for symbol in symbols)
    if not all(map(_is_rational if is_constant else _is_sum_of_powers, coefficients)):
        return None
    return _Numbers(sp.QQ.frac_field(*sorted(symbols, key=str)), sp.factor if is_constant else tidy)


def _is_rational(value: sp.Expr) -> bool:
    """Is it made of rational numbers and symbols by sums, products and whole powers?"""
    return all(
        node.is_Add
        or node.is_Mul
        or node.is_Symbol
        or node.is_Rational
        or (node.is_Pow and node.exp.is_Integer)
        for node in sp.preorder_traversal(value)
    )


def _is_sum_of_powers(value: sp.Expr) -> bool:
    """Is it rational, its denominator being a product of symbols?"""
    return _is_rational(value) and all(
        power.base.is_Symbol or power.exp.is_positive for power in value.atoms(sp.Pow)
    )


def relative(series: Sequence[sp.Expr]) -> Series:
    """The series over its first coefficient."""
    return _times(1 / series[0], series)


def scaled_power(series: Sequence[sp.Expr], exponent: sp.Expr) -> Series:
    """`series` ** `exponent` for any first coefficient that is positive."""
    return _times(series[0] ** exponent, power(relative(series), exponent))


def _times(factor: sp.Expr, series: Sequence[sp.Expr]) -> Series:
    """The series with each coefficient multiplied, over one denominator or multiplied out."""
    numbers = _numbers((factor, *series))
    if numbers is None or numbers.write is tidy:
        return tuple(sp.expand(factor * value) for value in series)
    scale = numbers.field.from_sympy(factor)
    return numbers.written([scale * value for value in numbers.read(series)])


def logarithm(series: Sequence[sp.Expr]) -> Series:
    """ln of a series that begins with 1."""
    if series[0] != 1:
        raise DerivationError("logarithm of a series", "it must begin with 1", series[0], "Factor out a_0.")
    coefficients = (sp.S.Zero, *(sp.Rational((-1) ** (n + 1), n) for n in range(1, len(series))))
    return composition(coefficients, (sp.S.Zero, *series[1:]))


@lru_cache(maxsize=1024)
def reversion(series: Series) -> Series:
    """The series of x(y), given y(x) = x + a_2 x^2 + ...

    By Lagrange inversion: the coefficient of y^n is [x^(n-1)] (x / y(x))^n / n.
    """
    if series[0] != 0 or series[1] != 1:
        raise DerivationError(
            "reversion of a series", "it must begin with x", series[:2], "Rescale the variable."
        )
    quotient = tuple(series[1:])
    inverted = (tidy(power(quotient[:n], sp.Integer(-n))[n - 1] / n) for n in range(1, len(series)))
    return (sp.S.Zero, *inverted)


def composition(outer: Sequence[sp.Expr], inner: Sequence[sp.Expr]) -> Series:
    """outer(inner(x)) for an inner series without constant term, to the order of the shorter one."""
    if inner[0] != 0:
        raise DerivationError(
            "composition of series", "the inner one must begin with x", inner[0], "Expand about its value."
        )
    length = min(len(outer), len(inner))
    first = next((n for n in range(length) if inner[n] != 0), length)
    highest = (length - 1) // first  # the last power of the inner series that begins before its end
    numbers = _numbers((*outer[: highest + 1], *inner[:length]))
    if numbers is not None:
        inside, coefficients = numbers.read(inner[:length]), numbers.read(outer[: highest + 1])
        found = [coefficients[highest]] + [numbers.field.zero] * (length - 1)
        for coefficient in reversed(coefficients[:-1]):  # Horner
            found = numbers.product(found, inside)
            found[0] += coefficient
        return numbers.written(found)
    total: Series = (outer[highest],) + (sp.S.Zero,) * (length - 1)
    for coefficient in reversed(outer[:highest]):  # Horner
        total = multiply(total, inner[:length])
        total = (tidy(total[0] + coefficient), *total[1:])
    return total


def puiseux_inverse(series: Sequence[sp.Expr]) -> tuple[sp.Expr, int, Series]:
    """Solve y = a_m x^m (1 + ...) for small x > 0, with a_m > 0 the first coefficient that is not zero.

    Returns (a_m, m, b) such that x = b_1 t + b_2 t^2 + ... with t = (y / a_m)^(1/m).
    """
    leading = next((n for n, coefficient in enumerate(series) if coefficient != 0), None)
    if leading is None or leading == 0:
        raise DerivationError(
            "Puiseux inversion",
            "the series must begin with a positive power",
            tuple(series),
            "Expand further.",
        )
    scale = series[leading]
    if scale.is_negative:
        raise DerivationError(
            "Puiseux inversion", "the first coefficient must be positive", scale, "Change the sign of y."
        )
    relative = tuple(tidy(coefficient / scale) for coefficient in series[leading:])
    root = (sp.S.Zero, *power(relative, sp.Rational(1, leading)))  # t as a series in x
    return scale, leading, reversion(root)


def polynomial(series: Sequence[sp.Expr], variable: sp.Expr) -> sp.Expr:
    """The truncated series as an expression."""
    return sp.Add(*(coefficient * variable**n for n, coefficient in enumerate(series)))


def nonzero_powers(series: Sequence[sp.Expr]) -> tuple[int, ...]:
    """The powers whose coefficient is not zero, in increasing order."""
    return tuple(n for n, coefficient in enumerate(series) if coefficient != 0)


def tidy(coefficient: sp.Expr) -> sp.Expr:
    """A canonical form in which what is 0 or 1 is recognised; see `intervals.sign`."""
    if coefficient.is_Rational:
        return coefficient
    if coefficient.is_number:
        for whole in (sp.S.Zero, sp.S.One):
            if vanishes(coefficient - whole):
                return whole
    expanded = sp.expand(coefficient)
    if expanded.is_Rational:
        return expanded
    if len(expanded.atoms(sp.cos, sp.sin)) > 1:
        return sp.factor_terms(sp.simplify(expanded))
    symbols = expanded.free_symbols
    if symbols and all(isinstance(symbol, Constant) for symbol in symbols):  # as radsimp, in seconds
        return sp.factor(expanded)
    powers = expanded.atoms(sp.Pow)
    if all(power.exp.is_Integer and power.base.is_Symbol for power in powers):
        return sp.factor_terms(expanded)  # a sum of powers, canonical as it is
    # of what is rational in pi, say, radsimp would take minutes
    is_rational = all(power.exp.is_Integer for power in powers)
    return sp.factor_terms(sp.cancel(expanded) if is_rational else sp.radsimp(expanded))


# -- expansion by arithmetic --

_Laurent = tuple[sp.Expr, tuple[sp.Expr, ...]]
"""(v, (a_0, ..., a_N)): x^v (a_0 + ... + a_N x^N + O(x^(N+1))), a_0 not zero unless all of them are."""

_ANALYTIC = (
    *(sp.sin, sp.cos, sp.tan, sp.asin, sp.atan),
    *(sp.sinh, sp.cosh, sp.tanh, sp.asinh, sp.atanh, sp.erf, sp.erfinv),
)
"""Functions that are expanded about 0."""

_QUOTIENTS = {
    sp.tan: (sp.sin, sp.cos),
    sp.cot: (sp.cos, sp.sin),
    sp.tanh: (sp.sinh, sp.cosh),
    sp.coth: (sp.cosh, sp.sinh),
}
_INTEGRALS = (sp.asin, sp.acos, sp.atan, sp.asinh, sp.acosh, sp.atanh, sp.erf, sp.erfc)
"""Functions whose derivative is an algebraic one or a Gaussian."""

_FROM_ONE: dict[type[sp.Function], Callable[[sp.Expr], sp.Expr]] = {
    sp.acos: lambda u: 2 * sp.asin(sp.sqrt((1 - u) / 2)),
    sp.asin: lambda u: sp.pi / 2 - 2 * sp.asin(sp.sqrt((1 - u) / 2)),
    sp.acosh: lambda u: 2 * sp.asinh(sp.sqrt((u - 1) / 2)),
}
"""At their branch point 1, the same by a root that is drawn out."""


class _NotAnalyticError(Exception):
    """An expansion that the arithmetic here does not know."""


class _TooShortError(Exception):
    """An expansion whose leading terms have all cancelled: its power is not known."""


LONGEST = 6
"""Times that an expansion whose leading terms have cancelled is made again, twice as long."""


def _is_positive(coefficient: sp.Expr) -> bool:
    return sign(coefficient) == 1 if coefficient.is_number else is_positive(coefficient)


def _by_arithmetic(expression: sp.Expr, variable: sp.Symbol, order: int) -> Series | None:
    """Taylor coefficients from those of the parts; None where a part is not analytic in a power of the variable."""
    length = order + 1
    for _ in range(LONGEST):
        try:
            valuation, coefficients = _laurent(expression, variable, length)
        except _NotAnalyticError:
            return None
        except _TooShortError:
            length *= 2
            continue
        is_whole = valuation.is_Integer and valuation >= 0
        if coefficients[0] != 0 and not is_whole:
            raise NotSmoothError(
                f"Taylor expansion in {variable}",
                "only the powers 0, 1, 2, ... may occur",
                coefficients[0] * variable**valuation,
                "The expression is not smooth at 0.",
            )
        if not is_whole:
            length *= 2  # the terms of these powers have cancelled
            continue
        found = (sp.S.Zero,) * int(valuation) + coefficients
        if len(found) > order:
            return tuple(tidy(value) for value in found[: order + 1])
        length += order + 1 - len(found)  # leading terms have cancelled
    return None


def _laurent(expression: sp.Expr, x: sp.Symbol, length: int) -> _Laurent:
    if not expression.has(x):
        return sp.S.Zero, (expression, *(sp.S.Zero,) * (length - 1))
    if expression == x:
        return sp.S.One, (sp.S.One, *(sp.S.Zero,) * (length - 1))
    if expression.is_Add:
        return _sum([_laurent(term, x, length) for term in expression.args])
    if expression.is_Mul:
        valuation, product = _laurent(expression.args[0], x, length)
        for factor in expression.args[1:]:
            shift, coefficients = _laurent(factor, x, length)
            valuation, product = valuation + shift, multiply(product, coefficients)
        return valuation, product
    if isinstance(expression, sp.exp):
        constant, rest = _about_constant(expression.args[0], x, length)
        exponential = tuple(1 / sp.factorial(n) for n in range(len(rest)))
        return sp.S.Zero, _scaled(composition(exponential, rest), sp.exp(constant))
    if expression.is_Pow and not expression.exp.has(x):
        valuation, coefficients = _laurent(expression.base, x, length)
        leading, exponent = coefficients[0], expression.exp
        if leading == 0:
            raise _TooShortError
        if not (exponent.is_Integer or _is_positive(leading)):
            raise _NotAnalyticError
        if not (exponent.is_Rational or valuation == 0):
            raise _NotAnalyticError
        return valuation * exponent, _scaled(
            power(_scaled(coefficients, 1 / leading), exponent), leading**exponent
        )
    if isinstance(expression, sp.log):
        valuation, coefficients = _laurent(expression.args[0], x, length)
        leading = coefficients[0]
        if valuation != 0 or not _is_positive(leading):
            raise _NotAnalyticError
        relative = (sp.S.One, *_scaled(coefficients, 1 / leading)[1:])
        return _stripped(sp.S.Zero, (sp.log(leading), *logarithm(relative)[1:]))
    if isinstance(expression, InverseProfile):
        profile, output = expression.args
        constant, rest = _about_constant(output, x, length)
        if constant != 0:
            raise _NotAnalyticError
        return _stripped(sp.S.Zero, composition(_inverse_taylor(profile, len(rest) - 1), rest))
    if isinstance(expression, (*_ANALYTIC, *_INTEGRALS)):
        constant, rest = _about_constant(expression.args[0], x, length)
        if constant == 1 and type(expression) in _FROM_ONE:
            return _laurent(_FROM_ONE[type(expression)](expression.args[0]), x, length)
        if constant == 0 and isinstance(expression, _ANALYTIC):
            return _stripped(sp.S.Zero, composition(_maclaurin(expression.func, len(rest)), rest))
        if expression.func not in _QUOTIENTS:
            shifted = _about(expression.func, constant, x, len(rest))
            return _stripped(sp.S.Zero, composition(shifted, rest))
    if expression.func in _QUOTIENTS:
        above, below = (part(expression.args[0]) for part in _QUOTIENTS[expression.func])
        return _laurent(above / below, x, length)
    if expression.is_Pow and expression.base.is_positive and not expression.base.has(x):
        return _laurent(sp.exp(expression.exp * sp.log(expression.base), evaluate=False), x, length)
    raise _NotAnalyticError


def _about(function: type[sp.Function], constant: sp.Expr, x: sp.Symbol, length: int) -> Series:
    """Coefficients of f(constant + x): by addition theorems, or from those of the derivative."""
    if function in (sp.sin, sp.cos, sp.sinh, sp.cosh):
        odd, even = (sp.sin, sp.cos) if function in (sp.sin, sp.cos) else (sp.sinh, sp.cosh)
        along, across = (even, odd) if function in (sp.cos, sp.cosh) else (odd, even)
        sign = -1 if function is sp.cos else 1
        return tuple(
            tidy(along(constant) * a + sign * across(constant) * b)
            for a, b in zip(_maclaurin(even, length), _maclaurin(odd, length), strict=True)
        )
    if function not in _INTEGRALS:
        raise _NotAnalyticError
    valuation, slope = _laurent(sp.diff(function(constant + x), x), x, length)
    if not valuation.is_Integer or valuation < 0:
        raise _NotAnalyticError
    dense = ((sp.S.Zero,) * int(valuation) + slope)[: length - 1]
    return (function(constant), *(tidy(value / (n + 1)) for n, value in enumerate(dense)))


def _about_constant(expression: sp.Expr, x: sp.Symbol, length: int) -> tuple[sp.Expr, Series]:
    """(a_0, the series without it) of an expression without negative or broken powers."""
    valuation, coefficients = _laurent(expression, x, length)
    if not valuation.is_Integer or valuation < 0:
        raise _NotAnalyticError
    dense = (sp.S.Zero,) * int(valuation) + coefficients
    return dense[0], (sp.S.Zero, *dense[1:])


def _sum(terms: Sequence[_Laurent]) -> _Laurent:
    lowest = min((valuation for valuation, _ in terms), key=lambda value: sp.Rational(value))
    shifts = [valuation - lowest for valuation, _ in terms]
    if not all(shift.is_Integer for shift in shifts):
        raise _NotAnalyticError
    known = min(int(shift) + len(term[1]) for shift, term in zip(shifts, terms, strict=True))
    total = [sp.S.Zero] * known
    for shift, (_, coefficients) in zip(shifts, terms, strict=True):
        for n, coefficient in enumerate(coefficients[: max(0, known - int(shift))]):
            total[n + int(shift)] += coefficient
    return _stripped(lowest, tuple(tidy(value) for value in total))


def _stripped(valuation: sp.Expr, coefficients: Series) -> _Laurent:
    """Without leading zeros, but for the last coefficient."""
    leading = next((n for n, value in enumerate(coefficients) if value != 0), len(coefficients) - 1)
    return valuation + leading, tuple(coefficients[leading:])


def _scaled(series: Sequence[sp.Expr], factor: sp.Expr) -> Series:
    return tuple(series) if factor == 1 else tuple(tidy(value * factor) for value in series)


@cache
def _maclaurin(function: type[sp.Function], length: int) -> Series:
    """Coefficients of one analytic function about 0; of erfinv by reversion of erf."""
    x = sp.Symbol("x", positive=True)
    if function is sp.erfinv:
        half = sp.sqrt(sp.pi) / 2
        relative = _scaled(_maclaurin(sp.erf, length), half)
        return tuple(value * half**n for n, value in enumerate(reversion(relative)))
    expanded = sp.series(function(x), x, 0, length).removeO()
    return tuple(expanded.coeff(x, n) for n in range(length))
