"""Waves in landscapes: what is solved for is what a simulation of the full map comes to."""

from collections.abc import Callable

import numpy as np
import pytest
import sympy as sp

from analytics.errors import ConvergenceError, ParameterError
from nearcritical import Background, Lattice, Network, SteadyState, derive, network, steady_state
from numerics.landscapes import rough_resolvent as rough
from numerics.landscapes import wave_field as wave_fields
from numerics.landscapes.arrival import arrival
from numerics.landscapes.landscape import Landscape, Source
from numerics.landscapes.linearized import linearized
from numerics.landscapes.reach import reach
from numerics.landscapes.wave_field import WaveField, wave_field

RING = network("algebraic", "laplacian", c="3/10")
TORUS = network("tanh", "laplacian", dimension=2)
ODD = network("arctan", "advection")
BAND = network("algebraic", "c*sin(k)/(2 + cos(k))", c="1/2")


def state_of(net: Network, landscape: Landscape) -> SteadyState:
    return steady_state(Lattice(net, landscape.shape), landscape, digits=12, engine="double")


def uneven(*shape: int, most: float = 0.2) -> np.ndarray:
    return most * np.random.default_rng(1).random(shape)


CASES = {
    "static": (RING, Landscape(uneven(96)), Source((3,), "1/3")),
    "turning": (RING, Landscape(uneven(96), (sp.pi / 4,), "1/5"), Source((3,), "1/3")),
    "torus": (TORUS, Landscape(uneven(20, 24)), Source((3, 5), "2/5")),
    "odd kernel": (ODD, Landscape(uneven(60)), Source((3,), "1/4")),
    "infinite stencil": (BAND, Landscape(uneven(60)), Source((3,), "1/4")),
    "static wave": (RING, Landscape(uneven(60)), Source((3,), 0)),
}


@pytest.mark.parametrize("name", CASES)
def test_the_field_is_what_the_full_map_comes_to(name: str) -> None:
    """The source is weak, 1e-5, so that the square of the wave is left: a relative 1e-4 at most."""
    net, landscape, source = CASES[name]
    field = wave_field(state_of(net, landscape), source)
    assert field.residual < 1e-12
    assert arrival(field, 1500).left < 1e-4


def test_on_an_even_background_the_field_is_the_law_s_susceptibility() -> None:
    """Of a wave of the lattice, from the theory and not from the map."""
    sites, index, omega = 16, 3, sp.Rational(1, 3)
    law = derive(RING)["susceptibility"]
    q = 2 * sp.pi * index / sites
    chi = law.evaluate({"I0": "1/20", "q": q, "Omega": omega}, digits=20)
    field = wave_field(state_of(RING, Landscape(np.full(sites, 0.05))), Source((0,), omega))
    transform = np.fft.fft(field.direct)[index]
    assert abs(transform - complex(chi)) < 1e-12 * abs(transform)


def test_both_rough_inverses_lead_to_the_same_field(monkeypatch: pytest.MonkeyPatch) -> None:
    state, source = state_of(TORUS, Landscape(uneven(16, 16))), Source((1, 1), "2/5")
    quick = wave_field(state, source)
    monkeypatch.setattr(rough, "LONGEST_REACH", 0)
    slow = wave_field(state, source)
    assert quick.iterations < slow.iterations
    assert np.abs(quick.direct - slow.direct).max() < 1e-10 * quick.amplitude.max()


def test_elimination_needs_few_iterations_where_the_wave_is_not_damped() -> None:
    net = network("algebraic", "3/5 + (1 - cos(k1))/10 + (1 - cos(k2))/10", dimension=2)
    values = np.full((24, 24), 2.0)
    values[4:20, 6:16] = 0
    field = wave_field(state_of(net, Landscape(values)), Source((6, 10), "31/50"))
    assert field.iterations < 15


def test_arrival_is_later_further_away() -> None:
    net = network("algebraic", "3/5 + (1 - cos(k))/5")
    field = wave_field(state_of(net, Landscape(np.full(200, 0.05))), Source((0,), "4/5"))
    found = arrival(field, 1200, frames=4)
    assert found.kept == (300, 600, 900, 1200)
    assert found.frames.shape == (4, 200)
    times = found.times[10:90:10]
    assert (np.diff(times) > 0).all()
    velocity = 10 / np.diff(times).mean()
    assert velocity == pytest.approx(0.2, rel=0.15)  # the group velocity 2 c sin q at q = pi/2


def test_arrival_needs_steps() -> None:
    field = wave_field(state_of(RING, Landscape(uneven(24))), Source((0,), 1))
    with pytest.raises(ParameterError, match="one step or more"):
        arrival(field, 0)
    with pytest.raises(ParameterError, match="at most as many frames"):
        arrival(field, 5, frames=6)


def test_reach_says_between_which_thresholds_it_holds() -> None:
    amplitude, strengths = np.array([1.0, 0.1, 1e-9, 1e-3]), np.array([0.0, 0.0, 0.0, 1.0])
    found = reach(amplitude, strengths, threshold=1e-4)
    assert found.reached.tolist() == [True, True, False, True]
    assert (found.weakest, found.strongest) == (0.1, 1e-9)
    assert found.share == pytest.approx(2 / 3)
    assert found.gap == pytest.approx(1e8)
    assert reach(amplitude, strengths, threshold=1e-10).gap == np.inf
    behind = reach(np.array([1.0, 1e-9, 3e-12]), np.array([2.0, 0, 0]))
    assert (behind.share, behind.weakest, behind.strongest) == (0.0, 1.0, 1e-9)


