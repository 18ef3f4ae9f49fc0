"""Measurements: each observable against closed forms of the model's definition, exactness, refusals."""

from __future__ import annotations

from typing import Any

import flint
import mpmath
import pytest
import sympy as sp

from analytics.errors import GrammarError, NearCriticalError, ParameterError, PrecisionError
from analytics.expressions.parameter import read_point
from analytics.network.activation import PROFILES, activation
from analytics.network.kernel import Kernel, kernel
from analytics.network.network import Network
from numerics.observables.discovery import observables
from numerics.observables.measure import measure

NAMES = (
    "activation_drive activation_response background_amplitude forced_amplitude forced_phase "
    "kernel_frequency resonance_bandwidth"
).split()


def network(name: str = "algebraic", kernel_name: str = "laplacian", dimension: int = 1) -> Network:
    return Network(activation(name), kernel(kernel_name, dimension=dimension))


def close(value: Any, expected: Any, digits: int) -> bool:
    """Relative agreement to `digits` digits."""
    with mpmath.workdps(digits + 15):
        return bool(abs(value / mpmath.mpmathify(expected) - 1) < mpmath.mpf(10) ** -digits)


def test_the_observables_are_found() -> None:
    assert set(NAMES) <= set(observables())
    assert list(observables()) == sorted(observables())
    for name, observable in observables().items():
        assert observable.name == name
        assert observable.meaning


@pytest.mark.parametrize("dimension", [1, 2])
@pytest.mark.parametrize("name", NAMES)
def test_settings_lie_in_the_domain_and_are_several(name: str, dimension: int) -> None:
    for profile in ("tanh", "quartic"):
        studied = network(profile, "advection", dimension)
        observable = observables()[name]
        points = observable.settings(studied)
        assert len(points) >= 3
        for point in points:
            assert read_point("settings", observable.parameters(studied), point)


REFERENCES = [
    ("forced_amplitude", "algebraic", {"F": "1/100"}, "0.2665031517714650040582918342302619184131"),
    (
        "forced_amplitude",
        "algebraic",
        {"F": "0.01", "delta": "0.1"},
        "0.09966810290753752314379976259690923772409",
    ),
    ("forced_amplitude", "tanh", {"F": "1e-2"}, "0.3047732572086081538987775591728538967236"),
    ("background_amplitude", "algebraic", {"I0": "1/1000"}, "0.1254934278132807934343362816492997314147"),
]
"""From the definition of the model, to 40 digits, found independently of this code."""


@pytest.mark.parametrize(("observable", "name", "point", "digits"), REFERENCES)
def test_reference_digits(observable: str, name: str, point: dict[str, str], digits: str) -> None:
    for dimension in (1, 2):
        found = measure(observable, network(name, dimension=dimension), point, digits=40)
        with mpmath.workdps(40):
            assert mpmath.nstr(found.value, 40) == digits


@pytest.mark.parametrize("amplitude", ["1e-12", "1/3", "20"])
def test_activation_response_and_drive_in_closed_form(amplitude: str) -> None:
    """algebraic: r/sqrt(1+r^2) and back, by mpmath at 80 digits."""
    with mpmath.workdps(80):
        r = mpmath.mpf(sp.N(sp.Rational(amplitude), 80))
        R = r / mpmath.sqrt(1 + r**2)
    response = measure("activation_response", network(), {"r": amplitude}, digits=60)
    assert close(response.value, R, 60)
    back = measure("activation_drive", network(), {"R": response.value}, digits=50)
    assert close(back.value, r, 50)


def test_activation_drive_close_to_saturation() -> None:
    """tanh: atanh(1 - 1e-20), where the output forgets twenty digits of the input."""
    found = measure("activation_drive", network("tanh"), {"R": "1 - 1/10**20"}, digits=50)
    with mpmath.workdps(90):
        assert close(found.value, mpmath.atanh(1 - mpmath.mpf(10) ** -20), 50)


