"""Tails of a driven site: simulated, solved on a ring, without one, in doubles; and the susceptibility."""

from __future__ import annotations

import random
from dataclasses import replace

import mpmath
import numpy as np
import pytest
import sympy as sp
from mpmath import MPContext, mpf

from analytics.errors import ConvergenceError, PrecisionError
from analytics.network.activation import activation
from analytics.network.kernel import Kernel, kernel
from analytics.network.network import Network
from numerics.lattice.inputs import Background, Oscillation
from numerics.observables.measure import measure
from numerics.perturbations.perturbed_state import Activity
from numerics.perturbations.susceptibility import measured_susceptibility
from numerics.tails.damped_waves import measured_waves
from numerics.tails.exponential_fit import by_damping, matrix_pencil, prony
from numerics.tails.record import Tail
from numerics.tails.tail import measured_tail
from numerics.tails.taps import measured_taps, tap_reach

STILL = (sp.S.Zero,)


def network(profile: str = "algebraic", stencil: str = "laplacian", dimension: int = 1) -> Network:
    return Network(activation(profile), kernel(stencil, dimension=dimension))


def uniform(amplitude: str, stencil: str = "laplacian") -> Activity:
    return Activity(network(stencil=stencil), Background(sp.Rational(amplitude)), STILL, "ball")


def tail(activity: Activity, frequency: str, digits: int, **options: object) -> Tail:
    settings: dict[str, object] = {"count": 1, "of_damping": True} | options
    return measured_tail(activity, sp.Rational(frequency), digits=digits, **settings)  # type: ignore[arg-type]


def difference(one: Tail, other: Tail) -> mpf:
    """Largest relative difference of the dampings and of the wavenumbers."""
    context = MPContext()
    context.dps = 80
    pairs = [(context.convert(a), context.convert(b)) for a, b in zip(one.wavenumbers, other.wavenumbers)]
    return max(max(abs(a - b) / abs(b), abs(a.imag - b.imag) / abs(b.imag)) for a, b in pairs)


def test_static_length_of_the_reference_point() -> None:
    """Algebraic at I0 = 1/1000, c = 3/10: cos omega = (1 + g_r g_t)/(g_r + g_t), cos q = 1 - omega/(2c), l = 1/|Im q|
    with g_t = sqrt(1 - R^2), g_r = g_t^3; 40 digits of it, and the same number by that route."""
    found = measure("evanescent_length", network(), {"I0": "1/1000"}, 42).value
    amplitude = measure("background_amplitude", network(), {"I0": "1/1000"}, 60).value
    with mpmath.workdps(55):
        across = mpmath.sqrt(1 - amplitude**2)
        omega = mpmath.acos((1 + across**4) / (across + across**3))
        length = 1 / abs(mpmath.acos(1 - omega / mpf("0.6")).imag)
        assert abs(found - length) < mpf("1e-41") * length
        assert abs(found - mpf("6.59395953289133014675781802090850423629806")) < mpf("1e-40")


@pytest.mark.parametrize("frequency", ["1/10", "0"])
def test_an_odd_kernel_has_one_wave_for_each_gain(frequency: str) -> None:
    """c sin q = Omega + i ln g: for each gain g two q, of which one decays to the right."""
    found = measure(
        "complex_wavenumber", network("tanh", "advection"), {"I0": "1/50", "Omega": frequency}, 40
    ).values
    gains = [
        measure(name, network("tanh", "advection"), {"I0": "1/50"}, 50).value
        for name in ("tangential_gain", "radial_gain")
    ]
    with mpmath.workdps(60):
        probe = mpf(sp.Rational(frequency).p) / sp.Rational(frequency).q
        for wavenumber, gain in zip(found, gains):
            expected = mpmath.pi - mpmath.asin((probe + 1j * mpmath.log(gain)) / mpf("0.3"))
            assert abs(wavenumber - expected) < mpf("1e-39")


