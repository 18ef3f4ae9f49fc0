"""Is a radial profile a sigmoid of unit gain? What is refused is told with the radius or the number that shows it.

- Form: one smooth formula in r, of exact numbers.
- At 0, by exact series: rho(0) = 0, rho'(0) = 1, a first nonlinearity -c r**(p+1) with c > 0. Odd: rho(-r) = -rho(r)
  by its form or at five radii to 60 digits, else by the series up to r**17.
- For r > 0: real, increasing and below r, as proved by `sigmoid` or looked through by `scan`.
- At infinity: bounded, with a limit that is an exact number.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NoReturn

import sympy as sp

from analytics.errors import ActivationError, DerivationError
from analytics.exclusive import in_turn
from analytics.expressions import series
from analytics.expressions.intervals import (
    Interval,
    SingularError,
    decimal,
    enclosed,
    intervals,
    narrow,
    shown,
    sign,
    vanishes,
)
from analytics.expressions.notation import R, r
from analytics.network import scan, sigmoid

HIGHEST_ORDER = 16
"""Orders p of the nonlinearity are looked for up to this one."""

SCALES = (sp.Rational(1, 100), sp.Integer(10_000))
"""Radii c**(-1/p) at which a profile may bend: inside those of the scan, and of the checks of derivations."""

MIRRORED = tuple(sp.Rational(part, 29) for part in (3, 11, 23, 37, 71))
"""Radii at which rho(-r) is compared with -rho(r)."""


def examine(name: str, profile: sp.Expr, inverse: sp.Expr | None) -> None:
    """Raise ActivationError unless the profile is a sigmoid of unit gain, and `inverse` inverts it."""
    _examine_form(name, profile, inverse)
    known = sigmoid.is_known_to_rise_below(profile, sp.S.One)
    density = 4 if known else scan.PER_DECADE
    grid = scan.radii(density)
    values = [_real_value(name, profile, radius) for radius in grid]
    _examine_rise(name, grid, values)
    _examine_origin(name, profile)
    _examine_below(name, grid, values)
    order, coefficient = leading_nonlinearity(name, profile)
    bend = decimal(coefficient ** sp.Rational(-1, order), 6)
    if not SCALES[0] <= bend <= SCALES[1]:
        _refuse(
            name,
            f"rho must bend at a radius c**(-1/p) between {SCALES[0]} and {SCALES[1]}",
            bend,
            "Measure the state in a unit of that size.",
        )
    further = [radius * grid[-1] for radius in scan.radii(density) if 1 < radius <= bend]
    _examine_rise(name, further, [_real_value(name, profile, radius) for radius in further])
    power = sigmoid.rational_power(profile)
    if power is not None:
        if not power.is_increasing:
            _refuse_fall(name, f"rho = {profile}, whose slope has a zero by Sturm's theorem")
        if not power.lies_below(sp.S.One):
            _refuse_above(name, f"rho = {profile}, which meets r by Sturm's theorem")
    elif not known:
        _examine_between(
            name, profile, [radius for radius in grid + further if bend / 16 < radius < 32 * bend]
        )
    saturation(name, profile)
    if inverse is not None and not inverts(inverse, profile, bend):
        _refuse(
            name, "psi(rho(r)) = r must hold", f"psi = {inverse}", "Leave the inverse out to have it found."
        )


@lru_cache(maxsize=256)
@in_turn
def leading_nonlinearity(name: str, profile: sp.Expr) -> tuple[int, sp.Expr]:
    """(p, c) of rho(r) = r - c r**(p+1) + ..."""
    for highest in (5, 9, HIGHEST_ORDER + 1):
        coefficients = _coefficients(name, profile, highest)
        powers = series.nonzero_powers(coefficients[2:])
        if powers:
            power = powers[0] + 2
            return power - 1, -coefficients[power]
    if profile.is_polynomial(r):
        raise ActivationError(
            f"Activation '{name}'",
            "rho must be bounded",
            f"rho = {profile}, linear at every size",
            "Choose a profile that saturates.",
        )
    raise ActivationError(
        f"Activation '{name}'",
        f"a nonlinearity of order p <= {HIGHEST_ORDER} is needed",
        f"rho = {profile}, linear to that order",
        "Choose a profile that bends earlier.",
    )


@lru_cache(maxsize=256)
@in_turn
def contracts(profile: sp.Expr) -> bool:
    """Is rho' <= 1 everywhere? Proved where `sigmoid` knows it, else as far as `scan` sees."""
    if sigmoid.is_known_to_contract(profile, sp.S.One):
        return True
    if sigmoid.rational_power(profile) is not None:
        return False
    excess, grid = scan.slope(profile) - 1, scan.radii(scan.PER_DECADE)
    found = (scan.value(excess, radius) for radius in grid)
    return (
        not any(steep is not None and steep.a > 0 for steep in found)
        and scan.negative_at(-excess, grid) is None
    )


