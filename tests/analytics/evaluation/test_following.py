"""Unknowns followed from place to place, against closed forms, and where they are not followed."""

from __future__ import annotations

import cmath
import math
from collections.abc import Callable, Sequence
from random import Random

import mpmath
import pytest
import sympy as sp
from mpmath import mpf

from analytics.errors import OutOfReachError
from analytics.evaluation.following import Followed, families

Q = sp.Rational
s, u, v, a = sp.symbols("s u v a", real=True)


def first(place: sp.Rational) -> mpf:
    return mpmath.cbrt(3 + mpmath.cospi(2 * mpf(place.p) / place.q))


def second(place: sp.Rational) -> mpf:
    return mpmath.log(first(place) * (1 + mpf(1) / 7))


CHAIN = Followed([(u**3 - 3 - sp.cos(2 * sp.pi * s), u), (sp.exp(v) - u * (1 + a), v)], s, {a: Q(1, 7)})


@pytest.mark.parametrize("digits", [10, 40, 120])
def test_a_chain_of_unknowns_is_followed_to_all_digits(digits: int) -> None:
    source = Random(digits)
    for _ in range(5):
        place, apart = Q(source.randint(0, 1000), 1000), Q(1, 100)
        with mpmath.workdps(30):
            beside = [(first(at), second(at)) for at in (place - apart, place + apart)]
        found = CHAIN.between(place, *beside, digits)
        assert found is not None
        with mpmath.workdps(digits + 10):
            for value, exact in zip(found, (first(place), second(place)), strict=True):
                assert abs(value - exact) < mpf(10) ** -digits


def test_another_root_is_not_taken_for_the_one_between() -> None:
    """From the middle of two different roots, or of places far apart, nothing is found."""
    square = Followed([(u**2 - 1 - s, u)], s, {})
    one = mpmath.mpf(1)
    assert square.between(Q(0), (one,), (-one,), 20) is None
    assert square.between(Q(0), (one,), (3 * one,), 20) is None
    assert square.between(Q(-2), (one,), (one,), 20) is None  # no real root at all
    assert square.between(Q(0), (one * 0.999,), (one * 1.001,), 20) == (1,)


def test_a_double_root_is_left_to_others() -> None:
    double = Followed([((u - 1) ** 2 * (1 + s), u)], s, {})
    assert double.between(Q(0), (mpf(1) - mpf(10) ** -3,), (mpf(1) - mpf(10) ** -3,), 30) is None


# -- several values at every place --

TURN = 2 * cmath.pi


def wandering(source: Random, count: int) -> list[Callable[[float], complex]]:
    """Smooth functions of period 1 whose imaginary parts cross, and whose real parts do not."""

    def one(level: float) -> Callable[[float], complex]:
        swing, start, height = source.uniform(0.1, 0.5), source.random(), source.uniform(0.5, 1.5)
        return lambda at: complex(
            level + 0.1 * math.cos(TURN * (at - start)), height + swing * math.sin(TURN * (at + start))
        )

    return [one(0.7 * level - 3) for level in range(count)]


def shuffled(
    functions: Sequence[Callable[[float], complex]], source: Random
) -> Callable[[sp.Rational], list[complex]]:
    """Their values in any order, each with a multiple of 2 pi."""

    def values(at: sp.Rational) -> list[complex]:
        found = [function(float(at)) + TURN * source.randint(-2, 2) for function in functions]
        return source.sample(found, len(found))

    return values


@pytest.mark.parametrize("seed", range(12))
def test_values_are_followed_as_families(seed: int) -> None:
    source = Random(seed)
    functions = wandering(source, source.randint(1, 8))
    found = families(shuffled(functions, source), 3, source.choice((4, 8, 24)))
    means = {one: sum(one(j / 64).imag for j in range(64)) for one in functions}
    assert any(
        abs(sum(family(Q(j, 64)).imag for j in range(64)) - min(means.values())) < 1e-9 for family in found
    )
    for family in found:
        (own,) = [one for one in functions if abs(cmath.exp(1j * (one(0) - family(Q(0)))) - 1) < 1e-9]
        shift = family(Q(0)) - own(0)
        for _ in range(20):
            at = Q(source.randint(0, 960), 960)
            assert abs(family(at) - own(float(at)) - shift) < 1e-9


def exchanged(at: float) -> list[complex]:
    """Each is the other one after a period."""
    return [2j + sign * cmath.sqrt(cmath.exp(1j * TURN * at)) for sign in (1, -1)]


def winding(at: float) -> list[complex]:
    """Itself and 2 pi."""
    return [complex(TURN * at, 1)]


def meeting(at: float) -> list[complex]:
    return [1j + sign * (1 - math.cos(TURN * at)) / 4 for sign in (1, -1)]


def ending(at: float) -> list[complex]:
    return [] if 0.2 < at < 0.7 else [0.5 + 1j]


OTHERS = [(exchanged, 2 - 2 / math.pi), (winding, 1), (meeting, 1), (ending, 2)]
"""Values that are not followed, and the mean of their lowest imaginary part, 3 where there is none."""


@pytest.mark.parametrize(("others", "mean"), OTHERS, ids=[others.__name__ for others, _ in OTHERS])
def test_a_value_below_those_that_are_not_followed_is_one(
    others: Callable[[float], list[complex]], mean: float
) -> None:
    """Of imaginary part 0.1 below or above the mean of all others."""

    def along(height: float) -> Callable[[sp.Rational], list[complex]]:
        return lambda at: [*others(float(at)), complex(-1.9, height)]

    (family,) = families(along(mean - 0.1), 3, 8)
    assert family(Q(1, 7)) == complex(-1.9, mean - 0.1)
    with pytest.raises(OutOfReachError, match="must stay apart"):
        families(along(mean + 0.1), 3, 8)
    with pytest.raises(OutOfReachError, match="must stay apart"):
        families(lambda at: others(float(at)), 3, 8)


def test_a_place_at_which_two_values_are_as_near_is_refused() -> None:
    left, _ = families(lambda at: [1j, 1 + 1j] if at.q < 100 else [0.5 + 1j, 1j - 0.5], 3, 8)
    assert left(Q(1, 99)) == 1j
    with pytest.raises(OutOfReachError, match="must stay apart"):
        left(Q(1, 101))
