"""Relations between the constants of a network that hold at their values, and on which it depends what theory there is.

Whether a kernel is real, even or odd, whether a uniform state is left alone, how flat a band edge is, and of which
order an activation is, is each the vanishing of an expression in the constants, a *decider*:

    re A(x), im A(x)                      reality and parity, at each offset and summed across the first axis
    omega(0) - 2 pi n                     a uniform state is left alone
    d^j omega / d k_1^j at k = 0          up to the first that is not 0, of the even and of the odd part
    rho(0), rho'(0) - 1, rho^(j)(0)       unit gain, and the order: up to the first that is not 0

A decider that is 0 at the constants' values alone makes a relation, c = value or c = an expression in the others,
which is inserted. Then what holds at the values holds for the symbols too, and can be read off these.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import Generic, TypeVar

import sympy as sp

from analytics.expressions import series
from analytics.expressions.intervals import SingularError, decimal, vanishes

Constants = tuple[tuple[sp.Symbol, sp.Expr], ...]
Offset = tuple[int, ...]
Stencil = tuple[tuple[Offset, sp.Expr], ...]

SAMPLES = tuple(sp.Rational(number, 29) for number in (37, -71, 11, 83, -5))
"""Wavenumbers at which two frequencies are compared, of no symmetry."""

NEARBY = (sp.Rational(98, 97), sp.Rational(88, 89), sp.Rational(62, 61))
"""Multiples of the constants' values at which an expression is seen not to vanish for all values."""

Form = TypeVar("Form", sp.Expr, Stencil)

Parts = tuple[sp.Expr, ...]
"""A decider: expressions in the constants which vanish together."""


@dataclass(frozen=True, slots=True)
class Settled(Generic[Form]):
    """A stencil, or a frequency, with its relations inserted; the constants that are left; the relations."""

    form: Form
    constants: Constants
    relations: tuple[sp.Eq, ...]


def settled_stencil(stencil: Stencil, constants: Constants) -> Settled[Stencil]:
    """The stencil with every relation inserted, without the taps that vanish and without whole turns of omega(0)."""

    def inserted(form: Stencil, values: Mapping[sp.Symbol, sp.Expr]) -> Stencil:
        return tuple((x, rest) for x, value in form if (rest := sp.expand(value.subs(values))) != 0)

    found = _settled(stencil, constants, _deciders, inserted)
    return replace(found, form=_without_turns(found.form))


def settled_frequency(
    frequency: sp.Expr, wavevector: Sequence[sp.Symbol], constants: Constants
) -> Settled[sp.Expr]:
    """The frequency with every relation inserted, and without whole turns of omega(0)."""
    origin = dict.fromkeys(wavevector, sp.S.Zero)

    def deciders(form: sp.Expr, values: Mapping[sp.Symbol, sp.Expr]) -> Iterator[Parts]:
        yield mirrored(form, wavevector, 1)
        yield mirrored(form, wavevector, -1)
        still = form.subs(origin)
        yield (still - 2 * sp.pi * turns(still, values),)

    found = _settled(frequency, constants, deciders, lambda form, values: form.subs(values))
    still = found.form.subs(origin)
    if not still.free_symbols and vanishes(still - 2 * sp.pi * (n := turns(still, {}))):
        found = replace(found, form=found.form - 2 * sp.pi * n)
    return found


def settled_profile(profile: sp.Expr, variable: sp.Symbol, constants: Constants) -> Settled[sp.Expr]:
    """A radial profile with every relation inserted. Raises DerivationError where it has no Taylor series."""

    def deciders(form: sp.Expr, values: Mapping[sp.Symbol, sp.Expr]) -> Iterator[Parts]:
        for power in count():
            coefficient = series.taylor(form, variable, power)[power]
            yield (coefficient - 1 if power == 1 else coefficient,)
            if power > 1 and not vanish((coefficient,), values):
                break

    return _settled(profile, constants, deciders, lambda form, values: form.subs(values))


def mirrored(frequency: sp.Expr, wavevector: Sequence[sp.Symbol], sign: int) -> Parts:
    """omega(k) + sign omega(-k) at the wavevectors `SAMPLES`."""
    turned = [dict(zip(wavevector, (*SAMPLES[first:], *SAMPLES[:first]))) for first in range(len(SAMPLES))]
    return tuple(
        frequency.xreplace(at) + sign * frequency.xreplace({k: -value for k, value in at.items()})
        for at in turned
    )


