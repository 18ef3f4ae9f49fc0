"""Real networks: the lattice with a real stencil, a real input and a real state.

    X_{n+1} = rho( U (*) X_n + I_n ),      rho element by element

is the map of `numerics.lattice.map` as it stands: U is real where its stencil is, and of a real number w the
activation rho(|w|) w/|w| keeps the sign, which is rho(w) since rho is odd. So real states stay real; what is
left of an imaginary part is rounding, and is seen to be no more.
"""

from __future__ import annotations

from collections.abc import Sequence

import mpmath

from analytics.errors import KernelError
from analytics.evaluation.mpmath_types import Number
from analytics.network.network import Network
from numerics.engines.precision import require_small


def require_real(operation: str, network: Network) -> None:
    """Raise KernelError unless the stencil is real."""
    kernel = network.kernel
    if not kernel.is_real:
        raise KernelError(
            operation,
            "the states of the network must be real, so its stencil as well",
            f"the kernel '{kernel.name}'",
            "Use a real antisymmetric stencil, such as 'advection'.",
        )


def reality_check(state: Sequence[Number], digits: int) -> str:
    """In words, that a state is real. Raises ConvergenceError unless it is to a relative 10^-digits."""
    size = max(abs(value.real) for value in state)
    rest = max(abs(value.imag) for value in state) / size
    require_small("state of a real network", "Carry more digits.", rest, mpmath.mp.mpf(10) ** -digits)
    return f"real on all sites, to a relative {mpmath.nstr(rest, 2)}"
