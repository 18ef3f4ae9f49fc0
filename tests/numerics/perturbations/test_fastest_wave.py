"""The perturbation that grows fastest, found by search, and the answer to a perturbed site that it is found from."""

from __future__ import annotations

from dataclasses import replace

import mpmath
import pytest
import sympy as sp

from analytics.errors import ConvergenceError, PrecisionError
from analytics.network.activation import activation
from analytics.network.kernel import Kernel, kernel
from analytics.network.network import Network
from numerics.engines.numbers import raw_parts
from numerics.lattice.inputs import Background, Oscillation
from numerics.perturbations import green_function as module
from numerics.perturbations.fastest_wave import _examine, fastest_wave
from numerics.perturbations.green_function import green_function
from numerics.perturbations.perturbed_state import Activity, PerturbedState
from numerics.perturbations.propagator import propagator
from numerics.perturbations.quasi_periodic import quasi_periodic_propagator

Q = sp.Rational
c, k = sp.symbols("c k", real=True)
BAND = Kernel.from_frequency("band", c * sp.sin(k) / (sp.cos(k) + 3), constants=((c, Q(2, 5)),))


def laplacian(dimension: int = 1) -> Network:
    return Network(
        activation("algebraic"), kernel("laplacian", dimension=dimension, constants={"c": Q(3, 10)})
    )


def oscillating(F: str, detuning: str, *turns: sp.Rational, network: Network | None = None) -> Activity:
    carrier = tuple(2 * sp.pi * turn for turn in turns)
    drive = Oscillation(F, carrier, detuning=detuning)
    return Activity(network or laplacian(len(turns)), drive, carrier, "ball")


def uniform(amplitude: str, network: Network | None = None) -> Activity:
    return Activity(network or laplacian(), Background(amplitude), (sp.S.Zero,), "ball")


@pytest.mark.parametrize(
    ("activity", "wavevector"),
    [
        (oscillating("1/5", "1/10", Q(-1, 8)), (2 * sp.pi / 7,)),
        (uniform("1/1000"), (sp.pi,)),
        (oscillating("1/5", "-1/4", Q(1, 4), Q(1, 3)), (sp.pi / 3, -2 * sp.pi / 5)),
        (
            oscillating("1/2", "1/10", Q(1, 6), network=Network(activation("tanh"), BAND)),
            (2 * sp.pi / 5,),
        ),
    ],
    ids=["ring", "uniform", "torus", "band"],
)
def test_one_site_and_a_quasi_periodic_wave_know_what_a_wave_does(
    activity: Activity, wavevector: tuple[sp.Expr, ...]
) -> None:
    """M(q) of a wave that is simulated on a lattice that fits it, and in both ways that any real q can be given to."""
    waved = propagator(activity, wavevector, digits=30)
    green = green_function(activity, digits=30)
    for engine in ("ball", "reference"):
        state = PerturbedState(replace(activity, engine=engine), activity.lattice(), 30)
        context = state.context
        at = [context.make_mpf(raw_parts(q, 80)[0]) for q in wavevector]
        quasi = quasi_periodic_propagator(state, at)
        single = green.propagator([green.context.convert(q) for q in at])
        for expected, one, other in zip(waved.entries, quasi.entries, single.entries, strict=True):
            assert abs(context.convert(expected) - one) < mpmath.mpf(10) ** -30
            assert abs(context.convert(expected) - context.convert(other)) < mpmath.mpf(10) ** -27


def growth_by_hand(F: float, detuning: float, carrier: float, q: float, c: float) -> float:
    """|lambda| of one wave of the algebraic activation and the Laplacian kernel: rho = r/sqrt(1 + r^2)."""

    def preactivation(R: mpmath.mpf) -> mpmath.mpf:
        return R / mpmath.sqrt(1 - R**2)

    def missing(R: mpmath.mpf) -> mpmath.mpf:
        P = preactivation(R)
        return R**2 + P**2 - 2 * R * P * mpmath.cos(detuning) - F**2

    R = mpmath.findroot(missing, (1e-4, 0.999), solver="bisect", maxsteps=300)
    along, across = R / preactivation(R), (1 - R**2) ** mpmath.mpf("1.5")
    mean = (along + across) / 2

    def omega(k: float) -> float:
        return 2 * c * (1 - mpmath.cos(k))

    plus = (omega(carrier + q) + omega(carrier - q)) / 2 - omega(carrier) - detuning
    inside = mean**2 * mpmath.cos(plus) ** 2 - along * across
    return mean * abs(mpmath.cos(plus)) + mpmath.sqrt(inside) if inside > 0 else mpmath.sqrt(along * across)


