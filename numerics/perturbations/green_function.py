"""What a step makes of a perturbation of a single site, and by superposition of one of any real wavenumber.

In the frame of `numerics.perturbations.perturbed_state` a small change v of the steady state becomes

    v -> sum over y of G(x - y) v(y) + H(x - y) conj v(y)

since a step is linear over the reals in it and the state looks the same from every site. Perturbing one site by 1
and by i gives G and H; with their transforms G^(q) = sum over x of G(x) e^(-i q.x) the propagator is

    M(q) = ( G^(q),  H^(q);  conj H^(-q),  conj G^(-q) )

at every q, on the infinite lattice too where the lattice is so large that nothing comes around it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analytics.errors import PrecisionError
from analytics.evaluation.contexts import bits_of, kept_bits
from analytics.evaluation.mpmath_types import Context
from numerics.engines.axes import sites
from numerics.engines.protocol import Scalar
from numerics.lattice.map import Lattice
from numerics.perturbations.perturbed_state import Activity, PerturbedState
from numerics.perturbations.propagator import Propagator, refuse_double
from numerics.steady_states.response import Response

LEAST_LENGTH = 16
"""Sites along each axis of the smallest lattice tried."""

MOST_SITES = 2**18
"""A lattice is made no larger than this."""

SUM_GUARD = 10
"""Digits carried by sums over the sites beyond those of G and H."""

OUTSIDE = 7
"""A site lies outside where along some axis its distance is OUTSIDE/16 of the lattice or more."""


@dataclass(frozen=True, slots=True)
class GreenFunction:
    """G and H where they are not 0 to `digits` digits.

    offsets: x, counted from the perturbed site to both sides; direct, conjugate: G(x) and H(x), of `context`, each
    right to about 10^-digits.
    """

    offsets: tuple[tuple[int, ...], ...]
    direct: tuple[Scalar, ...]
    conjugate: tuple[Scalar, ...]
    digits: int
    lattice: Lattice
    response: Response
    context: Context

    def propagator(self, wavevector: Sequence[Scalar]) -> Propagator:
        """M(q) for real q in rad/site, numbers of `context`."""
        conj, dot = self.context.conj, self.context.fdot
        mirrored = [self.context.expj(dot(wavevector, x)) for x in self.offsets]
        phases = [conj(phase) for phase in mirrored]
        return Propagator(
            entries=(
                dot(self.direct, phases),
                dot(self.conjugate, phases),
                conj(dot(self.conjugate, mirrored)),
                conj(dot(self.direct, mirrored)),
            ),
            digits=self.digits,
            lattice=self.lattice,
            response=self.response,
            context=self.context,
        )


def green_function(activity: Activity, *, digits: int) -> GreenFunction:
    """G and H of a step about the ongoing activity, on the infinite lattice, to an absolute 10^-digits.

    Raises PrecisionError where a perturbation reaches around a lattice of MOST_SITES sites, and for the engine
    "double".
    """
    refuse_double("perturbing one site of a steady state", activity.engine)
    length, left, start = LEAST_LENGTH, "a carrier that repeats in more", None
    while True:
        lattice = activity.lattice(least=(length,) * len(activity.carrier))
        if lattice.sites > MOST_SITES:
            raise PrecisionError(
                "perturbing one site of a steady state",
                f"at the far side of a lattice of at most {MOST_SITES} sites less than 1e-{digits} must be seen of it",
                left,
                "Choose a carrier of a shorter period, or ask for fewer digits.",
            )
        state = PerturbedState(activity, lattice, digits, start=start)
        found = _seen(state)
        far = max(
            (abs(value) for x, *values in found if _is_outside(x, lattice) for value in values), default=0
        )
        if far <= state.context.mpf(10) ** -digits:
            break
        left = f"{state.context.nstr(far, 3)} on {lattice.sites} sites"
        start, length = state.response, 2 * length
    context = kept_bits(bits_of(digits + SUM_GUARD))
    if not found:
        raise PrecisionError(
            "perturbing one site of a steady state",
            f"more than 1e-{digits} must be seen of it",
            "nothing: the state is saturated",
            "Choose a weaker input.",
        )
    offsets, direct, conjugate = zip(*found, strict=True)
    return GreenFunction(
        offsets=offsets,
        direct=tuple(map(context.convert, direct)),
        conjugate=tuple(map(context.convert, conjugate)),
        digits=digits,
        lattice=lattice,
        response=state.response,
        context=context,
    )


def _seen(state: PerturbedState) -> list[tuple[tuple[int, ...], Scalar, Scalar]]:
    """x, G(x) and H(x), without sites that see nothing of the perturbation to the digits of the state."""
    shape, least = state.lattice.shape, state.context.mpf(10) ** -state.digits
    offsets = (
        tuple(part - length * (2 * part > length) for part, length in zip(x, shape)) for x in sites(shape)
    )
    seen = zip(offsets, *state.in_parts(state.change, state.pulse()), strict=True)
    return [(x, G, H) for x, G, H in seen if max(abs(G), abs(H)) > least]


def _is_outside(offset: tuple[int, ...], lattice: Lattice) -> bool:
    return any(16 * abs(part) >= OUTSIDE * length for part, length in zip(offset, lattice.shape, strict=True))
