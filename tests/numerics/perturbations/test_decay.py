"""Perturbations of simulated steady states: gains, propagators, eigenvalues, decay rates, exceptional points."""

from __future__ import annotations

from dataclasses import replace

import mpmath
import pytest
import sympy as sp
from mpmath import mpf

from analytics.errors import ConvergenceError, KernelError, ParameterError, PrecisionError, UnknownNameError
from analytics.expressions.notation import perturbation_wavenumbers, wavenumbers
from analytics.expressions.parameter import exact_number
from analytics.network.activation import PROFILES, activation
from analytics.network.kernel import Kernel, kernel
from analytics.network.modulation import place
from analytics.network.network import Network
from numerics.lattice.commensurate import commensurate_lattice
from numerics.lattice.inputs import Background
from numerics.observables.discovery import observables
from numerics.observables.measure import measure
from numerics.perturbations.perturbed_state import Activity
from numerics.perturbations.spectrum import spectrum


def network(
    profile: str = "algebraic", stencil: str = "laplacian", dimension: int = 1, c: str = "3/10"
) -> Network:
    constants = {"c": sp.Rational(c)}
    return Network(activation(profile), kernel(stencil, dimension=dimension, constants=constants))


def gap(left: object, right: object, digits: int) -> object:
    """Largest relative difference of two measurements, value by value."""
    with mpmath.workdps(digits + 10):
        return max(abs(a - b) / abs(b) for a, b in zip(left, right, strict=True))  # type: ignore[arg-type, call-overload]


def test_decay_rates_of_the_reference_point() -> None:
    """From the model's definition, 40 digits: algebraic, I0 = 1/1000, omega_+ = 2 c (1 - cos pi) = 1/10."""
    found = measure("decay_rate", network(c="1/40"), {"I0": "1/1000", "q": "pi"}, 42)
    with mpmath.workdps(50):
        reference = mpf("0.01587392718757356059819495435944844465163")
        assert all(abs(rate - reference) < mpf("1e-41") for rate in found.values)


@pytest.mark.parametrize("profile", PROFILES)
def test_gains_are_slope_and_ratio_of_the_profile(profile: str) -> None:
    """Along: the slope of rho at the pre-activation; across: rho(P)/P. P = R + I0 where U leaves uniform states."""
    net, point = network(profile, "advection"), {"I0": "1/3"}
    amplitude = measure("background_amplitude", net, point, 45).value
    with mpmath.workdps(50):
        modulus = sp.Float(amplitude + mpf(1) / 3, 50)
        slope, ratio = (
            mpmath.mpmathify(sp.N(value, 50))
            for value in (net.activation.slope(modulus), net.activation.rho(modulus) / modulus)
        )
        assert abs(measure("radial_gain", net, point, 40).value - slope) < mpf("1e-40") * slope
        assert abs(measure("tangential_gain", net, point, 40).value - ratio) < mpf("1e-40") * ratio


def test_a_saturated_gain_has_its_digits() -> None:
    """tanh at I0 = 30: sech^2 is 1e-26, and still known to 40 digits."""
    net = network("tanh", "advection")
    gain = measure("radial_gain", net, {"I0": 30}, 40).value
    amplitude = measure("background_amplitude", net, {"I0": 30}, 80).value
    with mpmath.workdps(90):
        assert abs(gain * mpmath.cosh(amplitude + 30) ** 2 - 1) < mpf("1e-38")


