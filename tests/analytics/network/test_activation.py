"""Activations: what the theory's table says of the five, and of any other; and what is refused.

The closed forms and numbers on the right-hand sides are written out here by hand, from the table of the
theory; the series are compared with mpmath's numerical differentiation, which knows no SymPy.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mpmath
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import mpf

from analytics.errors import ActivationError, UnknownNameError
from analytics.evaluation.values import value_at
from analytics.expressions import series
from analytics.expressions.inverse_profile import InverseProfile
from analytics.expressions.notation import R, r
from analytics.expressions.parameter import exact_number
from analytics.network.activation import PROFILES, Activation, activation, gains

NAMES = ["algebraic", "tanh", "arctan", "erf", "quartic"]

RHO: dict[str, Callable[[Any], Any]] = {
    "algebraic": lambda x: x / mpmath.sqrt(1 + x**2),
    "tanh": mpmath.tanh,
    "arctan": lambda x: 2 / mpmath.pi * mpmath.atan(mpmath.pi * x / 2),
    "erf": lambda x: mpmath.erf(mpmath.sqrt(mpmath.pi) * x / 2),
    "quartic": lambda x: x / mpmath.root(1 + x**4, 4),
}
PSI: dict[str, Callable[[Any], Any]] = {
    "algebraic": lambda y: y / mpmath.sqrt(1 - y**2),
    "tanh": mpmath.atanh,
    "arctan": lambda y: 2 / mpmath.pi * mpmath.tan(mpmath.pi * y / 2),
    "erf": lambda y: 2 / mpmath.sqrt(mpmath.pi) * mpmath.erfinv(y),
    "quartic": lambda y: y / mpmath.root(1 - y**4, 4),
}
TABLE = {
    "algebraic": (2, sp.Rational(1, 2)),
    "tanh": (2, sp.Rational(1, 3)),
    "arctan": (2, sp.pi**2 / 12),
    "erf": (2, sp.pi / 12),
    "quartic": (4, sp.Rational(1, 4)),
}

MIXED = (sp.tanh(r) + r / sp.sqrt(1 + r**2)) / 2
"""No closed inverse; c is the mean of 1/3 and 1/2."""

LANGEVIN = sp.coth(3 * r) - 1 / (3 * r)
"""3 L(3r) with L(x) = coth x - 1/x = x/3 - x^3/45 + ...: rho = r - (3/5) r^3 + ..., no closed inverse."""

each = pytest.mark.parametrize("name", NAMES)


def high(expression: sp.Expr, digits: int = 60) -> Any:
    """A SymPy number as an mpmath one."""
    return mpf(sp.N(expression, digits))


@pytest.fixture(autouse=True)
def sixty_digits() -> Any:
    """Reference values are computed at 60 digits, so that 50 can be asked for."""
    with mpmath.workdps(60):
        yield


def test_the_five_are_offered() -> None:
    assert list(PROFILES) == NAMES


@each
def test_order_and_coefficient_are_those_of_the_table(name: str) -> None:
    entry = activation(name)
    assert (entry.order, sp.simplify(entry.coefficient - TABLE[name][1])) == (TABLE[name][0], 0)


@each
def test_profile_and_inverse_are_those_of_the_table(name: str) -> None:
    entry = activation(name)
    assert entry.has_closed_inverse
    for numerator in (1, 37, 250, 730, 999):
        x = mpf(numerator) / 1000
        assert abs(high(entry.rho(sp.Rational(numerator, 1000))) - RHO[name](x)) < mpf(10) ** -55
        assert abs(high(entry.psi(sp.Rational(numerator, 1000))) / PSI[name](x) - 1) < mpf(10) ** -50


@each
def test_the_closed_inverse_inverts_symbolically_or_numerically(name: str) -> None:
    """psi(rho(r)) = r at radii that the construction did not try, found again by mpmath.findroot."""
    entry = activation(name)
    for radius in (mpf("1e-6"), mpf("0.3"), mpf("1.7"), mpf(3)):
        output = RHO[name](radius)
        root = mpmath.findroot(lambda x: RHO[name](x) - output, radius * mpf("1.01"))  # noqa: B023
        assert abs(root / radius - 1) < mpf(10) ** -40
        closed = high(entry.psi(sp.Symbol("y")).subs("y", sp.Float(output, 60)))
        # rho is flat at r = 3 (slope 1e-3 for erf), so psi loses those digits of the 60
        assert abs(closed / root - 1) < mpf(10) ** -50


@each
def test_gains(name: str) -> None:
    """rho'(r) against central differences of the table's rho; 1 - (p+1) c r^p at the origin."""
    entry = activation(name)
    for numerator in (1, 10, 31):
        x = mpf(numerator) / 10
        assert abs(high(entry.slope(sp.Rational(numerator, 10))) - mpmath.diff(RHO[name], x)) < mpf(10) ** -40
    assert entry.slope(sp.S.Zero) == 1
    assert series.taylor(entry.slope(r), r, entry.order)[-1] == -(entry.order + 1) * entry.coefficient


@each
def test_saturation_is_one(name: str) -> None:
    assert activation(name).saturation == 1


@each
def test_taylor_series_of_the_profile(name: str) -> None:
    """Ten coefficients against mpmath.taylor at 50 digits; its differences cost it at most five of them."""
    with mpmath.workdps(55):
        expected = mpmath.taylor(RHO[name], 0, 9)
    for ours, theirs in zip(activation(name).taylor(9), expected, strict=True):
        assert abs(high(ours) - theirs) < mpf(10) ** -45


@each
def test_taylor_series_of_the_inverse(name: str) -> None:
    """Ten coefficients, found by reversion, against mpmath.taylor of the table's psi."""
    with mpmath.workdps(55):
        expected = mpmath.taylor(PSI[name], 0, 9)
    for ours, theirs in zip(activation(name).inverse_taylor(9), expected, strict=True):
        assert abs(high(ours) - theirs) < mpf(10) ** -45


