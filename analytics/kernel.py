"""Unitary convolution kernels U = exp_(*)(A) of finite anti-Hermitian stencils A.

    A(-x) = -conj A(x),      sum_x A(x) e^(-i k.x) = i omega(k),      u(k) = e^(i omega(k))

An entry of `STENCILS` is all that a new named kernel takes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import sympy as sp

from analytics.errors import KernelError, unknown_name
from analytics.notation import wavenumbers

Offset = tuple[int, ...]
Stencil = tuple[tuple[Offset, sp.Expr], ...]

c = sp.Symbol("c", real=True)


def _laplacian(dimension: int) -> dict[Offset, sp.Expr]:
    stencil = dict.fromkeys(_neighbours(dimension), -sp.I * c)
    stencil[(0,) * dimension] = 2 * sp.I * c * dimension
    return stencil


def _advection(dimension: int) -> dict[Offset, sp.Expr]:
    first, last = (1,) + (0,) * (dimension - 1), (-1,) + (0,) * (dimension - 1)
    return {first: -c / 2, last: c / 2}


def _neighbours(dimension: int) -> list[Offset]:
    axes = range(dimension)
    return [tuple(sign if axis == chosen else 0 for axis in axes) for chosen in axes for sign in (1, -1)]


STENCILS: dict[str, Callable[[int], dict[Offset, sp.Expr]]] = {
    "laplacian": _laplacian,
    "advection": _advection,
}
"""Name -> stencil in a dimension, with the constant c."""

DEFAULT_CONSTANTS: dict[sp.Symbol, sp.Expr] = {c: sp.Rational(3, 10)}


@dataclass(frozen=True, slots=True)
class Kernel:
    """The convolutional exponential U of an anti-Hermitian stencil A.

    stencil: ((offset, coefficient), ...), the coefficients exact, in the symbols of `constants`;
    constants: ((symbol, value), ...), all real.

    Raises KernelError naming the offset at which A(-x) = -conj A(x) fails.
    """

    name: str
    stencil: Stencil
    constants: tuple[tuple[sp.Symbol, sp.Expr], ...] = ()

    def __post_init__(self) -> None:
        _examine_offsets(self)
        _examine_constants(self)
        _examine_antihermiticity(self)

    @property
    def dimension(self) -> int:
        return len(self.stencil[0][0])

    @property
    def wavenumbers(self) -> tuple[sp.Symbol, ...]:
        """(k,) or (k1, k2, ...), in rad/site."""
        return wavenumbers(self.dimension)

    @property
    def reach(self) -> int:
        """The largest offset along an axis, in sites."""
        return max(abs(step) for offset, _ in self.stencil for step in offset)

    def symbol(self, wavevector: Sequence[sp.Expr]) -> sp.Expr:
        """sum_x A(x) e^(-i k.x), the Fourier symbol of the stencil, as it is defined."""
        return sp.Add(
            *(coefficient * sp.exp(-sp.I * _dot(wavevector, offset)) for offset, coefficient in self.stencil)
        )

    def frequency(self, wavevector: Sequence[sp.Expr]) -> sp.Expr:
        """omega(k) in rad/step, real, as a sum of cosines and sines: symbol = i omega(k).

        With A(x) = a + i b the site x adds b cos k.x - a sin k.x.
        """
        return sp.collect(self.even_part(wavevector) + self.odd_part(wavevector), self._symbols())

    def even_part(self, wavevector: Sequence[sp.Expr], carrier: Sequence[sp.Expr] | None = None) -> sp.Expr:
        """omega_+(q) = (omega(k + q) + omega(k - q)) / 2 for the `wavevector` q about a `carrier` k, 0 if None."""
        k = self._origin() if carrier is None else carrier
        return self._tidy(
            sp.cos(_dot(wavevector, x))
            * (sp.im(value) * sp.cos(_dot(k, x)) - sp.re(value) * sp.sin(_dot(k, x)))
            for x, value in self.stencil
        )

    def odd_part(self, wavevector: Sequence[sp.Expr], carrier: Sequence[sp.Expr] | None = None) -> sp.Expr:
        """omega_-(q) = (omega(k + q) - omega(k - q)) / 2 for the `wavevector` q about a `carrier` k, 0 if None."""
        k = self._origin() if carrier is None else carrier
        return self._tidy(
            -sp.sin(_dot(wavevector, x))
            * (sp.im(value) * sp.sin(_dot(k, x)) + sp.re(value) * sp.cos(_dot(k, x)))
            for x, value in self.stencil
        )

    def group_velocity(self, wavevector: Sequence[sp.Expr]) -> tuple[sp.Expr, ...]:
        """d omega / d k along each axis, in sites/step."""
        return tuple(
            sp.diff(self.frequency(self.wavenumbers), axis).subs(
                dict(zip(self.wavenumbers, wavevector, strict=True)), simultaneous=True
            )
            for axis in self.wavenumbers
        )

    def convolutional_exponential(self, order: int) -> dict[Offset, sp.Expr]:
        """Taps of U to that order: sum over n <= order of A^(*n) / n!.

        The remainder is at most |A|_1^(order+1) / (order+1)! e^(|A|_1) at every site, |A|_1 = sum |A(x)|.
        """
        origin = (0,) * self.dimension
        term: dict[Offset, sp.Expr] = {origin: sp.S.One}
        total = dict(term)
        for n in range(1, order + 1):
            grown: dict[Offset, sp.Expr] = {}
            for (place, value), (offset, coefficient) in product(term.items(), self.stencil):
                site = tuple(x + y for x, y in zip(place, offset, strict=True))
                grown[site] = grown.get(site, sp.S.Zero) + value * coefficient / n
            term = {site: sp.expand(value) for site, value in grown.items()}
            for site, value in term.items():
                total[site] = total.get(site, sp.S.Zero) + value
        return {site: sp.expand(value) for site, value in sorted(total.items())}

    def _origin(self) -> tuple[sp.Expr, ...]:
        return (sp.S.Zero,) * self.dimension

    def _tidy(self, terms: Iterable[sp.Expr]) -> sp.Expr:
        return sp.factor_terms(sp.collect(sp.expand(sp.Add(*terms)), self._symbols()))

    def _symbols(self) -> list[sp.Symbol]:
        return [symbol for symbol, _ in self.constants]


def kernel(name: str, *, dimension: int = 1, constants: Mapping[str, sp.Expr] | None = None) -> Kernel:
    """The kernel of that name in `STENCILS`, its constants given by name or left at their defaults.

    Raises UnknownNameError for the kernel or a constant, KernelError for a dimension below 1.
    """
    operation = f"Kernel '{name}'"
    if name not in STENCILS:
        raise unknown_name("choosing a kernel", "kernel", name, STENCILS)
    if dimension < 1:
        raise KernelError(
            operation, "the dimension must be at least 1", dimension, "Use 1 for a ring, 2 for a torus."
        )
    stencil = STENCILS[name](dimension)
    symbols = {str(s): s for s in sorted(set().union(*(v.free_symbols for v in stencil.values())), key=str)}
    for given in constants or {}:
        if given not in symbols:
            raise unknown_name(operation, "constant", given, symbols)
    values = {
        symbol: (constants or {}).get(key, DEFAULT_CONSTANTS[symbol]) for key, symbol in symbols.items()
    }
    return Kernel(name, tuple(sorted(stencil.items())), tuple(values.items()))


def _dot(wavevector: Sequence[sp.Expr], offset: Offset) -> sp.Expr:
    return sp.Add(*(k * step for k, step in zip(wavevector, offset, strict=True)))


def _examine_offsets(entry: Kernel) -> None:
    lengths = {len(offset) for offset, _ in entry.stencil}
    if len(lengths) != 1 or 0 in lengths:
        raise KernelError(
            f"Kernel '{entry.name}'",
            "the stencil needs offsets of one dimension",
            [offset for offset, _ in entry.stencil],
            "Give every offset as many whole numbers as the lattice has dimensions.",
        )
    offsets = [offset for offset, _ in entry.stencil]
    if len(set(offsets)) != len(offsets):
        raise KernelError(
            f"Kernel '{entry.name}'", "each offset may occur once", offsets, "Add the coefficients up."
        )


def _examine_constants(entry: Kernel) -> None:
    given = {symbol for symbol, _ in entry.constants}
    used = set().union(*(coefficient.free_symbols for _, coefficient in entry.stencil))
    if used - given:
        missing = ", ".join(sorted(map(str, used - given)))
        raise KernelError(
            f"Kernel '{entry.name}'", "every constant needs a value", f"none for {missing}", "Set it."
        )
    for symbol, value in entry.constants:
        if value.is_real is not True or value.is_finite is not True:
            raise KernelError(
                f"Kernel '{entry.name}'",
                f"the constant {symbol} must be real",
                value,
                "Write i into the stencil.",
            )


def _examine_antihermiticity(entry: Kernel) -> None:
    coefficients = dict(entry.stencil)
    values = dict(entry.constants)
    for offset, coefficient in entry.stencil:
        opposite = tuple(-step for step in offset)
        mirrored = coefficients.get(opposite, sp.S.Zero)
        if not _vanishes((coefficient + sp.conjugate(mirrored)).subs(values)):
            here, there = (str(o[0]) if len(o) == 1 else str(o) for o in (offset, opposite))
            raise KernelError(
                f"Kernel '{entry.name}'",
                "generator must be anti-Hermitian, A(-x) = -conj A(x)",
                f"A({here}) = {coefficient}, A({there}) = {mirrored}",
                "Multiply a symmetric stencil by i.",
            )


def _vanishes(number: sp.Expr) -> bool:
    """Is an exact number 0? What is seen to differ in its first digits is not simplified, which can be slow."""
    parts = number.evalf(15, maxn=60).as_real_imag()
    if any(part.is_Number and part.is_comparable and part != 0 for part in parts):
        return False
    return bool(sp.simplify(number) == 0)
