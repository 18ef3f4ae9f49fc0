"""Activations: smooth, phase-preserving sigmoids of unit gain.

    phi(z) = rho(|z|) z / |z|,      rho(r) = r - c r^(p+1) + ...,      psi = rho^(-1)

An entry of `PROFILES` is all that a new activation takes; its inverse, order and coefficient are found.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import NoReturn

import sympy as sp
from sympy.solvers.solveset import invert_real

from analytics.errors import ActivationError, unknown_name
from analytics.exclusive import in_turn
from analytics.expressions import series
from analytics.expressions.intervals import decimal
from analytics.expressions.inverse_profile import InverseProfile
from analytics.expressions.notation import Constant, R, r
from analytics.network.acceptance import (
    HIGHEST_ORDER,
    contracts,
    examine,
    inverts,
    leading_nonlinearity,
    saturation,
)
from analytics.network.constants import examine_constants, examine_pairs, family, plain

PROBE = sp.Rational(1, 2)
"""A value of a constant that is left open, with which the profile is looked at."""

PROFILES: dict[str, sp.Expr] = {
    "algebraic": r / sp.sqrt(1 + r**2),
    "tanh": sp.tanh(r),
    "arctan": 2 / sp.pi * sp.atan(sp.pi * r / 2),
    "erf": sp.erf(sp.sqrt(sp.pi) * r / 2),
    "quartic": r / (1 + r**4) ** sp.Rational(1, 4),
}
"""Name -> radial profile rho(r)."""


@dataclass(frozen=True, slots=True)
class Activation:
    """phi(z) = rho(|z|) z/|z| with the radial profile rho.

    profile: rho as an exact expression in `notation.r` and the constants.
    inverse: psi as an expression in `notation.R` and the constants, or None to have it found.
    constants: ((symbol, value), ...), named as those of a kernel; None for a value that is left open. Those whatever
    whose values rho is proved to be a sigmoid stay, as symbols of the kind that `notation.Constant` is.
    relations: between the constants given, as those of a kernel; symbol = value for one of which that is not proved.

    Raises ActivationError unless rho is one smooth formula, real, odd with rho'(0) = 1, increasing, bounded and
    below r for r > 0, as `acceptance` finds out, and for a constant left open that `constants` does not prove to be
    without consequence for that. A closed inverse is looked for, and kept if it inverts at six radii
    to 100 digits; one that is given must be one smooth formula too.
    """

    name: str
    profile: sp.Expr
    inverse: sp.Expr | None = None
    constants: tuple[tuple[sp.Symbol, sp.Expr | None], ...] = ()
    relations: tuple[sp.Eq, ...] = ()

    @in_turn
    def __post_init__(self) -> None:
        if self.is_general:
            return
        if not self.constants:
            examine(self.name, self.profile, self.inverse)
            return
        refuse = partial(_refuse, self.name)
        examine_pairs(refuse, "constants", tuple((s, PROBE if v is None else v) for s, v in self.constants))
        values = {symbol: PROBE if value is None else plain(value) for symbol, value in self.constants}
        examine_constants(refuse, tuple(values.items()))
        opened = {symbol.name for symbol, value in self.constants if value is None}
        try:
            _valued(self.name, self.profile, self.inverse, values)
            found = family(self.name, self.profile, self.inverse, tuple(values.items()))
        except ActivationError as error:
            if not opened:
                raise
            raise _unset(self.name, min(opened)) from error
        if lost := opened & {symbol.name for relation in found.relations for symbol in relation.free_symbols}:
            raise _unset(self.name, min(lost))
        kept = tuple((s, None if s.name in opened else value) for s, value in found.constants)
        for field, form in (
            ("profile", found.profile),
            ("inverse", found.inverse),
            ("constants", kept),
            ("relations", (*self.relations, *found.relations)),
        ):
            object.__setattr__(self, field, form)

    @property
    def is_general(self) -> bool:
        """Is it `general`, which stands for every activation with the same first terms?"""
        return self.constants[-len(OPEN) :] == OPEN

    @property
    def has_open_order(self) -> bool:
        """Is the order a symbol?"""
        return self.is_general and self.constants != OPEN

    @property
    def valued(self) -> Activation:
        """The same with the values of its constants inserted. Raises ActivationError for one without a value."""
        if not self.constants:
            return self
        for symbol, value in self.constants:
            if value is None and self.is_general:
                need = f"the constant {symbol} must have a value, and in general it has none"
                _refuse(
                    self.name,
                    need,
                    "none",
                    "Name an activation, or insert one: derivations.instances.instance.",
                )
            if value is None:
                raise _unset(self.name, symbol.name)
        return _valued(self.name, self.profile, self.inverse, dict(self.constants))

    def rho(self, modulus: sp.Expr) -> sp.Expr:
        """The profile rho at a non-negative `modulus`."""
        return self.profile.xreplace({r: modulus})

    def psi(self, output: sp.Expr) -> sp.Expr:
        """The inverse profile at 0 <= `output` < saturation: a closed form, else an `InverseProfile`."""
        closed = _closed_inverse(self)
        if closed is None:
            return InverseProfile(sp.Lambda(r, self.profile), output)
        return closed.xreplace({R: output})

    @property
    def has_closed_inverse(self) -> bool:
        return _closed_inverse(self) is not None

    def phi(self, value: sp.Expr) -> sp.Expr:
        """The activation of a complex `value` that is not 0."""
        return self.rho(sp.Abs(value)) * value / sp.Abs(value)

    def slope(self, modulus: sp.Expr) -> sp.Expr:
        """rho'(r), the gain of a small radial change."""
        return _derivative(self).xreplace({r: modulus})

    @property
    def order(self) -> int | sp.Symbol:
        """p: the order of the nonlinearity, even; `ORDER` where that is open."""
        return ORDER if self.has_open_order else leading_nonlinearity(self.name, self.profile)[0]

    @property
    def coefficient(self) -> sp.Expr:
        """c > 0 in rho(r) = r - c r^(p+1) + ..."""
        return COEFFICIENTS[0] if self.is_general else leading_nonlinearity(self.name, self.profile)[1]

    @property
    def saturation(self) -> sp.Expr:
        """The supremum of rho, its limit at infinity; oo where it does not enter, in general."""
        return sp.oo if self.is_general else saturation(self.name, self.profile)

    @property
    def scales(self) -> dict[sp.Symbol, sp.Expr]:
        """The constants b that set the unit of amplitudes, each with its power a: rho(r; t b) = rho(u r; b)/u, u = t^a.

        A network with t b is that with b, its inputs multiplied by u, its amplitudes divided by u.
        """
        return {} if self.is_general else _scales(self)

    @property
    def contracts(self) -> bool:
        """Is rho' <= 1 everywhere? Then phi brings no two states apart, and there is one steady state.

        Proved for the profiles that `sigmoid` knows, either way for roots of rational functions; else looked for.
        """
        return bool(self.constants) or contracts(
            self.profile
        )  # of constants that stay symbols that is proved

    def taylor(self, order: int) -> series.Series:
        """Coefficients of rho up to r**order."""
        return series.taylor(self.profile, r, order)

    def inverse_taylor(self, order: int) -> series.Series:
        """Coefficients of psi up to R**order, by reversion of the series of rho."""
        return series.reversion(self.taylor(order))