@each
def test_rho_and_psi_bend_by_the_same_coefficient(name: str) -> None:
    entry = activation(name)
    bend = entry.order + 1
    assert entry.taylor(bend)[1:bend] == entry.inverse_taylor(bend)[1:bend] == (1,) + (0,) * (bend - 2)
    assert entry.taylor(bend)[bend] == -entry.inverse_taylor(bend)[bend] == -entry.coefficient


@each
def test_phi_commutes_with_phases(name: str) -> None:
    """phi(e^(ia) z) = e^(ia) phi(z), and |phi(z)| = rho(|z|)."""
    entry = activation(name)
    z = sp.Rational(3, 10) - sp.I * 2 / 5  # |z| = 1/2
    turned = entry.phi(z * sp.exp(sp.I / 3))
    assert abs(mpmath.mpmathify(sp.N(turned - sp.exp(sp.I / 3) * entry.phi(z), 50))) < mpf(10) ** -45
    assert abs(high(sp.Abs(entry.phi(z))) - RHO[name](mpf("0.5"))) < mpf(10) ** -50


def test_sympy_s_own_series_in_a_complex_z_is_wrong_and_ours_is_not() -> None:
    """SymPy 1.14 merges z conj(z) into z^2: series(e z/sqrt(1 + e^2 |z|^2)) ends in -e^3 z^3/2.

    The truth at z = i is i - (i |i|^2)/2 = i/2 for the first two terms, and not i - i^3/2 = 3i/2. The day
    this fails in its first line, SymPy has been mended.
    """
    e, z = sp.symbols("e z")
    wrong = sp.series(e * z / sp.sqrt(1 + e**2 * sp.Abs(z) ** 2), e, 0, 4).removeO()
    assert sp.simplify(wrong.subs({e: 1, z: sp.I}) - 3 * sp.I / 2) == 0
    entry = activation("algebraic")
    kept = series.polynomial(entry.taylor(3), r)
    assert sp.simplify(kept.subs(r, sp.Abs(z)) * z / sp.Abs(z)).subs(z, sp.I) == sp.I / 2
    small = sp.I / 1000
    miss = sp.N(entry.phi(small) - (small - small * sp.Abs(small) ** 2 / 2), 40)
    assert abs(mpmath.mpmathify(miss)) < mpf(10) ** -15  # the next term is (3/8) 1e-15


def test_unknown_activation_suggests_the_near_one() -> None:
    with pytest.raises(UnknownNameError, match="Did you mean algebraic"):
        activation("algebaric")


# -- profiles of one's own --


def test_own_profile_with_a_closed_inverse() -> None:
    """Gudermann's function 2 atan(tanh(r/2)) = r - r^3/6 + ..., inverse 2 atanh(tan(R/2))."""
    entry = Activation("gudermann", 2 * sp.atan(sp.tanh(r / 2)))
    assert (entry.order, entry.coefficient, entry.saturation) == (2, sp.Rational(1, 6), sp.pi / 2)
    assert entry.has_closed_inverse
    assert abs(high(entry.psi(sp.Rational(6, 5))) - 2 * mpmath.atanh(mpmath.tan(mpf("0.6")))) < mpf(10) ** -50


