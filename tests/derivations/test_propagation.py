"""Chapter 9: complex wavenumbers as zeros of det(e^(i Omega) - M(q)), all of them by the argument principle."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import mpmath
import numpy as np
import pytest
import sympy as sp
from mpmath import mpf

from analytics.errors import DerivationError
from analytics.network.activation import PROFILES, activation
from analytics.network.kernel import Kernel, kernel
from analytics.network.network import Network
from derivations import propagation
from derivations.propagation import complex_wavenumber
from derivations.theory import Theory, derive

Q = sp.Rational
Derived = Callable[..., Theory]
Models = Callable[..., Any]
five = pytest.mark.parametrize("name", PROFILES)
both = pytest.mark.parametrize("stencil", ["laplacian", "advection"])
DIGITS = 30


def theory(stencil: str | Kernel = "laplacian", c: str = "3/10", name: str = "algebraic") -> Theory:
    entry = kernel(stencil, constants={"c": sp.sympify(c)}) if isinstance(stencil, str) else stencil
    return derive(Network(activation(name), entry))


def determinant(model: Any, pre: Any, frequency: Any, q: Any, detuning: Any = 0) -> Any:
    """det(e^(i Omega) - M(q)) over the sum of its terms' moduli: 0 at a root, of the order 1 elsewhere."""
    m = model.matrix(pre, [q], [mpf(0)], detuning)
    turn = mpmath.expj(frequency)
    terms = turn**2, -turn * m[0, 0], -turn * m[1, 1], m[0, 0] * m[1, 1], -m[0, 1] * m[1, 0]
    return mpmath.fsum(terms) / mpmath.fsum(map(abs, terms))


CASES = (("1/1000", "3/10"), ("1/3", "0"), ("3", "1/4"), ("1/50", "-2"))
"""(I0, Omega): in the band; static; strong; beyond the band."""


@both
@five
def test_every_root_is_a_zero_of_the_determinant(
    name: str, stencil: str, theory_of: Derived, model_of: Models
) -> None:
    """The first eight roots; those are found to 30 digits, a derivative of omega(q) of some 10 is lost."""
    law, model = theory_of(name, stencil)["complex_wavenumber"], model_of(name, stencil)
    background, frequency = CASES[list(PROFILES).index(name) % 4]
    roots = law.branches({"I0": background, "Omega": frequency}, DIGITS)
    with mpmath.workdps(45):
        pre = model.drive(mpmath.mpmathify(background))
        for root in roots[:8]:
            assert abs(determinant(model, pre, mpmath.mpmathify(frequency), root)) < mpf(10) ** -28


@both
def test_roots_on_a_detuned_oscillation(stencil: str, theory_of: Derived, model_of: Models) -> None:
    """F = 1/5, delta = 1/10, k = 0: the frame takes delta from omega, an odd kernel's omega_+ is -delta."""
    law, model = theory_of("algebraic", stencil)["complex_wavenumber"], model_of("algebraic", stencil)
    for detuning in ("1/10", "-3/2"):
        roots = law.branches({"F": "1/5", "delta": detuning, "Omega": "1/4"}, DIGITS)
        with mpmath.workdps(45):
            pre = model.forced(mpf(1) / 5, mpmath.mpmathify(detuning))
            for root in roots[:8]:
                miss = determinant(model, pre, mpf(1) / 4, root, mpmath.mpmathify(detuning))
                assert abs(miss) < mpf(10) ** -28


# -- none is missing --


