"""Networks beside a given one, which differ from it in the values of their constants alone.

What a law says of a constant in symbols must hold on them as well. At c = 3/10 alone omega = 2 c (1 - cos k) and
omega = 20 c^2 (1 - cos k)/3 are the same. A network beside the given one has no further relation between its constants
(`relations`). Its constants are a few percent off, so that it fulfils the inequalities that hold for the given one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import count, islice

import sympy as sp

from analytics.errors import ActivationError, KernelError
from analytics.exclusive import in_turn
from analytics.network.network import Network

VALUES = 3
"""Networks beside the given one: so many further values of each constant."""

TRIED = 12
"""Sets of values that are tried for them."""

FIRST = 17
"""Index of the first prime p that multiplies a constant, by p over the next prime or by the inverse of it."""

Constants = dict[sp.Symbol, sp.Expr]


@lru_cache(maxsize=64)
@in_turn
def networks_beside(network: Network, held: frozenset[str] = frozenset()) -> tuple[Network, ...]:
    """`VALUES` networks with other values of the constants whose names are not `held`; none where all are."""
    free = [symbol for symbol in network.constants if str(symbol) not in held]
    made = (_beside(network, _moved(network, free, step)) for step in range(TRIED if free else 0))
    return tuple(islice((other for other in made if other is not None), VALUES))


def _beside(network: Network, values: Constants) -> Network | None:
    """The network with other values of these constants; None where they make none, or a further relation."""
    try:
        other = network_at(network, values)
    except (ActivationError, KernelError):
        return None
    return other if other.constants.keys() == network.constants.keys() else None


def network_at(network: Network, values: Constants) -> Network:
    """The network with other values of these constants. Raises ActivationError or KernelError where they make none."""
    activation, kernel = network.activation, network.kernel
    if activation.constants:  # else it would be examined again
        activation = replace(
            activation, constants=tuple((s, values.get(s, v)) for s, v in activation.constants)
        )
    constants = tuple((symbol, values.get(symbol, value)) for symbol, value in kernel.constants)
    return replace(network, activation=activation, kernel=replace(kernel, constants=constants))


def values_of(networks: Sequence[Network]) -> dict[str, tuple[sp.Expr, ...]]:
    """The values of every constant that has more than one of them in these networks, by name."""
    columns = {
        s: tuple(dict.fromkeys(other.constants[s] for other in networks)) for s in networks[0].constants
    }
    return {str(symbol): values for symbol, values in columns.items() if len(values) > 1}


def constants_beside(other: Network, network: Network) -> dict[str, sp.Expr]:
    """The constants of the `other` network whose values are not those of `network`, by name."""
    values = network.constants
    return {str(s): value for s, value in other.constants.items() if value != values.get(s)}


def _moved(network: Network, symbols: Sequence[sp.Symbol], step: int) -> Constants:
    """Constants times ratios of neighbouring primes, another one each, to more and to less in turn."""
    ratios = (sp.Rational(sp.prime(n), sp.prime(n + 1)) ** (-1) ** n for n in count(FIRST + step))
    return {symbol: network.constants[symbol] * ratio for symbol, ratio in zip(symbols, ratios, strict=False)}
