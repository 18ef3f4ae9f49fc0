"""Real networks on the simulated lattice: that it is one, its observables by other routes, and wrong laws."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import mpmath
import numpy as np
import pytest
import sympy as sp
from mpmath import mpf

from analytics.errors import KernelError, ParameterError, PrecisionError
from analytics.expressions.notation import r, wavenumbers
from analytics.law.law import Law
from analytics.network.activation import Activation, activation
from analytics.network.beside import networks_beside
from analytics.network.kernel import Kernel, kernel
from analytics.network.network import Network
from derivations.real_cosine import real_cosine_amplitude, real_cosine_harmonics
from derivations.theory import Theory
from numerics.lattice.cosine_input import Cosine, phase_ordered
from numerics.lattice.inputs import Samples
from numerics.lattice.map import Lattice
from numerics.lattice.simulation import simulate
from numerics.observables.measure import measure
from numerics.trials.mutants import equivalent, mutants
from numerics.verification.points import points_of, settings_along
from numerics.verification.verify import verify

Q = sp.Rational
(K,) = wavenumbers(1)
Derived = Callable[..., Theory]
RHO = {"algebraic": lambda x: x / mpmath.sqrt(1 + x**2), "tanh": mpmath.tanh}


def network(name: str = "algebraic", kernel_name: str = "advection", dimension: int = 1) -> Network:
    return Network(activation(name), kernel(kernel_name, dimension=dimension))


# -- the lattice --


@pytest.mark.parametrize("name", RHO)
@pytest.mark.parametrize("engine", ["ball", "reference"])
def test_the_map_is_the_elementwise_sigmoid_of_a_real_rotation(name: str, engine: str) -> None:
    """Against rho(U X + I) by hand on 5 sites, both signs: U = exp of the matrix of the stencil, by mpmath."""
    sites, steps = 5, 4
    with mpmath.workdps(40):
        generator = mpmath.matrix(sites, sites)
        for x in range(sites):
            generator[x, (x - 1) % sites] += -mpf(3) / 20
            generator[x, (x + 1) % sites] += mpf(3) / 20
        rotation = mpmath.expm(generator)
        inputs = [mpf(x - 2) / 3 for x in range(sites)]
        state = mpmath.matrix([mpf(0)] * sites)
        for _ in range(steps):
            moved = rotation * state
            state = mpmath.matrix([RHO[name](moved[x] + inputs[x]) for x in range(sites)])
        given = Samples(np.array([Q(x - 2, 3) for x in range(sites)], dtype=object))
        run = simulate(network(name), (sites,), given, steps, digits=30, engine=engine)
        for found, expected in zip(run.states[-1], state, strict=True):
            assert abs(found - expected) < mpf(10) ** -29


def test_the_phases_of_a_ring_in_order() -> None:
    """k = 2 pi 2/5 on 40 phases: a site on is 16 phases on, U gives the first harmonic omega(k) and the third omega(3k)."""
    lattice = phase_ordered(network(), (4 * sp.pi / 5,), 32)
    assert lattice.shape == (40,)
    step = lattice.map("ball", 40)
    with mpmath.workdps(40):
        for m in (1, 3, 7):
            expected = mpf(3) / 10 * mpmath.sin(m * 4 * mpmath.pi / 5)
            assert abs(mpmath.mpmathify(str(step.frequency((m,)))) - expected) < mpf(10) ** -14


@pytest.mark.parametrize("engine", ["ball", "reference", "double"])
def test_the_input_is_moved_back_by_a_step(engine: str) -> None:
    lattice = phase_ordered(network(), (sp.pi / 4,), 32)
    step = lattice.map(engine, 15)
    drive = Cosine(Q(1, 3), (2 * sp.pi / 32,)).drive(step)
    assert drive.back is not None
    first, moved = (step.engine.values(v) for v in (drive.at(0), drive.back(drive.at(1))))
    assert max(abs(complex(a) - complex(b)) for a, b in zip(first, moved, strict=True)) < 1e-13
    assert max(abs(complex(a)) for a in first) == pytest.approx(1 / 3)


def test_an_ordinary_lattice_does_not_move_its_input_back() -> None:
    assert Cosine(Q(1, 3), (2 * sp.pi / 5,)).drive(Lattice(network(), (5,)).map("ball", 20)).back is None
    assert Cosine(Q(1, 3), (sp.pi / 2,)).drive(Lattice(network(), (16,)).map("ball", 20)).back is None


# -- observables by other routes --


BAND = Network(activation("algebraic"), Kernel.from_frequency("band", sp.sin(K) / (2 + sp.cos(K)) / 2))

TWICE = [
    (Network(activation("algebraic"), Kernel.from_frequency("twice", omega)), "pi/2")
    for omega in (sp.sin(2 * K) / 5, sp.sin(2 * K) / (2 + sp.cos(K)))
]
"""A stencil and a band that turn no harmonic of a wave, though it is no real one."""


@pytest.mark.parametrize(
    ("studied", "frequency", "turn", "forcing"),
    [
        (network("algebraic"), lambda k: 0.3 * np.sin(k), "1/8", "1/20"),
        (network("tanh"), lambda k: 0.3 * np.sin(k), "-2/5", "1/6"),
        (BAND, lambda k: np.sin(k) / (2 + np.cos(k)) / 2, "1/8", "1/20"),
    ],
)
def test_the_response_to_a_cosine_is_where_iteration_from_rest_leads(
    studied: Network, frequency: Callable[..., Any], turn: str, forcing: str
) -> None:
    """4000 steps in double precision with the lattice's own loop, then harmonics by least squares in the phase."""
    length, m, name = 40, int(40 * Q(turn)), studied.activation.name
    k = 2 * np.pi * m / length
    omega, x = frequency(k), np.arange(length)
    rotation = np.exp(1j * frequency(2 * np.pi * np.arange(length) / length))
    rho = {"algebraic": lambda w: w / np.sqrt(1 + w**2), "tanh": np.tanh}[name]
    state, phases, values = np.zeros(length), [], []
    for n in range(4000):
        forced = float(Q(forcing)) * np.cos(k * x + omega * n)
        state = rho(np.fft.ifft(rotation * np.fft.fft(state)).real + forced)
        if n >= 3500:
            phases.append(k * x + omega * (n + 1))
            values.append(state)
    chi = np.concatenate(phases)
    harmonics = range(1, 60, 2)
    columns = np.stack([part(h * chi) for h in harmonics for part in (np.cos, np.sin)], axis=1)
    fitted = np.linalg.lstsq(columns, np.concatenate(values), rcond=None)[0]
    point = {"F": forcing, "k": 2 * sp.pi * Q(turn)}
    first = measure("real_cosine_amplitude", studied, point, 12)
    assert float(first.value) == pytest.approx(np.hypot(fitted[0], fitted[1]), rel=1e-11)
    for h in (3, 5):
        found = measure("real_cosine_harmonics", studied, {**point, "h": h}, 12)
        assert float(found.value) == pytest.approx(np.hypot(fitted[h - 1], fitted[h]), rel=1e-9)
    assert "3 steps of the lattice itself move the profile along" in first.checks[1]