def zeros_by_argument(model: Any, background: str, frequency: str, low: float, high: float) -> int:
    """Zeros of det(e^(i Omega) - M(q)), analytic and 2 pi-periodic in q, with low < Im q < high.

    The vertical sides cancel, so it is the change of argument along Im q = low minus that along Im q = high,
    in doubles. omega(q) is of the modulus c e^high at most, its argument resolved by the steps taken.
    """
    with mpmath.workdps(20):
        pre = model.drive(mpmath.mpmathify(background))
        along, across = map(float, model.gains(pre))
        c, turn = float(sp.Rational(model.c)), np.exp(1j * float(sp.Rational(frequency)))
    mean, product = (along + across) / 2, along * across

    def turns(height: float) -> int:
        q = np.linspace(-np.pi, np.pi, 400_001) + 1j * height
        if model.kernel == "advection":
            ahead, behind = c * np.sin(q), -c * np.sin(q)
        else:
            ahead = behind = 2 * c * (1 - np.cos(q))
        values = (
            turn**2
            - turn * mean * (np.exp(1j * ahead) + np.exp(-1j * behind))
            + product * np.exp(1j * (ahead - behind))
        )
        steps = np.angle(values[1:] / values[:-1])
        assert np.max(np.abs(steps)) < 1
        total = steps.sum() / (2 * np.pi)
        assert abs(total - round(total)) < 1e-6
        return round(total)

    return turns(low) - turns(high)


@pytest.mark.parametrize(
    ("stencil", "c", "background", "frequency"),
    [
        ("laplacian", "3/10", "1/1000", "3/10"),
        ("laplacian", "3/10", "1/3", "0"),
        ("laplacian", "3/10", "5", "1/4"),
        ("laplacian", "3/10", "1/50", "2"),
        ("laplacian", "1", "1/100", "3"),
        ("laplacian", "2", "1/100", "0"),
        ("laplacian", "2", "1/100", "3/10"),
        ("laplacian", "-1", "1/100", "1/2"),
        ("advection", "3/10", "1/1000", "1/5"),
        ("advection", "3/10", "2", "0"),
        ("advection", "4", "1/100", "5/2"),
    ],
)
def test_no_root_is_missing(stencil: str, c: str, background: str, frequency: str, model_of: Models) -> None:
    """Up to heights where there are some tens of roots, wide bands (4c > pi) and static probes among them."""
    roots = theory(stencil, c)["complex_wavenumber"].branches({"I0": background, "Omega": frequency}, 15)
    model = model_of("algebraic", stencil, c)
    for height in (1.0, 2.0, 3.1):
        expected = sum(float(root.imag) < height for root in roots)
        assert min(abs(float(root.imag) - height) for root in roots) > 1e-4
        assert zeros_by_argument(model, background, frequency, 1e-9, height) == expected


@five
def test_a_wide_band_brings_other_waves_in(name: str) -> None:
    """c = 2: static waves of omega = +-2 pi lie inside the band, and decay slower than the one at its edge."""
    roots = theory("laplacian", "2", name)["complex_wavenumber"].branches({"I0": "1e-6", "Omega": 0}, 20)
    narrow = theory("laplacian", "1/2", name)["complex_wavenumber"].branches({"I0": "1e-6", "Omega": 0}, 20)
    with mpmath.workdps(20):
        first = mpmath.acos(1 - mpmath.pi / 2)  # 4 (1 - cos q) = 2 pi
        assert abs(abs(roots[0].real) - first) < 1e-3
        assert roots[0].imag < roots[2].imag / 20
        # at the edge of a narrow band Re q = Im q
        assert abs(abs(narrow[0].real) / narrow[0].imag - 1) < 1e-2


# -- order --


@both
def test_the_least_damped_first(stencil: str, theory_of: Derived) -> None:
    for background, frequency in CASES:
        roots = theory_of("algebraic", stencil)["complex_wavenumber"].branches(
            {"I0": background, "Omega": frequency}, 20
        )
        with mpmath.workdps(40):
            assert all(before.imag <= after.imag * (1 + mpf(10) ** -20) for before, after in pairwise(roots))
            assert all(-mpmath.pi < root.real <= mpmath.pi + mpf(10) ** -20 for root in roots)
            assert all(0 < root.imag <= 5 for root in roots)


def test_of_two_damped_equally_the_larger_re_q_first(theory_of: Derived) -> None:
    """Static waves of an even kernel come in pairs q, -conj q."""
    roots = theory_of("algebraic")["complex_wavenumber"].branches({"I0": "1/1000", "Omega": 0}, 40)
    with mpmath.workdps(50):
        assert roots[0].real > 0
        assert abs(roots[0] + mpmath.conj(roots[1])) < mpf(10) ** -39


