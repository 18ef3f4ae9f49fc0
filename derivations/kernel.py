"""Chapter 2: the unitary kernel and its frequencies.

U = exp_(*)(A),      A(-x) = -conj A(x),      u(k) = e^(i omega(k))
"""

from __future__ import annotations

from collections.abc import Sequence

import sympy as sp

from analytics.expressions.notation import Constant, omega
from analytics.expressions.parameter import Parameter
from analytics.law.law import Law
from analytics.law.step import WITHIN, Range, Step, definition, identity
from analytics.network.kernel import Kernel
from analytics.network.network import Network
from derivations.chapter import PAPER, Chapter, derived

SOURCE = f"M. O. Magnasco, arXiv:2302.07396 (2023); {PAPER}"


@derived()
def kernel_frequency(network: Network) -> Law:
    r"""Phase gained by a plane wave in one step, :math:`\sum_x A(x) e^{-ikx} = i\,\omega(k)`. Exact."""
    kernel = network.kernel
    wavevector = kernel.wavenumbers
    frequency = kernel.frequency(wavevector)
    ranges = wave_ranges(kernel, wavevector)
    omega_of = sp.Function("omega")(*wavevector)
    exponent = kernel.symbol(wavevector) if kernel.band is None else sp.I * omega
    steps = (
        *_spectrum(kernel),
        identity(
            "Split omega into its even and odd part in k.",
            frequency,
            kernel.even_part(wavevector) + kernel.odd_part(wavevector),
            ranges,
            shown=sp.Eq(
                omega_of,
                sp.Add(
                    *(
                        sp.UnevaluatedExpr(part)
                        for part in (kernel.even_part(wavevector), kernel.odd_part(wavevector))
                        if part != 0
                    )
                ),
            ),
        ),
        identity(
            "So the exponential U has the eigenvalue u(k) = e^(i omega(k)) of modulus one: unitary.",
            sp.exp(exponent) * sp.exp(sp.conjugate(exponent)),
            sp.S.One,
            ranges if kernel.band is None else {omega: (-3, 3)},
            shown=sp.Eq(sp.Abs(sp.Function("u")(*wavevector)) ** 2, sp.S.One, evaluate=False),
        ),
    )
    return Law(
        meaning="phase that a plane wave of wavenumber k gains in one step",
        observable="kernel_frequency",
        network=network,
        subject=omega,
        equation=sp.Eq(omega, frequency),
        parameters=tuple(wavenumber_parameter(symbol) for symbol in wavevector),
        codomain=sp.Reals,
        validity="every real k",
        source=SOURCE,
        steps=steps,
        period=2 * sp.pi,
    )


def imaginary_eigenvalue(claim: str, kernel: Kernel, wavevector: Sequence[sp.Expr]) -> Step:
    """The symbol of the stencil is i omega. wavevector: a symbol, or a multiple of one, along each axis."""
    return identity(
        claim,
        kernel.symbol(wavevector),
        sp.I * kernel.frequency(wavevector),
        wave_ranges(kernel, [symbol for component in wavevector for symbol in component.free_symbols]),
    )


def _spectrum(kernel: Kernel) -> tuple[Step, ...]:
    """Plane waves are eigenfunctions with imaginary eigenvalues; a kernel given by its frequencies has them so."""
    if kernel.band is not None:
        return (
            definition(
                "The kernel is given by its frequencies, real, smooth and the same at k and k + 2 pi.",
                sp.Function("omega")(*kernel.wavenumbers),
                kernel.frequency(kernel.wavenumbers),
            ),
        )
    wavevector, ranges = kernel.wavenumbers, wave_ranges(kernel, kernel.wavenumbers)
    site = sp.symbols(f"x1:{kernel.dimension + 1}", integer=True)
    wave = sp.exp(sp.I * sp.Add(*(k * s for k, s in zip(wavevector, site, strict=True))))
    shifted = sp.Add(
        *(
            value
            * sp.exp(sp.I * sp.Add(*(k * (s - o) for k, s, o in zip(wavevector, site, offset, strict=True))))
            for offset, value in kernel.stencil
        )
    )
    return (
        identity(
            "A plane wave is an eigenfunction of the convolution with the stencil A.",
            shifted,
            kernel.symbol(wavevector) * wave,
            ranges | dict.fromkeys(site, (-9, 9)),
        ),
        imaginary_eigenvalue(
            "Its eigenvalue is imaginary, i omega(k), because the stencil is anti-Hermitian.",
            kernel,
            wavevector,
        ),
    )


def wavenumber_parameter(symbol: sp.Symbol, default: sp.Expr | None = None) -> Parameter:
    """A wavenumber along an axis."""
    return Parameter(symbol, "wavenumber", "rad/site", sp.Reals, default)


def wave_ranges(kernel: Kernel, wavevector: Sequence[sp.Symbol]) -> dict[sp.Symbol, Range]:
    """Where the kernel's constants and the wavenumbers are sampled in numeric checks.

    A band may have poles where its constants have other values, so they are sampled close to their own.
    """
    constants: dict[sp.Symbol, Range] = {
        symbol: WITHIN if isinstance(symbol, Constant) else (-1, 1) for symbol, _ in kernel.constants
    }
    if kernel.band is not None:
        constants = {symbol: _around(value) for symbol, value in kernel.constants}
    return dict.fromkeys(wavevector, (-3, 3)) | constants


def _around(value: sp.Expr) -> Range:
    """From one thousandth below to one thousandth above."""
    near = sp.Rational(str(sp.N(value, 15)))
    return near - abs(near) / 1000, near + abs(near) / 1000


CHAPTER = Chapter(
    number=2,
    title="The kernel",
    summary="A unitary convolution: every plane wave turns at its own frequency and none decays.",
    laws=(kernel_frequency,),
)
