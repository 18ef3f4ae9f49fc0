"""Chapter 17: the mean of the local wavenumber, its order, and laws that are not it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import mpmath
import pytest
import sympy as sp
from mpmath import mpc, mpf

from analytics.errors import LawError, PrecisionError, UnknownNameError
from analytics.evaluation.following import Followed
from analytics.evaluation.values import value_at
from analytics.export.record import law_from_record, law_record
from analytics.expressions.mean import Mean
from analytics.expressions.notation import mean_wavenumber, sites_per_period
from analytics.law import values as law_values
from analytics.law.law import Law
from analytics.network.modulation import place
from analytics.network.network import Network
from derivations.theory import derive
from nearcritical import export, load_saved, measure, network, save, verify
from nearcritical.model.building import network_of
from nearcritical.model.model_file import model_of_text
from numerics.trials.mutants import mutants
from numerics.verification.points import settings_everywhere

SHAPE = "1 + cos(2*pi*s)/2 + sin(4*pi*s)/5"
GENTLE = "1 + cos(2*pi*s)/3"
NETWORK = network("algebraic", "laplacian", modulation=SHAPE)
POINT = {"I0": "1/500", "Omega": "6/10", "L": 96}

MEAN_DAMPING = "0.041238168"
"""Mean of Im q of the first network, found beforehand by another program."""


@cache
def law_of(net: Network) -> Law:
    return derive(net)["modulated_attenuation"]


def remembered(observable: str, net: Network, point: Any, digits: int) -> Any:
    return _measured(observable, net, tuple(point.items()), digits)


@cache
def _measured(observable: str, net: Network, point: Any, digits: int) -> Any:
    return measure(observable, net, dict(point), digits)


def test_the_mean_that_was_found_before() -> None:
    value = law_of(NETWORK).evaluate(POINT, 20)
    assert mpmath.nstr(value.imag, 8) == MEAN_DAMPING


@pytest.mark.parametrize("kernel", ["laplacian", "advection"])
def test_the_mean_is_that_of_the_local_law(kernel: str) -> None:
    """By Simpson's rule on another grid, from `complex_wavenumber` itself; the rule's own error is about 1e-9."""
    net = network("tanh", kernel, modulation=GENTLE)
    local, places = derive(net)["complex_wavenumber"], 24
    with mpmath.workdps(30):
        values = [
            local.evaluate(
                {"I0": mpf(1) / 10 * (1 + mpmath.cospi(mpf(2 * j) / places) / 3), "Omega": "1/5"}, 20
            )
            for j in range(places)
        ]
        rule = sum((4 if j % 2 else 2) * value for j, value in enumerate(values)) / (3 * places)
        found = law_of(net).evaluate({"I0": "1/10", "Omega": "1/5", "L": 50}, 25)
        assert abs(rule - found) < mpf(10) ** -7


def test_digits_stay_where_more_are_asked_for() -> None:
    net = network("arctan", modulation=GENTLE)
    point = {"F": "1/5", "delta": "1/10", "Omega": "1/4", "L": 64}
    few, many = (law_of(net).evaluate(point, digits) for digits in (15, 45))
    with mpmath.workdps(50):
        assert abs(few / many - 1) < mpf(10) ** -15


@pytest.mark.parametrize("seed", range(4))
def test_a_place_between_others_has_the_values_that_are_found_there_alone(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mean of values that are followed, and of values each looked for among all, at drawn settings."""
    source = Random(seed)
    net = network(source.choice(("algebraic", "tanh", "arctan", "quartic")), modulation=GENTLE)
    rational = sp.Rational(source.randint(5, 80), 10), sp.Rational(source.randint(-40, 40), 100)
    point = dict(zip(("I0", "Omega"), rational, strict=True)) | {"L": 64}
    followed = law_of(net).evaluate(point, 20)
    law_values._mean_at.cache_clear()
    law_values._along.cache_clear()
    seen = []

    def alone(*arguments: object) -> None:
        seen.append(arguments)

    monkeypatch.setattr(Followed, "between", alone)
    assert abs(law_of(net).evaluate(point, 20) / followed - 1) < mpf(10) ** -20
    assert seen


