"""A landscape: an input whose strength varies from place to place, with sources of waves in it.

    I_n(x) = I_0(x) e^(i (k.x + omega n)) + sum over sources of f e^(i (omega + Omega) n) at their sites

It stands, k = 0 and omega = 0, or turns with a carrier. A frequency Omega is counted from the carrier's, as that of a
perturbation is.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from numbers import Real
from operator import index
from typing import Any

import numpy as np
import sympy as sp

from analytics.errors import ParameterError
from analytics.expressions.parameter import exact_number
from numerics.engines.double import doubles
from numerics.engines.enclosure import balls
from numerics.engines.protocol import Array, Vector
from numerics.lattice.inputs import Drive, given_array, smallness_of
from numerics.lattice.map import LatticeMap

OPERATION = "landscape"


@dataclass(frozen=True, slots=True)
class Source:
    """f e^(i Omega n) at one site.

    site: one whole number per axis. frequency: Omega in rad/step; amplitude: f > 0; both exact.
    """

    site: tuple[int, ...]
    frequency: Any
    amplitude: Any = 1

    def __post_init__(self) -> None:
        try:
            object.__setattr__(self, "site", tuple(map(index, self.site)))
        except TypeError:
            raise ParameterError(
                "source", "a site is one whole number per axis", repr(self.site), "Give (12, 40)."
            ) from None
        for name in ("frequency", "amplitude"):
            value = exact_number(getattr(self, name), f"source: {name}")
            if not value.is_extended_real:
                raise ParameterError("source", f"the {name} is a real number", value, "Leave i out.")
            object.__setattr__(self, name, value)
        if not self.amplitude.is_positive:
            raise ParameterError("source", "the amplitude must be above 0", self.amplitude, "Give 1.")

    def inside(self, shape: tuple[int, ...]) -> Source:
        """The source itself. Raises ParameterError unless its site is one of a lattice of that shape."""
        require_site("source", self.site, shape)
        return self


@dataclass(frozen=True, slots=True, eq=False)
class Landscape:
    """An input by its strength at every site, and the sources in it.

    values: I_0(x), an array of the lattice's shape, real and 0 or above; doubles, or exact numbers. wavevector: k in
    rad/site, multiples of 2 pi / N; frequency: omega in rad/step; both exact, 0 where they are not given. sources:
    with one or more, the input has no steady state; that of `silent` is the activity in which the waves run. Raises
    ParameterError for values that are not so, and for a source outside.
    """

    values: Any
    wavevector: tuple[sp.Expr, ...] = ()
    frequency: Any = 0
    sources: tuple[Source, ...] = ()

    def __post_init__(self) -> None:
        given = given_array(self.values, OPERATION)
        if given.ndim == 0 or not given.size:
            raise ParameterError(
                OPERATION, "an array of one axis or more is needed", given.shape, "Give rows."
            )
        _require_strengths(given)
        object.__setattr__(self, "values", given)
        if isinstance(self.wavevector, str) or not isinstance(self.wavevector, Iterable):
            raise ParameterError(
                OPERATION, "a wavevector is one number per axis", repr(self.wavevector), 'Give ("pi/4", "0").'
            )
        wavevector = tuple(exact_number(k, f"{OPERATION}: wavevector") for k in self.wavevector)
        if wavevector and len(wavevector) != given.ndim:
            raise ParameterError(
                OPERATION, f"a wavevector has {given.ndim} components here", wavevector, "Give one per axis."
            )
        object.__setattr__(self, "wavevector", wavevector or (sp.S.Zero,) * given.ndim)
        object.__setattr__(self, "frequency", exact_number(self.frequency, f"{OPERATION}: frequency"))
        for value in (*self.wavevector, self.frequency):
            if not value.is_extended_real:
                raise ParameterError(
                    OPERATION, "wavenumbers and the frequency of a carrier are real", value, "Leave i out."
                )
        sources = tuple(self.sources) if isinstance(self.sources, Iterable) else (None,)
        if not all(isinstance(source, Source) for source in sources):
            raise ParameterError(
                OPERATION,
                "sources are a tuple of them",
                repr(self.sources),
                "Give (Source((12, 40), '1/5'),).",
            )
        object.__setattr__(self, "sources", sources)
        for source in self.sources:
            source.inside(given.shape)

    def __repr__(self) -> str:
        sites = " x ".join(map(str, self.shape))
        return f"<Landscape of {sites} sites, {len(self.sources)} sources>"

    @property
    def shape(self) -> tuple[int, ...]:
        """Sites along each axis."""
        shape: tuple[int, ...] = self.values.shape
        return shape

    @property
    def doubles(self) -> np.ndarray[Any, np.dtype[np.float64]]:
        """I_0(x), rounded to doubles."""
        return np.array([float(value) for value in self.values.flat]).reshape(self.shape)

    @property
    def turns(self) -> bool:
        """Does the input change from step to step, but for its sources?"""
        return bool(self.frequency != 0)

    @property
    def silent(self) -> Landscape:
        """The same without sources."""
        return replace(self, sources=())

    @property
    def smallness(self) -> int:
        return smallness_of([*self.values.flat, *(source.amplitude for source in self.sources)])

    def drive(self, lattice_map: LatticeMap) -> Drive:
        """The input on that lattice. Raises ParameterError for a lattice of another shape."""
        engine, lattice = lattice_map.engine, lattice_map.lattice
        if lattice.shape != self.shape:
            raise ParameterError(
                OPERATION,
                f"the lattice must have its shape, {self.shape}",
                lattice.shape,
                "Draw it larger or smaller.",
            )
        omega, still = engine.number(self.frequency), engine.vector(self.values.ravel())
        indices = lattice.indices(self.wavevector)
        if any(indices):
            still = _product(lattice_map, still, engine.plane_wave(indices))
        if not self.sources:
            return Drive(lambda n: engine.combine([engine.context.expj(omega * n)], [still]), omega)
        spots = [engine.vector(self._spot(source).ravel()) for source in self.sources]
        rates = [omega + engine.number(source.frequency) for source in self.sources]

        def at(n: int) -> Vector:
            turns = [engine.context.expj(rate * n) for rate in (omega, *rates)]
            return engine.combine(turns, [still, *spots])

        return Drive(at, None)

    def _spot(self, source: Source) -> Array:
        spot = np.zeros(self.shape, dtype=object)
        spot[source.site] = source.amplitude
        return spot


def require_site(operation: str, site: tuple[int, ...], shape: tuple[int, ...]) -> None:
    """Raise ParameterError unless `site` is one of a lattice of that shape."""
    if len(site) != len(shape) or not all(0 <= x < n for x, n in zip(site, shape)):
        ranges = ", ".join(f"0 to {n - 1}" for n in shape)
        raise ParameterError(
            operation, f"a site of the lattice is needed, {ranges}", str(site), "Move it inside."
        )


def require_part(operation: str, name: str, value: object, remedy: str) -> None:
    """Raise ParameterError unless `value` is a number between 0 and 1."""
    if not (isinstance(value, Real) and 0 < float(value) < 1):
        raise ParameterError(operation, f"the {name} lies between 0 and 1", repr(value), remedy)


def _product(lattice_map: LatticeMap, left: Vector, right: Vector) -> Vector:
    """The product at every site."""
    engine = lattice_map.engine
    if engine.name == "double":
        return Vector(doubles(left) * doubles(right))
    if engine.name == "enclosure":
        return Vector([a * b for a, b in zip(balls(left), balls(right), strict=True)])
    convert = engine.context.convert
    pairs = zip(engine.values(left), engine.values(right), strict=True)
    return engine.vector([convert(a) * convert(b) for a, b in pairs])


def _require_strengths(given: Array) -> None:
    """Raise ParameterError unless the values are real and none lies below 0."""
    for value in given.flat:
        real = np.isreal(value) if given.dtype != object else getattr(value, "imag", 0) == 0
        if isinstance(value, sp.Expr):
            real = value.is_extended_real
        if not real:
            raise ParameterError(OPERATION, "strengths are real", value, "Give the phase as a carrier.")
        if value < 0:
            raise ParameterError(
                OPERATION,
                "strengths are 0 or above",
                value,
                "Shift or scale it, so that no site has less than 0.",
            )
