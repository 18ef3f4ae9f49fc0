"""Digits are raised until what is found carries as many as it turns out to need, and no further than that."""

from math import inf

import pytest

from analytics.errors import ConvergenceError, PrecisionError
from numerics.engines.precision import GUARD, MOST_DIGITS, MOST_ROUNDS, sharpened


def rounds(needed: list[float], **options: float) -> list[int]:
    """Digits carried, round by round, where round i sees that needed[i] digits would have been enough."""
    carried: list[int] = []

    def compute(digits: int, before: list[int] | None) -> list[int]:
        assert before is (carried if carried else None)
        carried.append(digits)
        return carried

    assert sharpened("test", compute, lambda *_: needed[len(carried) - 1], 20, **options) is carried  # type: ignore[arg-type]
    return carried


def test_the_first_round_is_enough_where_nothing_is_lost() -> None:
    assert rounds([20]) == [20]


def test_what_is_lost_is_carried_next_with_a_guard() -> None:
    assert rounds([33, 33 + GUARD]) == [20, 33 + GUARD]


def test_the_digits_grow_no_faster_than_they_may() -> None:
    assert rounds([inf, 100, 31], growth=1.5) == [20, 30, 45]


def test_what_no_digits_tell_from_0_is_refused() -> None:
    with pytest.raises(PrecisionError, match=f"at most {MOST_DIGITS + 40} digits are carried"):
        rounds([MOST_DIGITS + 50])


def test_digits_that_are_never_enough_end_the_rounds() -> None:
    with pytest.raises(ConvergenceError, match="Ask for fewer digits"):
        rounds([20 + (GUARD + 1) * (place + 1) for place in range(MOST_ROUNDS)])