@pytest.mark.parametrize("kernel_name", ["laplacian", "advection"])
@pytest.mark.parametrize("m", [0, 1, -3, 8])
def test_kernel_frequency_in_closed_form(kernel_name: str, m: int) -> None:
    """2c(1 - cos k) and c sin k, c = 3/10; absolute, since it may vanish."""
    k = 2 * sp.pi * m / 16
    found = measure("kernel_frequency", network(kernel_name=kernel_name), {"k": k}, digits=50)
    with mpmath.workdps(70):
        exact = {
            "laplacian": sp.Rational(3, 5) * (1 - sp.cos(k)),
            "advection": sp.Rational(3, 10) * sp.sin(k),
        }
        expected = mpmath.mpf(sp.N(exact[kernel_name], 70, chop=True))
        assert abs(found.value - expected) < mpmath.mpf(10) ** -50


def test_kernel_frequency_is_a_phase() -> None:
    """A band wider than pi wraps: 4c = 6 at k = pi is seen as 6 - 2 pi."""
    wide = Network(activation("tanh"), kernel("laplacian", constants={"c": sp.Rational(3, 2)}))
    found = measure("kernel_frequency", wide, {"k": sp.pi}, digits=30)
    with mpmath.workdps(40):
        assert abs(found.value - (6 - 2 * mpmath.pi)) < mpmath.mpf(10) ** -30


@pytest.mark.parametrize("k", ["0", "pi/4", "-3*pi/8"])
def test_amplitude_and_phase_balance_the_forcing(k: str) -> None:
    """F e^(-i theta) e^(-i omega(k)) = psi(R) e^(i delta) - R at each carrier: what a step does to a wave.

    algebraic psi by mpmath; omega(k) = 3/5 (1 - cos k).
    """
    point = {"F": "1/7", "delta": "-1/5", "k": k}
    R = measure("forced_amplitude", network(), point, digits=50).value
    theta = measure("forced_phase", network(), point, digits=50).value
    with mpmath.workdps(70):
        omega = mpmath.mpf(3) / 5 * (1 - mpmath.cos(mpmath.mpf(sp.N(angle(k), 70))))
        left = mpmath.mpf(1) / 7 * mpmath.expj(-theta - omega)
        right = R / mpmath.sqrt(1 - R**2) * mpmath.expj(mpmath.mpf(-1) / 5) - R
        assert abs(left - right) < mpmath.mpf(10) ** -49
        assert -mpmath.pi < theta <= mpmath.pi


def angle(text: str) -> sp.Expr:
    return {"0": sp.S.Zero, "pi/4": sp.pi / 4, "-3*pi/8": -3 * sp.pi / 8}[text]


def test_a_background_on_a_kernel_that_turns_it() -> None:
    """omega = 1/10 + (2/7) sin k: omega(0) = 1/10, so the background is detuned by -1/10 like a forcing."""
    stencil = (((0,), sp.I / 10), ((1,), sp.Rational(-1, 7)), ((-1,), sp.Rational(1, 7)))
    turning = Network(activation("algebraic"), Kernel("turning", stencil))
    found = measure("background_amplitude", turning, {"I0": "1/100"}, digits=40)
    with mpmath.workdps(40):
        assert mpmath.nstr(found.value, 40) == REFERENCES[1][3]


@pytest.mark.parametrize("name", ["algebraic", "quartic"])
@pytest.mark.parametrize("forcing", ["1/100", "1e-12", "1e-20"])
def test_bandwidth_is_where_the_power_is_half(name: str, forcing: str) -> None:
    studied = network(name)
    width = measure("resonance_bandwidth", studied, {"F": forcing}, digits=50)
    peak = measure("forced_amplitude", studied, {"F": forcing}, digits=60)
    side = measure("forced_amplitude", studied, {"F": forcing, "delta": width.value}, digits=60)
    with mpmath.workdps(80):
        assert abs((side.value / peak.value) ** 2 - mpmath.mpf(1) / 2) < mpmath.mpf(10) ** -50
    assert width.residual <= width.tolerance


def test_a_forcing_too_strong_to_be_halved_by_detuning_is_refused() -> None:
    with pytest.raises(ParameterError, match="weaker forcing"):
        measure("resonance_bandwidth", network(), {"F": "100"})


@pytest.mark.parametrize("name", sorted(PROFILES))
def test_the_value_has_the_digits_asked_for(name: str) -> None:
    """15, 30 and 100 digits of one value."""
    found = [measure("forced_amplitude", network(name), {"F": "1e-9"}, digits=d).value for d in (15, 30, 100)]
    for value, digits in zip(found, (15, 30)):
        assert close(value, found[-1], digits)


