"""The live part of the page: its laws with their constants as parameters, and the networks that have one."""

from __future__ import annotations

import math
import shutil
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import pytest
import sympy as sp

from analytics.errors import ParameterError
from analytics.network.beside import network_at
from analytics.network.kernel import Kernel
from analytics.network.network import Network
from nearcritical import Theory, derive, load, network
from nearcritical.report.programs import javascript_values
from nearcritical.report.views.live import PROFILE, live_view
from nearcritical.report.views.live_laws import movable
from nearcritical.report.views.stops import networks_at, stops

EXAMPLES = Path(__file__).parents[3] / "examples"

POINTS: dict[str, tuple[float, ...]] = {
    "forced_amplitude": (0.05, 0.1),
    "dispersion_relation": (0.01, 0.8, 0.45),
    "decay_rate": (0.02, 0.1, 0.45),
    "propagation_length": (0.01, 0.5, 0.45),
    "evanescent_length": (0.01, 0.45),
    "kernel_frequency": (1.1, 0.45),
}


@pytest.mark.skipif(shutil.which("node") is None, reason="no Node.js here")
def test_a_law_whose_constant_moves_is_the_law_of_the_other_network() -> None:
    """To 1e-13, at c = 0.45 in the page of c = 3/10."""
    view: Any = live_view(derive(network("algebraic", "laplacian", c="3/10")))
    other = derive(network("algebraic", "laplacian", c=Fraction(0.45)))
    returned = javascript_values(str(view["sources"][0]), list(POINTS.items()))
    assert returned is not None
    for (name, point), found in zip(POINTS.items(), returned, strict=True):
        law = other[name]
        given = {s: sp.Rational(x) for s, x in zip(law.symbols, point[: len(law.symbols)], strict=True)}
        for value, truth in zip(found, law.branches(given, 25), strict=True):
            assert abs(complex(truth) - value) <= 1e-13 * abs(complex(truth)), name


@pytest.mark.skipif(shutil.which("node") is None, reason="no Node.js here")
@pytest.mark.parametrize(
    ("activation", "value"), [("algebraic", 0.6), ("tanh", 0.635148952387287339214435731155)]
)
def test_the_profile_is_that_of_the_network(
    activation: str, value: float, theory_of: Callable[..., Theory]
) -> None:
    """At r = 3/4."""
    view: Any = live_view(theory_of(activation))
    assert javascript_values(str(view["sources"][0]), [(PROFILE, (0.75,))]) == [
        [pytest.approx(value, rel=1e-15)]
    ]


def names(view: Any) -> Sequence[str]:
    return [slider["name"] for slider in view["sliders"]]


def test_sliders_are_the_parameters_and_the_constants(theory_of: Callable[..., Theory]) -> None:
    view: Any = live_view(theory_of("algebraic"))
    assert names(view) == ["F", "delta", "I0", "q", "Omega", "constant_c"]
    (constant,) = [slider for slider in view["sliders"] if slider["name"] == "constant_c"]
    assert (constant["low"], constant["value"], constant["high"]) == (0.1, 0.3, 0.9)
    assert view["laws"]["kernel_frequency"] == ["q", "constant_c"]


@pytest.mark.skipif(shutil.which("node") is None, reason="no Node.js here")
@pytest.mark.parametrize(("activation", "kernel"), [("tanh", "advection"), ("erf", "laplacian")])
def test_other_networks_move_too(activation: str, kernel: str, theory_of: Callable[..., Theory]) -> None:
    theory = theory_of(activation, kernel)
    view: Any = live_view(theory)
    returned = javascript_values(str(view["sources"][0]), [("forced_amplitude", (0.5, 0.25))])
    truth = float(theory["forced_amplitude"].evaluate({"F": "1/2", "delta": "1/4"}, 20))
    assert returned == [[pytest.approx(truth, rel=1e-13)]]


def test_a_constant_may_have_the_name_of_a_keyword() -> None:
    view: Any = live_view(derive(network("algebraic", "new*sin(k)", new="1/5")))
    assert view["laws"]["kernel_frequency"] == ["q", "constant_new"]
    assert "(k, constant_new = 0.2)" in view["sources"][0]


OWN = (
    network("tanh(b*r)/b", "laplacian", b="3/2"),
    network("r/(1 + a*r**6)**(1/6)", "laplacian", a="2"),
    network("erf(sqrt(pi)*a*b*r/2)/(a*b)", "laplacian", a="2", b="1/3"),
    network("tanh(b*r)/b", "laplacian", dimension=2, b="2"),
    load(EXAMPLES / "anisotropic.toml"),
)


@pytest.mark.skipif(shutil.which("node") is None, reason="no Node.js here")
@pytest.mark.parametrize("net", OWN, ids=[f"{net.activation.profile} in {net.dimension}" for net in OWN])
def test_sliders_give_what_evaluate_gives(net: Network) -> None:
    """To 1e-13, at places drawn by lot; constants of the kernel and those that set the unit of amplitudes move."""
    random, moved = Random(str(net)), movable(net)
    view: Any = live_view(derive(net))
    assert {str(symbol) for symbol in moved} == {str(symbol) for symbol in net.constants}
    for _ in range(3):
        place = {slider["name"]: drawn(slider, random) for slider in view["sliders"]}
        place["r"] = random.expovariate(1.0)
        other = network_at(net, {symbol: sp.Rational(place[one.name]) for symbol, one in moved.items()})
        agree(view, view["sources"][0], other, place)


