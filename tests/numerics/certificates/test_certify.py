"""Certificates hold: the exact state lies in the ball, also where the state is off; what cannot be proved is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import flint
import mpmath
import numpy as np
import pytest
import sympy as sp
from flint import arb, arb_mat
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import mpf

from analytics.balls.arithmetic import GUARD_BITS, flint_precision
from analytics.errors import CertificationError, ParameterError
from analytics.evaluation.contexts import bits_of
from analytics.expressions.notation import r
from analytics.network.activation import PROFILES, Activation, activation
from analytics.network.kernel import kernel
from analytics.network.network import Network
from nearcritical.model.building import load
from numerics.certificates.certificate import Certificate
from numerics.certificates.certify import certify
from numerics.certificates.contraction import by_contraction
from numerics.certificates.enclosed_step import EnclosedStep
from numerics.certificates.newton_contraction import MOST_SITES, by_newton, derivative
from numerics.lattice.inputs import Background, Input, Oscillation, Samples
from numerics.lattice.map import Lattice
from numerics.steady_states.cosine_response import cosine_response
from numerics.steady_states.fixed_point import FixedPoint
from numerics.steady_states.steady_state import SteadyState, steady_state
from numerics.steady_states.two_tones import tones

Q = sp.Rational
EXAMPLES = Path(__file__).parents[3] / "examples"
QUARTER = (sp.pi / 4,)
DIGITS = 40

LAPLACIAN = Network(activation("algebraic"), kernel("laplacian"))


def ring(name: str = "algebraic", sites: int = 16) -> Lattice:
    return Lattice(replace(LAPLACIAN, activation=activation(name)), (sites,))


def forced(F: Any, delta: Any = 0) -> Oscillation:
    return Oscillation(F, QUARTER, detuning=delta)


def number(value: Any) -> Any:
    return mpmath.mpmathify(sp.N(sp.sympify(value), mpmath.mp.dps + 5))


def travelling_wave(state: SteadyState, omega: Callable[..., Any]) -> list[Any]:
    """R e^(i (k.x + theta)) at the sites, from the definition of the model and omega(k) as it is written here.

    F e^(-i theta) = P e^(i (omega(k) + delta)) - R e^(i omega(k)), rho(P) = R: P by a secant, in twice the digits.
    """
    rho = sp.lambdify(r, state.lattice.network.activation.profile, "mpmath")
    drive = state.drive
    if isinstance(drive, Background):
        wavevector, detuning = (mpf(0),) * len(state.lattice.shape), None
    else:
        assert isinstance(drive, Oscillation)
        wavevector, detuning = tuple(map(number, drive.wavevector)), number(drive.detuning)
    F, carried = number(drive.amplitude), omega(*wavevector)
    delta = -carried if detuning is None else detuning

    def imbalance(P: Any) -> Any:
        R = rho(P)
        return P - R - F if delta == 0 else (P**2 + R**2 - 2 * P * R * mpmath.cos(delta) - F**2) / F

    size = abs(state.state[0])
    near = mpmath.findroot(lambda P: rho(P) - size, (size, size * mpf("1.01")), tol=mpf(10) ** -20)
    P = mpmath.findroot(imbalance, (near, near * (1 + mpf(10) ** -10)), tol=mpf(10) ** -(2 * DIGITS + 20))
    phase = (P * mpmath.expj(delta) - rho(P)) * mpmath.expj(carried) / F
    amplitude = rho(P) / phase
    return [
        amplitude * mpmath.expj(mpmath.fdot(wavevector, site))
        for site in product(*map(range, state.lattice.shape))
    ]


def distance(state: SteadyState, exact: list[Any]) -> Any:
    return mpmath.sqrt(mpmath.fsum(abs(a - b) ** 2 for a, b in zip(state.state, exact, strict=True)))


def lattice_of(example: str, shape: tuple[int, ...]) -> Lattice:
    return Lattice(load(EXAMPLES / example), shape)


def laplacian(*wavevector: Any) -> Any:
    return mpf("0.6") * sum(1 - mpmath.cos(k) for k in wavevector)


def anisotropic(k1: Any, k2: Any) -> Any:
    spreading = mpf("0.6") * (1 - mpmath.cos(k1)) + mpf(2) / 7 * (1 - mpmath.cos(k2))
    return spreading + mpmath.sqrt(3) / 20 * mpmath.sin(k2)


def long_range(k: Any) -> Any:
    return mpmath.sqrt(3) / 5 * (1 - mpmath.cos(k) + mpmath.sin(k) / 2) / (2 + mpmath.cos(k))


PLANE = Lattice(replace(LAPLACIAN, kernel=kernel("laplacian", dimension=2)), (8, 6))
DRIFT = Lattice(replace(LAPLACIAN, kernel=kernel("advection")), (12,))
OBLIQUE = (sp.pi / 2, sp.pi / 3)

CASES: dict[str, tuple[Lattice, Input, Callable[..., Any]]] = {
    **{name: (ring(name), forced("1/100", "1/30"), laplacian) for name in PROFILES},
    "resonant": (ring(), forced("1/100"), laplacian),
    "weak": (ring(), forced("1e-12"), laplacian),
    "far weaker, irrational": (ring("tanh"), forced("sqrt(2)*1e-30"), laplacian),
    "strong": (ring("arctan"), forced(1000, "2"), laplacian),
    "background": (ring(), Background("1/1000"), laplacian),
    "torus": (PLANE, Oscillation("1/50", OBLIQUE, detuning="sqrt(2)/10"), laplacian),
    "background on a torus": (PLANE, Background("1/50"), laplacian),
    "advection": (DRIFT, Oscillation("1/50", (sp.pi / 3,), detuning=0), lambda k: mpf("0.3") * mpmath.sin(k)),
    "own stencil": (
        lattice_of("anisotropic.toml", (8, 12)),
        Oscillation("1/50", OBLIQUE, detuning=0),
        anisotropic,
    ),
    "own frequency": (
        lattice_of("frequency.toml", (16,)),
        Oscillation("1/50", QUARTER, detuning="1/9"),
        long_range,
    ),
}


def proved_by_newton(state: SteadyState) -> Certificate:
    """By Newton's map, whether the map itself contracts or not."""
    bits = bits_of(state.working_digits) + GUARD_BITS
    with flint_precision(bits):
        return by_newton(EnclosedStep(state, bits))


