"""Kernels given by their frequency: which of them are stencils, which are bands, and which are neither."""

from __future__ import annotations

import random

import mpmath
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.errors import KernelError
from analytics.expressions.grammar import parse
from analytics.expressions.notation import wavenumbers
from analytics.network.band import harmonics
from analytics.network.kernel import Kernel, c, kernel

Q = sp.Rational
d = sp.Symbol("d", real=True)
CONSTANTS = ((c, Q(3, 10)), (d, Q(1, 7)))


def of(text: str, dimension: int = 1, constants: tuple[tuple[sp.Symbol, sp.Expr], ...] = CONSTANTS) -> Kernel:
    symbols = {str(s): s for s in (*wavenumbers(dimension), *(symbol for symbol, _ in constants), c, d)}
    omega = parse(text, symbols=symbols)
    used = tuple(pair for pair in constants if pair[0] in omega.free_symbols)
    return Kernel.from_frequency("own", omega, dimension=dimension, constants=used)


@pytest.mark.parametrize("dimension", [1, 2, 3])
@pytest.mark.parametrize("name", ["laplacian", "advection"])
def test_the_frequency_of_a_named_kernel_gives_its_stencil_back(name: str, dimension: int) -> None:
    named = kernel(name, dimension=dimension)
    found = Kernel.from_frequency(
        name, named.frequency(named.wavenumbers), dimension=dimension, constants=named.constants
    )
    assert found == named


POLYNOMIALS = {
    "half angle": ("4*c*sin(k/2)**2", 1),
    "exponentials": ("c*(exp(I*k) + exp(-I*k))/2", 1),
    "a quotient that divides": ("sin(k)**2/(1 + cos(k))", 1),
    "powers": ("cos(k)**5 - d*sin(k)**3*cos(2*k)", 1),
    "shifted": ("c*sin(k - d)", 1),
    "plane": ("c*cos(k1)*sin(k2) + sin(k1 - 2*k2) + d", 2),
    "space": ("c*cos(k1 + k2 + k3) + d*sin(k3)", 3),
    "one axis of two": ("c*sin(k2)", 2),
}


@pytest.mark.parametrize(("text", "dimension"), POLYNOMIALS.values(), ids=POLYNOMIALS.keys())
def test_a_trigonometric_polynomial_is_a_stencil(text: str, dimension: int) -> None:
    """Whose sum i omega(k) = sum A(x) e^(-i k.x) is made of its taps at random wavenumbers."""
    found = of(text, dimension)
    assert found.band is None
    k = wavenumbers(dimension)
    omega = parse(text, symbols={str(s): s for s in (*k, c, d)})
    at = {symbol: Q(37 + 11 * place, 29) for place, symbol in enumerate(k)} | dict(CONSTANTS)
    with mpmath.workdps(30):
        expected, summed = (
            mpmath.mpmathify(sp.N(value.subs(at), 30)) for value in (sp.I * omega, found.symbol(k))
        )
        assert abs(expected - summed) < mpmath.mpf(10) ** -27


BANDS = {
    "rational": ("c*sin(k)/(2 + cos(k))", 1),
    "root": ("sqrt(1 + c*cos(k1) + sin(k2)/3)", 2),
    "functions": ("atan(sin(k)) + exp(c*cos(k)) - tanh(sin(2*k))*log(2 + cos(k))", 1),
    "near a pole": ("d/(1001/1000 - cos(k))", 1),
    "quantum walk": ("acos(cos(2*c)*cos(k))", 1),
    "power": ("2**cos(k) + (2 + sin(k))**(1/3) + asinh(2*sin(k)) + erf(cos(k)) + cosh(sin(k))", 1),
}


@pytest.mark.parametrize(("text", "dimension"), BANDS.values(), ids=BANDS.keys())
def test_other_frequencies_are_bands(text: str, dimension: int) -> None:
    found = of(text, dimension)
    k = found.wavenumbers
    assert found.band is not None
    assert (found.stencil, found.dimension) == ((), dimension)
    assert found.frequency(k) == parse(text, symbols={str(s): s for s in (*k, c, d)})
    assert found.symbol(k) == sp.I * found.frequency(k)
    with pytest.raises(KernelError, match="a finite stencil is needed"):
        _ = found.reach


