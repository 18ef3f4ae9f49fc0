"""The largest factor by which a small perturbation of the steady state grows in a step."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

import sympy as sp

from analytics.network import Network
from analytics.notation import delta, growth
from numerics.engines.numbers import real_out
from numerics.observables.forcing import bistable_settings
from numerics.observables.ongoing import (
    activity_at,
    activity_settings,
    forced_parameters,
    perturbation_reading,
    uniform_parameters,
)
from numerics.observables.record import Observable, Reading, Setting
from numerics.spectrum import MARGIN, Spectrum, spectrum

WAVES = 4
"""Wavenumbers along each axis, 2 pi m / WAVES."""

WIDEST = 3
"""A range of frequencies up to this one, in rad/step, is put in the middle between two multiples of pi."""

ROUGH = 15
"""Digits to which all of them are measured before the fastest is."""

LEAST = 1e-6
"""Growth factors that differ by a smaller share are both measured to all digits."""


def _measure(network: Network, point: Mapping[sp.Symbol, sp.Expr], digits: int, engine: str) -> Reading:
    activity = activity_at(network, point)

    def seen(wavevector: tuple[sp.Expr, ...], wanted: int) -> Spectrum:
        return spectrum(network, activity, wavevector, digits=wanted, engine=engine, of_rates=False)

    rough = {wave: float(abs(seen(wave, ROUGH).eigenvalues[0])) for wave in _waves(network.dimension)}
    fastest = max(rough.values())
    best: Spectrum | None = None
    for wave, size in rough.items():
        if size >= fastest * (1 - LEAST):
            found = seen(wave, digits)
            if best is None or abs(found.eigenvalues[0]) > abs(best.eigenvalues[0]):
                best, crest = found, wave
    assert best is not None
    context = best.propagator.context
    return perturbation_reading(
        [real_out(context.mpf(abs(best.eigenvalues[0])))],
        real_out(context.mpf(10) ** -(digits + MARGIN)),
        best.propagator,
        (f"the fastest of {len(rough)} pairs of waves is q = {', '.join(map(str, crest))}",),
    )


def _waves(dimension: int) -> list[tuple[sp.Expr, ...]]:
    """Wavevectors of a lattice of WAVES sites along each axis, one of each pair q, -q."""
    indices = product(range(WAVES), repeat=dimension)
    chosen = (m for m in indices if m <= tuple(-part % WAVES for part in m))
    return [tuple(2 * sp.pi * sp.Rational(part, WAVES) for part in m) for m in chosen]


def _settings(network: Network) -> tuple[Setting, ...]:
    """Uniform backgrounds; oscillations whose fastest perturbation is a wave of the lattice: on resonance, with a
    detuning that the kernel takes from carrier to q = pi/2, and, where the kernel turns all waves by less than a half
    turn, far from it and a little beyond the slowest wave."""
    q = sp.Rational
    several = [setting["F"] for setting in bistable_settings(network)[:1]]
    settings = [setting for setting in activity_settings(network) if str(delta) not in setting]
    along = dict.fromkeys(map(str, network.kernel.wavenumbers), 2 * sp.pi / WAVES)
    settings += [{"F": amplitude, "delta": sp.S.Zero, **along} for amplitude in (q(1, 100), *several)]
    taken = _relative_frequency(network, along, (sp.pi / 2,) * network.dimension)
    settings.append({"F": q(1, 5), "delta": taken, **along})
    for carrier in (dict.fromkeys(along, sp.S.Zero), along):
        turned = [_relative_frequency(network, carrier, wave) for wave in _waves(network.dimension)]
        low, high = min(turned), max(turned)
        if high - low < WIDEST:
            centred = sp.Rational(str(((low + high - sp.pi) / 2).n(2)))
            settings += [{"F": amplitude, "delta": centred, **carrier} for amplitude in (q(1, 5), q(2))]
            settings.append({"F": q(1, 5), "delta": low - q(1, 20), **carrier})
    return tuple(settings)


def _relative_frequency(network: Network, carrier: Setting, wave: tuple[sp.Expr, ...]) -> sp.Expr:
    """(omega(k + q) + omega(k - q))/2 - omega(k) of the kernel."""
    kernel, at = network.kernel, tuple(carrier.values())
    frequency = kernel.even_part(wave, at) - kernel.frequency(at)
    return sp.simplify(frequency.xreplace(network.constants))


OBSERVABLE = Observable(
    name="largest_growth",
    symbol=growth,
    meaning=(
        f"largest |lambda| of a small perturbation of the steady state, of the waves of {WAVES} sites along each "
        "axis relative to the carrier: at least that of a lattice of any size where the fastest is among them"
    ),
    unit="",
    parameters=uniform_parameters,
    forced=forced_parameters,
    measure=_measure,
    settings=_settings,
)
