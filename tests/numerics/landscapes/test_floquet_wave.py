"""The wave of a modulated ring: what the map makes of it, and independent routes to its exponent."""

from __future__ import annotations

import random
from functools import cache

import mpmath
import numpy as np
import pytest
import sympy as sp
from mpmath import mpc, mpf
from scipy.linalg import expm

from analytics.errors import ConvergenceError, ParameterError, PrecisionError
from nearcritical import Landscape, Lattice, Network, measure, network, steady_state
from nearcritical.model.building import network_of
from nearcritical.model.model_file import model_of_text
from numerics.landscapes.floquet_in_doubles import InDoubles
from numerics.landscapes.floquet_wave import floquet_wave
from numerics.landscapes.linearized import linearized
from numerics.observables.modulated_wave import LENGTHS

THEORY = "(1 + cos(2*pi*s)/2 + sin(4*pi*s)/5)/500"
EVEN, ODD = (network("algebraic", kernel, modulation=THEORY) for kernel in ("laplacian", "advection"))
OWN = b"""
[kernel]
stencil = {"0" = "2*I*c", "1" = "-I*c", "-1" = "-I*c", "2" = "-I*b", "-2" = "-I*b"}
[constants]
c = "3/10"
b = "1/20"
[modulation]
shape = "1 + cos(2*pi*s)/2"
"""
FAR = network_of(model_of_text(OWN, "own.toml"))

SEEN = {24: "0.0419593", 48: "0.0414845", 96: "0.0412822", 192: "0.0412421"}
"""Im q found beforehand by another program, in doubles, to the digits given."""


@cache
def measured(net: Network, length: int, digits: int = 30, **point: str) -> mpc:
    return measure("modulated_wave", net, {"L": length, **point}, digits).value


@pytest.mark.parametrize("length", SEEN)
def test_exponents_that_were_found_before(length: int) -> None:
    found = measured(EVEN, length, I0="1", Omega="6/10")
    assert mpmath.nstr(found.imag, 6) == mpmath.nstr(mpf(SEEN[length]), 6)


def test_digits_stay_where_more_are_asked_for() -> None:
    few, many = (measured(ODD, 32, digits, Omega="1/5", I0="700") for digits in (20, 60))
    with mpmath.workdps(70):
        assert abs(few / many - 1) < mpf(10) ** -20


CASES = {
    "even": (EVEN, {"I0": "20", "Omega": "2/5"}),
    "odd": (ODD, {"I0": "15", "Omega": "1/10"}),
    "farther stencil": (FAR, {"I0": "1/10", "Omega": "2/5"}),
    "turning": (EVEN, {"F": "40", "delta": "1/20", "Omega": "2/5"}),
    "turning, odd": (ODD, {"F": "20", "delta": "-1/50", "Omega": "1/10"}),
}


