"""The largest factor by which a small perturbation of the steady state grows in a step."""

from __future__ import annotations

from itertools import product

import sympy as sp

from analytics.expressions.notation import growth
from analytics.network.network import Network
from numerics.engines.numbers import real_out
from numerics.engines.precision import MARGIN
from numerics.observables.forcing import bistable_settings
from numerics.observables.ongoing import (
    activity_at,
    activity_settings,
    forced_parameters,
    perturbation_reading,
    uniform_parameters,
)
from numerics.observables.record import Observable, Reading, Request, Setting
from numerics.perturbations.fastest_wave import fastest_wave

WAVES = 4
"""Wavenumbers along each axis, 2 pi m / WAVES, at which the range of a kernel's frequencies is looked up."""

WIDEST = 3
"""A range of frequencies up to this one, in rad/step, is put in the middle between two multiples of pi."""


def _measure(request: Request) -> Reading:
    digits = request.digits
    found = fastest_wave(activity_at(request), digits=digits)
    measured, context = found.spectrum.propagator, found.spectrum.propagator.context
    q = ", ".join(context.nstr(part, 6) for part in found.wavevector)
    return perturbation_reading(
        [real_out(context.mpf(abs(found.spectrum.eigenvalues[0])))],
        real_out(context.mpf(10) ** -(digits + MARGIN)),
        measured,
        (f"the fastest of all waves is q = {q}, climbed to from {found.waves} of them",),
    )


def _settings(network: Network) -> tuple[Setting, ...]:
    """Uniform backgrounds and oscillations, on and off resonance.

    A kernel whose frequencies span less than `WIDEST` adds two kinds of detunings: one puts the span in the middle
    between two multiples of pi, so that all waves are underdamped; the other lies just beyond the slowest wave, so
    that some are not.
    """
    q = sp.Rational
    several = [setting["F"] for setting in bistable_settings(network)[:1]]
    along = dict.fromkeys(map(str, network.kernel.wavenumbers), 2 * sp.pi / WAVES)
    settings = list(activity_settings(network))
    settings += [{"F": amplitude, "delta": sp.S.Zero, **along} for amplitude in (q(1, 100), *several)]
    for carrier in (dict.fromkeys(along, sp.S.Zero), along):
        turned = [_relative_frequency(network, carrier, wave) for wave in _waves(network.dimension)]
        low, high = min(turned), max(turned)
        if high - low < WIDEST:
            centred = sp.Rational(str(((low + high - sp.pi) / 2).n(2)))
            settings += [{"F": amplitude, "delta": centred, **carrier} for amplitude in (q(1, 5), q(2))]
            settings.append({"F": q(1, 5), "delta": low - q(1, 20), **carrier})
    return tuple(settings)


def _waves(dimension: int) -> list[tuple[sp.Expr, ...]]:
    indices = product(range(WAVES), repeat=dimension)
    return [tuple(2 * sp.pi * sp.Rational(part, WAVES) for part in m) for m in indices]


def _relative_frequency(network: Network, carrier: Setting, wave: tuple[sp.Expr, ...]) -> sp.Expr:
    """(omega(k + q) + omega(k - q))/2 - omega(k) of the kernel."""
    kernel, at = network.kernel, tuple(carrier.values())
    frequency = kernel.even_part(wave, at) - kernel.frequency(at)
    return sp.simplify(frequency.xreplace(network.constants))


OBSERVABLES = (
    Observable(
        name="largest_growth",
        symbol=growth,
        meaning=(
            "largest |lambda| of a small perturbation of the steady state, of all wavenumbers of the infinite lattice"
        ),
        parameters=uniform_parameters,
        forced=forced_parameters,
        measure=_measure,
        settings=_settings,
    ),
)
