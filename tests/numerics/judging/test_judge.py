"""The judge against the map: what it says of states and perturbations is what a lattice does."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from nearcritical import derive, network
from numerics.judging.drawn_networks import BANDS, PROFILES, DrawnNetwork, Profile, bistable
from numerics.judging.judge import Judge, Mechanism, context
from numerics.judging.judged_laws import TRUTHS, turns_around

mp = context(80)
SITES = 8


def judge_of(seed: int) -> Judge:
    random = Random(seed)
    profile, band = random.choice(PROFILES)(random), random.choice(BANDS)(random)
    return Judge(mp, DrawnNetwork(profile, band).mechanism)


@pytest.mark.parametrize("draw", PROFILES)
def test_slopes_are_those_of_the_profiles(draw: Callable[[Random], Profile]) -> None:
    judge = Judge(mp, DrawnNetwork(draw(Random(3)), BANDS[0](Random(1))).mechanism)
    for r in (mp.mpf(1) / 3, mp.mpf(2)):
        r *= judge.mechanism.scale
        assert abs(judge.slope(r) / mp.diff(judge.rho, r) - 1) < 1e-15
    small = mp.mpf(10) ** -12 * judge.mechanism.scale
    assert abs(judge.rho(small) / small - 1) < 1e-20


@pytest.mark.parametrize("seed", range(6))
def test_states_are_those_of_the_map(seed: int) -> None:
    """One step of the wave R e^(i theta) under F is the wave turned by omega."""
    judge, F, delta = judge_of(seed), mp.mpf("0.3"), mp.mpf("0.2")
    k = (mp.mpf("0.7"),) * judge.mechanism.dimension
    names = ["k"] if len(k) == 1 else [f"k{axis + 1}" for axis in range(len(k))]
    point = {"F": F, "delta": delta, **dict(zip(names, k, strict=True))}
    (amplitude, *_), (phase, *_) = (
        TRUTHS[name](judge, point) for name in ("forced_amplitude", "forced_phase")
    )
    wave = amplitude[0] * mp.expj(phase[0])
    before = mp.expj(judge.omega(k)) * wave + F
    after = judge.rho(abs(before)) * before / abs(before)
    assert abs(after - wave * mp.expj(judge.omega(k) + delta)) < mp.mpf(10) ** -30


@pytest.mark.parametrize("seed", range(6))
def test_matrices_are_those_of_a_disturbed_lattice(seed: int) -> None:
    """alpha e^(i q x) + conj(beta) e^(-i q x) beside a uniform state, through the map."""
    judge, size = judge_of(seed), mp.mpf(10) ** -15
    rest = (mp.zero,) * (judge.mechanism.dimension - 1)
    at = judge.states(mp.mpf("0.2"), judge.omega((mp.zero, *rest)))[0]
    q = 2 * mp.pi * 3 / SITES
    ahead, behind = judge.omega((q, *rest)), judge.omega((-q, *rest))
    alpha, beta = mp.mpc("0.3", "0.4") * size, mp.mpc("-0.5", "0.1") * size
    changes = []
    for x in range(SITES):
        wave = mp.expj(q * x)
        moved = mp.expj(ahead) * alpha * wave + mp.expj(behind) * mp.conj(beta) / wave
        before = at.P + moved
        changes.append(judge.rho(abs(before)) * before / abs(before) - at.R)
    m11, m12, m21, m22 = judge.matrix(at, ahead, behind)
    found = sum(change * mp.expj(-q * x) for x, change in enumerate(changes)) / SITES
    mirrored = mp.conj(sum(change * mp.expj(q * x) for x, change in enumerate(changes)) / SITES)
    assert abs(found - (m11 * alpha + m12 * beta)) < size * mp.mpf(10) ** -10
    assert abs(mirrored - (m21 * alpha + m22 * beta)) < size * mp.mpf(10) ** -10


def test_zeros_are_counted() -> None:
    def function(q: Any) -> Any:
        return mp.sin(q) * (q - mp.mpc(1, 1))

    assert turns_around(function, (complex(-4, -1), complex(4, 2)), mp) == 4
    assert turns_around(function, (complex(-4, 0.5), complex(4, 2)), mp) == 1


def test_a_profile_that_bends_has_all_its_states() -> None:
    """Three of examples/hysteresis.toml at F = 1/5, as its README says."""
    judge = Judge(mp, DrawnNetwork(bistable(6, 2, 20), BANDS[0](Random(1))).mechanism)
    found = [state.R for state in judge.states(mp.mpf("0.2"), mp.zero)]
    told = ("0.35133668226852989328", "2.0863370211375025305", "3.9450239826610459687")
    assert all(abs(R - mp.mpf(text)) < 5e-19 for R, text in zip(found, told, strict=True))


@pytest.mark.parametrize("kernel", ["laplacian", "advection"])
@pytest.mark.parametrize("name", ["algebraic", "tanh", "quartic"])
def test_a_leak_is_what_its_laws_come_near_to(name: str, kernel: str) -> None:
    """Of the power that the map leaves as it is, with c = -1/5: law and map differ by x^-2, found without the law."""
    c = mp.mpf(-1) / 5
    profile = {
        "algebraic": lambda mp, r: r / mp.sqrt(1 + r**2),
        "tanh": lambda mp, r: mp.tanh(r),
        "quartic": lambda mp, r: r / mp.root(1 + r**4, 4),
    }[name]
    omega = (
        (lambda mp, k: 4 * c * mp.sin(k[0] / 2) ** 2)
        if kernel == "laplacian"
        else (lambda mp, k: c * mp.sin(k[0]))
    )
    judge = Judge(
        mp, Mechanism(profile, lambda mp, r: mp.diff(lambda x: profile(mp, x), r), (omega,), 1, 1.0, False)
    )
    theory = derive(network(name, kernel, c="-1/5"))
    for law in {"static_leak", "leak_phase_slope"} & set(theory):
        misses = []
        for x in (1000, 2000):
            (value,) = TRUTHS[law](judge, {"I0": mp.one, "x": mp.mpf(x)})[0]
            misses.append(abs(mp.mpmathify(theory[law].evaluate({"I0": 1, "x": x}, 40)) / value - 1))
        assert misses[1] * 2000**2 < 20
        assert misses[0] / misses[1] == pytest.approx(4, rel=0.05)
