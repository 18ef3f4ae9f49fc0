"""Chapter 12 against the same by hand: averages over phases, coupled equations solved by mpmath."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import mpmath
import numpy as np
import pytest
import sympy as sp
from mpmath import mpf

from analytics.errors import LawError, ParameterError
from analytics.export.record import law_from_record, law_record
from analytics.expressions.notation import F1, F2, C, R, ratio
from derivations.balances.tones import two_tones
from derivations.theory import Theory
from derivations.two_tone_balance import a, b, tone

Q = sp.Rational
Derived = Callable[..., Theory]
LAWS = ("two_tone_amplitudes", "combination_tone_amplitudes")


@pytest.mark.parametrize("p", [2, 4, 6, 8])
def test_what_the_nonlinearity_makes_of_two_waves_by_averaging_over_their_phase(p: int) -> None:
    phase = 2 * np.pi * np.arange(4 * p) / (4 * p)
    z = 0.7 + 0.4 * np.exp(1j * phase)
    values = np.abs(z) ** p * z
    for order in range(-p, p + 2):
        average = np.mean(values * np.exp(-1j * order * phase))
        assert float(tone(p, order).subs({a: 0.7, b: 0.4})) == pytest.approx(average.real, abs=1e-14)


def test_cubic_order_is_that_of_the_textbook() -> None:
    assert tone(2, 0) == a**3 + 2 * a * b**2
    assert tone(2, 1) == b**3 + 2 * a**2 * b
    assert (tone(2, -1), tone(2, 2)) == (a**2 * b, a * b**2)


@pytest.mark.parametrize(("name", "forcings"), [("tanh", ("1e-4", "2e-5")), ("quartic", ("1e-6", "1e-2"))])
def test_amplitudes_solve_the_coupled_balance(
    name: str, forcings: tuple[str, str], theory_of: Derived
) -> None:
    """c (R1^3 + 2 R1 R2^2) = F1 for tanh, c (R1^5 + 6 R1^3 R2^2 + 3 R1 R2^4) = F1 for quartic, and 1 <-> 2."""
    law = theory_of(name)["two_tone_amplitudes"]
    one, other = law.branches(dict(zip(("F1", "F2"), forcings, strict=True)), 40)
    with mpmath.workdps(50):
        for x, y, forcing in ((one, other, forcings[0]), (other, one, forcings[1])):
            cubic, quintic = (x**3 + 2 * x * y**2) / 3, (x**5 + 6 * x**3 * y**2 + 3 * x * y**4) / 4
            assert abs((cubic if name == "tanh" else quintic) / mpf(forcing) - 1) < mpf(10) ** -38


def test_the_stronger_tone_suppresses_the_weaker(theory_of: Derived) -> None:
    law, alone = theory_of("algebraic")["two_tone_amplitudes"], theory_of("algebraic")["resonant_amplitude"]
    weak = [law.branches({"F1": "1e-6", "F2": stronger}, 20)[0] for stronger in ("1e-15", "1e-6", "1e-4")]
    assert weak == sorted(weak, reverse=True)
    assert float(weak[0] / alone.evaluate({"F": "1e-6"}, 20)) == pytest.approx(1, rel=1e-3)


def test_combinations_by_hand(theory_of: Derived) -> None:
    """c R1^2 R2 / (2 |sin(Delta/2)|), Delta = 2 omega(k1) - omega(k2) - omega(2 k1 - k2), and 1 <-> 2."""
    theory, forcings = theory_of("tanh", "advection"), {"F1": "1e-4", "F2": "2e-4"}
    one, other = theory["two_tone_amplitudes"].branches(forcings, 30)
    found = theory["combination_tone_amplitudes"].branches({**forcings, "k1": "1/3", "k2": "-2"}, 30)
    with mpmath.workdps(40):
        k1, k2 = mpf(1) / 3, mpf(-2)
        for x, y, k, q, value in ((one, other, k1, k2, found[0]), (other, one, k2, k1, found[1])):
            angle = mpf("0.3") * (2 * mpmath.sin(k) - mpmath.sin(q) - mpmath.sin(2 * k - q))
            assert abs(x**2 * y / 3 / abs(2 * mpmath.sin(angle / 2)) / value - 1) < mpf(10) ** -28


@pytest.mark.parametrize(("k1", "k2"), [("pi/4", "pi/2"), ("1", "1"), ("1", "1 + 2*pi")])
def test_a_resonant_combination_is_refused(k1: str, k2: str, theory_of: Derived) -> None:
    law = theory_of("algebraic")["combination_tone_amplitudes"]
    with pytest.raises(ParameterError, match="must hold"):
        law.evaluate({"F1": "1e-4", "F2": "1e-4", "k1": k1, "k2": k2})


def test_one_that_only_a_sum_of_cosines_shows_is_refused_too(theory_of: Derived) -> None:
    """cos(pi/8) + cos(7 pi/8) = 0, which SymPy's own relation of sines of sines denies."""
    law = theory_of("algebraic", "laplacian")["combination_tone_amplitudes"]
    with pytest.raises(ParameterError, match="must hold"):
        law.evaluate({"F1": "1e-4", "F2": "1e-4", "k1": "-pi/2", "k2": "-pi/8"})


