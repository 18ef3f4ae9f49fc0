"""Unknowns followed from place to place, against closed forms, and where they are not followed."""

from __future__ import annotations

from random import Random

import mpmath
import pytest
import sympy as sp
from mpmath import mpf

from analytics.evaluation.following import Followed

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
