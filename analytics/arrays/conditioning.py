"""Formulas of several symbols in a form in which doubles lose fewer digits.

    2c cos k cos q - 2c cos k + delta    ->  2c cos k (cos q - 1) + delta      what cancels has one symbol
    ln(a |cos w| + s), near 1            ->  ln(1 + [(a - 1)|cos w| - sin(w)^2 / (1 + |cos w|) + s])
    a cos w - sqrt(b^2 - a^2 sin(w)^2)   ->  (a^2 - b^2) / (a cos w + sqrt(...))     no difference of w is left
    b^2 - a^2 sin(w)^2                   ->  that, or a^2 cos(w)^2 - (a^2 - b^2)     whichever has the smaller parts

The parts of one symbol that are left are made accurate by `cancellation`.
"""

from __future__ import annotations

from collections import defaultdict

import sympy as sp
from sympy.core.function import AppliedUndef

from analytics.arrays.shifts import from_small_shifts
from analytics.evaluation.numeric import Numeric
from analytics.expressions.inverse_profile import InverseProfile
from analytics.expressions.notation import smallest_sine

near_log = sp.Function("near_log")
"""near_log(x, x - 1) = ln x, from the second argument where x is near 1."""

up_to = sp.Function("up_to")
"""up_to(x, last, value): the value where x <= last, none beyond."""

smaller_difference = sp.Function("smaller_difference")
"""smaller_difference(a, b, c, d) = a - b = c - d for parts >= 0, from the two whose sum is smaller."""

SMALL = sp.Rational(1, 10**6)
CLOSE = 1e-2
"""What is that close to 1 where all symbols are SMALL is taken to be 1 at 0."""


def gathered(angle: sp.Expr) -> sp.Expr:
    """A sum of products of functions of one symbol each, with what has a common cofactor gathered.

    Of waves of k + q and k - q, see `shifts`.
    """
    if (difference := from_small_shifts(angle)) is not None:
        return difference
    outside, inside = angle.as_independent(*angle.free_symbols, as_Add=False)
    terms = list(sp.Add.make_args(sp.expand(inside)))
    done: list[sp.Expr] = []
    while len(group := _largest_group(terms)) > 1:
        cofactor = _split(*group[0])[1]
        gathered_parts = sp.Add(*(_split(term, symbol)[0] for term, symbol in group))
        done.append(sp.Mul(cofactor, gathered_parts, evaluate=False))
        chosen = [term for term, _ in group]
        terms = [term for term in terms if term not in chosen]
    parts = [*done, *from_zero(terms)]
    total = sp.Add(*parts, evaluate=False) if len(parts) > 1 else parts[0]
    return total if outside == 1 else sp.Mul(outside, total, evaluate=False)


def from_zero(terms: list[sp.Expr]) -> list[sp.Expr]:
    """The sums of one symbol each less their values at 0, where these use up the constants: (cos k1 - 1) + ..."""
    # in the order of the terms: that of a set is another in every process
    symbols = dict.fromkeys(symbol for term in terms for symbol in sorted(term.free_symbols, key=str))
    alone = {symbol: [term for term in terms if term.free_symbols == {symbol}] for symbol in symbols}
    parts = {symbol: sp.Add(*found) for symbol, found in alone.items() if len(found) > 0}
    at_zero = {symbol: part.xreplace({symbol: sp.S.Zero}) for symbol, part in parts.items()}
    fixed = sp.Add(*(term for term in terms if not term.free_symbols))
    if fixed == 0 or sp.expand(fixed + sp.Add(*at_zero.values())) != 0:
        return terms
    others = [term for term in terms if len(term.free_symbols) > 1]
    return [*(part - at_zero[symbol] for symbol, part in parts.items()), *others]