@pytest.mark.parametrize(
    ("activity", "frequency"),
    [
        (uniform("1"), "1/4"),
        (uniform("1"), "0"),
        (uniform("1/3", "advection"), "1/5"),
        (
            Activity(
                network(),
                Oscillation(sp.Integer(1), (sp.pi / 2,), detuning=sp.Rational(1, 10)),
                (sp.pi / 2,),
                "ball",
            ),
            "1/5",
        ),
    ],
    ids=["in the band", "static", "odd kernel", "on a carrier"],
)
def test_three_ways_to_one_tail(activity: Activity, frequency: str) -> None:
    """The nonlinear simulation, the ring in the frequency domain and the difference equation."""
    digits = 30 if frequency == "0" else 12
    simulated, ring, alone = (
        tail(activity, frequency, digits, count=2, of_damping=False, method=method)
        for method in ("simulated", "linearized ring", "linearized, no ring")
    )
    for found, label in ((simulated, "simulated"), (ring, "linearized ring"), (alone, "linearized, no ring")):
        assert found.method.startswith(label)
        assert found.error <= found.tolerance
        assert difference(found, alone) < mpf(10) ** (1 - digits)
    assert any("settled" in check for check in simulated.checks)
    assert any("wrap-around" in check for check in simulated.checks)


def test_the_affordable_way_is_chosen_and_named() -> None:
    begins = {("1", 15): "simulated", ("1/1000", 50): "linearized ring", ("1e-12", 30): "linearized, no ring"}
    for (amplitude, digits), label in begins.items():
        assert measure(
            "propagation_length", network(), {"I0": amplitude, "Omega": "1/4"}, digits
        ).method.startswith(label)


@pytest.mark.parametrize("seed", range(3))
def test_a_length_where_waves_crowd(seed: int) -> None:
    """The stencil has no end, and waves crowd where its frequency has a pole: no ring is planned until they are told
    apart, which takes some 500 digits and minutes."""
    source, k = random.Random(seed), sp.Symbol("k", real=True)
    frequency = sp.Rational(source.randrange(10, 50), 100) * (1 - sp.cos(k) + sp.sin(k) / 2)
    spread = frequency / (sp.Rational(source.randrange(20, 40), 10) + sp.cos(k))
    there = Network(activation(source.choice(["tanh", "erf"])), Kernel.from_frequency("spread", spread))
    point = {"I0": sp.Rational(source.randrange(1, 20), 100), "Omega": sp.Rational(1, 10)}
    found = measure("propagation_length", there, point, 15)
    assert found.method.startswith("linearized, no ring")
    ring = measure("propagation_length", there, point, 6, engine="double")
    assert abs(found.value / ring.value - 1) < 1e-6


@pytest.mark.parametrize(("observable", "ratio"), [("propagation_length", 100), ("evanescent_length", 10)])
def test_lengths_scale_with_the_background(observable: str, ratio: int) -> None:
    """As I0^(-2/3) in the band, I0^(-1/3) at its edge."""
    point = {"Omega": "1/4"} if observable == "propagation_length" else {}
    near, far = (
        measure(observable, network(), {"I0": value, **point}, 30).value for value in ("1e-15", "1e-18")
    )
    with mpmath.workdps(30):
        assert abs(far / near / ratio - 1) < mpf("1e-4")


def test_a_driven_line_of_the_plane_is_a_driven_site_of_the_ring() -> None:
    ring = measure("complex_wavenumber", network(), {"I0": "1/3", "Omega": "1/5"}, 25).values
    plane = measure("complex_wavenumber", network(dimension=2), {"I0": "1/3", "Omega": "1/5"}, 25).values
    with mpmath.workdps(30):
        assert max(abs(a - b) for a, b in zip(ring, plane)) < mpf("1e-24")


def test_both_arithmetics_give_the_same_taps_and_waves() -> None:
    ball, reference = (
        measured_waves(
            replace(uniform("1/50"), engine=engine),
            sp.Rational(1, 5),
            digits=20,
            count=1,
            of_damping=True,
        )
        for engine in ("ball", "reference")
    )
    context = MPContext()
    context.dps = 40
    one, other = (context.convert(waves.right[0].wavenumber) for waves in (ball, reference))
    assert abs(one - other) < mpf("1e-21")


