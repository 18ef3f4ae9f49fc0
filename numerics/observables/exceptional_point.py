"""The amplitude of the uniform background at which both decay rates of a wavenumber meet, by search."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Any

import sympy as sp

from analytics.errors import ParameterError
from analytics.network import Network
from analytics.notation import R, perturbation_wavenumbers
from numerics.activity import Activity
from numerics.engines.numbers import bits_of, own_context, real_out
from numerics.inputs import Background
from numerics.observables.ongoing import perturbation_reading, wavenumber_parameters, wavevector_at
from numerics.observables.record import Observable, Reading, Setting
from numerics.propagator import Propagator, propagator
from numerics.root_finding import increasing_root, root_between
from numerics.sweep import sweep

GUARD = 16
"""Digits of the propagators beyond those asked for; more where the discriminant is a small number."""

MARGIN = 2
"""The search goes on until the estimated error is this many digits below the last one wanted."""

GUESS = sp.Rational(1, 100)
"""Background input at which the search begins."""

LARGEST = 1_000_000
"""Background input beyond which it is not looked for."""

SWEPT = (-9, 3, 6)
"""Decades through which the background is swept where there can be several steady states, and inputs per decade."""

JUMP = 1.9
"""Ratio of two amplitudes in a row beyond which the state has jumped to another branch."""

SAME = 1e-6
"""Amplitudes, met on the way up and on the way down, that differ by a smaller share are one."""

SMALLEST = 30
"""Nor below 10^-SMALLEST."""


class _Search:
    """The discriminant of the propagator of one wavenumber, as a function of the background."""

    def __init__(self, network: Network, wavevector: tuple[sp.Expr, ...], digits: int, engine: str) -> None:
        self.network, self.wavevector, self.digits, self.engine = network, wavevector, digits, engine
        self.latest: Propagator | None = None
        self.iterations = 0

    def discriminant(self, background: Any, near: sp.Expr = sp.S.Zero) -> Any:
        """(C^2 - |det|) / (C^2 + |det|), C = |trace|/2: negative while both rates are equal.

        near: modulus of the state meant, else that of the last one found.

        So it is on weak backgrounds; on strong ones it goes to 1, also where |det| is lost in its error.
        """
        still = (sp.S.Zero,) * self.network.dimension
        self.latest = propagator(
            self.network,
            Activity(Background(background), still, near),
            self.wavevector,
            digits=self.digits,
            engine=self.engine,
            start=self.latest.response if self.latest and near == 0 else None,
        )
        self.iterations += self.latest.response.state.iterations
        m11, m12, m21, m22 = self.latest.entries
        square, product = abs(m11 + m22) ** 2 / 4, abs(m11 * m22 - m12 * m21)
        return background.context.convert((square - product) / (square + product))


def _measure(network: Network, point: Mapping[sp.Symbol, sp.Expr], digits: int, engine: str) -> Reading:
    wavevector = wavevector_at(network, point)
    if not network.activation.contracts:
        return _swept(network, wavevector, digits, engine)
    coarse = _Search(network, wavevector, 2 * SMALLEST, engine)
    context = own_context(bits_of(2 * digits + 4 * SMALLEST))
    least = context.mpf(10) ** -SMALLEST
    bounds = [coarse.discriminant(value) for value in (least, context.mpf(LARGEST))]
    if not (bounds[0] < -(least**2) and bounds[1] > least):
        raise ParameterError(
            "measuring exceptional_point",
            f"the rates must be equal at I0 = 10^-{SMALLEST} and differ at I0 = {LARGEST}",
            f"q = {wavevector}, with discriminants {' and '.join(context.nstr(b, 3) for b in bounds)}",
            "Choose a wavenumber whose frequency is neither 0 nor a quarter turn.",
        )
    search = _Search(network, wavevector, digits + GUARD, engine)
    guess = context.mpf(int(GUESS.p)) / int(GUESS.q)
    rough = increasing_root(coarse.discriminant, guess, digits=6)
    search.digits += max(0, -int(context.log10(rough.slope * rough.position)))
    root = increasing_root(search.discriminant, rough.position, digits=digits + MARGIN)
    found = search.latest
    assert found is not None
    return perturbation_reading(
        [real_out(context.convert(found.response.wave.amplitude))],
        real_out(root.error / root.position),
        found,
        (f"both rates meet at I0 = {context.nstr(root.position, 12)}",),
    )


def _swept(network: Network, wavevector: tuple[sp.Expr, ...], digits: int, engine: str) -> Reading:
    """Every such amplitude that is met while the background is raised, and lowered again, through `SWEPT`."""
    low, high, per_decade = SWEPT
    inputs = [sp.Rational(f"{10 ** (place / per_decade):.4g}") for place in range(low * per_decade, high * per_decade)]
    course = sweep(network, inputs, longest=400)
    context = own_context(bits_of(2 * digits + 4 * SMALLEST))
    positions = [context.mpf(int(value.p)) / int(value.q) for value in inputs]
    readings: list[Reading] = []
    for amplitudes in (course.up, course.down):
        coarse = _Search(network, wavevector, 2 * SMALLEST, engine)
        seen = [
            (I0, near, coarse.discriminant(I0, sp.Rational(f"{near:.6g}")))
            for I0, near in zip(positions, amplitudes, strict=True)
        ]
        for (before, near, first), (after, later, second) in pairwise(seen):
            if (first < 0) == (second < 0) or later > JUMP * near:
                continue
            sign = 1 if first < 0 else -1
            readings.append(_met(network, wavevector, digits, engine, (before, after), near, sign))
    if not readings:
        raise ParameterError(
            "measuring exceptional_point",
            f"the rates must meet between I0 = 10^{low} and 10^{high}",
            f"q = {wavevector}, where they do not",
            "Choose another wavenumber.",
        )
    readings.sort(key=lambda reading: reading.value)
    first, *others = [
        reading
        for place, reading in enumerate(readings)
        if place == 0 or reading.value > readings[place - 1].value * (1 + SAME)
    ]
    return replace(first, others=tuple(reading.value for reading in others))


def _met(
    network: Network,
    wavevector: tuple[sp.Expr, ...],
    digits: int,
    engine: str,
    between: tuple[Any, Any],
    near: float,
    sign: int,
) -> Reading:
    """The amplitude between two backgrounds where the discriminant passes 0, upwards for sign = 1."""
    search = _Search(network, wavevector, digits + 2 * GUARD, engine)
    low, high = between
    context = low.context
    search.discriminant(low, sp.Rational(f"{near:.6g}"))
    root = root_between(lambda I0: sign * search.discriminant(I0), low, high, digits=digits + MARGIN)
    found = search.latest
    assert found is not None
    return perturbation_reading(
        [real_out(context.convert(found.response.wave.amplitude))],
        real_out(root.error / root.position),
        found,
        (f"both rates meet at I0 = {context.nstr(root.position, 12)}, met in a sweep of I0",),
    )


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


OBSERVABLE = Observable(
    name="exceptional_point",
    symbol=R,
    meaning=(
        "modulus of the steady state on a uniform background at which both decay rates of wavenumber q meet; where "
        "there are several steady states, all moduli at which they meet on stable ones, by their size"
    ),
    unit="",
    parameters=wavenumber_parameters,
    measure=_measure,
    settings=_settings,
)