def test_own_profile_of_order_six() -> None:
    entry = Activation("sextic", r / (1 + r**6) ** sp.Rational(1, 6))
    assert (entry.order, entry.coefficient) == (6, sp.Rational(1, 6))
    assert entry.psi(R) == R / (1 - R**6) ** sp.Rational(1, 6)


def test_the_highest_order_looked_for_is_found() -> None:
    entry = Activation("flat", r / (1 + r**16) ** sp.Rational(1, 16))
    assert (entry.order, entry.coefficient) == (16, sp.Rational(1, 16))


@pytest.mark.parametrize(
    ("profile", "coefficient"),
    [(MIXED, sp.Rational(5, 12)), (LANGEVIN, sp.Rational(3, 5))],
    ids=["mixed", "langevin"],
)
def test_own_profile_without_a_closed_inverse(profile: sp.Expr, coefficient: sp.Expr) -> None:
    entry = Activation("own", profile)
    assert (entry.order, entry.coefficient, entry.saturation) == (2, coefficient, 1)
    assert not entry.has_closed_inverse
    assert isinstance(entry.psi(R), InverseProfile)
    # the reverted series against mpmath's differentiation of a root found by mpmath
    rho = sp.lambdify(r, profile, "mpmath")

    def psi(output: Any) -> Any:
        return mpmath.findroot(lambda x: rho(x) - output, output)

    # away from 0, where rho itself may be 0/0: the series must miss psi by a_9 y^9, and a_9 is of order 1
    y = mpf("0.001")
    polynomial = sum(high(a) * y**n for n, a in enumerate(entry.inverse_taylor(7)))
    miss = (psi(y) - polynomial) / y**9
    assert abs(miss - high(entry.inverse_taylor(9)[9])) < mpf("1e-4")


def test_own_inverse_is_checked_and_kept() -> None:
    given_inverse = sp.log((1 + R) / (1 - R)) / 2
    assert Activation("tanh", sp.tanh(r), given_inverse).psi(R) == given_inverse
    with pytest.raises(ActivationError, match=r"psi\(rho\(r\)\) = r must hold; got psi = 2\*atanh"):
        Activation("tanh", sp.tanh(r), 2 * sp.atanh(R))
    with pytest.raises(ActivationError, match=r"psi\(rho\(r\)\) = r must hold; got psi = R\."):
        Activation("tanh", sp.tanh(r), R)


def test_inverse_profile_knows_what_needs_no_root() -> None:
    entry = Activation("mixed", MIXED)
    P = sp.Symbol("P", positive=True)
    assert entry.psi(sp.S.Zero) == 0
    assert entry.psi(entry.rho(P)) == P
    assert entry.psi(R).is_nonnegative
    assert sp.latex(entry.psi(R)) == r"\psi\left(R\right)"
    assert sp.latex(entry.psi(R) ** 2) == r"\psi^{2}\left(R\right)"


@settings(max_examples=25)
@given(st.fractions(min_value=sp.Rational(1, 1000), max_value=4))
def test_derivative_of_the_inverse_is_the_inverse_of_the_derivative(radius: Any) -> None:
    """psi'(rho(P)) = 1/rho'(P): the node at the output rho(P) of a radius P."""
    entry = Activation("mixed", MIXED)
    derivative = sp.diff(entry.psi(R), R)
    at = derivative.replace(
        InverseProfile, lambda profile, output: sp.Rational(radius.numerator, radius.denominator)
    )
    expected = 1 / entry.slope(sp.Rational(radius.numerator, radius.denominator))
    assert abs(high(at / expected) - 1) < mpf(10) ** -45


# -- refusals, each for its own reason --

a = sp.Symbol("a")
half = sp.Rational(1, 2)

SEVENTHS = sp.cos(sp.pi / 7) - sp.cos(2 * sp.pi / 7) + sp.cos(3 * sp.pi / 7) - half
"""0, which SymPy does not see."""

DENT = 1 + 10**6 * (r**2 - 4) ** 2
"""Far from r = 2 it is so large that r sqrt(DENT/((1 + r^2) DENT + r^2/2)) is the algebraic profile."""

