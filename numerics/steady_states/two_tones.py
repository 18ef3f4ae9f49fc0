"""The steady response to two oscillations at once, each at a frequency of the kernel's own.

    I_n(x) = F1 e^(i theta_1) + F2 e^(i theta_2),      theta_i = k_i x + omega_i n

omega_i is the phase in rad/step that U is seen to give the wave e^(i k_i x). In general the two frequencies
have no common period, and neither has the response. But shifting x and n changes nothing in the map except
theta_1 and theta_2, and phi commutes with phases, so the steady response is

    Z_n(x) = e^(i theta_1) W(alpha),      alpha = theta_2 - theta_1 = kappa x + nu n

with one function W of the relative phase. Seen in the frame that turns with theta_1 and moves with alpha, the
lattice is a ring of relative phases on which sites are steps of kappa apart and W stands still:

    Y = phi(U' (*) Y + F1 + F2 e^(i alpha)),      Y(alpha) = e^(i omega_1) W(alpha + nu)

U' is U with its taps turned by e^(-i k_1 x) and set kappa x apart, followed by the step of the frame, which
takes e^(i j alpha) to e^(-i (omega_1 + j nu)) e^(i j alpha). This is the map itself at every relative phase at
once; nothing is expanded. The ring is sampled at M phases: what that leaves out are tones of order
|j| > M/2, and M is doubled until the highest of those kept have died away.

The tone of order j in the response is that of wavenumber k_1 + j kappa and frequency omega_1 + j nu: of
order 0 and 1 the two oscillations themselves, of order -1 and 2 the combinations 2 k_1 - k_2 and 2 k_2 - k_1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil, lcm

import mpmath
import sympy as sp

from analytics.errors import ConvergenceError, ParameterError
from analytics.evaluation.mpmath_types import Number
from analytics.network.network import Network
from numerics.engines.choice import create_engine
from numerics.engines.krylov import norm
from numerics.engines.numbers import decades_of, real_out
from numerics.engines.protocol import Engine, Stencil
from numerics.lattice.commensurate import commensurate_lattice
from numerics.lattice.inputs import Drive, Oscillation
from numerics.lattice.map import Lattice, LatticeMap, stencil_taps, turns
from numerics.steady_states.steady_state import SteadyState, state_from_rest, steady_state

FEWEST_PHASES = 16
"""Relative phases to begin with."""

MOST_PHASES = 2048
"""Relative phases to give up at."""

EDGE = 4
"""The tones of the highest orders, this many on either side, must have died away."""


@dataclass(frozen=True, slots=True)
class MovingFrame:
    """The frame that turns with theta_1 and moves with alpha, on a ring of relative phases.

    first, second: k_1 and k_2, multiples of 2 pi / N that differ by more than a multiple of 2 pi.
    """

    network: Network
    first: sp.Expr
    second: sp.Expr

    def taps(self, engine: Engine) -> Stencil:
        """Generator of U' on a ring of M phases, M a multiple of `period`; numbers of the engine."""
        context, (phases,) = engine.context, engine.shape
        resting = commensurate_lattice(self.network, [(self.first,), (self.second,)])
        (one,), (two,) = (resting.indices((wavenumber,)) for wavenumber in (self.first, self.second))
        spacing = (two - one) * phases // resting.sites
        taps: list[tuple[tuple[int, ...], Number]] = [
            (
                (site * spacing,),
                engine.number(coefficient)
                * context.expjpi(context.mpf(-2 * (one * site % resting.sites)) / resting.sites),
            )
            for (site,), coefficient in stencil_taps(self.network.kernel)
        ]
        rest = LatticeMap(resting, engine.on(resting.shape))
        omega, other = rest.frequency((one,)), rest.frequency((two,))
        return [*taps, *self._step(engine, omega, other - omega)]

    def _step(self, engine: Engine, omega: Number, nu: Number) -> Stencil:
        """The taps whose Fourier transform is -i (omega + j nu), j = -M/2 + 1 ... M/2."""
        context, (phases,) = engine.context, engine.shape
        step: list[tuple[tuple[int, ...], Number]] = [((0,), -context.j * (omega + nu / 2))]
        for place in range(1, phases):
            turn = context.expjpi(context.mpf(2 * place) / phases)
            step.append(((place,), -context.j * (-1) ** place * nu * turn / (turn - 1)))
        return step

    @property
    def period(self) -> int:
        """Sites after which the relative phase repeats.

        Raises ParameterError for wavenumbers that are no multiples of 2 pi / N, or the same one twice.
        """
        commensurate_lattice(self.network, [(self.first,), (self.second,)])  # refuses what fits no ring
        ratio = turns(self.second - self.first)
        if ratio is None or ratio.q == 1:
            raise ParameterError(
                "two oscillations",
                "the wavenumbers must differ by more than a multiple of 2*pi",
                f"k1 = {self.first}, k2 = {self.second}",
                "For one wave add the amplitudes, and force the lattice by one oscillation.",
            )
        return int(ratio.q)


