"""The public names: all there, readable when printed, and one line where a call cannot be meant."""

from collections.abc import Callable

import pytest

import nearcritical
from nearcritical import (
    Background,
    NearCriticalError,
    Network,
    derive,
    exponent,
    export,
    measure,
    network,
    simulate,
    verify,
)


def test_every_public_name_is_there() -> None:
    assert sorted(nearcritical.__all__) == nearcritical.__all__
    assert all(getattr(nearcritical, name) is not None for name in nearcritical.__all__)
    assert {"Background", "Oscillation", "Samples", "Picture", "pictures"} <= set(nearcritical.__all__)


def test_a_law_a_theory_and_a_list_are_exported(default_network: Network) -> None:
    theory = derive(default_network)
    law = theory["resonant_amplitude"]
    assert export(law, "latex") == export([law], "latex") == export({"a": law}, "latex")


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: derive("algebraic"), "deriving: a network is needed; got 'algebraic'."),
        (lambda: verify("forced_amplitude"), "verifying: a law is needed; got 'forced_amplitude'."),
        (lambda: exponent("forced_amplitude"), "exponent: a law is needed; got 'forced_amplitude'."),
        (lambda: export("forced_amplitude", "latex"), "exporting laws: laws are needed; got 'forced_amplitude'."),
        (lambda: export([3], "json"), "exporting laws: laws are needed; got 3."),
        (lambda: simulate(network(), (16,), 0.01, 10), "simulation: an input is needed; got 0.01."),
        (lambda: simulate(network(), (16,), Background(0.01), 10), "uniform input: amplitude: an exact number"),
        (lambda: network(c=0.3), "constant c: an exact number is needed, not a float"),
        (lambda: measure("forced_amplitude", network(), {"F": 0.01}), "F: an exact number is needed, not a float"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused_in_one_line(call: Callable[[], object], message: str) -> None:
    with pytest.raises(NearCriticalError) as caught:
        call()
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_results_print_as_one_line(default_network: Network) -> None:
    theory = derive(default_network)
    assert str(verify(theory["kernel_frequency"], 10)).startswith("kernel_frequency: passed, agrees to ")
    assert str(measure("forced_amplitude", default_network, {"F": "1/100", "k": 0}, 20)) == (
        "forced_amplitude = 0.26650315177146500406 at F = 1/100, delta = 0, k = 0"
    )
    found = str(exponent(theory["resonant_amplitude"], 8))
    assert found.startswith("forced_amplitude ~ F**(1/3): passed, measured 0.33333333 ± ")