@pytest.mark.parametrize("carrier", [None, (Q(3, 4),)])
def test_parts_and_slope_of_a_band(carrier: tuple[sp.Expr] | None) -> None:
    found = of("c*(1 - cos(k) + sin(k)/2)/(2 + cos(k))")
    q, k = Q(5, 7), (carrier or (sp.S.Zero,))[0]
    ahead, behind = (found.frequency((x,)).subs(dict(CONSTANTS)).evalf(40) for x in (k + q, k - q))
    even, odd = (
        part((q,), carrier).subs(dict(CONSTANTS)).evalf(40) for part in (found.even_part, found.odd_part)
    )
    assert abs(even - (ahead + behind) / 2) < 1e-35
    assert abs(odd - (ahead - behind) / 2) < 1e-35
    (slope,) = found.group_velocity((q,))
    with mpmath.workdps(40):
        omega = sp.lambdify(
            found.wavenumbers, found.frequency(found.wavenumbers).subs(dict(CONSTANTS)), "mpmath"
        )
        assert abs(mpmath.diff(omega, mpmath.mpf(5) / 7) - slope.subs(dict(CONSTANTS)).evalf(40)) < 1e-18


def test_parity_of_a_band_is_seen() -> None:
    k = wavenumbers(1)
    assert of("c*sin(k)/(2 + cos(k))").even_part(k) == 0
    assert of("1/(2 + cos(k)) - 1/3").odd_part(k) == 0


def test_a_constant_of_value_zero_can_make_it_a_stencil() -> None:
    found = of("c*sin(k)/(1 + d*cos(k))", constants=((c, Q(1, 5)), (d, sp.S.Zero)))
    stencil = (((-1,), c / 2), ((1,), -c / 2))
    assert found == Kernel("own", stencil, ((c, Q(1, 5)),), relations=(sp.Eq(d, 0),))


REFUSED = {
    "complex": ("I*sin(k)", "the frequency must be real; got I\\*sin\\(k\\)"),
    "one exponential": ("exp(I*k)", "the frequency must be real"),
    "not periodic": ("c*k", "must be 2 pi-periodic in k; got c\\*k"),
    "half a period": ("sin(k/2)", "must be 2 pi-periodic"),
    "irrational period": ("cos(sqrt(2)*k)", "must be 2 pi-periodic"),
    "pole": ("tan(k)", "real and finite for all real wavenumbers; got tan"),
    "pole between the boxes": ("1/(cos(k) - c)", "real and finite"),
    "touches zero": ("1/(1 - cos(k))", "real and finite"),
    "imaginary somewhere": ("sqrt(cos(k))", "real and finite"),
    "imaginary everywhere": ("sqrt(cos(k) - 2)", "real and finite"),
    "logarithm": ("log(cos(k) + 1)", "real and finite"),
    "kink": ("abs(sin(k))", "must be smooth.*got Abs\\(sin\\(k\\)\\)"),
    "jump": ("sign(sin(k))", "must be smooth"),
    "choice": ("where(sin(k) < 0, 0, sin(k))", "must be smooth"),
    "constant": ("3*c", "must couple sites"),
    "many terms": ("(2 + cos(k) + cos(2*k) + sin(3*k))**40", "at most 5000 terms when it is multiplied out"),
    "high power": ("tan(k/2)**2000", r"powers in the frequency go up to 100; got tan\(k/2\)\*\*2000"),
    "high power below": ("(2 + cos(k))**(-1000)", "powers in the frequency go up to 100"),
    "arc cosine of 1": ("acos(cos(k)*(2 - cos(k)))", "real and finite"),
    "arc sine beyond 1": ("asin((3*cos(k) + 4*sin(k))/(5 - c))", "real and finite"),
    "as good as a pole": ("exp(1/(1 + 10**(-30) - cos(k)))", "comes too close to one to be told apart"),
    "far neighbours": ("cos(1000*k)", "harmonics up to 999, the reach of a stencil; got 1000"),
    "constant in disguise": ("sin(k)**2 + cos(k)**2", "must couple sites"),
}


