"""A network is its activation and its kernel, and nothing besides."""

from __future__ import annotations

import dataclasses

import pytest
import sympy as sp

from analytics.network.activation import PROFILES, activation
from analytics.network.kernel import STENCILS, c, kernel
from analytics.network.network import Network


@pytest.mark.parametrize("kernel_name", STENCILS)
@pytest.mark.parametrize("name", PROFILES)
def test_name_dimension_and_constants_are_those_of_its_parts(name: str, kernel_name: str) -> None:
    network = Network(activation(name), kernel(kernel_name, dimension=2, constants={"c": sp.Rational(1, 7)}))
    assert network.name == f"{name}/{kernel_name}"
    assert network.dimension == 2
    assert network.constants == {c: sp.Rational(1, 7)}


def test_networks_of_equal_parts_are_equal_and_hash_alike() -> None:
    one, other = (Network(activation("tanh"), kernel("laplacian")) for _ in range(2))
    assert one == other
    assert len({one, other}) == 1
    assert one != Network(activation("tanh"), kernel("advection"))
    assert one != Network(activation("tanh"), kernel("laplacian", constants={"c": sp.Rational(1, 7)}))


def test_a_network_is_frozen_and_its_constants_are_a_copy() -> None:
    network = Network(activation("tanh"), kernel("laplacian"))
    with pytest.raises(dataclasses.FrozenInstanceError):
        network.activation = activation("erf")  # type: ignore[misc]
    network.constants[c] = sp.Integer(5)
    assert network.constants == {c: sp.Rational(3, 10)}
