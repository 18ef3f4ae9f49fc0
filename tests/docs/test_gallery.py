"""The gallery: every script is run as a user runs it, and what it finds is what its claim says.

Laws are what the scripts compare with; here the claims of the papers are asserted of what was measured.
"""

from __future__ import annotations

import runpy
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

GALLERY = Path(__file__).parent.parent.parent / "examples" / "gallery"


def cubic_root(found: Any, script: dict[str, Any]) -> None:
    """At the weakest forcing the next term, of relative size F^(2/3)/2 = 5e-7, is below a thousandth of the exponent."""
    exponents = {name: script["slopes"](amplitudes)[0] for name, amplitudes in found.items()}
    expected = {"algebraic, on resonance": 1 / 3, "quartic, on resonance": 1 / 5, "algebraic, off by 1/10": 1}
    assert exponents == pytest.approx(expected, rel=1e-4)
    for amplitudes in found.values():
        assert np.all(np.diff(amplitudes) > 0)


def relaxation_time(found: Any, script: dict[str, Any]) -> None:
    for name, exponent in (("algebraic", -2 / 3), ("quartic", -4 / 5)):
        assert script["slopes"](found[name])[0] == pytest.approx(exponent, rel=1e-3)
        assert np.all(np.diff(found[name]) < 0) and found[name][0] > 1e5


def propagation_length(found: Any, script: dict[str, Any]) -> None:
    for (name, lengths), exponent in zip(found.items(), (-2 / 3, -1 / 3), strict=True):
        assert script["slopes"](lengths)[0] == pytest.approx(exponent, rel=1e-3), name
        assert np.all(np.diff(lengths) < 0) and lengths[0] > 100


def ongoing_activity(found: Any, script: dict[str, Any]) -> None:
    """More input, more activity, less reach: by factors. The fit of a straight line is good to a thousandth."""
    activity = [reach.activity for reach in found.values()]
    reached = [reach.measured for reach in found.values()]
    assert activity == sorted(activity) and reached == sorted(reached, reverse=True)
    assert reached[0] > 10 * reached[1] > 10 * 3 * reached[2]
    for reach in found.values():
        assert reach.measured == pytest.approx(reach.predicted, rel=1e-3)
    assert len({reach.profile[0].round(6) for reach in found.values()}) == len(found)


def attenuation(found: Any, script: dict[str, Any]) -> None:
    """The rate is that of a fit over a wave that also oscillates a little: a thousandth."""
    rates = [fading.measured for fading in found.values()]
    assert rates == sorted(rates) and rates[-1] > 10 * rates[0]
    for fading in found.values():
        assert fading.measured == pytest.approx(fading.predicted, rel=1e-3)


def single_oscillation(found: Any, script: dict[str, Any]) -> None:
    assert script["DIGITS"] == 40 and len(script["POINTS"]) == 8
    assert all(len(misses) == 8 and max(misses) < 1e-40 for misses in found.values())


def background(found: Any, script: dict[str, Any]) -> None:
    assert set(found) == {"decay_rate", "complex_wavenumber"}
    assert all(len(misses) == 3 and max(misses) < 1e-30 for misses in found.values())


def unitary_kernel(found: Any, script: dict[str, Any]) -> None:
    """Ten thousand products in doubles err by less than 1e4 units of 1e-16 each."""
    assert [kernel.is_real for kernel in found.values()] == [False, True]
    for kernel in found.values():
        assert kernel.deviation < 1e-50
        assert np.abs(kernel.growth["exp(A)"]).max() < 1e-11
        assert kernel.growth["1 + A"][-1] > 100 and kernel.growth["1/(1 - A)"][-1] < -1


def kernel_derivatives(found: Any, script: dict[str, Any]) -> None:
    """The quotient errs by h^2 = 1e-40 times a third derivative. The same transforms take the same time, to the noise
    of a machine that does something else too, and the step has its activation besides."""
    quotient, moved, costs = found
    assert quotient < 1e-39 and moved < 1e-48
    ratios = [derivative / step for step, derivative in costs.values()]
    assert float(np.median(ratios)) < 1.2
    assert max(costs) / min(costs) == 256


def hysteresis(found: Any, script: dict[str, Any]) -> None:
    """Up and down differ between the folds alone; the lattice is on a stable state of the law."""
    course, states = found
    differ = [
        float(F) for F, up, down in zip(course.forcings, course.up, course.down) if abs(up - down) > 0.1
    ]
    assert differ and min(differ) > 0.075 and max(differ) < 0.41
    for F, up, down in zip(script["FORCINGS"], course.up, course.down):
        stable = [R for R, is_stable in states.get(F, []) if is_stable]
        if stable:
            assert min(abs(up - R) for R in stable) < 1e-6 and min(abs(down - R) for R in stable) < 1e-6
    assert [len(each) for each in states.values()] == [1, 3, 3, 3, 1]


CLAIMS: dict[str, Callable[[Any, dict[str, Any]], None]] = {
    claim.__name__: claim
    for claim in (
        cubic_root,
        relaxation_time,
        propagation_length,
        ongoing_activity,
        attenuation,
        single_oscillation,
        background,
        unitary_kernel,
        kernel_derivatives,
        hysteresis,
    )
}


@pytest.mark.parametrize("name", CLAIMS)
def test_a_claim_holds(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    picture = tmp_path / "picture.svg"
    monkeypatch.setattr(sys, "argv", [name, str(picture)])
    script = runpy.run_path(str(GALLERY / f"{name}.py"), run_name="__main__")
    assert capsys.readouterr().out and picture.read_bytes().startswith(b"<?xml")
    CLAIMS[name](script["found"], script)


def test_every_script_has_a_claim() -> None:
    assert {path.stem for path in GALLERY.glob("*.py")} == set(CLAIMS)
