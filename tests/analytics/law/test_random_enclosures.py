"""Enclosures of networks drawn at random, against the map itself in mpmath: P e^(i delta) - rho(P) by bisection.

A file of its own to run for longer: `python tests/analytics/law/test_random_enclosures.py --cases 5000 --seed 7`.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from random import Random
from typing import Any

import click
import mpmath
import pytest
from mpmath import mpf

from analytics.errors import ActivationError, ContradictionError, NearCriticalError
from derivations.theory import Theory, derive
from nearcritical import network

Real = Callable[[Any], Any]

DIGITS = 120
"""Of the judge, who loses half of them where P - rho(P) = 1e-12 P."""

PER_DECADE = 40
"""Points of P at which the judge looks at a sign."""

POINTS = 8
"""Points at which each network is looked at."""


@dataclass(frozen=True)
class Drawn:
    """A constant as text and as a number, at the precision in force."""

    text: str
    value: Callable[[], Any]


def constant(random: Random, low: float, high: float) -> Drawn:
    """A rational, a root, an integer with a square factor; of any size between the two."""
    size = low * (high / low) ** random.random()
    kind = random.choice(("rational", "root", "square", "power"))
    if kind == "square" and low <= 8 and high >= 1000:
        whole = random.choice((8, 12, 18, 27, 32, 45, 50, 72, 98, 125, 128, 200, 243, 500))
        return Drawn(str(whole), lambda: mpf(whole))
    exact = Fraction(size).limit_denominator(random.choice((1, 7, 30))) or Fraction(1, 50)
    if kind == "root":
        inner = exact**2 * Fraction(random.choice((1, 2, 3, 8, 27)), 4)
        return Drawn(
            f"sqrt({inner.numerator}/{inner.denominator})",
            lambda: mpmath.sqrt(mpf(inner.numerator) / inner.denominator),
        )
    if kind == "power":
        decade = round(float(mpmath.log10(size)))
        return Drawn(f"10**({decade})", lambda: mpf(10) ** decade)
    return Drawn(f"({exact.numerator}/{exact.denominator})", lambda: mpf(exact.numerator) / exact.denominator)


def root(random: Random) -> tuple[str, Real]:
    p = random.choice((2, 4, 6))
    a = constant(random, 1e-2, 1e5)
    return f"r/(1 + r**{p}/{a.text})**(1/{p})", lambda x: x / mpmath.root(1 + x**p / a.value(), p)


def sum_of_powers(random: Random) -> tuple[str, Real]:
    a, b = constant(random, 1, 100), constant(random, 1, 1000)
    return (
        f"r/(1 + r**2/{a.text} + r**4/{b.text})**(1/4)",
        lambda x: x / mpmath.root(1 + x**2 / a.value() + x**4 / b.value(), 4),
    )


def scaled(random: Random) -> tuple[str, Real]:
    s = constant(random, 0.05, 1000)
    name, function = random.choice((("tanh", mpmath.tanh), ("atan", mpmath.atan)))
    return f"{s.text}*{name}(r/{s.text})", lambda x: s.value() * function(x / s.value())


def mixture(random: Random) -> tuple[str, Real]:
    """A weight may be negative: of tanh, whose slope dies out first."""
    w = random.choice((1, -1)) * Fraction(random.randint(1, 4), 20)
    s = constant(random, 0.3, 10)
    return (
        f"({w})*tanh(r) + ({1 - w})*{s.text}*atan(r/{s.text})",
        lambda x: (
            mpf(w.numerator) / w.denominator * mpmath.tanh(x)
            + mpf((1 - w).numerator) / w.denominator * s.value() * mpmath.atan(x / s.value())
        ),
    )


def bistable(random: Random) -> tuple[str, Real]:
    a, b, n = random.choice((3, 5, 6)), random.choice((1, 2)), random.choice((18, 20, 50, 72, 300, 1000))
    return (
        f"r*sqrt((1 + {b}*r**4)/(1 + {a}*r**2 + r**4 + r**6/{n}))",
        lambda x: x * mpmath.sqrt((1 + b * x**4) / (1 + a * x**2 + x**4 + x**6 / n)),
    )


FAMILIES = (root, root, sum_of_powers, scaled, scaled, mixture, bistable)


@dataclass(frozen=True)
class Case:
    """A network, the law of a quantity at a point, and the quantity as the judge computes it, from P and rho(P)."""

    profile: str
    law: str
    point: dict[str, str]
    wanted: tuple[Any, ...]


def states(rho: Real, forcing: Any, detuning: Any) -> list[Any]:
    """Every P >= 0 with |P e^(i delta) - rho(P)| = F whose neighbours on the grid differ in sign, by bisection."""

    def missing(x: Any) -> bool:
        return abs(x * mpmath.expj(detuning) - rho(x)) < forcing

    top = 2 * (forcing + rho(mpf(10) ** 12) + 1)
    decades = mpmath.log10(top / forcing) + 1
    steps = int(decades * PER_DECADE)
    grid = [top * mpf(10) ** (-decades * n / steps) for n in range(steps, -1, -1)]
    found = []
    for low, high in pairwise(grid):
        if missing(low) == missing(high):
            continue
        is_below = missing(low)
        for _ in range(4 * DIGITS):
            middle = (low + high) / 2
            low, high = (middle, high) if missing(middle) == is_below else (low, middle)
        found.append(low)
    return found


def cases_of(profile: str, rho: Real, random: Random) -> Iterator[Case]:
    for _ in range(POINTS):
        forcing = Fraction(10 ** random.uniform(-10, 2)).limit_denominator(10**12)
        detuning = Fraction(random.choice((0, 0, random.randint(-30, 30))), 10)
        law = random.choice(("forced_amplitude", "background_amplitude", "tangential_gain", "radial_gain"))
        point = {"F": str(forcing), "delta": str(detuning)} if law[0] == "f" else {"I0": str(forcing)}
        given = mpf(forcing.numerator) / forcing.denominator
        drives = states(
            rho, given, mpf(detuning.numerator) / detuning.denominator if law[0] == "f" else mpf(0)
        )
        quantity = {"tangential_gain": lambda x: rho(x) / x, "radial_gain": lambda x: mpmath.diff(rho, x)}
        yield Case(profile, law, point, tuple(map(quantity.get(law, rho), drives)))


def networks(seed: int) -> Iterator[tuple[str, Real, Theory, Random]]:
    """Endlessly; a profile that is no activation is drawn anew."""
    random = Random(seed)
    while True:
        profile, rho = random.choice(FAMILIES)(random)
        try:
            yield profile, rho, derive(network(activation=profile)), random
        except ActivationError:
            continue


def outcome(case: Case, theory: Theory, digits: int = 15) -> str:
    """ "held", or why nothing was proved; AssertionError where an enclosure does not hold the judge's value."""
    try:
        balls = theory[case.law].branches(case.point, digits, enclosure=True)
    except ContradictionError as error:
        raise AssertionError(f"{case}: {error}") from error
    except NearCriticalError as error:
        return f"{type(error).__name__}: {error.requirement}"
    assert len(balls) == len(case.wanted), case
    for ball, value in zip(balls, case.wanted, strict=True):
        assert abs(ball.midpoint - value) <= ball.radius + abs(value) * mpf(10) ** -50, (case, ball)
    return "held"


def trial(cases: int, seed: int) -> Counter[str]:
    """The outcomes of so many cases."""
    found: Counter[str] = Counter()
    with mpmath.workdps(DIGITS):
        for profile, rho, theory, random in networks(seed):
            for case in cases_of(profile, rho, random):
                found[outcome(case, theory)] += 1
                if found.total() == cases:
                    return found
    raise AssertionError("networks end")


@pytest.mark.parametrize("seed", range(4))
def test_every_enclosure_holds_the_value_of_the_map(seed: int) -> None:
    found = trial(20, seed)
    assert found["held"] >= 18, found


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--cases", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    for reason, count in trial(given.cases, given.seed).most_common():
        click.echo(f"{count} {reason}")
