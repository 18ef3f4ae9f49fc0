"""Formulas of one symbol that lose digits where it is large, found and written otherwise.

1 - tanh(P)**2, -ln(1 - tanh(P)**2), 1 - P/sqrt(1 + P**2): in doubles such expressions cancel, or underflow on the way,
as P -> oo. Each sum, each logarithm and each wave is measured against its exact value, and where it fails so is a
product of its factors, its product with the conjugate sum, and the sum of the logarithms of its factors. Where none of
them keeps its digits a formula has no value.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache, reduce

import numpy as np
import sympy as sp

from analytics.arrays.conditioning import up_to
from analytics.arrays.functions import double, numpy_function
from analytics.errors import PrecisionError
from analytics.evaluation.translation import Function
from analytics.evaluation.values import value_at

FAR = tuple(2.0 ** (octave + 0.3141592653589793) for octave in (2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 16, 20, 33))
"""Large arguments at which formulas are measured."""

BEFORE = 4.0
"""An argument below all of them."""

NEAR = tuple(2.0 ** (octave + 0.3141592653589793) for octave in (-40, -30, -20, -10, -4, -1, 1))
"""Arguments below BEFORE."""

FEW = 16 * 2.0**-52
"""Relative error up to which a formula is left as it is."""

TOLERABLE = 1e-10
"""Relative error of a formula beyond which it has no value."""

SMALLEST, LARGEST = 2.0**-1021, 2.0**1023
"""Below the one a double loses digits by itself, above the other it is infinite."""

MODERATE = (sp.Rational(3, 7), sp.Rational(17, 9), sp.Rational(31, 5))
"""Where a form must equal the one in whose place it stands, to AGREEING digits."""

AGREEING = 40

CANCELLING = (sp.Add, sp.log, sp.sin, sp.cos)
"""What can lose digits of its arguments: near a zero, a sum, a logarithm and a wave do."""

LONGEST = 150
"""Operations in a formula for which another form is looked for."""


def far_out(expression: sp.Expr, symbol: sp.Symbol) -> sp.Expr:
    """`expression`, or each of a Tuple, in which functions of the positive `symbol` keep their digits as it grows.

    What keeps its digits far out may cancel near 0, where a formula of `symbol` alone as it stands does not: that one
    stays up to BEFORE.
    """
    found = _far_out(expression, symbol)
    if found == expression or expression.free_symbols != {symbol} or isinstance(expression, sp.Tuple):
        return found
    if max(_errors(found, symbol, NEAR)) <= max(FEW, *_errors(expression, symbol, NEAR)):
        return found
    return sp.Piecewise((expression, symbol <= sp.Rational(BEFORE)), (found, True))


def _far_out(expression: sp.Expr, symbol: sp.Symbol) -> sp.Expr:
    if not expression.args or symbol not in expression.free_symbols:
        return expression
    rebuilt = expression.func(*(_far_out(argument, symbol) for argument in expression.args))
    if rebuilt.free_symbols == {symbol} and isinstance(rebuilt, CANCELLING) and not rebuilt.has(up_to):
        return _best(rebuilt, symbol)
    return rebuilt


@lru_cache(maxsize=512)
def _best(node: sp.Expr, symbol: sp.Symbol) -> sp.Expr:
    """The first form of a sum or logarithm without loss, else that with the least, as far as that is tolerable."""
    found, errors, loss = node, _errors(node, symbol, FAR), _loss(node, symbol)
    for form in _forms(node, symbol):
        if max(*errors, loss) <= FEW:
            break
        others, other_loss = _errors(form, symbol, FAR), _loss(form, symbol)
        if max(*others, other_loss) < max(*errors, loss) and _are_equal(node, form, symbol):
            found, errors, loss = form, others, other_loss
    good = [x for x, before in zip(FAR, np.maximum.accumulate(errors), strict=True) if before <= TOLERABLE]
    if len(good) == len(FAR):
        return found
    return up_to(symbol, sp.Rational(good[-1] if good else BEFORE), found)


def _loss(node: sp.Expr, symbol: sp.Symbol) -> float:
    """What the sums in a formula can lose at FAR in whichever order they are taken: rounding of their largest term."""
    worst = 0.0
    for part in node.atoms(sp.Add):
        terms = [np.abs(double(symbol, term, {})(np.array(FAR))) for term in part.args]
        total = np.abs(double(symbol, part, {})(np.array(FAR)))
        known = np.isfinite(total) & (total > SMALLEST)
        with np.errstate(all="ignore"):
            shares = (sum(terms) / total)[known]
        worst = max(worst, 2.0**-53 * float(np.max(shares, initial=0.0)))
    return worst


def _errors(node: sp.Expr, symbol: sp.Symbol, places: tuple[float, ...]) -> list[float]:
    """Relative errors of the formula in doubles at `places`; infinite where there is no value.

    A formula that loses digits at the first of them, as that of a wide profile, is measured as `cancellation` mends it.
    """
    errors = _errors_of(double(symbol, node, {}), node, symbol, places)
    if errors[0] <= FEW or places == NEAR:
        return errors
    return _errors_of(numpy_function((symbol,), node), node, symbol, places)


def _errors_of(
    function: Function, node: sp.Expr, symbol: sp.Symbol, places: tuple[float, ...]
) -> list[float]:
    errors = []
    for x, found in zip(places, function(np.array(places)), strict=True):
        try:
            truth = value_at(node, {symbol: sp.Rational(x)}, 25)
        except PrecisionError:
            errors.append(float("inf"))
            continue
        if abs(truth) > LARGEST:
            errors.append(0.0 if np.isinf(found) else float("inf"))
        elif not np.isfinite(found):
            errors.append(float("inf"))
        elif abs(truth) < SMALLEST:
            errors.append(0.0 if abs(found) < 2 * SMALLEST else float("inf"))
        else:
            errors.append(float(abs((truth - complex(found)) / truth)))
    return errors


def _are_equal(one: sp.Expr, other: sp.Expr, symbol: sp.Symbol) -> bool:
    try:
        for x in MODERATE:
            found, expected = (value_at(form, {symbol: x}, AGREEING + 10) for form in (one, other))
            if abs(found - expected) > abs(expected) * sp.Rational(1, 10) ** AGREEING:
                return False
    except PrecisionError:
        return False
    return True


def _forms(node: sp.Expr, symbol: sp.Symbol) -> Iterator[sp.Expr]:
    """Other forms of a sum or logarithm, where it is not too long to be factored."""
    if sp.count_ops(node) > LONGEST:
        return
    if isinstance(node, sp.log):
        factors = _factored(node.args[0], symbol)
        yield sp.expand_log(sp.log(sp.powdenest(factors, force=True)), force=True)
        return
    yield _factored(node, symbol)
    if isinstance(node, sp.sin | sp.cos):
        yield _factored(sp.expand_trig(node), symbol)
        return
    if node.has(sp.log):
        yield sp.expand(sp.expand_log(_in_decaying_exponentials(node), force=True))
    first, *rest = node.args
    other = sp.Add(*rest)
    yield _factored(sp.expand(first**2 - other**2), symbol) / (first - other)


def _factored(node: sp.Expr, symbol: sp.Symbol) -> sp.Expr:
    """A product of factors, hyperbolic functions written in one decaying exponential."""
    decaying = _in_decaying_exponentials(node)
    exponents = {  # without their constant terms
        power: sp.expand(power.args[0]).as_independent(symbol, as_Add=True)[1]
        for power in decaying.atoms(sp.exp)
        if power.has(symbol)
    }
    if not exponents:
        return sp.factor(sp.together(decaying))
    base = next(iter(exponents.values()))
    rates = {power: sp.cancel(moving / base) for power, moving in exponents.items()}
    if not all(rate.is_Rational for rate in rates.values()):
        return sp.factor(sp.together(node))
    step = reduce(sp.gcd, map(abs, rates.values())) * (-1 if base.xreplace({symbol: FAR[0]}) > 0 else 1)
    unit = sp.Symbol("unit", positive=True)
    rational = decaying.xreplace(
        {
            power: sp.exp(sp.expand(power.args[0] - exponents[power])) * unit ** (rate / step)
            for power, rate in rates.items()
        }
    )
    return sp.factor(sp.together(rational)).xreplace({unit: sp.exp(step * base)})


def _in_decaying_exponentials(node: sp.Expr) -> sp.Expr:
    """tanh a = (1 - e)/(1 + e) and its like, e = exp(-2 a)."""

    def small(argument: sp.Expr) -> sp.Expr:
        return sp.exp(sp.expand(-2 * argument))

    def root(argument: sp.Expr) -> sp.Expr:
        return sp.exp(sp.expand(-argument))

    forms = {
        sp.tanh: lambda a: (1 - small(a)) / (1 + small(a)),
        sp.coth: lambda a: (1 + small(a)) / (1 - small(a)),
        sp.cosh: lambda a: (1 + small(a)) / (2 * root(a)),
        sp.sinh: lambda a: (1 - small(a)) / (2 * root(a)),
        sp.sech: lambda a: 2 * root(a) / (1 + small(a)),
        sp.csch: lambda a: 2 * root(a) / (1 - small(a)),
    }
    for function, form in forms.items():
        node = node.replace(function, form)
    return node
