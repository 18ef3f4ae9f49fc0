"""Chapter 6: the derivative of phi by finite differences, M(q) by perturbing a small ring by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mpmath
import pytest
import sympy as sp
from mpmath import mpf

from analytics.errors import DerivationError
from analytics.expressions.notation import R, r
from analytics.expressions.series import taylor
from analytics.law.law import Law
from analytics.network.activation import PROFILES, Activation, activation
from analytics.network.kernel import kernel
from analytics.network.network import Network
from derivations import linearization
from derivations.activation import activation_inverse
from derivations.dispersion import exceptional_point
from derivations.theory import Theory

Q = sp.Rational
Derived = Callable[..., Theory]
Models = Callable[..., Any]
five = pytest.mark.parametrize("name", PROFILES)
both = pytest.mark.parametrize("kernel", ["laplacian", "advection"])

# An evaluation to 30 digits is compared at 1e-29; the hand-made numbers carry 40 digits and more.
DIGITS, TOLERANCE = 30, mpf(10) ** -29


@five
def test_gains_are_the_derivative_of_phi_in_any_direction(
    name: str, theory_of: Derived, model_of: Models
) -> None:
    """phi(z + s v) differentiated by s: A v + B conj v, A = (g_r + g_t)/2, B = (g_r - g_t)/2 e^(2 i arg z)."""
    model, theory = model_of(name), theory_of(name)
    for background in ("1/1000", "1/3", "4"):
        along, across = (
            theory[gain].evaluate({"I0": background}, DIGITS) for gain in ("radial_gain", "tangential_gain")
        )
        with mpmath.workdps(45):
            z = model.drive(mpmath.mpmathify(background)) * mpmath.expj(mpf("0.7"))
            for v in (mpf(1), mpmath.mpc(0, 1), mpmath.mpc("-0.6", "0.3")):
                found = mpmath.diff(lambda s, z=z, v=v: model.phi(z + s * v), 0)
                mixed = (along - across) / 2 * z / mpmath.conj(z)
                expected = (along + across) / 2 * v + mixed * mpmath.conj(v)
                assert abs(found - expected) < TOLERANCE


@five
def test_gains_fall_below_one_by_powers_of_the_amplitude(name: str, theory_of: Derived) -> None:
    """g_t = 1 - c R^p + ..., g_r = 1 - (p+1) c R^p + ..."""
    theory = theory_of(name)
    p, c = theory.network.activation.order, theory.network.activation.coefficient
    for gain, loss in (("radial_gain", (p + 1) * c), ("tangential_gain", c)):
        expansion = taylor(theory[gain].equation.rhs, R, p)
        assert [sp.simplify(value) for value in expansion] == [1, *[0] * (p - 1), -loss]


def test_gains_of_the_algebraic_profile(theory_of: Derived) -> None:
    """(1 - R^2)^(3/2) along, (1 - R^2)^(1/2) across."""
    theory = theory_of("algebraic")
    assert sp.simplify(theory["radial_gain"].equation.rhs - (1 - R**2) ** Q(3, 2)) == 0
    assert sp.simplify(theory["tangential_gain"].equation.rhs - sp.sqrt(1 - R**2)) == 0


SITES = 8


def perturbed_ring(model: Any, pre: Any, carrier: int, turn: int, frequency: Any) -> list[Any]:
    """M(q) row by row: a wave on SITES sites, perturbed in alpha or beta by 1e-40, one step, projected.

    q = 2 pi turn / SITES, the carrier likewise; U in Fourier space, the input that keeps the wave steady.
    """
    size, small = 2 * mpmath.pi / SITES, mpf(10) ** -40
    k, q = carrier * size, turn * size

    def kernel(state: list[Any]) -> list[Any]:
        waves = [
            mpmath.fsum(value * mpmath.expj(-n * size * x) for x, value in enumerate(state)) / SITES
            for n in range(SITES)
        ]
        turned = [wave * mpmath.expj(model.omega([n * size])) for n, wave in enumerate(waves)]
        return [
            mpmath.fsum(wave * mpmath.expj(n * size * x) for n, wave in enumerate(turned))
            for x in range(SITES)
        ]

    modulus = model.rho(pre)
    steady = [modulus * mpmath.expj(k * x) for x in range(SITES)]
    # the input leaves a pre-activation of modulus `pre` and the phase of the carrier, a step on
    wanted = [pre * mpmath.expj(k * x + frequency) for x in range(SITES)]
    forcing = [a - b for a, b in zip(wanted, kernel(steady), strict=True)]
    columns = []
    for alpha, beta in ((small, 0), (0, small)):
        state = [
            value + (alpha * mpmath.expj(q * x) + beta * mpmath.expj(-q * x)) * mpmath.expj(k * x)
            for x, value in enumerate(steady)
        ]
        after = [model.phi(a + b) for a, b in zip(kernel(state), forcing, strict=True)]
        change = [value * mpmath.expj(-frequency - k * x) - modulus for x, value in enumerate(after)]
        ahead = mpmath.fsum(value * mpmath.expj(-q * x) for x, value in enumerate(change)) / SITES / small
        behind = mpmath.fsum(value * mpmath.expj(q * x) for x, value in enumerate(change)) / SITES / small
        columns.append((ahead, mpmath.conj(behind)))
    return [columns[0][0], columns[1][0], columns[0][1], columns[1][1]]


@both
@pytest.mark.parametrize("name", ["algebraic", "tanh", "quartic"])
def test_bloch_matrix_on_a_uniform_background(
    name: str, kernel: str, theory_of: Derived, model_of: Models
) -> None:
    model, law = model_of(name, kernel), theory_of(name, kernel)["bloch_matrix"]
    for background, turn in (("1/1000", 1), ("1/3", -3)):
        found = law.branches({"I0": background, "q": sp.pi * turn / 4}, DIGITS)
        with mpmath.workdps(90):
            expected = perturbed_ring(model, model.drive(mpmath.mpmathify(background)), 0, turn, mpf(0))
            assert max(abs(a - b) for a, b in zip(found, expected, strict=True)) < TOLERANCE


@both
def test_bloch_matrix_on_an_oscillation(kernel: str, theory_of: Derived, model_of: Models) -> None:
    """F = 1/5, delta = 1/10, k = pi/4 and pi/2; the wavenumber of the perturbation counts from k."""
    model, law = model_of("algebraic", kernel), theory_of("algebraic", kernel)["bloch_matrix"]
    for carrier, turn in ((1, 2), (2, -1)):
        point = {"F": "1/5", "delta": "1/10", "k": sp.pi * carrier / 4, "q": sp.pi * turn / 4}
        found = law.branches(point, DIGITS)
        with mpmath.workdps(90):
            frequency = model.omega([carrier * mpmath.pi / 4]) + mpf(1) / 10
            pre = model.forced(mpf(1) / 5, mpf(1) / 10)
            expected = perturbed_ring(model, pre, carrier, turn, frequency)
            assert max(abs(a - b) for a, b in zip(found, expected, strict=True)) < TOLERANCE


@both
@five
def test_characteristic_polynomial_has_the_eigenvalues(
    name: str, kernel: str, theory_of: Derived, model_of: Models
) -> None:
    model, law = model_of(name, kernel), theory_of(name, kernel)["characteristic_polynomial"]
    for background, wavenumber in (("1/1000", "2"), ("1/3", "1/10"), ("4", "-3")):
        found = law.branches({"I0": background, "q": wavenumber}, DIGITS)
        assert len(found) == 2
        with mpmath.workdps(45):
            m = model.matrix(model.drive(mpmath.mpmathify(background)), [mpmath.mpmathify(wavenumber)])
            expected = model.eigenvalues(m)
            apart = max(min(abs(a - b) for a in found) for b in expected)
            assert apart < TOLERANCE


def test_characteristic_polynomial_off_the_axes_of_the_plane(theory_of: Derived, model_of: Models) -> None:
    law = theory_of("algebraic", "laplacian", 2)["characteristic_polynomial"]
    found = law.branches({"I0": "1/50", "q1": "1/2", "q2": "-2"}, DIGITS)
    with mpmath.workdps(45):
        model = model_of("algebraic")
        m = model.matrix(model.drive(mpf(1) / 50), [mpf(1) / 2, mpf(-2)])
        assert max(min(abs(a - b) for a in found) for b in model.eigenvalues(m)) < TOLERANCE


def test_a_wrong_matrix_stops_the_chapter(theory_of: Derived, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a and b exchanged, or the second frequency not reversed, the perturbed step is not reproduced."""
    right = linearization.matrix
    network = theory_of("algebraic").network
    for wrong in (
        lambda a, b, ahead, behind: right(b, a, ahead, behind),
        lambda a, b, ahead, behind: right(a, b, ahead, -behind),
        lambda a, b, ahead, behind: (
            right(a, b, ahead, behind)[0],
            *reversed(right(a, b, ahead, behind)[1:]),
        ),
    ):
        monkeypatch.setattr(linearization, "matrix", wrong)
        with pytest.raises(DerivationError, match="Convolve"):
            linearization.bloch_matrix(network)


