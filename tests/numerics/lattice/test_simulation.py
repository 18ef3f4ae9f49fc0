"""Trajectories and their inputs: what must hold of every one, and what is refused."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import mpmath
import numpy as np
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.errors import KernelError, NearCriticalError, ParameterError, PrecisionError
from analytics.network.activation import PROFILES, activation
from analytics.network.kernel import STENCILS, Kernel, kernel
from analytics.network.network import Network
from numerics.lattice.inputs import Background, Oscillation, Samples
from numerics.lattice.map import Lattice
from numerics.lattice.simulation import simulate, simulate_each
from numerics.steady_states.steady_state import steady_state

DEFAULT = Network(activation("algebraic"), kernel("laplacian"))
networks = st.builds(
    lambda a, k, d: Network(activation(a), kernel(k, dimension=d)),
    st.sampled_from(sorted(PROFILES)),
    st.sampled_from(sorted(STENCILS)),
    st.integers(1, 2),
)
SHAPE = {1: (12,), 2: (4, 6)}


def random_state(seed: int, shape: tuple[int, ...], size: float = 1.0) -> Any:
    generator = np.random.default_rng(seed)
    return size * (generator.normal(size=shape) + 1j * generator.normal(size=shape))


@settings(deadline=None, max_examples=25)
@given(networks, st.integers(0, 2**32 - 1))
def test_the_kernel_is_unitary(network: Network, seed: int) -> None:
    """|U (*) Z| = |Z| to 30 digits, for any state."""
    lattice = Lattice(network, SHAPE[network.dimension])
    step = lattice.map("ball", 40)
    state = step.engine.vector(random_state(seed, lattice.shape).ravel())
    before, after = (step.engine.inner(z, z).real for z in (state, step.convolve(state)))
    assert abs(after / before - 1) < mpmath.mpf(10) ** -30


@settings(deadline=None, max_examples=25)
@given(networks, st.integers(0, 2**32 - 1))
def test_a_step_contracts_and_stays_below_saturation(network: Network, seed: int) -> None:
    """phi does not expand: |S(Y) - S(Z)| <= |Y - Z|, and |S(Z)| < 1 at every site."""
    shape = SHAPE[network.dimension]
    drive = Samples(random_state(seed + 2, shape))
    one, two = (random_state(seed + place, shape) for place in (0, 1))
    after = [simulate(network, shape, drive, 1, initial=state).states[1] for state in (one, two)]
    assert np.linalg.norm(after[0] - after[1]) <= np.linalg.norm(one - two) * (1 + 1e-12)
    assert np.abs(after[0]).max() <= 1


@settings(deadline=None, max_examples=25)
@given(networks, st.integers(0, 2**32 - 1), st.integers(0, 11), st.floats(-3, 3), st.floats(-3, 3))
def test_gauge_covariance(network: Network, seed: int, m: int, omega: float, chi: float) -> None:
    """Z = e^(i (k.x + omega n + chi)) W takes the map with U, I to that with u(q) -> u(q + k) e^(-i omega).

    The stencil of the second kernel is A(x) e^(-i k.x), the frequency an addition of -i omega at x = 0.
    """
    shape = SHAPE[network.dimension]
    k = 2 * np.pi * m / shape[0]
    sites = np.indices(shape)[0]
    values = dict(network.kernel.constants)
    turned = {
        o: a.subs(values) * sp.exp(-sp.I * 2 * sp.pi * m * o[0] / shape[0]) for o, a in network.kernel.stencil
    }
    origin = (0,) * network.dimension
    turned[origin] = turned.get(origin, sp.S.Zero) - sp.I * sp.Rational(omega)
    other = Network(network.activation, Kernel("turned", tuple(turned.items())))
    initial, drive, steps = random_state(seed, shape), random_state(seed + 1, shape), 5

    def gauge(n: int) -> Any:
        return np.exp(1j * (k * sites + omega * n + chi))

    inputs = np.stack([gauge(n + 1) * drive for n in range(steps)])
    direct = simulate(network, shape, Samples(inputs), steps, initial=gauge(0) * initial).states
    rotated = simulate(other, shape, Samples(drive), steps, initial=initial).states
    for n in range(steps + 1):
        assert direct[n] == pytest.approx(gauge(n) * rotated[n], abs=1e-12)


@pytest.mark.parametrize("dimension", [1, 2])
@pytest.mark.parametrize("name", sorted(PROFILES))
def test_engines_give_one_trajectory(name: str, dimension: int) -> None:
    network = Network(activation(name), kernel("laplacian", dimension=dimension))
    shape = SHAPE[dimension]
    k = (2 * sp.pi / shape[0], *[sp.S.Zero] * (dimension - 1))
    drive = Oscillation(sp.Rational(1, 3), k, frequency=sp.Rational(1, 7))
    initial = random_state(1, shape)
    found = {
        engine: simulate(network, shape, drive, 6, digits=digits, engine=engine, initial=initial)
        for engine, digits in (("double", 15), ("reference", 40), ("ball", 40))
    }
    assert {trajectory.states.shape for trajectory in found.values()} == {(7, *shape)}
    assert found["double"].states.dtype == np.complex128
    with mpmath.workdps(60):
        difference = np.abs(found["ball"].states - found["reference"].states).max()
        assert difference < mpmath.mpf(10) ** -40
    assert found["double"].states == pytest.approx(found["ball"].states.astype(complex), abs=1e-13)


@pytest.mark.parametrize("digits", [15, 30])
@pytest.mark.parametrize("shape", [(9,), (1 << 16,), (190, 180)], ids=str)
def test_states_that_are_not_kept_take_turns(shape: tuple[int, ...], digits: int) -> None:
    """Whatever is kept, each state equals the one of a run that keeps all."""
    if digits > 15 and len(shape) * shape[0] > 9:
        shape = (9,) * len(shape)
    network = Network(activation("algebraic"), kernel("laplacian", dimension=len(shape)))
    drive, initial = Samples(random_state(1, shape)), random_state(2, shape)
    everything = simulate(network, shape, drive, 7, digits=digits, initial=initial).states
    assert (everything[0] == initial).all()
    for keep in ([7], [0], [], [1, 7], [2, 3, 6], [0, 4, 5], [3], range(1, 8)):
        run = simulate(network, shape, drive, 7, digits=digits, initial=initial, keep=keep)
        assert run.kept == tuple(keep) and (run.states == everything[list(keep)]).all()


def test_states_written_to_a_file_are_those_of_memory(tmp_path: Path) -> None:
    drive, file = Samples(random_state(1, (6, 5))), tmp_path / "states.npy"
    square = Network(activation("algebraic"), kernel("laplacian", dimension=2))
    for keep in (None, [2, 9], [9]):
        plain = simulate(square, (6, 5), drive, 9, keep=keep)
        run = simulate(square, (6, 5), drive, 9, keep=keep, file=file)
        assert isinstance(run.states, np.memmap) and (run.states == plain.states).all()
        del run
        assert (np.load(file) == plain.states).all()


def test_a_file_that_cannot_hold_the_states_is_refused(tmp_path: Path) -> None:
    drive = Background(sp.Rational(1, 10))
    with pytest.raises(ParameterError, match=r"must end in \.npy"):
        simulate(DEFAULT, (8,), drive, 1, file=tmp_path / "states.npz")
    with pytest.raises(ParameterError, match="No such file or directory"):
        simulate(DEFAULT, (8,), drive, 1, file=tmp_path / "nowhere" / "states.npy")
    with pytest.raises(ParameterError, match="states of doubles alone"):
        simulate(DEFAULT, (8,), drive, 1, digits=30, file=tmp_path / "states.npy")
    for threads in (0, -1, 1.5, "2", True):
        with pytest.raises(ParameterError, match="threads must be 1 or more"):
            simulate(DEFAULT, (8,), drive, 1, threads=threads)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"file": 3}, "file: the name of one is needed; got 3. Give states.npy"),
        ({"file": b"states.npy"}, "file: the name of one is needed"),
        ({"file": "\0.npy"}, "file must be writable"),
        ({"keep": 3}, r"states are kept by their numbers, whole ones from 0 to 2; got 3. Give keep=\[2\]"),
        ({"keep": "x"}, "states are kept by their numbers"),
        ({"network": "x"}, "a network is needed; got 'x'"),
        ({"drive": 3}, "an input is needed; got 3"),
    ],
)
def test_what_is_of_another_kind_is_refused(given: dict[str, Any], message: str) -> None:
    usual = {"network": DEFAULT, "shape": (8,), "drive": Background("1/10"), "steps": 2, "engine": "double"}
    with pytest.raises(NearCriticalError, match=message) as refusal:
        simulate(**{**usual, **given})
    assert "\n" not in str(refusal.value)


def test_digits_choose_the_engine() -> None:
    drive = Background(sp.Rational(1, 10))
    assert simulate(DEFAULT, (8,), drive, 1).engine == "double"
    assert simulate(DEFAULT, (8,), drive, 1, digits=16).engine == "ball"
    assert simulate(DEFAULT, (8,), drive, 3).steps == 3


def test_the_last_state_has_the_digits_asked_for() -> None:
    """200 steps at 20 digits against the same at 60."""
    drive = Oscillation(sp.Rational(1, 10), (sp.pi / 4,), detuning=sp.Rational(1, 100))
    coarse, fine = (simulate(DEFAULT, (8,), drive, 200, digits=d, engine="ball").states[-1] for d in (20, 60))
    with mpmath.workdps(70):
        assert np.abs(coarse - fine).max() < mpmath.mpf(10) ** -20


def test_one_oscillation_is_the_array_that_it_stands_for() -> None:
    k, omega, steps = np.pi / 2, 0.5, 4
    wave = 0.25 * np.exp(1j * (k * np.arange(8) + omega * np.arange(steps)[:, None]))
    drive = Oscillation(sp.Rational(1, 4), (sp.pi / 2,), frequency=sp.Rational(1, 2))
    named, given_ = (simulate(DEFAULT, (8,), entry, steps).states for entry in (drive, Samples(wave)))
    assert named == pytest.approx(given_, abs=1e-14)


def test_detuning_counts_from_the_frequency_that_the_kernel_gives() -> None:
    """omega(pi/2) = 2c = 3/5 for the laplacian."""
    resonant = Oscillation(sp.Rational(1, 4), (sp.pi / 2,), detuning=sp.Rational(1, 10))
    absolute = Oscillation(sp.Rational(1, 4), (sp.pi / 2,), frequency=sp.Rational(7, 10))
    one, two = (simulate(DEFAULT, (8,), drive, 5, digits=30).states for drive in (resonant, absolute))
    with mpmath.workdps(40):
        assert np.abs(one - two).max() < mpmath.mpf(10) ** -30


def test_background_equals_an_oscillation_that_stands_still() -> None:
    still = Oscillation(sp.Rational(1, 4), (sp.S.Zero,), frequency=sp.S.Zero)
    one, two = (simulate(DEFAULT, (8,), drive, 5).states for drive in (still, Background(sp.Rational(1, 4))))
    assert one == pytest.approx(two, abs=1e-15)


def test_a_wave_that_does_not_fit_is_refused_with_the_nearest_that_does() -> None:
    drive = Oscillation(sp.Rational(1, 4), (sp.Integer(1),), detuning=sp.S.Zero)
    with pytest.raises(ParameterError, match=r"fit the 16 sites.*got 1\. The nearest that does is 3\*pi/8"):
        simulate(DEFAULT, (16,), drive, 1)
    drive = Oscillation(sp.Rational(1, 4), (2 * sp.pi / 7,), detuning=sp.S.Zero)
    with pytest.raises(ParameterError, match=r"nearest that does is pi/4"):
        simulate(DEFAULT, (16,), drive, 1)
    with pytest.raises(ParameterError, match="1 components"):
        simulate(DEFAULT, (16,), Oscillation(sp.S.One, (sp.S.Zero,) * 2, detuning=sp.S.Zero), 1)


def test_a_lattice_that_does_not_hold_the_kernel_is_refused() -> None:
    with pytest.raises(KernelError, match=r"at least \(3,\) sites"):
        Lattice(DEFAULT, (2,))
    with pytest.raises(KernelError, match="1 axes"):
        Lattice(DEFAULT, (8, 8))
    advection = Network(activation("tanh"), kernel("advection", dimension=2))
    assert Lattice(advection, (3, 1)).sites == 3


def test_inputs_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ParameterError, match=r"shape \(8,\)"):
        simulate(DEFAULT, (8,), Samples(np.zeros(7)), 1)
    with pytest.raises(ParameterError, match="initial state"):
        simulate(DEFAULT, (8,), Background(sp.S.One), 1, initial=np.zeros(7))
    with pytest.raises(ParameterError, match="whole number from 0 on"):
        simulate(DEFAULT, (8,), Background(sp.S.One), -1)
    with pytest.raises(ParameterError, match=r"an input is needed; got 0.01. Give Background"):
        simulate(DEFAULT, (8,), 0.01, 1)  # type: ignore[arg-type]
    with pytest.raises(ParameterError, match=r"uniform input: amplitude: .* Write it as text, '0.01'"):
        Background(0.01)
    with pytest.raises(ParameterError, match="either the frequency or the detuning"):
        Oscillation(sp.S.One, (sp.S.Zero,))
    with pytest.raises(PrecisionError, match="at most"):
        simulate(DEFAULT, (8,), Background(sp.S.One), 1, digits=30, engine="double")


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (["x"] * 4, "reading an expression: unknown name; got 'x'. Known: pi, I, E."),
        ([None] * 4, "a finite exact number is needed; got None."),
        ([sp.Symbol("x")] * 4, "a finite exact number is needed; got x."),
        ([[1, 2], [3]], "rows of one length are needed; got unequal ones."),
        ([0.1, float("nan")], "finite numbers are needed; got inf or nan."),
    ],
)
def test_what_is_no_array_of_numbers_is_refused_in_one_line(values: object, message: str) -> None:
    for call in (
        lambda: Samples(values),
        lambda: simulate(DEFAULT, (4,), Background(0), 1, initial=values),
        lambda: steady_state(Lattice(DEFAULT, (4,)), Background("1/10"), initial=values),  # type: ignore[arg-type]
    ):
        with pytest.raises(NearCriticalError) as caught:
            call()
        assert message in str(caught.value) and "\n" not in str(caught.value)


def test_a_state_of_another_size_is_no_beginning() -> None:
    with pytest.raises(ParameterError, match="4 numbers make a state; got 3"):
        steady_state(Lattice(DEFAULT, (4,)), Background("1/10"), initial=["1/10"] * 3)


def test_samples_for_fewer_steps_than_asked_are_refused() -> None:
    with pytest.raises(ParameterError, match="2 of them, step 2 asked for"):
        simulate(DEFAULT, (8,), Samples(np.zeros((2, 8))), 3)
    assert simulate(DEFAULT, (8,), Samples(np.zeros((2, 8))), 2).steps == 2


@pytest.mark.parametrize("amplitude", ["1/3", Fraction(1, 3)])
def test_text_and_fractions_do_not_pass_through_a_double(amplitude: object) -> None:
    def courses(value: object) -> list[Any]:
        drives = (Background(value), Samples([value] * 4))
        runs = [simulate(DEFAULT, (4,), drive, 2, digits=30, initial=[value] * 4) for drive in drives]
        return [run.states for run in runs]

    assert np.all(np.array(courses(amplitude)) == np.array(courses(sp.Rational(1, 3))))


@pytest.mark.parametrize("digits", [15, 30])
def test_states_are_kept_as_asked(digits: int) -> None:
    drive = Oscillation(sp.Rational(1, 10), (sp.S.Zero,), detuning=sp.S.Zero)
    whole = simulate(DEFAULT, (8,), drive, 6, digits=digits)
    some = simulate(DEFAULT, (8,), drive, 6, digits=digits, keep=[6, 2, 2])
    assert (some.kept, some.steps, len(some.states)) == ((2, 6), 6, 2)
    assert (some.states == whole.states[[2, 6]]).all()
    assert whole.kept == tuple(range(7))


@pytest.mark.parametrize("keep", [[7], [-1], [True], ["1"], [1.0]])
def test_states_that_are_not_reached_are_not_kept(keep: list[Any]) -> None:
    with pytest.raises(ParameterError, match="whole ones from 0 to 6"):
        simulate(DEFAULT, (8,), Background(sp.S.One), 6, keep=keep)


@pytest.mark.parametrize(("engine", "digits"), [("double", 15), ("integer", 40), ("ball", 40), ("auto", 30)])
def test_each_input_has_the_trajectory_that_it_has_alone(engine: str, digits: int) -> None:
    """Bit for bit, from rest, from one state and from a state of each, inputs that change among them."""
    shape, steps = (12,), 4
    drives = [
        Samples(random_state(1, shape)),
        Background("1/7"),
        Samples(random_state(2, (steps, *shape))),
        Oscillation("1/9", (sp.pi / 6,), detuning="1/11"),
    ]
    states = random_state(3, (len(drives), *shape))
    for initial, own in ((None, [None] * 4), (states[0], [states[0]] * 4), (states, states)):
        runs = simulate_each(
            DEFAULT, shape, drives, steps, digits=digits, engine=engine, initial=initial, keep=[1, 4]
        )
        for drive, start, run in zip(drives, own, runs, strict=True):
            alone = simulate(
                DEFAULT, shape, drive, steps, digits=digits, engine=run.engine, initial=start, keep=[1, 4]
            )
            assert (run.states == alone.states).all()
            assert (run.states.dtype, run.kept, run.drive) == (alone.states.dtype, (1, 4), drive)


@pytest.mark.parametrize(
    ("drives", "message"),
    [
        ([], "a list of inputs is needed"),
        (Background("1/7"), "a list of inputs is needed"),
        ("1/7", "a list of inputs is needed"),
        ([Background("1/7"), 3], "an input is needed; got 3"),
    ],
)
def test_what_is_no_list_of_inputs(drives: Any, message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        simulate_each(DEFAULT, (8,), drives, 1)


def test_an_initial_state_of_each_has_its_shape() -> None:
    with pytest.raises(ParameterError, match="initial state"):
        simulate_each(DEFAULT, (8,), [Background("1/7")] * 2, 1, initial=np.zeros((3, 8)))