def test_the_tail_of_a_driven_site_in_a_simulation_of_the_full_map() -> None:
    """One site driven by 10^-25 cos(2 pi n / 24) on a ring of 96: the ratio of neighbours, far out, is e^(i q)."""
    studied, sites, period, steps = network("tanh"), 96, 24, 24 * 10
    point = {"I0": "1/10", "Omega": sp.pi / 12}
    drive = np.full((steps, sites), Q(1, 10), dtype=object)
    with mpmath.workdps(60):
        for n in range(steps):
            drive[n, 0] += mpmath.cos(2 * mpmath.pi * n / period) * mpf(10) ** -25
        still = measure("real_background_amplitude", studied, {"I0": "1/10"}, 60).value
        run = simulate(
            studied, (sites,), Samples(drive), steps, digits=60, initial=np.full(sites, still, object)
        )
        last = run.states[-period:]
        turning = [mpmath.expj(-2 * mpmath.pi * n / period) for n in range(period)]
        alpha = [sum(t * value for t, value in zip(turning, last[:, x], strict=True)) for x in range(sites)]
        q = -1j * mpmath.log(alpha[21] / alpha[20])
        found = measure("real_complex_wavenumber", studied, point, 30).value
        length = measure("real_propagation_length", studied, point, 30).value
        assert abs(q - found) < mpf(10) ** -15
        assert abs(1 / q.imag - length) < mpf(10) ** -15