@pytest.mark.parametrize(
    ("stencil", "amplitude", "frequency"),
    [("laplacian", "1/1000", "3/10"), ("laplacian", "1/100", "0"), ("advection", "1/1000", "1/10")],
)
def test_double_precision(stencil: str, amplitude: str, frequency: str) -> None:
    point = {"I0": amplitude, "Omega": frequency}
    coarse = measure("propagation_length", network(stencil=stencil), point, 9, engine="double")
    fine = measure("propagation_length", network(stencil=stencil), point, 20)
    with mpmath.workdps(20):
        assert abs(coarse.value / fine.value - 1) < mpf("1e-9")
        assert coarse.error <= coarse.tolerance


def test_double_precision_says_what_it_cannot_reach() -> None:
    with pytest.raises(PrecisionError, match="within reach"):
        measure("complex_wavenumber", network(), {"I0": 1, "Omega": "1/4"}, 12, engine="double")


@pytest.mark.parametrize("method", ["simulated", "linearized ring"])
def test_a_ring_that_nobody_can_build_is_refused(method: str) -> None:
    with pytest.raises(ConvergenceError, match="Do without a ring"):
        tail(uniform("1e-12"), "1/4", 20, method=method)


def test_taps_fall_off_as_stated() -> None:
    taps = measured_taps(uniform("1/3"), digits=30)
    assert taps.reach == tap_reach(network(), 30)
    assert abs(taps.linear[0]) < mpf("1e-30")
    assert abs(taps.linear[taps.reach]) > mpf("0.1")


def test_exponentials_are_recovered() -> None:
    """Two damped waves of equal damping and one more, exactly; the first in least squares as well."""
    context = MPContext()
    context.dps = 60
    waves = [context.mpc("0.3", "0.2"), context.mpc("-0.3", "0.2"), context.mpc("1", "0.9")]
    samples = [sum((context.expj(q * x) for q in waves), context.zero) for x in range(60)]
    found = by_damping(context, prony(context, samples, 3), 30)
    assert max(abs(a - b) for a, b in zip(found, waves)) < mpf("1e-50")
    doubles = np.array([complex(sample) for sample in samples])
    rough = by_damping(context, matrix_pencil(context, doubles, 3), 6)
    assert max(abs(a - b) for a, b in zip(rough, waves)) < mpf("1e-11")


@pytest.mark.parametrize("wavenumber", [sp.S.Zero, sp.pi, sp.pi / 3])
@pytest.mark.parametrize("frequency", [sp.S.Zero, sp.Rational(1, 3), sp.pi])
def test_susceptibility_simulated_and_solved(wavenumber: sp.Expr, frequency: sp.Expr) -> None:
    """The driven map and the linear equation, to 25 digits, also where both waves or both turns coincide."""
    simulated, solved = (
        measured_susceptibility(uniform("1"), (wavenumber,), frequency, digits=25, affordable=affordable)
        for affordable in (10**6, 0)
    )
    assert simulated.steps > 0
    assert solved.steps == 0
    largest = max(abs(entry) for entry in solved.entries)
    context = solved.measured.context
    assert max(
        abs(context.convert(a) - b) for a, b in zip(simulated.entries, solved.entries)
    ) < largest * mpf("1e-25")


def test_static_susceptibility_is_the_slope_of_the_amplitude() -> None:
    """At q = 0, Omega = 0 a real input changes the background: chi11 + chi12 = dR / dI0 where U leaves it alone."""
    net, step = network(stencil="advection"), sp.Rational(1, 10**15)
    chi = measure("susceptibility", net, {"I0": "1/3", "q": 0, "Omega": 0}, 40).values
    above, below = (
        measure("background_amplitude", net, {"I0": sp.Rational(1, 3) + sign * step}, 60).value
        for sign in (1, -1)
    )
    with mpmath.workdps(60):
        assert abs((above - below) * mpf(10) ** 15 / 2 - (chi[0] + chi[1])) < mpf("1e-28")