@pytest.mark.parametrize("stencil", ["laplacian", "advection"])
@pytest.mark.parametrize(
    "point",
    [
        {"I0": "1/3", "q": "pi/4"},
        {"I0": "1e-12", "q": "pi"},
        {"F": "1/5", "delta": "1/10", "k": "pi/2", "q": "pi/3"},
        {"F": 2, "delta": "-3/2", "q": "2*pi/3"},
    ],
)
def test_the_propagator_is_what_the_gains_and_the_kernel_make(stencil: str, point: dict[str, object]) -> None:
    """M = ((g_r + g_t)/2, (g_r - g_t)/2) times u(k + q) and conj u(k - q), turned back by the carrier's phase."""
    net = network(stencil=stencil)
    background = {name: value for name, value in point.items() if name != "q"}
    entries = measure("propagator", net, point, 40).values
    along, across = (measure(name, net, background, 45).value for name in ("radial_gain", "tangential_gain"))
    with mpmath.workdps(60):
        k, q = (mpmath.mpmathify(sp.N(exact_number(point.get(name, 0)), 60)) for name in "kq")
        shift = mpf(sp.Rational(point.get("delta", 0)).p) / sp.Rational(point.get("delta", 0)).q

        def frequency(wavenumber: mpf) -> mpf:
            c = mpf(3) / 10
            return (
                2 * c * (1 - mpmath.cos(wavenumber)) if stencil == "laplacian" else c * mpmath.sin(wavenumber)
            )

        turning = frequency(k) + shift if "F" in point else 0
        ahead, behind = (mpmath.expj(frequency(k + sign * q) - turning) for sign in (1, -1))
        a, b = (along + across) / 2, (along - across) / 2
        expected = (a * ahead, b * mpmath.conj(behind), b * ahead, a * mpmath.conj(behind))
        assert max(abs(x - y) for x, y in zip(entries, expected)) < mpf("1e-40")


def test_both_arithmetics_give_the_same() -> None:
    point = {"F": "1/5", "delta": "1/10", "k": "pi/4", "q": "pi/2"}
    ball, reference = (
        measure("eigenvalues", network("tanh"), point, 40, engine=name) for name in ("ball", "reference")
    )
    assert gap(ball.values, reference.values, 40) < mpf("1e-40")


@pytest.mark.parametrize("digits", [15, 50, 200])
def test_small_backgrounds_to_any_number_of_digits(digits: int) -> None:
    """I0 = 1e-18: rates of 1e-12 are right to `digits` digits, not to digits - 12. At q = 0 they are -ln of the
    gains; algebraic gains are g_r = g_t^3, so one rate is three times the other."""
    slow, fast = measure("decay_rate", network(), {"I0": "1e-18", "q": 0}, digits).values
    with mpmath.workdps(digits + 20):
        assert mpf("1e-13") < slow < mpf("1e-11")
        assert abs(fast / slow - 3) < mpf(10) ** (1 - digits)


def test_rates_scale_as_the_background_to_the_two_thirds() -> None:
    rates = [
        measure("decay_rate", network(), {"I0": value, "q": "pi/2"}, 20).value for value in ("1e-15", "1e-18")
    ]
    with mpmath.workdps(30):
        assert abs(rates[0] / rates[1] - 100) < mpf("1e-7")


def test_an_axis_of_the_plane_is_a_ring() -> None:
    ring = measure("eigenvalues", network(), {"I0": "1/50", "q": "pi/3"}, 40)
    plane = measure("eigenvalues", network(dimension=2), {"I0": "1/50", "q1": 0, "q2": "pi/3"}, 40)
    assert gap(ring.values, plane.values, 40) < mpf("1e-39")


def test_an_axis_of_space_is_a_ring() -> None:
    ring = measure("eigenvalues", network(), {"I0": "1/50", "q": "pi/3"}, 40)
    space = measure("eigenvalues", network(dimension=3), {"I0": "1/50", "q1": 0, "q2": 0, "q3": "pi/3"}, 40)
    assert gap(ring.values, space.values, 40) < mpf("1e-39")


@pytest.mark.parametrize("dimension", [1, 2, 3])
def test_every_point_of_a_perturbation_fits_a_lattice(dimension: int) -> None:
    """Of several sites along each axis for some of them: the wavenumbers are off the axes."""
    net = network(dimension=dimension)
    waves, carriers = perturbation_wavenumbers(dimension), net.kernel.wavenumbers
    shapes = [
        commensurate_lattice(
            net, [[point.get(str(k), sp.S.Zero) for k in wavevector] for wavevector in (waves, carriers)]
        ).shape
        for point in observables()["eigenvalues"].settings(net)
    ]
    assert len(shapes) > 10
    assert all(any(shape[axis] > 3 for shape in shapes) for axis in range(dimension))


def test_waves_that_fit_no_small_lattice_are_refused() -> None:
    point = {"I0": "1/50", "q1": "pi/12", "q2": "pi/18", "q3": "pi/27"}
    with pytest.raises(
        ParameterError, match=r"all must be periodic on at most 4096 sites; got .* on 24 x 36 x 54"
    ):
        measure("eigenvalues", network(dimension=3), point, 20)


