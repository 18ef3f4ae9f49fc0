"""The power of a distance that touches a profile, on profiles whose power is known."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mpmath.ctx_mp import MPContext

from analytics.errors import ParameterError
from numerics.steady_states.touching_power import read_off, touching_power

CONTEXT = MPContext()
CONTEXT.dps = 40
NEAR = CONTEXT.mpf(10) ** -30

exponents = st.floats(0.1, 4)
turnings = st.floats(-2, 2)


@given(st.floats(5, 2000), exponents, turnings, st.floats(0.01, 10), st.integers(1, 2))
def test_a_power_touches_itself(
    origin: float, exponent: float, turning: float, size: float, step: int
) -> None:
    power = CONTEXT.mpc(-exponent, turning)
    values = [size * CONTEXT.power(CONTEXT.mpf(origin) + n, power) for n in (-step, 0, step)]
    found = touching_power(CONTEXT, values, step)
    assert abs(found.distance / origin - 1) < NEAR
    assert abs(found.exponent / exponent - 1) < NEAR
    assert abs(found.turning - turning) < NEAR
    assert abs(found.modulus / (size * CONTEXT.power(origin, -exponent)) - 1) < NEAR


@given(st.floats(20, 500), exponents, turnings, st.floats(0.05, 0.95))
def test_a_power_is_read_off_between_sites(
    origin: float, exponent: float, turning: float, share: float
) -> None:
    power = CONTEXT.mpc(-exponent, turning)

    def profile(n: Any) -> Any:
        return CONTEXT.power(CONTEXT.mpf(origin) + n, power)

    powers = [touching_power(CONTEXT, [profile(n - 1), profile(n), profile(n + 1)], 1) for n in range(6)]
    place = CONTEXT.mpf(2) + share
    modulus, found = read_off(CONTEXT, powers, origin + place)
    assert abs(modulus / abs(profile(place)) - 1) < NEAR
    assert abs(found - turning) < NEAR


def test_the_origin_of_another_profile_is_missed_by_its_relative_correction() -> None:
    """y^(-1) (1 + y^(-2)): its origin is that of y but for a relative y^(-2), so its miss halves with 1/y."""

    def profile(y: Any) -> Any:
        return 1 / y + 1 / y**3

    misses = []
    for y in (40, 80, 160):
        values = [profile(CONTEXT.mpf(y) + n) for n in (-1, 0, 1)]
        misses.append(abs(touching_power(CONTEXT, values, 1).distance - y))
    assert misses[0] / misses[1] == pytest.approx(2, rel=0.02)
    assert misses[1] / misses[2] == pytest.approx(2, rel=0.005)


@pytest.mark.parametrize("values", [(3, 2, 0.5), (1, 2, 3), (3, 2, 1), (2, 2, 2)])
def test_a_profile_that_no_power_touches_is_refused(values: tuple[float, ...]) -> None:
    with pytest.raises(ParameterError, match="must fall off, ever more slowly"):
        touching_power(CONTEXT, values, 1)
