"""The numbers of an mpmath context, with the functions that mpmath lacks, is slow in, or would fill the memory for."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any

import sympy as sp

from analytics.evaluation.bracketing import bracketed
from analytics.evaluation.contexts import KEPT, kept_context, new_context
from analytics.evaluation.mpmath_types import Context
from analytics.evaluation.translation import Arithmetic, Function, constant_of, function_of

FUNCTIONS = 64
"""Functions kept, at each precision."""

GROWTH = 10_000
"""Bits of the largest argument of exp, sinh and cosh."""


def mpmath_arithmetic(context: Any) -> Arithmetic:
    """The numbers of an mpmath context at the precision it has now.

    Constants are exact to a few bits more than that precision before they are rounded. exp, sinh and cosh
    of arguments beyond 2**GROWTH, and powers like them, raise OverflowError instead of filling the memory.
    """
    names = "sqrt root sin cos tan cot asin acos atan tanh coth asinh acosh atanh erf erfc sign re im arg"
    functions: dict[str, Function] = {name: getattr(context, name) for name in names.split()}
    for name in ("exp", "sinh", "cosh"):
        functions[name] = _bounded(context, name)
    functions["power"] = _bounded_power(context)
    functions |= {"log": context.ln, "Abs": context.fabs, "conjugate": context.conj, "Min": min, "Max": max}
    functions["undefined"] = lambda: context.nan
    functions["smaller_difference"] = lambda a, b, c, d: a - b if a + b <= c + d else c - d
    functions["up_to"] = lambda x, last, value: value if x <= last else context.nan

    def atan2(y: Any, x: Any) -> Any:
        y, x = context.convert(y), context.convert(x)
        if y.imag or x.imag:
            raise ValueError("atan2 of complex numbers")
        # of two infinities mpmath makes an angle, which hides that digits were lost
        return context.nan if context.isinf(y) and context.isinf(x) else context.atan2(y.real, x.real)

    def constant(value: sp.Expr) -> Any:
        if value.is_Rational:
            return context.mpf(int(value.p)) / int(value.q)
        if value.is_NumberSymbol or value == sp.I:
            return {sp.pi: +context.pi, sp.E: +context.e, sp.I: context.j}[value]
        precision = context.prec
        try:
            context.prec = precision + 30
            guarded = constant_of(value, arithmetic)
        finally:
            context.prec = precision
        return +guarded

    functions |= {"InverseProfile": lambda profile: inverse_profile(profile, context)}
    functions |= {"erfinv": erfinv(context), "atan2": atan2}
    arithmetic = Arithmetic(constant, functions)
    return arithmetic


class _Kept(threading.local):
    """The arithmetics of one thread, by their bits, each with its context and what makes functions in its numbers."""

    def __init__(self) -> None:
        self.arithmetics: dict[int, tuple[Context, Arithmetic, Callable[..., Function]]] = {}


_kept = _Kept()


def kept_arithmetic(digits: int) -> tuple[Context, Arithmetic]:
    """This thread's context with `digits` digits, and its numbers."""
    context, arithmetic, _ = _kept_with_functions(digits)
    return context, arithmetic


def kept_function(arguments: tuple[sp.Symbol, ...], expression: sp.Expr, digits: int) -> Function:
    """`function_of` in the numbers of `kept_arithmetic`: the latest are kept, as one law is asked at many points."""
    return _kept_with_functions(digits)[2](arguments, expression)


def _kept_with_functions(digits: int) -> tuple[Context, Arithmetic, Callable[..., Function]]:
    context, kept = kept_context(digits), _kept.arithmetics
    found = kept.get(context.prec)
    if found is None or found[0] is not context:
        if len(kept) >= KEPT:
            kept.clear()
        arithmetic = mpmath_arithmetic(context)
        functions = lru_cache(FUNCTIONS)(partial(function_of, arithmetic=arithmetic))
        found = kept[context.prec] = context, arithmetic, functions
    return found