def _settled(
    form: Form,
    constants: Constants,
    deciders: Callable[[Form, Mapping[sp.Symbol, sp.Expr]], Iterator[Parts]],
    inserted: Callable[[Form, Mapping[sp.Symbol, sp.Expr]], Form],
) -> Settled[Form]:
    zeros = {symbol: value for symbol, value in constants if value == 0}
    relations: tuple[sp.Eq, ...] = tuple(
        sp.Eq(symbol, value, evaluate=False) for symbol, value in zeros.items()
    )
    form, constants = inserted(form, zeros), tuple(pair for pair in constants if pair[0] not in zeros)
    while constants:
        made = (relations_of(parts, constants) for parts in deciders(form, dict(constants)))
        found: tuple[sp.Eq, ...] = next((some for some in made if some), ())
        if not found:
            break
        insert = {relation.lhs: relation.rhs for relation in found}
        form = inserted(form, insert)
        constants = tuple(pair for pair in constants if pair[0] not in insert)
        relations = (*relations, *found)
    return Settled(form, constants, relations)


def relations_of(parts: Parts, constants: Constants) -> tuple[sp.Eq, ...]:
    """What makes all parts vanish at the values of the constants; () where they do not, or do for all values.

    One constant is given its value where that is enough, else one is expressed by the others where a single part is
    linear in it, else all are given their values.
    """
    used = tuple(pair for pair in constants if any(part.has(pair[0]) for part in parts))
    if not used or not vanish(parts, dict(used)) or _vanish_always(parts, used):
        return ()
    for symbol, value in used:
        others = tuple(pair for pair in used if pair[0] != symbol)
        if _vanish_always(tuple(part.subs(symbol, value) for part in parts), others):
            return (sp.Eq(symbol, value, evaluate=False),)
    for symbol, value in reversed(used) if len(parts) == 1 else ():
        slope = sp.diff(parts[0], symbol)
        if not slope.has(symbol) and not vanish((slope,), dict(used)):
            solution = sp.factor_terms(sp.expand(-parts[0].subs(symbol, 0) / slope))
            if vanish((solution - value,), dict(used)):
                return (sp.Eq(symbol, solution, evaluate=False),)
    return tuple(sp.Eq(symbol, value, evaluate=False) for symbol, value in used)


def vanish(parts: Parts, values: Mapping[sp.Symbol, sp.Expr]) -> bool:
    """Do the parts vanish at these values? A single part must be proved to be 0, several must not be told from 0."""
    found = (vanishes(part.subs(values)) for part in parts)
    return all(is_zero is not False for is_zero in found) if len(parts) > 1 else all(found)


def _vanish_always(parts: Parts, constants: Constants) -> bool:
    """At the values of the constants, and at multiples of them `NEARBY`."""
    nearby = (
        {symbol: value * NEARBY[first + place % 2] for place, (symbol, value) in enumerate(constants)}
        for first in range(2)
    )
    return vanish(parts, dict(constants)) and all(vanish(parts, values) for values in nearby)


def turns(frequency: sp.Expr, values: Mapping[sp.Symbol, sp.Expr]) -> int:
    """The number n of whole turns next to an omega(0), at the constants' values."""
    try:
        return int(sp.floor(decimal(sp.expand(frequency.subs(values)) / (2 * sp.pi), 15) + sp.Rational(1, 2)))
    except SingularError:
        return 0


def _deciders(stencil: Stencil, values: Mapping[sp.Symbol, sp.Expr]) -> Iterator[Parts]:
    along: dict[int, sp.Expr] = {}
    for offset, value in stencil:
        along[offset[0]] = along.get(offset[0], sp.S.Zero) + value
    for value in (*dict(stencil).values(), *along.values()):
        yield (sp.re(value),)
        yield (sp.im(value),)
    still = sp.Add(*(sp.im(value) for value in along.values()))
    yield (still - 2 * sp.pi * turns(still, values),)
    for part, first in ((sp.im, 2), (sp.re, 1)):
        for power in range(first, first + 2 * len(along), 2):
            moment = sp.expand(sp.Add(*(part(value) * step**power for step, value in along.items())))
            yield (moment,)
            if not vanish((moment,), values):
                break


def _without_turns(stencil: Stencil) -> Stencil:
    """omega(0) = 2 pi n is 0: the kernel is the same."""
    still = sp.expand(sp.Add(*(sp.im(value) for _, value in stencil)))
    if still == 0 or still.free_symbols or not vanishes(still - 2 * sp.pi * (n := turns(still, {}))):
        return stencil
    kept = dict(stencil)
    origin = (0,) * len(stencil[0][0])
    kept[origin] = sp.expand(kept.get(origin, sp.S.Zero) - 2 * sp.pi * sp.I * n)
    return tuple(sorted((x, value) for x, value in kept.items() if value != 0))
