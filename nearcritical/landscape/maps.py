"""Maps of a landscape by the laws at its local strength, beside what is simulated.

A law of a uniform background, or of one oscillation where the landscape turns, is evaluated at I_0(x) of every site. It
holds where the landscape changes little over the reach of a wave; the difference to the simulation shows where it does.
At I_0 = 0 there is no law of a background: the gains are 1, nothing decays and a wave in the band goes on for ever.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from math import inf, pi
from typing import Any

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from analytics.law.law import Law
from derivations.theory import Theory
from nearcritical.landscape.journey import Journey
from numerics.landscapes.arrival import resonant_wavenumber
from numerics.landscapes.pulse import pulse_decay

Reals = NDArray[np.float64]

MOST_LENGTHS = 48
"""Strengths at which a length is evaluated; where a landscape has more, it is interpolated between so many."""


@dataclass(frozen=True, slots=True, eq=False)
class Beside:
    """A law at the local strength and what the simulated state has, at every site."""

    law: Reals
    simulated: Reals

    @property
    def difference(self) -> Reals:
        """simulated - law."""
        return self.simulated - self.law


@dataclass(frozen=True, slots=True, eq=False)
class Maps:
    """Maps of a journey's landscape.

    amplitude: R beside |Z|. tangential_gain, radial_gain: of the laws, beside those of the map at w(x), the gain field.
    decay_rate: sigma of a wave of the `wavenumber` q along the first axis, per step. propagation_length: 1/|Im q| of
    the least damped wave of the source's frequency, in sites, infinite without input; None where there is no such
    law. wavenumber: that at which the kernel's frequency is nearest to the source's.
    """

    amplitude: Beside
    tangential_gain: Beside
    radial_gain: Beside
    decay_rate: Reals
    propagation_length: Reals | None
    wavenumber: float

    @property
    def beside(self) -> dict[str, Beside]:
        """What stands beside a simulation, by name."""
        return {
            "background_amplitude": self.amplitude,
            "tangential_gain": self.tangential_gain,
            "radial_gain": self.radial_gain,
        }


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """The laws at one site, beside a simulated pulse.

    strength: I_0. decay_rate: of the law at the maps' wavenumber; pulse: that of a pulse about the site.
    wavenumbers, eigenvalues: the local dispersion, lambda_+ and lambda_- of a step for q along the first axis, of shape
    (2, len(wavenumbers)).
    """

    site: tuple[int, ...]
    strength: float
    decay_rate: float
    pulse: float
    wavenumbers: Reals
    eigenvalues: NDArray[np.complex128]


def local_maps(found: Journey, theory: Theory) -> Maps:
    """The maps of a journey by the laws of its network's `theory`.

    Raises UnknownNameError for a law that the network does not have.
    """
    laws = _Local(found, theory)
    strengths = found.landscape.doubles
    tangential, radial = found.at.gains
    q = resonant_wavenumber(found.at, float(found.source.frequency))
    amplitude = "forced_amplitude" if laws.turning else "background_amplitude"
    return Maps(
        amplitude=Beside(laws.at(amplitude, strengths, 0.0), np.abs(found.at.state)),
        tangential_gain=Beside(laws.at("tangential_gain", strengths, 1.0), tangential),
        radial_gain=Beside(laws.at("radial_gain", strengths, 1.0), radial),
        decay_rate=laws.decay_rate(strengths, q),
        propagation_length=laws.lengths(strengths) if "complex_wavenumber" in theory else None,
        wavenumber=q,
    )


def local_place(found: Journey, theory: Theory, site: tuple[int, ...], *, points: int = 181) -> Place:
    """The laws at a site, and a pulse that is simulated there. Raises ParameterError for a site outside."""
    replace(found.source, site=site).inside(found.landscape.shape)
    laws = _Local(found, theory)
    strength = np.array([found.landscape.doubles[site]])
    q = resonant_wavenumber(found.at, float(found.source.frequency))
    width = min(6.0, min(found.landscape.shape) / 4)
    wavenumbers = np.linspace(0, pi, points)
    return Place(
        site=site,
        strength=float(strength[0]),
        decay_rate=float(laws.decay_rate(strength, q)[0]),
        pulse=pulse_decay(found.at, site, q, width=width),
        wavenumbers=wavenumbers,
        eigenvalues=laws.eigenvalues(float(strength[0]), wavenumbers),
    )


class _Local:
    """Laws of a theory as functions of the local strength alone."""

    def __init__(self, found: Journey, theory: Theory) -> None:
        self.theory = theory
        self.frequency = found.source.frequency
        landscape = found.landscape
        carrier = dict(zip(("k1", "k2", "k3") if len(landscape.shape) > 1 else ("k",), landscape.wavevector))
        self.turning = landscape.turns or any(k != 0 for k in landscape.wavevector)
        self.exact: dict[str, sp.Expr] = dict(carrier)
        if self.turning:
            kernel = found.state.lattice.network.kernel
            omega = kernel.frequency(landscape.wavevector).subs(dict(kernel.constants))
            self.exact["delta"] = landscape.frequency - omega
        self.axes = len(landscape.shape)

    def version(self, name: str) -> Law:
        """The law of a background, or of an oscillation where the landscape turns."""
        versions: tuple[Law, ...] = self.theory[name].versions
        wanted = "F" if self.turning else "I0"
        return next(law for law in versions if wanted in (parameter.name for parameter in law.parameters))

    def function(self, name: str) -> Callable[..., Any]:
        """(strengths, others by name) -> values of the law, its other parameters those of the carrier."""
        law = self.version(name)
        body = law.compile()
        names = {parameter.name for parameter in law.parameters}
        fixed = {key: float(value) for key, value in self.exact.items() if key in names}
        strength = "F" if self.turning else "I0"
        return lambda values, **others: body(**{strength: values, **fixed, **others})

    def at(self, name: str, strengths: Reals, still: float, **others: float) -> Reals:
        """A law at every strength above 0, each computed once; `still` at 0."""
        levels, places = np.unique(strengths, return_inverse=True)
        values = np.full(levels.shape, still)
        driven = levels > 0
        if driven.any():
            values[driven] = self.function(name)(levels[driven], **others)
        found: Reals = values[places].reshape(strengths.shape)
        return found

    def wave(self, wavenumber: Any) -> dict[str, Any]:
        """q along the first axis."""
        return {"q": wavenumber} if self.axes == 1 else {"q1": wavenumber, "q2": 0.0}

    def decay_rate(self, strengths: Reals, wavenumber: float) -> Reals:
        """The slower rate of the two that an overdamped wave has."""
        levels, places = np.unique(strengths, return_inverse=True)
        values = np.zeros(levels.shape)
        driven = levels > 0
        if driven.any():
            rates = np.atleast_2d(self.function("decay_rate")(levels[driven], **self.wave(wavenumber)))
            values[driven] = rates.min(axis=0)
        found: Reals = values[places].reshape(strengths.shape)
        return found

    def eigenvalues(self, strength: float, wavenumbers: Reals) -> NDArray[np.complex128]:
        """lambda_+ and lambda_-; of a site without input those of the kernel alone."""
        function = self.function("dispersion_relation")
        least = 1e-30  # the law has no value at 0, but a limit
        found: NDArray[np.complex128] = function(max(strength, least), **self.wave(wavenumbers))
        return found

    def lengths(self, strengths: Reals) -> Reals:
        """1/|Im q|, of few strengths each evaluated, of many interpolated in the logarithm between some."""
        law = self.version("complex_wavenumber")
        levels, places = np.unique(strengths, return_inverse=True)
        values = np.full(levels.shape, inf)
        driven = levels[levels > 0]
        if len(driven):
            chosen = driven[
                np.linspace(0, len(driven) - 1, min(len(driven), MOST_LENGTHS)).round().astype(int)
            ]
            names = {parameter.name for parameter in law.parameters}
            fixed = {key: value for key, value in self.exact.items() if key in names}
            strength = "F" if self.turning else "I0"
            logarithms = []
            for level in chosen:
                point = {strength: Fraction(float(level)), "Omega": self.frequency, **fixed}
                damping = min(abs(float(wave.imag)) for wave in law.branches(point, 15))
                logarithms.append(-np.log(damping))
            values[levels > 0] = np.exp(np.interp(driven, chosen, logarithms))
        found: Reals = values[places].reshape(strengths.shape)
        return found


def maps_record(maps: Maps) -> dict[str, Any]:
    """The largest differences, and where a wave decays fastest and goes furthest, as JSON has it."""
    record: dict[str, Any] = {
        name: {
            "largest_difference": float(np.abs(pair.difference).max()),
            "median_difference": float(np.median(np.abs(pair.difference))),
        }
        for name, pair in maps.beside.items()
    }
    record["wavenumber"] = maps.wavenumber
    record["largest_decay_rate"] = float(maps.decay_rate.max())
    if maps.propagation_length is not None:
        record["shortest_propagation_length"] = float(maps.propagation_length.min())
    return record


def maps_text(maps: Maps) -> str:
    """The maps in lines for a terminal."""
    rows = []
    for name, pair in maps.beside.items():
        size = np.abs(pair.difference)
        rows.append(
            (name, f"simulation - law: {size.max():.1e} at most, {np.median(size):.1e} in the median")
        )
    rows.append(("decay_rate", f"up to {maps.decay_rate.max():.3g} per step at q = {maps.wavenumber:.3g}"))
    if maps.propagation_length is not None:
        rows.append(("length", f"from {maps.propagation_length.min():.3g} sites on, by complex_wavenumber"))
    return "\n".join(f"{name:22}{value}" for name, value in rows)


def place_record(place: Place) -> dict[str, Any]:
    """A place as JSON has it."""
    return {
        "site": list(place.site),
        "strength": place.strength,
        "decay_rate": place.decay_rate,
        "pulse": place.pulse,
        "wavenumbers": place.wavenumbers.tolist(),
        "eigenvalues": [[[z.real, z.imag] for z in row] for row in place.eigenvalues.tolist()],
    }


def place_text(place: Place) -> str:
    """A place in a line."""
    return (
        f"at {place.site}       I_0 = {place.strength:.4g}: decay rate {place.decay_rate:.4g} by the law, "
        f"{place.pulse:.4g} of a pulse, difference {place.pulse - place.decay_rate:+.1e}"
    )
