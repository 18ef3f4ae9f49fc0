"""Steady states: reference digits, independent routes to one state, the error estimate, and how it fails."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import flint
import mpmath
import numpy as np
import pytest
import sympy as sp

from analytics.errors import ConvergenceError, NearCriticalError, ParameterError, PrecisionError
from analytics.network.activation import PROFILES, activation
from analytics.network.kernel import kernel
from analytics.network.network import Network
from numerics.engines import krylov
from numerics.engines.choice import create_engine
from numerics.lattice.inputs import Background, Oscillation, Samples
from numerics.lattice.map import Lattice
from numerics.lattice.simulation import simulate
from numerics.steady_states import fixed_point
from numerics.steady_states import steady_state as module
from numerics.steady_states.steady_state import SteadyState, steady_state

Q = sp.Rational
QUARTER = (sp.pi / 4,)


def ring(name: str = "algebraic", kernel_name: str = "laplacian", sites: int = 16) -> Lattice:
    return Lattice(Network(activation(name), kernel(kernel_name)), (sites,))


def forced(F: Any, delta: Any = 0) -> Oscillation:
    return Oscillation(sp.sympify(F), QUARTER, detuning=sp.sympify(delta))


def modulus(state: SteadyState) -> Any:
    return abs(state.state[0])


def relative(one: Any, two: Any, digits: int = 1100) -> Any:
    with mpmath.workdps(digits):
        return abs(one / two - 1)


REFERENCES = [
    ("algebraic", forced(Q(1, 100)), "0.2665031517714650040582918342302619184131"),
    ("algebraic", forced(Q(1, 100), Q(1, 10)), "0.09966810290753752314379976259690923772409"),
    ("tanh", forced(Q(1, 100)), "0.3047732572086081538987775591728538967236"),
    ("algebraic", Background(Q(1, 1000)), "0.1254934278132807934343362816492997314147"),
]
"""Moduli from the definition of the model, to 40 digits, found independently of this code."""


@pytest.mark.parametrize("engine", ["ball", "reference"])
@pytest.mark.parametrize(("name", "drive", "digits"), REFERENCES, ids=lambda value: str(value)[:24])
def test_reference_digits(name: str, drive: Any, digits: str, engine: str) -> None:
    found = steady_state(ring(name), drive, digits=40, engine=engine)
    with mpmath.workdps(40):
        assert mpmath.nstr(modulus(found), 40) == digits


@pytest.mark.parametrize("F", [Q(1000), Q(1), Q(1, 10**4), Q(1, 10**12), Q(1, 10**30)], ids=str)
@pytest.mark.parametrize("delta", [Q(0), Q(-3), Q(1, 10), Q(1, 10**4), Q(-1, 10**10)], ids=str)
@pytest.mark.parametrize("name", sorted(PROFILES))
def test_the_digits_are_right_over_the_whole_domain(name: str, F: Any, delta: Any) -> None:
    """30 digits asked for agree to 30 with 60 digits asked for, found in another arithmetic precision."""
    short, long = (steady_state(ring(name), forced(F, delta), digits=digits) for digits in (30, 60))
    assert relative(short.state[3], long.state[3], 100) < mpmath.mpf(10) ** -30
    assert short.error < mpmath.mpf(10) ** -30
    assert short.residual <= short.tolerance


@pytest.mark.parametrize("distance", [Q(-1), Q(-1, 3), Q(0), Q(1, 3), Q(1)], ids=str)
@pytest.mark.parametrize(("name", "p"), [("algebraic", 2), ("quartic", 4)])
def test_where_resonance_and_detuning_meet(name: str, p: int, distance: Any) -> None:
    """delta around F^(p/(p+1)), where neither balance alone decides, for weak and weaker forcing."""
    for exponent in (4, 15):
        delta = Q(10 ** (-exponent * Q(p, p + 1) + distance).evalf(20))
        found = steady_state(ring(name), forced(Q(1, 10**exponent), delta), digits=30)
        assert found.newton_steps < 25
        assert found.error < mpmath.mpf(10) ** -30


@pytest.mark.parametrize("delta", [Q(0), Q(1, 10), Q(1, 2)], ids=str)
@pytest.mark.parametrize("name", ["algebraic", "erf", "quartic"])
def test_every_method_finds_the_same_state(name: str, delta: Any) -> None:
    found = [
        steady_state(ring(name), forced(Q(1, 2), delta), digits=25, method=method)
        for method in ("iterate", "newton", "auto")
    ]
    for other in found[1:]:
        for one, two in zip(found[0].state, other.state):
            assert relative(one, two, 60) < mpmath.mpf(10) ** -25
    assert found[0].newton_steps == 0
    assert found[1].plain_steps == 1


def test_engines_find_the_same_state() -> None:
    """At 100 digits by mpmath and by flint, at 10 in double precision."""
    drive = forced(Q(1, 50), Q(1, 20))
    ball, reference = (steady_state(ring(), drive, digits=100, engine=e) for e in ("ball", "reference"))
    assert relative(modulus(ball), modulus(reference), 130) < mpmath.mpf(10) ** -100
    double = steady_state(ring(), drive, digits=10, engine="double")
    assert relative(modulus(double), modulus(ball), 130) < mpmath.mpf(10) ** -10


def test_a_thousand_digits_near_the_critical_point() -> None:
    found = [steady_state(ring(sites=16), forced(Q(1, 10**12)), digits=digits) for digits in (1000, 1020)]
    assert relative(modulus(found[0]), modulus(found[1])) < mpmath.mpf(10) ** -1000


def test_strong_forcing_at_many_digits() -> None:
    """The map lands on its fixed point to the digits carried at first: no reason to stop there."""
    found = [steady_state(ring(), forced(1000), digits=digits) for digits in (300, 340)]
    assert relative(modulus(found[0]), modulus(found[1])) < mpmath.mpf(10) ** -300


def test_the_lattice_does_not_matter() -> None:
    """One carrier on rings of 8, 24 and 64 sites and on a torus of 8 x 8, its second wavenumber 0."""
    drive = forced(Q(1, 100), Q(1, 30))
    rings = [steady_state(ring(sites=sites), drive) for sites in (8, 24, 64)]
    torus = Lattice(Network(activation("algebraic"), kernel("laplacian", dimension=2)), (8, 8))
    flat = Oscillation(Q(1, 100), (sp.pi / 4, sp.S.Zero), detuning=Q(1, 30))
    for other in (*rings[1:], steady_state(torus, flat)):
        assert relative(modulus(other), modulus(rings[0]), 80) < mpmath.mpf(10) ** -50


def test_the_state_is_steady_under_the_map_itself() -> None:
    """Started there, the simulation turns by e^(i omega) a step and does nothing else, to 40 digits."""
    drive = forced(Q(1, 30), Q(1, 7))
    found = steady_state(ring(), drive, digits=45)
    initial = np.array(found.state, dtype=object)
    states = simulate(ring().network, (16,), drive, 3, digits=45, initial=initial).states
    with mpmath.workdps(60):
        turned = initial * mpmath.expj(3 * found.frequency)
        assert np.abs(states[3] - turned).max() < mpmath.mpf(10) ** -44


def test_an_input_without_symmetry() -> None:
    """A constant random array: the Krylov space is no longer of two dimensions. Plain iteration agrees."""
    generator = np.random.default_rng(3)
    values = generator.normal(size=9) + 1j * generator.normal(size=9)
    drive = Samples(values)
    newton, plain = (
        steady_state(ring("tanh", sites=9), drive, digits=25, method=method) for method in ("auto", "iterate")
    )
    for one, two in zip(newton.state, plain.state):
        assert relative(one, two, 60) < mpmath.mpf(10) ** -24


def test_a_state_to_start_from_saves_the_way_from_rest() -> None:
    near = steady_state(ring(), forced(Q(1, 10**8)))
    cold, warm = (steady_state(ring(), forced(Q(2, 10**8)), start=start) for start in (None, near))
    assert warm.plain_steps == 0
    assert "a given state" in warm.method
    assert warm.iterations < cold.iterations
    assert relative(modulus(warm), modulus(cold), 80) < mpmath.mpf(10) ** -50


def test_without_input_there_is_rest() -> None:
    found = steady_state(ring(sites=4), Samples([0, 0, 0, 0]), digits=20)
    assert set(found.state) == {mpmath.mpc(0)}


def test_the_record_says_what_was_done() -> None:
    found = steady_state(ring(), forced(Q(1, 100)))
    assert f"{found.plain_steps} steps of the map, then {found.newton_steps} Newton steps" in found.method
    assert found.iterations == found.plain_steps + found.newton_steps
    assert found.residual <= found.tolerance
    assert found.working_digits >= 50
    assert isinstance(found.state[0], mpmath.mp.mpc)


def test_iteration_that_is_too_slow_says_so() -> None:
    with pytest.raises(ConvergenceError, match="use method='auto'") as caught:
        steady_state(ring(), forced(Q(1, 10**9)), method="iterate", plain_limit=40)
    assert caught.value.iterations == 40
    assert caught.value.residual > caught.value.tolerance > 0


def test_newton_that_is_cut_short_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "NEWTON_LIMIT", 2)
    with pytest.raises(ConvergenceError, match="neighbouring input") as caught:
        steady_state(ring(), forced(Q(1, 10**9)))
    assert caught.value.iterations == module.PLAIN_STEPS["auto"] + 2
    assert caught.value.residual > caught.value.tolerance > 0


def test_newton_that_cannot_descend_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fixed_point, "LONGEST_SEARCH", 3)
    with pytest.raises(ConvergenceError, match="Carry more digits"):
        steady_state(ring(), forced(Q(1, 10**30)))


def test_double_precision_that_does_not_suffice_says_so() -> None:
    with pytest.raises(PrecisionError, match="Use the engine 'ball'"):
        steady_state(ring(), forced(Q(1, 10**9)), digits=12, engine="double")
    with pytest.raises(PrecisionError, match="at most 13 digits"):
        steady_state(ring(), forced(Q(1, 2)), digits=14, engine="double")


def test_what_has_no_steady_state_is_refused() -> None:
    with pytest.raises(ParameterError, match="turning phase"):
        steady_state(ring(sites=4), Samples(np.ones((3, 4))))
    with pytest.raises(NearCriticalError, match="Did you mean newton"):
        steady_state(ring(), forced(Q(1, 2)), method="newtn")
    with pytest.raises(PrecisionError, match="a whole number from 1"):
        steady_state(ring(), forced(Q(1, 2)), digits=0)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"start": "x"}, "start: a steady state is needed; got 'x'. Give numbers as initial="),
        ({"start": 3}, "start: a steady state is needed; got 3"),
        ({"start": ()}, r"start: a steady state is needed; got \(\)"),
        ({"lattice": "x"}, "a lattice is needed; got 'x'"),
        ({"drive": "x"}, "an input is needed; got 'x'"),
        ({"plain_limit": "x", "method": "iterate"}, "plain_limit must be a whole number from 1 on; got 'x'"),
        ({"method": []}, r"unknown method; got \[\]"),
    ],
)
def test_what_is_of_another_kind_is_refused(given: dict[str, Any], message: str) -> None:
    with pytest.raises(NearCriticalError, match=message):
        steady_state(**{"lattice": ring(), "drive": forced(Q(1, 2)), **given})


def test_no_precision_is_left_changed() -> None:
    with mpmath.workdps(17):
        before = (mpmath.mp.prec, flint.ctx.prec)
        for engine in ("ball", "reference", "double"):
            steady_state(ring(), forced(Q(1, 2)), digits=10, engine=engine)
        with pytest.raises(ConvergenceError):
            steady_state(ring(), forced(Q(1, 10**9)), method="iterate", plain_limit=5)
        assert (mpmath.mp.prec, flint.ctx.prec) == before


def test_close_to_the_critical_point_rounding_stays_in_the_wave_of_the_input() -> None:
    """A step of Newton's method would amplify that of other waves by 1/R^2: 216 of them, of a torus of 12 x 18 sites."""
    torus = Network(
        activation("algebraic"), kernel("laplacian", dimension=2, constants={"c": sp.Rational(1, 9)})
    )
    carrier = (-sp.pi / 6, -sp.pi / 9)
    lattice = Lattice(torus, (12, 18))
    state = steady_state(lattice, Oscillation("7/10**13", carrier, detuning="0"), digits=32)
    assert state.newton_steps <= 8
    with mpmath.workdps(60):
        moduli = [abs(value) for value in state.state]
        R = moduli[0]
        assert max(moduli) - min(moduli) < mpmath.mpf(10) ** -34 * R
        assert abs(R / mpmath.sqrt(1 - R**2) - R - mpmath.mpf(7) / 10**13) < mpmath.mpf(10) ** -44


