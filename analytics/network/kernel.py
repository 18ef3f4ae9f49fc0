"""Unitary convolution kernels U = exp_(*)(A) of anti-Hermitian stencils A, or of a frequency omega(k).

    A(-x) = -conj A(x),      sum_x A(x) e^(-i k.x) = i omega(k),      u(k) = e^(i omega(k))

An entry of `STENCILS` is all that a new named kernel takes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NoReturn

import sympy as sp
from sympy.core.function import AppliedUndef

from analytics.errors import KernelError, unknown_name
from analytics.exclusive import in_turn
from analytics.expressions.intervals import vanishes
from analytics.expressions.notation import Constant, wavenumbers
from analytics.network.band import Band, examine_band, half, harmonics, real_frequency, require_moderate
from analytics.network.constants import (
    examine_constants,
    examine_exact,
    examine_pairs,
    plain,
    require_told_from_zero,
)
from analytics.network.relations import (
    Constants,
    Offset,
    Settled,
    Stencil,
    mirrored,
    settled_frequency,
    settled_stencil,
    vanish,
)

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

FURTHEST_HARMONIC = 999
"""Offset along an axis that a frequency may have a tap at."""

EDGE = Constant("kappa", positive=True)
"""kappa of the band edge of a general even kernel, |omega| = kappa |k|^m + ..."""

EDGE_ORDER = Constant("m", positive=True)
"""Its order m, even."""

VELOCITY = Constant("v_g", positive=True)
"""|d omega/dk| of a general kernel, at the undamped wave that a probe excites."""

TURN = Constant("omega_plus", real=True)
"""omega_+ of a general kernel, at a perturbation in the frame of the background."""

GENERAL = {"general": 1, "general_odd": -1}
"""Name -> parity of a kernel of which the frequency is known near its band edge alone, and its group velocity."""

DEFAULT_CONSTANTS: dict[sp.Symbol, sp.Expr] = {c: sp.Rational(3, 10)}


@dataclass(frozen=True, slots=True)
class Kernel:
    """The convolutional exponential U of an anti-Hermitian stencil A.

    The stencil is finite, or infinite and given by the `band`, its frequency omega(k); see `from_frequency`.

    stencil: ((offset, coefficient), ...), the coefficients exact, in the symbols of `constants`;
    constants: ((symbol, value), ...), the symbols declared real, none of them named as one of the theory.

    relations: between the constants given, such as c = 0, phi = pi/2 or t2 = -t1/4: those that hold at their values
    and on which it depends what theory there is, see `relations`. They are inserted, so that whether a law applies
    can be read off the symbols; what the kernel is at its values stays the same. Coefficients such as e^(i a) are
    kept as cos a + i sin a, and of omega(0) no whole turns.

    Raises KernelError for coefficients and values that are not exact; naming the offset at which
    A(-x) = -conj A(x) fails for some real values of the constants; for a constant that is not real or has a
    name that is taken; and for a stencil that couples no two sites at the values of its constants: it only
    turns each site by itself.
    """

    name: str
    stencil: Stencil
    constants: Constants = ()
    band: Band | None = None
    relations: tuple[sp.Eq, ...] = ()

    @in_turn
    def __post_init__(self) -> None:
        if self.is_general:
            return
        for field in ("stencil", "constants"):
            examine_pairs(partial(_refuse, self.name), field, getattr(self, field))
        object.__setattr__(self, "constants", tuple((name, plain(value)) for name, value in self.constants))
        _examine_constants(self)
        if self.band is not None:
            if self.stencil:
                _refuse(self.name, "a stencil or a band is needed", "both", "Leave one out.")
            examine_band(f"Kernel '{self.name}'", self.band, self.wavenumbers, dict(self.constants))
            frequency = settled_frequency(self.band.frequency, self.wavenumbers, self.constants)
            _keep(
                self, frequency, band=_with_parity(self.band.dimension, frequency.form, frequency.constants)
            )
            return
        _examine_offsets(self)
        _examine_antihermiticity(self)
        _examine_coupling(self)
        parts = ((x, cartesian(value) if _hides_i(value) else value) for x, value in self.stencil)
        stencil = settled_stencil(tuple((x, value) for x, value in parts if value != 0), self.constants)
        _keep(self, stencil, stencil=stencil.form)

    @classmethod
    @in_turn
    def from_frequency(
        cls,
        name: str,
        frequency: sp.Expr,
        *,
        dimension: int = 1,
        constants: Constants = (),
    ) -> Kernel:
        """The kernel with u(k) = e^(i omega(k)) for a given omega, such as 2 c (1 - cos k) or c sin k / (2 + cos k).

        frequency: in rad/step, in `notation.wavenumbers(dimension)` and the constants: real, smooth and
        2 pi-periodic along every axis. A finite trigonometric polynomial becomes the stencil that it is; any
        other has an infinite one and is kept as a `band`, proved smooth at the values of the constants.

        Raises KernelError for a frequency that is not so, or the same at all wavenumbers.
        """
        operation = f"Kernel '{name}'"
        if dimension < 1:
            _refuse(name, "the dimension must be at least 1", dimension, "Use 1 for a ring.")
        wavevector = wavenumbers(dimension)
        examine_pairs(partial(_refuse, name), "constants", constants)
        examine_exact(partial(_refuse, name), "the frequency", frequency)
        strangers = frequency.free_symbols - set(wavevector) - {symbol for symbol, _ in constants}
        if strangers:
            _refuse(
                name,
                f"the frequency may contain {', '.join(map(str, wavevector))} and constants with a value",
                ", ".join(sorted(map(str, strangers))),
                "Set the constant, or correct the name.",
            )
        require_moderate(operation, frequency)
        zeros = {symbol: sp.S.Zero for symbol, value in constants if plain(value) == 0}
        omega = real_frequency(operation, frequency.subs(zeros))
        waves = harmonics(omega, wavevector)
        furthest = max((abs(step) for n in waves or () for step in n), default=0)
        if furthest > FURTHEST_HARMONIC:
            _refuse(
                name,
                f"the frequency may have harmonics up to {FURTHEST_HARMONIC}, the reach of a stencil",
                furthest,
                "Couple nearer sites.",
            )
        if waves is None:
            return cls(name, (), constants, Band(dimension, omega))
        stencil = {tuple(-step for step in n): sp.expand(sp.I * value) for n, value in waves.items()}
        return cls(name, tuple(sorted(stencil.items())) or (((0,) * dimension, sp.S.Zero),), constants)

    @property
    def is_general(self) -> bool:
        """Is omega a function that stands for every even, or odd, one?"""
        return self.band is not None and isinstance(self.band.frequency, AppliedUndef)

    @property
    def open(self) -> tuple[sp.Symbol, ...]:
        """Constants without a value: those of a general kernel."""
        if not self.is_general:
            return ()
        return (VELOCITY, TURN) if self.is_real else (EDGE, EDGE_ORDER, VELOCITY, TURN)

    @property
    def dimension(self) -> int:
        return len(self.stencil[0][0]) if self.band is None else self.band.dimension

    @property
    def wavenumbers(self) -> tuple[sp.Symbol, ...]:
        """(k,) or (k1, k2, ...), in rad/site."""
        return wavenumbers(self.dimension)

    @property
    def reach(self) -> int:
        """The largest offset along an axis, in sites. Raises KernelError for an infinite stencil."""
        if self.band is not None:
            _refuse(
                self.name,
                "a finite stencil is needed",
                f"omega = {self.band.frequency}, which has an infinite one",
                "Use a trigonometric polynomial.",
            )
        return max(abs(step) for offset, _ in self.stencil for step in offset)

    @property
    @in_turn
    def is_real(self) -> bool:
        """Is the stencil real? Then it is antisymmetric, U orthogonal and omega odd, and real states stay real."""
        if self.band is not None:
            return self.band.parity < 0
        return all(sp.im(coefficient) == 0 for _, coefficient in self.stencil)

    def symbol(self, wavevector: Sequence[sp.Expr]) -> sp.Expr:
        """sum_x A(x) e^(-i k.x), the Fourier symbol of the stencil, as it is defined; i omega(k) of a band."""
        if self.band is not None:
            return sp.I * self.frequency(wavevector)
        return sp.Add(
            *(coefficient * sp.exp(-sp.I * _dot(wavevector, offset)) for offset, coefficient in self.stencil)
        )

    def frequency(self, wavevector: Sequence[sp.Expr]) -> sp.Expr:
        """omega(k) in rad/step, real, as a sum of cosines and sines: symbol = i omega(k).

        With A(x) = a + i b the site x adds b cos k.x - a sin k.x.
        """
        if self.band is not None:
            return self.band.frequency.xreplace(dict(zip(self.wavenumbers, wavevector, strict=True)))
        return sp.collect(self.even_part(wavevector) + self.odd_part(wavevector), self._symbols())

    def even_part(self, wavevector: Sequence[sp.Expr], carrier: Sequence[sp.Expr] | None = None) -> sp.Expr:
        """omega_+(q) = (omega(k + q) + omega(k - q)) / 2 for the `wavevector` q about a `carrier` k, 0 if None."""
        if self.band is not None:
            return self._of_band(wavevector, carrier, 1)
        k = self._origin() if carrier is None else carrier
        return self._tidy(
            sp.cos(_dot(wavevector, x))
            * (sp.im(value) * sp.cos(_dot(k, x)) - sp.re(value) * sp.sin(_dot(k, x)))
            for x, value in self.stencil
        )

    def odd_part(self, wavevector: Sequence[sp.Expr], carrier: Sequence[sp.Expr] | None = None) -> sp.Expr:
        """omega_-(q) = (omega(k + q) - omega(k - q)) / 2 for the `wavevector` q about a `carrier` k, 0 if None."""
        if self.band is not None:
            return self._of_band(wavevector, carrier, -1)
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

    def _of_band(
        self, wavevector: Sequence[sp.Expr], carrier: Sequence[sp.Expr] | None, sign: int
    ) -> sp.Expr:
        """(omega(k + q) + sign omega(k - q)) / 2."""
        assert self.band is not None
        if carrier is None and self.band.parity:
            return self.frequency(wavevector) if self.band.parity == sign else sp.S.Zero
        k = self._origin() if carrier is None else carrier
        ahead, behind = (
            self.frequency([a + side * b for a, b in zip(k, wavevector, strict=True)]) for side in (1, -1)
        )
        return half(ahead + sign * behind) if carrier is None else (ahead + sign * behind) / 2

    def _origin(self) -> tuple[sp.Expr, ...]:
        return (sp.S.Zero,) * self.dimension

    def _tidy(self, terms: Iterable[sp.Expr]) -> sp.Expr:
        return sp.factor_terms(sp.collect(sp.expand(sp.Add(*terms)), self._symbols()))

    def _symbols(self) -> list[sp.Symbol]:
        return [symbol for symbol, _ in self.constants]


def kernel(name: str, *, dimension: int = 1, constants: Mapping[str, sp.Expr] | None = None) -> Kernel:
    """The kernel of that name in `STENCILS` or `GENERAL`, its constants given by name or left at their defaults.

    Raises UnknownNameError for the kernel or a constant, KernelError for a dimension below 1.
    """
    operation = f"Kernel '{name}'"
    if name not in {*STENCILS, *GENERAL}:
        raise unknown_name("choosing a kernel", "kernel", name, (*STENCILS, *GENERAL))
    if dimension < 1:
        _refuse(name, "the dimension must be at least 1", dimension, "Use 1 for a ring, 2 for a torus.")
    if name in GENERAL:
        return _general(name, dimension)
    stencil = STENCILS[name](dimension)
    symbols = {str(s): s for s in sorted(set().union(*(v.free_symbols for v in stencil.values())), key=str)}
    for given in constants or {}:
        if given not in symbols:
            raise unknown_name(operation, "constant", given, symbols)
    values = {
        symbol: (constants or {}).get(key, DEFAULT_CONSTANTS[symbol]) for key, symbol in symbols.items()
    }
    return Kernel(name, tuple(sorted(stencil.items())), tuple(values.items()))


def _general(name: str, dimension: int) -> Kernel:
    if dimension != 1:
        _refuse(name, "a general kernel lives on a ring", f"dimension {dimension}", "Use 1.")
    return Kernel(name, (), (), Band(1, sp.Function("omega", real=True)(*wavenumbers(1)), GENERAL[name]))


def _refuse(name: str, requirement: str, received: object, remedy: str) -> NoReturn:
    raise KernelError(f"Kernel '{name}'", requirement, received, remedy)


def _dot(wavevector: Sequence[sp.Expr], offset: Offset) -> sp.Expr:
    return sp.Add(*(k * step for k, step in zip(wavevector, offset, strict=True)))


def _written(offset: Offset) -> str:
    return str(offset[0]) if len(offset) == 1 else str(offset)


def _examine_offsets(entry: Kernel) -> None:
    for offset, _ in entry.stencil:
        if not isinstance(offset, tuple) or not all(type(step) is int for step in offset):
            _refuse(
                entry.name,
                "an offset is a tuple of whole numbers",
                repr(offset),
                "Write (1,) on a ring, (1, 0) on a torus.",
            )
    lengths = {len(offset) for offset, _ in entry.stencil}
    if len(lengths) != 1 or 0 in lengths:
        _refuse(
            entry.name,
            "the stencil needs offsets of one dimension",
            [offset for offset, _ in entry.stencil],
            "Give every offset as many whole numbers as the lattice has dimensions.",
        )
    offsets = [offset for offset, _ in entry.stencil]
    if len(set(offsets)) != len(offsets):
        _refuse(entry.name, "each offset may occur once", offsets, "Add the coefficients up.")


def _examine_constants(entry: Kernel) -> None:
    given = {symbol for symbol, _ in entry.constants}
    used: set[sp.Basic] = set().union(*(coefficient.free_symbols for _, coefficient in entry.stencil))
    if entry.band is not None:
        used = entry.band.frequency.free_symbols - set(entry.wavenumbers)
    if used - given:
        missing = ", ".join(sorted(map(str, used - given)))
        _refuse(entry.name, "every constant needs a value", f"none for {missing}", "Set it.")
    examine_constants(partial(_refuse, entry.name), entry.constants)


def _examine_antihermiticity(entry: Kernel) -> None:
    coefficients = dict(entry.stencil)
    for offset, coefficient in entry.stencil:
        opposite = tuple(-step for step in offset)
        mirrored = coefficients.get(opposite, sp.S.Zero)
        defect = coefficient + sp.conjugate(mirrored)
        at_values = vanishes(defect.subs(dict(entry.constants)))
        if not at_values or sp.simplify(defect) != 0:
            here, there = _written(offset), _written(opposite)
            _refuse(
                entry.name,
                "generator must be anti-Hermitian, A(-x) = -conj A(x)"
                + (", for all real values of its constants" if at_values else ""),
                f"A({here}) = {coefficient}, A({there}) = {mirrored}",
                "Write both in the same constants." if at_values else "Multiply a symmetric stencil by i.",
            )


def _keep(entry: Kernel, found: Settled[Stencil] | Settled[sp.Expr], **form: object) -> None:
    """Put in what the relations leave: the stencil or the band, and the constants."""
    form |= {"constants": found.constants, "relations": (*entry.relations, *found.relations)}
    for name, value in form.items():
        object.__setattr__(entry, name, value)


def _with_parity(dimension: int, frequency: sp.Expr, constants: Constants) -> Band:
    """The band of a frequency, 1 or -1 where it is even or odd."""
    wavevector, values = wavenumbers(dimension), dict(constants)
    signs = [sign for sign in (1, -1) if vanish(mirrored(frequency, wavevector, -sign), values)]
    return Band(dimension, frequency, signs[0] if signs else 0)


def _hides_i(coefficient: sp.Expr) -> bool:
    """Does i stand in a power or a function?"""
    return any(node.has(sp.I) for node in coefficient.atoms(sp.Pow, sp.Function))


def cartesian(value: sp.Expr) -> sp.Expr:
    """a + i b with real a and b, so that a real coefficient is seen to be one."""
    real, imaginary = value.as_real_imag()
    return sp.simplify(real) + sp.I * sp.simplify(imaginary)


def _examine_coupling(entry: Kernel) -> None:
    values = dict(entry.constants)
    coefficients = {offset: value.subs(values) for offset, value in entry.stencil if any(offset)}
    vanishing = {offset for offset, value in coefficients.items() if vanishes(value)}
    for offset, value in coefficients.items():
        if offset not in vanishing:
            require_told_from_zero(partial(_refuse, entry.name), f"A({_written(offset)})", value)
    if len(vanishing) == len(coefficients):
        shown = ", ".join(f"{symbol} = {value}" for symbol, value in entry.constants)
        offsets = " and ".join(_written(offset) for offset, _ in entry.stencil)
        _refuse(
            entry.name,
            "the stencil must couple sites: a coefficient other than 0 at an offset other than 0",
            f"offset {offsets}" + (f" with {shown}" if shown else ""),
            "Add a neighbour, or change the constants.",
        )