@pytest.mark.parametrize("proof", [certify, proved_by_newton], ids=["map", "newton"])
@pytest.mark.parametrize("case", CASES)
def test_the_exact_state_lies_in_the_ball(case: str, proof: Callable[[SteadyState], Certificate]) -> None:
    lattice, drive, omega = CASES[case]
    if proof is proved_by_newton and lattice.sites > MOST_SITES:
        lattice = replace(lattice, shape=(4, 6))
    found = proof(steady_state(lattice, drive, digits=DIGITS))
    assert found.method == ("map" if proof is certify else "newton")
    with mpmath.workdps(2 * DIGITS + 60):
        exact = travelling_wave(found.state, omega)
        size = mpmath.sqrt(mpmath.fsum(abs(value) ** 2 for value in exact))
        assert 0 < distance(found.state, exact) <= found.radius <= found.uniqueness
        assert found.radius / size <= found.relative <= mpf(10) ** -found.digits
        assert found.digits >= DIGITS


def test_the_derivative_is_that_of_the_map() -> None:
    """-dG applied to a random change, against the linearization of the simulation's own residual in mpmath."""
    generator = np.random.default_rng(5)
    drive = Oscillation("1/7", OBLIQUE, detuning="1/3")
    state = displaced(steady_state(PLANE, drive, digits=20), mpf("0.1"))
    change = [mpmath.mpc(*pair) for pair in generator.normal(size=(PLANE.sites, 2))]
    rough = FixedPoint(PLANE, drive, "reference", 60)
    at = rough.evaluate(rough.engine.vector(state.state))
    image = rough.linearized(at.preactivation)(rough.engine.vector(change))
    with flint_precision(250):
        found = derivative(EnclosedStep(state, 250), arb(0)) * arb_mat(
            2 * len(change), 1, [arb(part) for v in change for part in (v.real, v.imag)]
        )
        parts = [part for v in image for part in (v.real, v.imag)]
        for entry, part in zip(found.entries(), parts, strict=True):
            assert abs(entry + arb(part)) < 1e-50


