"""Eigenvalues and decay rates of a measured propagator, and what they cost in digits.

With M known to an absolute error e, its trace and determinant are known as well, but the eigenvalues

    lambda = w (C +- sqrt(C^2 - D)),    det M = w^2 D,  trace M = 2 w C,  |w| = 1,  D > 0,  C >= 0

only to e / sqrt|C^2 - D|, and to sqrt(e) where the discriminant vanishes: at an exceptional point half of
the digits are lost. The rates -ln|lambda| are small numbers, whose relative accuracy costs -log10(rate)
digits more. So a propagator is measured, the loss is read off it, and it is measured again where it was
not sharp enough.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil

import mpmath
import sympy as sp

from numerics.engines.precision import GUARD, MARGIN, require_small, sharpened
from numerics.engines.protocol import Scalar
from numerics.perturbations.perturbed_state import Activity
from numerics.perturbations.propagator import Propagator, propagator
from numerics.steady_states.response import Response


@dataclass(frozen=True, slots=True)
class Spectrum:
    """The eigenvalues of one propagator, the slower first, and their decay rates per step.

    Where both decay equally the first is w (C + sqrt(C^2 - D)). discriminant: (C^2 - D) / D, negative where
    they do. lost, lost_of_rates: decimal digits by which the relative error of the worst eigenvalue, or
    rate, exceeds that of the propagator. resolved: the discriminant exceeds its own error.
    All numbers are of the propagator's context.
    """

    propagator: Propagator
    eigenvalues: tuple[Scalar, Scalar]
    rates: tuple[Scalar, Scalar]
    discriminant: Scalar
    resolved: bool
    lost: int
    lost_of_rates: int

    @property
    def nearness(self) -> str:
        """In words: where this is seen from the exceptional point, and what that costs."""
        regime = "underdamped" if self.discriminant < 0 else "overdamped"
        if not self.resolved:
            regime = f"at an exceptional point to {self.propagator.digits} digits of the propagator"
        shown = mpmath.nstr(self.propagator.context.mpf(self.discriminant), 3)
        return (
            f"{regime}: discriminant (C^2 - |det|)/|det| = {shown}; "
            f"it costs {self.lost} digits of the eigenvalues, {self.lost_of_rates} of the rates"
        )


def spectrum(activity: Activity, wavevector: tuple[sp.Expr, ...], *, digits: int, of_rates: bool) -> Spectrum:
    """Eigenvalues, or rates where `of_rates`, of one wave of the lattice, right to `digits` digits."""

    def measured(carried: int, start: Response | None) -> Propagator:
        return propagator(activity, wavevector, digits=carried, start=start)

    return sharp_spectrum(measured, digits, of_rates=of_rates, expected=2 * activity.drive.smallness)


def sharp_spectrum(
    measured: Callable[[int, Response | None], Propagator], digits: int, *, of_rates: bool, expected: int = 0
) -> Spectrum:
    """Eigenvalues, or rates where `of_rates`, right to `digits` digits.

    measured: a propagator to so many digits, begun from a response found before. expected: digits that are lost, as
    a guess.
    Raises ConvergenceError where the measured matrix is not that of a unitary kernel between real gains,
    PrecisionError where that would take more digits than are carried, as far in saturation.
    """

    def compute(carried: int, before: Spectrum | None) -> Spectrum:
        return analyse(measured(carried, before.propagator.response if before else None))

    def needed(found: Spectrum, carried: int) -> int:
        return digits + MARGIN + (found.lost_of_rates if of_rates else found.lost)

    return sharpened("eigenvalues of a perturbation", compute, needed, digits + MARGIN + GUARD + expected)


def analyse(measured: Propagator) -> Spectrum:
    """Eigenvalues, rates and their loss of digits, from the entries of M."""
    context = measured.context
    m11, m12, m21, m22 = measured.entries
    trace, determinant = m11 + m22, m11 * m22 - m12 * m21
    size, noise = max(abs(entry) for entry in measured.entries), measured.noise
    product, product_noise = abs(determinant), 4 * size * noise
    if product_noise >= product:  # nothing can be said yet: the determinant is lost in its own error
        zero, lost = context.zero, 2 * measured.digits
        return Spectrum(measured, (zero, zero), (zero, zero), zero, False, lost, lost)
    w = context.sqrt(determinant / product)
    centre = trace / (2 * w)
    allowed = 100 * (noise + abs(centre) * product_noise / product)
    if centre.real < -allowed or (abs(centre.real) <= allowed and w.real < 0):
        w, centre = -w, -centre
    require_small(
        "eigenvalues of a perturbation",
        "Trace and determinant of the propagator do not fit a unitary kernel.",
        abs(centre.imag),
        allowed,
    )
    c = centre.real
    inside, inside_noise = c**2 - product, 2 * c * noise + product_noise
    root = context.sqrt(inside)
    resolved = bool(abs(inside) > inside_noise)
    root_noise = inside_noise / (2 * abs(root)) if resolved else context.sqrt(inside_noise)
    slow = c + root
    fast = product / slow
    slow_error = (noise + root_noise) / abs(slow) + product_noise / product
    fast_error = slow_error + product_noise / product
    if inside < 0:
        rates = (-context.log(product) / 2,) * 2
    else:
        rates = (-context.log(slow), -context.log(fast))
    rate_error = product_noise / product if resolved and inside < 0 else fast_error
    return Spectrum(
        propagator=measured,
        eigenvalues=(w * slow, w * fast),
        rates=rates,
        discriminant=inside / product,
        resolved=resolved,
        lost=_lost(measured, max(slow_error, fast_error)),
        lost_of_rates=_lost(
            measured, rate_error / min(abs(rate) for rate in rates) if all(rates) else context.one
        ),
    )


def _lost(measured: Propagator, error: Scalar) -> int:
    return max(0, measured.digits + ceil(float(measured.context.log10(error))))