def activation(name: str) -> Activation:
    """The activation of that name in `PROFILES`. Raises UnknownNameError."""
    if name not in PROFILES:
        raise unknown_name("choosing an activation", "activation", name, PROFILES)
    return _named(name, PROFILES[name], None)


COEFFICIENTS = tuple(Constant(f"{name}_phi", positive=True) for name in "cdef")
"""Of psi in general: of R^(p+1), R^(2p+1), ... They are as many as the laws need."""

ORDER = Constant("p", positive=True)
"""The order of the nonlinearity in general, where it is left open."""

OPEN = tuple((symbol, None) for symbol in COEFFICIENTS)


def general(order: int | sp.Expr | None = None) -> Activation:
    """The activation of which psi(R) = R + c R^(p+1) + d R^(2p+1) + ... is known, and no more; p even, the order.

    The order stays the symbol `ORDER` unless it is given. For c, d, ... > 0 the polynomial rises faster than R, so that
    rho, its inverse, is smooth, odd, and rises slowly.
    Raises ActivationError for another order.
    """
    if order not in (None, *range(2, HIGHEST_ORDER + 1, 2)):
        _refuse("general", f"the order p must be even, from 2 to {HIGHEST_ORDER}", order, "Choose p = 2.")
    p, constants = (ORDER, ((ORDER, None), *OPEN)) if order is None else (order, OPEN)
    inverse = R + sp.Add(*(value * R ** (n * p + 1) for n, value in enumerate(COEFFICIENTS, start=1)))
    return Activation("general", InverseProfile(sp.Lambda(R, inverse), r), inverse, constants)


@lru_cache(maxsize=256)
@in_turn
def gains(entry: Activation) -> tuple[sp.Expr, sp.Expr]:
    """(g_r, g_t) of a small change along and across a state of amplitude R: 1/psi'(R) and R/psi(R).

    Simplified; where psi has no closed form, g_r is rho' at psi(R).
    """
    inverse = entry.psi(R)
    if not entry.has_closed_inverse:
        return entry.slope(inverse), R / inverse
    return sp.simplify(1 / sp.diff(inverse, R)), sp.simplify(R / inverse)


