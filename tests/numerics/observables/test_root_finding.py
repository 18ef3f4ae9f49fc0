"""The bracketed secant search on functions whose roots are known in closed form."""

from __future__ import annotations

from typing import Any

import mpmath
import pytest

from analytics.errors import ConvergenceError
from numerics.observables import root_finding
from numerics.observables.root_finding import increasing_root

context = mpmath.MPContext()
context.dps = 80

FUNCTIONS = [
    (lambda x: x**3 - 2, context.cbrt(2)),
    (lambda x: context.tanh(x) - context.mpf("0.999999"), context.atanh(context.mpf("0.999999"))),
    (lambda x: context.log(x) - 20, context.exp(20)),
    (lambda x: x - context.mpf(10) ** -40, context.mpf(10) ** -40),
]


@pytest.mark.parametrize("guess", ["1e-3", "1", "50"])
@pytest.mark.parametrize(("function", "root"), FUNCTIONS)
def test_roots_to_sixty_digits(function: Any, root: Any, guess: str) -> None:
    found = increasing_root(function, context.mpf(guess), digits=60)
    assert abs(found.position / root - 1) < context.mpf(10) ** -60
    assert found.error <= context.mpf(10) ** -60 * found.position
    assert found.evaluations < 200


def test_a_guess_that_is_the_root() -> None:
    assert increasing_root(lambda x: x - 1, context.mpf(1), digits=60).position == 1


def test_nothing_is_sought_beyond_the_largest() -> None:
    seen = []

    def never(x: Any) -> Any:
        seen.append(x)
        return -1 / (1 + x)

    with pytest.raises(ConvergenceError, match="keeps its sign") as caught:
        increasing_root(never, context.mpf(1), digits=20, largest=context.mpf(10))
    assert max(seen) == 10
    assert caught.value.iterations == len(seen)


def test_a_root_at_the_largest_is_found() -> None:
    found = increasing_root(lambda x: x - 10, context.mpf(1), digits=60, largest=context.mpf(10))
    assert abs(found.position - 10) < context.mpf(10) ** -59


def test_a_search_that_is_cut_short_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(root_finding, "MOST_EVALUATIONS", 3)
    with pytest.raises(ConvergenceError, match="fewer digits") as caught:
        increasing_root(lambda x: x**3 - 2, context.mpf(1), digits=60)
    assert caught.value.iterations == 2 + 3


def test_digits_that_the_arithmetic_does_not_resolve_are_refused() -> None:
    with pytest.raises(ConvergenceError, match="or carry more"):
        increasing_root(lambda x: x**3 - 2, context.mpf(1), digits=90)