def agree(view: Any, source: str, other: Network, place: dict[str, float]) -> None:
    """Do the laws of a source have at a place the values of those of the `other` network?"""
    asked = [(name, tuple(place[one] for one in needed)) for name, needed in view["laws"].items()]
    returned = javascript_values(source, asked)
    assert returned is not None
    for (name, _), found in zip(asked, returned, strict=True):
        for value, truth in zip(found, truths(name, other, place), strict=True):
            if math.isnan(truth.real):  # a probe outside the band
                assert math.isnan(value.real)
                continue
            assert abs(truth - value) <= 1e-13 * abs(truth), (name, place)


def drawn(slider: Any, random: Random) -> float:
    """A value of a slider."""
    if slider["stops"]:
        return float(random.choice(slider["stops"]))
    low, high, share = slider["low"], slider["high"], random.random()
    return float(low * (high / low) ** share if slider["log"] else low + (high - low) * share)


def truths(name: str, net: Network, place: dict[str, float]) -> Sequence[complex]:
    if name == PROFILE:
        return [complex(net.activation.valued.rho(sp.Rational(place["r"])).evalf(25))]
    law = Theory(net, names=(name,))[name]
    given = {s: sp.Rational(place[str(s).replace("k", "q")]) for s in law.symbols}
    try:
        return [complex(value) for value in law.branches(given, 25)]
    except ParameterError:
        return [complex("nan")]


@pytest.mark.parametrize("kernel", ["laplacian", "advection"])
def test_the_probe_propagates_at_first(kernel: str, theory_of: Callable[..., Theory]) -> None:
    theory = theory_of("tanh", kernel)
    view: Any = live_view(theory)
    (probe,) = [slider for slider in view["sliders"] if slider["name"] == "Omega"]
    length = theory["propagation_length"].evaluate({"I0": "1/100", "Omega": sp.Rational(probe["value"])}, 15)
    assert length > 1


SHAPED = network("m*tanh(r/s)*s + (1 - m)*r/sqrt(1 + (r/s)**2)", "laplacian", m="1/2", s="2")
SUM = network("tanh(a*r)/(2*a) + tanh(b*r)/(2*b)", "laplacian", a="2", b="1/3")


def both_parts() -> Network:
    """b stands in the activation and in the kernel."""
    activation = network("tanh(b*r)/b", "laplacian", b="1/5").activation
    b = activation.constants[0][0]
    return Network(activation, Kernel("own", (((1,), -b), ((-1,), b)), ((b, sp.Rational(1, 5)),)))


@pytest.mark.skipif(shutil.which("node") is None, reason="no Node.js here")
@pytest.mark.parametrize("net", [SHAPED, both_parts()], ids=["shape", "both parts"])
def test_each_stop_has_laws_of_its_own(net: Network) -> None:
    """The first, the last and one drawn by lot, to 1e-13 of `evaluate`."""
    random, view, stepped = Random(7), live_view(derive(net)), stops(net)
    assert isinstance(view, dict)
    (symbol,) = stepped
    values, sources = stepped[symbol], view["sources"]
    assert list(values) == sorted(values) and net.constants[symbol] in values
    assert len(values) == len(sources) == (7 if net is SHAPED else 9)
    for number in {0, len(values) - 1, random.randrange(len(values))}:
        place = {slider["name"]: drawn(slider, random) for slider in view["sliders"]} | {"r": 0.3}
        free = {one: sp.Rational(place[parameter.name]) for one, parameter in movable(net).items()}
        agree(view, sources[number], network_at(net, free | {symbol: values[number]}), place)


def test_two_constants_have_stops_and_three_have_none() -> None:
    found = stops(SUM)
    assert [[str(value) for value in values] for values in found.values()] == [
        ["1", "2", "4"],
        ["1/6", "1/3", "2/3"],
    ]
    assert [str(other.constants[symbol]) for other in networks_at(SUM, found)[1:4] for symbol in found] == [
        *("1", "1/3", "1", "2/3", "2", "1/6")
    ]
    three = network("m*tanh(a*r)/a + (1 - m)*tanh(b*r)/b", "laplacian", m="1/3", a="2", b="3")
    assert stops(three) == {} and networks_at(three, {}) == [three]


def test_constants_that_a_relation_ties_keep_their_values() -> None:
    """A share beyond 1 is a number, of which nothing is proved at other values."""
    net = network("m*r/sqrt(1 + r**2) + (1 - m)*tanh(r)", "laplacian", m="11/10", c="3/10")
    assert [str(symbol) for symbol in movable(net)] == ["c"] and stops(net) == {}


@pytest.mark.parametrize("dimension", [2, 3])
def test_each_axis_has_a_wavenumber(dimension: int, theory_of: Callable[..., Theory]) -> None:
    view: Any = live_view(theory_of("algebraic", "laplacian", dimension))
    waves = [f"q{axis}" for axis in range(1, dimension + 1)]
    assert names(view) == ["F", "delta", "I0", *waves, "Omega", "constant_c"]
    assert view["laws"]["kernel_frequency"] == [*waves, "constant_c"]


def test_where_nothing_can_be_moved_there_is_no_live_part() -> None:
    assert live_view(Theory(network("general", "general"), names=("detuned_amplitude",))) is None