def test_waves_that_take_turns_in_being_less_damped_do_not_mix() -> None:
    """Of two waves with Re q near 0.92 and -1.09 each is the less damped one at some places.

    The means of both are taken here from the local law, and of waves put together place by place. The simulated wave
    misses the least of the two first means by C/L^2, and the other two by far more.
    """
    crossing = network_of(model_of_text(CROSSING, "own.toml"))
    local, shape, places = derive(crossing)["complex_wavenumber"], crossing.modulation, 128
    point = {"I0": 8, "Omega": "3/10"}
    rows = []
    for j in range(places):
        level = 8 * value_at(shape, {place: sp.Rational(j, places)}, 15)
        rows.append(sorted(map(complex, local.branches({**point, "I0": level}, 15)), key=lambda q: q.real))
    assert {len(row) for row in rows} == {2}
    assert {min(row, key=lambda q: q.imag).real > 0 for row in rows} == {True, False}
    left, right = (sum(column) / places for column in zip(*rows, strict=True))
    mixed = sum(min(row, key=lambda q: q.imag) for row in rows) / places

    mean = law_of(crossing).evaluate({**point, "L": 64}, 12)
    assert left.imag < right.imag
    assert abs(complex(mean) - left) < 1e-8
    misses = []
    for length in (64, 128, 256):
        seen = measure("modulated_wave", crossing, {**point, "L": length}, 15).value
        misses.append(complex(seen - mean) * length**2)
        assert min(abs(complex(seen) - other) for other in (right, mixed)) > 100 * abs(complex(seen - mean))
    assert all(abs(later / earlier - 1) < 0.02 for earlier, later in pairwise(misses))


def test_in_a_weak_background_the_damping_misses_by_the_fourth_order_at_first() -> None:
    """Im q misses by 5.7e3/L^4 where L is many static lengths, until a coefficient of L^-2 of some 1e-5 shows."""
    mean = law_of(NETWORK).evaluate(POINT, 30)
    lengths = (192, 384, 768)
    values = [measure("modulated_wave", NETWORK, {**POINT, "L": length}, 30).value for length in lengths]
    with mpmath.workdps(30):
        misses = [value - mean for value in values]
        fourth = [miss.imag * mpf(length) ** 4 for miss, length in zip(misses, lengths, strict=True)]
        assert all(abs(later / earlier - 1) < 0.08 for earlier, later in pairwise(fourth))
        assert abs(fourth[-1] - 5700) < 100
        second = [miss.real * mpf(length) ** 2 for miss, length in zip(misses, lengths, strict=True)]
        assert abs(second[-1] + mpf("1.9e-4")) < mpf("2e-5")


OWN = b"""
[kernel]
stencil = {"0" = "2*I*c + 2*I*b", "1" = "-I*c", "-1" = "-I*c", "2" = "-I*b", "-2" = "-I*b"}
[constants]
c = "3/10"
b = "1/25"
[modulation]
shape = "1 + cos(2*pi*s)/3"
"""
CROSSING = b"""
[activation]
profile = "2*atan(tanh(g*r/2))/g"
[kernel]
stencil = {"0" = "2*I*(c + d)", "1" = "-I*c", "-1" = "-I*c", "2" = "-I*d", "-2" = "-I*d"}
[constants]
g = "5/4"
c = "1/4"
d = "1/50"
[modulation]
shape = "1 + cos(2*pi*s)/3 + sin(4*pi*s)/5"
"""
FARTHER = network_of(model_of_text(OWN, "own.toml")).kernel
KERNELS = {"laplacian": network().kernel, "advection": network(kernel="advection").kernel, "own": FARTHER}


ACTIVATIONS = ("algebraic", "tanh", "arctan", "erf", "quartic")
NETWORKS = [(activation, kernel) for activation in ACTIVATIONS for kernel in KERNELS]
CHOSEN = {("algebraic", "own"), ("quartic", "laplacian"), ("erf", "advection")}


@pytest.mark.parametrize(
    ("activation", "kernel"),
    [pytest.param(*names, marks=() if names in CHOSEN else pytest.mark.exhaustive) for names in NETWORKS],
)
def test_the_order_is_seen_for_five_activations_and_three_kernels(activation: str, kernel: str) -> None:
    net = replace(network(activation, modulation=GENTLE), kernel=KERNELS[kernel])
    verdict = verify(law_of(net), 30, most=1, held=[str(symbol) for symbol in net.constants])
    assert verdict.passed, verdict.reason
    assert verdict.remainder_order == -2


def test_a_turning_background_and_networks_beside() -> None:
    net = network("tanh", "laplacian", modulation=GENTLE)
    turning = {"F": 8, "delta": "-1/10", "Omega": "1/4", "L": 64}
    setting = {name: sp.Rational(value) for name, value in turning.items()}
    (law,) = law_of(net).alternatives
    verdict = verify(law, 30, settings=[setting])
    assert verdict.passed, verdict.reason
    assert {comparison.point["delta"] for comparison in verdict.points} == {setting["delta"]}
    assert len({comparison.measurement.network for comparison in verdict.points}) == 4


def test_settings_of_one_kind_of_background_are_not_taken_for_the_other() -> None:
    """At the settings of an oscillation a strength I0 by default would be a weak background."""
    law = law_of(network(modulation=f"({SHAPE})/500"))
    versions = [(version.symbols[0].name, point) for version, point in settings_everywhere(law, None, {"c"})]
    assert [name for name, _ in versions] == ["I0"] * 3 + ["F"] * 2
    assert all(point[name] > 500 for name, point in versions)


