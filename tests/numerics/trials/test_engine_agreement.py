"""Every observable by both engines; `make engines` goes to 1000 digits and to the networks of examples/."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import mpmath
import pytest
import sympy as sp

from nearcritical import network
from numerics.observables.discovery import observables
from numerics.observables.measure import Measurement, measure
from numerics.trials.engine_agreement import cheapest_setting, engines_agree

DIGITS = 30
DEFAULT, REAL = network("algebraic", "laplacian", c="3/10"), network("algebraic", "advection")
"""A network of complex states, and one whose states may be real."""

MODULATED = network("algebraic", "laplacian", c="3/10", modulation="1 + cos(2*pi*s)/2")


@pytest.mark.parametrize("name", observables())
def test_flint_and_mpmath_measure_the_same(name: str) -> None:
    studied = MODULATED if name == "modulated_wave" else REAL if name.startswith("real_") else DEFAULT
    setting = cheapest_setting(name, studied)
    assert setting is not None, f"no setting of {name} can be measured on {studied.name}"
    found = engines_agree(name, studied, setting, DIGITS)
    assert (found.right, found.digits) == (True, DIGITS)
    assert (found.ball.engine, found.reference.engine) == ("ball", "reference")


def test_a_difference_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reference off by 1e-25: digits are counted, and found wanting."""

    def off(*asked: Any, engine: str) -> Measurement:
        found = measure(*asked, engine=engine)
        if engine == "ball":
            return found
        with mpmath.workdps(60):
            value = found.value * (1 + mpmath.mpf(10) ** -25)
        return replace(found, reading=replace(found.reading, values=(value,)))

    monkeypatch.setattr("numerics.trials.engine_agreement.measure", off)
    found = engines_agree("forced_amplitude", DEFAULT, {"F": sp.Rational(1, 7)}, DIGITS)
    assert not found.right
    assert found.digits == pytest.approx(25, abs=0.1)
