"""Modulations: what is one is accepted, and what is none is refused with what shows it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from fractions import Fraction
from random import Random

import pytest
import sympy as sp

from analytics.errors import ModelError
from analytics.network.beside import networks_beside
from analytics.network.modulation import place, require_modulation, turns_of
from nearcritical import Network, network

s = place
Q = sp.Rational

GOOD = [
    1 + sp.cos(2 * sp.pi * s) / 2 + sp.sin(4 * sp.pi * s) / 5,
    (1 + sp.cos(2 * sp.pi * s) / 2) / 500,
    sp.exp(sp.cos(2 * sp.pi * s)),
    1 + sp.cos(2 * sp.pi * s + sp.pi / 3) ** 2 / 9,
    2 + sp.cos(sp.pi * s) ** 2,
    1 / (1 + sp.cos(2 * sp.pi * s) / 3),
    sp.sqrt(2 + sp.sin(6 * sp.pi * s)),
    2 + sp.tanh(5 * sp.sin(2 * sp.pi * s)),
]

BAD = {
    sp.cos(2 * sp.pi * s): r"p\(s\) must be above 0 everywhere; got -1 at s = 1/2",
    1 + sp.cos(2 * sp.pi * s): r"p\(s\) must be above 0 everywhere; got 0 at s = 1/2",
    1 + s: r"p\(s \+ 1\) = p\(s\) must hold; got s \+ 1",
    2 + sp.cos(sp.pi * s): r"p\(s \+ 1\) = p\(s\) must hold",
    2 + sp.cos(s): r"p\(s \+ 1\) = p\(s\) must hold",
    sp.Integer(3): r"it must vary; got 3",
    sp.sin(2 * sp.pi * s) ** 2 + sp.cos(2 * sp.pi * s) ** 2: "it must vary",
    2 + sp.Abs(sp.cos(2 * sp.pi * s)): "real and smooth",
    2 + sp.I * sp.cos(2 * sp.pi * s): "real and smooth",
    sp.Piecewise((1, s < Q(1, 2)), (2, True)): "real and smooth",
    1 + 1 / s**2: r"p\(s\) must have a value everywhere; got none at s = 0",
    10**300 + sp.cos(2 * sp.pi * s): r"it must vary, by more than 2\*\*-200 of its size",
    sp.Symbol("a") + sp.cos(2 * sp.pi * s): "s is its only symbol; got a",
    2 + 0.5 * sp.cos(2 * sp.pi * s): "numbers must be exact",
}


@pytest.mark.parametrize("shape", GOOD, ids=str)
def test_a_smooth_positive_shape_of_period_1_is_one(shape: sp.Expr) -> None:
    require_modulation(shape)
    assert network(modulation=str(shape)).modulation == shape


@pytest.mark.parametrize("shape", BAD, ids=str)
def test_another_is_refused_in_one_line(shape: sp.Expr) -> None:
    with pytest.raises(ModelError, match=BAD[shape]) as refusal:
        Network(network().activation, network().kernel, shape)
    assert "\n" not in str(refusal.value)


def test_text_in_place_of_an_expression_is_refused() -> None:
    with pytest.raises(ModelError, match="an expression in s is needed; got '1'"):
        require_modulation("1")


def test_random_shapes_are_accepted_where_they_are_positive() -> None:
    """1 + sum of harmonics: positive for certain below a sum of 1, with a negative value for certain where it says so."""
    source, seen = Random(5), set()
    for _ in range(30):
        size, at = Q(source.randint(30, 250), 100), Q(source.randrange(1, 64), 64)
        shape = 1 + size * sp.cos(2 * sp.pi * source.randint(1, 3) * (s - at))
        if size < 1:
            require_modulation(shape)
        else:
            with pytest.raises(ModelError, match=r"must be above 0|above 0, as"):
                require_modulation(shape)
        seen.add(size < 1)
    assert seen == {True, False}


def test_poles_are_refused_at_once(at_once: Callable[[], AbstractContextManager[None]]) -> None:
    source = Random(6)
    for parts in (1, 2, 8, 64, 3, 7, 100):
        at = Q(source.randrange(parts), parts)
        with (
            at_once(),
            pytest.raises(ModelError, match=r"must have a value everywhere|real, smooth and above 0"),
        ):
            require_modulation(1 / (1 - sp.cos(2 * sp.pi * (s - at))))


def test_a_shape_that_comes_close_to_0_is_one() -> None:
    for power in (3, 12, 25):
        made = network(modulation=f"1 - cos(2*pi*s) + 1/10**{power}")
        assert made.modulation == 1 - sp.cos(2 * sp.pi * s) + Q(1, 10**power)


def test_a_constant_of_the_name_s_is_refused() -> None:
    with pytest.raises(
        ModelError, match="s is the place in a period of the modulation; got a constant of the name s"
    ):
        network("r/(1+s*r**4)**(1/4)", s="3", modulation="2 + cos(2*pi*s)")


def test_the_modulation_is_part_of_the_network() -> None:
    plain, modulated = network(), network(modulation="2 + cos(2*pi*s)")
    assert plain != modulated and hash(plain) != hash(modulated)
    assert "modulated by cos(2*pi*s) + 2" in repr(modulated)
    assert all(other.modulation == modulated.modulation for other in networks_beside(modulated))
    assert modulated.valued.modulation == modulated.modulation


def test_the_fastest_turn_is_counted() -> None:
    assert [turns_of(shape) for shape in GOOD] == [2, 1, 1, 1, 1, 1, 3, 1]
    assert turns_of(2 + sp.cos(128 * sp.pi * s)) == 64


def test_numbers_are_read_exactly() -> None:
    assert network(modulation="1 + 0.1*cos(2*pi*s)").modulation == 1 + Q(Fraction("0.1")) * sp.cos(
        2 * sp.pi * s
    )