@pytest.mark.parametrize(
    ("name", "drive", "digits"),
    [
        ("algebraic", forced("1/100"), "0.2665031517714650040582918342302619184131"),
        ("algebraic", forced("1/100", "1/10"), "0.09966810290753752314379976259690923772409"),
        ("tanh", forced("1/100"), "0.3047732572086081538987775591728538967236"),
        ("algebraic", Background("1/1000"), "0.1254934278132807934343362816492997314147"),
    ],
    ids=["resonant", "detuned", "tanh", "background"],
)
def test_moduli_to_forty_digits(name: str, drive: Input, digits: str) -> None:
    """Found independently of this code; rounded in the last digit."""
    found = certify(steady_state(ring(name), drive, digits=45))
    with mpmath.workdps(60):
        for value in found.state.state:
            assert abs(abs(value) - mpf(digits)) <= found.radius + mpf(10) ** -40


@pytest.mark.parametrize("engine", ["double", "reference"])
def test_whatever_found_the_state(engine: str) -> None:
    found = certify(steady_state(ring(), forced("1/20", "1/9"), digits=10, engine=engine))
    with mpmath.workdps(60):
        assert distance(found.state, travelling_wave(found.state, laplacian)) <= found.radius
        assert found.radius < mpf(10) ** -10


@pytest.mark.parametrize("shape", [(4096,), (64, 48)], ids=str)
def test_a_large_lattice(shape: tuple[int, ...]) -> None:
    """Copies of a small one side by side: the exact state is the same wave, |.| grows with the root of their number."""
    small = steady_state(*CASES["torus" if len(shape) == 2 else "resonant"][:2], digits=DIGITS)
    block = np.array(small.state, dtype=object).reshape(small.lattice.shape)
    copies = np.tile(block, [length // part for length, part in zip(shape, block.shape)])
    found = certify(replace(small, lattice=replace(small.lattice, shape=shape), state=tuple(copies.ravel())))
    with mpmath.workdps(2 * DIGITS + 60):
        off = distance(small, travelling_wave(small, laplacian)) * mpmath.sqrt(copies.size // block.size)
        assert 0 < off <= found.radius
    assert found.digits >= DIGITS


def displaced(state: SteadyState, size: Any) -> SteadyState:
    generator = np.random.default_rng(7)
    kicks = generator.normal(size=(2, len(state.state)))
    length = mpmath.sqrt(mpmath.fsum(mpf(x) ** 2 for x in kicks.ravel()))
    kicked = (
        z + size / length * mpmath.mpc(mpf(a), mpf(b)) for z, a, b in zip(state.state, *kicks, strict=True)
    )
    return replace(state, state=tuple(kicked))


@pytest.mark.parametrize("size", ["1e-20", "1e-9", "1e-5"])
@pytest.mark.parametrize("case", ["quartic", "torus", "own frequency", "weak"])
def test_a_state_that_is_off_has_a_ball_that_reaches_the_exact_one(case: str, size: str) -> None:
    """And no farther than r/(1 - L) can be off: |T(z) - z| <= (1 + L) |z - Z*|."""
    lattice, drive, omega = CASES[case]
    state = steady_state(lattice, drive, digits=DIGITS)
    with mpmath.workdps(2 * DIGITS + 60):
        near = displaced(state, mpf(size) * abs(state.state[0]) ** 3)
        found = certify(near)
        off = distance(near, travelling_wave(state, omega))
        assert mpf("0.99") * mpf(size) * abs(state.state[0]) ** 3 < off <= found.radius
        assert found.radius <= 2 * off / found.margin


def test_the_certificate_is_of_the_lattice_that_is_named() -> None:
    """The state of c = 3/10 as one of c = 3/10 + 1e-25: the exact one of that network is in the ball."""
    state = steady_state(ring(), Oscillation("1/50", QUARTER, frequency="1/3"), digits=DIGITS)
    other = Lattice(
        replace(LAPLACIAN, kernel=kernel("laplacian", constants={"c": Q(3, 10) + Q(1, 10**25)})), (16,)
    )
    found = certify(replace(state, lattice=other))
    truth = steady_state(other, state.drive, digits=DIGITS)
    with mpmath.workdps(60):
        off = distance(state, list(truth.state))
        assert mpf(10) ** -27 < off <= found.radius < mpf(10) ** -22


def test_the_bounds_are_those_of_the_gains() -> None:
    """1 - g_t = 1 - sqrt(1 - R^2) and 1 - g_r = 1 - (1 - R^2)^(3/2), to eight digits; |w| = R/sqrt(1 - R^2)."""
    found = certify(steady_state(ring(), forced("1/100"), digits=30))
    bounds = {hypothesis.name: hypothesis.bound for hypothesis in found.hypotheses}
    with mpmath.workdps(40):
        root = mpmath.sqrt(1 - mpf("0.2665031517714650040582918342302619184131") ** 2)
        for name, exact in (("tangential gain", 1 - root), ("radial gain", 1 - root**3)):
            assert exact * (1 - mpf(10) ** -8) < bounds[name] < exact
        assert bounds["tangential gain"] * (1 - mpf(10) ** -8) < found.margin <= bounds["tangential gain"]
        assert bounds["no node"] < mpmath.sqrt(1 - root**2) / root < bounds["no node"] * (1 + mpf(10) ** -8)
        assert 0 < bounds["kernel"] < mpf(10) ** -40
        assert bounds["residual"] == found.residual
        assert bounds["contraction"] == found.uniqueness


def test_samples_without_symmetry_in_two_arithmetics() -> None:
    """No closed form: two states of different precision, each within the balls of both."""
    generator = np.random.default_rng(3)
    drive = Samples(generator.normal(size=(3, 5)) + 1j * generator.normal(size=(3, 5)))
    torus = Lattice(Network(activation("tanh"), kernel("laplacian", dimension=2)), (3, 5))
    rough, fine = (certify(steady_state(torus, drive, digits=digits)) for digits in (15, 40))
    with mpmath.workdps(60):
        apart = distance(rough.state, list(fine.state.state))
        assert apart <= rough.radius + fine.radius
        assert fine.radius < mpf(10) ** -30 < rough.radius


def test_inputs_that_move_along() -> None:
    """Two oscillations on their ring of relative phases, and a real cosine in the order of its phase."""
    drift = Network(activation("algebraic"), kernel("advection"))
    moving = tones(LAPLACIAN, (Q(1, 3), Q(1, 5)), (sp.S.Zero, sp.pi), (0, 1), digits=8, engine="ball").state
    cosine = cosine_response(drift, Q(1, 3), QUARTER, harmonic=1, digits=8, engine="ball").state
    for state in (moving, cosine):
        found = certify(state)
        finer = steady_state(state.lattice, state.drive, digits=20, start=state)
        with mpmath.workdps(60):
            assert distance(state, list(finer.state)) <= found.radius < mpf(10) ** -8


STANDING = Samples([sp.cos(2 * sp.pi * x / 8) for x in range(8)])
"""Two waves that run against each other: the response has nodes."""

STEEP = Activation("steep", r * (1 + 16 * r**4) / ((1 + 16 * r**2 + 16 * r**4) * sp.sqrt(1 + r**2 / 100)))
"""rho' = 1.0584 at r = 13/10, above 1 between two bends."""


def steep_state(sites: int) -> SteadyState:
    """A state that stands at r = 13/10 by the choice of F."""
    P, R, delta = Q(13, 10), STEEP.rho(Q(13, 10)), Q(1, 2)
    F = sp.sqrt(P**2 + R**2 - 2 * P * R * sp.cos(delta))
    state = steady_state(Lattice(replace(LAPLACIAN, activation=STEEP), (sites,)), forced(F, delta))
    with mpmath.workdps(20):
        assert abs(abs(state.state[0]) - number(R)) < mpf(10) ** -15
    return state


def test_where_the_map_does_not_contract_newtons_map_does() -> None:
    """At a node, where the gain is 1, and above it; no closed form of the first, so a state of more digits."""
    for rough in (steady_state(ring(sites=8), STANDING, digits=20), steep_state(8)):
        found = certify(rough)
        finer = steady_state(rough.lattice, rough.drive, digits=90, start=rough)
        assert found.method == "newton"
        with mpmath.workdps(110):
            assert 0 < distance(rough, list(finer.state)) <= found.radius < mpf(10) ** -25
    assert certify(steady_state(found.state.lattice, forced("1/10", Q(1, 2)))).method == "map"


def test_on_a_lattice_too_large_for_newtons_map_the_hypothesis_that_fails_is_named() -> None:
    standing = Samples([sp.cos(sp.pi * x / 4) for x in range(72)])
    with pytest.raises(CertificationError, match=r"no node: \|w\| must be above 0.*at most 64 sites"):
        certify(steady_state(ring(sites=72), standing, digits=20))
    with pytest.raises(
        CertificationError, match=r"radial gain: it must be below 1.*got 1 \+ \[0\.0584.*at most 64 sites"
    ):
        certify(steep_state(72))


def test_rest_is_refused() -> None:
    """Without input the kernel's resting wave keeps any small amplitude, to first order: rest is not isolated there."""
    with pytest.raises(
        CertificationError, match=r"no node: .*got \|w\| = 0, at the site .*a matrix without one"
    ):
        certify(steady_state(ring(sites=4), Samples([0] * 4), digits=20))


def test_a_state_too_far_off_is_refused() -> None:
    state = steady_state(ring(), forced("1/100"))
    with mpmath.workdps(60):
        beyond = replace(state, state=tuple(z * mpf("1.2") for z in state.state))
        away = replace(state, state=(mpmath.mpc("nan"), *state.state[1:]))
    with pytest.raises(CertificationError, match=r"no node: .*which moves by up to .*Nor by Newton's map: "):
        certify(beyond)
    with pytest.raises(CertificationError, match=r"residual: .*got nan"):
        certify(away)


@pytest.mark.parametrize(
    ("factor", "reason"),
    [
        ("1.05", r"contraction of a ball into itself: r \+ L s <= s must hold"),
        ("0.9", r"tangential gain: .*got one without bound for \|w\| = .*more digits"),
        ("0.8", r"no node: .*which moves by up to"),
    ],
)
def test_how_far_off_is_too_far_for_the_map(factor: str, reason: str) -> None:
    state = steady_state(Lattice(LAPLACIAN, (3,)), Background("1/2"), digits=20)
    with mpmath.workdps(60):
        beyond = replace(state, state=tuple(z * mpf(factor) for z in state.state))
    with flint_precision(200), pytest.raises(CertificationError, match=reason):
        by_contraction(EnclosedStep(beyond, 200))


@pytest.mark.parametrize("factor", ["0.5", "0.9", "1.5"])
def test_how_far_off_is_too_far_for_newtons_map(factor: str) -> None:
    state = steady_state(Lattice(LAPLACIAN, (3,)), Background("1/2"), digits=20)
    with mpmath.workdps(60):
        beyond = replace(state, state=tuple(z * mpf(factor) for z in state.state))
    with (
        flint_precision(200),
        pytest.raises(CertificationError, match=r"Newton|\|1 \+ A dG\| must be below 1"),
    ):
        by_newton(EnclosedStep(beyond, 200))


def doctored(error: sp.Expr) -> SteadyState:
    """|u(k)| = e^(error cos k): a kernel made not unitary after its own examination, and a state of it."""
    entry = kernel("laplacian", constants={"c": Q(2, 7)})
    object.__setattr__(entry, "stencil", (*entry.stencil[:-1], ((1,), entry.stencil[-1][1] + error)))
    return steady_state(Lattice(replace(LAPLACIAN, kernel=entry), (8,)), Background("1/100"))


def test_a_kernel_that_is_not_unitary_is_seen() -> None:
    bounds = {entry.name: entry.bound for entry in certify(doctored(Q(1, 10**30))).hypotheses}
    with mpmath.workdps(60):
        assert mpf(10) ** -30 <= bounds["kernel"] < mpf("1.0001e-30")
    growing = doctored(Q(-1, 10))
    with flint_precision(300), pytest.raises(CertificationError, match="kernel: its norm times the gain"):
        by_contraction(EnclosedStep(growing, 300))


def test_what_is_no_steady_state_is_refused() -> None:
    state = steady_state(ring(), forced("1/100"))
    with pytest.raises(ParameterError, match="a state found by steady_state is needed; got tuple"):
        certify(state.state)  # type: ignore[arg-type]
    with pytest.raises(ParameterError, match="a state found by steady_state"):
        certify(replace(state, state=state.state[1:]))
    with pytest.raises(ParameterError, match="constant up to a turning phase"):
        certify(replace(state, drive=Samples(np.ones((3, 16)))))


def test_it_says_what_was_proved() -> None:
    found = certify(steady_state(ring(), forced("1/100"), digits=20))
    text = str(found)
    assert text.startswith(f"proved to {found.digits} digits: a steady state within ")
    assert [line.strip().partition(":")[0] for line in text.splitlines()[1:]] == [
        "kernel",
        "input",
        "residual",
        "no node",
        "tangential gain",
        "radial gain",
        "contraction",
    ]


def test_no_precision_is_left_changed() -> None:
    with mpmath.workdps(17):
        before = (mpmath.mp.prec, flint.ctx.prec)
        certify(steady_state(ring(), forced("1/2"), digits=30))
        with pytest.raises(CertificationError):
            certify(steady_state(ring(sites=4), Samples([0] * 4), digits=10))
        assert (mpmath.mp.prec, flint.ctx.prec) == before


fraction = st.fractions(min_value=Q(1, 1000), max_value=3, max_denominator=1000)


@settings(max_examples=25, deadline=None)
@given(
    st.sampled_from(sorted(PROFILES)),
    fraction,
    st.fractions(min_value=-3, max_value=3, max_denominator=50),
    st.tuples(st.integers(3, 7), st.integers(3, 5)),
    st.integers(0, 30),
)
def test_any_input_on_any_torus(name: str, F: Any, delta: Any, shape: tuple[int, int], wave: int) -> None:
    lattice = Lattice(Network(activation(name), kernel("laplacian", dimension=2)), shape)
    wavevector = (2 * sp.pi * (wave % 7) / shape[0], 2 * sp.pi * (wave % 5) / shape[1])
    found = certify(steady_state(lattice, Oscillation(F, wavevector, detuning=delta), digits=25))
    with mpmath.workdps(2 * DIGITS + 40):
        assert distance(found.state, travelling_wave(found.state, laplacian)) <= found.radius
    assert found.digits >= 20
