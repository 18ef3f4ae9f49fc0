"""The model once more, by hand: mpmath functions of its definition, and nothing from the toolkit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import mpmath
import pytest
from mpmath import mpf

RHO: dict[str, Callable[[Any], Any]] = {
    "algebraic": lambda x: x / mpmath.sqrt(1 + x**2),
    "tanh": mpmath.tanh,
    "arctan": lambda x: 2 / mpmath.pi * mpmath.atan(mpmath.pi * x / 2),
    "erf": lambda x: mpmath.erf(mpmath.sqrt(mpmath.pi) * x / 2),
    "quartic": lambda x: x / mpmath.root(1 + x**4, 4),
}
"""Profiles, by name."""

COEFFICIENT: dict[str, Callable[[], Any]] = {
    "algebraic": lambda: mpf(1) / 2,
    "tanh": lambda: mpf(1) / 3,
    "arctan": lambda: mpmath.pi**2 / 12,
    "erf": lambda: mpmath.pi / 12,
    "quartic": lambda: mpf(1) / 4,
}
"""c of rho(r) = r - c r^(p+1) + ..."""


@dataclass(frozen=True)
class Model:
    """One network by hand: profile name, kernel name, c = the kernel's constant. Wavevectors are sequences."""

    profile: str
    kernel: str = "laplacian"
    c: Any = "3/10"

    @property
    def order(self) -> int:
        return 4 if self.profile == "quartic" else 2

    @property
    def coefficient(self) -> Any:
        return COEFFICIENT[self.profile]()

    def rho(self, x: Any) -> Any:
        return RHO[self.profile](x)

    def phi(self, z: Any) -> Any:
        return self.rho(abs(z)) * z / abs(z)

    def omega(self, q: Sequence[Any]) -> Any:
        c = mpmath.mpmathify(self.c) if isinstance(self.c, str) else self.c
        if self.kernel == "advection":
            return c * mpmath.sin(q[0])
        return 2 * c * sum(1 - mpmath.cos(component) for component in q)

    def scale(self, drive: Any) -> Any:
        """(drive/c)^(1/(p+1)), the amplitude to leading order on resonance."""
        return mpmath.root(drive / self.coefficient, self.order + 1)

    def drive(self, background: Any) -> Any:
        """Modulus P of the pre-activation under a uniform input: P - rho(P) = I0."""
        return self.forced(background, 0)

    def forced(self, forcing: Any, detuning: Any) -> Any:
        """Modulus P of the pre-activation under one oscillation: |P - rho(P) e^(-i delta)| = F, by secants."""
        asked = mpmath.mp.dps
        with mpmath.workdps(3 * asked + 20):
            F, turn = mpf(forcing), mpmath.expj(-mpf(detuning))

            def miss(x: Any) -> Any:
                return abs(x - self.rho(x) * turn) / F - 1

            start = self.scale(F) if detuning == 0 else F / abs(1 - turn)
            if start > 1:
                start = F + mpf(1) / 2
            if detuning == 0 and start < 1 / mpf(100):
                start += start**3
            return mpmath.findroot(
                miss, (start * mpf("0.999"), start), tol=mpf(10) ** -(2 * asked), maxsteps=200
            )

    def gains(self, pre: Any) -> tuple[Any, Any]:
        """(g_r, g_t) by numeric differentiation of phi along and across a real argument."""
        along = mpmath.diff(self.rho, pre)
        across = mpmath.diff(lambda s: self.phi(mpmath.mpc(pre, s)).imag, 0)
        return along, across

    def matrix(
        self, pre: Any, q: Sequence[Any], carrier: Sequence[Any] | None = None, frequency: Any = 0
    ) -> Any:
        """M(q), its kernel by the two analytic functions u(q) = e^(i omega(q)) and e^(-i omega(-q)) of a complex q."""
        along, across = self.gains(pre)
        k = carrier or [mpf(0)] * len(q)
        ahead = self.omega([a + b for a, b in zip(k, q, strict=True)]) - frequency
        behind = self.omega([a - b for a, b in zip(k, q, strict=True)]) - frequency
        mean, skew = (along + across) / 2, (along - across) / 2
        u, v = mpmath.exp(1j * ahead), mpmath.exp(-1j * behind)
        return mpmath.matrix([[mean * u, skew * v], [skew * u, mean * v]])

    def eigenvalues(self, m: Any) -> list[Any]:
        """By the QR algorithm, largest modulus first."""
        found, _ = mpmath.eig(m)
        return sorted(found, key=lambda value: -abs(value))

    def rates(self, pre: Any, q: Sequence[Any]) -> list[Any]:
        return [-mpmath.log(abs(value)) for value in self.eigenvalues(self.matrix(pre, q))]


@pytest.fixture(scope="session")
def model_of() -> Callable[..., Model]:
    """model_of(profile, kernel="laplacian", c="3/10")."""
    return Model