def saturation(name: str, profile: sp.Expr) -> sp.Expr:
    """The supremum of rho, its limit at infinity. Raises ActivationError where there is none, or none is found."""
    found = scan.limit(profile)
    if found is None:
        _refuse(
            name,
            "rho must come to a limit at infinity",
            f"rho = {profile}, whose limit is not found",
            "Write it so that the limit is seen, or choose a profile that saturates.",
        )
    if found is sp.oo:
        _refuse(
            name,
            "rho must be bounded",
            f"rho = {profile}, whose limit is oo",
            "Choose a profile that saturates.",
        )
    return found


def inverts(inverse: sp.Expr, profile: sp.Expr, bend: sp.Expr) -> bool:
    """Does psi(rho(r)) = r hold, at 100 digits for six radii over the domain?"""
    if sigmoid.stranger(inverse.xreplace({R: r})) is not None:
        return False
    unit = sp.Rational(round(1000 * min(bend, 1)), 1000)
    radii = [unit * sp.Rational(*part) for part in ((1, 1000), (1, 7), (9, 10), (2, 1), (4, 1), (8, 1))]
    composed = inverse.xreplace({R: profile})
    try:
        misses = [narrow(composed, {r: radius}, 100) / enclosed(radius) - 1 for radius in radii]
    except SingularError:
        return False
    return all(abs(miss) < intervals(400).mpf("1e-100") for miss in misses)


def _examine_form(name: str, profile: sp.Expr, inverse: sp.Expr | None) -> None:
    """One smooth formula in one variable, with exact numbers and of moderate size."""
    sides = [("rho", profile, r)]
    if inverse is not None:
        sides.append(("psi", inverse, R))
    for side, expression, variable in sides:
        if not isinstance(expression, sp.Expr):
            _refuse(
                name, f"{side} must be a SymPy expression", repr(expression), "Use network(...) to read text."
            )
        strangers = expression.free_symbols - {variable}
        if strangers:
            _refuse(
                name,
                f"{side} may depend on {variable} alone",
                f"{side} = {expression} with {', '.join(sorted(map(str, strangers)))}",
                "Give every other constant a value.",
            )
        if not expression.has(variable):
            _refuse(name, f"{side} must depend on {variable}", expression, f"Write it in {variable}.")
        if expression.has(sp.Float):
            _refuse(
                name,
                f"the numbers in {side} must be exact",
                f"{side} = {expression}",
                "Write fractions, such as 1/2 for 0.5.",
            )
    for what, size, most in (
        ("operations", int(profile.count_ops()), sigmoid.MOST_OPERATIONS),
        ("functions inside one another", sigmoid.nesting(profile), sigmoid.MOST_NESTED),
        ("in an exponent", int(sigmoid.largest_exponent(profile)), sigmoid.HIGHEST_EXPONENT),
    ):
        if size > most:
            _refuse(name, f"rho may have at most {most} {what}", size, "Write it in a simpler form.")
    for side, expression, variable in sides:
        if (part := sigmoid.stranger(expression.xreplace({variable: r}))) is not None:
            _refuse(
                name,
                f"{side} must be one smooth formula, without case distinctions, moduli or variable exponents",
                f"the part {part.xreplace({r: variable})}",
                "Write it with sqrt, exp, tanh and the like.",
            )


def _examine_rise(name: str, grid: Sequence[sp.Rational], found: Sequence[Interval]) -> None:
    for (lower, below), (upper, above) in pairwise(zip(grid, found, strict=True)):
        if below.a > above.b:
            digits = next(n for n in range(6, scan.DIGITS + 6) if shown(below, n) != shown(above, n))
            values = (
                f"rho({lower.n(4)!s}) = {shown(below, digits)}",
                f"rho({upper.n(4)!s}) = {shown(above, digits)}",
            )
            _refuse_fall(name, " and ".join(values))


