"""A small sample of the trial: benchmarks/trial.py is the long one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from random import Random

import pytest
import sympy as sp

from analytics.law.law import Law
from analytics.network.network import Network
from derivations.theory import derive
from nearcritical import network
from nearcritical.report.programs import runners
from numerics.judging.comparison import agrees, is_right_double
from numerics.judging.drawn_networks import BANDS, PROFILES, Band, DrawnNetwork, Profile, fraction
from numerics.judging.judge import context
from numerics.judging.judged_laws import TRUTHS, WAVES, Order
from numerics.judging.trial import RIGHT, WRONG, network_trial

mp = context(40)
SEED = 12


def on_the_laplacian(draw: Callable[[Random], Profile]) -> DrawnNetwork:
    c = fraction(Fraction(3, 10))
    return DrawnNetwork(
        draw(Random(SEED)),
        Band("laplacian", (("c", c.text),), (lambda mp, k: c.value(mp) * 4 * mp.sin(k[0] / 2) ** 2,)),
    )


@pytest.mark.parametrize("draw", [PROFILES[2], PROFILES[-1]])
def test_no_value_is_wrong_silently(draw: Callable[[Random], Profile]) -> None:
    """A root, and a profile of several states."""

    def chosen(network: Network) -> dict[str, Law]:
        return {name: derive(network)[name] for name in ("forced_amplitude",)}

    cases = list(network_trial(on_the_laplacian(draw), Random(SEED), chosen, runners(), points=2, measured=0))
    assert [case for case in cases if case.result == WRONG] == []
    right = Counter(case.outlet for case in cases if case.result == RIGHT)
    for outlet in ("evaluate", "JSON read back", "NumPy", *runners()):
        assert right[outlet] >= 2, right


@pytest.mark.parametrize("draw", [BANDS[6]])
def test_no_value_is_wrong_silently_on_kernels(draw: Callable[[Random], Band]) -> None:
    """A band with a flat edge."""

    def chosen(network: Network) -> dict[str, Law]:
        return {
            name: derive(network)[name] for name in ("kernel_frequency", "group_velocity", "bloch_matrix")
        }

    drawn = DrawnNetwork(on_the_laplacian(PROFILES[2]).profile, draw(Random(SEED)))
    cases = list(network_trial(drawn, Random(SEED), chosen, runners(), points=2, measured=0))
    assert [case for case in cases if case.result == WRONG] == []
    assert sum(case.result == RIGHT for case in cases) >= 10


def test_a_law_with_a_slip_is_found_wrong() -> None:
    """Its equation has lost a part in a million, as every outlet then tells."""

    def slipped(drawn: Network) -> dict[str, Law]:
        theory = derive(drawn)
        law = theory["kernel_frequency"]
        equation = law.equation.func(law.equation.lhs, law.equation.rhs * (1 + sp.Rational(1, 10**6)))
        return {"kernel_frequency": replace(law, equation=equation)}

    cases = list(
        network_trial(on_the_laplacian(PROFILES[0]), Random(SEED), slipped, runners(), points=3, measured=0)
    )
    found = Counter(case.outlet for case in cases if case.result == WRONG)
    assert all(found[outlet] for outlet in ("evaluate", "enclosure", "JSON read back", "NumPy", *runners()))


def test_the_judge_knows_every_law() -> None:
    for kernel in ("laplacian", "advection"):
        assert set(derive(network("algebraic", kernel))) <= TRUTHS.keys() | WAVES.keys()


def test_doubles_may_be_off_by_what_rounding_explains() -> None:
    wanted, slightly = [mp.mpf(1)], [mp.mpf(1) + mp.mpf(10) ** -23]
    assert is_right_double([1.0 + 2.0**-50], wanted, Order.IN_TURN, list, mp)
    assert not is_right_double([1.0 + 2.0**-45], wanted, Order.IN_TURN, lambda: [wanted], mp)
    assert is_right_double([1.0 + 2.0**-45], wanted, Order.IN_TURN, lambda: [slightly], mp)


def test_values_are_compared_in_their_order() -> None:
    values = [mp.mpf(1), mp.mpf(2)]
    assert agrees([2, 1], values, Order.AS_A_SET, 20, mp)
    assert not agrees([2, 1], values, Order.IN_TURN, 20, mp)
    assert agrees([1 + 2 * mp.pi], [mp.mpf(1)], Order.MODULO_A_TURN, 20, mp)


def test_what_the_judge_rounds_is_0() -> None:
    """sin(pi) at its digits; a value a little larger is told from 0."""
    assert agrees([0], [mp.sin(mp.pi)], Order.IN_TURN, 20, mp)
    assert not agrees([0], [mp.mpf(10) ** -30], Order.IN_TURN, 20, mp)


def test_a_profile_within_psi_is_left_as_it_stands() -> None:
    """Rates of a difference of logarithms, whose psi is in the products that are multiplied out."""
    law = derive(network("(log(cosh(r + 2)) - log(cosh(r - 2)))/(2*tanh(2))", "laplacian"))["decay_rate"]
    found = law.compile()(2.0, 0.5)
    wanted = [mp.mpmathify(value) for value in law.branches({"I0": "2", "q": "1/2"}, 25)]
    assert agrees(list(map(float, found)), wanted, Order.IN_TURN, 14, mp)