@pytest.mark.parametrize(
    ("F", "detuning", "turn"), [("1/5", "1/10", Q(0)), ("2/5", "3/10", Q(1, 12)), ("1/50", "1/50", Q(0))]
)
def test_it_lies_between_the_waves_of_any_lattice(F: str, detuning: str, turn: sp.Rational) -> None:
    """omega_+ vanishes at a q that is no fraction of a turn: no wave of 1000, formula in hand, grows faster."""
    found = fastest_wave(oscillating(F, detuning, turn), digits=25)
    values = float(Q(F)), float(Q(detuning)), float(2 * sp.pi * turn)
    with mpmath.workdps(30):
        largest = max(growth_by_hand(*values, 2 * mpmath.pi * m / 1000, 0.3) for m in range(500))
        growth = abs(found.spectrum.eigenvalues[0])
        assert largest < growth < largest * (1 + mpmath.mpf("1e-4"))
        (q,) = found.wavevector
        assert abs(growth - growth_by_hand(*values, q, 0.3)) < mpmath.mpf(
            "1e-13"
        )  # F, delta are doubles by hand
        assert 0.6 * (1 - mpmath.cos(q)) * mpmath.cos(values[2]) == pytest.approx(values[1], abs=1e-9)


def test_in_space_as_in_the_plane() -> None:
    """omega_+ vanishes on a surface of waves here, at two waves there: they grow alike."""
    kept = oscillating("1/5", "1/10", Q(1, 4), Q(0), Q(0))
    space = fastest_wave(kept, digits=40)
    ring = fastest_wave(oscillating("1/5", "1/10", Q(0)), digits=40)
    one, other = (abs(found.spectrum.eigenvalues[0]) for found in (space, ring))
    assert abs(one - other) < mpmath.mpf(10) ** -40


def test_a_flat_top_and_a_line_of_tops() -> None:
    """On resonance omega_+ ~ q^2 at q = 0; of an advective kernel all waves, of a torus a whole line grow alike."""
    flat = fastest_wave(oscillating("1/5", "0", Q(0)), digits=40)
    odd = Network(activation("arctan"), kernel("advection", constants={"c": Q(1, 5)}))
    level = fastest_wave(uniform("1/3", odd), digits=20)
    line = fastest_wave(oscillating("1/5", "1/10", Q(0), Q(0)), digits=30)
    ring = fastest_wave(oscillating("1/5", "1/10", Q(0)), digits=30)
    assert flat.wavevector == (0,)
    assert level.spectrum.discriminant > 0
    one, other = (abs(found.spectrum.eigenvalues[0]) for found in (line, ring))
    assert abs(one - other) < mpmath.mpf(10) ** -30


def test_a_wave_that_grows_faster_is_noticed() -> None:
    activity = oscillating("1/5", "1/10", Q(0))
    found = fastest_wave(activity, digits=15)
    spectrum, wavevector = found.spectrum, found.wavevector
    green = green_function(activity, digits=16)
    _examine(green, spectrum, wavevector)
    with pytest.raises(ConvergenceError, match="by its own wave and by a perturbed site"):
        _examine(green, spectrum, [wavevector[0] + mpmath.mpf("1e-9")])
    slower = replace(spectrum, eigenvalues=tuple(value * (1 - 1e-4) for value in spectrum.eigenvalues))
    with pytest.raises(PrecisionError, match=r"no wave of the lattice may .*0\.77283.* beside 0\.77276"):
        _examine(green, slower, wavevector)


def test_what_reaches_around_the_lattice_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_SITES", 40)
    assert green_function(uniform("1/3"), digits=15).lattice.sites == 32
    with pytest.raises(
        PrecisionError, match=r"at most 40 sites less than 1e-50 .*e-19 on 32 sites. Choose a carrier"
    ):
        green_function(uniform("1/3"), digits=50)


def test_double_precision_is_refused() -> None:
    with pytest.raises(PrecisionError, match="twice the digits"):
        fastest_wave(replace(uniform("1/3"), engine="double"), digits=10)


def test_in_saturation_it_is_refused() -> None:
    tanh = Network(activation("tanh"), kernel("laplacian", constants={"c": Q(3, 10)}))
    assert (
        abs(
            1001
            * abs(
                fastest_wave(oscillating("1000", "0", Q(0), network=tanh), digits=20).spectrum.eigenvalues[0]
            )
            - 1
        )
        < 1e-19
    )
    with pytest.raises(PrecisionError, match="digits are carried to tell it from 0"):
        fastest_wave(oscillating("1e5", "0", Q(0), network=tanh), digits=20)
    with pytest.raises(PrecisionError, match="nothing: the state is saturated"):
        fastest_wave(uniform("1e50"), digits=20)
