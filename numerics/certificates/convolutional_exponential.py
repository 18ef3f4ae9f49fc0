"""The convolutional exponential of a stencil on a periodic lattice, and its derivatives.

    U = exp_(*)(A) = sum_n A^(*n) / n!,      u(k) = e^(a(k)),  a(k) = sum_x A(x) e^(-i k.x)
    dU/dp = U (*) dA/dp,                     the inverse transform of u(k) da(k)/dp

The exponential commutes with its own generator, so the derivative is a single convolution: exact, and at the
price of one more transform per parameter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, log, prod
from typing import Any

import numpy as np
import sympy as sp

from analytics.errors import KernelError
from analytics.evaluation.values import require_digits
from analytics.exclusive import in_turn
from analytics.expressions.parameter import exact_number
from analytics.network.kernel import Kernel, cartesian
from analytics.network.relations import Offset
from numerics.engines.axes import flat_index
from numerics.engines.choice import create_engine
from numerics.engines.numbers import real_out
from numerics.engines.precision import FIXED_DIGITS, GUARD
from numerics.engines.protocol import Array, Engine, Vector

MOST_SITES = 10**7
"""Sites of a lattice, which are held in memory."""


@dataclass(frozen=True, slots=True)
class ConvolutionalExponential:
    """taps: U, an array of the lattice's shape; U(x) stands at index x modulo the lattice, the origin first.

    derivatives: parameter -> dU/dp, arrays like `taps`. The parameters are the constants of a kernel, by name,
    or the coefficients of a plain stencil, by offset.
    Real arrays for a real A, which is orthogonal where it is antisymmetric: float64 in double precision, else
    objects `mpmath.mp.mpf`. Complex ones otherwise: complex128 or `mpmath.mp.mpc`.
    """

    taps: Array
    derivatives: Mapping[str | Offset, Array]
    engine: str
    digits: int

    def __repr__(self) -> str:
        names = ", ".join(map(str, self.derivatives))
        return f"<ConvolutionalExponential of shape {self.taps.shape}, derivatives by {names}, {self.digits} digits>"


@in_turn
def convolutional_exponential(
    stencil: Kernel | Mapping[Offset, object],
    sizes: Sequence[int],
    *,
    digits: int = FIXED_DIGITS,
    engine: str | None = None,
) -> ConvolutionalExponential:
    r"""Stencil of :math:`U = \exp_\circledast(A)` on a periodic lattice, and their derivatives.

    .. math:: U(x) = \frac1N \sum_k e^{a(k) + i k x}, \qquad
              \frac{\partial U}{\partial p} = U \circledast \frac{\partial A}{\partial p}

    stencil: a kernel, of infinite stencil too, or offset -> coefficient with numbers, exact text such as "I/5" too;
    a plain stencil need not be anti-Hermitian. sizes: sites along each of its axes, one, two or three or more.
    digits: every tap has an absolute error below 10^-digits e^h, every derivative one below that times the sum
    of |dA/dp|; h is the sum of |A(x) + conj A(-x)|/2, which is 0 for a kernel: |U(x)| <= e^h. In double precision
    it is a few units of 1e-16 in place of 10^-digits. engine: "double" up to 15 digits and "ball" beyond unless
    named; "reference" is mpmath.

    On the lattice U is the sum of its images on the infinite one, U(x) + U(x + N) + ...

    Raises KernelError for offsets that do not fit the lattice: of another dimension, or more than half of it
    away, 2 |x_j| >= N_j, where two would meet. ParameterError or GrammarError for a coefficient that is no
    finite number, PrecisionError for digits that the engine cannot carry.
    """
    require_digits("convolutional exponential", digits)
    if isinstance(stencil, Kernel) and stencil.band is not None:
        return _of_band(stencil, _shape(sizes), digits, engine)
    coefficients, slopes = exact_coefficients(stencil), _slopes(stencil)
    shape = fitting_shape(coefficients, sizes)
    arithmetic = _engine(engine, shape, digits, decades_of(coefficients))
    convolve = arithmetic.convolution(tuple(coefficients.items()))
    is_real = all(value.is_real for value in coefficients.values())

    def applied(taps: Mapping[Offset, sp.Expr]) -> Array:
        wrapped: list[object] = [0] * prod(shape)
        for offset, value in taps.items():
            wrapped[flat_index(offset, shape)] = value
        return _array(arithmetic, convolve(arithmetic.vector(wrapped)), is_real)

    return ConvolutionalExponential(
        taps=applied({(0,) * len(shape): sp.S.One}),
        derivatives={parameter: applied(change) for parameter, change in slopes.items()},
        engine=arithmetic.name,
        digits=digits,
    )


def _of_band(
    kernel: Kernel, shape: tuple[int, ...], digits: int, engine: str | None
) -> ConvolutionalExponential:
    """The inverse transforms of e^(i omega(k)) and of its derivatives, i e^(i omega(k)) d omega/dp."""
    if kernel.band is None or len(shape) != kernel.dimension:
        raise KernelError(
            f"exponential of a stencil on {shape} sites",
            f"the kernel '{kernel.name}' needs {kernel.dimension} axes",
            len(shape),
            "Give one size per axis.",
        )
    for length in shape:
        _require_length(shape, length, 1, "an axis")
    values, omega = dict(kernel.constants), kernel.band.frequency
    wavevector, turn = kernel.wavenumbers, sp.exp(sp.I * omega)
    arithmetic = _engine(engine, shape, digits, 0.0)
    spot = arithmetic.vector([1] + [0] * (prod(shape) - 1))
    is_real = kernel.even_part(wavevector) == 0

    def inverse(symbol: sp.Expr) -> Array:
        return _array(arithmetic, arithmetic.multiplier(wavevector, symbol.xreplace(values))(spot), is_real)

    return ConvolutionalExponential(
        taps=inverse(turn),
        derivatives={str(symbol): inverse(sp.diff(turn, symbol)) for symbol in values},
        engine=arithmetic.name,
        digits=digits,
    )


def decades_of(coefficients: Mapping[Offset, sp.Expr]) -> float:
    """log10(1 + sum |A(x)|), of which the digits before the point of a(k) are no more."""
    size = 1 + sum(abs(value.evalf(15)) for value in coefficients.values())
    return float(sp.log(size, 10).evalf(15))


def _engine(name: str | None, shape: tuple[int, ...], digits: int, decades: float) -> Engine:
    """The arithmetic, with digits for the size of a(k), whose error the exponential takes over, and for sums."""
    name = name or ("double" if digits <= FIXED_DIGITS else "ball")
    extra = GUARD + ceil(decades + log(prod(shape)))
    return create_engine(name, shape, digits if name == "double" else digits + extra)


Coefficients = dict[Offset, sp.Expr]


def exact_coefficients(stencil: Kernel | Mapping[Offset, object]) -> Coefficients:
    """A with its numbers put in. Raises as `convolutional_exponential` does for what is no finite stencil."""
    if isinstance(stencil, Kernel):
        if stencil.band is not None:
            raise KernelError(
                f"the stencil of kernel '{stencil.name}'",
                "a finite one is needed",
                f"omega = {stencil.band.frequency}",
                "Use a trigonometric polynomial.",
            )
        values = dict(stencil.constants)
        return {offset: cartesian(value.subs(values)) for offset, value in stencil.stencil}
    if not isinstance(stencil, Mapping):
        raise KernelError(
            "exponential of a stencil",
            "a kernel, or a mapping of offsets to numbers, is needed",
            repr(stencil),
            'Write {(1,): "1/2", (-1,): "-1/2"}.',
        )
    return {_offset(offset): _number(value) for offset, value in stencil.items()}


def _slopes(stencil: Kernel | Mapping[Offset, object]) -> dict[str | Offset, Coefficients]:
    """dA/dp for every parameter p."""
    if not isinstance(stencil, Kernel):
        return {offset: {offset: sp.S.One} for offset in stencil}
    values = dict(stencil.constants)
    return {
        str(symbol): {
            offset: cartesian(sp.diff(coefficient, symbol).subs(values))
            for offset, coefficient in stencil.stencil
            if coefficient.has(symbol)
        }
        for symbol in values
    }


def _offset(offset: object) -> Offset:
    if isinstance(offset, tuple) and offset and all(type(step) is int for step in offset):
        return offset
    raise KernelError(
        "convolutional exponential",
        "an offset is a tuple of whole numbers, one per axis",
        repr(offset),
        "Write (1,) on a ring, (1, 0) on a torus.",
    )


def _number(value: Any) -> sp.Expr:
    """A real or complex number, exactly."""
    if isinstance(value, complex) or (hasattr(value, "_mpc_") and not isinstance(value, sp.Expr)):
        return exact_number(value.real) + sp.I * exact_number(value.imag)
    return cartesian(exact_number(value))


def fitting_shape(coefficients: Coefficients, sizes: Sequence[int]) -> tuple[int, ...]:
    """`sizes`, if a lattice of them holds the stencil. Raises KernelError."""
    shape = _shape(sizes)
    if not coefficients or {len(offset) for offset in coefficients} != {len(shape)}:
        raise KernelError(
            f"exponential of a stencil on {shape} sites",
            "the stencil needs offsets with one component per axis of the lattice",
            sorted(coefficients),
            "Give one size per axis.",
        )
    for axis, length in enumerate(shape):
        reach = max(abs(offset[axis]) for offset in coefficients)
        _require_length(shape, length, 2 * reach + 1, f"where the stencil reaches {reach}, axis {axis + 1}")
    return shape


def _shape(sizes: Sequence[int]) -> tuple[int, ...]:
    """Raises KernelError for what is no sequence, and for a lattice that no memory holds."""
    if not isinstance(sizes, Sequence):
        raise KernelError(
            "exponential of a stencil", "the sizes are one whole number per axis", repr(sizes), "Write (64,)."
        )
    shape = tuple(sizes)
    whole = all(isinstance(length, int) and length > 0 for length in shape)
    if whole and prod(shape) > MOST_SITES:
        raise KernelError(
            f"exponential of a stencil on {shape} sites",
            f"at most {MOST_SITES} sites are held",
            prod(shape),
            "Use a smaller lattice.",
        )
    return shape


def _require_length(shape: tuple[int, ...], length: object, least: int, where: str) -> None:
    if isinstance(length, bool) or not isinstance(length, int) or length < least:
        raise KernelError(
            f"exponential of a stencil on {shape} sites",
            f"{where} needs a whole number of at least {least} sites",
            length,
            "Use a larger lattice.",
        )


def _array(engine: Engine, vector: Vector, is_real: bool) -> Array:
    array = engine.array(vector)
    if not is_real:
        return array
    if engine.name == "double":
        return array.real.copy()
    real = np.array([real_out(value.real) for value in array.flat], dtype=object)
    return real.reshape(array.shape)