def test_a_perturbation_decays_at_the_rate() -> None:
    """60 steps of the full map from the steady state and 10^-30 cos(q x): its size falls by e^(-sigma) in each."""
    studied, sites, point = network(), 8, {"I0": "1/50", "q": sp.pi / 4}
    with mpmath.workdps(60):
        still = measure("real_background_amplitude", studied, {"I0": "1/50"}, 60).value
        wave = [mpf(10) ** -30 * mpmath.cos(x * mpmath.pi / 4) for x in range(sites)]
        given = Samples(np.full(sites, Q(1, 50), dtype=object))
        run = simulate(
            studied, (sites,), given, 60, digits=60, initial=np.array([still + v for v in wave], dtype=object)
        )

        def component(n: int) -> Any:
            return abs(sum(run.states[n][x] * mpmath.expj(-x * mpmath.pi / 4) for x in range(sites)))

        rate = -mpmath.log(component(60) / component(0)) / 60
        assert abs(rate - measure("real_decay_rate", studied, point, 30).value) < mpf(10) ** -25


def test_engines_and_digits_agree() -> None:
    point = {"F": "1e-4", "k": "pi/4"}
    sharp = measure("real_cosine_harmonics", network(), point, 40).value
    with mpmath.workdps(50):
        for engine, digits in (("ball", 15), ("reference", 15), ("double", 7)):
            found = measure("real_cosine_harmonics", network(), point, digits, engine=engine).value
            assert abs(found / sharp - 1) < mpf(10) ** -digits


@pytest.mark.parametrize(
    ("observable", "point"),
    [
        ("real_background_amplitude", {"I0": "1/10"}),
        ("real_decay_rate", {"I0": "1/10", "q": "pi/4"}),
        ("real_propagation_length", {"I0": "1/10", "Omega": "1/5"}),
        ("real_cosine_amplitude", {"F": "1/10"}),
    ],
)
def test_a_complex_kernel_is_refused(observable: str, point: dict[str, str]) -> None:
    with pytest.raises(KernelError, match="Use a real antisymmetric stencil"):
        measure(observable, network("algebraic", "laplacian"), point)


def test_refusals() -> None:
    with pytest.raises(ParameterError, match="Choose h = 3, 5, 7"):
        measure("real_cosine_harmonics", network(), {"F": "1/100", "h": 4})
    with pytest.raises(ParameterError, match="must lie in"):
        measure("real_cosine_harmonics", network(), {"F": "1/100", "h": 1})
    with pytest.raises(ParameterError, match="2\\*pi\\*m/N"):
        measure("real_cosine_amplitude", network(), {"F": "1/100", "k": "1"})
    for studied, k in ((network(), "0"), (network(), "pi"), (BAND, "0"), (BAND, "pi"), *TWICE):
        with pytest.raises(ParameterError, match="the kernel must turn its wave; got k = "):
            measure("real_cosine_amplitude", studied, {"F": "1/100", "k": k})
    for observable, point in (
        ("real_decay_rate", {"I0": "1/10", "q": "pi/4"}),
        ("real_propagation_length", {"I0": "1/10", "Omega": "1/5"}),
        ("real_cosine_harmonics", {"F": "1e-4", "k": "2*pi/5"}),
    ):
        with pytest.raises(PrecisionError):
            measure(observable, network(), point, 8, engine="double")


# -- verdicts --

QUICK = [
    "real_background_amplitude",
    "real_dispersion_relation",
    "real_decay_rate",
    "real_decay_rate_small",
    "real_propagation_length",
]


@pytest.fixture
def one_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """One setting of those that `verify` takes, with the network's constants and one other value."""
    monkeypatch.setattr(
        "numerics.verification.points.networks_beside", lambda *held: networks_beside(*held)[:1]
    )
    monkeypatch.setattr(
        "numerics.verification.points.settings_along", lambda law, *_, **__: settings_along(law)[:1]
    )
    monkeypatch.setattr("numerics.verification.points.points_of", lambda law, *_, **__: points_of(law)[:1])


def _remembered(observable: str, studied: Network, point: Mapping[str, sp.Expr], digits: int) -> Any:
    return _measured(observable, studied, tuple(point.items()), digits)


