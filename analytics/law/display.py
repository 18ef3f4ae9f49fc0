"""Laws of several values as a person displays them: line by line, with names for what recurs.

    sigma_{1,2} = -ln(g_r g_t)/2                            if b^2 <= a^2 sin^2 omega_+
    sigma_{+-}  = -ln(a |cos omega_+| +- sqrt(b^2 - ...))   otherwise
    with a = (g_r + g_t)/2, ...

The names are those of the theory: the gains g_r and g_t of the activation, half their sum and difference a
and b, the frequencies of the perturbation, half the distances alpha and beta of a probe's from these; s for a
sign, D for a common denominator. Where a constant of the network has such a name, as b, the law's own is
b_g.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, product
from typing import Any

import sympy as sp

from analytics.arrays.conditioning import gathered
from analytics.expressions.notation import (
    Omega,
    R,
    delta,
    growth,
    perturbation_wavenumbers,
    radial,
    tangential,
)
from analytics.expressions.printing import EitherSign
from analytics.law.statement import Statement
from analytics.network.activation import gains
from analytics.network.kernel import Kernel

SIMPLE = 4
"""Operations in an angle from which on it gets a name."""

mean, skew, denominator = sp.symbols("a b D")
sign = sp.Symbol("s")
even, odd, ahead, behind = sp.symbols("omega_+ omega_- omega_q omega_mq")
alpha, beta = sp.symbols("alpha beta")


@dataclass(frozen=True, slots=True)
class Line:
    """left = right, where `condition` holds."""

    left: sp.Expr
    right: sp.Expr
    condition: sp.Basic = sp.true


@dataclass(frozen=True, slots=True)
class Display:
    """A law for its `unknown` in lines, and what their names stand for; equation: the same in one piece."""

    unknown: sp.Symbol
    equation: sp.Eq
    lines: tuple[Line, ...]
    definitions: tuple[Line, ...]


@lru_cache(maxsize=256)
def display(law: Statement) -> Display:
    """The lines in which `law` is written: one for most laws."""
    of_both_gains = law.is_complex or law.subject == growth
    if not (isinstance(law.equation.rhs, sp.Tuple) or of_both_gains):
        return Display(law.subject, law.equation, (Line(*law.equation.args),), ())
    equation, definitions = _abbreviated(law)
    lines = tuple(_lines(equation, law.subject))
    constants = {symbol.name for symbol in (*law.network.constants, *law.network.open)}
    apart = {
        x: sp.Symbol(f"{x}_g") for x in (mean, skew, denominator, sign, alpha, beta) if x.name in constants
    }
    if not apart:
        return Display(law.subject, equation, lines, definitions)
    return Display(
        law.subject,
        _renamed(equation, apart),
        tuple(_with_names(line, apart) for line in lines),
        tuple(_with_names(line, apart) for line in definitions),
    )


# -- names --


def _with_names(line: Line, names: dict[sp.Symbol, sp.Symbol]) -> Line:
    return Line(*(_renamed(part, names) for part in (line.left, line.right, line.condition)))


def _renamed(expression: sp.Basic, names: dict[sp.Symbol, sp.Symbol]) -> Any:
    """`expression`, unevaluated as it is, by other names where a constant of the network has one of them."""
    if expression in names:
        return names[expression]
    if not expression.free_symbols & names.keys():
        return expression
    parts = [_renamed(part, names) for part in expression.args]
    if isinstance(expression, sp.Add | sp.Mul | sp.Eq):
        return expression.func(*parts, evaluate=False)
    return expression.func(*parts)


def _abbreviated(law: Statement) -> tuple[sp.Eq, tuple[Line, ...]]:
    left, right = law.equation.args
    whole = sp.Tuple(left, right)
    named: dict[sp.Symbol, sp.Expr] = {}
    if R in whole.free_symbols:
        along, across = gains(law.network.activation)
        whole = _with_gains(whole, along, across)
        half = sp.Rational(1, 2)
        named[mean] = sp.Mul(half, radial + tangential, evaluate=False)
        named[skew] = sp.Mul(half, radial - tangential, evaluate=False)
        named |= {radial: along, tangential: across}
    whole, angles = _with_angles(whole, law.network.kernel)
    named |= angles
    choices = [
        node for node in whole.atoms(sp.Piecewise) if not any(value.free_symbols for value, _ in node.args)
    ]
    if len(choices) == 1:
        whole, named[sign] = whole.xreplace({choices[0]: sign}), choices[0]
    left, right = whole
    common = _common_denominator(right)
    if common is not None:
        right = sp.Tuple(*(entry.xreplace({1 / common: 1 / denominator}) for entry in right))
        named = {denominator: common, **named}
    equation = sp.Eq(left, right, evaluate=False)
    used = equation.free_symbols
    for symbol in (denominator, mean, skew, sign):
        if symbol in used and symbol in named:
            used |= named[symbol].free_symbols
    return equation, tuple(Line(symbol, value) for symbol, value in named.items() if symbol in used)


def _with_gains(whole: sp.Basic, along: sp.Expr, across: sp.Expr) -> sp.Basic:
    known = {
        (along + across) / 2: mean,
        (along - across) / 2: skew,
        along + across: 2 * mean,
        along * across: radial * tangential,
        sp.sqrt(along * across): sp.sqrt(radial * tangential),
        along: radial,
        across: tangential,
    }
    products = {pattern: name for pattern, name in known.items() if pattern.is_Mul}
    sums = {pattern: name for pattern, name in ((along, radial), (across, tangential)) if pattern.is_Add}

    def rewrite(node: sp.Basic) -> sp.Basic:
        if node in known:
            return known[node]
        if node.is_Mul:
            for pattern, name in products.items():
                if (rest := _other_factors(node, pattern)) is not None:
                    return sp.Mul(name, *map(rewrite, rest))
        if node.is_Add:
            for pattern, name in sums.items():
                if times := _times_contained(node, pattern):
                    # term by term: expanded, a power of a sum would no longer cancel with that in `node`
                    return times * name + rewrite(node - sp.Add(*(times * term for term in pattern.args)))
        return node.func(*map(rewrite, node.args)) if node.args else node

    return rewrite(whole)


def _other_factors(product: sp.Mul, pattern: sp.Mul) -> list[sp.Expr] | None:
    """The factors of `product` beside those of `pattern`, numbers divided; None if it lacks some of these."""
    number, factors = product.as_coeff_mul()
    divisor, wanted = pattern.as_coeff_mul()
    if not set(wanted) <= set(factors):
        return None
    return [number / divisor, *(factor for factor in factors if factor not in wanted)]


def _times_contained(whole: sp.Add, pattern: sp.Add) -> sp.Rational:
    """The number t for which the sum `whole` - t * `pattern` has none of the terms of `pattern` but a number, or 0."""
    terms, wanted = whole.as_coefficients_dict(), pattern.as_coefficients_dict()
    times = {terms[term] / number for term, number in wanted.items() if term != 1}
    return times.pop() if len(times) == 1 else sp.S.Zero


def _with_angles(whole: sp.Basic, kernel: Kernel) -> tuple[sp.Basic, dict[sp.Symbol, sp.Expr]]:
    """Long arguments of sines, cosines and e^(i ...) by name."""
    circular = _distinct(node.args[0] for node in whole.atoms(sp.sin, sp.cos))
    turning = _distinct(node.args[0] / sp.I for node in whole.atoms(sp.exp) if node.args[0].has(sp.I))
    turning = [angle for angle in turning if angle not in circular and -angle not in circular]
    pair = _pair(circular) if len(circular) > 1 else ()
    alone = alpha if circular and circular[0].has(Omega) else even
    if pair is None or len(turning) > (1 if circular else 2):
        return whole, {}
    if len(turning) == 2:
        turns = kernel.odd_part(perturbation_wavenumbers(kernel.dimension), kernel.wavenumbers)
        if sp.expand(turning[0] - turning[1] - 2 * turns) != 0:
            turning.reverse()
    named = (
        dict(zip((alpha, beta), pair, strict=True)) if pair else dict(zip((alone,), circular, strict=False))
    )
    named |= dict(zip((odd,) if circular else (ahead, behind), turning, strict=False))
    names: dict[sp.Expr, sp.Expr] = {angle: symbol for symbol, angle in named.items()}
    names |= {angle: alpha + beta for angle in circular if angle not in names}
    named = {symbol: _shortest(angle) for symbol, angle in named.items()}

    def renamed(angle: sp.Expr) -> sp.Expr | None:
        if angle in names:
            return names[angle]
        opposite = names.get(-angle)
        return None if opposite is None else -opposite

    def rewrite(node: sp.Basic) -> sp.Basic:
        if isinstance(node, sp.sin | sp.cos | sp.exp):
            unit = sp.I if isinstance(node, sp.exp) else sp.S.One
            angle = renamed(node.args[0] / unit)
            return node if angle is None else node.func(unit * angle)
        return node.func(*map(rewrite, node.args)) if node.args else node

    return rewrite(whole), named


def _pair(angles: Sequence[sp.Expr]) -> tuple[sp.Expr, sp.Expr] | None:
    """Two angles of which a third, if there is one, is the sum; their difference is a frequency in the frame."""
    for one, other in combinations(angles, 2):
        others = [angle for angle in angles if angle not in (one, other)]
        if all(sp.expand(one + other - angle) == 0 for angle in others):
            return (other, one) if _is_reversed(one - other) else (one, other)
    return None


def _shortest(angle: sp.Expr) -> sp.Expr:
    """2c (1 - cos k cos q) - 2c (1 - cos k) as 2c cos k (1 - cos q), where that is shorter."""
    parts = sp.Add.make_args(gathered(angle))
    collected = sp.Add(*(sp.factor_terms(part.doit()) for part in parts))
    return min(angle, collected, key=sp.count_ops)


def _distinct(angles: Iterator[sp.Expr]) -> list[sp.Expr]:
    """Long ones, one of each pair of opposite sign, in an order of their own."""
    found: list[sp.Expr] = []
    for angle in sorted(angles, key=sp.default_sort_key):
        upright = -angle if _is_reversed(angle) else angle
        if upright not in found and sp.count_ops(upright) >= SIMPLE:
            found.append(upright)
    return found


def _is_reversed(angle: sp.Expr) -> bool:
    """Is it the negative of a frequency in a frame, from which the detuning is taken away, or of a probe's?"""
    expanded = sp.expand(angle)
    slope = -expanded.coeff(Omega) or expanded.coeff(delta)
    return bool(slope > 0) if slope else bool(angle.could_extract_minus_sign())


