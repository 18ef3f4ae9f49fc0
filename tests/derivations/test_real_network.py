"""Chapters 14 and 15: real networks, by coefficients worked out by hand and residuals of the balance."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mpmath
import pytest
import sympy as sp
from mpmath import mpf

from analytics.errors import DerivationError, ParameterError
from analytics.expressions import series
from analytics.expressions.notation import I0, F
from analytics.network.activation import PROFILES, activation
from analytics.network.kernel import Kernel, kernel
from analytics.network.network import Network
from derivations import real_cosine
from derivations.balances import harmonics
from derivations.balances.harmonics import balance, eta, fundamental_series, harmonic_series, tau
from derivations.real_cosine import real_cosine_amplitude, real_cosine_harmonics
from derivations.theory import Theory, derive

Q = sp.Rational
Derived = Callable[..., Theory]
Models = Callable[..., Any]
five = pytest.mark.parametrize("name", PROFILES)

REAL = [
    "real_background_amplitude", "real_dispersion_relation", "real_decay_rate", "real_decay_rate_small",
    "real_complex_wavenumber", "real_propagation_length",
    "real_cosine_amplitude", "real_cosine_expansion", "real_cosine_harmonics",
]  # fmt: skip

LONG_REACH = Kernel("long reach", (((-2,), Q(-1, 9)), ((-1,), Q(1, 5)), ((1,), Q(-1, 5)), ((2,), Q(1, 9))))
"""A real stencil of one's own: omega = (2/5) sin k - (2/9) sin 2k."""


def real_laws(theory: Theory) -> list[str]:
    return [name for name in theory if name.startswith("real_")]


# -- where the laws exist --


def test_only_a_real_kernel_has_them(theory_of: Derived) -> None:
    assert real_laws(theory_of("algebraic")) == []
    for dimension in (1, 2):
        assert real_laws(theory_of("algebraic", "advection", dimension)) == REAL
    mixed = Kernel("mixed", (((-1,), Q(1, 5) + sp.I / 7), ((1,), Q(-1, 5) + sp.I / 7)))
    assert real_laws(derive(Network(activation("tanh"), mixed))) == []


def test_a_wave_that_does_not_run_along_the_first_axis() -> None:
    across = Kernel("across", (((0, -1), Q(1, 7)), ((0, 1), Q(-1, 7))))
    names = real_laws(derive(Network(activation("tanh"), across)))
    assert "real_decay_rate" in names
    assert "real_complex_wavenumber" not in names
    assert "real_propagation_length" not in names


def test_a_frequency_that_belongs_to_several_waves_has_no_length() -> None:
    names = real_laws(derive(Network(activation("tanh"), LONG_REACH)))
    assert [name for name in REAL if name not in names] == ["real_propagation_length"]


# -- background, decay and length --


@five
def test_exact_laws_against_the_model_by_hand(name: str, theory_of: Derived, model_of: Models) -> None:
    """P - rho(P) = I0; lambda = rho'(P) e^(i omega(q)) by numeric differentiation."""
    theory, model, point = (
        theory_of(name, "advection"),
        model_of(name, "advection"),
        {"I0": "1/7", "q": "3/5"},
    )
    with mpmath.workdps(40):
        drive = model.drive(mpf(1) / 7)
        gain = mpmath.diff(model.rho, drive)
        turn = model.omega([mpf(3) / 5])
        for law, expected in (
            ("real_background_amplitude", model.rho(drive)),
            ("real_dispersion_relation", gain * mpmath.expj(turn)),
            ("real_decay_rate", -mpmath.log(gain)),
        ):
            found = theory[law].evaluate(
                {k: v for k, v in point.items() if k in map(str, theory[law].symbols)}, 30
            )
            assert abs(found - expected) < mpf(10) ** -25, law