@cache
def _measured(observable: str, studied: Network, point: tuple[tuple[str, sp.Expr], ...], digits: int) -> Any:
    return measure(observable, studied, dict(point), digits)


@pytest.mark.parametrize("law", QUICK)
@pytest.mark.parametrize(
    ("name", "dimension"), [("algebraic", 1), ("tanh", 1), ("quartic", 1), ("algebraic", 2)]
)
def test_laws_hold_at_every_setting(law: str, name: str, dimension: int, theory_of: Derived) -> None:
    verdict = verify(theory_of(name, "advection", dimension)[law], digits=50, experiment=_remembered)
    assert verdict.passed, verdict.reason


@pytest.mark.usefixtures("one_run")
@pytest.mark.parametrize("law", ["real_complex_wavenumber", "real_cosine_amplitude", "real_cosine_harmonics"])
@pytest.mark.parametrize("name", ["algebraic", "tanh", "quartic"])
def test_slower_laws_hold(law: str, name: str, theory_of: Derived) -> None:
    verdict = verify(theory_of(name, "advection")[law], digits=50, experiment=_remembered)
    assert verdict.passed, verdict.reason


@pytest.mark.usefixtures("one_run")
@pytest.mark.parametrize(
    "law",
    [
        lambda studied: real_cosine_amplitude(studied, terms=2),
        lambda studied: real_cosine_harmonics(studied, terms=2),
        lambda studied: real_cosine_harmonics(studied, number=5),
    ],
    ids=["fundamental, two terms", "third, two terms", "fifth"],
)
def test_further_terms_and_harmonics_hold(law: Callable[[Network], Law]) -> None:
    verdict = verify(law(network("tanh")), digits=20, experiment=_remembered)
    assert verdict.passed, verdict.reason


@pytest.mark.usefixtures("one_run")
@pytest.mark.parametrize(
    "law",
    ["real_cosine_amplitude", "real_cosine_expansion", "real_cosine_harmonics", "real_propagation_length"],
)
def test_no_slip_of_the_pen_passes(law: str, theory_of: Derived) -> None:
    right = theory_of("algebraic", "advection")[law]
    assert verify(right, 20, experiment=_remembered).passed
    tried = list(mutants(right))
    assert len(tried) >= 10
    passed = [mutant for mutant in tried if verify(mutant.law, 20, experiment=_remembered).passed]
    assert [mutant.change for mutant in passed if not equivalent(mutant.law, right)] == []


@pytest.mark.usefixtures("one_run")
def test_laws_of_the_complex_network_fail_on_the_real_one(theory_of: Derived) -> None:
    """The cosine is no single oscillation, and the least damped wave of the complex lattice has the gain g_t."""
    theory = theory_of("algebraic", "advection")
    for ours, theirs in (
        ("real_cosine_amplitude", "resonant_amplitude"),
        ("real_propagation_length", "propagation_length"),
    ):
        law, other = theory[ours], theory[theirs]
        equation = other.equation.xreplace({other.subject: law.subject})
        assert not verify(replace(law, equation=equation), 20).passed


def test_a_zero_at_which_newton_does_not_arrive_is_no_wave() -> None:
    """c sin q = Omega + i ln g_r modulo 2 pi; g_r = (1 - 47/25 R^2)^(3/2) by hand. Once a strongly damped false wave."""
    Omega, I0, c = Q(1581, 10000), Q(8649, 62500), Q(7, 25)
    scaled = Activation("scaled", r / sp.sqrt(1 + Q(47, 25) * r**2))
    studied = Network(scaled, kernel("advection", constants={"c": c}))
    found = measure("real_complex_wavenumber", studied, {"I0": I0, "Omega": Omega}, 20)
    R = measure("real_background_amplitude", studied, {"I0": I0}, 30).value
    with mpmath.workdps(30):
        log_gain = mpmath.log((1 - mpf(47) / 25 * R**2) ** mpf("1.5"))
        for q in found.values:
            turns = (mpf(7) / 25 * mpmath.sin(q) - mpf(1581) / 10000 - 1j * log_gain) / (2 * mpmath.pi)
            assert abs(turns - mpmath.nint(turns.real)) < mpf(10) ** -19
