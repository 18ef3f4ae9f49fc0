"""Steady states that coexist: all are found, and the map itself tells the stable ones from the others."""

from pathlib import Path

import mpmath
import pytest
import sympy as sp

from analytics.errors import LawError, PrecisionError
from analytics.law.law import Law
from analytics.network.kernel import kernel
from analytics.network.network import Network
from derivations.theory import Theory, derive
from nearcritical import network
from nearcritical.model.building import load
from numerics.observables.measure import measure
from numerics.steady_states.coexistence import stays
from numerics.steady_states.ramp import bistable_forcing, ramp
from numerics.verification.verify import verify

NETWORK = load(Path(__file__).parents[3] / "examples" / "hysteresis.toml")
FOLDS = ("0.409698134975584931852766218422", "0.0750648364885477517561547439105")
"""Where F = P - rho(P) has its maximum and its minimum, by mpmath.findroot on the derivative."""


@pytest.fixture(scope="module")
def theory() -> Theory:
    return derive(NETWORK)


@pytest.fixture(scope="module")
def law(theory: Theory) -> Law:
    return theory["forced_amplitude"]


def residual(F: sp.Rational, R: mpmath.mpf) -> mpmath.mpf:
    """psi(R) - R - F, psi by Newton's method on the profile."""
    with mpmath.workdps(40):

        def rho(x: mpmath.mpf) -> mpmath.mpf:
            return x * mpmath.sqrt((1 + 2 * x**4) / (1 + 6 * x**2 + x**4 + x**6 / 20))

        drive = mpmath.mpf(F.p) / F.q
        return mpmath.findroot(lambda x: rho(x) - R, R + drive) - R - drive


def test_all_three_are_found_and_told_apart(law: Law) -> None:
    states = law.states({"F": "1/5"}, digits=25)
    assert [state.is_stable for state in states] == [True, False, True]
    for state in states:
        assert abs(residual(sp.Rational(1, 5), state.amplitude)) < mpmath.mpf(10) ** -20
    assert law.evaluate({"F": "1/5"}, digits=25) == states[0].amplitude


def test_a_single_state_beside_the_loop(law: Law) -> None:
    assert [len(law.states({"F": F}, digits=15)) for F in ("1/20", "1/2")] == [1, 1]


def test_a_wide_amplitude_has_one_state() -> None:
    """Saturation at 17.3, beyond the first ten of the scan. Independent: bisection of P - rho(P) = 20."""
    profile = "r*sqrt((1 + r**4)/(1 + 3*r**2 + r**4 + r**6/300))"
    law = derive(network(activation=profile))["forced_amplitude"]
    (found,) = law.branches({"F": 20}, digits=30)
    (ball,) = law.branches({"F": 20}, digits=30, enclosure=True)
    with mpmath.workdps(60):

        def rho(x: mpmath.mpf) -> mpmath.mpf:
            return x * mpmath.sqrt((1 + x**4) / (1 + 3 * x**2 + x**4 + x**6 / 300))

        low, high = mpmath.mpf(20), mpmath.mpf(60)
        for _ in range(200):
            drive = (low + high) / 2
            low, high = (drive, high) if drive - rho(drive) < 20 else (low, drive)
        assert abs(found - rho(low)) < mpmath.mpf(10) ** -28
        assert abs(ball.midpoint - rho(low)) <= ball.radius


def test_states_that_were_missed_are_said_in_one_line(law: Law, monkeypatch: pytest.MonkeyPatch) -> None:
    from analytics.law import values

    monkeypatch.setattr(values, "roots", lambda *_: (mpmath.mpf(1) / 9, mpmath.mpf(1) / 3))
    with pytest.raises(
        LawError, match=r"1 steady state is proved to be there at c = .*, delta = 0; got 2 found"
    ):
        law.branches({"F": "1/20"}, digits=15)