def test_engines_measure_the_same() -> None:
    point = {"F": "1/20", "delta": "1/10"}
    for name in ("forced_amplitude", "forced_phase"):
        found = {e: measure(name, network(), point, 30, engine=e) for e in ("ball", "reference")}
        assert close(found["reference"].value, found["ball"].value, 30)
        assert close(measure(name, network(), point, 10, engine="double").value, found["ball"].value, 10)
        assert {key: value.engine for key, value in found.items()} == {key: key for key in found}


def test_values_are_read_exactly() -> None:
    """0.01 is 1/100, not the double nearest to it, which is refused."""
    text, exact = (
        measure("forced_amplitude", network(), {"F": F}, 30).value for F in ("0.01", sp.Rational(1, 100))
    )
    assert text == exact
    with pytest.raises(ParameterError, match="an exact number is needed, not a float"):
        measure("forced_amplitude", network(), {"F": 0.01}, 30)


def test_the_record() -> None:
    found = measure("forced_amplitude", network(), {"F": "1/100"}, digits=50)
    assert found.observable == "forced_amplitude"
    assert found.point == {"F": sp.Rational(1, 100), "delta": 0, "k": sp.pi / 4}
    assert (found.digits, found.engine, found.sites) == (50, "ball", (8,))
    assert isinstance(found.value, mpmath.mp.mpf)
    assert found.residual <= found.tolerance
    assert found.error < mpmath.mpf(10) ** -50
    assert "Newton steps" in found.method
    assert "one modulus on all sites" in found.checks[0]
    assert measure("forced_amplitude", network(dimension=2), {"F": "1"}, 20).sites == (8, 8)


@pytest.mark.parametrize(
    ("observable", "point", "error", "text"),
    [
        ("forced_amplitud", {"F": "1"}, NearCriticalError, "Did you mean forced_amplitude"),
        ("forced_amplitude", {"f": "1"}, NearCriticalError, "Did you mean F|Known: F"),
        ("forced_amplitude", {}, ParameterError, "F .* must be given"),
        ("forced_amplitude", {"F": "-1"}, ParameterError, "must lie in"),
        ("forced_amplitude", {"F": "0"}, ParameterError, "must lie in"),
        ("forced_amplitude", {"F": "1", "k": "1"}, ParameterError, "The nearest admissible"),
        ("forced_amplitude", {"F": "one"}, GrammarError, "one"),
        ("activation_drive", {"R": "2"}, ParameterError, "must lie in"),
        ("kernel_frequency", {"k": "2*pi/5000"}, ParameterError, "at most 4096 sites"),
    ],
)
def test_refusals(observable: str, point: dict[str, str], error: type[Exception], text: str) -> None:
    with pytest.raises(error, match=text):
        measure(observable, network(), point)


def test_digits_that_cannot_be_had() -> None:
    with pytest.raises(PrecisionError, match="a whole number from 1"):
        measure("forced_amplitude", network(), {"F": "1"}, digits=0)
    with pytest.raises(PrecisionError, match="Use the engine 'ball'"):
        measure("activation_response", network(), {"r": "1"}, digits=15, engine="double")


def test_no_precision_is_left_changed() -> None:
    before = (mpmath.mp.prec, flint.ctx.prec)
    measure("resonance_bandwidth", network(), {"F": "1/1000"}, digits=20)
    measure("activation_drive", network(), {"R": "1/2"}, digits=70)
    assert (mpmath.mp.prec, flint.ctx.prec) == before


@pytest.mark.parametrize("weak", ["1e-3", "1.9e-28", "1e-115"])
def test_entries_far_below_the_others_are_told_from_noise(weak: str) -> None:
    """|M12| = |g_t - g_r|/2 of the algebraic sigmoid, with R from R/sqrt(1 - R**2) - R = I0."""
    found = measure("propagator", network(), {"I0": weak, "q": "pi/2"}, digits=12)
    with mpmath.workdps(400):
        drive = mpmath.mpf(weak)
        output = mpmath.findroot(
            lambda r: (r / mpmath.sqrt(1 - r * r) - r) / drive - 1, mpmath.cbrt(2 * drive)
        )
        across = mpmath.sqrt(1 - output**2)
        assert close(abs(found.values[1]), (across - across**3) / 2, 12)