@five
def test_leading_rate_and_length(name: str, theory_of: Derived) -> None:
    """sigma / t^p -> (p+1) c and l t^p -> |v_g| / ((p+1) c), t = (I0/c)^(1/(p+1)); v_g = c cos q0, sin q0 = 2/3."""
    theory, entry = theory_of(name, "advection"), activation(name)
    p, c, tiny = entry.order, entry.coefficient, Q(1, 10**40)
    with mpmath.workdps(40):
        t = mpmath.root(mpf(10) ** -40 / mpf(sp.N(c, 40)), p + 1)
        rate = (p + 1) * mpf(sp.N(c, 40)) * t**p
        velocity = mpf(3) / 10 * mpmath.sqrt(5) / 3
        found = theory["real_decay_rate_small"].evaluate({"I0": tiny, "q": 1}, 30)
        length = theory["real_propagation_length"].evaluate({"I0": tiny, "Omega": Q(1, 5)}, 30)
        assert abs(found / rate - 1) < mpf(10) ** -25
        assert abs(length * rate / velocity - 1) < mpf(10) ** -20
    assert theory["real_propagation_length"].exponents[0] == -Q(p, p + 1)
    assert theory["real_decay_rate_small"].limit == (I0, 0)


def test_least_damped_wavenumber_solves_the_equation(theory_of: Derived) -> None:
    theory = theory_of("tanh", "advection")
    q = theory["real_complex_wavenumber"].evaluate({"I0": "1/20", "Omega": "1/4"}, 30)
    sigma = theory["real_decay_rate"].evaluate({"I0": "1/20", "q": 0}, 30)
    with mpmath.workdps(30):
        assert abs(mpf(3) / 10 * mpmath.sin(q) - mpf(1) / 4 + 1j * sigma) < mpf(10) ** -28
        assert q.imag > 0


# -- the cosine --


@five
def test_leading_balance_of_the_cosine(name: str, theory_of: Derived) -> None:
    """3/4 c R1^3 = F for p = 2; 5/8 c R1^5 = F for p = 4, from cos^5 = (10 cos + 5 cos 3 + cos 5)/16."""
    entry = activation(name)
    overlap = {2: Q(3, 4), 4: Q(5, 8)}[entry.order]
    law = theory_of(name, "advection")["real_cosine_amplitude"]
    assert sp.simplify(overlap * entry.coefficient * law.equation.rhs ** (entry.order + 1) - F) == 0
    assert law.exponents[0] == Q(1, entry.order + 1)


@pytest.mark.parametrize("name", ["algebraic", "tanh", "arctan", "erf"])
def test_second_term_of_the_fundamental_by_hand(name: str) -> None:
    """psi = W + c W^3 + b W^5: F = 3/4 c R1^3 (1 + a R1^2), a = 5b/(6c) - c/8, so R1 = s - a s^3/3.

    The harmonic W_3 = -c R1^3 E_3 / 8 enters the fundamental of c W^3 by 3 c R1^2 W_3 / 4, and Re E_3 = 1/2.
    """
    inverse = activation(name).inverse_taylor(5)
    c, b = inverse[3], inverse[5]
    second = fundamental_series(activation(name), 5)[3]
    assert sp.simplify(second + (5 * b / (6 * c) - c / 8) / 3) == 0


@five
def test_leading_third_harmonic(name: str) -> None:
    """c R1^(p+1) binom(p+1, p/2-1)/2^p / (2 |sin(d/2)|) at c R1^(p+1) binom(p+1, p/2)/2^p = F: p/(p+4) F / (2 ...)."""
    entry, k = activation(name), sp.Symbol("k", real=True)
    law = derive(Network(entry, LONG_REACH))["real_cosine_harmonics"]
    wave = Q(2, 5) * sp.sin(k) - Q(2, 9) * sp.sin(2 * k)
    mistuned = 3 * wave - wave.subs(k, 3 * k)
    expected = Q(entry.order, entry.order + 4) * F / (2 * sp.Abs(sp.sin(mistuned / 2)))
    for value in (Q(1, 3), Q(-7, 5), Q(5, 2)):
        assert abs((law.equation.rhs / expected).subs(k, value).evalf(30) - 1) < 1e-25