def _largest_group(terms: list[sp.Expr]) -> list[tuple[sp.Expr, sp.Symbol]]:
    """Terms (each with the symbol) that differ in a number and in functions of that one symbol alone."""
    groups: dict[tuple[sp.Symbol, sp.Expr], list[tuple[sp.Expr, sp.Symbol]]] = defaultdict(list)
    for term in terms:
        for symbol in {symbol for other in terms for symbol in other.free_symbols}:
            cofactor = _split(term, symbol)[1]
            if cofactor != 1:
                groups[symbol, cofactor].append((term, symbol))
    order = sorted(groups, key=lambda key: (-len(groups[key]), str(key)))
    return groups[order[0]] if order else []


def _split(term: sp.Expr, symbol: sp.Symbol) -> tuple[sp.Expr, sp.Expr]:
    """(number times functions of `symbol`, the rest)."""
    rest, part = term.as_independent(symbol, as_Add=False)
    number, cofactor = (
        rest.as_independent(*rest.free_symbols, as_Add=False) if rest.free_symbols else (rest, sp.S.One)
    )
    return number * part, cofactor


def excess(expression: sp.Expr) -> sp.Expr | None:
    """`expression` - 1 in terms that are small where it is near 1; None where no such form is known."""
    if not _is_one(expression):
        return None
    if isinstance(expression, sp.Abs) and isinstance(expression.args[0], sp.cos):
        angle = expression.args[0].args[0]
        return -(sp.sin(angle) ** 2) / (1 + expression)
    if expression.is_Pow and isinstance(expression.base, sp.cos) and expression.exp == -2:
        return (sp.sin(expression.base.args[0]) / expression.base) ** 2
    if len(expression.free_symbols) < 2:
        return sp.Add(expression, -1, evaluate=False)
    if expression.is_Mul:
        return _excess_of_product(expression)
    if expression.is_Add:
        return _excess_of_sum(expression)
    return None


def _excess_of_product(expression: sp.Mul) -> sp.Expr | None:
    """f g - 1 = (f - 1) g + (g - 1). A number belongs to the factor after it."""
    by_symbols: dict[frozenset[sp.Symbol], sp.Expr] = {}
    number, product = expression.as_independent(*expression.free_symbols, as_Add=False)
    first, *others = sp.Mul.make_args(product)
    for factor in (sp.Mul(number, first, evaluate=False), *others):
        symbols = frozenset(factor.free_symbols)
        by_symbols[symbols] = by_symbols.get(symbols, sp.S.One) * factor
    if len(by_symbols) == 1:
        return None  # the product is its own only factor
    terms: list[sp.Expr] = []
    before = sp.S.One
    for factor in by_symbols.values():
        part = excess(factor)
        if part is None:
            return None
        terms.append(part if before == 1 else sp.Mul(part, before, evaluate=False))
        before *= factor
    return sp.Add(*terms, evaluate=False)


def _excess_of_sum(expression: sp.Add) -> sp.Expr | None:
    for term in expression.args:
        if _is_one(term):
            part = excess(term)
            others = [other for other in expression.args if other is not term]
            return None if part is None else sp.Add(part, *others, evaluate=False)
    return None


def _is_one(expression: sp.Expr) -> bool:
    """Is it near 1 where all its symbols are small?"""
    point = dict.fromkeys(expression.free_symbols, SMALL)
    found = Numeric(expression, point)(40)
    return found is not None and bool(abs(found - 1) < CLOSE)


def without_differences(expression: sp.Expr) -> sp.Expr:
    """`expression`, or each of a Tuple, with differences that lose digits in doubles replaced.

    With s = sin(w) and c = cos(w), or S and sqrt(1 - S**2), b**2 - a**2 s**2 becomes a `smaller_difference`; of this
    y**2 the difference a |c| - y becomes (a**2 - b**2)/(a |c| + y), under a logarithm that of the logarithms.
    """
    return _over_conjugates(_with_smaller_differences(expression))


def _over_conjugates(expression: sp.Expr) -> sp.Expr:
    if not expression.has(smaller_difference) or expression.func == smaller_difference:
        return expression
    if isinstance(expression, sp.log) and (parts := _over_conjugate(expression.args[0])) is not None:
        return sp.log(parts[0]) - sp.log(parts[1])
    if (parts := _over_conjugate(expression)) is not None:
        return parts[0] / parts[1]
    return expression.func(*map(_over_conjugates, expression.args))