@pytest.mark.parametrize(("text", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_refusals(text: str, message: str) -> None:
    with pytest.raises(KernelError, match=message) as caught:
        of(text)
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith("Kernel 'own': ")


def test_arc_functions_are_accepted_where_their_argument_stays_within_its_bounds() -> None:
    """|a cos k + b| < 1 is |a| + |b| < 1, and a cos k + b > 1 is b - |a| > 1: twenty of each drawn by lot."""
    lot, accepted = random.Random(12), 0
    for case in range(60):
        name = ("asin", "acos", "acosh")[case % 3]
        a, b = Q(lot.randint(1, 30), 20), Q(lot.randint(1, 30), 20) + (1 if name == "acosh" else 0)
        inside = b - a > 1 if name == "acosh" else a + b < 1
        text = f"{name}({a}*cos(k) + {b})"
        if inside:
            assert of(text).band is not None
            accepted += 1
        else:
            with pytest.raises(KernelError, match="real and finite"):
                of(text)
    assert 10 < accepted < 50


def test_a_quantum_walk_has_its_frequency() -> None:
    """omega = acos(cos t cos k) at t = pi/5, k = 1/2."""
    found = of("acos(cos(d)*cos(k))", constants=((d, sp.pi / 5),))
    expected = "0.78132764472023781546288769971823393036860326528519"
    assert str(found.frequency((Q(1, 2),)).subs(d, sp.pi / 5).evalf(50)) == expected


def test_a_plane_that_is_singular_on_a_line_is_refused() -> None:
    with pytest.raises(KernelError, match="real and finite"):
        of("1/(cos(k1) + cos(k2))", 2)


def test_it_is_the_values_of_the_constants_that_decide() -> None:
    text = "sin(k)/(c + cos(k))"
    assert of(text, constants=((c, sp.Integer(2)),)).band is not None
    with pytest.raises(KernelError, match="real and finite"):
        of(text, constants=((c, Q(1, 2)),))
    with pytest.raises(KernelError, match="must depend on the wavenumber; got 0"):
        of("(c - 1/2)*sin(k)/(2 + cos(k))", constants=((c, Q(1, 2)),))


def test_names_and_constants() -> None:
    k, x = wavenumbers(1)[0], sp.Symbol("x", real=True)
    with pytest.raises(KernelError, match="may contain k and constants with a value; got x"):
        Kernel.from_frequency("own", x * sp.sin(k))
    with pytest.raises(KernelError, match="may contain k1, k2 and constants with a value; got k"):
        Kernel.from_frequency("own", sp.sin(k), dimension=2)
    with pytest.raises(KernelError, match="the dimension must be at least 1"):
        Kernel.from_frequency("own", sp.sin(k), dimension=0)
    with pytest.raises(KernelError, match="not one of the theory"):
        Kernel.from_frequency(
            "own", sp.Symbol("R", real=True) * sp.sin(k), constants=((sp.Symbol("R", real=True), Q(1)),)
        )
    with pytest.raises(KernelError, match="a stencil or a band is needed; got both"):
        Kernel("own", kernel("laplacian").stencil, CONSTANTS[:1], of("1/(2 + cos(k))").band)


coefficients = st.fractions(min_value=-2, max_value=2, max_denominator=9).map(
    lambda q: Q(q.numerator, q.denominator)
)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(coefficients, coefficients), min_size=1, max_size=4))
def test_harmonics_of_random_polynomials(pairs: list[tuple[sp.Rational, sp.Rational]]) -> None:
    """a cos n k + b sin n k = sum (a -+ i b)/2 e^(+- i n k)."""
    (k,) = wavenumbers(1)
    omega = sp.Add(*(a * sp.cos(n * k) + b * sp.sin(n * k) for n, (a, b) in enumerate(pairs, 1)))
    found = harmonics(sp.expand_trig(omega), (k,))
    expected = {
        (s * n,): (a - s * sp.I * b) / 2 for n, (a, b) in enumerate(pairs, 1) for s in (1, -1) if a or b
    }
    assert found is not None
    assert {n: sp.expand(value) for n, value in found.items()} == {
        n: sp.expand(v) for n, v in expected.items()
    }


def test_parts_of_a_root_add_up_symbolically() -> None:
    """SymPy's simplest forms of them would not: what is kept is what `expand` can follow."""
    found = of("sqrt(2 + c*cos(k1) + sin(k2)/3) - sqrt(2 + c)", 2)
    k = found.wavenumbers
    assert sp.expand(found.even_part(k) + found.odd_part(k) - found.frequency(k)) == 0
