"""The terms of a sum in the order and the form in which a person writes them.

Terms of a series come in their order, and its fractional powers are powers of one product, 2F of (2F)^(1/3).
"""

from __future__ import annotations

from collections.abc import Sequence

import sympy as sp


def arranged(expression: sp.Expr, remainder: sp.Expr | None = None) -> list[sp.Expr]:
    """The terms of a sum in the order in which they are written.

    A series in the remainder's symbol, or in the only one with fractional powers: towards the remainder,
    fractional powers as powers of one product. Other sums: see `ordered`.
    """
    terms = list(sp.Add.make_args(expression))
    variable = remainder.as_base_exp()[0] if remainder is not None else _fractional_symbol(terms)
    if variable is None:
        return ordered(expression)
    monomials = [_monomial(term, variable) for term in terms]
    if any(coefficient.has(variable) for coefficient, _ in monomials):
        return ordered(expression)
    limit = remainder.as_base_exp()[1] if remainder is not None else sp.oo
    falling = any(limit < power for _, power in monomials)
    monomials.sort(key=lambda monomial: monomial[1], reverse=bool(falling))
    fractional = [
        monomial for monomial in monomials if monomial[1].is_Rational and not monomial[1].is_Integer
    ]
    factor = _common_factor(*fractional[0]) if fractional else {}
    root = fractional[0][1].q if fractional else 1
    return [
        _term(coefficient, power, variable, factor if power.is_Rational and power.q == root else {})
        for coefficient, power in monomials
    ]


def _monomial(term: sp.Expr, variable: sp.Symbol) -> tuple[sp.Expr, sp.Expr]:
    coefficient, power = term.as_independent(variable, as_Add=False)
    base, exponent = power.as_base_exp()
    if power == 1:
        return coefficient, sp.S.Zero
    return (coefficient, exponent) if base == variable else (term, sp.S.Zero)


def _fractional_symbol(terms: Sequence[sp.Expr]) -> sp.Symbol | None:
    found = {
        power.base
        for term in terms
        for power in sp.Mul.make_args(term)
        if power.is_Pow and power.base.is_Symbol and power.exp.is_Rational and power.exp.q > 2
    }
    return found.pop() if len(found) == 1 else None


def ordered(expression: sp.Expr) -> list[sp.Expr]:
    """Terms of a sum: a polynomial of one symbol upwards (1 - R**2), one of more by falling degree, else
    those with a minus sign last."""
    terms = list(sp.Add.make_args(expression))
    symbols = sorted(expression.free_symbols, key=str)
    if symbols and expression.is_polynomial(*symbols):
        degrees = {term: [sp.degree(term, symbol) for symbol in symbols] for term in terms}
        if len(symbols) == 1:
            return sorted(terms, key=lambda term: degrees[term])
        main = max(range(len(symbols)), key=lambda index: max(degree[index] for degree in degrees.values()))
        return sorted(terms, key=lambda term: (-sum(degrees[term]), -degrees[term][main]))
    canonical = expression.as_ordered_terms(order="lex") if expression.is_Add else terms
    return sorted(canonical, key=lambda term: bool(term.could_extract_minus_sign()))


# -- one product for all fractional powers --


Powers = dict[sp.Expr, sp.Rational]
"""Base -> exponent. A base is one thing, also where it is a product: its factors need not be positive."""


def _prime_powers(constant: sp.Expr) -> Powers:
    """A positive product of numbers as {prime or other base: exponent}."""
    powers: Powers = {}
    for factor in sp.Mul.make_args(constant):
        base, exponent = factor.as_base_exp()
        if base.is_Rational and base > 0 and exponent.is_Rational:
            for number, sign in ((base.p, 1), (base.q, -1)):
                for prime, count in sp.factorint(number).items():
                    key = sp.Integer(prime)
                    powers[key] = powers.get(key, sp.S.Zero) + sign * count * exponent
        elif exponent.is_Rational:
            powers[base] = powers.get(base, sp.S.Zero) + exponent
        else:
            powers[factor] = powers.get(factor, sp.S.Zero) + 1
    return powers


def _common_factor(coefficient: sp.Expr, power: sp.Rational) -> Powers:
    """b, by its powers, such that coefficient * F**power is a number without such roots times (b F)**power."""
    powers = _prime_powers(abs(coefficient) if coefficient.is_number else coefficient)
    under_root = {base: exponent for base, exponent in powers.items() if exponent.q == power.q}
    is_number = not any(base.free_symbols for base in under_root)
    if is_number and any(exponent.q > power.q and exponent.q % power.q == 0 for exponent in powers.values()):
        return {}  # finer roots of numbers would be left beside the product
    whole = {base: exponent / power for base, exponent in under_root.items()}
    if power < 0 and any(base.free_symbols and exponent < 0 for base, exponent in whole.items()):
        return {}  # sqrt(c)/sqrt(F), not 1/sqrt(F/c)
    if len(under_root) < len(powers) or not all(exponent.is_Integer for exponent in whole.values()):
        whole = {base: _smallest_whole(exponent, power) for base, exponent in under_root.items()}
    return whole


def _smallest_whole(exponent: sp.Rational, power: sp.Rational) -> int:
    """The smallest whole j with exponent - j * power whole."""
    candidates = (j for j in range(-power.q, power.q + 1) if (exponent - j * power).is_Integer)
    return min(candidates, key=lambda j: (abs(j), -j))


def _term(coefficient: sp.Expr, power: sp.Expr, variable: sp.Symbol, factor: Powers) -> sp.Expr:
    if power.is_Integer or not power.is_Rational or not factor:
        return sp.Mul(coefficient, variable**power)
    sign = -1 if coefficient.is_number and coefficient < 0 else 1
    inside = sp.Mul(*(base**exponent for base, exponent in factor.items()), variable)
    product = sp.Pow(upright(inside) or inside, power, evaluate=False)
    rest = _prime_powers(sign * coefficient)
    for base, exponent in factor.items():
        rest[base] = rest.get(base, sp.S.Zero) - exponent * power
    number = sp.Mul(sign, *(base**exponent for base, exponent in rest.items()))
    return product if number == 1 else sp.Mul(*sp.Mul.make_args(number), product, evaluate=False)


def split(term: sp.Expr) -> tuple[bool, sp.Expr]:
    """Is the term written with a minus sign, and what is written after it."""
    if (turned := upright(term)) is not None:
        return False, turned
    if not term.could_extract_minus_sign() or term.is_Add:
        return False, term
    if term.is_Mul and term.args[0].is_Number and any(is_product(factor) for factor in term.args):
        rest = term.args[1:]
        return True, rest[0] if term.args[0] == -1 and len(rest) == 1 else sp.Mul(
            -term.args[0], *rest, evaluate=False
        )
    return True, -term


def upright(product: sp.Expr) -> sp.Expr | None:
    """-6 F/(m - 3) as 6 F/(3 - m): the minus sign given to a factor that would begin with one. None where none does."""
    number, rest = product.as_coeff_Mul()
    if not number.is_Rational or number > 0:
        return None
    factors = list(sp.Mul.make_args(rest))
    for place, factor in enumerate(factors):
        base, exponent = factor.as_base_exp()
        if base.is_Add and exponent in (1, -1) and ordered(base)[0].could_extract_minus_sign():
            factors[place] = sp.Pow(-base, exponent)
            return sp.Mul(*([] if number == -1 else [-number]), *factors, evaluate=False)
    return None


def is_product(factor: sp.Expr) -> bool:
    return bool(factor.is_Pow and factor.base.is_Mul)
