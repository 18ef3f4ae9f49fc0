"""The elimination against closed forms, and its balls against what is in them."""

from __future__ import annotations

from random import Random

import pytest
import sympy as sp
from flint import arb, ctx

from analytics.balls.arithmetic import flint_precision
from numerics.observables.leak import EVEN
from numerics.verification.elimination import (
    Elimination,
    Term,
    decimal_exponent,
    magnification,
    powers,
    powers_with_logarithms,
)

Z = sp.Integer
HALF = sp.Rational(1, 2)


def test_the_mth_power_has_up_to_m_logarithms() -> None:
    assert powers_with_logarithms(Z(-1), 6) == (
        Term(Z(-1), 0),
        Term(Z(-1), 1),
        Term(Z(-2), 0),
        Term(Z(-2), 1),
        Term(Z(-2), 2),
        Term(Z(-3), 0),
    )
    assert powers(HALF, 3) == (Term(HALF), Term(Z(1)), Term(sp.Rational(3, 2)))


@pytest.mark.parametrize("terms", [powers(HALF, 4), powers_with_logarithms(Z(-1), 5)], ids=["powers", "logs"])
@pytest.mark.parametrize("inputs", [[2, 3, 5, 7, 11, 13, 17], [4, 8, 16, 32, 64, 128, 256]], ids=str)
def test_a_finite_sum_of_terms_is_eliminated_exactly(terms: tuple[Term, ...], inputs: list[int]) -> None:
    """7 - (2/9) ln x + sum_m (m + 1) f_m(x): once every term is gone, the slope is -2/9, and a ball says so."""
    elimination = Elimination(terms, 80)
    with flint_precision(400):
        for x in inputs:
            logarithm = arb(x).log()
            y = 7 - logarithm * 2 / 9
            for place, term in enumerate(terms):
                power = arb(x) ** (arb(int(term.power.p)) / int(term.power.q))
                y += (place + 1) * power * logarithm**term.logarithms
            elimination.add(Z(x), y)
        last = elimination.table[-1]
        assert len(last) == min(len(inputs) - 1, len(terms) + 1)
        assert last[-1].contains(arb(-2) / 9)
        assert last[-1].rad() < arb(10) ** -40
        assert not last[-2].contains(arb(-2) / 9) or len(last) <= len(terms)


def test_what_is_in_the_balls_given_is_in_the_balls_returned() -> None:
    inputs = [Z(4) ** place for place in range(6)]
    wide, narrow = (Elimination(powers(Z(-1), 5), 50) for _ in range(2))
    for place, x in enumerate(inputs):
        shift = arb(1) / 1000 * (-1) ** place
        wide.add(x, arb(place, 0.001))
        narrow.add(x, arb(place) + shift * arb("0.99"))
    for row, inner in zip(wide.table, narrow.table, strict=True):
        assert all(a.contains(b) for a, b in zip(row, inner, strict=True))


def _misses_beyond_the_bound(*, gains_little: bool) -> int:
    """Of -ln x + ln(1 + sum_m c_m x^(-2 m)) with random c_m that grow as 30^m, at inputs close to each other."""
    source, missed = Random(1), 0
    for _ in range(200):
        elimination = Elimination(powers(Z(-2), 8), 60, gains_little=gains_little)
        with flint_precision(300):
            coefficients = [arb(source.randrange(-1000, 1000)) / 1000 * 30**m for m in range(1, 6)]
            for x in EVEN.close:
                size = arb(int(x))
                left = sum((c / size ** (2 * m) for m, c in enumerate(coefficients, 1)), arb(0))
                elimination.add(x, (1 + left).log() - size.log())
                if len(elimination.table) > 3:
                    missed += abs(elimination.latest + 1) > elimination.bound
    return missed


def test_a_small_change_by_chance_is_no_bound_where_an_elimination_gains_little() -> None:
    assert _misses_beyond_the_bound(gains_little=True) == 0
    assert _misses_beyond_the_bound(gains_little=False) > 5


def test_of_a_pure_power_nothing_is_left_to_expect() -> None:
    elimination = Elimination(powers(Z(-1), 8), 60, gains_little=True)
    with flint_precision(300):
        for x in EVEN.close:
            elimination.add(x, -arb(int(x)).log())
        assert elimination.bound < arb(10) ** -40
        assert elimination.latest.contains(-1)


def test_magnification_is_what_errors_grow_by() -> None:
    """A ratio of 4 costs less than a digit; neighbouring times cost many, of which the balls tell."""
    geometric = [sp.Rational(1, 4) ** place for place in range(12)]
    assert magnification(geometric, powers(Z(1), 11)) <= 1
    times = [Z(20 + place) for place in range(30)]
    terms = powers(Z(-1), 29)
    lost = magnification(times, terms)
    elimination = Elimination(terms, 400)
    for x in times:
        elimination.add(x, arb(0, arb(10) ** -100))
    assert decimal_exponent(elimination.latest.rad()) == lost - 101


def test_the_precision_of_flint_is_left_alone() -> None:
    before = ctx.prec
    magnification([Z(2), Z(3), Z(4)], powers(Z(-1), 2))
    assert ctx.prec == before


@pytest.mark.parametrize(("number", "exponent"), [("0.001", -3), ("-250", 2), ("9.99", 0)])
def test_decimal_exponent(number: str, exponent: int) -> None:
    assert decimal_exponent(arb(number)) in (exponent, exponent - (number == "0.001"))
    assert decimal_exponent(arb(0)) < -(10**8)