@pytest.mark.parametrize("name", CASES)
def test_a_driven_ring_of_several_periods_decays_by_that_factor(name: str) -> None:
    """A source on a ring of twelve periods: its field, solved for densely, has the factor e^(i q L) a period.

    Between the periods compared the next wave has died, and the wave that comes around the other way has not arrived.
    """
    net, point = CASES[name]
    periods, length = 12, 12
    found = complex(measured(net, length, **point))
    strength = float(sp.Rational(point.get("I0", point.get("F"))))
    shape = sp.lambdify(sp.Symbol("s", real=True), net.modulation)
    values = strength * np.array([float(shape(x / length)) for x in range(length)] * periods)
    turning = sp.Rational(point["delta"]) if "delta" in point else 0
    lattice = Lattice(net, (length * periods,))
    at = linearized(steady_state(lattice, Landscape(values, frequency=turning), digits=11, engine="double"))
    sites, spin = length * periods, np.exp(1j * float(sp.Rational(point["Omega"])))
    step = np.zeros((2 * sites, 2 * sites), dtype=complex)
    for column, unit in enumerate(np.eye(2 * sites)):
        step[:, column] = np.concatenate(at.step((unit[:sites] + 0j, unit[sites:] + 0j)))
    source = np.zeros(2 * sites, dtype=complex)
    source[length // 2] = 1
    field = np.linalg.solve(spin * np.eye(2 * sites) - step, source)[:sites]
    factor = field[length // 2 + 4 * length] / field[length // 2 + 3 * length]
    assert abs(factor / np.exp(1j * found * length) - 1) < 1e-4


def test_a_nearly_even_background_has_the_wave_of_the_even_one() -> None:
    """p = 1 + e cos: the exponent comes to that of the tail of a driven site, e^2 apart."""
    tail = measure("complex_wavenumber", network(), {"I0": "1/10", "Omega": "2/5", "waves": 1}, 30).value
    gaps = []
    for size in ("1/100", "1/10000"):
        net = network(modulation=f"1 + {size}*cos(2*pi*s)")
        gaps.append(abs(measured(net, 30, I0="1/10", Omega="2/5") - tail))
    assert gaps[0] < 1e-3 and abs(gaps[0] / gaps[1] - 10**4) < 10


@pytest.mark.parametrize("activation", ["algebraic", "tanh", "erf"])
def test_a_phase_of_half_a_turn_a_site_is_counted_without_jumps(activation: str) -> None:
    """With a real kernel -conj q is a wave of Omega = 0 with q: the one found has Re q = pi, though from site to site
    the phase gains somewhat more, or less, than that."""
    source = random.Random(activation)
    for _ in range(3):
        size, turn = source.randint(3, 9), source.choice("+-")
        net = network(activation, "advection", modulation=f"1 {turn} {size}/20*sin(2*pi*s)")
        point = {"F": str(source.randint(1, 4)), "delta": f"{turn}{source.randint(1, 4)}/12", "Omega": "0"}
        for length in (12, 17):
            assert abs(measured(net, length, 12, **point).real - mpmath.pi) < 1e-9


def test_engines_agree() -> None:
    values = [
        measure("modulated_wave", EVEN, {"I0": "300", "Omega": "2/5", "L": 12}, 20, engine=engine).value
        for engine in ("ball", "reference", "integer")
    ]
    assert max(abs(value - values[0]) for value in values) < mpf(10) ** -20


def test_the_equation_is_fulfilled_by_the_wave_in_doubles() -> None:
    """By the map's own step, which knows nothing of stencils that are turned and stretched."""
    net, length = EVEN, 24
    place = next(iter(net.modulation.free_symbols))
    values = 20 * np.array(
        [float(net.modulation.xreplace({place: sp.Rational(x, length)})) for x in range(length)]
    )
    state = steady_state(Lattice(net, (length,)), Landscape(values), digits=11, engine="double")
    steps, y = InDoubles.of(state, 0.4).solved()
    tripled = steady_state(
        Lattice(net, (3 * length,)), Landscape(np.tile(values, 3)), digits=11, engine="double"
    )
    phase = np.exp(1j * np.concatenate(([0], np.cumsum(np.tile(steps, 3))[:-1])))
    a, b = (np.tile(part, 3) * phase for part in (y[:length], y[length:]))
    image = linearized(tripled).step((a, b))
    middle = slice(length, 2 * length)  # U reaches over the ends of the ring, where the wave jumps
    for part, stepped in zip((a, b), image, strict=True):
        assert np.abs(np.exp(0.4j) * part - stepped)[middle].max() < 1e-9 * np.abs(part[middle]).max()


@pytest.mark.parametrize("sites", [5, 24])
def test_the_stencil_on_a_wave_is_the_exponential_of_the_dense_one(sites: int) -> None:
    """e^(-i S) exp(A) e^(i S) on a ring of which the wave takes e^(i q L), at drawn steps; and its slope in q."""
    source = np.random.default_rng(sites)
    taps = 0.4 * (source.normal(size=5) + 1j * source.normal(size=5))
    at = InDoubles((-2, -1, 0, 1, 2), taps, 1 + 0j, (np.ones(sites),) * 4)
    steps = source.uniform(-1, 1, sites) + 1j * source.uniform(0.1, 0.8, sites)

    def dense(moved: float) -> np.ndarray:
        phases = np.cumsum(np.concatenate(([0], steps + moved)))
        matrix = np.zeros((sites, sites), dtype=complex)
        for x in range(sites):
            for j, tap in zip(at.offsets, taps, strict=True):
                turns, place = divmod(x - j, sites)
                phase = phases[place] + turns * phases[-1] - phases[x]
                matrix[x, place] += tap * np.exp(1j * phase)
        return expm(matrix)

    found, slope = at._gauged(steps, taps)
    assert np.abs(found.toarray() - dense(0)).max() < 1e-11
    assert np.abs(slope.toarray() - (dense(1e-5) - dense(-1e-5)) / 2e-5).max() < 1e-6


def test_what_cannot_be_measured_is_refused_in_one_line() -> None:
    plain, band = network(), network(kernel="sin(k)/(2 + cos(k))", modulation="2 + cos(2*pi*s)")
    torus = network(dimension=2, modulation="2 + cos(2*pi*s)")
    for net, words in (
        (plain, "the network must have a modulation; got none"),
        (band, "a ring is needed, and a kernel of finite stencil"),
        (torus, "a ring is needed; got dimension 2"),
    ):
        with pytest.raises(ParameterError, match=words):
            measure("modulated_wave", net, {"I0": "1", "L": 24, "Omega": "1/5"}, 20)
    with pytest.raises(ParameterError, match="L is at most 65536; got 1000000"):
        measure("modulated_wave", EVEN, {"I0": "1", "L": 10**6, "Omega": "1/5"}, 20)
    with pytest.raises(PrecisionError, match="engine 'double'"):
        measure("modulated_wave", EVEN, {"I0": "1", "L": 24, "Omega": "1/5"}, 10, engine="double")


def test_a_wave_that_nothing_damps_is_refused() -> None:
    """Far below 1 a background leaves gains that doubles do not tell from 1."""
    values = [mpf(10) ** -40 * (2 + mpmath.cospi(mpf(x) / 12)) for x in range(24)]
    state = steady_state(Lattice(network(), (24,)), Landscape(values), digits=20)
    with pytest.raises(ConvergenceError, match="a wave that doubles see undamped"):
        floquet_wave(state, sp.Rational(1, 5), digits=10)


def test_a_wave_that_is_lost_on_the_way_around_a_short_ring_is_refused() -> None:
    net = network("quartic", "(1 - cos(k))/5 + (1 - cos(2*k))/7", modulation="1/10 + sin(pi*s)**2")
    with pytest.raises(ConvergenceError, match="of the first site does not come back around the ring"):
        measured(net, 5, 12, F="1/50", delta="7/10", Omega="-3/10")


def test_the_periods_of_a_verification_double() -> None:
    assert all(
        later == 2 * earlier for earlier, later in zip(LENGTHS.inputs, LENGTHS.inputs[1:], strict=False)
    )
    assert len(LENGTHS.corrections) < len(LENGTHS.inputs) - 1
