"""A network: what is being studied."""

from __future__ import annotations

from dataclasses import dataclass

import sympy as sp

from analytics.errors import ModelError, NearCriticalError
from analytics.network.activation import Activation
from analytics.network.kernel import Kernel


@dataclass(frozen=True, slots=True)
class Network:
    """Z_{n+1} = phi(U (*) Z_n + I_n) on a periodic lattice: an activation phi and a unitary kernel U.

    Raises ModelError for anything else in their places.
    """

    activation: Activation
    kernel: Kernel

    def __post_init__(self) -> None:
        for what, part, kind in (
            ("activation", self.activation, Activation),
            ("kernel", self.kernel, Kernel),
        ):
            if not isinstance(part, kind):
                raise ModelError(
                    "Network",
                    f"the {what} must be of the class {kind.__name__}",
                    repr(part),
                    "Use network(...) to choose one by name.",
                )

    def __repr__(self) -> str:
        constants = "".join(f", {symbol} = {value}" for symbol, value in self.constants.items())
        return f"<Network {self.name}, dimension {self.dimension}{constants}>"

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


def require_network(operation: str, network: object) -> None:
    """Raise NearCriticalError unless `network` is one."""
    if not isinstance(network, Network):
        raise NearCriticalError(
            operation,
            "a network is needed",
            repr(network),
            "Give network('algebraic', 'laplacian', c='3/10').",
        )
