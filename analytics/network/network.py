"""A network: what is being studied."""

from __future__ import annotations

from dataclasses import dataclass, replace

import sympy as sp

from analytics.errors import ModelError, NearCriticalError
from analytics.network.activation import Activation
from analytics.network.kernel import Kernel
from analytics.network.modulation import place, require_modulation


@dataclass(frozen=True, slots=True)
class Network:
    """Z_{n+1} = phi(U (*) Z_n + I_n) on a periodic lattice: an activation phi and a unitary kernel U.

    modulation: the shape p(s) of a background I_0 p(x/L) that varies slowly along a ring; None where no law speaks of
    one. Raises ModelError for anything else in their places.
    """

    activation: Activation
    kernel: Kernel
    modulation: sp.Expr | None = None

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
        if self.kernel.is_general and not self.activation.is_general:
            raise ModelError(
                "Network",
                "a general kernel goes with the general activation",
                self.activation.name,
                "Use --activation general, and take an instance.",
            )
        ours = dict(self.activation.constants)
        for symbol, value in self.kernel.constants:
            if any(other.name == symbol.name and (other, ours[other]) != (symbol, value) for other in ours):
                raise ModelError(
                    "Network",
                    "a constant of activation and kernel must be one symbol with one value",
                    f"two of the name {symbol}",
                    "Rename one, or take the symbol from the activation's constants.",
                )

        self._examine_modulation()

    def _examine_modulation(self) -> None:
        if self.modulation is None:
            return
        require_modulation(self.modulation)
        if any(symbol.name == place.name for symbol in (*self.constants, *self.open)):
            raise ModelError(
                "Network",
                f"{place} is the place in a period of the modulation",
                f"a constant of the name {place}",
                "Rename the constant.",
            )

    def __repr__(self) -> str:
        constants = "".join(f", {symbol} = {value}" for symbol, value in self.constants.items())
        modulated = "" if self.modulation is None else f", modulated by {self.modulation}"
        return f"<Network {self.name}, dimension {self.dimension}{constants}{modulated}>"

    @property
    def name(self) -> str:
        return f"{self.activation.name}/{self.kernel.name}"

    @property
    def dimension(self) -> int:
        return self.kernel.dimension

    @property
    def constants(self) -> dict[sp.Symbol, sp.Expr]:
        """Exact values of the symbols that stand in the network's own equations, but of those that are `open`."""
        given = {symbol: value for symbol, value in self.activation.constants if value is not None}
        return given | dict(self.kernel.constants)

    @property
    def open(self) -> tuple[sp.Symbol, ...]:
        """Constants without a value."""
        return (*(symbol for symbol, value in self.activation.constants if value is None), *self.kernel.open)

    @property
    def relations(self) -> tuple[sp.Eq, ...]:
        """What holds between the constants that were given."""
        return (*self.activation.relations, *self.kernel.relations)

    @property
    def valued(self) -> Network:
        """The same without constants in the activation, for numbers. Raises ActivationError for one without."""
        return replace(self, activation=self.activation.valued) if self.activation.constants else self


def require_network(operation: str, network: object) -> None:
    """Raise NearCriticalError unless `network` is one."""
    if not isinstance(network, Network):
        raise NearCriticalError(
            operation,
            "a network is needed",
            repr(network),
            "Give network('algebraic', 'laplacian', c='3/10').",
        )