@pytest.mark.parametrize("name", ["algebraic", "tanh", "quartic"])
def test_balance_leaves_no_residual_but_of_the_next_order(name: str) -> None:
    """psi(W) - V W - forcing in mpmath at real detunings: smaller by 10^(next power) for a tenth of R1."""
    entry, order = activation(name), 7
    found = balance(entry, order)
    psi: Any = sp.lambdify(sp.Symbol("R", positive=True), entry.psi(sp.Symbol("R", positive=True)), "mpmath")

    def value(expression: sp.Expr) -> Any:
        numbers = {eta(m): -sp.I * sp.cot(Q(m, 14)) for m in range(3, order + 1, 2)}  # d_m = m/7
        return mpmath.mpmathify(sp.N(expression.xreplace(numbers), 50))

    def residual(size: Any) -> Any:
        phase, total, moved = mpf(3) / 5, mpf(0), mpf(0)
        for m, values in found.profile.items():
            coefficient = sum(value(a) * size**n for n, a in enumerate(values)) * mpmath.expj(m * phase)
            turned = mpmath.expj(-mpf(m) / 7) if abs(m) > 1 else 1
            total, moved = total + coefficient, moved + turned * coefficient
        for m in (1, -1):
            moved += sum(value(a) * size**n for n, a in enumerate(found.bent[m])) * mpmath.expj(m * phase)
        assert abs(total.imag) < mpf(10) ** -40 * size
        return abs(psi(total.real) - moved)

    with mpmath.workdps(50):
        observed = mpmath.log10(residual(mpf(10) ** -4) / residual(mpf(10) ** -5))
        assert abs(observed - harmonics.balanced_power_after(entry, order)) < 1e-4


def test_vanishing_terms_move_the_remainder() -> None:
    """algebraic: the third harmonic has no term in F^(5/3); tanh has one."""
    theories = {
        name: derive(Network(activation(name), kernel("advection"))) for name in ("algebraic", "tanh")
    }
    orders = {name: theory["real_cosine_harmonics"].remainder_order for name, theory in theories.items()}
    assert orders == {"algebraic": Q(7, 3), "tanh": Q(5, 3)}


def test_harmonics_beyond_the_order_of_the_nonlinearity_are_weaker() -> None:
    """tanh, p = 2: the fifth goes as F^(5/3), with cot(d_3/2) in it."""
    law = real_cosine_harmonics(Network(activation("tanh"), kernel("advection")), number=5)
    assert law.exponents[0] == Q(5, 3)
    assert law.remainder_order == Q(7, 3)
    assert series.nonzero_powers(harmonic_series(activation("tanh"), 5, 5)) == (5,)
    assert harmonic_series(activation("tanh"), 5, 5)[5].has(tau(3))
    for number in (1, 2, 4):
        with pytest.raises(DerivationError, match="odd and at least 3"):
            real_cosine_harmonics(law.network, number=number)


@pytest.mark.parametrize("k", ["0", "pi"])
def test_a_wavenumber_whose_harmonics_are_resonant_is_refused(k: str, theory_of: Derived) -> None:
    for name in REAL[-3:]:
        with pytest.raises(ParameterError, match="must hold"):
            theory_of("algebraic", "advection")[name].evaluate({"F": "1/100", "k": k})


@pytest.mark.parametrize("terms", [1, 2])
def test_more_terms_on_request(terms: int) -> None:
    law = real_cosine_amplitude(Network(activation("algebraic"), kernel("advection")), terms=terms)
    assert len(law.exponents) == terms + 1
    assert not law.equation.rhs.has(sp.cot)
    assert fundamental_series(activation("algebraic"), 5)[5].has(tau(3))  # the third term depends on k


def test_a_wrong_harmonic_stops_the_chapter(monkeypatch: pytest.MonkeyPatch) -> None:
    """The third harmonic off by one part in a million."""
    right = harmonics.balance

    def wrong(entry: Any, order: int) -> Any:
        found = right(entry, order)
        profile = dict(found.profile)
        profile[3] = tuple(value * (1 + Q(1, 10**6)) for value in profile[3])
        return harmonics.Balance(profile, found.bent, order)

    monkeypatch.setattr(real_cosine, "balance", wrong)
    with pytest.raises(DerivationError, match="Balance harmonic by harmonic"):
        real_cosine_amplitude(Network(activation("algebraic"), kernel("advection")))