def test_a_residual_in_other_waves_alone_is_no_reason_to_stop() -> None:
    """Rounding can leave just that; then the projection of the state is the step."""
    problem = fixed_point.FixedPoint(
        Lattice(
            Network(activation("algebraic"), kernel("laplacian", constants={"c": sp.Rational(3, 10)})), (8,)
        ),
        Oscillation("1/10", (sp.pi / 4,), detuning="0"),
        "ball",
        30,
    )
    engine = problem.engine
    state = engine.vector([0] * 8)
    for _ in range(200):
        state = problem.plain_step(problem.evaluate(state)).state
    other = engine.combine([engine.context.mpf(10) ** -20], [engine.plane_wave((3,))])
    disturbed = problem.evaluate(engine.combine([1, 1], [problem.kept(state), other]))
    found = problem.corrected(disturbed, 10.0)
    assert found is not None
    assert found.evaluation.defect < disturbed.defect / 2


def test_nothing_is_solved_by_nothing() -> None:
    engine = create_engine("ball", (8,), 30)
    nothing = engine.vector([0] * 8)
    found = krylov.solve(
        engine, lambda v: v, nothing, relative_tolerance=engine.context.mpf("0.1"), largest_dimension=4
    )
    assert all(value == 0 for value in engine.values(found))