def _bounded(context: Any, name: str) -> Function:
    function = getattr(context, name)

    def bounded(argument: Any) -> Any:
        if GROWTH < context.mag(argument) < context.inf:
            raise OverflowError(f"{name} of a number beyond 2**{GROWTH}")
        return function(argument)

    return bounded


def _bounded_power(context: Any) -> Function:
    def power(base: Any, exponent: Any) -> Any:
        base, exponent = context.convert(base), context.convert(exponent)
        if base and GROWTH < context.mag(exponent) < context.inf:
            growth = context.mag(exponent * context.ln(base))
            if GROWTH < growth < context.inf:
                raise OverflowError(f"a power with an exponent beyond 2**{GROWTH}")
        return context.power(base, exponent)

    return power


def erfinv(context: Any) -> Function:
    """The inverse error function on (-1, 1): Newton's method at doubling precision, by erfc in the tail.

    mpmath's own takes seconds where this takes milliseconds.
    """

    def inverse(argument: Any) -> Any:
        target = context.convert(argument)
        if target.imag or abs(target) >= 1:
            return context.erfinv(target)
        if target < 0:
            return -inverse(-target)
        if target == 0:
            return target
        own = new_context(15)
        tail = own.one
        own.prec = 60 - min(0, target._mpf_[2])
        tail = own.one - own.convert(target)  # exact
        own.prec = 60
        is_tail = tail < 0.5
        found = own.convert(target) * own.sqrt(own.pi) / 2
        if target > 0.01:  # S. Winitzki's approximation, right to some thousandths
            logarithm = own.log(tail * (1 + target))
            middle = 2 / (0.147 * own.pi) + logarithm / 2
            found = own.sqrt(own.sqrt(middle * middle - logarithm / 0.147) - middle)
        steps = 0
        while True:
            own.prec = min(2 * own.prec, context.prec + 20) if steps >= 3 else own.prec
            scale = own.sqrt(own.pi) / 2 * own.exp(found * found)
            if is_tail:
                here = own.erfc(found)
                change = here * scale * own.log(here / tail)
            else:
                change = (own.convert(target) - own.erf(found)) * scale
            found += change
            steps += 1
            if (
                steps > 3
                and own.prec >= context.prec + 20
                and own.mag(change) < own.mag(found) - own.prec // 2 - 4
            ):
                return +context.convert(found)

    return inverse


def inverse_profile(profile: sp.Lambda, context: Any) -> Function:
    """psi: R -> the P with rho(P) = R, odd, infinite from the saturation on; numbers of `context`."""
    contexts: dict[int, tuple[Any, Function]] = {}

    def rho_at(precision: int) -> tuple[Any, Function]:
        if precision not in contexts:
            own = new_context(15)
            own.prec = precision
            contexts[precision] = own, function_of(profile.variables, profile.expr, mpmath_arithmetic(own))
        return contexts[precision]

    def psi(output: Any) -> Any:
        output = context.convert(output)
        if output < 0:
            return -psi(-output)
        if output == 0:
            return output
        (own, rho), (sharp, sharp_rho) = rho_at(context.prec + 20), rho_at(4 * context.prec + 80)
        target, noise = own.convert(output), sharp.mpf(2) ** (-3 * context.prec)

        def is_reached(drive: Any) -> bool:
            """Seen with more digits where rho has come to its saturation, to which it rounds."""
            value = rho(drive)
            if abs(value - target) > 64 * own.eps * target:
                return bool(value > target)
            return bool(sharp_rho(sharp.convert(drive)) > sharp.convert(target) * (1 + noise))

        high = 2 * target
        while not is_reached(high):
            high = high * high if high > 4 else 2 * high
            if own.mag(high) > 4 * context.prec + 1000:
                return context.inf
        found = bracketed(lambda drive: rho(drive) - target, target / 2, high, own.eps * 16, own)
        return +context.convert(found)

    return psi
