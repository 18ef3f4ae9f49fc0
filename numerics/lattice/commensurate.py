"""Lattices on which given waves are periodic."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import ceil, lcm, prod, tau

import sympy as sp

from analytics.errors import ParameterError
from analytics.exclusive import in_turn
from analytics.network.network import Network
from numerics.lattice.map import Lattice, smallest_shape, turns

MOST_SITES = 4096
"""A lattice is made no larger than this to hold a wave."""

SIMPLE = 64
"""An admissible wavenumber that is proposed has at most this denominator."""


def commensurate_lattice(
    network: Network, wavevectors: Sequence[Sequence[sp.Expr]], *, least: Sequence[int] | None = None
) -> Lattice:
    """The smallest lattice that holds the stencil and on which all of these waves are periodic.

    wavevectors: exact, in rad/site. least: lengths that the axes have at least; the number of periods along
    each is then a power of two, which a Fourier transform likes best.
    Raises ParameterError for a wavenumber that is not 2 pi m / N, or takes more than MOST_SITES sites.
    """
    shape = []
    for axis, needed in enumerate(smallest_shape(network)):
        period = lcm(*(_period(wavevector[axis]) for wavevector in wavevectors))
        if least is None:
            shape.append(period * ceil(needed / period))
        else:
            shape.append(period << (ceil(max(needed, least[axis]) / period) - 1).bit_length())
    if least is None and prod(shape) > MOST_SITES:
        raise ParameterError(
            "waves on a periodic lattice",
            f"all must be periodic on at most {MOST_SITES} sites",
            f"{', '.join(str(k) for wavevector in wavevectors for k in wavevector)}, on {' x '.join(map(str, shape))}",
            "Choose fractions of 2*pi of smaller denominators.",
        )
    return Lattice(network, tuple(shape))


@in_turn
def _period(wavenumber: sp.Expr) -> int:
    """Sites after which e^(i k x) repeats."""
    ratio = turns(wavenumber)
    if ratio is None or ratio.q > MOST_SITES:
        near = 2 * sp.pi * sp.Rational(Fraction(float(wavenumber) / tau).limit_denominator(SIMPLE))
        raise ParameterError(
            "wavenumber on a periodic lattice",
            f"it must be 2*pi*m/N with whole numbers m and N, on at most {MOST_SITES} sites",
            wavenumber,
            f"The nearest admissible with N <= {SIMPLE} is {near}.",
        )
    return int(ratio.q)