@pytest.mark.parametrize("name", ["algebraic", "tanh"])
def test_a_state_of_many_sites_is_right_to_all_digits(name: str) -> None:
    """Random inputs on 28 x 28 sites, more than a matrix is made of: a step of the map, in more digits, changes nothing."""
    random = np.random.default_rng(len(name))
    network, shape = Network(activation(name), kernel("laplacian", dimension=2)), (28, 28)
    inputs = Samples(0.05 * (random.normal(size=(28, 28)) + 1j * random.normal(size=(28, 28))))
    found = steady_state(Lattice(network, shape), inputs, digits=30)
    assert found.newton_steps <= 8
    start = np.array(found.state, dtype=object).reshape(shape)
    after = simulate(network, shape, inputs, 1, initial=start, digits=50, engine="ball").states[-1]
    apart = max(abs(one - other) for one, other in zip(found.state, np.ravel(after), strict=True))
    assert apart < mpmath.mpf(10) ** -31


def uneven(shape: tuple[int, ...], size: float, seed: int) -> Samples:
    random = np.random.default_rng(seed)
    return Samples(size * (random.normal(size=shape) + 1j * random.normal(size=shape)))


@pytest.mark.parametrize(
    ("name", "kernel_name", "shape", "size", "digits", "chosen"),
    [
        ("algebraic", "laplacian", (16,), 0.1, 12, "ball"),
        ("algebraic", "laplacian", (16,), 0.1, 1, "ball"),
        ("tanh", "laplacian", (12, 11), 0.1, 10, "double"),
        ("tanh", "advection", (130,), 0.1, 15, "ball"),
        ("algebraic", "advection", (150,), 0.1, 10, "double"),
        ("algebraic", "laplacian", (16, 12), 0.1, 20, "integer"),
        ("algebraic", "laplacian", (256,), 1e-4, 12, "integer"),
    ],
)
def test_the_engine_is_chosen_by_cost(
    name: str, kernel_name: str, shape: tuple[int, ...], size: float, digits: int, chosen: str
) -> None:
    """In the last case doubles are tried: weak activity takes too many of their digits. The map itself judges."""
    lattice = Lattice(Network(activation(name), kernel(kernel_name, dimension=len(shape))), shape)
    drive = uneven(shape, size, seed=len(shape))
    found = steady_state(lattice, drive, digits=digits)
    assert found.engine == chosen and found.error < mpmath.mpf(10) ** -digits
    judge = lattice.map("ball", 60)
    state = judge.engine.vector(found.state)
    after = judge.step(state, judge.engine.vector(np.ravel(drive.values)))
    moved = judge.engine.combine([1, -1], [after, state])
    assert krylov.norm(judge.engine, moved) < mpmath.mpf(10) ** -digits * krylov.norm(judge.engine, state)