@dataclass(frozen=True, slots=True)
class TwoForcings:
    """F1 + F2 e^(i alpha) on a ring of relative phases; the amplitudes are exact."""

    first: sp.Expr
    second: sp.Expr

    @property
    def smallness(self) -> int:
        return min(Oscillation(value, (), frequency=0).smallness for value in (self.first, self.second))

    def drive(self, lattice_map: LatticeMap) -> Drive:
        engine = lattice_map.engine
        amplitudes = [engine.number(self.first), engine.number(self.second)]
        total = engine.combine(amplitudes, [engine.plane_wave((order,)) for order in (0, 1)])
        return Drive(lambda n: total, engine.context.mpf(0))


@dataclass(frozen=True, slots=True)
class Tones:
    """Amplitudes of tones in a steady response, right to the digits asked for.

    amplitudes: `mpmath.mp.mpf`, in the order asked for. error: estimated, relative to the smallest of them.
    edge: the largest among the tones of the highest orders kept, relative to the whole response.
    """

    amplitudes: tuple[Number, ...]
    state: SteadyState
    error: Number
    edge: Number

    @property
    def check(self) -> str:
        """What was seen, in words."""
        (phases,) = self.state.lattice.shape
        return f"tones of order {phases // 2} have died away, to a relative {mpmath.nstr(self.edge, 2)}"


def tones(
    network: Network,
    forcings: tuple[sp.Expr, sp.Expr],
    wavenumbers: tuple[sp.Expr, sp.Expr],
    orders: Sequence[int],
    *,
    digits: int,
    engine: str,
) -> Tones:
    """The amplitudes of the tones of these orders, each right to `digits` digits.

    network: on a ring. forcings: F1 and F2, exact. wavenumbers: k_1 and k_2, exact.
    A tone may be far weaker than the whole response: the state is then found to as many digits more.

    Raises ParameterError for more dimensions, for wavenumbers that fit no ring, or are the same;
    ConvergenceError where the response has too many tones;
    PrecisionError where the engine cannot carry the digits that this takes.
    """
    if network.dimension != 1:
        raise ParameterError(
            "two oscillations",
            "a network on a ring is needed, where a wavenumber has one component",
            f"{network.dimension} dimensions",
            "Choose a kernel of dimension 1.",
        )
    frame, drive = MovingFrame(network, *wavenumbers), TwoForcings(*forcings)
    phases = lcm(frame.period, 2)
    while phases < FEWEST_PHASES:
        phases *= 2
    wanted, start = digits, None
    while True:
        lattice = Lattice(network, (phases,), frame)
        if start is None:
            state = state_from_rest(lattice, drive, digits=wanted, engine=engine)
        else:
            state = steady_state(lattice, drive, digits=wanted, engine=engine, start=start)
        spectrum = _Spectrum(state)
        needed = digits + spectrum.depth(orders)
        if spectrum.edge > mpmath.mpf(10) ** -wanted:
            phases, start = 2 * phases, spectrum.finer()
            wanted = max(wanted, min(needed, 2 * wanted))
        elif needed > wanted:
            wanted, start = needed, state
        else:
            return Tones(tuple(map(spectrum.amplitude, orders)), state, spectrum.error(orders), spectrum.edge)
        if phases > MOST_PHASES:
            raise ConvergenceError(
                "two oscillations",
                "Choose weaker forcings, or wavenumbers whose combinations are farther from resonance.",
                residual=spectrum.edge,
                tolerance=f"1e-{wanted}",
                iterations=state.iterations,
            )


class _Spectrum:
    """The tones of a steady state on a ring of relative phases."""

    def __init__(self, state: SteadyState) -> None:
        self.state = state
        self.engine = create_engine(state.engine, state.lattice.shape, state.working_digits)
        self.vector = self.engine.vector(state.state)
        (self.phases,) = state.lattice.shape
        self.size = real_out(norm(self.engine, self.vector) / self.engine.context.sqrt(self.phases))

    def amplitude(self, order: int) -> Number:
        """Modulus of the tone of that order."""
        wave = self.engine.plane_wave((order % self.phases,))
        return real_out(abs(self.engine.inner(wave, self.vector)) / self.phases)

    @property
    def edge(self) -> Number:
        """The largest tone among the EDGE highest orders on either side, relative to the root mean square."""
        half = self.phases // 2
        highest = (*range(half - EDGE + 1, half + 1), *range(1 - half, EDGE + 1 - half))
        return max(map(self.amplitude, highest)) / self.size

    def depth(self, orders: Sequence[int]) -> int:
        """Digits by which the weakest of these tones lies below the root mean square."""
        return max(0, ceil(decades_of(self.size / min(map(self.amplitude, orders)))))

    def error(self, orders: Sequence[int]) -> Number:
        """Estimated error, relative to the weakest of these tones: of the state, and by the tones left out."""
        return (self.state.error + self.edge) * self.size / min(map(self.amplitude, orders))

    def finer(self) -> SteadyState:
        """The same tones on a ring of twice as many phases: something to begin from there."""
        half = self.phases // 2
        fine = create_engine(self.state.engine, (2 * self.phases,), self.state.working_digits)
        orders = range(1 - half, half + 1)
        coefficients = [
            self.engine.inner(self.engine.plane_wave((order % self.phases,)), self.vector) / self.phases
            for order in orders
        ]
        total = fine.combine(
            coefficients, [fine.plane_wave((order % (2 * self.phases),)) for order in orders]
        )
        lattice = replace(self.state.lattice, shape=(2 * self.phases,))
        return replace(self.state, lattice=lattice, state=fine.values(total))
