"""Constants that move in steps: their laws keep their digits in numbers alone, so that each value has laws of its own.

They are the constants of a shape, as m in (1 - m) tanh(r) + m r/sqrt(1 + r^2), and those that stand in both activation
and kernel.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import sympy as sp

from analytics.errors import NearCriticalError
from analytics.expressions.notation import Share
from analytics.network.beside import network_at
from nearcritical.report.views.live_laws import movable, tied

if TYPE_CHECKING:
    from analytics.network.network import Network

MULTIPLES: dict[int, tuple[sp.Rational, ...]] = {
    1: tuple(sp.Rational(n, 6) for n in (2, 3, 4, 5, 6, 9, 12, 15, 18)),
    2: tuple(sp.Rational(n, 2) for n in (1, 2, 4)),
}
"""How many constants move in steps -> the multiples of its value that each takes. More than two do not move."""

Stops = dict[sp.Symbol, tuple[sp.Expr, ...]]


def stops(network: Network) -> Stops:
    """The values of each constant that moves in steps, in rising order; none of a share beyond 1."""
    steady = tied(network) | {symbol.name for symbol in movable(network)}
    stepped = {s: v for s, v in network.constants.items() if s.name not in steady and v > 0}
    multiples = MULTIPLES.get(len(stepped), ())
    found = {
        symbol: tuple(value * n for n in multiples if not (isinstance(symbol, Share) and value * n > 1))
        for symbol, value in stepped.items()
    }
    return found if multiples and all(_is_like(network, other) for other in _others(network, found)) else {}


def networks_at(network: Network, found: Stops) -> list[Network]:
    """The network at every combination of stops, the last constant's first in order; itself where there is none."""
    return [other for other in _others(network, found) if other is not None]


def _others(network: Network, found: Stops) -> list[Network | None]:
    return [_at(network, dict(zip(found, values, strict=True))) for values in product(*found.values())]


def _at(network: Network, values: dict[sp.Symbol, sp.Expr]) -> Network | None:
    try:
        return network_at(network, values) if values else network
    except NearCriticalError:
        return None


def _is_like(network: Network, other: Network | None) -> bool:
    """Are the same constants left, without a further relation?"""
    return other is not None and other.constants.keys() == network.constants.keys()