@pytest.mark.parametrize("size", [1e-2, 1e-4, 1e-6])
def test_weak_uneven_activity_of_many_sites(size: float) -> None:
    """The Krylov space in doubles stays small next to the critical point, where resonant waves hardly decay."""
    lattice, drive = ring(sites=512), uneven((512,), size, seed=3)
    found = steady_state(lattice, drive, digits=20)
    finer = steady_state(lattice, drive, digits=30, start=found)
    with mpmath.workdps(50):
        missed = max(abs(a - b) for a, b in zip(found.state, finer.state))
        assert missed < mpmath.mpf(10) ** -20 * max(map(abs, finer.state))
    assert found.newton_steps < 20


@pytest.mark.parametrize("name", ["algebraic", "tanh"])
def test_a_ring_of_which_a_part_is_driven(name: str) -> None:
    """Activity leaks into what is not driven and falls from site to site; the band matrix is exact there."""
    values = np.zeros(600)
    values[:100] = 0.1
    lattice, drive = ring(name, sites=600), Samples(values)
    found = steady_state(lattice, drive, digits=25)
    finer = steady_state(lattice, drive, digits=40, start=found)
    with mpmath.workdps(60):
        missed = max(abs(a - b) for a, b in zip(found.state, finer.state))
        assert missed < mpmath.mpf(10) ** -25 * max(map(abs, finer.state))
    after = simulate(
        lattice.network, (600,), drive, 1, initial=np.array([complex(z) for z in found.state])
    ).states[1]
    assert np.abs(after - [complex(z) for z in found.state]).max() < 1e-15
    leaked = [abs(complex(z)) for z in found.state[100:350]]
    assert all(later < earlier for earlier, later in pairwise(leaked[5:]))
    assert found.newton_steps < 25
