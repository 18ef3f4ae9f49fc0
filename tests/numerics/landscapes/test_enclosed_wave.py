"""Waves proved: connected and cut as theorems about lattices, and what a proof refuses."""

import numpy as np
import pytest

from analytics.errors import CertificationError, ParameterError
from nearcritical import Landscape, Lattice, Source, SteadyState, network, steady_state
from numerics.landscapes.enclosed_wave import enclosed_wave
from numerics.landscapes.wave_field import wave_field

GAPPED = network("algebraic", "3/5 + (1 - cos(k1))/10 + (1 - cos(k2))/10", dimension=2)
START, END = (6, 6), (6, 18)


def corridor(whole: bool) -> SteadyState:
    """Two corridors on 24 x 24 sites with a bridge between them, or without; walls of I_0 = 2, to 40 digits."""
    values = np.full((24, 24), 2, dtype=object)
    values[3:21, 3:9] = values[3:21, 15:21] = 0
    if whole:
        values[15:21, 9:15] = 0
    return steady_state(Lattice(GAPPED, (24, 24)), Landscape(values), digits=40)


def test_connected_and_cut_are_proved() -> None:
    """The end has more than half of the amplitude at the start, or less than 10^-8 of it."""
    whole, cut = (enclosed_wave(corridor(is_whole), Source(START, "31/50")) for is_whole in (True, False))
    low, high = whole.ratio(END, START)
    assert 0.5 < low < high < 0.8
    low, high = cut.ratio(END, START)
    assert 0 < low < high < 1e-8
    assert whole.certificate.method == cut.certificate.method == "map"


def test_the_solution_in_doubles_lies_in_the_balls() -> None:
    state, source = corridor(True), Source(START, "31/50")
    proved, field = enclosed_wave(state, source), wave_field(state, source)
    rounding = 1e-9 * field.amplitude.max()  # of a resonance: its condition takes digits of a double
    for site in np.ndindex(24, 24):
        low, high = proved.bounds(site)
        assert low - rounding <= field.amplitude[site] <= high + rounding


def test_the_ball_is_that_of_a_solution_of_many_more_digits() -> None:
    net, values = network("tanh", "laplacian"), [f"1/{10 + x % 5}" for x in range(20)]
    state = steady_state(Lattice(net, (20,)), Landscape(values, (), "1/7"), digits=60)
    source = Source((3,), "2/5")
    rough, fine = (enclosed_wave(state, source, digits=digits) for digits in (6, 40))
    assert fine.corrections > rough.corrections
    for site in range(20):
        difference = abs(rough.amplitude[site] - fine.amplitude[site])
        assert difference <= rough.radius + fine.radius
    assert fine.radius < 1e-39 * max(fine.amplitude)


def test_a_state_of_few_digits_proves_nothing_where_nothing_is_damped() -> None:
    values = np.where(np.arange(60) < 20, 2, 0).astype(object)
    net = network("algebraic", "3/5 + (1 - cos(k))/10")
    state = steady_state(Lattice(net, (60,)), Landscape(values), digits=12)
    with pytest.raises(CertificationError):
        enclosed_wave(state, Source((40,), "31/50"))


def test_a_source_lies_inside_and_digits_are_positive() -> None:
    state = steady_state(Lattice(network(), (8,)), Landscape(["1/2"] * 8), digits=20)
    with pytest.raises(ParameterError, match="a site of the lattice is needed"):
        enclosed_wave(state, Source((8,), 1))
    with pytest.raises(ParameterError, match="1 digit or more"):
        enclosed_wave(state, Source((1,), 1), digits=0)
    with pytest.raises(ParameterError, match="a site of the lattice is needed"):
        enclosed_wave(state, Source((1,), 1)).bounds((9,))
