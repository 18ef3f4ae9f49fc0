"""Damped waves of the linearized lattice: the complex wavenumbers at which it answers at one frequency.

With the measured taps of one step (`numerics.tails.taps`) the linearized lattice is a difference equation of
finite range with constant coefficients. Away from where it is driven its response at frequency Omega,

    v_n(x) = alpha(x) e^(i Omega n) + conj(beta(x)) e^(-i Omega n),

is a sum of exponentials alpha, beta ~ e^(i q x), and those q are the zeros of

    (e^(i Omega) - A(z)) (e^(i Omega) - A'(z)) - B(z) B'(z),     A(z) = sum_y A(y) z^y,   z = e^(-i q)

where A', B' have the conjugate taps: a polynomial in z, of which all zeros are found at once. In a real network
v is real, a step of it has the taps A + B, and the zeros are those of e^(i Omega) - A(z) - B(z). The taps that
are left out are below the error of those that are kept, and count as part of it.
No ring is built, so that the cost does not depend on how far the waves go: lengths of 1e3 to 1e12 sites are
measured in this way. The response to the drive is linearized, the drive being weak.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, inf

import sympy as sp
from flint import acb, acb_poly

from analytics.balls.arithmetic import flint_precision
from analytics.errors import ConvergenceError
from analytics.evaluation.contexts import bits_of
from numerics.engines.numbers import phase_factor
from numerics.engines.precision import MARGIN, MOST_ROUNDS, sharpened
from numerics.engines.protocol import Scalar
from numerics.perturbations.perturbed_state import Activity
from numerics.tails.exponential_fit import overtaking
from numerics.tails.taps import SPARE, Taps, measured_taps

NEWTON_STEPS = 40
"""From the isolation of a zero to all the digits carried, also where zeros lie close to each other."""

LEAST_BITS = 64
"""Bits in which a step of it is tried first."""

SURE_BITS = 20
"""Correct bits of such a step, of a size, and of a zero whose error is worth a look."""

NEGLIGIBLE = 1000
"""A step this many times below the error of the taps is the last."""

FIRST = 10
"""Digits of the taps beyond those asked of the wavenumbers, to begin with, and half of those of a weak input."""

FEWEST = 40
"""Digits of the taps to begin with at least: fewer cost as much, and show two waves to a side."""

RESOLVED = 4
"""Digits of all waves that are wanted from which on more digits of the taps bring no further one."""

CLUSTER = 3
"""Digits of the taps that tell close zeros apart, for every digit by which the two gains agree."""

PLAIN = 60
"""Digits of the taps with which zeros are found that are not close to each other."""

FRACTION = 0.6
"""Zeros are found with at least this fraction of the digits of the taps."""

MOST_WAVES = 24
"""Waves that are followed, to both sides together; all others are damped more."""


@dataclass(frozen=True, slots=True)
class DampedWave:
    """e^(i q x): q complex, Re q in (-pi, pi]; error: its estimated absolute error."""

    wavenumber: Scalar
    error: Scalar

    @property
    def damping(self) -> Scalar:
        """|Im q|, per site."""
        return abs(self.wavenumber.imag)


@dataclass(frozen=True, slots=True)
class DampedWaves:
    """right, left: the waves that decay to that side, Im q > 0 and Im q < 0, the least damped first.

    Of two waves that are damped equally the one of larger Re q comes first. Only waves whose damping exceeds its error
    are listed. sharp: no wave was left out for that reason among those that are damped less than the listed ones.
    """

    right: tuple[DampedWave, ...]
    left: tuple[DampedWave, ...]
    sharp: bool
    taps: Taps

    def up_to(self, damping: Scalar) -> list[DampedWave]:
        """Those of both sides that are damped no more."""
        return [wave for wave in (*self.right, *self.left) if wave.damping <= damping]


def measured_waves(
    activity: Activity,
    frequency: sp.Expr,
    *,
    digits: int,
    count: int,
    of_damping: bool,
    real: bool = False,
    rounds: int = MOST_ROUNDS,
) -> DampedWaves:
    """The damped waves, the first `count` to the right with `digits` digits of q, or of Im q if `of_damping`.

    real: those of a real network, by real perturbations alone. rounds: of more digits of the taps, at most.
    Raises ConvergenceError where more digits of the taps do not bring them.
    """

    lacking: list[tuple[int, float]] = []  # digits carried, and digits that were missing then

    def compute(carried: int, before: DampedWaves | None) -> DampedWaves:
        start = before.taps.response if before else None
        taps = measured_taps(activity, digits=carried, start=start, real=real)
        resolved = before and lacking[-1][1] <= digits - RESOLVED
        known = before.up_to(before.right[count - 1].damping) if before and resolved else None
        return damped_waves(taps, frequency, known)

    def needed(found: DampedWaves, carried: int) -> float:
        missing = _lacking(found, count, digits + MARGIN, of_damping)
        lacking.append((carried, missing))
        return carried + (missing * _cost(lacking) if missing > 0 else 0)

    return sharpened(
        "damped waves of the linearized lattice",
        compute,
        needed,
        max(digits + FIRST + activity.drive.smallness // 2, FEWEST),
        growth=1.5,
        rounds=rounds,
        remedy="Ask for fewer digits, or another frequency.",
    )


def _cost(lacking: Sequence[tuple[int, float]]) -> float:
    """Digits of the taps that another digit of the waves takes, as the last two rounds have it; at least 1."""
    if len(lacking) < 2 or lacking[-2][1] == inf:
        return 1.0
    (before, more), (carried, missing) = lacking[-2:]
    return max(1.0, (carried - before) / (more - missing)) if missing < more else inf


def damped_waves(taps: Taps, frequency: sp.Expr, known: Sequence[DampedWave] | None = None) -> DampedWaves:
    """All waves of the linearized lattice at `frequency` that the taps resolve.

    known: all waves that are wanted, found with fewer digits; None to look for them.
    """
    waves = _Determinant(taps, frequency).waves(known)
    seen = [wave for wave in waves if wave.error < wave.damping / 100]
    right = [wave for wave in seen if wave.wavenumber.imag > 0]
    left = [wave for wave in seen if wave.wavenumber.imag < 0]
    strongest = max((wave.damping for wave in seen), default=0)
    sharp = all(wave in seen or wave.damping > strongest for wave in waves)
    return DampedWaves(_ordered(right), _ordered(left), sharp, taps)


def _lacking(waves: DampedWaves, count: int, digits: int, of_damping: bool) -> float:
    """Digits by which the worst of the first `count` waves to the right misses `digits`; many if not seen."""
    if len(waves.right) < count or not waves.sharp:
        return inf
    context = waves.taps.context
    worst = max(
        wave.error / (wave.damping if of_damping else abs(wave.wavenumber)) for wave in waves.right[:count]
    )
    return ceil(context.log10(worst)) + digits if worst else 0


class _Determinant:
    """The polynomial in z and its derivative, each factor times z^kept; kept: the largest |y| of a tap in it."""

    def __init__(self, taps: Taps, frequency: sp.Expr) -> None:
        self.context = context = taps.context
        self.noise = context.mpf(10) ** -taps.digits
        self._taps, self._bits = taps, bits_of(taps.digits + SPARE)
        self._turn = phase_factor(context, frequency)
        self._kept = _largest_offset(taps, self.noise)
        with flint_precision(self._bits):
            self._factors = self._factors_of(self._kept)
            self._cofactors = [acb_poly([1])] if self._taps.real else self._factors
            self._polynomial = _determinant(self._factors)
            self._derivative = self._polynomial.derivative()

    def waves(self, known: Sequence[DampedWave] | None) -> list[DampedWave]:
        """Those near the `known` ones, or nearest to the unit circle, each once."""
        waves: list[DampedWave] = []
        for wave in map(self._polished, self._starts() if known is None else map(self._zero, known)):
            near = (abs(wave.wavenumber - other.wavenumber) <= wave.error + other.error for other in waves)
            if wave.error < self.context.inf and not any(near):
                waves.append(wave)
        return waves

    def _zero(self, wave: DampedWave) -> acb:
        return acb(self.context.exp(-1j * self.context.convert(wave.wavenumber)))

    def _starts(self) -> list[acb]:
        """Approximate zeros: those of the polynomial with fewer taps, which is of lower degree.

        As the frequency goes to the edge of a band, and the gains to 1, zeros come together
        near z = 1: the coefficients must show the products of their small distances.
        """
        context, coupling = self.context, abs(self._taps.answer[1])
        depth = -int(context.log10(coupling)) if coupling else 0
        digits = max(PLAIN + CLUSTER * depth, ceil(FRACTION * self._taps.digits))
        kept = min(self._kept, _largest_offset(self._taps, context.mpf(10) ** -digits))
        with flint_precision(self._bits):
            try:
                found = _determinant(self._factors_of(kept)).roots(maxprec=64 * self._bits)
            except ValueError as error:
                raise ConvergenceError(
                    "damped waves of the linearized lattice",
                    "Choose another frequency: two waves coincide, or all but do.",
                    residual="zeros not isolated",
                    tolerance=f"{64 * self._bits} bits",
                ) from error
            found = [z.mid() for z in found if not z.mid().is_zero()]
            nearest = sorted((abs(float(abs(z).log())), place) for place, z in enumerate(found))
        return [found[place] for _, place in nearest[:MOST_WAVES]]

    def _factors_of(self, kept: int) -> list[acb_poly]:
        """e^(i Omega) - A, e^(i Omega) - A', B and B', of a real network the first alone; each times z^kept."""
        conjugate, reach = self.context.conj, self._taps.reach
        window = slice(reach - kept, reach + kept + 1)
        linear, mixed = self._taps.linear[window], self._taps.mixed[window]
        shift = _polynomial([self.context.zero] * kept + [self._turn])
        if self._taps.real:
            return [shift - _polynomial(linear)]
        return [
            shift - _polynomial(linear),
            shift - _polynomial([conjugate(value) for value in linear]),
            _polynomial(mixed),
            _polynomial([conjugate(value) for value in mixed]),
        ]

    def _polished(self, start: acb) -> DampedWave:
        """A zero as far as the taps tell it: its wavenumber with the error that the taps' errors bring.

        Newton's method, each step in as many bits as it takes to know it; a step far below the error is the last.
        Where the method has not arrived, at a zero of the taps of `_starts` that these taps do not have, its last step
        counts.
        """
        context, bits, z = self.context, LEAST_BITS, start
        for _ in range(NEWTON_STEPS):
            with flint_precision(bits):
                step = self._polynomial(z) / self._derivative(z)
            if bits < self._bits and step.rel_accuracy_bits() < SURE_BITS:
                bits = min(2 * bits, self._bits)
                continue
            with flint_precision(self._bits):
                step = step.mid()
                z = (z - step).mid()
                share = context.mpf(abs(step / z).mid()._mpf_)
            if not step.real.is_finite() or share < context.ldexp(1, 8 - self._bits):
                break
            if share < context.ldexp(1, -SURE_BITS) and NEGLIGIBLE * share < self._error_of_taps(z):
                break
        with flint_precision(self._bits):
            last = context.mpf(abs(step / z).mid()._mpf_)
            zero = context.make_mpc(z._mpc_)
        q = 1j * context.log(zero)
        error = self._error_of_taps(z) + last + abs(q) * context.ldexp(1, 12 - self._bits)
        if q.real < error - context.pi:
            q += 2 * context.pi
        return DampedWave(q, error)

    def _error_of_taps(self, z: acb) -> Scalar:
        """Of the wavenumber of a zero z: each tap is off by the noise, A(z) z^kept by noise * sum_j |z|^j,
        j = 0 ... 2 kept."""
        context = self.context
        slope = self._size(self._derivative, z)
        if not slope:
            return context.inf
        modulus = context.mpf(abs(z).mid()._mpf_)
        lever = sum(self._size(factor, z) for factor in self._cofactors)
        count = 2 * self._kept + 1
        spread = count * max(modulus, context.one) ** (count - 1)
        return self.noise * spread * lever / (modulus * slope)

    def _size(self, polynomial: acb_poly, z: acb) -> Scalar:
        """Its modulus at z to a few digits, in as many bits as that takes."""
        bits = LEAST_BITS
        while True:
            with flint_precision(bits):
                size = abs(polynomial(z))
            if bits == self._bits or size.rel_accuracy_bits() >= SURE_BITS:
                return self.context.mpf(size.mid()._mpf_)
            bits = min(2 * bits, self._bits)


def _largest_offset(taps: Taps, noise: Scalar) -> int:
    offsets = range(-taps.reach, taps.reach + 1)
    return max(
        (abs(y) for y, a, b in zip(offsets, taps.linear, taps.mixed) if abs(a) + abs(b) > noise), default=0
    )


def _determinant(factors: Sequence[acb_poly]) -> acb_poly:
    if len(factors) == 1:
        return factors[0]
    a, a_mirrored, b, b_mirrored = factors
    return acb_poly([value.mid() for value in (a * a_mirrored - b * b_mirrored).coeffs()])


def _polynomial(values: Sequence[Scalar]) -> acb_poly:
    return acb_poly([acb(value) for value in values])


def _ordered(waves: Sequence[DampedWave]) -> tuple[DampedWave, ...]:
    """By damping; within the error of it, by Re q from the largest."""
    return overtaking(sorted(waves, key=lambda wave: wave.damping), _overtakes)


def _overtakes(wave: DampedWave, other: DampedWave) -> bool:
    tied = abs(wave.damping - other.damping) <= 10 * (wave.error + other.error)
    return bool(tied and wave.wavenumber.real > other.wavenumber.real)
