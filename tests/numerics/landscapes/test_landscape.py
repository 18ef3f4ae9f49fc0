"""Landscapes as inputs: what they drive the lattice with, and what is refused."""

from fractions import Fraction

import numpy as np
import pytest
import sympy as sp
from mpmath import iv, mpf

from analytics.errors import ParameterError
from nearcritical import Background, Lattice, Oscillation, Samples, certify, network, simulate, steady_state
from numerics.landscapes.landscape import Landscape, Source

RING = network("algebraic", "laplacian", c="3/10")
GAPPED = network("algebraic", "3/5 + (1 - cos(k))/2")


def test_an_even_landscape_is_a_background() -> None:
    lattice = Lattice(RING, (8,))
    uneven = steady_state(lattice, Landscape(["1/10"] * 8), digits=30)
    even = steady_state(lattice, Background("1/10"), digits=30)
    assert all(abs(a - b) < 1e-29 for a, b in zip(uneven.state, even.state, strict=True))


def test_an_even_landscape_that_turns_is_an_oscillation() -> None:
    lattice, k = Lattice(RING, (8,)), sp.pi / 4
    turning = steady_state(lattice, Landscape(["1/10"] * 8, (k,), "1/2"), digits=30)
    wave = steady_state(lattice, Oscillation("1/10", (k,), frequency="1/2"), digits=30)
    assert all(abs(a - b) < 1e-29 for a, b in zip(turning.state, wave.state, strict=True))
    assert turning.frequency == wave.frequency


def test_sources_are_added_step_by_step() -> None:
    """The same input as an array of samples, written out."""
    values, steps = np.linspace(0, 1, 12), 7
    landscape = Landscape(values, (), "1/3", (Source((4,), "1/5", "1/100"),))
    written = np.array([values * np.exp(1j * n / 3) for n in range(steps)])
    written[:, 4] += [0.01 * np.exp(1j * n * (1 / 3 + 1 / 5)) for n in range(steps)]
    one, other = (simulate(RING, (12,), drive, steps).states for drive in (landscape, Samples(written)))
    assert np.abs(one - other).max() < 1e-14


def test_with_a_source_there_is_no_steady_state() -> None:
    landscape = Landscape(np.ones(8), sources=(Source((1,), "1/5"),))
    with pytest.raises(ParameterError, match="must be constant up to a turning phase"):
        steady_state(Lattice(RING, (8,)), landscape)
    assert steady_state(Lattice(RING, (8,)), landscape.silent, digits=10).error < 1e-10


def test_a_steady_landscape_is_certified_to_many_digits() -> None:
    values = [Fraction(1, 2) if x % 8 < 4 else Fraction(0) for x in range(16)]
    state = steady_state(Lattice(GAPPED, (16,)), Landscape(values), digits=40)
    assert certify(state).digits >= 38


def test_a_landscape_that_turns_is_certified() -> None:
    values = [Fraction(1 + x % 4, 10) for x in range(16)]
    state = steady_state(Lattice(GAPPED, (16,)), Landscape(values, (sp.pi / 4,), "1/5"), digits=30)
    assert certify(state).digits >= 28


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([0.5, -0.1, 0.2], "strengths are 0 or above; got -0.1"),
        ([0.5, 1j, 0.2], "strengths are real"),
        ([0.5, np.nan, 0.2], "finite numbers are needed"),
        ([[1, 2], [3]], "rows of one length"),
        (0.5, "an array of one axis or more"),
        (["1/2", "-1/3", 0], "strengths are 0 or above; got -1/3"),
        ([mpf("nan"), "1/3"], "finite numbers are needed; got nan"),
        ([mpf("inf")], "finite numbers are needed; got"),
        ([float("inf"), "1/3"], "finite numbers are needed; got inf"),
        ([sp.oo, 1], "finite numbers are needed; got oo"),
        ([iv.mpf(1)], "a finite exact number is needed"),
    ],
)
def test_what_is_no_landscape_is_refused(values: object, message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        Landscape(values)


def test_sources_lie_inside() -> None:
    with pytest.raises(
        ParameterError, match=r"a site of the lattice is needed, 0 to 3, 0 to 5; got \(4, 0\)"
    ):
        Landscape(np.ones((4, 6)), sources=(Source((4, 0), 1),))
    with pytest.raises(ParameterError, match="a site is one whole number per axis"):
        Source((0.5,), 1)  # type: ignore[arg-type]
    with pytest.raises(ParameterError, match="the amplitude must be above 0"):
        Source((0,), 1, 0)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"sources": "x"}, "sources are a tuple of them; got 'x'"),
        ({"sources": 3}, "sources are a tuple of them; got 3"),
        ({"sources": Source((1,), 1)}, r"sources are a tuple of them; got Source"),
        ({"wavevector": 3}, "a wavevector is one number per axis; got 3"),
        ({"wavevector": "x"}, "a wavevector is one number per axis; got 'x'"),
    ],
)
def test_what_is_of_another_kind_is_refused(given: dict[str, object], message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        Landscape(np.ones(8), **given)


def test_sources_are_a_tuple_of_any_that_are_given_one_by_one() -> None:
    one = Source((1,), 1)
    for given in ([one], (one,), iter([one])):
        assert Landscape(np.ones(8), sources=given).sources == (one,)  # type: ignore[arg-type]


def test_the_lattice_has_the_shape_of_the_landscape() -> None:
    with pytest.raises(ParameterError, match=r"the lattice must have its shape, \(8,\)"):
        steady_state(Lattice(RING, (9,)), Landscape(np.ones(8)))


@pytest.mark.parametrize("carrier", [{"frequency": "I"}, {"wavevector": ("I", 0)}, {"frequency": "1 + I"}])
def test_a_carrier_is_real(carrier: dict[str, object]) -> None:
    with pytest.raises(ParameterError, match="wavenumbers and the frequency of a carrier are real"):
        Landscape(np.ones((4, 6)), **carrier)
