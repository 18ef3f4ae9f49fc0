"""Compiled and exported laws at random points against a judge that shares no code with them.

The judge looks for the lowest steady state |P - e^(i delta) rho(P)| = F of the map itself, by the first change of sign
on a grid of one per cent and bisection at 60 digits. An outlet may be off by what rounding its arguments changes, and a
few units in the last place; where it has no value it must say so.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import mpmath
import numpy as np
import pytest

from nearcritical import Law, Theory, derive, export, load, network
from nearcritical.report.programs import c_functions, javascript_values, python_values

EXAMPLES = Path(__file__).parents[2] / "examples"

mp = mpmath.mp.clone()
mp.dps = 60

UNITS = 200 * 2.0**-52
"""What an outlet may be off by beyond the rounding of its arguments: relative, of a few steps one after the other."""

NUDGE = mp.mpf(10) ** -25
SEED = 12
COUPLING = mp.mpf(3) / 10
COUNT = 16

Point = tuple[float, ...]


@dataclass(frozen=True)
class Profile:
    """rho and its slope, each in a form that keeps its digits far in saturation."""

    rho: Callable[[Any], Any]
    slope: Callable[[Any], Any]


def bistable(r: Any) -> Any:
    return r * mp.sqrt((1 + 2 * r**4) / (1 + 6 * r**2 + r**4 + r**6 / 20))


def bistable_slope(r: Any) -> Any:
    above, below = 1 + 2 * r**4, 1 + 6 * r**2 + r**4 + r**6 / 20
    logarithmic = 1 / r + 4 * r**3 / above - (12 * r + 4 * r**3 + 3 * r**5 / 10) / (2 * below)
    return bistable(r) * logarithmic


LANGEVIN = Profile(lambda r: 3 * (mp.coth(r) - 1 / r), lambda r: 3 * (1 / r**2 - mp.csch(r) ** 2))
BISTABLE = Profile(bistable, bistable_slope)
PROFILES = {
    "tanh": Profile(mp.tanh, lambda r: mp.sech(r) ** 2),
    "3*(1/tanh(r) - 1/r)": LANGEVIN,
    "3*(coth(r) - 1/r)": LANGEVIN,
    "r*sqrt((1 + 2*r**4)/(1 + 6*r**2 + r**4 + r**6/20))": BISTABLE,
}


def algebraic(scale: int) -> Profile:
    return Profile(lambda r: r / mp.sqrt(1 + r**2 / scale), lambda r: (1 + r**2 / scale) ** mp.mpf(-1.5))


def scaled_tanh(scale: int) -> Profile:
    return Profile(lambda r: scale * mp.tanh(r / scale), lambda r: mp.sech(r / scale) ** 2)


def mixed(share: int) -> Profile:
    one, other = PROFILES["tanh"], algebraic(1)
    return Profile(
        lambda r: (one.rho(r) + (share - 1) * other.rho(r)) / share,
        lambda r: (one.slope(r) + (share - 1) * other.slope(r)) / share,
    )


PROFILES["sqrt(1 - exp(-r**2))"] = Profile(
    lambda r: mp.sqrt(-mp.expm1(-r * r)), lambda r: r * mp.exp(-r * r) / mp.sqrt(-mp.expm1(-r * r))
)

DRAW = Random(SEED)
for a in DRAW.sample((2, 3, 7, 8, 27, 50), 2):
    PROFILES[f"r/sqrt(1 + r**2/{a})"] = algebraic(a)
for a in DRAW.sample((2, 5, 12, 100), 1):
    PROFILES[f"{a}*tanh(r/{a})"] = scaled_tanh(a)
for a in DRAW.sample((3, 7, 10), 1):
    PROFILES[f"tanh(r)/{a} + {a - 1}*r/({a}*sqrt(1 + r**2))"] = mixed(a)

FOLDS = {BISTABLE: (0.0756, 0.4097)}
"""Resonant forcings at which steady states appear and vanish."""


@dataclass(frozen=True)
class State:
    """The modulus P of the pre-activation, the amplitude R, and the gains along and across."""

    P: Any
    R: Any
    along: Any
    across: Any


def state(profile: Profile, strength: Any, detuning: Any) -> State:
    """The lowest steady state."""
    half, rho = mp.sin(detuning / 2) ** 2, profile.rho

    def excess(P: Any) -> Any:
        R = rho(P)
        return (P - R) ** 2 + 4 * P * R * half - strength**2

    low = strength / 2
    while excess(high := low * mp.mpf("1.01")) < 0:
        low = high
    for _ in range(220):
        middle = (low + high) / 2
        low, high = (middle, high) if excess(middle) < 0 else (low, middle)
    return State(high, rho(high), profile.slope(high), rho(high) / high)


def frequency(q: Any) -> Any:
    return 2 * COUPLING * (1 - mp.cos(q))


def rates(at: State, q: Any) -> tuple[Any, Any]:
    """-ln |lambda| of the two eigenvalues of a perturbation of wavenumber q on a uniform background."""
    mean, turn = (at.along + at.across) / 2, frequency(q)
    inside = mp.sqrt(mp.mpc((mean * mp.cos(turn)) ** 2 - at.along * at.across))
    larger = max((mean * mp.cos(turn) + inside, mean * mp.cos(turn) - inside), key=abs)
    return -mp.log(abs(larger)), -mp.log(abs(at.along * at.across / larger))


JUDGE: Mapping[str, Callable[..., tuple[Any, ...]]] = {
    "forced_amplitude": lambda profile, F, delta: (state(profile, F, delta).R,),
    "background_amplitude": lambda profile, I0: (state(profile, I0, mp.zero).R,),
    "radial_gain": lambda profile, I0: (state(profile, I0, mp.zero).along,),
    "tangential_gain": lambda profile, I0: (state(profile, I0, mp.zero).across,),
    "decay_rate": lambda profile, I0, q: rates(state(profile, I0, mp.zero), q),
}
"""Law -> its values, from the map alone."""


def drawn(name: str, profile: Profile, random: Random) -> Point:
    """Weak, ordinary and saturating inputs, some next to a fold."""
    strength = 10 ** random.choice((random.uniform(-14, -2), random.uniform(-2, 1), random.uniform(1, 5)))
    if profile in FOLDS and random.random() < 0.5:
        strength = random.choice(FOLDS[profile]) * (1 - random.choice((-1, 1)) * 10 ** random.uniform(-4, -1))
    if name == "forced_amplitude":
        return strength, random.choice((0.0, random.uniform(-3, 3), 10 ** random.uniform(-9, -1)))
    if name == "decay_rate":
        return strength, random.choice((0.0, random.uniform(0.1, 3), 10 ** random.uniform(-6, -1)))
    return (strength,)


@cache
def judged(name: str, profile: Profile, point: Point) -> tuple[tuple[Any, float], ...]:
    """The values at a point, each with the error that an outlet may make."""
    exact = [mp.mpf(x) for x in point]
    values = JUDGE[name](profile, *exact)
    allowed = [mp.mpf(UNITS)] * len(values)
    for place, x in enumerate(exact):
        if x:
            nudged = JUDGE[name](
                profile, *(y * (1 + NUDGE) if n == place else y for n, y in enumerate(exact))
            )
            for index, (one, other) in enumerate(zip(values, nudged, strict=True)):
                allowed[index] += abs(one - other) / abs(one) / NUDGE * UNITS / 8
    return tuple((value, float(allowed[index])) for index, value in enumerate(values))


@cache
def theory_with(profile: str) -> Theory:
    return derive(network(profile, "laplacian", c="3/10"))


@cache
def points_of(profile: str) -> tuple[tuple[str, Point], ...]:
    random, known = Random(f"{SEED} {profile}"), PROFILES[profile]
    return tuple((name, drawn(name, known, random)) for name in JUDGE for _ in range(COUNT))


def assert_right(profile: str, name: str, point: Point, found: Any) -> int:
    """How many of the values are NaN; the others are right."""
    refused = 0
    for value, (truth, allowed) in zip(np.ravel(found), judged(name, PROFILES[profile], point), strict=True):
        if np.isnan(value):
            refused += 1
        elif abs(truth) < 1e-300:
            assert abs(value) < 1e-290, (profile, name, point, value)
        else:
            error = abs(mp.mpmathify(complex(value)) - truth) / abs(truth)
            assert error <= allowed, (profile, name, point, value, mp.nstr(truth, 17), float(error), allowed)
    return refused


@pytest.mark.parametrize("profile", PROFILES)
def test_compiled_laws_are_right_or_have_no_value(profile: str) -> None:
    compiled = {name: theory_with(profile)[name].compile() for name in JUDGE}
    refused = [
        assert_right(profile, name, point, compiled[name](*point)) for name, point in points_of(profile)
    ]
    assert sum(refused) <= len(refused) / 20


@pytest.mark.parametrize("profile", PROFILES)
def test_exported_laws_are_right_or_have_no_value(profile: str) -> None:
    laws: list[Law] = [theory_with(profile)[name] for name in JUDGE]
    asked = points_of(profile)
    returned = python_values(export(laws, "python"), asked, strict=True)
    assert returned is not None
    for (name, point), found in zip(asked, returned, strict=True):
        assert_right(profile, name, point, found)
    returned = python_values(export(laws, "numpy"), asked, strict=True, arrays=True)
    assert returned is not None
    refused = [
        assert_right(profile, name, point, found)
        for (name, point), found in zip(asked, returned, strict=True)
    ]
    assert sum(refused) <= len(refused) / 20
    if shutil.which("cc"):
        with c_functions(export(laws, "c"), laws, strict=True) as functions:
            for name, point in asked:
                assert_right(profile, name, point, functions[name](*point))
    if shutil.which("node"):
        returned = javascript_values(export(laws, "javascript"), asked)
        assert returned is not None
        for (name, point), found in zip(asked, returned, strict=True):
            assert_right(profile, name, point, found)


CASES = [
    (
        "r*sqrt((1 + 2*r**4)/(1 + 6*r**2 + r**4 + r**6/20))",
        "forced_amplitude",
        (0.4, 0.0),
        0.66475927539199848,
    ),
    ("3*(1/tanh(r) - 1/r)", "forced_amplitude", (1e-9, 1.0), 1.0429148214667e-9),
    ("3*(1/tanh(r) - 1/r)", "forced_amplitude", (1e-6, -2.9), 5.036702496231e-7),
    ("3*(1/tanh(r) - 1/r)", "background_amplitude", (1e-12,), 2.4662120690924e-4),
    ("tanh", "tangential_gain", (20.0,), 0.047619047619047619),
    ("tanh", "tangential_gain", (50.0,), 0.019607843137254902),
]


@pytest.mark.parametrize(("profile", "name", "point", "value"), CASES)
def test_known_values(profile: str, name: str, point: Point, value: float) -> None:
    law = theory_with(profile)[name]
    assert law.compile()(*point) == pytest.approx(value, rel=3e-13)
    assert python_values(export(law, "python"), [(name, point)], strict=True) == [
        [pytest.approx(value, rel=3e-13)]
    ]
    assert python_values(export(law, "numpy"), [(name, point)], strict=True, arrays=True) == [
        [pytest.approx(value, rel=3e-13)]
    ]
    if shutil.which("cc"):
        with c_functions(export(law, "c"), [law], strict=True) as functions:
            assert functions[name](*point) == [pytest.approx(value, rel=3e-13)]


def test_at_a_fold_there_is_no_value() -> None:
    """Of F = D(P) at its first maximum, rounded to doubles, the nearest ones."""
    law = theory_with("r*sqrt((1 + 2*r**4)/(1 + 6*r**2 + r**4 + r**6/20))")["forced_amplitude"]
    compiled = law.compile()
    turn = mp.findroot(lambda P: 1 - mp.diff(bistable, P), 1.2)
    fold = float(turn - bistable(turn))
    assert np.isnan(compiled(fold, 0.0))
    below, above = compiled(np.array([fold * (1 - 1e-9), fold * (1 + 1e-9)]), 0.0)
    assert below < float(turn) < above
    calls = [("forced_amplitude", (fold * factor, 0.0)) for factor in (1 - 1e-9, 1, 1 + 1e-9)]
    exported = python_values(export(law, "numpy"), calls, strict=True, arrays=True)
    assert np.ravel(exported).real == pytest.approx([below, np.nan, above], rel=1e-9, nan_ok=True)


GROWTH = {(0.5, 0.0, 0.3): 0.612536054729, (0.5, 0.1, 0.3): 0.616473902554}
"""(F, delta, k) -> the largest |eigenvalue of M(q)| over 20001 wavenumbers q, which may miss the maximum by 1e-9 of it."""

TURNING = """
[activation]
name = "algebraic"
[kernel]
name = "turning"
[kernel.stencil]
"0" = "2*I*c + I*w0"
"1" = "-I*c"
"-1" = "-I*c"
[constants]
c = "3/10"
w0 = "1/2"
"""


@pytest.fixture(scope="module")
def with_own_frequency(tmp_path_factory: pytest.TempPathFactory) -> Theory:
    """A kernel that turns uniform states: the laws on either background need a smallest sine of their own."""
    path = tmp_path_factory.mktemp("model") / "turning.toml"
    path.write_text(TURNING)
    return derive(load(path))


@pytest.mark.parametrize("point", GROWTH)
def test_a_law_calls_the_version_for_its_own_parameters(point: Point, with_own_frequency: Theory) -> None:
    law = with_own_frequency["largest_growth"]
    (found,) = python_values(export(law, "python"), [("largest_growth_for_F", point)], strict=True) or [[]]
    assert found == [pytest.approx(GROWTH[point], rel=2e-9)]
    if shutil.which("cc"):
        with c_functions(export(law, "c"), [law], strict=True) as functions:
            assert functions["largest_growth_for_F"](*point) == [pytest.approx(GROWTH[point], rel=2e-9)]


@pytest.mark.skipif(shutil.which("cc") is None, reason="no C compiler here")
@pytest.mark.parametrize("name", ["mixed", "frequency"])
def test_the_largest_growth_of_an_example_compiles(name: str) -> None:
    """Its smallest sine took no argument here and two there: the C source was none."""
    law = derive(load(EXAMPLES / f"{name}.toml"))["largest_growth"]
    values = {"I0": "1/2", "F": "1/2", "delta": "1/10", "k": "0"}
    with c_functions(export(law, "c"), [law], strict=True) as functions:
        for version, called in ((law, "largest_growth"), (law.alternatives[0], "largest_growth_for_F")):
            point = {str(symbol): values[str(symbol)] for symbol in version.symbols}
            doubles = [float(Fraction(value)) for value in point.values()]
            expected = float(version.evaluate(point, digits=15))
            assert functions[called](*doubles) == [pytest.approx(expected, rel=1e-12)]
