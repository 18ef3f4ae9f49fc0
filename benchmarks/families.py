"""Families of activations: every law carries the constant, and is right at three of its values.

    python benchmarks/families.py [--family NAME] [--digits D]

For each family, law and value of the constant, `law.subs` must give the equations of the law derived with the value
written into the profile: symbolically, and in 50 digits at random points. The law must be verified by simulation at
each value. A law without the constant in it must be the same law at all values. Prints a row for each law, and ends
with exit code 1 if one fails.
"""

from __future__ import annotations

import argparse
import re
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from random import Random

import sympy as sp
from heading import heading

from analytics.evaluation.values import value_at
from analytics.expressions.intervals import decimal
from analytics.expressions.notation import R, winding
from analytics.law.law import Law
from derivations.theory import Theory, derive
from nearcritical import network
from numerics.verification.verify import verify

ROOT = "r/(1+s*r**{p})**(1/{p})"
FAMILIES = {
    "scaled": ("tanh(b*r)/b", "b", ("3/2", "1/3", "4")),
    "mixed": ("(1-m)*tanh(r) + m*r/sqrt(1+r**2)", "m", ("1/3", "3/4", "1/10")),
    **{f"root {p}": (ROOT.format(p=p), "s", ("3", "1/4", "7/5")) for p in (2, 4, 6)},
}
"""Name -> profile, its constant, three values of that."""

KERNELS = ("laplacian", "advection")
"""The second one for the laws that the first has not."""

DIGITS, POINTS, MOST = 50, 3, 2


@dataclass(frozen=True, slots=True)
class Row:
    """What was found of one law. apart: the largest relative difference at random points; failures: in words."""

    law: str
    carries: bool
    symbolic: bool
    apart: float
    verified: tuple[bool, ...]
    failures: tuple[str, ...]
    seconds: float


def theories(family: str, value: str) -> Iterator[tuple[Theory, Theory]]:
    """With the constant as a symbol of that value, and with the value in its place, for each kernel."""
    profile, constant, _ = FAMILIES[family]
    written = re.sub(rf"\b{constant}\b", f"({value})", profile)
    for kernel in KERNELS:
        yield derive(network(profile, kernel, **{constant: value})), derive(network(written, kernel))


def examine(family: str, digits: int) -> Iterator[Row]:
    """A row for each law."""
    _, constant, values = FAMILIES[family]
    by_value = [tuple(theories(family, value)) for value in values]
    seen: set[str] = set()
    for kernel in range(len(KERNELS)):
        pairs = [found[kernel] for found in by_value]
        for name in pairs[0][0]:
            if name not in seen:
                seen.add(name)
                yield _examined(name, constant, values, pairs, digits)


def _examined(
    name: str, constant: str, values: tuple[str, ...], pairs: list[tuple[Theory, Theory]], digits: int
) -> Row:
    start = time.process_time()
    failures: list[str] = []
    laws, given = [symbolic[name] for symbolic, _ in pairs], [own[name] for _, own in pairs]
    carries = any(str(symbol) == constant for symbol in laws[0].equation.free_symbols)
    if len({law.equation for law in laws}) > 1:
        failures.append("the law is not one formula at all values")
    if not carries and not all(_same(given[0], other) for other in given[1:]):
        failures.append(f"the law depends on {constant} without carrying it")
    symbolic, apart = True, 0.0
    for value, law, own in zip(values, laws, given, strict=True):
        valued = law.valued
        if (valued.parameters, valued.codomain, valued.remainder) != (
            own.parameters,
            own.codomain,
            own.remainder,
        ):
            failures.append(f"parameters, codomain or remainder differ at {constant} = {value}")
        if not _same(law, own):
            symbolic = False
            failures.append(f"{constant} = {value} set afterwards gives another formula")
        apart = max(apart, _apart(law, own))
    if apart > 10.0 ** (3 - DIGITS):
        failures.append(f"the values differ by {apart:.1e}")
    verdicts = [verify(law, digits, most=MOST, held=(constant, "c")) for law in laws]
    for value, verdict in zip(values, verdicts, strict=True):
        if not verdict.passed:
            failures.append(f"at {constant} = {value}: {verdict.reason}")
    verified = tuple(verdict.passed is True for verdict in verdicts)
    return Row(name, carries, symbolic, apart, verified, tuple(failures), time.process_time() - start)


def _set(law: Law) -> list[Law]:
    """Every version of the law and the laws for its unknowns."""
    return list(chain.from_iterable((version, *version.where) for version in law.versions))


def _equation(law: Law) -> sp.Eq:
    """The equation with the constants of the activation set."""
    there = {str(symbol) for symbol in law.equation.free_symbols}
    values = {str(symbol): value for symbol, value in law.network.activation.constants}
    return law.subs({name: value for name, value in values.items() if name in there})