def _examine_below(name: str, grid: Sequence[sp.Rational], values: Sequence[Interval]) -> None:
    for radius, found in zip(grid, values, strict=True):
        if found.a > enclosed(radius).b:
            _refuse_above(name, f"rho({radius.n(10)!s}) = {shown(found, 10)}")


def _examine_between(name: str, profile: sp.Expr, grid: Sequence[sp.Rational]) -> None:
    """Increasing, and below r, between the radii of a grid around the bend."""
    rise = scan.slope(profile)
    falls = scan.negative_at(rise, grid)
    if falls is not None:
        _refuse_fall(name, f"rho'({falls.n(10)!s}) = {shown(narrow(rise, {r: falls}, 10), 6)}")
    if not contracts(profile):
        exceeds = scan.negative_at(1 - profile / r, grid)
        if exceeds is not None:
            _refuse_above(name, f"rho({exceeds.n(10)!s}) = {shown(narrow(profile, {r: exceeds}, 20), 20)}")


def _examine_origin(name: str, profile: sp.Expr) -> None:
    """Smooth, of unit gain, odd, and bending down at 0."""
    constant, gain = _coefficients(name, profile, 1)
    if constant != 0:
        remedy = "Subtract its value there." if vanishes(constant) is False else _seen(0)
        _refuse(name, "rho must vanish at 0", f"rho(0) = {constant}", remedy)
    if gain == 0:
        _refuse(name, "the gain rho'(0) must be 1", "0", "Choose a profile that begins with r.")
    if gain != 1:
        remedy = f"Divide the profile by {gain}." if vanishes(gain - 1) is False else _seen(1)
        _refuse(name, "the gain rho'(0) must be 1", gain, remedy)
    if not _is_odd(profile):
        for order in (3, 5, 9, HIGHEST_ORDER + 1):
            coefficients = _coefficients(name, profile, order)
            for power in series.nonzero_powers(coefficients):
                if power % 2 == 0:
                    _refuse(
                        name,
                        "rho must be odd, phi smooth at 0",
                        f"a term {coefficients[power] * r**power}, with which p would be {power - 1}",
                        "Use even powers of r beside the first.",
                    )
    order, coefficient = leading_nonlinearity(name, profile)
    if sign(coefficient) != 1:
        _refuse_above(name, f"rho = r + {-coefficient * r ** (order + 1)} + ...")


def _is_odd(profile: sp.Expr) -> bool:
    """By its form, or to 60 digits at the radii `MIRRORED`."""
    total = sp.expand(profile.xreplace({r: -r}) + profile)
    if total == 0:
        return True
    try:
        sums = [narrow(total, {r: radius}, 60) for radius in MIRRORED]
    except SingularError:
        return False
    return all(0 in found and found.delta < intervals(200).mpf("1e-60") for found in sums)


def _seen(number: int) -> str:
    return f"Simplify the profile until that is seen to be {number}."


def _coefficients(name: str, profile: sp.Expr, order: int) -> series.Series:
    try:
        return series.taylor(profile, r, order)
    except DerivationError as error:
        is_seen = isinstance(error, series.NotSmoothError)
        raise ActivationError(
            f"Activation '{name}'",
            "rho must be smooth at 0",
            f"rho = {profile}, {f'with {error.received}' if is_seen else 'whose Taylor series is not found'}",
            "Choose a profile with a Taylor series in odd powers of r.",
        ) from error


def _real_value(name: str, profile: sp.Expr, radius: sp.Expr) -> Interval:
    value = scan.value(profile, radius)
    if value is None:
        _refuse(
            name,
            "rho must be real and finite",
            f"rho = {profile}, which is not at r = {radius.n(4)!s}",
            "Choose a real profile without poles.",
        )
    if not value.delta < intervals(scan.BITS).mpf("inf"):
        _refuse(
            name,
            "rho must be made of terms of which the sum is known",
            f"rho = {profile}, whose terms are too large at r = {radius.n(4)!s}",
            "Write it so that none of its terms overflows.",
        )
    return value


def _refuse_fall(name: str, received: str) -> NoReturn:
    _refuse(name, "rho must increase", received, "Choose an increasing profile.")


def _refuse_above(name: str, received: str) -> NoReturn:
    _refuse(
        name,
        "rho must stay below r",
        received,
        "Choose a profile that bends down, and stays below the identity.",
    )


def _refuse(name: str, requirement: str, received: object, remedy: str) -> NoReturn:
    raise ActivationError(f"Activation '{name}'", requirement, received, remedy)
