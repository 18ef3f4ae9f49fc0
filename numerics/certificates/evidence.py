"""What a certified steady state proves of the wave that is read off it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import prod
from typing import Literal

from flint import acb, arb

from analytics.balls.arithmetic import enclosure_of, flint_precision
from analytics.balls.enclosure import Enclosure
from numerics.certificates.certify import certify
from numerics.engines.enclosure import EnclosureEngine
from numerics.steady_states.steady_state import SteadyState


@dataclass(frozen=True, slots=True)
class Evidence:
    """The state that a value was read off, and how: the modulus or the phase of its projection on a plane wave.

    A(Z) = sum_x e^(-i k.x) Z(x) / N is linear and |A(Z)| <= |Z|, so of the steady state Z* that is proved to lie
    within a radius of Z the projection lies within that radius of A(Z).
    indices: as in `Engine.plane_wave`.
    """

    state: SteadyState
    indices: tuple[int, ...]
    part: Literal["amplitude", "phase"]

    def enclosure(self) -> Enclosure:
        """The value of the exact steady state in a ball. Raises CertificationError where none is proved."""
        return _enclosure(self)


@lru_cache(maxsize=128)
def _enclosure(evidence: Evidence) -> Enclosure:
    certificate = certify(evidence.state)
    shape = evidence.state.lattice.shape
    with flint_precision(certificate.bits):
        engine = EnclosureEngine(shape)
        wave, vector = engine.plane_wave(evidence.indices), engine.vector(evidence.state.state)
        around = arb(0, arb(certificate.radius))
        coefficient = acb(engine.inner(wave, vector)) / prod(shape) + acb(around, around)
        return enclosure_of(abs(coefficient) if evidence.part == "amplitude" else coefficient.arg())
