"""The wave of a modulated ring in doubles, from which `numerics.landscapes.floquet_wave` goes on.

N y = 0 is its equation, e^(i Omega) y less what a step makes of y; the wave is e^(i S(x)) y(x). The search begins with
what one site knows: the wave of the uniform ring that has the gains of that site, looked for in the stencil's own
symbol and followed from site to site around the ring. That is a start alone: the residual judges.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import tau
from typing import TypeVar

import numpy as np
from flint import acb, arb
from scipy.sparse import bmat, csc_matrix, csr_matrix, diags, identity
from scipy.sparse.linalg import SuperLU, splu

from analytics.errors import ConvergenceError
from numerics.engines.protocol import Doubles
from numerics.landscapes.linearized import Linearized, linearized
from numerics.lattice.map import stencil_taps
from numerics.steady_states.steady_state import SteadyState

OPERATION = "Floquet exponent"

STARTS = (16, 6)
"""Wavenumbers at which the search for a uniform ring's waves begins: so many real parts, so many imaginary ones."""

HIGHEST = 5.0
"""They decay by e^-5 over the reach of the stencil at most."""

UNDAMPED = 1e-12
"""A damping per site below this is none that doubles tell from 0."""

ROUNDS = 40
"""Newton steps at most."""

SETTLED = 1e-9
"""A step below this, relative, is the last one."""

DROPPED = 1e-18
"""An entry of U below this counts as 0."""

SERIES = 1e-40
"""A coefficient below this is left out of a series, which is multiplied by another."""

Number = TypeVar("Number", complex, acb)
Bound = float | arb


