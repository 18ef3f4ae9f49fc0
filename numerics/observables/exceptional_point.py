"""The amplitude of the uniform background at which both decay rates of a wavenumber meet, by search."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from math import sqrt

import numpy as np
import sympy as sp
from scipy.optimize import brentq

from analytics.errors import ParameterError
from analytics.evaluation.contexts import bits_of, kept_bits
from analytics.evaluation.mpmath_types import Context, Number
from analytics.expressions.notation import R, perturbation_wavenumbers
from analytics.network.network import Network
from numerics.engines.double import doubles
from numerics.engines.numbers import real_out
from numerics.engines.precision import FIXED_DIGITS, MARGIN
from numerics.engines.protocol import Vector
from numerics.lattice.commensurate import commensurate_lattice
from numerics.lattice.inputs import Background
from numerics.observables.ongoing import perturbation_reading, wavenumber_parameters, wavevector_at
from numerics.observables.record import Observable, Reading, Request, Setting
from numerics.observables.root_finding import Root, increasing_root, root_between
from numerics.perturbations.perturbed_state import Activity
from numerics.perturbations.propagator import Propagator, propagator
from numerics.perturbations.real_linear import wave_matrix

SEARCH_GUARD = 16
"""Digits of the propagators beyond those asked for; more where the discriminant is a small number."""

GUESS = sp.Rational(1, 100)
"""Background input at which the search begins."""

LARGEST = 1_000_000
"""Largest background input of the search."""

LOWEST, NEAREST, SCANNED = 1e-4, 0.999, 200
"""The scan of a network that can have several steady states watches SCANNED amplitudes, from LOWEST to NEAREST times
the saturation."""

SMALLEST = 30
"""The smallest background input of the search is 10^-SMALLEST."""


class _DiscriminantSearch:
    """The discriminant of the propagator of one wavenumber, as a function of the background."""

    def __init__(self, request: Request, context: Context, digits: int) -> None:
        self.request, self.context, self.digits = request, context, digits
        self.latest: Propagator | None = None
        self.iterations = 0

    def discriminant(self, background: Number, near: sp.Expr = sp.S.Zero) -> Number:
        """(C^2 - |det|) / (C^2 + |det|), C = |trace|/2: negative where both rates are equal.

        On weak backgrounds both rates are equal. On strong backgrounds the value goes to 1, also where |det| is
        smaller than its error.
        near: modulus of a wave close to the state that is meant; 0 means the state close to the last one.
        """
        network = self.request.network
        still = (sp.S.Zero,) * network.dimension
        self.latest = propagator(
            Activity(network, Background(background), still, self.request.engine, near),
            wavevector_at(self.request),
            digits=self.digits,
            start=self.latest.response if self.latest and near == 0 else None,
        )
        self.iterations += self.latest.response.state.iterations
        m11, m12, m21, m22 = self.latest.entries
        square, product = abs(m11 + m22) ** 2 / 4, abs(m11 * m22 - m12 * m21)
        return self.context.convert((square - product) / (square + product))

    def reading(self, root: Root) -> Reading:
        """The amplitude on the background at which the discriminant passes 0."""
        found, context = self.latest, self.context
        assert found is not None
        return perturbation_reading(
            [real_out(context.convert(found.response.wave.amplitude))],
            real_out(root.error / root.position),
            found,
            (f"both rates meet at I0 = {context.nstr(root.position, 12)}",),
        )


def _measure(request: Request) -> Reading:
    digits, context = request.digits, kept_bits(bits_of(2 * request.digits + 4 * SMALLEST))
    if not request.network.activation.contracts:
        return _scanned(request, context)
    coarse = _DiscriminantSearch(request, context, 2 * SMALLEST)
    least = context.mpf(10) ** -SMALLEST
    bounds = [coarse.discriminant(value) for value in (least, context.mpf(LARGEST))]
    if not (bounds[0] < -(least**2) and bounds[1] > least):
        raise ParameterError(
            "measuring exceptional_point",
            f"the rates must be equal at I0 = 10^-{SMALLEST} and differ at I0 = {LARGEST}",
            f"q = {wavevector_at(request)}, with discriminants {' and '.join(context.nstr(b, 3) for b in bounds)}",
            "Choose a wavenumber whose frequency is neither 0 nor a quarter turn.",
        )
    search = _DiscriminantSearch(request, context, digits + SEARCH_GUARD)
    guess = context.mpf(int(GUESS.p)) / int(GUESS.q)
    rough = increasing_root(coarse.discriminant, guess, digits=6)
    search.digits += max(0, -int(context.log10(rough.slope * rough.position)))
    root = increasing_root(search.discriminant, rough.position, digits=digits + MARGIN)
    return search.reading(root)


@dataclass(frozen=True, slots=True)
class _Held:
    """An amplitude, the background that holds it, and both factors of the discriminant there.

    The discriminant is b^2 - s^2 = below * above with below = b - s and above = b + s, where b = Re(m12 m11)/|m11|
    and s >= 0.
    """

    amplitude: float
    background: float
    below: float
    above: float

    @property
    def signs(self) -> tuple[bool, bool]:
        return self.below < 0, self.above < 0


def _scanned(request: Request, context: Context) -> Reading:
    """Every amplitude at which both rates meet, by size.

    The scan computes both factors of the discriminant along `SCANNED` amplitudes in double precision. Each amplitude
    is held by the background under which one step of the map keeps it. A search then closes in on every change of
    sign. Raises ParameterError where there is none.
    """
    held = _holder(request.network, wavevector_at(request))
    highest = NEAREST * float(request.network.activation.saturation)
    seen = [held(float(R)) for R in np.geomspace(LOWEST, highest, SCANNED)]
    readings = [
        _met(request, context, one, two) for pair in pairwise(seen) for one, two in _changes(held, *pair)
    ]
    if not readings:
        raise ParameterError(
            "measuring exceptional_point",
            f"the rates must meet between R = {LOWEST} and {highest:.4g}",
            f"q = {wavevector_at(request)}, where they do not",
            "Choose another wavenumber.",
        )
    return replace(readings[0], values=tuple(reading.value for reading in readings))


def _changes(held: Callable[[float], _Held], one: _Held, two: _Held) -> Iterator[tuple[_Held, _Held]]:
    """Pairs between which exactly one of the factors changes its sign."""
    changed = [a != b for a, b in zip(one.signs, two.signs)]
    if all(changed):
        middle = held(sqrt(one.amplitude * two.amplitude))
        yield from _changes(held, one, middle)
        yield from _changes(held, middle, two)
    elif any(changed):
        yield one, two


def _holder(network: Network, wavevector: tuple[sp.Expr, ...]) -> Callable[[float], _Held]:
    """R -> the background that holds a uniform state of that amplitude, and the gains there, by the map in doubles."""
    still = (sp.S.Zero,) * network.dimension
    lattice = commensurate_lattice(network, (still, wavevector))
    step = lattice.map("double", FIXED_DIGITS)
    ahead = lattice.indices(wavevector)
    behind = lattice.opposite(ahead)
    wave = step.engine.plane_wave(ahead)
    mirrored = None if behind == ahead else step.engine.plane_wave(behind)

    def uniform(value: float) -> Vector:
        return Vector(np.full(lattice.shape, value + 0j))

    def held(R: float) -> _Held:
        state = uniform(R)

        def excess(I0: float) -> float:
            return float(abs(doubles(step.step(state, uniform(I0))).flat[0]) - R)

        top = 1.0
        while excess(top) < 0:
            top *= 4
        I0 = float(brentq(excess, 0.0, top, xtol=1e-300, rtol=1e-14))
        tangent = step.tangent(step.preactivation(state, uniform(I0)))
        m11, m12, m21, m22 = map(complex, wave_matrix(step.engine, tangent, wave, mirrored))
        square, product = abs(m11 + m22) ** 2 / 4, abs(m11 * m22 - m12 * m21)
        skew = float((m12 * m11).real / abs(m11))
        sine = sqrt(max(0.0, skew**2 - float(square - product)))
        return _Held(R, I0, skew - sine, skew + sine)

    return held


def _met(request: Request, context: Context, one: _Held, two: _Held) -> Reading:
    """The amplitude between two where the discriminant passes 0."""
    search = _DiscriminantSearch(request, context, request.digits + 2 * SEARCH_GUARD)
    ends = [context.mpf(one.background), context.mpf(two.background)]
    low, high = sorted(ends)
    starts_negative = one.below * one.above < 0
    sign = 1 if starts_negative == (ends[0] == low) else -1
    search.discriminant(ends[0], sp.Rational(f"{one.amplitude:.9g}"))
    root = root_between(lambda I0: sign * search.discriminant(I0), low, high, digits=request.digits + MARGIN)
    return search.reading(root)


def _settings(network: Network) -> tuple[Setting, ...]:
    """Long waves, whose exceptional point lies on weak backgrounds, and shorter ones; off the axes in 2D."""
    if not any(network.kernel.even_part(perturbation_wavenumbers(network.dimension)).free_symbols):
        return ()
    first, *others = perturbation_wavenumbers(network.dimension)
    longest = sp.Rational(1, 100) if not others else sp.Rational(1, 24)
    turns = (longest, sp.Rational(1, 20), sp.Rational(1, 6), sp.Rational(2, 5))
    return tuple(
        {str(first): 2 * sp.pi * turn, **{str(other): sp.pi * turn for other in others}} for turn in turns
    )


OBSERVABLES = (
    Observable(
        name="exceptional_point",
        symbol=R,
        meaning=(
            "modulus of the steady state on a uniform background at which both decay rates of wavenumber q meet; where "
            "there can be several steady states, every such modulus, by size"
        ),
        parameters=wavenumber_parameters,
        measure=_measure,
        settings=_settings,
    ),
)
