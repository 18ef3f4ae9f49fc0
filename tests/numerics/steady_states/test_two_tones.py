"""The response to two oscillations, measured at every relative phase at once, against other ways to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import mpmath
import numpy as np
import pytest
import sympy as sp

from analytics.errors import ParameterError
from analytics.network.activation import activation
from analytics.network.kernel import kernel
from analytics.network.network import Network
from numerics.lattice.inputs import Drive
from numerics.lattice.map import Lattice, LatticeMap
from numerics.observables.measure import measure
from numerics.steady_states.steady_state import steady_state

Q = sp.Rational
OBSERVABLES = ("two_tone_amplitudes", "combination_tone_amplitudes")


def network(name: str = "algebraic", kernel_name: str = "laplacian", dimension: int = 1) -> Network:
    return Network(activation(name), kernel(kernel_name, dimension=dimension))


def relative(one: Any, other: Any) -> Any:
    with mpmath.workdps(60):
        return abs(mpmath.mpf(one) / mpmath.mpf(other) - 1)


def test_against_the_map_iterated_in_time_and_demodulated() -> None:
    """4000 steps of a ring of 16 sites in doubles, by nothing but numpy; a window of sin^8 separates frequencies."""
    sites, steps, k = 16, 4000, (np.pi / 4, 5 * np.pi / 8)
    forcing = (0.1, 0.2)
    x, waves = np.arange(sites), 2 * np.pi * np.fft.fftfreq(sites)
    omega = 0.6 * (1 - np.cos(k))
    state, history = np.zeros(sites, dtype=complex), []
    for n in range(1000 + steps):
        drive = sum(f * np.exp(1j * (q * x + w * n)) for f, q, w in zip(forcing, k, omega, strict=True))
        w = np.fft.ifft(np.exp(0.6j * (1 - np.cos(waves))) * np.fft.fft(state)) + drive
        state = w / np.sqrt(1 + np.abs(w) ** 2)
        history.append(state)
    n = np.arange(1000, 1000 + steps)[:, None]
    window = np.sin(np.pi * (np.arange(steps) + 0.5) / steps)[:, None] ** 8
    found = [
        abs(
            np.sum(
                window
                * np.array(history[1000:])
                * np.exp(-1j * ((1 - j) * (k[0] * x + omega[0] * n) + j * (k[1] * x + omega[1] * n)))
            )
            / np.sum(window)
            / sites
        )
        for j in (0, 1, -1, 2)
    ]
    point = {"F1": "1/10", "F2": "1/5"}
    measured = [v for name in OBSERVABLES for v in measure(name, network(), point, 12).values]
    assert [float(value) for value in measured] == pytest.approx(found, rel=1e-10)


@dataclass(frozen=True)
class Turning:
    """Two waves of one frequency on a resting lattice: an input that only turns."""

    amplitudes: tuple[sp.Expr, sp.Expr]
    indices: tuple[int, int]
    smallness: int = 6

    def drive(self, lattice_map: LatticeMap) -> Drive:
        engine = lattice_map.engine
        total = engine.combine(
            [engine.number(value) for value in self.amplitudes],
            [engine.plane_wave((m,)) for m in self.indices],
        )
        omega = lattice_map.frequency((self.indices[0],))
        return Drive(lambda n: engine.combine([engine.context.expj(omega * n)], [total]), omega)


def test_against_a_resting_lattice_where_both_frequencies_are_the_same() -> None:
    """advection, k2 = pi - k1: the response turns as one, and the lattice of 32 sites knows no other frame.

    Tones 16 orders apart share a wave there; at this forcing they are 1e-60 of the first.
    """
    studied, forcing = network(kernel_name="advection"), (Q(1, 10**6), Q(2, 10**6))
    lattice = Lattice(studied, (32,))
    state = steady_state(lattice, Turning(forcing, (3, 13)), digits=40)
    with mpmath.workdps(60):
        spectrum = [
            abs(sum(z * mpmath.expjpi(mpmath.mpf(-2 * m * x) / 32) for x, z in enumerate(state.state))) / 32
            for m in (3, 13, -7, 23)
        ]
    point = {"F1": forcing[0], "F2": forcing[1], "k1": 3 * sp.pi / 16, "k2": 13 * sp.pi / 16}
    measured = [v for name in OBSERVABLES for v in measure(name, studied, point, 30).values]
    assert all(
        relative(one, other) < mpmath.mpf(10) ** -30 for one, other in zip(measured, spectrum, strict=True)
    )


def test_a_second_forcing_that_is_negligible_leaves_the_response_to_one() -> None:
    one = measure("forced_amplitude", network("tanh"), {"F": "1/1000"}, 40).value
    both = measure("two_tone_amplitudes", network("tanh"), {"F1": "1/1000", "F2": "1e-30"}, 40)
    assert relative(both.value, one) < mpmath.mpf(10) ** -40
    assert both.values[1] < mpmath.mpf(10) ** -26


@pytest.mark.parametrize("observable", OBSERVABLES)
def test_exchanging_the_oscillations_exchanges_the_amplitudes(observable: str) -> None:
    k1, k2 = 2 * sp.pi / 3, sp.pi / 4
    one = measure(observable, network("quartic"), {"F1": "1e-6", "F2": "3e-6", "k1": k1, "k2": k2}, 20)
    other = measure(observable, network("quartic"), {"F1": "3e-6", "F2": "1e-6", "k1": k2, "k2": k1}, 20)
    for first, second in zip(one.values, reversed(other.values), strict=True):
        assert relative(first, second) < mpmath.mpf(10) ** -20


def test_more_digits_and_another_arithmetic_change_nothing() -> None:
    point = {"F1": "1e-4", "F2": "1e-5"}
    few, many = (measure("combination_tone_amplitudes", network(), point, digits) for digits in (12, 30))
    other = measure("combination_tone_amplitudes", network(), point, 12, engine="reference")
    for one, another, best in zip(few.values, other.values, many.values, strict=True):
        assert relative(one, best) < mpmath.mpf(10) ** -12
        assert relative(another, best) < mpmath.mpf(10) ** -12
    assert many.sites >= few.sites
    assert many.error < mpmath.mpf(10) ** -30


@pytest.mark.parametrize(
    ("dimension", "point", "remedy"),
    [
        (1, {"k1": "pi/4", "k2": "pi/4"}, "add the amplitudes"),
        (1, {"k1": "pi/4", "k2": "9*pi/4"}, "add the amplitudes"),
        (1, {"k1": "1", "k2": "pi/4"}, "nearest admissible"),
        (2, {}, "dimension 1"),
    ],
)
def test_what_is_no_pair_of_oscillations_is_refused(
    dimension: int, point: dict[str, str], remedy: str
) -> None:
    with pytest.raises(ParameterError, match=remedy):
        measure("two_tone_amplitudes", network(dimension=dimension), {"F1": "1", "F2": "1", **point}, 10)