@pytest.mark.parametrize("odd", [False, True])
@pytest.mark.parametrize("digits", [8, 20, 33])
def test_order_where_moduli_differ_but_damping_does_not(odd: bool, digits: int) -> None:
    """A stencil that reaches two sites only has waves q and q + pi: two rings in one."""
    taps = ((2, -Q(3, 20)), (-2, Q(3, 20))) if odd else ((2, -sp.I * Q(3, 20)), (0, sp.I * Q(3, 10)), (-2, -sp.I * Q(3, 20)))  # fmt: skip
    entry = Kernel("alternating", tuple(((offset,), value) for offset, value in taps))
    for frequency in ("0", "1/10", "1/7"):
        roots = theory(entry)["complex_wavenumber"].branches({"I0": "1/100", "Omega": frequency}, digits)
        with mpmath.workdps(40):
            for root in roots:
                # as many to the left, one larger Re q than the other, next to each other
                partner = root - mpmath.sign(root.real) * mpmath.pi
                assert min(abs(partner - other) for other in roots) < mpf(10) ** -digits
            for before, after in pairwise(roots):
                assert before.imag < after.imag + mpf(10) ** -digits
                if abs(before.imag - after.imag) < mpf(10) ** -digits:
                    assert before.real > after.real


def test_a_long_stencil_is_searched_less_high(theory_of: Derived) -> None:
    """e^(5) over the reach of the stencil, so that there are no more roots."""
    far = Kernel("far", (((3,), -sp.I * Q(3, 10)), ((0,), sp.I * Q(6, 10)), ((-3,), -sp.I * Q(3, 10))))
    law = complex_wavenumber(Network(activation("algebraic"), far))
    roots = law.branches({"I0": "1/10", "Omega": "1/10"}, 10)
    near = theory_of("algebraic")["complex_wavenumber"].branches({"I0": "1/10", "Omega": "1/10"}, 10)
    assert max(root.imag for root in roots) <= mpf(5) / 3
    assert len(roots) == 3 * len(near)
    assert abs(3 * roots[0].imag - near[0].imag) < mpf(10) ** -9


# -- reference --


def test_reference_static_length(theory_of: Derived) -> None:
    """1/Im q at Omega = 0: algebraic, c = 3/10, I0 = 1/1000; from the model's definition, 40 digits."""
    root = theory_of("algebraic")["complex_wavenumber"].evaluate({"I0": "1/1000", "Omega": 0}, 45)
    with mpmath.workdps(50):
        assert mpmath.nstr(1 / root.imag, 40) == "6.593959532891330146757818020908504236298"


def test_a_line_in_the_plane_is_a_ring(theory_of: Derived) -> None:
    for stencil in ("laplacian", "advection"):
        ring = theory_of("algebraic", stencil)["complex_wavenumber"]
        plane = theory_of("algebraic", stencil, 2)["complex_wavenumber"]
        point = {"I0": "1/10", "Omega": "1/5"}
        assert plane.branches(point, 20) == ring.branches(point, 20)


def test_kernels_that_mix_have_a_susceptibility() -> None:
    mixed = Kernel("mixed", (((1,), -Q(1, 10) - sp.I * Q(3, 20)), ((0,), sp.I * Q(3, 10)), ((-1,), Q(1, 10) - sp.I * Q(3, 20))))  # fmt: skip
    assert {"susceptibility", "dispersion_relation"} <= theory(mixed).keys()
    assert "propagation_length" not in theory(mixed)


def test_a_uniform_state_that_the_kernel_turns(model_of: Models) -> None:
    """omega(0) = 1/5: forcing at rest is detuned by -1/5."""
    entry = Kernel("turning", (((1,), -sp.I * Q(3, 10)), ((0,), sp.I * Q(4, 5)), ((-1,), -sp.I * Q(3, 10))))
    roots = theory(entry)["complex_wavenumber"].branches({"I0": "1/5", "Omega": "1/4"}, DIGITS)
    with mpmath.workdps(45):
        model = model_of("algebraic")
        pre = model.forced(mpf(1) / 5, -mpf(1) / 5)
        for root in roots[:6]:
            assert abs(determinant(model, pre, mpf(1) / 4, root, -mpf(1) / 5)) < mpf(10) ** -28