REFUSED = {
    "gain 2": (2 * sp.tanh(r), r"gain rho'\(0\) must be 1; got 2\. Divide the profile by 2"),
    "gain 1/2": (sp.tanh(r / 2), r"gain rho'\(0\) must be 1; got 1/2\. Divide the profile by 1/2"),
    "gain 0": (r**3 / (1 + r**2) ** (3 * half), r"gain rho'\(0\) must be 1; got 0\."),
    "constant": (half, r"rho must depend on r; got 1/2"),
    "offset": (half + sp.tanh(r), r"rho must vanish at 0; got rho\(0\) = 1/2\."),
    "offset too small for a double": (sp.tanh(r) - sp.Rational(1, 10**300), r"rho\(0\) = -1/10+\. Subtract its value there"),
    "offset that is 0 but not seen to be": (sp.tanh(r) + SEVENTHS, "rho must vanish at 0; .* Simplify the profile until that is seen to be 0"),
    "gain beside 1": (sp.tanh(r) + r / 10**60, r"gain rho'\(0\) must be 1; got 10+1/10+\. Divide the profile by 10+1/10+\."),
    "gain of a difference": (sp.coth(r) - 1 / r, r"gain rho'\(0\) must be 1; got 1/3\. Divide the profile by 1/3"),
    "bend beyond sight": (10**300 * sp.tanh(r / 10**300), r"a radius c\*\*\(-1/p\) between 1/100 and 10000; got 1\.73205e\+300\. Measure the state in a unit"),
    "bend too near 0": (sp.tanh(10**300 * r) / 10**300, r"between 1/100 and 10000; got 1\.73205e-300"),
    "even": (r / (1 + r), r"rho must be odd, phi smooth at 0; got a term -r\*\*2, with which p would be 1\."),
    "even beyond the fifth power": (r / (1 + r**5) ** sp.Rational(1, 5), r"odd, .*; got a term -r\*\*6/5"),
    "even beyond the ninth power": (r / (1 + r**15) ** sp.Rational(1, 15), r"odd, .*; got a term -r\*\*16/15"),
    "even after an odd term": (sp.tanh(r) + sp.tanh(r**8) / 1000, r"odd, .*; got a term r\*\*8/1000"),
    "fractional power": (r / (1 + r ** (3 * half)) ** (2 * sp.Rational(1, 3)), "rho must be smooth at 0"),
    "logarithm": (r / sp.sqrt(1 + r**2 + r**4 * sp.log(1 + 1 / r**2)), "rho must be smooth at 0"),
    "clipped": (sp.Min(r, 1), r"rho must be one smooth formula, .*; got the part Min\(1, r\)"),
    "pieces": (sp.Piecewise((r, r < 1), (1, True)), "rho must be one smooth formula"),
    "decreasing": (r * sp.exp(-(r**2)), r"rho must increase; got rho\(0\.7499\) = 0\.427345 and rho\(0\.8660\)"),
    "oscillating": (sp.sin(r), "rho must increase"),
    "negative": (-sp.tanh(r), "rho must increase"),
    "above r at 0": (sp.tanh(r + r**3), r"must stay below r; got rho = r \+ 2\*r\*\*3/3 \+ \.\.\."),
    "above r later": (10 * sp.tanh((r + r**5) / 10), r"must stay below r; got rho\(0\.0649\d+\) = 0\.0649"),
    "unbounded": (sp.asinh(r), r"rho must be bounded; got rho = asinh\(r\), whose limit is oo"),
    "slowly unbounded": (sp.asinh(sp.asinh(r)), "rho must be bounded"),
    "identity": (r, "rho must be bounded; got rho = r, linear at every size"),
    "imaginary": (sp.I * sp.tanh(r), "rho must be real and finite"),
    "complex for large r": (2 * sp.asin(r / 2), r"rho must be real and finite; got .*, which is not at r = 2\.054"),
    "pole": (r / (1 - r), r"rho must be real and finite; got .*, which is not at r = 1\.000"),
    "foreign symbol": (sp.tanh(a * r) / a, r"rho may depend on r alone; got rho = tanh\(a\*r\)/a with a"),
    "another r": (sp.tanh(sp.Symbol("r")), "rho may depend on r alone"),
    "a modulus": (sp.tanh(sp.Abs(sp.sin(r))), r"rho must be one smooth formula, .*; got the part Abs\(sin\(r\)\)"),
    "variable exponent": (r / (1 + r**r), r"got the part r\*\*r"),
    "text": ("tanh(r)", r"rho must be a SymPy expression; got 'tanh\(r\)'"),
    "deep": (sp.tanh(sp.tanh(sp.tanh(sp.tanh(sp.tanh(r))))), "at most 4 functions inside one another; got 5"),
    "high power": (r / (1 + r**999) ** sp.Rational(1, 999), "at most 100 in an exponent; got 999"),
    "long": (sp.Add(*(sp.tanh(n * r) for n in range(1, 99))), "rho may have at most 150 operations; got"),
    "dent between samples": (r * sp.sqrt(DENT / ((1 + r**2) * DENT + r**2 / 2)), "rho must increase; got .* by Sturm's theorem"),
    "inexact": (sp.tanh(1.0 * r), "the numbers in rho must be exact"),
    "linear to order 16": (r / (1 + r**20) ** sp.Rational(1, 20), "nonlinearity of order p <= 16 is needed"),
}  # fmt: skip


