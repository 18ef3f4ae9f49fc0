"""A proof, by ball arithmetic, of how unitary a kernel is on a lattice and how little of it lies outside.

    u(k) = e^(a(k)),  a(k) = sum_x A(x) e^(-i k.x),      U = exp_(*)(A)

Every number is an interval that contains the exact one, from the coefficients on: the bounds are theorems about
the kernel, up to the correctness of FLINT, and not estimates.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from math import ceil, prod

from flint import acb, arb

from analytics.balls.arithmetic import GUARD_BITS, constant_ball, flint_precision
from analytics.evaluation.contexts import bits_of
from analytics.evaluation.mpmath_types import Number
from analytics.evaluation.values import require_digits
from analytics.exclusive import in_turn
from analytics.network.kernel import Kernel
from analytics.network.relations import Offset
from numerics.certificates.convolutional_exponential import decades_of, exact_coefficients, fitting_shape
from numerics.engines.axes import along_axes, flat_index
from numerics.engines.numbers import real_out

BISECTIONS = 20
"""Of the interval in which the best t is looked for; any t > 0 gives a valid bound."""


@dataclass(frozen=True, slots=True)
class KernelCertificate:
    """Rigorous bounds for a kernel on a periodic lattice, `mpmath.mp.mpf` numbers rounded upwards.

    deviation: | 1 - |u(k)| | is at most this for every wavenumber of the lattice, k_j = 2 pi m_j / N_j.
    truncation: the sum of |U(x)| over all sites x of the infinite lattice with 2 |x_j| >= N_j on some axis, which
        the lattice has no place for, is at most this. So is what wrapping around adds to any tap,
        |U_N(x) - U(x)|, and the norm of the convolution with all that is cut off.
    """

    sizes: tuple[int, ...]
    digits: int
    deviation: Number
    truncation: Number

    @property
    def unitary(self) -> bool:
        """Is the kernel proved to be unitary to within 10^-digits?"""
        return bool(self.deviation <= _power_of_ten(self.digits))

    @property
    def contained(self) -> bool:
        """Are the taps outside the lattice proved to add up to no more than 10^-digits?"""
        return bool(self.truncation <= _power_of_ten(self.digits))


@in_turn
def certify_kernel(
    kernel: Kernel | Mapping[Offset, object], sizes: int | Sequence[int], digits: int = 50
) -> KernelCertificate:
    """Bounds on the deviation of U from unitarity and on its taps beyond a lattice of `sizes` sites.

    The proof. (1) The coefficients A(x) are enclosed in balls, a(k) is their discrete Fourier transform in balls,
    and |u(k)| = e^(Re a(k)) with Re a(k) in a ball: the largest value that |1 - |u(k)|| takes in any of them bounds
    the true one. (2) For every t > 0 and either side of axis j, the sites with x_j >= h_j, 2 h_j >= N_j, have
    e^(t x_j) >= e^(t h_j), and weights e^(t x_j) turn a convolution into a convolution of weighted taps, so that

        sum_{x_j >= h_j} |U(x)|  <=  e^(-t h_j) sum_x e^(t x_j) |U(x)|
                                 <=  e^(-t h_j) |e^(A(0))| exp( sum_{x != 0} |A(x)| e^(t x_j) )

    and 0 where no tap of A steps to that side. The bound is the sum over both sides of all axes, each at a t close
    to its best, evaluated in balls.
    A tap of the lattice is the sum U(x) + U(x + N) + ... of its images, all but one of which lie outside.

    kernel: or a plain stencil, offset -> number, that need not be anti-Hermitian. sizes: sites along each axis, or
    one number for all. Raises as `convolutional_exponential`; PrecisionError for a function without enclosure.
    """
    require_digits("certificate of a kernel", digits)
    coefficients = exact_coefficients(kernel)
    axes = len(next(iter(coefficients), ()))
    shape = fitting_shape(coefficients, (sizes,) * axes if isinstance(sizes, int) else sizes)
    size_bits = bits_of(ceil(decades_of(coefficients)))
    with flint_precision(bits_of(digits) + GUARD_BITS + prod(shape).bit_length() + size_bits):
        taps = {offset: acb(constant_ball(value)) for offset, value in coefficients.items()}
        return KernelCertificate(
            sizes=shape,
            digits=digits,
            deviation=_upper(_deviation(taps, shape)),
            truncation=_upper(_truncation(taps, shape)),
        )


def _deviation(taps: Mapping[Offset, acb], shape: tuple[int, ...]) -> arb:
    wrapped = [acb(0)] * prod(shape)
    for offset, value in taps.items():
        wrapped[flat_index(offset, shape)] += value
    symbol = along_axes(acb.dft, wrapped, shape)
    return reduce(arb.max, (abs(1 - value.real.exp()).abs_upper() for value in symbol), arb(0))


def _truncation(taps: Mapping[Offset, acb], shape: tuple[int, ...]) -> arb:
    origin = (0,) * len(shape)
    scale = taps[origin].real.exp() if origin in taps else arb(1)
    total = arb(0)
    for axis, length in enumerate(shape):
        for side in (1, -1):
            weights = [(side * x[axis], value.abs_upper()) for x, value in taps.items() if any(x)]
            if any(step > 0 and weight > 0 for step, weight in weights):
                total += _beyond((length + 1) // 2, weights)
    return scale * total


def _beyond(place: int, weights: Sequence[tuple[int, arb]]) -> arb:
    """exp( sum_x |A(x)| e^(t x) - t h ) at a t > 0 close to where it is least."""

    def slope(t: arb) -> arb:
        return sum((step * weight * (step * t).exp() for step, weight in weights), start=arb(-place)).mid()

    low, high = arb(0), arb(1)
    while slope(high) < 0:
        low, high = high, 2 * high
    for _ in range(BISECTIONS):
        middle = ((low + high) / 2).mid()
        low, high = (middle, high) if slope(middle) < 0 else (low, middle)
    exponent = sum((weight * (step * high).exp() for step, weight in weights), start=-place * high)
    return exponent.exp()


def _upper(bound: arb) -> Number:
    """Rounded upwards; infinite, and no bound, where it is too large to be held."""
    return real_out(bound.upper() if bound.is_finite() else arb("+inf"))


def _power_of_ten(digits: int) -> Number:
    """10^-digits, rounded downwards."""
    with flint_precision(bits_of(digits) + GUARD_BITS):
        return real_out((arb(10) ** -digits).lower())