# -- susceptibility --


@both
@five
def test_susceptibility_by_linear_solution(
    name: str, stencil: str, theory_of: Derived, model_of: Models
) -> None:
    """(e^(i Omega) - M) chi = D, column by column by LU decomposition."""
    law, model = theory_of(name, stencil)["susceptibility"], model_of(name, stencil)
    for background, wavenumber, frequency in (("1/1000", "2", "1/2"), ("1/3", "0", "0"), ("3", "-1", "3")):
        found = law.branches({"I0": background, "q": wavenumber, "Omega": frequency}, DIGITS)
        with mpmath.workdps(45):
            pre = model.drive(mpmath.mpmathify(background))
            along, across = model.gains(pre)
            d = mpmath.matrix([[along + across, along - across], [along - across, along + across]]) / 2
            left = mpmath.expj(mpmath.mpmathify(frequency)) * mpmath.eye(2)
            left -= model.matrix(pre, [mpmath.mpmathify(wavenumber)])
            columns = [mpmath.lu_solve(left, d[:, column]) for column in (0, 1)]
            expected = [columns[0][0], columns[1][0], columns[0][1], columns[1][1]]
            size = max(map(abs, expected))
            assert max(abs(a - b) for a, b in zip(found, expected, strict=True)) < size * mpf(10) ** -29


@five
def test_static_susceptibility_is_the_slope_of_the_amplitude(
    name: str, theory_of: Derived, model_of: Models
) -> None:
    """A uniform real change of I0 is alpha = beta = 1/2 at q = Omega = 0: chi11 + chi12 = dR/dI0."""
    model, law = model_of(name), theory_of(name)["susceptibility"]
    chi = law.branches({"I0": "1/10", "q": 0, "Omega": 0}, DIGITS)
    with mpmath.workdps(60):
        step = mpf(10) ** -20
        above, below = (model.rho(model.drive(mpf(1) / 10 + sign * step)) for sign in (1, -1))
        assert abs(chi[0] + chi[1] - (above - below) / (2 * step)) < mpf(10) ** -28
        assert abs(chi[0] - chi[3]) + abs(chi[1] - chi[2]) < mpf(10) ** -28


def test_susceptibility_on_an_oscillation(theory_of: Derived, model_of: Models) -> None:
    law, model = theory_of("tanh", "advection")["susceptibility"], model_of("tanh", "advection")
    point = {"F": "1/5", "delta": "1/10", "k": "1", "q": "-1/2", "Omega": "1/3"}
    found = law.branches(point, DIGITS)
    with mpmath.workdps(45):
        pre = model.forced(mpf(1) / 5, mpf(1) / 10)
        along, across = model.gains(pre)
        d = mpmath.matrix([[along + across, along - across], [along - across, along + across]]) / 2
        m = model.matrix(pre, [-mpf(1) / 2], [mpf(1)], model.omega([mpf(1)]) + mpf(1) / 10)
        chi = mpmath.matrix([[found[0], found[1]], [found[2], found[3]]])
        rest = (mpmath.expj(mpf(1) / 3) * mpmath.eye(2) - m) * chi - d
        assert mpmath.mnorm(rest) < mpf(10) ** -28


def test_a_wrong_response_stops_the_chapter(theory_of: Derived, monkeypatch: pytest.MonkeyPatch) -> None:
    right = propagation.response

    def wrong(*given: sp.Expr) -> tuple[sp.Expr, ...]:
        first, second, third, fourth = right(*given)
        return first, second * (1 + Q(1, 10**6)), third, fourth

    monkeypatch.setattr(propagation, "response", wrong)
    with pytest.raises(DerivationError, match="Drive with the frequency"):
        propagation.susceptibility(theory_of("algebraic").network)


def test_no_wave_travels_along_an_axis_without_coupling() -> None:
    across = Kernel("across", (((0, 1), Q(1, 5)), ((0, -1), Q(-1, 5))))
    assert "complex_wavenumber" not in theory(across)
    assert "complex_wavenumber" in theory(Kernel("along", (((1, 0), Q(1, 5)), ((-1, 0), Q(-1, 5)))))