def test_where_no_site_is_quiet_all_are_looked_at() -> None:
    found = reach(np.array([1.0, 1e-9]), np.array([0.5, 0.5]))
    assert found.quiet.all() and found.share == 0.5


@pytest.mark.parametrize("threshold", [0, 1, -1, 2, np.nan])
def test_a_threshold_lies_between_0_and_1(threshold: float) -> None:
    with pytest.raises(ParameterError, match="between 0 and 1"):
        reach(np.ones(3), np.zeros(3), threshold=threshold)


def test_a_wave_that_nothing_damps_has_no_stationary_field() -> None:
    """Without activity U keeps every wave, and at the frequency of one of them the equation is singular."""
    state = steady_state(Lattice(RING, (16,)), Background(0), digits=10)
    with pytest.raises(ConvergenceError, match="Choose another frequency"):
        rough.rough_resolvent(linearized(state), 0.0)


@pytest.mark.parametrize("seed", range(6))
def test_without_activity_a_wave_of_the_band_is_refused_and_another_is_not(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Frequencies of the band from 0 to 4c = 6/5, of a ring and a torus, and beside it, where the wave is evanescent."""
    random = np.random.default_rng(seed)
    lattice = (Lattice(RING, (64,)), Lattice(network(dimension=2, c="3/20"), (16, 20)))[seed % 2]
    state = steady_state(lattice, Background(0), digits=10)
    site = (3,) * len(lattice.shape)
    beside = Source(site, f"{random.uniform(1.4, 2 * np.pi - 0.2):.6f}")
    found = wave_field(state, beside)
    assert found.residual < 1e-11
    assert found.amplitude.argmax() == np.ravel_multi_index(site, lattice.shape)
    monkeypatch.setattr(wave_fields, "solve_pair", None)  # nothing is looked for
    for frequency in (0, "6/5", f"{random.uniform(0.01, 1.19):.6f}"):
        with pytest.raises(
            ParameterError, match="an activity somewhere must damp a wave of the kernel's band"
        ):
            wave_field(state, Source(site, frequency))


WRONG: dict[str, tuple[Callable[[WaveField], object], str]] = {
    "tolerance": (
        lambda f: wave_field(f.state, f.source, tolerance=2),
        "tolerance lies between 0 and 1; got 2",
    ),
    "text": (lambda f: wave_field(f.state, f.source, tolerance="x"), "between 0 and 1; got 'x'"),  # type: ignore[arg-type]
    "source": (lambda f: wave_field(f.state, "x"), "a source is needed; got 'x'"),  # type: ignore[arg-type]
    "state": (lambda f: wave_field("x", f.source), "a steady state is needed; got 'x'"),  # type: ignore[arg-type]
    "map": (lambda f: wave_field(f.state, f.source, at="x"), "a linearized map is needed"),  # type: ignore[arg-type]
    "wave": (lambda f: arrival("x", 3), "a wave is needed; got 'x'"),  # type: ignore[arg-type]
    "map of a wave": (lambda f: arrival(f, 3, at="x"), "a linearized map is needed"),  # type: ignore[arg-type]
    "frames": (lambda f: arrival(f, 3, frames="x"), "at most as many frames"),  # type: ignore[arg-type]
    "nan": (
        lambda f: reach(np.array([1, np.nan]), np.ones(2)),
        "amplitudes are finite real numbers, 0 or above",
    ),
    "complex": (lambda f: reach(np.ones(2), 1j * np.ones(2)), "strengths are finite real numbers"),
    "words": (lambda f: reach("x", np.ones(2)), "amplitudes are finite real numbers"),  # type: ignore[arg-type]
    "rows": (lambda f: reach([[1], [1, 2]], np.ones(2)), "amplitudes are finite"),  # type: ignore[arg-type]
    "none": (lambda f: reach(np.ones(0), np.ones(0)), "one per site"),
    "shapes": (lambda f: reach(np.ones(3), np.ones(4)), r"of the same sites; got shapes \(3,\) and \(4,\)"),
    "silence": (lambda f: reach(np.zeros(3), np.ones(3)), "no amplitude above 0"),
    "threshold": (lambda f: reach(np.ones(3), np.ones(3), threshold="x"), "threshold lies between 0 and 1"),  # type: ignore[arg-type]
}


@pytest.fixture(scope="module")
def field() -> WaveField:
    return wave_field(state_of(RING, Landscape(uneven(24))), Source((0,), 1))


@pytest.mark.parametrize("name", WRONG)
def test_what_is_of_another_kind_is_refused_in_one_line(name: str, field: WaveField) -> None:
    asked, message = WRONG[name]
    with pytest.raises(ParameterError, match=message) as refusal:
        asked(field)
    assert "\n" not in str(refusal.value)


def test_reach_takes_lists() -> None:
    found = reach([1.0, 1e-9, 0.5], [0, 0, 1])  # type: ignore[arg-type]
    assert found.reached.tolist() == [True, False, True]
    assert found.share == 0.5