def test_the_next_order_and_the_remainder(theory_of: Derived) -> None:
    """algebraic, by hand: R1 gains -(R1^3/4 + R1 R2^2/2); the combinations gain nothing, those of tanh do."""
    theory = theory_of("algebraic")
    entry, tanh = theory.network.activation, theory_of("tanh").network.activation
    found = two_tones(entry, 2)
    assert [sp.expand(found.written(rise[2], entry)) for rise in (found.first, found.second)] == [
        -Q(1, 4) - ratio**2 / 2,
        -Q(1, 2) - ratio**2 / 4,
    ]
    for activation, gains in ((entry, False), (tanh, True)):
        series = two_tones(activation, 2)
        values = [series.written(series.tone(order)[2], activation) for order in (-1, 2)]
        assert [value != 0 for value in values] == [gains, gains]
    assert [theory[name].remainder for name in LAWS] == [F1, F1 ** Q(7, 3)]
    assert theory_of("tanh")["combination_tone_amplitudes"].remainder == F1 ** Q(5, 3)
    quartic = theory_of("quartic")
    assert [quartic[name].remainder for name in LAWS] == [F1, F1 ** Q(13, 5)]


def test_the_second_term_by_hand(theory_of: Derived) -> None:
    """algebraic: R1 = s - s^3 (1 + 2 eta^2)/4, s^3 = 2 F1/(1 + 2 eta^2), so that the second term is -F1/2."""
    law = theory_of("algebraic").law("two_tone_amplitudes", terms=2)
    leading = (F1 / (ratio**2 + Q(1, 2))) ** Q(1, 3)
    one, other = law.predictions
    assert one == leading - F1 / 2
    second = -F1 * ratio * (ratio**2 + 2) / (2 * (2 * ratio**2 + 1))
    assert sp.cancel(other - ratio * leading - second) == 0
    assert [parameter.name for parameter in law.parameters] == ["F1", "F2", "k1", "k2"]
    assert law.remainder == F1 ** Q(5, 3)


def test_what_the_laws_say_of_themselves(theory_of: Derived) -> None:
    theory = theory_of("algebraic")
    for name, subject in zip(LAWS, (R, C), strict=True):
        law = theory[name]
        assert (law.subject, law.limit, law.companions) == (subject, (F1, 0), (F2,))
        assert law.is_several_valued
        assert replace(law_from_record(law_record(law), law.network), steps=law.steps).companions == (F2,)
        assert law_from_record(law_record(law), law.network).equation == law.equation
    assert not set(LAWS) & set(theory_of("algebraic", "laplacian", 2))
    with pytest.raises(LawError, match="together"):
        replace(theory["resonant_amplitude"], companions=(F2,))


def test_compiled_for_arrays(theory_of: Derived) -> None:
    law = theory_of("algebraic")["combination_tone_amplitudes"]
    values = law.compile()(np.array([1e-9, 1e-3]), 1e-4, 0.5, -2.0)
    assert values.shape == (2, 2)
    for place, forcing in enumerate((1e-9, 1e-3)):
        point = {"F1": Q(forcing), "F2": Q(1e-4), "k1": Q(0.5), "k2": Q(-2.0)}  # these very doubles
        expected = law.branches(point, 20)
        assert values[:, place] == pytest.approx([float(value) for value in expected], rel=1e-12)