@pytest.mark.parametrize(("profile", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_refused_with_its_own_message(profile: sp.Expr, message: str) -> None:
    with pytest.raises(ActivationError, match=message) as caught:
        Activation("own", profile)
    assert str(caught.value).startswith("Activation 'own': ")


@pytest.mark.parametrize("inverse", [a * R, sp.tanh(r)], ids=["foreign symbol", "in r"])
def test_inverse_in_other_symbols_is_refused(inverse: sp.Expr) -> None:
    with pytest.raises(ActivationError, match="psi may depend on R alone"):
        Activation("own", sp.tanh(r), inverse)


@settings(max_examples=25)
@given(st.fractions(min_value=sp.Rational(1, 4), max_value=4), st.integers(1, 3))
def test_any_gain_is_recognised(gain: Any, half_order: int) -> None:
    """r/(1 + r^(2q))^(1/(2q)) scaled in its argument is refused with its gain, unscaled it is accepted."""
    p = 2 * half_order
    factor = sp.Rational(gain.numerator, gain.denominator)
    profile = (r / (1 + r**p) ** sp.Rational(1, p)).subs(r, factor * r)
    if factor == 1:
        assert Activation("own", profile).order == p
    else:
        with pytest.raises(ActivationError, match=rf"must be 1; got {factor}\."):
            Activation("own", profile)


@pytest.mark.parametrize("entry", [*map(activation, NAMES), Activation("mixed", MIXED)], ids=lambda a: a.name)
def test_gains_are_those_of_the_profile(entry: Activation) -> None:
    """g_r = rho'(P) by numeric differentiation and g_t = rho(P)/P at R = rho(P), both to 20 digits."""
    rho = sp.lambdify(r, entry.profile, "mpmath")
    with mpmath.workdps(60):
        for pre in (mpf(1) / 7, mpf(2)):
            point = {R: exact_number(rho(pre))}
            along, across = (value_at(gain, point, 25) for gain in gains(entry))
            assert abs(along - mpmath.diff(rho, pre)) < mpf("1e-20")
            assert abs(across - rho(pre) / pre) < mpf("1e-20")


def test_gains_without_a_closed_inverse_hold_one_psi() -> None:
    """The same psi(R) in both: simplification must not rewrite the profile inside it."""
    along, across = gains(Activation("langevin", LANGEVIN))
    assert len(along.atoms(InverseProfile) | across.atoms(InverseProfile)) == 1


def test_the_gain_of_a_difference_of_poles_is_found() -> None:
    """The Langevin function: 3 (coth r - 1/r) = r - r^3/15 + ..."""
    entry = Activation("langevin", 3 * (sp.coth(r) - 1 / r))
    assert (entry.order, entry.coefficient, entry.saturation) == (2, sp.Rational(1, 15), 3)


@pytest.mark.parametrize("scale", [sp.Integer(100), half, sp.Rational(1, 1000)])
def test_profiles_in_other_units_keep_their_given_inverse(scale: sp.Expr) -> None:
    entry = Activation("own", sp.tanh(scale * r) / scale, sp.atanh(scale * R) / scale)
    assert entry.coefficient == scale**2 / 3


@pytest.mark.parametrize(
    ("inverse", "message"),
    [
        (sp.atanh(R) + R / 10**40, r"psi\(rho\(r\)\) = r must hold"),
        (sp.Piecewise((sp.atanh(R), sp.Rational(9999, 10000) > R), (7, True)), "psi must be one smooth formula"),
        (sp.Abs(sp.atanh(R)), r"psi must be one smooth formula, .* got the part Abs\(atanh\(R\)\)"),
    ],
)  # fmt: skip
def test_an_inverse_that_fails_somewhere_is_refused(inverse: sp.Expr, message: str) -> None:
    with pytest.raises(ActivationError, match=message):
        Activation("own", sp.tanh(r), inverse)


def test_a_difference_of_sigmoids_that_steepens_again_is_not_said_to_contract() -> None:
    """Each term flattens, but where the one subtracted has, the slope is 1.126 at r = 1/2."""
    profile = sp.Rational(5, 2) * sp.tanh(r) - sp.tanh(2 * r) + sp.tanh(10 * r) / 20
    dented = Activation("dented", profile)
    assert high(dented.slope(r).xreplace({r: sp.Rational(1, 2)})) > 1.12
    assert not dented.contracts
    assert all(activation(name).contracts for name in NAMES)