def _common_denominator(right: sp.Basic) -> sp.Expr | None:
    """A long sum by which all entries are divided."""
    if not isinstance(right, sp.Tuple) or len(right) < 2:
        return None
    below = [
        {
            power.base
            for power in sp.Mul.make_args(entry)
            if power.is_Pow and power.exp == -1 and power.base.is_Add
        }
        for entry in right
    ]
    shared = set.intersection(*below)
    return shared.pop() if len(shared) == 1 else None


# -- lines --


def _lines(equation: sp.Eq, subject: sp.Symbol) -> Iterator[Line]:
    left, right = equation.args
    entries = tuple(right) if isinstance(right, sp.Tuple) else (right,)
    for values, condition in _cases(entries):
        yield from _of_values(left, subject, values, condition)


def _cases(entries: Sequence[sp.Expr]) -> list[tuple[tuple[sp.Expr, ...], sp.Basic]]:
    """The entries case by case, where all are chosen by the same conditions."""
    if not all(isinstance(entry, sp.Piecewise) for entry in entries):
        return [(tuple(entries), sp.true)]
    conditions = [tuple(condition for _, condition in entry.args) for entry in entries]
    if len(set(conditions)) > 1:
        return [(tuple(entries), sp.true)]
    return [
        (
            tuple(entry.args[place][0] for entry in entries),
            condition if place < len(conditions[0]) - 1 else sp.Symbol("otherwise"),
        )
        for place, condition in enumerate(conditions[0])
    ]