@pytest.mark.parametrize("law", [linearization.radial_gain, linearization.tangential_gain])
@pytest.mark.parametrize("name", ["algebraic", "tanh", "mixed"])
def test_a_wrong_gain_stops_the_chapter(
    name: str, law: Callable[[Network], Law], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Off by one part in a million, it is not the slope of rho, or rho(r)/r, at R = rho(r)."""
    profile = (sp.tanh(r) + r / sp.sqrt(1 + r**2)) / 2  # no closed inverse
    entry = Activation("mixed", profile) if name == "mixed" else activation(name)
    wrong = tuple(gain * (1 + Q(1, 10**6)) for gain in linearization.gains(entry))
    monkeypatch.setattr(linearization, "gains", lambda _: wrong)
    with pytest.raises(DerivationError, match="At the pre-activation"):
        law(Network(entry, kernel("laplacian")))


@pytest.mark.parametrize(
    "profile",
    [2 * sp.atan(sp.tanh(r / 2)), sp.tanh(3 * r) / 3, r / (1 + 9 * r**2 + 81 * r**4) ** Q(1, 4)],
    ids=["gudermannian", "scaled tanh", "saturating at 1/3"],
)
def test_gains_of_other_profiles_are_checked(profile: sp.Expr) -> None:
    network = Network(Activation("own", profile), kernel("laplacian"))
    assert activation_inverse(network).equation.rhs == network.activation.psi(R)
    for law in (linearization.radial_gain, linearization.tangential_gain, exceptional_point):
        check = law(network).steps[-1].check
        assert check.points > 0 or check.kind == "evident"  # 1 - tanh(3 r)^2 on both sides


def test_a_wrong_polynomial_stops_the_chapter(theory_of: Derived, monkeypatch: pytest.MonkeyPatch) -> None:
    right = linearization.characteristic
    monkeypatch.setattr(linearization, "characteristic", lambda *given: right(*given) + given[0] / 10**6)
    with pytest.raises(DerivationError, match="determinant"):
        linearization.characteristic_polynomial(theory_of("algebraic").network)


@pytest.mark.parametrize("law", ["radial_gain", "bloch_matrix", "characteristic_polynomial"])
def test_laws_stand_on_either_background(law: str, theory_of: Derived) -> None:
    """A point that names F means an oscillation; on resonance with k = 0 that is the uniform background."""
    given = {} if law == "radial_gain" else {"q": "1/3"}
    one = theory_of("algebraic")[law].branches({"I0": "1/7", **given}, 40)
    other = theory_of("algebraic")[law].branches({"F": "1/7", **given}, 40)
    assert one == other