def test_relaxation_time_is_one_over_the_rate() -> None:
    point = {"I0": "1/50", "q": "pi/20"}
    times, rates = (measure(name, network(), point, 30).values for name in ("relaxation_time", "decay_rate"))
    with mpmath.workdps(40):
        assert max(abs(time * rate - 1) for time, rate in zip(times, rates)) < mpf("1e-30")
        assert times[0] > times[1]


def test_at_the_exceptional_point() -> None:
    """Algebraic: |sin omega_+| = R^2/(2 - R^2). There the eigenvalues coincide, half of the digits are lost, and
    the record says so; on both sides of it the rates are equal, or differ."""
    net = network()
    found = measure("exceptional_point", net, {"q": "pi/3"}, 40)
    with mpmath.workdps(50):
        sine = mpmath.sin(mpf(3) / 10)
        amplitude = mpmath.sqrt(2 * sine / (1 + sine))
        assert abs(found.value - amplitude) < mpf("1e-40")
        background = sp.Float(amplitude / mpmath.sqrt(1 - amplitude**2) - amplitude, 100)
        exact = amplitude / mpmath.sqrt(1 - amplitude**2) - amplitude
    still = (sp.S.Zero,)
    seen = spectrum(Activity(net, Background(exact), still, "ball"), (sp.pi / 3,), digits=20, of_rates=True)
    assert seen.lost_of_rates >= 20 or not seen.resolved
    assert abs(seen.rates[0] - seen.rates[1]) < mpf("1e-20")
    below, above = (
        measure("decay_rate", net, {"I0": background * sp.Rational(factor), "q": "pi/3"}, 20)
        for factor in ("0.999", "1.001")
    )
    assert below.values[0] == below.values[1]
    assert above.values[0] < above.values[1]
    assert "underdamped" in below.checks[-1]
    assert "overdamped" in above.checks[-1]


def test_a_quarter_turn_has_no_exceptional_point() -> None:
    with pytest.raises(ParameterError, match="quarter turn"):
        measure("exceptional_point", network(stencil="advection"), {"q": "pi/3"}, 20)


@pytest.mark.parametrize(
    ("observable", "point", "error", "says"),
    [
        ("decay_rate", {"I0": "1/3", "q": "1/10"}, ParameterError, "nearest admissible"),
        ("decay_rate", {"I0": "1/3", "q": "2*pi/5003"}, ParameterError, "nearest admissible"),
        ("decay_rate", {"I0": 0, "q": "pi"}, ParameterError, "must lie in"),
        ("decay_rate", {"I0": "1/3"}, ParameterError, "must be given"),
        ("decay_rate", {"I0": "1/3", "F": 1, "q": "pi"}, UnknownNameError, "I0"),
        ("decay_rate", {"delta": "1/3", "q": "pi"}, ParameterError, "F"),
        ("free_relaxation", {"R0": "1/2", "n": "1/2"}, ParameterError, "n"),
        ("free_relaxation", {"R0": "1/2", "n": "1e18"}, ParameterError, "ask the law"),
    ],
)
def test_bad_points_are_refused(
    observable: str, point: dict[str, object], error: type[Exception], says: str
) -> None:
    with pytest.raises(error, match=says):
        measure(observable, network(), point, 20)


def test_double_precision_is_refused_where_a_perturbation_needs_more() -> None:
    with pytest.raises(PrecisionError, match="ball"):
        measure("decay_rate", network(), {"I0": "1/3", "q": "pi"}, 10, engine="double")


@pytest.mark.parametrize("stencil", ["laplacian", "advection"])
def test_group_velocity_is_the_slope_of_the_dispersion(stencil: str) -> None:
    along, across = measure(
        "group_velocity", network(stencil=stencil, dimension=2), {"q1": "pi/3", "q2": "pi/4"}, 40
    ).values
    with mpmath.workdps(50):
        c = mpf(3) / 10
        expected = (c * mpmath.sqrt(3), c * mpmath.sqrt(2)) if stencil == "laplacian" else (c / 2, mpf(0))
        assert max(abs(along - expected[0]), abs(across - expected[1])) < mpf("1e-40")


