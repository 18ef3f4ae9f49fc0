"""Laws at the local strength beside the simulation: equal on an even landscape, close on a slow one."""

import json
from pathlib import Path

import numpy as np
import pytest
import sympy as sp
from click.testing import CliRunner

from nearcritical import Landscape, Source, derive, network
from nearcritical.cli.main import main
from nearcritical.landscape.journey import Journey, journey
from nearcritical.landscape.maps import local_maps, local_place
from nearcritical.landscape.picture import maps_picture

RING = network("algebraic", "laplacian", c="3/10")
THEORY = derive(RING)


def slow(length: int, *carrier: object) -> Journey:
    """Of strength 1/20 +- 1/50 over one period of the ring."""
    values = 0.05 + 0.02 * np.cos(2 * np.pi * np.arange(length) / length)
    turning = ((sp.pi / 4,), "2/5") if carrier else ((), 0)
    return journey(RING, Landscape(values, *turning), Source((0,), "3/5"))


def test_on_an_even_landscape_the_laws_are_what_is_simulated() -> None:
    even = journey(RING, Landscape(np.full(48, 0.05)), Source((0,), "3/5"))
    maps = local_maps(even, THEORY)
    for pair in maps.beside.values():
        assert np.abs(pair.difference).max() < 1e-12
    assert maps.propagation_length is not None
    exact = THEORY["propagation_length"].evaluate({"I0": "1/20", "Omega": "3/5"}, digits=15)
    assert maps.propagation_length == pytest.approx(
        float(exact), rel=0.2
    )  # the law is the leading term of it


@pytest.mark.parametrize("carrier", [(), ("turning",)])
def test_on_a_slow_landscape_the_difference_falls_with_its_length(carrier: tuple[str, ...]) -> None:
    """Of a second derivative: by 4 where the landscape is twice as long; a turning one has a first derivative, by 2."""
    short, long = (local_maps(slow(length, *carrier), THEORY) for length in (120, 240))
    for name in short.beside:
        fall = np.abs(short.beside[name].difference).max() / np.abs(long.beside[name].difference).max()
        assert fall > (1.8 if carrier else 3)


def test_a_pulse_decays_as_the_law_says_where_it_is() -> None:
    found = slow(240)
    for site in ((0,), (120,)):
        place = local_place(found, THEORY, site)
        assert place.strength == pytest.approx(found.landscape.doubles[site])
        assert place.pulse == pytest.approx(place.decay_rate, rel=0.05)
        assert place.eigenvalues.shape == (2, len(place.wavenumbers))
    assert local_place(found, THEORY, (120,)).decay_rate < local_place(found, THEORY, (0,)).decay_rate


def test_without_input_nothing_decays() -> None:
    net = network("algebraic", "3/5 + (1 - cos(k))/2")
    values = np.where(np.arange(48) < 24, 0.5, 0)
    maps = local_maps(journey(net, Landscape(values), Source((36,), "4/5")), derive(net))
    assert (maps.decay_rate[24:] == 0).all() and (maps.decay_rate[:24] > 0.1).all()
    assert maps.propagation_length is not None and np.isinf(maps.propagation_length[24:]).all()
    assert maps.tangential_gain.law[30] == 1
    assert maps.tangential_gain.simulated[36] == pytest.approx(1, abs=1e-6)


def test_the_command_writes_maps(tmp_path: Path) -> None:
    np.save(tmp_path / "ring.npy", slow(120).landscape.doubles)
    options = "--source 0 --frequency 3/5 --steps 0 --json --maps --local 60 --out".split()
    called = ["landscape", str(tmp_path / "ring.npy"), *options, str(tmp_path / "out")]
    found = CliRunner().invoke(main, called)
    assert found.exit_code == 0, found.stderr
    record = json.loads(found.stdout)
    assert record["maps"]["radial_gain"]["largest_difference"] < 1e-4
    assert record["local"]["pulse"] == pytest.approx(record["local"]["decay_rate"], rel=0.1)
    assert (tmp_path / "out" / "maps.png").read_bytes().startswith(b"\x89PNG")


def test_maps_of_a_torus_are_drawn() -> None:
    net = network("algebraic", "laplacian", dimension=2)
    values = 0.05 + 0.02 * np.cos(2 * np.pi * np.arange(16) / 16)[:, None] * np.ones(16)
    found = journey(net, Landscape(values), Source((0, 0), "3/5"))
    assert maps_picture(found, local_maps(found, derive(net))).startswith(b"\x89PNG")