@dataclass(frozen=True, slots=True, eq=False)
class InDoubles:
    """The equation in doubles. offsets, taps: the stencil A; spin: e^(i Omega); gains: the four parts of dphi, turned
    along, (e^(-i omega) A, e^(-i omega) B, e^(i omega) conj B, e^(i omega) A) at every site."""

    offsets: tuple[int, ...]
    taps: Doubles
    spin: complex
    gains: tuple[Doubles, Doubles, Doubles, Doubles]

    @classmethod
    def of(cls, state: SteadyState, frequency: float) -> InDoubles:
        at: Linearized = linearized(state)
        stencil = stencil_taps(state.lattice.network.kernel)
        turn = np.exp(-1j * at.frequency)
        return cls(
            tuple(offset for (offset,), _ in stencil),
            np.array([complex(tap) for _, tap in stencil]),
            complex(np.exp(1j * frequency)),
            (
                turn * at.direct,
                turn * at.mixing,
                np.conj(turn * at.mixing),
                np.conj(turn) * at.direct,
            ),
        )

    @property
    def sites(self) -> int:
        return len(self.gains[0])

    # -- one site: a uniform ring --

    def _determinant(self, waves: Doubles, site: int) -> tuple[Doubles, Doubles]:
        """det(e^(i Omega) - M(q)) with the gains of one site, and its slope."""
        a, b, c, d = (gain[site] for gain in self.gains)
        turns = np.exp(-1j * np.multiply.outer(waves, np.array(self.offsets)))
        slopes = -1j * np.array(self.offsets)
        ahead, behind = np.exp(turns @ self.taps), np.exp(turns @ np.conj(self.taps))
        rise, fall = turns @ (self.taps * slopes), turns @ (np.conj(self.taps) * slopes)
        both = (a * d - b * c) * ahead * behind
        value = self.spin**2 - self.spin * (a * ahead + d * behind) + both
        slope = -self.spin * (a * ahead * rise + d * behind * fall) + both * (rise + fall)
        return value, slope

    def _followed(self, waves: Doubles, site: int) -> Doubles:
        """The roots near `waves` with the gains of one site, by Newton's method."""
        with np.errstate(all="ignore"):
            for _ in range(ROUNDS):
                value, slope = self._determinant(waves, site)
                step = np.where(slope == 0, 0, value / np.where(slope == 0, 1, slope))
                step = step / np.maximum(1, 4 * np.abs(step))
                waves = waves - step
                if np.nanmax(np.abs(step), initial=0) < 1e-14:
                    break
        return waves

    def local(self) -> Doubles:
        """The wave of every site, followed around the ring, of the least mean damping."""
        reach = max(map(abs, self.offsets))
        real = (np.arange(STARTS[0]) + 0.5) * tau / STARTS[0] - tau / 2
        imaginary = np.geomspace(1e-3, HIGHEST, STARTS[1]) / reach
        found = self._followed((real[:, None] + 1j * imaginary).ravel(), 0)
        value, _ = self._determinant(found, 0)
        solved = np.abs(value) < 1e-10
        if (solved & (np.abs(found.imag) <= UNDAMPED)).any():
            raise none_found("a wave that doubles see undamped")
        starts: list[complex] = []
        for wave in found[solved & (found.imag > 0) & (found.imag < HIGHEST / reach)]:
            near = [abs(np.exp(1j * wave) - np.exp(1j * other)) for other in starts]
            if min(near, default=1.0) > 1e-8:
                starts.append(complex(wave))
        if not starts:
            raise none_found("no wave on the uniform ring with the gains of the first site")
        rows = [np.array(starts)]
        for site in range(1, self.sites):
            guess = rows[-1] if site == 1 else 2 * rows[-1] - rows[-2]
            rows.append(self._followed(guess, site))
        table = np.array(rows)
        damping = table.imag.mean(axis=0)
        if np.isnan(damping).all():
            raise none_found("no wave of the first site is followed around the ring")
        lowest = np.nanmin(damping)
        least = np.flatnonzero(damping <= lowest + SETTLED * abs(lowest))  # of equal ones the larger Re q
        best = least[int(table.real.mean(axis=0)[least].argmax())]
        chosen: Doubles = table[:, best]
        back = self._followed(chosen[-1:], 0)[0]
        if abs(np.exp(1j * back) - np.exp(1j * chosen[0])) > 1e-6 or not (chosen.imag > UNDAMPED).all():
            raise none_found("the least damped wave of the first site does not come back around the ring")
        return chosen

    # -- the ring --

    def _gauged(self, steps: Doubles, taps: Doubles) -> tuple[csr_matrix, csr_matrix]:
        """U on y, and its derivative for a change of q; steps: S(x + 1) - S(x).

        U has from x - j to x the coefficient of the stencil turned by the mean step, times e^(i (s(x - j) - s(x))) with
        the rest s of S, which has one period.
        """
        sites, mean = np.arange(self.sites), complex(steps.mean())
        rest = np.concatenate(([0], np.cumsum(steps - mean)[:-1]))
        stencil = {
            j: complex(tap * np.exp(-1j * j * mean)) for j, tap in zip(self.offsets, taps, strict=True)
        }
        ahead, behind = exponential_sides(stencil, 1 + 0j, SERIES)
        kernel = np.exp(stencil.get(0, 0)) * np.convolve(behind[::-1], ahead)
        kept = np.flatnonzero(np.abs(kernel) > DROPPED)
        offsets, kernel = kept - len(behind) + 1, kernel[kept]
        sources = (sites - offsets[:, None]) % self.sites
        entries = kernel[:, None] * np.exp(1j * (rest[sources] - rest))
        at = (np.tile(sites, len(kernel)), sources.ravel())
        shape = (self.sites, self.sites)
        slopes = -1j * offsets[:, None] * entries
        return csr_matrix((entries.ravel(), at), shape), csr_matrix((slopes.ravel(), at), shape)

    def system(self, steps: Doubles, y: Doubles) -> tuple[SuperLU, Doubles]:
        """The matrix of a Newton step, bordered by the norm of y and by the slope of N y for q, factored; and N y."""
        exponentials, applied, slopes = [], [], []
        for taps, part in zip(
            (self.taps, np.conj(self.taps)), (y[: self.sites], y[self.sites :]), strict=True
        ):
            exponential, slope = self._gauged(steps, taps)
            exponentials.append(exponential)
            applied.append(exponential @ part)
            slopes.append(slope @ part)
        a, b, c, d = self.gains
        ahead, behind = exponentials
        unit = self.spin * identity(self.sites, format="csr")
        matrix = bmat(
            [
                [unit - diags(a) @ ahead, -diags(b) @ behind],
                [-diags(c) @ ahead, unit - diags(d) @ behind],
            ]
        )
        change = -np.concatenate((a * slopes[0] + b * slopes[1], c * slopes[0] + d * slopes[1]))
        image = self.spin * y - np.concatenate(
            (a * applied[0] + b * applied[1], c * applied[0] + d * applied[1])
        )
        border = np.conj(y) / np.vdot(y, y).real
        whole = bmat(
            [[matrix, csc_matrix(change[:, None])], [csc_matrix(border[None, :]), None]], format="csc"
        )
        return splu(whole), image

    def solved(self) -> tuple[Doubles, Doubles]:
        """The steps of S and y in doubles, by Newton's method from the waves of the sites."""
        waves = self.local()
        wound = np.concatenate((waves, waves[:1]))
        wound[-1] += tau * np.round((waves[-1].real - waves[0].real) / tau)
        steps = (wound[1:] + wound[:-1]) / 2
        y = self._local_vectors(waves)
        for _ in range(ROUNDS):
            factors, image = self.system(steps, y)
            change = factors.solve(-np.concatenate((image, [0])))
            if not np.isfinite(change).all():
                break
            y, steps = y + change[:-1], steps + change[-1]
            y = y / np.sqrt(np.vdot(y, y).real / len(y))
            if np.abs(change[:-1]).max() < SETTLED and abs(change[-1]) < SETTLED:
                return steps, y
        raise none_found("Newton's method in doubles does not settle")

    def _local_vectors(self, waves: Doubles) -> Doubles:
        """The null vector of e^(i Omega) - M(q) at every site, a first."""
        a, b, c, d = self.gains
        turns = np.exp(-1j * np.multiply.outer(waves, np.array(self.offsets)))
        ahead, behind = np.exp(turns @ self.taps), np.exp(turns @ np.conj(self.taps))
        first = np.stack((b * behind, self.spin - a * ahead))
        second = np.stack((self.spin - d * behind, c * ahead))
        larger = np.abs(second).sum(axis=0) > np.abs(first).sum(axis=0)
        pair = np.where(larger, second, first)
        for site in range(1, self.sites):  # the phase goes on from site to site
            overlap = np.vdot(pair[:, site - 1], pair[:, site])
            pair[:, site] *= np.conj(overlap) / abs(overlap) if overlap else 1
        whole: Doubles = np.concatenate(pair) / np.sqrt((np.abs(pair) ** 2).sum() / pair.size)
        return whole


def none_found(reason: str) -> ConvergenceError:
    return ConvergenceError(
        OPERATION,
        "Choose another frequency, or a longer period.",
        residual=reason,
        tolerance=f"{SETTLED:.0e}",
        iterations=ROUNDS,
    )


def exponential_sides(
    taps: Mapping[int, Number], one: Number, small: Bound
) -> tuple[list[Number], list[Number]]:
    """exp of the taps ahead, j > 0, and of those behind, each a power series: its coefficients down to `small`.

    exp(A) of a power series A has the coefficients n e_n = sum_j j A_j e_(n - j).
    """
    reach = max(map(abs, taps))
    sides = []
    for sign in (1, -1):
        slopes = [j * taps.get(sign * j, 0 * one) for j in range(1, reach + 1)]
        side = [one]
        while any(abs(value) > small for value in side[-reach:]):
            terms = (slope * value for slope, value in zip(slopes, reversed(side), strict=False))
            side.append(sum(terms, start=0 * one) / len(side))
        sides.append(side)
    return sides[0], sides[1]