def _pairs(law: Law, own: Law) -> Iterator[tuple[sp.Expr, sp.Expr]]:
    """What must be the same: branches of an explicit law, otherwise the difference of the sides up to a factor."""
    for one, other in zip(_set(law), _set(own), strict=True):
        first, second = (_equation(part) for part in (one, other))
        if one.is_explicit or isinstance(first.rhs, sp.Tuple):
            yield from zip(*(_entries(equation) for equation in (first, second)), strict=True)
            continue
        left, right = (_rooted(equation.lhs - equation.rhs) for equation in (first, second))
        ratio = sp.simplify(left / right)
        yield left, right * ratio if ratio.is_number and ratio != 0 else right


def _entries(equation: sp.Eq) -> list[sp.Expr]:
    """Both sides, branch by branch."""
    sides = ((side if isinstance(side, sp.Tuple) else (side,)) for side in equation.args)
    return [_rooted(part) for part in chain.from_iterable(sides)]


def _rooted(expression: sp.Expr) -> sp.Expr:
    """With every root of a sum in one form, its constant term drawn out: sqrt(4 - R^2) = 2 sqrt(1 - R^2/4)."""

    def is_root(node: sp.Basic) -> bool:
        return (
            isinstance(node, sp.Pow)
            and node.exp.is_Rational
            and node.base.is_Add
            and bool(node.base.as_independent(*node.free_symbols, as_Add=True)[0].is_positive)
        )

    def drawn_out(node: sp.Pow) -> sp.Expr:
        constant, _ = node.base.as_independent(*node.free_symbols, as_Add=True)
        return constant**node.exp * sp.expand(node.base / constant) ** node.exp

    return expression.replace(is_root, drawn_out)


def _same(law: Law, own: Law) -> bool:
    """Are all equations the same, symbolically?"""
    return all(_equal(left, right) for left, right in _pairs(law, own))


def _equal(left: sp.Basic, right: sp.Basic) -> bool:
    """Are they one expression, piece by piece and argument by argument where sums and products are multiplied out?"""
    if left == right:
        return True
    if isinstance(left, sp.Piecewise | sp.Rel | sp.functions.elementary.piecewise.ExprCondPair):
        return left.func == right.func and all(map(_equal, left.args, right.args))
    if isinstance(left, sp.Expr) and sp.expand(left - right) == 0:
        return True
    alike = left.func == right.func and len(left.args) == len(right.args) > 0
    if alike and all(map(_equal, left.args, right.args)):
        return True
    return isinstance(left, sp.Expr) and not left.has(sp.Piecewise) and sp.simplify(left - right) == 0


def _apart(law: Law, own: Law) -> float:
    """The largest relative difference of both sides of both equations at random points."""
    random = Random(f"{law.name} {law.network.activation.constants}")
    most = 0.0
    for left, right in _pairs(law, own):
        symbols = sorted(left.free_symbols | right.free_symbols, key=str)
        for _ in range(POINTS):
            point = {symbol: _drawn(symbol, law, random) for symbol in symbols}
            one, other = (value_at(side, point, DIGITS) for side in (left, right))
            size = max(abs(one), abs(other))
            most = max(most, float(abs(one - other) / size) if size else 0.0)
    return most


def _drawn(symbol: sp.Symbol, law: Law, random: Random) -> sp.Expr:
    """A value that the symbol may have: R below the saturation, a whole number of windings."""
    if symbol == winding:
        return sp.Integer(random.randint(-3, 3))
    top = decimal(law.network.activation.valued.saturation, 15) if symbol == R else sp.S.One
    return sp.Rational(str(top)) * sp.Rational(random.randint(100, 900), 1000)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--family", choices=FAMILIES, action="append")
    parser.add_argument("--digits", type=int, default=DIGITS)
    given = parser.parse_args(arguments)
    chosen = given.family or list(FAMILIES)
    about = f"{given.digits} digits, {MOST} points of each law at each value"
    print(heading("Families of activations", "make families", about, "sympy", "mpmath", "python-flint"))
    failed: list[str] = []
    for family in chosen:
        profile, constant, values = FAMILIES[family]
        print(f"\n## `{profile}`, {constant} = {', '.join(values)}\n", flush=True)
        print(f"| law | has {constant} | set = derived | in numbers | verified | s |")
        print("| --- | --- | --- | --- | --- | --- |", flush=True)
        for row in examine(family, given.digits):
            verified = "all" if all(row.verified) else f"{sum(row.verified)} of {len(values)}"
            print(
                f"| {row.law} | {'yes' if row.carries else 'no'} | {'yes' if row.symbolic else 'NO'} | {row.apart:.0e} "
                f"| {verified} | {row.seconds:.1f} |",
                flush=True,
            )
            failed += [f"{family}, {row.law}: {failure}" for failure in row.failures]
    print()
    for line in failed:
        print(f"- FAILED: {line}")
    print("No law fails." if not failed else f"{len(failed)} failures.")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