def long_range() -> Network:
    """omega = (cos k1 + cos k2) / (5 (2 - cos k1 + cos(k3)/3)): an infinite stencil in three dimensions."""
    k1, k2, k3 = wavenumbers(3)
    omega = (sp.cos(k1) + sp.cos(k2)) / (2 - sp.cos(k1) + sp.cos(k3) / 3) / 5
    return Network(activation("tanh"), Kernel.from_frequency("long-range", omega, dimension=3))


def test_group_velocity_of_a_long_range_lattice_in_space() -> None:
    """At wavenumbers that fit no lattice of less than 10^9 sites, against mpmath's differentiation."""
    shares = (sp.Rational(1, 1009), sp.Rational(-200, 1013), sp.Rational(3, 997))
    place = {f"q{axis}": 2 * sp.pi * share for axis, share in enumerate(shares, 1)}
    with mpmath.workdps(40):
        found = measure("group_velocity", long_range(), place, 20)
        at = [2 * mpmath.pi * share.p / share.q for share in shares]

        def omega(*k: mpf) -> mpf:
            return (mpmath.cos(k[0]) + mpmath.cos(k[1])) / (2 - mpmath.cos(k[0]) + mpmath.cos(k[2]) / 3) / 5

        for axis, velocity in enumerate(found.values):
            order = tuple(int(other == axis) for other in range(3))
            assert abs(velocity - mpmath.diff(omega, at, order)) < mpf(10) ** -19


def test_group_velocity_of_far_offsets() -> None:
    """sin(400 k)/5 - sin k/3: 80 cos(400 k) - cos(k)/3."""
    taps = (((400,), -sp.Rational(1, 10)), ((-400,), sp.Rational(1, 10)), ((1,), sp.Rational(1, 6)), ((-1,), -sp.Rational(1, 6)))  # fmt: skip
    far = Network(activation("tanh"), Kernel("far", taps))
    found = measure("group_velocity", far, {"q": "2*pi/7"}, 20).value
    with mpmath.workdps(40):
        at = 2 * mpmath.pi / 7
        assert abs(found - (80 * mpmath.cos(400 * at) - mpmath.cos(at) / 3)) < mpf(10) ** -18
    strong = Network(activation("tanh"), kernel("laplacian", constants={"c": sp.Integer(10) ** 12}))
    with pytest.raises(
        KernelError, match=r"taps must fall below 10\^-26 within 20000 sites; got couplings of size 2e\+12"
    ):
        measure("group_velocity", strong, {"q": "2*pi/7"}, 20)


def test_free_relaxation_of_the_algebraic_profile() -> None:
    """R_n = R_0 / sqrt(1 + n R_0^2), the same for every wavenumber."""
    one, other = (
        measure("free_relaxation", network(), {"R0": "1/2", "n": 2000, "k": k}, 40).value for k in ("pi/3", 0)
    )
    with mpmath.workdps(50):
        expected = mpf(1) / 2 / mpmath.sqrt(1 + mpf(2000) / 4)
        assert abs(one - expected) < mpf("1e-41")
        assert abs(other - expected) < mpf("1e-41")


def test_a_matrix_that_no_unitary_kernel_makes_is_not_passed_off() -> None:
    from numerics.perturbations.propagator import propagator
    from numerics.perturbations.spectrum import analyse

    still = (sp.S.Zero,)
    measured = propagator(
        Activity(network(), Background(sp.Rational(1, 3)), still, "ball"), (sp.pi,), digits=20
    )
    m11, *rest = measured.entries
    with pytest.raises(ConvergenceError, match="unitary"):
        analyse(replace(measured, entries=(m11 * (1 + 0.01j), *rest)))


def test_every_observable_here_offers_points_and_says_what_it_is() -> None:
    studied = replace(network(), modulation=1 + sp.cos(2 * sp.pi * place) / 2)
    for name, observable in observables().items():
        assert observable.meaning, name
        points = observable.settings(studied)
        assert points, name
        for point in points:
            known = {parameter.name for parameter in observable.parameters_at(studied, list(point))}
            assert set(point) <= known, name