def _over_conjugate(difference: sp.Expr) -> tuple[sp.Expr, sp.Expr] | None:
    """(x**2 - y**2, x + y) of a difference x - y of the root y of a `smaller_difference`, up to its sign."""
    if not difference.is_Add:
        return None
    for term in difference.args:
        squares = [square for square in term.atoms(AppliedUndef) if square.func == smaller_difference]
        if len(squares) == 1 and term.could_extract_minus_sign() and _is_root(-term, squares[0]):
            rest, (_, _, square, product) = difference - term, squares[0].args
            real = rest.xreplace({size: size.args[0] for size in rest.atoms(sp.Abs)})
            return (product, rest - term) if real**2 == square else None
    return None


def _is_root(term: sp.Expr, square: sp.Expr) -> bool:
    """Is it the root of `square`, or that times a sign?"""
    return all(
        factor == sp.sqrt(square)
        or (isinstance(factor, sp.Piecewise) and {value for value, _ in factor.args} == {1, -1})
        for factor in sp.Mul.make_args(term)
    )


def _with_smaller_differences(expression: sp.Expr) -> sp.Expr:
    if not expression.args or len(expression.free_symbols) < 2:
        return expression
    if isinstance(expression, sp.Add) and (parts := _squares_with_sine(expression)) is not None:
        factor, skew, mean, (sine, cosine) = parts
        product = _expanded(mean - skew) * _expanded(mean + skew)
        return factor * smaller_difference(skew**2, mean**2 * sine, mean**2 * cosine, product)
    return expression.func(*map(_with_smaller_differences, expression.args))


def _expanded(total: sp.Expr) -> sp.Expr:
    """The sum multiplied out, psi left as it stands: SymPy would multiply out its profile too."""
    masked = {psi: sp.Dummy(positive=True) for psi in total.atoms(InverseProfile)}
    return sp.expand(total.xreplace(masked)).xreplace({symbol: psi for psi, symbol in masked.items()})


def _squares_with_sine(total: sp.Add) -> tuple[int, sp.Expr, sp.Expr, tuple[sp.Expr, sp.Expr]] | None:
    """(f, b, a, squares) of f (b**2 - a**2 s**2), f = 1 or -1, squares of a sine s and its cosine."""
    if len(total.args) != 2:
        return None
    for with_sine, other in (total.args, total.args[::-1]):
        factor = -1 if not with_sine.could_extract_minus_sign() else 1
        factors = sp.Mul.make_args(-factor * with_sine)
        found = [(each, squares) for each in factors if (squares := _squares_of_wave(each)) is not None]
        if len(found) == 1:
            skew, mean = _base(factor * other), _base(sp.Mul(*factors) / found[0][0])
            if skew is not None and mean is not None:
                return factor, skew, mean, found[0][1]
    return None


def _squares_of_wave(factor: sp.Expr) -> tuple[sp.Expr, sp.Expr] | None:
    """sin(w)**2 and cos(w)**2 of sin(w)**2, of S**2, or of 1 - x**2, as SymPy writes it for w = acos(x)."""
    if factor.is_Pow and factor.exp == 2:
        if isinstance(factor.base, sp.sin):
            return factor, sp.cos(factor.base.args[0]) ** 2
        if factor.base == smallest_sine:
            return factor, (1 - smallest_sine) * (1 + smallest_sine)
    if factor.is_Add and _base(1 - factor) is not None:
        return factor, 1 - factor
    return None


def _base(square: sp.Expr) -> sp.Expr | None:
    """x of a product of even powers x**2."""
    powers = [factor.as_base_exp() for factor in sp.Mul.make_args(square) if not factor.is_Number]
    number, rest = square.as_coeff_Mul()
    if number <= 0 or any(exponent % 2 != 0 for _, exponent in powers) or not rest.free_symbols:
        return None
    return sp.sqrt(number) * sp.Mul(*(base ** (exponent / 2) for base, exponent in powers))