def test_the_exceptional_point_of_a_torus_is_that_of_a_ring_whose_wave_turns_as_much() -> None:
    """The rates hang on q by omega(q) alone: 2 c (1 - cos q) at pi/2, 2 c (2 - cos q1 - cos q2) at (pi/3, pi/3)."""
    torus = Network(NETWORK.activation, kernel("laplacian", dimension=2))
    ring = Network(NETWORK.activation, kernel("laplacian"))
    one = measure("exceptional_point", ring, {"q": "pi/2"}, 12)
    two = measure("exceptional_point", torus, {"q1": "pi/3", "q2": "pi/3"}, 12)
    assert mpmath.almosteq(one.value, two.value, rel_eps=mpmath.mpf(10) ** -12)


@pytest.mark.parametrize("delta", ["0", "1/3"])
def test_without_input_there_is_rest_alone(law: Law, delta: str) -> None:
    (state,) = law.states({"F": 0, "delta": delta}, digits=25)
    assert (state.amplitude, state.is_stable) == (0, True)
    (ball,) = law.branches({"F": 0, "delta": delta}, digits=25, enclosure=True)
    assert (ball.midpoint, ball.radius) == (0, 0)


def test_all_three_are_proved(law: Law) -> None:
    """In balls, each around the root that mpmath's own arithmetic finds; the stable two against the simulation."""
    balls = law.branches({"F": "1/5"}, digits=30, enclosure=True)
    values = law.branches({"F": "1/5"}, digits=45)
    assert len(balls) == len(values) == 3
    for ball, value in zip(balls, values, strict=True):
        assert abs(ball.midpoint - value) <= ball.radius + mpmath.mpf(10) ** -40
        assert ball.radius < mpmath.mpf(10) ** -30
    verdict = verify(law, 20, settings=({"F": sp.Rational(1, 5), "delta": sp.S.Zero},))
    assert (verdict.passed, verdict.kind) == (True, "certified")
    assert all(point.proof is not None for point in verdict.points)


def test_the_roots_of_a_polynomial_are_enclosed_on_each_state(theory: Theory) -> None:
    law, point = theory["characteristic_polynomial"], {"I0": "1/5", "q": "1/7"}
    balls, values = law.branches(point, 20, enclosure=True), law.branches(point, 45)
    assert len(balls) == len(values) == 6
    with mpmath.workdps(60):
        assert all(
            abs(ball.midpoint - value) <= ball.radius for ball, value in zip(balls, values, strict=True)
        )


@pytest.mark.parametrize("name", ["decay_rate", "relaxation_time"])
def test_what_is_a_limit_at_rest_is_not_enclosed(theory: Theory, name: str) -> None:
    """R/psi(R) at 0 stands in the condition of a case."""
    with pytest.raises(PrecisionError, match="no finite value"):
        theory[name].branches({"I0": 0, "q": "1/7"}, 20, enclosure=True)


@pytest.mark.parametrize(("fold", "inside"), [(FOLDS[0], -1), (FOLDS[1], 1)])
def test_states_meet_at_a_fold(law: Law, fold: str, inside: int) -> None:
    beside = sp.Rational(1, 10**12)
    assert len(law.branches({"F": sp.Rational(fold) + inside * beside}, digits=15)) == 3
    assert len(law.branches({"F": sp.Rational(fold) - inside * beside}, digits=15)) == 1


def test_at_a_fold_it_is_refused(law: Law) -> None:
    with mpmath.workdps(120):
        x = mpmath.findroot(
            lambda x: mpmath.diff(
                lambda y: y - y * mpmath.sqrt((1 + 2 * y**4) / (1 + 6 * y**2 + y**4 + y**6 / 20)), x
            ),
            1.2,
        )
        F = x - x * mpmath.sqrt((1 + 2 * x**4) / (1 + 6 * x**2 + x**4 + x**6 / 20))
        text = mpmath.nstr(F, 100)
    with pytest.raises(PrecisionError, match=r"meet, at R = 0\.8097.*: a fold"):
        law.branches({"F": text}, digits=15)


