"""Activations: smooth, phase-preserving sigmoids of unit gain.

    phi(z) = rho(|z|) z / |z|,      rho(r) = r - c r^(p+1) + ...,      psi = rho^(-1)

An entry of `PROFILES` is all that a new activation takes; its inverse, order and coefficient are found.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import NoReturn

import sympy as sp
from sympy.solvers.solveset import invert_real

from analytics.errors import ActivationError, DerivationError, unknown_name
from analytics.exclusive import in_turn
from analytics.expressions import series
from analytics.expressions.inverse_profile import InverseProfile
from analytics.expressions.notation import R, r
from analytics.network import sigmoid

PROFILES: dict[str, sp.Expr] = {
    "algebraic": r / sp.sqrt(1 + r**2),
    "tanh": sp.tanh(r),
    "arctan": 2 / sp.pi * sp.atan(sp.pi * r / 2),
    "erf": sp.erf(sp.sqrt(sp.pi) * r / 2),
    "quartic": r / (1 + r**4) ** sp.Rational(1, 4),
}
"""Name -> radial profile rho(r)."""

HIGHEST_ORDER = 16
"""Orders p of the nonlinearity are looked for up to this one."""

SCALES = (sp.Rational(1, 100), sp.Integer(10_000))
"""Radii c**(-1/p) at which a profile may bend: inside those of the samples, and of the checks of derivations."""


@dataclass(frozen=True, slots=True)
class Activation:
    """phi(z) = rho(|z|) z/|z| with the radial profile rho.

    profile: rho as an exact expression in `notation.r` and nothing else.
    inverse: psi as an expression in `notation.R`, or None to have it found.

    Raises ActivationError unless rho is one smooth formula, real, odd with rho'(0) = 1, increasing, bounded and
    below r for r > 0. Exact are the gain, the limit at infinity, and oddness (where replacing r by -r does not
    show it, up to r**17). Increasing and below r are proved for roots of rational functions, and for sums of
    tanh, atan, erf and asinh of such; of other profiles they are sampled, and so is their being real, for all:
    see `sigmoid`. A closed inverse is looked for, and kept if it inverts at six radii to 100 digits; one that is
    given must be one smooth formula too.
    """

    name: str
    profile: sp.Expr
    inverse: sp.Expr | None = None

    @in_turn
    def __post_init__(self) -> None:
        _examine_form(self)
        _examine_shape(self)
        if self.inverse is not None:
            _examine_inverse(self, self.inverse)

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
    def order(self) -> int:
        """p: the order of the nonlinearity, even."""
        return _leading_nonlinearity(self)[0]

    @property
    def coefficient(self) -> sp.Expr:
        """c > 0 in rho(r) = r - c r^(p+1) + ..."""
        return _leading_nonlinearity(self)[1]

    @property
    def saturation(self) -> sp.Expr:
        """The supremum of rho, its limit at infinity."""
        return _saturation(self)

    @property
    def contracts(self) -> bool:
        """Is rho' <= 1 everywhere? Then phi brings no two states apart, and there is one steady state.

        Proved for the profiles that `sigmoid` knows, either way for roots of rational functions; else sampled.
        """
        return _contracts(self)

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
    return _named(name)


@cache
@in_turn
def gains(entry: Activation) -> tuple[sp.Expr, sp.Expr]:
    """(g_r, g_t) of a small change along and across a state of amplitude R: 1/psi'(R) and R/psi(R).

    Simplified; where psi has no closed form, g_r is rho' at psi(R).
    """
    inverse = entry.psi(R)
    if not entry.has_closed_inverse:
        return entry.slope(inverse), R / inverse
    return sp.simplify(1 / sp.diff(inverse, R)), sp.simplify(R / inverse)


@cache
@in_turn
def _named(name: str) -> Activation:
    return Activation(name, PROFILES[name])


@cache
@in_turn
def _derivative(entry: Activation) -> sp.Expr:
    # term by term: SymPy would look for a common form of tanh and erf for minutes
    return sp.Add(*(sp.simplify(sp.diff(term, r)) for term in sp.Add.make_args(entry.profile)))


@cache
@in_turn
def _leading_nonlinearity(entry: Activation) -> tuple[int, sp.Expr]:
    for highest in (5, 9, HIGHEST_ORDER + 1):
        powers = series.nonzero_powers(entry.taylor(highest)[2:])
        if powers:
            power = powers[0] + 2
            return power - 1, -entry.taylor(highest)[power]
    raise ActivationError(
        f"Activation '{entry.name}'",
        f"a nonlinearity of order p <= {HIGHEST_ORDER} is needed",
        f"rho = {entry.profile}, linear to that order",
        "Choose a profile that bends earlier.",
    )


@cache
def _contracts(entry: Activation) -> bool:
    if sigmoid.is_known_to_contract(entry.profile, sp.S.One):
        return True
    if sigmoid.rational_power(entry.profile) is not None:
        return False
    slopes = [sigmoid.value(_derivative(entry), radius) for radius in sigmoid.radii(sigmoid.PER_DECADE)]
    return all(slope is not None and slope < 1 + sp.Float("1e-20") for slope in slopes)


@cache
@in_turn
def _saturation(entry: Activation) -> sp.Expr:
    known = sigmoid.known_limit(entry.profile)
    return sp.limit(entry.profile, r, sp.oo) if known is None else known


@cache
@in_turn
def _closed_inverse(entry: Activation) -> sp.Expr | None:
    """psi(R), by the first of these that gives it: the entry, inverse functions, a binomial equation."""
    if entry.inverse is not None:
        return entry.inverse
    for candidate in (_inverse_by_functions(entry.profile), _inverse_by_powers(entry.profile)):
        if candidate is not None and _inverts(entry, candidate):
            return candidate
    return None


def _inverse_by_functions(profile: sp.Expr) -> sp.Expr | None:
    """Peel one-to-one functions off where r occurs once."""
    if profile.count(r) > 1:
        return None
    left, right = invert_real(profile, R, r)
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
    if denominator.subs(R, 0) < 0:
        numerator, denominator = -numerator, -denominator
    rest, power = sp.expand(numerator).as_coeff_exponent(R)
    root = sp.Rational(1, degree)
    return R ** (power * root) * rest**root / sp.expand(denominator) ** root


def _inverts(entry: Activation, inverse: sp.Expr) -> bool:
    """Does psi(rho(r)) = r hold, at 100 digits for radii over the domain?"""
    scale = sp.Rational(round(1000 * min(_number(_scale(entry), 6), 1)), 1000)
    radii = [scale * sp.Rational(*part) for part in ((1, 1000), (1, 7), (9, 10), (2, 1), (4, 1), (8, 1))]
    return all(
        abs(_number(inverse.xreplace({R: _number(entry.rho(radius), 150)}), 130) - radius)
        < sp.Float("1e-100") * radius
        for radius in radii
    )


def _scale(entry: Activation) -> sp.Expr:
    """The radius c**(-1/p) at which a profile bends."""
    return entry.coefficient ** sp.Rational(-1, entry.order)


def _number(expression: sp.Expr, digits: int) -> sp.Expr:
    return sp.N(expression, digits)


def _examine_form(entry: Activation) -> None:
    """One smooth formula in one variable, with exact numbers and of moderate size."""
    sides = [("rho", entry.profile, r)]
    if entry.inverse is not None:
        sides.append(("psi", entry.inverse, R))
    for name, expression, variable in sides:
        if not isinstance(expression, sp.Expr):
            _refuse(
                entry,
                f"{name} must be a SymPy expression",
                repr(expression),
                "Use network(...) to read text.",
            )
        strangers = expression.free_symbols - {variable}
        if strangers:
            _refuse(
                entry,
                f"{name} may depend on {variable} alone",
                f"{name} = {expression} with {', '.join(sorted(map(str, strangers)))}",
                "Give every other constant a value.",
            )
        if not expression.has(variable):
            _refuse(entry, f"{name} must depend on {variable}", expression, f"Write it in {variable}.")
        if expression.has(sp.Float):
            _refuse(
                entry,
                f"the numbers in {name} must be exact",
                f"{name} = {expression}",
                "Write fractions, such as 1/2 for 0.5.",
            )
    profile = entry.profile
    for what, size, most in (
        ("operations", int(profile.count_ops()), sigmoid.MOST_OPERATIONS),
        ("functions inside one another", sigmoid.nesting(profile), sigmoid.MOST_NESTED),
        ("in an exponent", int(sigmoid.largest_exponent(profile)), sigmoid.HIGHEST_EXPONENT),
    ):
        if size > most:
            _refuse(entry, f"rho may have at most {most} {what}", size, "Write it in a simpler form.")
    for name, expression, variable in sides:
        if (part := sigmoid.stranger(expression.xreplace({variable: r}))) is not None:
            _refuse(
                entry,
                f"{name} must be one smooth formula, without case distinctions, moduli or variable exponents",
                f"the part {part.xreplace({r: variable})}",
                "Write it with sqrt, exp, tanh and the like.",
            )


def _examine_shape(entry: Activation) -> None:
    """Real, increasing, below r and bounded for r > 0, by the proofs and samples of `sigmoid`."""
    known = sigmoid.is_known_to_rise_below(entry.profile, sp.S.One)
    radii = sigmoid.radii(4 if known else sigmoid.PER_DECADE)
    values = [_real_value(entry, radii[0])]
    for lower, upper in pairwise(radii):
        values.append(_real_value(entry, upper))
        below, above = values[-2:]
        # far out a profile differs from its limit by less than the digits show
        if not above > below and abs(above - below) > sp.Float("1e-20"):
            _refuse(
                entry,
                "rho must increase",
                f"rho({lower.n(4)!s}) = {below.n(6)!s} and rho({upper.n(4)!s}) = {above.n(6)!s}",
                "Choose an increasing profile.",
            )
    _examine_origin(entry)
    for radius, found in zip(radii, values, strict=True):
        # one that is proved to lie below may, far from its bend, do so by less than the digits show
        if not (known or found < radius):
            _refuse_above(entry, f"rho({radius.n(10)!s}) = {found.n(10)!s}")
    power = sigmoid.rational_power(entry.profile)
    if power is not None:
        if not power.is_increasing:
            _refuse(
                entry,
                "rho must increase",
                f"rho = {entry.profile}, whose slope has a zero by Sturm's theorem",
                "Choose an increasing profile.",
            )
        if not power.lies_below(sp.S.One):
            _refuse_above(entry, f"rho = {entry.profile}, which meets r by Sturm's theorem")
        if not power.is_bounded:
            _refuse_unbounded(entry, f"rho = {entry.profile}")
    try:
        bounded = entry.saturation.is_finite
    except (ValueError, NotImplementedError, TypeError) as error:
        raise ActivationError(
            f"Activation '{entry.name}'",
            "rho must be smooth, with a limit at infinity",
            f"rho = {entry.profile}, whose limit is not found",
            "Choose a profile that is one smooth formula.",
        ) from error
    if not bounded:
        _refuse_unbounded(entry, f"rho = {entry.profile}, whose limit is {entry.saturation}")


def _examine_origin(entry: Activation) -> None:
    """Smooth, of unit gain, odd, and bending down at 0."""
    constant, gain = _coefficients(entry, 1)
    if constant != 0:
        remedy = "Subtract its value there." if _differs_from_zero(constant) else _seen(0)
        _refuse(entry, "rho must vanish at 0", f"rho(0) = {constant}", remedy)
    if gain == 0:
        _refuse(entry, "the gain rho'(0) must be 1", "0", "Choose a profile that begins with r.")
    if gain != 1:
        remedy = f"Divide the profile by {gain}." if _differs_from_zero(gain - 1) else _seen(1)
        _refuse(entry, "the gain rho'(0) must be 1", gain, remedy)
    if sp.expand(entry.profile.xreplace({r: -r}) + entry.profile) != 0:
        for order in (3, 5, 9, HIGHEST_ORDER + 1):
            coefficients = _coefficients(entry, order)
            for power in series.nonzero_powers(coefficients):
                if power % 2 == 0:
                    _refuse(
                        entry,
                        "rho must be odd, phi smooth at 0",
                        f"a term {coefficients[power] * r**power}, with which p would be {power - 1}",
                        "Use even powers of r beside the first.",
                    )
    if not _number(entry.coefficient, 30) > 0:
        _refuse_above(entry, f"rho = r + {-entry.coefficient * r ** (entry.order + 1)} + ...")
    scale = _number(_scale(entry), 6)
    if not SCALES[0] <= scale <= SCALES[1]:
        _refuse(
            entry,
            f"rho must bend at a radius c**(-1/p) between {SCALES[0]} and {SCALES[1]}",
            scale,
            "Measure the state in a unit of that size.",
        )


def _differs_from_zero(number: sp.Expr) -> bool:
    """Is an exact number seen not to be 0, at up to 1000 digits?"""
    found = number.evalf(15, maxn=1000)
    return bool(found.is_comparable and found != 0)


def _seen(number: int) -> str:
    return f"Simplify the profile until that is seen to be {number}."


def _coefficients(entry: Activation, order: int) -> series.Series:
    try:
        return entry.taylor(order)
    except DerivationError as error:
        raise ActivationError(
            f"Activation '{entry.name}'",
            "rho must be smooth at 0",
            f"rho = {entry.profile}",
            "Choose a profile with a Taylor series in odd powers of r.",
        ) from error


def _examine_inverse(entry: Activation, inverse: sp.Expr) -> None:
    if not _inverts(entry, inverse):
        _refuse(
            entry, "psi(rho(r)) = r must hold", f"psi = {inverse}", "Leave the inverse out to have it found."
        )


def _real_value(entry: Activation, radius: sp.Expr) -> sp.Expr:
    value = sigmoid.value(entry.profile, radius)
    if value is None:
        _refuse(
            entry,
            "rho must be real and finite",
            f"rho = {entry.profile}, which is not at r = {radius.n(4)!s}",
            "Choose a real profile without poles.",
        )
    return value


def _refuse_above(entry: Activation, received: str) -> NoReturn:
    _refuse(
        entry,
        "rho must stay below r",
        received,
        "Choose a profile that bends down, and stays below the identity.",
    )


def _refuse_unbounded(entry: Activation, received: str) -> NoReturn:
    _refuse(entry, "rho must be bounded", received, "Choose a profile that saturates.")


def _refuse(entry: Activation, requirement: str, received: object, remedy: str) -> NoReturn:
    raise ActivationError(f"Activation '{entry.name}'", requirement, received, remedy)