def _wrong(law: Law) -> Iterator[tuple[str, Law]]:
    """The law with a slip in its own equation, and with one in the local law that it averages."""
    for mutant in mutants(law):
        yield mutant.change, mutant.law
    (local,) = law.where
    for mutant in mutants(local):
        yield f"local: {mutant.change}", replace(law, where=(mutant.law,))


def test_wrong_laws_are_rejected() -> None:
    """All of the law's own, and some of the local law, at one setting on the network itself.

    The right law passes there: a rejection is not the setting's. Of the local law the family that has the least damped
    wave counts, and the windings do not: the others are damped more.
    """
    net = network("algebraic", "laplacian", modulation=GENTLE)
    right = replace(law_of(net), alternatives=())
    setting = {name: sp.Rational(value) for name, value in {"I0": 8, "Omega": "3/10", "L": 64}.items()}

    def passes(law: Law) -> bool:
        return verify(law, 30, settings=[setting], held=("c",), experiment=remembered).passed is True

    assert passes(right)
    cases = [case for case in _wrong(right) if "in place of" not in case[0] and "times" not in case[0]]
    own = [case for case in cases if not case[0].startswith("local")]
    local = [case for case in cases if case[0].startswith(("local: left", "local: branch 0"))]
    local = [case for case in local if not re.search(r", \S+ in 2\*pi\*j$", case[0])]
    assert len(own) > 8 and len(local) > 30
    assert not [change for change, wrong in (*own, *local[3::9]) if passes(wrong)]


def test_a_law_that_does_not_apply_says_what_it_requires() -> None:
    for net in (
        network(),
        network(modulation=GENTLE, dimension=2),
        network(kernel="sin(k)/(2+cos(k))", modulation=GENTLE),
    ):
        assert "modulated_attenuation" not in derive(net)
        with pytest.raises(
            UnknownNameError, match="modulated_attenuation requires a modulation of the background"
        ):
            _ = derive(net)["modulated_attenuation"]


def test_it_is_written_and_read_back() -> None:
    law = law_of(NETWORK)
    assert law.latex() == r"q_{mean} = \int_{0}^{1} q \, ds + O(\frac{1}{L^{2}})"
    assert str(law) == "modulated_attenuation: q_mean = mean(q) + O(L**(-2))"
    back = law_from_record(law_record(law))
    assert back.equation == law.equation and back.where == tuple(replace(w, steps=()) for w in back.where)
    value = law.evaluate(POINT, 15)
    with mpmath.workdps(20):
        assert abs(back.evaluate(POINT, 15) - value) < mpf(10) ** -16


def test_it_is_saved_with_its_steps(tmp_path: Path) -> None:
    law = law_of(NETWORK)
    save(law, tmp_path / "law.json")
    back = load_saved(tmp_path / "law.json")
    assert back == law and len(back.steps) == len(law.steps)


def test_outlets_without_a_mean_refuse_in_one_line() -> None:
    law = law_of(NETWORK)
    for format_ in ("python", "numpy", "c", "javascript"):
        with pytest.raises(
            LawError, match="follow from the point alone; got modulated_attenuation, a mean over a period"
        ) as refusal:
            export(law, format_)
        assert "\n" not in str(refusal.value)
    with pytest.raises(LawError, match="a mean over a period, at each place of which another law is solved"):
        law.compile("numpy")
    with pytest.raises(PrecisionError, match="of which the error is seen and not proved"):
        law.evaluate(POINT, 15, enclosure=True)
    both = export([law, derive(NETWORK)["forced_amplitude"]], "python")
    assert "modulated_attenuation is left out: it is a mean over a period" in " ".join(both.split())
    assert "def forced_amplitude(" in both


def test_mpmath_functions_have_it() -> None:
    value = law_of(NETWORK).compile("mpmath")(mpf(1) / 500, mpf(3) / 5, 96)
    assert abs(mpc(value).imag - mpf(MEAN_DAMPING)) < 1e-9


def test_a_mean_stands_alone_on_the_right_of_its_subject() -> None:
    law = law_of(NETWORK)
    with pytest.raises(LawError, match="a mean must stand on the right of its subject"):
        replace(law, equation=sp.Eq(2 * mean_wavenumber, Mean(sp.Symbol("q", real=True)), evaluate=False))


def test_the_steps_state_the_order() -> None:
    law = law_of(NETWORK)
    assert law.remainder == sites_per_period**-2
    kinds = [step.check.kind for step in law.steps]
    assert kinds[-4:] == ["truncation", "identity", "definition", "identity"]