def test_each_state_is_reached_from_a_start_near_it(law: Law) -> None:
    for state in law.states({"F": "1/5", "delta": "1/20"}, digits=20):
        start = f"{float(state.amplitude) * 1.01:.3g}"
        found = measure("forced_amplitude", NETWORK, {"F": "1/5", "delta": "1/20", "start": start}, digits=20)
        assert abs(found.value - state.amplitude) < mpmath.mpf(10) ** -20 * state.amplitude
        assert found.reading.stays is state.is_stable


def test_on_a_torus_as_well(law: Law) -> None:
    """On resonance a torus has the states of a ring."""
    torus = Network(NETWORK.activation, kernel("laplacian", dimension=2, constants={"c": sp.Rational(1, 9)}))
    for state in law.states({"F": "1/5"}, digits=20):
        start = f"{float(state.amplitude) * 1.01:.3g}"
        found = measure("forced_amplitude", torus, {"F": "1/5", "k1": "pi/2", "start": start}, digits=20)
        assert abs(found.value - state.amplitude) < mpmath.mpf(10) ** -20 * state.amplitude
        assert found.reading.stays is state.is_stable


def test_perturbations_are_those_of_the_state_meant(theory: Theory) -> None:
    (low, unstable, high) = theory["decay_rate"].states({"I0": "1/5", "q": 0}, digits=15)
    for state in (low, unstable, high):
        start = f"{float(state.amplitude) * 1.01:.3g}"
        found = measure("decay_rate", NETWORK, {"I0": "1/5", "q": 0, "start": start}, digits=15)
        assert all(abs(one - other) < 1e-15 for one, other in zip(found.values, state.values, strict=True))
    assert min(unstable.values) < 0 < min(high.values) < min(low.values)


def test_a_law_that_calls_an_unstable_state_stable_fails(theory: Theory) -> None:
    from dataclasses import replace

    law = theory["background_amplitude"]
    assert law.growth is not None
    halved = replace(
        law.growth, equation=sp.Eq(law.growth.subject, law.growth.equation.rhs / 2, evaluate=False)
    )
    verdict = verify(replace(law, growth=halved), digits=15)
    assert not verdict.passed
    assert "is said to be stable" in verdict.reason and "the map leaves it" in verdict.reason


def test_the_loop_opens_and_closes_at_the_folds() -> None:
    """Each fold is bracketed to four digits by the forcings between which the ramp jumps."""
    grids = [
        [sp.Rational(fold).limit_denominator(10**9) + sp.Rational(step, 10**5) for step in (-4, -1, 1, 4)]
        for fold in FOLDS
    ]
    course = ramp(NETWORK, [*grids[1], sp.Rational(1, 5), *grids[0]])
    jumps_up = [low < 1 < high for low, high in zip(course.up, course.up[1:], strict=False)]
    jumps_down = [low < 1 < high for low, high in zip(course.down, course.down[1:], strict=False)]
    assert jumps_up.index(True) == 6 and sum(jumps_up) == 1
    assert jumps_down.index(True) == 1 and sum(jumps_down) == 1


def test_a_loop_is_found_where_there_is_one() -> None:
    from nearcritical import network

    forcing = bistable_forcing(NETWORK)
    assert forcing is not None and float(FOLDS[1]) < forcing < float(FOLDS[0])
    assert bistable_forcing(network()) is None


def test_what_stays_is_the_map_and_not_newton() -> None:
    """`stays` is shown a state that solves the equation but is unstable, and one that it never comes to."""
    from numerics.lattice.commensurate import commensurate_lattice
    from numerics.lattice.inputs import Background
    from numerics.steady_states.coexistence import wave_near
    from numerics.steady_states.response import response

    still = (sp.S.Zero,)
    lattice, drive = commensurate_lattice(NETWORK, (still,)), Background("1/5")
    unstable = response(lattice, drive, still, digits=12, engine="ball", near=sp.Rational(21, 10))
    low = wave_near(lattice, drive, still, sp.Rational(35, 100))
    assert (
        stays(lattice, drive, wave_near(lattice, drive, still, sp.Rational(21, 10)), unstable.state.state)
        is False
    )
    assert stays(lattice, drive, low, unstable.state.state) is not True
