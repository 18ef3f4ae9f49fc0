"""The map's answer to several waves at once: its modes balanced over one turn of the phase between them, by Newton.

The state is sum_m y_m e^(i m alpha), seen after phi; before phi each mode has its transfer and its forcing,

    y = modes of phi(w),      w_m = t_m y_m + f_m,      t_m = e^(i (omega(k_m) - omega_m))
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from numerics.judging.judge import Judge, Real

SAMPLES = 16
"""Phases at which phi is applied."""

TONES = (-3, -2, -1, 0, 1, 2, 3, 4)
ODD = (1, 3, 5, 7)
STEPS = 60

OWN_WAVES = ("0.7", "1.9")
"""k1 and k2 where a law holds for any."""


@dataclass(frozen=True, slots=True)
class Balance:
    """Modes with their transfer and forcing; is_real: the real part, twice, goes through rho by itself."""

    judge: Judge
    modes: tuple[int, ...]
    transfers: tuple[Real, ...]
    forcing: tuple[Real, ...]
    is_real: bool

    def waves(self) -> list[list[Real]]:
        """e^(i m alpha), by sample and mode."""
        mp = self.judge.mp
        return [[mp.expjpi(mp.mpf(2 * m * n) / SAMPLES) for m in self.modes] for n in range(SAMPLES)]

    def solved(self, start: list[Real]) -> list[Real]:
        """The modes y, by Newton's method."""
        mp, size = self.judge.mp, len(self.modes)
        waves, y = self.waves(), [mp.mpc(one) for one in start]
        for _ in range(STEPS):
            missing, matrix = self._linearized(waves, y)
            change = mp.lu_solve(matrix, missing)
            moved = [mp.mpc(change[2 * n], change[2 * n + 1]) for n in range(size)]
            y = [a - b for a, b in zip(y, moved, strict=True)]
            if max(map(abs, moved)) <= max(map(abs, y)) * mp.mpf(10) ** (-mp.dps // 2):
                return y
        raise ArithmeticError("Newton's method does not end")

    def _linearized(self, waves: list[list[Real]], y: list[Real]) -> tuple[Any, Any]:
        """Modes of phi(w) - y as real numbers, and their derivatives by those of y."""
        mp, size = self.judge.mp, len(self.modes)
        residual, matrix = mp.matrix(2 * size, 1), mp.matrix(2 * size, 2 * size)
        inner = [t * one + f for t, one, f in zip(self.transfers, y, self.forcing, strict=True)]
        for row in waves:
            w = sum((one * wave for one, wave in zip(inner, row, strict=True)), mp.zero)
            applied, derivative = self._applied(w)
            columns = [
                derivative(t * wave * unit)
                for t, wave in zip(self.transfers, row, strict=True)
                for unit in (1, mp.j)
            ]
            for m, wave in enumerate(row):
                back = mp.conj(wave) / SAMPLES
                self._add(residual, 2 * m, 0, applied * back)
                for n, column in enumerate(columns):
                    self._add(matrix, 2 * m, n, column * back)
        for m, one in enumerate(y):
            self._add(residual, 2 * m, 0, -one)
        for n in range(2 * size):
            matrix[n, n] -= 1
        return residual, matrix

    @staticmethod
    def _add(matrix: Any, row: int, column: int, value: Real) -> None:
        matrix[row, column] += value.real
        matrix[row + 1, column] += value.imag

    def _applied(self, w: Real) -> tuple[Real, Callable[[Real], Real]]:
        """phi(w), and the change of it by a change v."""
        judge, mp = self.judge, self.judge.mp
        if self.is_real:
            x = 2 * w.real
            size = abs(x)
            gain = judge.slope(size)
            return mp.mpf(mp.sign(x)) * judge.rho(size), lambda v: gain * 2 * v.real
        size = abs(w)
        across = judge.rho(size) / size if size else mp.one
        along = judge.slope(size)
        mean, skew = (along + across) / 2, (along - across) / 2 * (w / mp.conj(w) if size else 1)
        return across * w, lambda v: mean * v + skew * mp.conj(v)


def combination_tones(judge: Judge, point: Mapping[str, Real]) -> list[Real]:
    """|y| of the tones k1, k2, 2 k1 - k2 and 2 k2 - k1 under F1 and F2, both resonant."""
    mp = judge.mp
    k1, k2 = (point.get(name, mp.mpf(own)) for name, own in zip(("k1", "k2"), OWN_WAVES, strict=True))
    first, second = judge.omega([k1]), judge.omega([k2])
    mistuned = [judge.omega([(1 - m) * k1 + m * k2]) - (1 - m) * first - m * second for m in TONES]
    forced = {0: point["F1"], 1: point["F2"]}
    start = [judge.states(forced[m], mp.zero)[0].R * mp.mpf("0.7") if m in forced else mp.zero for m in TONES]
    balance = Balance(
        judge, TONES, tuple(map(mp.expj, mistuned)), tuple(forced.get(m, mp.zero) for m in TONES), False
    )
    found = dict(zip(TONES, map(abs, balance.solved(start)), strict=True))
    return [found[m] for m in (0, 1, -1, 2)]


def cosine_harmonics(judge: Judge, point: Mapping[str, Real]) -> list[Real]:
    """The amplitudes of cos(theta) and cos(3 theta) under F cos(theta), resonant, in a real network."""
    mp, count = judge.mp, judge.mechanism.dimension
    k = [point[name] for name in (["k"] if count == 1 else [f"k{axis + 1}" for axis in range(count)])]
    own = judge.omega(k)
    mistuned = [judge.omega([m * one for one in k]) - m * own for m in ODD]
    forcing = (point["F"] / 2, *[mp.zero] * (len(ODD) - 1))
    start = [judge.states(point["F"], mp.zero)[0].R / 2, *[mp.zero] * (len(ODD) - 1)]
    found = Balance(judge, ODD, tuple(map(mp.expj, mistuned)), forcing, True).solved(start)
    return [2 * abs(found[0]), 2 * abs(found[1])]
