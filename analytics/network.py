"""A network: what is being studied."""

from __future__ import annotations

from dataclasses import dataclass

import sympy as sp

from analytics.activation import Activation
from analytics.kernel import Kernel


@dataclass(frozen=True, slots=True)
class Network:
    """Z_{n+1} = phi(U (*) Z_n + I_n) on a periodic lattice: an activation phi and a unitary kernel U."""

    activation: Activation
    kernel: Kernel

    @property
    def name(self) -> str:
        return f"{self.activation.name}/{self.kernel.name}"

    @property
    def dimension(self) -> int:
        return self.kernel.dimension

    @property
    def constants(self) -> dict[sp.Symbol, sp.Expr]:
        """Exact values of the symbols that stand in the network's own equations."""
        return dict(self.kernel.constants)