def _of_values(
    left: sp.Expr, subject: sp.Symbol, values: Sequence[sp.Expr], condition: sp.Basic
) -> Iterator[Line]:
    def of(index: str) -> sp.Expr:
        if left != subject or not index:
            return left
        return sp.Symbol(f"{subject.name}{'' if '_' in subject.name else '_'}{index}")

    if len(values) == 2:
        if values[0] == values[1]:
            yield Line(of("1,2"), values[0], condition)
            return
        both = _merged(*values)
        if both is not None:
            yield Line(of(r"\pm"), both, condition)
            return
    indices = ["".join(pair) for pair in product("12", repeat=2)] if len(values) == 4 else None
    for place, value in enumerate(values):
        index = indices[place] if indices else str(place + 1) if len(values) > 1 else ""
        yield Line(of(index), value, condition)


def _merged(one: sp.Expr, other: sp.Expr) -> sp.Expr | None:
    """Both values as one, where they differ in the sign of one root or arc cosine; else None."""
    roots = [node for node in one.atoms(sp.Pow) if node.exp == sp.Rational(1, 2)]
    placeholder = sp.Symbol("root")
    for node in sorted([*roots, *one.atoms(sp.acos)], key=sp.count_ops, reverse=True):
        upper, lower = one.xreplace({node: placeholder}), other.xreplace({node: -placeholder})
        if upper == lower:
            return one.xreplace({node: EitherSign(node)})
    return None
