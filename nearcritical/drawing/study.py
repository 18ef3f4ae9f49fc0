"""What pictures show of a network: curves of its laws, and values seen on the simulated lattice."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy as sp
from scipy.optimize import brentq

from analytics.arrays.functions import numpy_function
from analytics.errors import NearCriticalError
from analytics.expressions.notation import I0, P, delta, perturbation_wavenumbers
from analytics.law.driven import driven
from numerics.lattice.commensurate import commensurate_lattice
from numerics.lattice.inputs import Background, Samples
from numerics.lattice.map import smallest_shape
from numerics.lattice.simulation import simulate
from numerics.observables.measure import measure
from numerics.steady_states.response import response

if TYPE_CHECKING:
    from analytics.network.network import Network
    from derivations.theory import Theory
    from nearcritical.results.written import Record

POINTS, SITES = 9, 256
"""Simulations along a curve, and sites of the ring that a wave is launched on, unless given."""

DIGITS = 15
"""Digits of a measurement."""

PROBE = 1e-6
"""Amplitude of a wave that is launched: a small perturbation of any background drawn."""

INFINITESIMAL = sp.Rational(1, 10**60)
"""An input at which nothing but the leading power of a law is left."""

LONG_RING = 2**15
"""Sites of the ring on which the steady wave is summed, many of its lengths."""

ROUND_THE_RING = 0.03
"""The largest part of a wave that may be left half the way round: less than the width of a line."""


@dataclass(frozen=True, slots=True)
class PowerLaw:
    """coefficient * x**power, the leading term of an asymptotic law."""

    coefficient: float
    power: sp.Expr

    def __call__(self, x: Any) -> Any:
        return self.coefficient * np.asarray(x) ** float(self.power)


@dataclass(slots=True)
class Study:
    """Laws and measurements of one network, and the reasons why some are missing.

    points: simulations along a curve; sites: of the ring that a wave is launched on.
    told: called after each simulation with the part done of a run. missing: the reasons, in words.
    compiled: functions of laws by name and branch, which one study of a network hands on to the next.
    exponents: records of the measured exponents, where they are known.
    """

    theory: Theory
    points: int = POINTS
    sites: int = SITES
    told: Callable[[float], None] = lambda part: None
    missing: list[str] = field(default_factory=list)
    compiled: dict[tuple[str, int], Callable[..., Any]] = field(default_factory=dict)
    exponents: Sequence[Record] | None = None

    @property
    def network(self) -> Network:
        return self.theory.network

    @property
    def named(self) -> str:
        """The network with its constants, in words."""
        network = self.network
        constants = ", ".join(f"{symbol} = {value}" for symbol, value in network.constants.items())
        of = "" if network.activation.constants else "kernel: "
        return f"{network.name} ({of}{constants})" if constants else network.name

    @property
    def lattice(self) -> str:
        """What the network lives on, in words."""
        return {1: "the ring", 2: "the torus"}.get(self.network.dimension, "the lattice")

    def ring_of(self, sites: int) -> str:
        """The lattice on which a wave is launched, in words: so many sites along the first axis."""
        shape = (sites, *smallest_shape(self.network)[1:])
        kind = self.lattice.removeprefix("the ")
        return f"a {kind} of {' by '.join(map(str, shape))} sites"

    @property
    def spot(self) -> str:
        """Where a wave starts, in words."""
        return "one site" if self.network.dimension == 1 else "a line of sites across the first axis"

    @property
    def axis(self) -> str:
        """The subscript of the first axis, "" where there is no other."""
        return "" if self.network.dimension == 1 else "_1"

    @property
    def along_first(self) -> str:
        """Which way a wavevector points, in words; "" on a ring."""
        if self.network.dimension == 1:
            return ""
        return " The wavevector q has the component q_1 along the first axis, and no other."

    def has(self, name: str, what: str) -> bool:
        """Is there such a law, whose limit, if any, is one of I0? If not, it is noted that there is no `what`."""
        limit = self.theory[name].limit if name in self.theory else None
        found = name in self.theory and (limit is None or limit[0] == I0)
        if not found:
            self.note(f"There is no {what}: {self._peculiarity}.")
        return found

    @property
    def _peculiarity(self) -> str:
        kernel, wavenumbers = self.network.kernel, perturbation_wavenumbers(self.network.dimension)
        still = (sp.S.Zero,) * self.network.dimension
        if sp.simplify(kernel.frequency(still)) != 0:
            return "a uniform background is off resonance with omega(0)"
        if kernel.even_part(wavenumbers) == 0:
            return "the frequency of the kernel is odd"
        return "the frequency of the kernel is neither odd nor even and monotonic"

    def note(self, reason: str) -> None:
        """Remember why something is not drawn."""
        if reason not in self.missing:
            self.missing.append(reason)

    def wave(self, wavenumber: Any) -> dict[str, Any]:
        """The wavevector q with that component along the first axis and no other."""
        first, *others = perturbation_wavenumbers(self.network.dimension)
        return {str(first): wavenumber} | {str(other): 0 for other in others}

    @property
    def across(self) -> list[float]:
        """The further components of such a wavevector, for compiled laws."""
        return [0.0] * (self.network.dimension - 1)

    def line(self, name: str, branch: int = 0) -> Callable[..., Any]:
        """A law, or one branch of it, as a function of arrays."""
        if (name, branch) not in self.compiled:
            law = self.theory[name]
            if law.is_explicit:
                law = replace(law, equation=sp.Eq(law.subject, law.predictions[branch]), alternatives=())
            self.compiled[name, branch] = law.compile("numpy")
        return self.compiled[name, branch]

    def amplitude_curve(self, forcings: Any, detuning: float) -> tuple[Any, Any]:
        """(F, R) along the exact law.

        Where there can be several steady states, F and R are functions of the modulus P of the pre-activation,
        R = rho(P), and the curve turns back at its folds.
        """
        if self.network.activation.contracts:
            return forcings, self.line("forced_amplitude")(forcings, detuning)
        law = driven(self.theory["forced_amplitude"])
        (drive,) = law.where
        squared = numpy_function((P, delta), drive.equation.rhs)
        drives = np.logspace(math.log10(forcings[0]), math.log10(forcings[-1]) + 2, 40 * len(forcings))
        inputs = np.sqrt(squared(drives, detuning))
        inside = (inputs >= forcings[0]) & (inputs <= forcings[-1])
        return inputs[inside], numpy_function((P,), law.equation.rhs)(drives)[inside]

    def power_law(self, name: str, point: Mapping[str, Any]) -> PowerLaw:
        """The leading power of an asymptotic law, its other parameters at `point`."""
        law = self.theory[name]
        assert law.limit is not None
        power = law.exponents[0]
        value = law.evaluate({str(law.limit[0]): INFINITESIMAL, **exactly(point)}, DIGITS)
        coefficient = sp.Float(value, DIGITS) / INFINITESIMAL**power
        return PowerLaw(float(coefficient), power)

    def measured(self, observable: str, points: Sequence[Mapping[str, Any]], branches: int = 1) -> Any:
        """What the simulation says: an array of shape (branches, points), NaN where it says nothing."""
        found = []
        for place, point in enumerate(points):
            try:
                reading = measure(observable, self.network, exactly(point), DIGITS)
                found.append([float(value) for value in reading.values[:branches]])
            except NearCriticalError as error:
                found.append([math.nan] * branches)
                self.note(f"A point is left out: {error}")
            self.told((place + 1) / len(points))
        return np.array(found).T

    def background_of(self, amplitude: float) -> float:
        """The uniform background whose steady state has that amplitude."""
        law = self.line("background_amplitude")
        return math.exp(brentq(lambda s: float(law(math.exp(s))) - amplitude, -70.0, 14.0, xtol=1e-15))

    @property
    def probe_frequency(self) -> float:
        """Half the way up the band along the first axis, or to a half turn, to two digits, in rad/step."""
        kernel, symbols = self.network.kernel, perturbation_wavenumbers(self.network.dimension)
        along = kernel.frequency((symbols[0], *(sp.S.Zero for _ in symbols[1:])))
        frequencies = [
            float(along.xreplace({**self.network.constants, symbols[0]: sp.pi * part / 32}))
            for part in range(64)
        ]
        top = min(max(abs(frequency) for frequency in frequencies), math.pi)
        return float(f"{top / 2:.2g}")

    def fronts(self) -> tuple[float, float]:
        """The least and the largest velocity of wave packets along the first axis, in sites/step.

        A wave is e^(i (q.x + omega n)), so that packets move by -d omega/dq a step.
        """
        wavenumbers = np.linspace(-math.pi, math.pi, 721)
        velocities = -self.line("group_velocity")(wavenumbers, *self.across)
        return float(np.min(velocities)), float(np.max(velocities))

    def lengths(self, backgrounds: Iterable[float], frequency: float) -> Any:
        """1/|Im q| of the least damped complex wavenumber on each background, by the exact law."""
        law = self.theory["complex_wavenumber"]
        roots = []
        for background in backgrounds:
            roots.append(law.evaluate(exactly({"I0": background, "Omega": frequency}), DIGITS))
            self.told(0)
        return np.array([1 / abs(float(root.imag)) for root in roots])

    def launched(self, background: float, frequency: float, steps: int) -> Any:
        """|Z_n(x) - Z_background| / epsilon for n = 0 ... steps on a ring, x = 0 in the middle.

        From n = 0 on, the site x = 0 (a line across the first axis) is driven by epsilon e^(i Omega n), in
        phase with the pre-activation. Both runs, with and without it, begin at the steady state.
        """
        still = (sp.S.Zero,) * self.network.dimension
        uniform = Background(Fraction(background))
        wave = response(
            commensurate_lattice(self.network, (still,)), uniform, still, digits=DIGITS, engine="ball"
        ).wave
        phase = np.exp(1j * float(wave.phase))
        shape = (self.sites, *smallest_shape(self.network)[1:])
        rest = np.full(shape, float(wave.amplitude) * phase)
        inputs = np.full((steps, *shape), complex(background))
        inputs[:, self.sites // 2] += (
            PROBE * phase * np.exp(1j * frequency * np.arange(steps)).reshape(-1, *[1] * len(shape[1:]))
        )
        runs = [
            simulate(self.network, shape, drive, steps, engine="double", initial=rest).states
            for drive in (Samples(inputs), uniform)
        ]
        change = np.abs(runs[0] - runs[1]) / PROBE
        return change.reshape(steps + 1, self.sites, -1)[:, :, 0]

    def steady_wave(self, background: float, frequency: float, step: int, places: Any) -> Any:
        """What `launched` tends to after many steps: the susceptibility summed over all wavenumbers of a long ring.

        NaN where the wave has not decayed half the way round.
        """
        wavenumbers = 2 * math.pi * np.fft.fftfreq(LONG_RING)
        straight, turned = (
            np.fft.ifft(self.line("susceptibility", branch)(background, wavenumbers, *self.across, frequency))
            for branch in (0, 2)
        )
        if abs(straight[LONG_RING // 2]) > ROUND_THE_RING * abs(straight[0]):
            self.note(
                f"The steady wave at I0 = {background:g} is longer than {LONG_RING} sites and not drawn."
            )
            return np.full(len(places), math.nan)
        spin = np.exp(1j * frequency * step)
        return np.abs(straight * spin + np.conj(turned * spin))[places]


def exactly(point: Mapping[str, Any]) -> dict[str, Any]:
    """A point at the very doubles that a picture is drawn at."""
    return {name: Fraction(value) if isinstance(value, float) else value for name, value in point.items()}