@lru_cache(maxsize=256)
def _named(name: str, profile: sp.Expr, inverse: sp.Expr | None) -> Activation:
    """The same object for the same activation, so that it is examined once."""
    return Activation(name, profile, inverse)


def _valued(
    name: str, profile: sp.Expr, inverse: sp.Expr | None, values: Mapping[sp.Symbol, sp.Expr]
) -> Activation:
    return _named(name, profile.xreplace(values), None if inverse is None else inverse.xreplace(values))


def _unset(name: str, constant: str) -> ActivationError:
    return ActivationError(
        f"Activation '{name}'",
        f"the constant {constant} must have a value, for this or for rho to be a sigmoid",
        "none",
        f"Set {constant}.",
    )


def _refuse(name: str, requirement: str, received: object, remedy: str) -> NoReturn:
    raise ActivationError(f"Activation '{name}'", requirement, received, remedy)


@lru_cache(maxsize=256)
@in_turn
def _derivative(entry: Activation) -> sp.Expr:
    # term by term: SymPy would look for a common form of tanh and erf for minutes
    return sp.Add(*(sp.simplify(sp.diff(term, r)) for term in sp.Add.make_args(entry.profile)))


@lru_cache(maxsize=256)
@in_turn
def _scales(entry: Activation) -> dict[sp.Symbol, sp.Expr]:
    """The power is that of c; that unit rho(r/unit; b unit^(1/a)) holds no unit is shown by simplification."""
    unit = sp.Dummy("unit", positive=True)
    found = {}
    for symbol, _ in entry.constants:
        rest, degree = sp.factor(entry.coefficient).as_coeff_exponent(symbol)
        if degree == 0 or rest.has(symbol):
            continue
        power = degree / entry.order
        scaled = unit * entry.profile.xreplace({r: r / unit, symbol: symbol * unit ** (1 / power)})
        if not sp.simplify(scaled).has(unit):
            found[symbol] = power
    return found


@lru_cache(maxsize=256)
@in_turn
def _closed_inverse(entry: Activation) -> sp.Expr | None:
    """psi(R), by the first of these that gives it: the entry, inverse functions, a binomial equation."""
    if entry.inverse is not None:
        return entry.inverse
    values = {symbol: PROBE if value is None else value for symbol, value in entry.constants}
    bend = decimal(entry.coefficient.xreplace(values) ** sp.Rational(-1, entry.order), 6)
    for candidate in (_inverse_by_functions(entry.profile), _inverse_by_powers(entry.profile)):
        if candidate is not None and inverts(
            candidate.xreplace(values), entry.profile.xreplace(values), bend
        ):
            return candidate
    return None


def _inverse_by_functions(profile: sp.Expr) -> sp.Expr | None:
    """Peel one-to-one functions off where r occurs once."""
    if profile.count(r) > 1:
        return None
    try:
        left, right = invert_real(profile, R, r)
    except (
        TypeError,
        ValueError,
        NotImplementedError,
    ):  # SymPy 1.14 compares what has R in it, as for tan(tanh(r))
        return None
    if left != r:
        return None
    candidates = [piece for piece in right.atoms(sp.FiniteSet) if len(piece) == 1]
    return candidates[0].args[0] if candidates else None


def _inverse_by_powers(profile: sp.Expr) -> sp.Expr | None:
    """Solve rho**n = R**n where that is a linear equation in a power of r."""
    for exponent in range(1, HIGHEST_ORDER + 1):
        if profile.has(sp.Function):
            return None
        raised = sp.powdenest(profile**exponent)
        if not raised.is_rational_function(r):
            continue
        numerator, denominator = sp.fraction(sp.together(raised))
        equation = sp.Poly(sp.expand(numerator - R**exponent * denominator), r)
        terms = equation.as_dict()
        powers = sorted(power for (power,) in terms)
        if len(powers) == 2 and powers[0] == 0:
            return _positive_root(-terms[(0,)], terms[(powers[1],)], powers[1])
        return None
    return None


def _positive_root(numerator: sp.Expr, denominator: sp.Expr, degree: int) -> sp.Expr:
    """(numerator / denominator) ** (1 / degree) for small R > 0, the power of R drawn out of the root."""
    if denominator.subs(R, 0).is_negative:
        numerator, denominator = -numerator, -denominator
    rest, power = sp.expand(numerator).as_coeff_exponent(R)
    root = sp.Rational(1, degree)
    return R ** (power * root) * rest**root / sp.expand(denominator) ** root
