"""Chapter 10: lengths on weak backgrounds, against zeros of det(e^(i Omega) - M(q)) found by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mpmath
import pytest
import sympy as sp
from mpmath import mpf

from analytics.errors import DerivationError, ParameterError
from analytics.expressions.grammar import number
from analytics.expressions.notation import I0, Omega, crest, r
from analytics.network.activation import PROFILES, Activation, activation
from analytics.network.kernel import Kernel, kernel
from analytics.network.network import Network
from derivations import lengths
from derivations.lengths import evanescent_length
from derivations.theory import Theory, derive

Q = sp.Rational
Derived = Callable[..., Theory]
Models = Callable[..., Any]
five = pytest.mark.parametrize("name", PROFILES)

STIFF = Kernel(
    "stiff", tuple(((x,), sp.I * Q(v, 20)) for x, v in ((2, 1), (1, -4), (0, 6), (-1, -4), (-2, 1)))
)
"""omega = (1 - cos q)^2 / 5: a band edge of order four."""

SOFT = Kernel("soft", (((2,), -sp.I / 80), ((1,), -sp.I * Q(3, 10)), ((0,), sp.I * Q(5, 8)), ((-1,), -sp.I * Q(3, 10)), ((-2,), -sp.I / 80)))  # fmt: skip
"""omega = 5/8 - 3/5 cos q - cos(2q)/40, rising all the way to pi."""


def own(stencil: str | Kernel, c: str = "3/10", name: str = "algebraic") -> Theory:
    entry = kernel(stencil, constants={"c": number(c)}) if isinstance(stencil, str) else stencil
    return derive(Network(activation(name), entry))


def length_by_hand(model: Any, background: Any, frequency: Any, start: Any) -> Any:
    """1/|Im q| of the zero of det(e^(i Omega) - M(q)) near `start`, by secants; the determinant is of order I0^(2p/(p+1))."""
    pre = model.drive(background)
    along, across = model.gains(pre)
    turn = mpmath.expj(frequency)

    def miss(at: Any) -> Any:
        if model.kernel == "advection":  # e^(i Omega) = g_t e^(i omega(q))
            return turn - across * mpmath.expj(model.omega([at]))
        # (e^(i Omega) + g_r g_t e^(-i Omega)) / 2 = a cos omega(q)
        return (turn + along * across / turn) - (along + across) * mpmath.cos(model.omega([at]))

    root = mpmath.findroot(miss, (start, start * (1 + mpf(10) ** -6)), tol=mpf(10) ** (-2 * mpmath.mp.dps + 40), maxsteps=200)  # fmt: skip
    return 1 / abs(mpmath.im(root))


def order(misses: list[Any], decades: tuple[int, int]) -> float:
    return float(mpmath.log10(misses[0] / misses[1])) / (decades[1] - decades[0])


# -- in the band --


@pytest.mark.parametrize("stencil", ["laplacian", "advection"])
@five
def test_in_band_length_misses_by_its_stated_order(
    name: str, stencil: str, theory_of: Derived, model_of: Models
) -> None:
    """Omega = 1/5; I0 = 1e-15 and 1e-18, where the next term is I0^(2/3) = 1e-10 of the miss or less."""
    law, model = theory_of(name, stencil)["propagation_length"], model_of(name, stencil)
    decades, misses = (15, 18), []
    with mpmath.workdps(80):
        frequency = mpf(1) / 5
        q0 = mpmath.acos(1 - frequency / mpf("0.6")) if stencil == "laplacian" else mpmath.asin(frequency / mpf("0.3"))  # fmt: skip
        for decade in decades:
            background = mpf(10) ** -decade
            found = law.evaluate({"I0": background, "Omega": "1/5"}, 60)
            misses.append(abs(found - length_by_hand(model, background, frequency, q0 - 1j / found)))
        assert order(misses, decades) == pytest.approx(float(law.remainder_order), abs=1e-5)


@five
def test_in_band_length_is_velocity_times_time(name: str, theory_of: Derived) -> None:
    """l = |v_g| / sigma: to leading order |v_g| / ((p+2)/2 c t^p), and |v_g| / (c t^p) for an odd kernel."""
    for stencil in ("laplacian", "advection"):
        law = theory_of(name, stencil)["propagation_length"]
        entry = law.network.activation
        p, c = entry.order, entry.coefficient
        velocity = sp.Abs(law.network.kernel.group_velocity((crest,))[0])
        factor = Q(p + 2, 2) if stencil == "laplacian" else 1
        leading = velocity / (factor * c * (I0 / c) ** Q(p, p + 1))
        ratio = sp.simplify(sp.expand(law.equation.rhs / leading))
        assert sp.limit(ratio.subs(crest, 1), I0, 0, "+") == 1


def test_algebraic_length_in_numbers(theory_of: Derived) -> None:
    """sigma = t^2 + ... , t = (2 I0)^(1/3); v_g = 3/5 sin q0, cos q0 = 1 - Omega/(2c)."""
    found = theory_of("algebraic")["propagation_length"].evaluate({"I0": "1e-12", "Omega": "3/10"}, 30)
    with mpmath.workdps(30):
        velocity = mpf(3) / 5 * mpmath.sin(mpmath.pi / 3)
        leading = velocity / mpmath.cbrt(mpf(2) / 10**12) ** 2
        assert abs(found / leading - 1) < mpf(10) ** -7


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("stencil", ["laplacian", "advection", "soft"])
def test_a_band_that_falls_is_a_band_that_rises(stencil: str, sign: int) -> None:
    """A kernel with the opposite sign has the same lengths: waves run the other way."""
    if stencil == "soft":
        turned = Kernel("turned", tuple((offset, sign * value) for offset, value in SOFT.stencil))
        theory, usual = own(turned), own(SOFT)
    else:
        theory, usual = own(stencil, f"{3 * sign}/10"), own(stencil)
    for law in ("propagation_length", "evanescent_length"):
        if law in usual:
            given = {"I0": "1e-9"} | ({"Omega": "1/7"} if law == "propagation_length" else {})
            assert theory[law].evaluate(given, 25) == usual[law].evaluate(given, 25)


@pytest.mark.parametrize(
    ("c", "top"), [("3/10", Q(6, 5)), ("3/4", 3), ("1", 2 * sp.pi - 4), ("-1", 2 * sp.pi - 4)]
)
def test_frequencies_that_belong_to_one_wave(c: str, top: sp.Expr) -> None:
    """Where the band reaches beyond pi, 2 pi - Omega is in it from Omega = 2 pi - 4c on."""
    domain = own("laplacian", c)["propagation_length"].parameters[1].domain
    assert domain == sp.Interval.open(0, top)
    with pytest.raises(ParameterError):
        own("laplacian", c)["propagation_length"].evaluate({"I0": "1e-9", "Omega": top})


@pytest.mark.parametrize("c", ["3/4", "1", "3/2", "-3/2"])
@pytest.mark.parametrize("share", ["1/100", "1/2", "99/100"])
def test_no_other_wave_is_damped_less(c: str, share: str) -> None:
    """Of all complex wavenumbers, other branches of the frequency included, the law has the least damped."""
    theory = own("laplacian", c)
    frequency = theory["propagation_length"].parameters[1].domain.end * Q(share)
    point = {"I0": "1e-12", "Omega": frequency}
    roots = theory["complex_wavenumber"].branches(point, 15)
    assert abs(theory["propagation_length"].evaluate(point, 15) * roots[0].imag - 1) < 1e-5


@pytest.mark.parametrize("c", ["pi/2", "2", "-2"])
def test_a_band_of_a_whole_turn_has_neither_law(c: str) -> None:
    """4c >= 2 pi: every frequency, 0 among them, belongs to several waves in the band."""
    theory = own("laplacian", c)
    assert "propagation_length" not in theory
    assert "evanescent_length" not in theory
    assert "complex_wavenumber" in theory


FOLDED = {
    "two sites": (((2,), -sp.I / 5), ((0,), 2 * sp.I / 5), ((-2,), -sp.I / 5)),  # falls again beyond pi/2
    "crossing": (
        ((2,), -sp.I / 5),
        ((1,), sp.I / 10),
        ((0,), sp.I / 5),
        ((-1,), sp.I / 10),
        ((-2,), -sp.I / 5),
    ),
    "odd, two sites": (((2,), -Q(1, 5)), ((-2,), Q(1, 5))),
    "odd, lopsided": (((2,), -Q(1, 20)), ((1,), -Q(1, 5)), ((-1,), Q(1, 5)), ((-2,), Q(1, 20))),
    "turning": (((1,), -sp.I / 5), ((0,), sp.I), ((-1,), -sp.I / 5)),
    "mixed": (((1,), -Q(1, 10) - sp.I / 10), ((0,), sp.I / 5), ((-1,), Q(1, 10) - sp.I / 10)),
}


@pytest.mark.parametrize("shape", FOLDED)
def test_bands_that_fold_have_neither_law(shape: str) -> None:
    theory = own(Kernel(shape, FOLDED[shape]))
    assert "propagation_length" not in theory
    assert "evanescent_length" not in theory


def test_the_undamped_wave(theory_of: Derived) -> None:
    """q0 with omega(q0) = Omega inside the band."""
    (wave,) = theory_of("algebraic")["propagation_length"].where
    assert wave.symbols == (Omega,)
    with mpmath.workdps(40):
        assert abs(wave.evaluate({"Omega": "3/10"}, 30) - mpmath.pi / 3) < mpf(10) ** -29
    (wave,) = theory_of("algebraic", "advection")["propagation_length"].where
    with mpmath.workdps(40):
        assert abs(wave.evaluate({"Omega": "3/20"}, 30) - mpmath.pi / 6) < mpf(10) ** -29


# -- at the edge --


@five
def test_evanescent_length_misses_by_its_stated_order(
    name: str, theory_of: Derived, model_of: Models
) -> None:
    """cosh W = (1 + g_r g_t)/(g_r + g_t), cos q = 1 - i W/(2c), I0 = 1e-15 and 1e-18."""
    law, model = theory_of(name)["evanescent_length"], model_of(name)
    decades, misses = (15, 18), []
    with mpmath.workdps(80):
        for decade in decades:
            background = mpf(10) ** -decade
            found = law.evaluate({"I0": background}, 60)
            misses.append(abs(found - static_length(model, background)))
        assert order(misses, decades) == pytest.approx(float(law.remainder_order), abs=1e-5)


def static_length(model: Any, background: Any) -> Any:
    along, across = model.gains(model.drive(background))
    height = mpmath.acosh((1 + along * across) / (along + across))
    return 1 / abs(mpmath.acos(1 - 1j * height / mpf("0.6")).imag)


@five
def test_evanescent_length_of_the_theory(name: str, theory_of: Derived) -> None:
    """1 / [sin(pi/4) (sqrt(p+1) c t^p / kappa)^(1/2)], kappa = c of the kernel = 3/10."""
    law = theory_of(name)["evanescent_length"]
    p, c = law.network.activation.order, law.network.activation.coefficient
    stiffness = law.network.kernel.constants[0][0]
    expected = 1 / sp.sqrt(sp.sqrt(p + 1) * c * (I0 / c) ** Q(p, p + 1) / stiffness) / sp.sin(sp.pi / 4)
    given = {stiffness: Q(3, 10), I0: Q(1, 7)}
    assert abs(sp.N((law.equation.rhs / expected).subs(given) - 1, 30)) < 1e-28


@pytest.mark.parametrize("terms", [1, 2, 3])
@pytest.mark.parametrize("name", ["algebraic", "tanh", "quartic"])
def test_any_number_of_terms(name: str, terms: int, theory_of: Derived, model_of: Models) -> None:
    law, model = evanescent_length(theory_of(name).network, terms=terms), model_of(name)
    decades, misses = (18, 21), []
    with mpmath.workdps(110):
        for decade in decades:
            background = mpf(10) ** -decade
            misses.append(abs(law.evaluate({"I0": background}, 90) - static_length(model, background)))
        assert order(misses, decades) == pytest.approx(float(law.remainder_order), abs=1e-5)


def test_a_stiff_edge(model_of: Models) -> None:
    """(1 - cos q)^2 / 5 = i W for m = 4: cos q = 1 - sqrt(5 i W), kappa = 1/20, the slower of both."""
    law = own(STIFF)["evanescent_length"]
    assert law.exponents == (-Q(1, 6), Q(1, 6))
    model, misses, decades = model_of("algebraic"), [], (18, 24)
    with mpmath.workdps(80):
        for decade in decades:
            along, across = model.gains(model.drive(mpf(10) ** -decade))
            height = mpmath.acosh((1 + along * across) / (along + across))
            exact = 1 / min(abs(mpmath.acos(1 - sign * mpmath.sqrt(5j * height)).imag) for sign in (1, -1))
            misses.append(abs(law.evaluate({"I0": mpf(10) ** -decade}, 60) - exact))
        # the next term of the miss is I0^(1/3) of it, 1e-6
        assert order(misses, decades) == pytest.approx(1 / 6, abs=1e-4)


@pytest.mark.parametrize("p", [2, 4, 6])
def test_any_order_of_the_nonlinearity(p: int) -> None:
    theory = derive(Network(Activation("own", r / (1 + r**p) ** Q(1, p)), kernel("laplacian")))
    assert theory["propagation_length"].exponents[0] == -Q(p, p + 1)
    assert theory["evanescent_length"].exponents[0] == -Q(p, 2 * (p + 1))


@pytest.mark.parametrize(("name", "c"), [("laplacian", "cos(pi/7)/3"), ("advection", "sin(1)/2")])
def test_a_constant_with_a_cosine_of_its_own(name: str, c: str) -> None:
    """The length at its exact value is that at its digits."""
    point = {"I0": "1e-9", "Omega": "1/10"}
    exact = own(name, c)["propagation_length"].evaluate(point, 20)
    written = str(number(c).evalf(30))
    assert mpmath.almosteq(exact, own(name, written)["propagation_length"].evaluate(point, 20), 1e-19)


def test_a_wrong_turn_at_the_edge_stops_the_chapter(
    theory_of: Derived, monkeypatch: pytest.MonkeyPatch
) -> None:
    """sqrt(p + 1) c R^p with p + 1 off by one part in a million."""
    right = lengths.sp.sqrt
    monkeypatch.setattr(lengths.sp, "sqrt", lambda value: right(value) * (1 + Q(1, 10**6)) if value == 3 else right(value))  # fmt: skip
    with pytest.raises(DerivationError, match="imaginary"):
        lengths.evanescent_length(theory_of("algebraic").network)


def judged_edge(frequency: Any, bend: Any, order: int, background: Any) -> Any:
    """1/min|Im q| of kappa q^m = i sqrt(p+1) c R^p at R = (I0/c)^(1/(p+1)), m and kappa off omega near 0."""
    far, near = mpf(10) ** -8, mpf(10) ** -9
    m = mpmath.nint(mpmath.log10(abs(frequency(far) / frequency(near))))
    stiffness = abs(frequency(near)) / near**m
    turn = mpmath.sqrt(order + 1) * bend * (background / bend) ** (mpf(order) / (order + 1))
    return 1 / (mpmath.sin(mpmath.pi / (2 * m)) * (turn / stiffness) ** (1 / m))


@pytest.mark.parametrize("flatness", [2, 3, 4, 8])
def test_an_edge_is_as_flat_as_it_is_at_the_constants_values(flatness: int) -> None:
    """omega = (s - 1/5) (1 - cos k) + t (1 - cos k)^n at s = 1/5: m = 2 n, by values alone."""
    k, s, t = sp.Symbol("k", real=True), *sp.symbols("s t", real=True)
    omega = (s - sp.Rational(1, 5)) * (1 - sp.cos(k)) + t * (1 - sp.cos(k)) ** flatness
    values = ((s, sp.Rational(1, 5)), (t, sp.Rational(1, 4**flatness)))
    edge = Kernel.from_frequency("flat", omega, constants=values)
    law = derive(Network(activation("algebraic"), edge))["evanescent_length"]
    assert "s = 1/5" in law.validity
    with mpmath.workdps(60):
        expected = judged_edge(
            lambda x: (1 - mpmath.cos(x)) ** flatness / mpf(4) ** flatness, mpf(1) / 2, 2, mpf(10) ** -6
        )
        assert abs(mpf(law.evaluate({"I0": "1/1000000"}, digits=20)) / expected - 1) < mpf(10) ** -12


def test_the_flat_edge_of_two_constants() -> None:
    """t1 + 4 t2 = 0 at the values: m = 4, l = 12.629..., the exponent is -1/6."""
    t1, t2 = sp.symbols("t1 t2", real=True)
    taps = {0: 2 * (t1 + t2), 1: -t1, -1: -t1, 2: -t2, -2: -t2}
    stencil = tuple(((x,), sp.I * value) for x, value in taps.items())
    edge = Kernel("flat-edge", stencil, ((t1, sp.Rational(3, 10)), (t2, sp.Rational(-3, 40))))
    law = derive(Network(activation("algebraic"), edge))["evanescent_length"]
    assert str(law.evaluate({"I0": "1/1000000"}, digits=15))[:16] == "12.6290688643748"
    assert law.exponents[0] == sp.Rational(-1, 6)
